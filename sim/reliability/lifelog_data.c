/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/lifelog_data.h"

#include "base/hash.h"
#include "base/memory.h"
#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fit_series_add(struct fit_series *series, double time, bool failed)
{
    if (series->count == series->room) {
        series->room = series->room ? 2 * series->room : 64;
        series->lives = memory_grow(series->lives, (size_t)series->room, sizeof *series->lives);
    }
    series->lives[series->count++] = (struct survival_life){time, failed};
}

struct fit_group *lifelog_data_group(struct lifelog_data *data, const char *name)
{
    if (data->count == FIT_GROUPS)
        return NULL;
    data->groups = memory_grow(data->groups, (size_t)data->count + 1, sizeof *data->groups);
    struct fit_group *group = &data->groups[data->count++];
    memset(group, 0, sizeof *group);
    snprintf(group->name, sizeof group->name, "%s", name);
    for (char *c = group->name; *c; c++) /* for terminals */
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    return group;
}

void lifelog_data_free(struct lifelog_data *data)
{
    for (int32_t i = 0; i < data->count; i++) {
        free(data->groups[i].lives.lives);
        free(data->groups[i].repairs.lives);
    }
    free(data->groups);
    memset(data, 0, sizeof *data);
}

static int32_t *slot_find(const struct fit_names *names, const char *name)
{
    uint64_t hash = hash_bytes(HASH_START, name, strlen(name));
    for (uint64_t i = hash;; i++) {
        int32_t *slot = &names->slots[i & (uint64_t)(names->size - 1)];
        if (!*slot || !strcmp(names->names[*slot - 1], name))
            return slot;
    }
}

static void names_grow(struct fit_names *names)
{
    names->size = names->size ? 2 * names->size : 64;
    free(names->slots);
    names->slots = memory_alloc((size_t)names->size, sizeof *names->slots);
    names->names = memory_grow(names->names, (size_t)names->size, sizeof *names->names);
    for (int32_t i = 0; i < names->count; i++)
        *slot_find(names, names->names[i]) = i + 1;
}

int32_t fit_names_number(struct fit_names *names, const char *name)
{
    if (2 * names->count >= names->size)
        names_grow(names);
    int32_t *slot = slot_find(names, name);
    if (!*slot) {
        names->names[names->count] = memory_text(name);
        *slot = ++names->count;
    }
    return *slot - 1;
}

void fit_names_free(struct fit_names *names)
{
    for (int32_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    free(names->slots);
    memset(names, 0, sizeof *names);
}

int fit_names_compare(const char *a, const char *b)
{
    int64_t x, y;
    bool a_number = number_parse_int(a, &x), b_number = number_parse_int(b, &y);
    if (a_number && b_number && x != y)
        return x < y ? -1 : 1;
    if (a_number != b_number)
        return a_number ? -1 : 1;
    return strcmp(a, b);
}
