/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/change.h"

#include <string.h>

static void copy_maps(const struct schema *schema, char *into, struct arena *arena)
{
    for (int f = 0; f < schema->count; f++) {
        const struct schema_field *field = &schema->fields[f];
        if (field->kind == SCHEMA_GROUP)
            copy_maps(field->sub, into + field->offset, arena);
        if (field->kind != SCHEMA_MAP)
            continue;
        struct schema_map *map = (void *)(into + field->offset);
        if (!map->count)
            continue;
        size_t bytes = (size_t)map->count * field->sub->size;
        map->entries = memcpy(arena_raw(arena, bytes, 1), map->entries, bytes);
        for (int i = 0; i < map->count; i++)
            copy_maps(field->sub, (char *)map->entries + (size_t)i * field->sub->size, arena);
    }
}

void change_copy(struct scenario *to, const struct scenario *from, struct arena *arena)
{
    *to = *from;
    copy_maps(&scenario_schema, (char *)to, arena);
}

static size_t bytes_of(enum schema_kind kind)
{
    switch (kind) {
    case SCHEMA_TEXT:
    case SCHEMA_CHOICE:
        return sizeof(const char *);
    case SCHEMA_WHOLE:
    case SCHEMA_DURATION:
    case SCHEMA_DATE:
        return sizeof(int64_t);
    case SCHEMA_REAL:
        return sizeof(double);
    case SCHEMA_FLAG:
        return sizeof(bool);
    default:
        return sizeof(struct schema_list);
    }
}

void change_apply(struct scenario *scenario, const struct change_set *set)
{
    for (int i = 0; i < set->count; i++) {
        const struct change *change = &set->changes[i];
        char *at = (char *)scenario;
        for (int d = 0; d < change->depth; d++) {
            const struct schema_map *map = (const void *)(at + change->map[d]);
            at = (char *)map->entries + change->entry[d];
        }
        memcpy(at + change->offset, &change->value, bytes_of(change->field->kind));
    }
}
