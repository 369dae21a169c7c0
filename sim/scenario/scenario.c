/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/scenario.h"

#include "base/hash.h"
#include "scenario/change.h"
#include "scenario/check.h"
#include "scenario/override.h"
#include "scenario/policies.h"

#include <string.h>

static const char *base_name(struct arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *start = slash ? slash + 1 : file;
    size_t length = strlen(start);
    if (length > 4 && !strcmp(start + length - 4, ".cfg"))
        length -= 4;
    char *name = arena_alloc(arena, length + 1, 1);
    snprintf(name, length + 1, "%s", start);
    return name;
}

bool scenario_read(struct scenario *scenario, const char *file, const char *const *sets, int set_count,
                   struct error_list *errors)
{
    memset(scenario, 0, sizeof *scenario);
    if (!source_read(&scenario->source, file, errors))
        return false;
    bool sound = true;
    for (int i = 0; i < set_count; i++)
        sound &= override_apply(&scenario->source, &scenario_schema, sets[i], errors);
    sound &= schema_read(&scenario_schema, &scenario->source, scenario, &scenario->arena, errors);
    policies_resolve(scenario, errors);
    scenario->file = scenario->source.file;
    scenario->name = base_name(&scenario->arena, file);
    /* references can be judged even when some numbers are wrong: one run shows all mistakes */
    check_scenario(scenario, errors);
    if (sound)
        sound = change_resolve(scenario, errors);
    return sound && !error_any(errors);
}

static void hash_setting(void *context, const char *path, const struct schema_field *field, const char *value)
{
    (void)field;
    uint64_t *hash = context;
    *hash = hash_bytes(*hash, path, strlen(path) + 1);
    *hash = hash_bytes(*hash, value, strlen(value) + 1);
}

uint64_t scenario_hash(const struct scenario *scenario)
{
    uint64_t hash = HASH_START;
    schema_visit(&scenario_schema, scenario, hash_setting, &hash);
    for (int i = 0; i < scenario->plugins.count; i++)
        hash = hash_bytes(hash, &scenario->plugins.items[i]->hash, sizeof scenario->plugins.items[i]->hash);
    return hash;
}

void scenario_free(struct scenario *scenario)
{
    order_plugins_free(&scenario->plugins);
    source_free(&scenario->source);
    arena_free(&scenario->arena);
    memset(scenario, 0, sizeof *scenario);
}
