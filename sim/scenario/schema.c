/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/schema.h"

#include "base/number.h"
#include "base/text.h"
#include "engine/clock.h"
#include "scenario/schema_value.h"
#include "scenario/units.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 240, LONGEST_NAME = 40 };

struct reader {
    const struct source *source;
    struct arena *arena;
    struct error_list *errors;
};

static void join_path(char out[PATH_BYTES], const char *prefix, const char *key)
{
    snprintf(out, PATH_BYTES, "%.159s%s%.79s", prefix, *prefix ? "." : "", key);
}

static void report_unknown(struct reader *reader, const struct schema *schema, const char *path,
                           const char *key)
{
    const char *keys[64];
    for (int i = 0; i < schema->count; i++)
        keys[i] = schema->fields[i].key;
    int nearest = text_nearest(key, keys, schema->count);
    struct text known = {0};
    for (int i = 0; i < schema->count; i++)
        text_format(&known, "%s%s", i ? ", " : "", keys[i]);
    if (nearest >= 0)
        source_error(reader->source, reader->errors, path, "unknown setting; did you mean '%s'?",
                     keys[nearest]);
    else
        source_error(reader->source, reader->errors, path, "unknown setting; known here: %s",
                     text_string(&known));
    text_free(&known);
}

static void read_group(struct reader *reader, const struct schema *schema, config_setting_t *group,
                       const char *prefix, void *into);

static void read_map(struct reader *reader, const struct schema_field *field, config_setting_t *setting,
                     const char *path, void *target)
{
    struct schema_map *map = target;
    int count = setting ? config_setting_length(setting) : 0;
    map->count = count;
    map->entries = arena_alloc(reader->arena, (size_t)count, field->sub->size);
    for (int i = 0; i < count; i++) {
        config_setting_t *member = config_setting_get_elem(setting, (unsigned)i);
        char *entry = (char *)map->entries + (size_t)i * field->sub->size;
        const char *name = config_setting_name(member);
        memcpy(entry, &name, sizeof name);
        char member_path[PATH_BYTES];
        join_path(member_path, path, name);
        if (strlen(name) > LONGEST_NAME)
            source_error(reader->source, reader->errors, member_path,
                         "the name is longer than %d letters, which results could not show", LONGEST_NAME);
        if (config_setting_is_group(member))
            read_group(reader, field->sub, member, member_path, entry);
        else
            source_error(reader->source, reader->errors, member_path, "must be a group: %s: { ... };", name);
    }
    if (!count && !field->fallback)
        source_error(reader->source, reader->errors, path, "must have at least one entry (%s)", field->help);
}

static void read_field(struct reader *reader, const struct schema_field *field, config_setting_t *setting,
                       const char *path, void *target)
{
    if (field->kind == SCHEMA_GROUP || field->kind == SCHEMA_MAP) {
        if (setting && !config_setting_is_group(setting)) {
            source_error(reader->source, reader->errors, path, "must be a group: %s: { ... };", field->key);
            setting = NULL;
        }
        if (field->kind == SCHEMA_GROUP)
            read_group(reader, field->sub, setting, path, target);
        else
            read_map(reader, field, setting, path, target);
        return;
    }
    char problem[400];
    if (setting) {
        if (!schema_value_take(field, setting, target, reader->arena, problem, sizeof problem))
            source_error(reader->source, reader->errors, path, "%s", problem);
    } else if (!field->fallback) {
        source_error(reader->source, reader->errors, path, "missing; it is %s", field->help);
    } else {
        schema_value_fallback(field, target);
    }
}

static void read_group(struct reader *reader, const struct schema *schema, config_setting_t *group,
                       const char *prefix, void *into)
{
    char path[PATH_BYTES];
    int members = group ? config_setting_length(group) : 0;
    for (int i = 0; i < members; i++) {
        const char *key = config_setting_name(config_setting_get_elem(group, (unsigned)i));
        bool known = false;
        for (int f = 0; f < schema->count && !known; f++)
            known = !strcmp(schema->fields[f].key, key);
        join_path(path, prefix, key);
        if (!known)
            report_unknown(reader, schema, path, key);
    }
    for (int f = 0; f < schema->count; f++) {
        const struct schema_field *field = &schema->fields[f];
        config_setting_t *setting = group ? config_setting_get_member(group, field->key) : NULL;
        join_path(path, prefix, field->key);
        read_field(reader, field, setting, path, (char *)into + field->offset);
    }
}

bool schema_read(const struct schema *schema, const struct source *source, void *into, struct arena *arena,
                 struct error_list *errors)
{
    struct reader reader = {.source = source, .arena = arena, .errors = errors};
    int before = errors->inputs;
    read_group(&reader, schema, config_root_setting(&source->config), "", into);
    return errors->inputs == before;
}

static void visit_group(const struct schema *schema, const void *from, const char *prefix,
                        void (*visit)(void *, const char *, const struct schema_field *, const char *),
                        void *context)
{
    for (int f = 0; f < schema->count; f++) {
        const struct schema_field *field = &schema->fields[f];
        const char *value = (const char *)from + field->offset;
        char path[PATH_BYTES];
        join_path(path, prefix, field->key);
        if (field->kind == SCHEMA_GROUP) {
            visit_group(field->sub, value, path, visit, context);
        } else if (field->kind == SCHEMA_MAP) {
            const struct schema_map *map = (const void *)value;
            for (int i = 0; i < map->count; i++) {
                const char *entry = (const char *)map->entries + (size_t)i * field->sub->size;
                const char *name;
                memcpy(&name, entry, sizeof name);
                char entry_path[PATH_BYTES];
                join_path(entry_path, path, name);
                visit_group(field->sub, entry, entry_path, visit, context);
            }
        } else {
            struct text text = {0};
            schema_value_write(field, value, &text);
            visit(context, path, field, text_string(&text));
            text_free(&text);
        }
    }
}

void schema_visit(const struct schema *schema, const void *from,
                  void (*visit)(void *context, const char *path, const struct schema_field *field,
                                const char *value),
                  void *context)
{
    visit_group(schema, from, "", visit, context);
}

const void *schema_entry(const struct schema_map *map, const struct schema *schema, const char *name)
{
    for (int i = 0; i < map->count; i++) {
        const char *entry = (const char *)map->entries + (size_t)i * schema->size;
        const char *own;
        memcpy(&own, entry, sizeof own);
        if (!strcmp(own, name))
            return entry;
    }
    return NULL;
}
