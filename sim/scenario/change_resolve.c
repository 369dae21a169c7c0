/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change_resolve: from the text of an event's `set` to changes that cannot fail. */
#include "base/text.h"
#include "scenario/change.h"
#include "scenario/change_check.h"
#include "scenario/override.h"
#include "scenario/schema_value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 200 };

/* `*` stands for one name; one at the end for everything below. */
static const char *const patterns[] = {
    "supply.allocation",
    "supply.domestic_only",
    "lines.*.open",
    "lines.*.output_factor",
    "lines.*.yield_mean",
    "lines.*.lead_time_median",
    "lines.*.lead_time_sigma",
    "lines.*.estimates.*.cards",
    "lines.*.stages.wafer_years",
    "lines.*.stages.wafers_per_month",
    "lines.*.stages.yield_years",
    "lines.*.stages.yields",
    "lines.*.stages.package_years",
    "lines.*.stages.packages_per_month",
    "lines.*.stages.package_yield",
    "memories.*.years",
    "memories.*.stacks_per_month",
    "buyers.*.tier",
    "buyers.*.weight",
    "buyers.*.bid",
    "buyers.*.accepts",
    "buyers.*.patience",
    "buyers.*.gives_up",
    "buyers.*.cards_per_month",
    "buyers.*.growth_per_year",
    "buyers.*.budget_per_year",
    "buyers.*.hoard",
    "buyers.*.waiting_cards",
    "buyers.*.state_funded",
    "chips.*.price_cny",
    "chips.*.power_w",
    "chips.*.idle_w",
    "chips.*.server_w",
    "reliability.*.failures_per_1000_node_days",
    "reliability.*.restart",
    "reliability.*.checkpoint_cost",
    "reliability.*.checkpoint_interval",
    "reliability.*.repair_median",
    "reliability.*.repair_sigma",
    "reliability.*.repair_success",
    "reliability.*.escalate",
    "reliability.*.manual_median",
    "reliability.*.manual_sigma",
    "reliability.*.manual_success",
    "reliability.*.detect",
    "reliability.*.diagnose_median",
    "reliability.*.diagnose_sigma",
    "reliability.*.causes.*.failures_per_1000_node_days",
    "reliability.*.causes.*.detect",
    "reliability.*.causes.*.repair_median",
    "reliability.*.causes.*.repair_sigma",
    "site.*.jobs_per_day",
    "site.*.jobs_growth_per_year",
    "site.*.tier",
    "site.*.weight",
    "site.*.bid",
    "site.*.patience",
    "site.*.gives_up",
    "site.*.state_funded",
    "site.*.delay_ms",
    "site.*.energy.pue",
    "site.*.energy.tariff",
    "site.*.energy.carbon",
    "site.*.energy.power_subsidy",
    "site.*.energy.capital_subsidy",
    "site.*.energy.other_share",
    "software.*.port_large_median",
    "software.*.port_large_sigma",
    "software.*.port_fine_median",
    "software.*.port_fine_sigma",
    "software.*.maturity_floor",
    "software.*.maturity_ceiling",
    "software.*.maturity_months",
    "software.*.architecture_loss",
    "software.*.family_open",
    "dispatch.rule",
    "dispatch.max_delay_ms",
    "dispatch.home_share",
    "dispatch.resident_share",
    "dispatch.patience",
    "dispatch.slack",
};

const char *change_pattern(int index)
{
    return index >= 0 && index < (int)(sizeof patterns / sizeof *patterns) ? patterns[index] : NULL;
}

static bool matches(const char *pattern, const char *path)
{
    for (; *pattern; pattern++) {
        if (*pattern != '*') {
            if (*path++ != *pattern)
                return false;
            continue;
        }
        size_t name = strcspn(path, ".");
        if (!name)
            return false;
        path += name;
    }
    return !*path;
}

static bool allowed(const char *path)
{
    for (int i = 0; change_pattern(i); i++)
        if (matches(change_pattern(i), path))
            return true;
    return false;
}

struct resolver {
    struct scenario *scenario;
    struct error_list *errors;
    const char *place; /* path of the event's `set` */
    struct change_set *set;
    int32_t capacity;
    const config_setting_t *value;
};

static void say(const struct resolver *resolver, const char *path, const char *what)
{
    source_error(&resolver->scenario->source, resolver->errors, resolver->place, "%s: %s", path, what);
}

static void add(struct resolver *resolver, const char *path, const struct schema_field *field,
                const struct change *way)
{
    struct arena *arena = &resolver->scenario->arena;
    struct change change = *way;
    change.field = field;
    change.offset = field->offset + way->offset;
    char problem[400];
    if (!schema_value_take(field, resolver->value, &change.value, arena, problem, sizeof problem)) {
        say(resolver, path, problem);
        return;
    }
    if (field->kind == SCHEMA_TEXT) { /* the parsed value goes away, the change stays */
        size_t bytes = strlen(change.value.text) + 1;
        change.value.text = memcpy(arena_alloc(arena, bytes, 1), change.value.text, bytes);
    }
    size_t bytes = strlen(path) + 1;
    change.path = memcpy(arena_alloc(arena, bytes, 1), path, bytes);
    struct change_set *set = resolver->set;
    set->changes = arena_room(arena, set->changes, set->count, &resolver->capacity, sizeof *set->changes);
    set->changes[set->count++] = change;
}

static const struct schema_field *field_of(const struct schema *schema, const char *key, size_t length)
{
    for (int i = 0; i < schema->count; i++)
        if (strlen(schema->fields[i].key) == length && !strncmp(schema->fields[i].key, key, length))
            return &schema->fields[i];
    return NULL;
}

static void say_unknown(const struct resolver *resolver, const char *path, const char *name,
                        const char *const *names, int count)
{
    char what[300];
    int nearest = text_nearest(name, names, count);
    if (nearest >= 0)
        snprintf(what, sizeof what, "there is no such setting: did you mean '%s' for '%.60s'?",
                 names[nearest], name);
    else
        snprintf(what, sizeof what, "there is no such setting: '%.60s' is not known there", name);
    say(resolver, path, what);
}

/* Follows `rest`, the part of the path below `base`, whose struct is described by the schema. */
static void walk(struct resolver *resolver, const char *done, const char *rest, const struct schema *schema,
                 const char *base, const struct change *way)
{
    size_t length = strcspn(rest, ".");
    const struct schema_field *field = field_of(schema, rest, length);
    char path[PATH_BYTES], name[64];
    snprintf(path, sizeof path, "%s%s%s", done, *done ? "." : "", rest);
    if (!field) {
        const char *keys[96];
        int count = 0;
        for (; count < schema->count && count < 96; count++)
            keys[count] = schema->fields[count].key;
        snprintf(name, sizeof name, "%.*s", (int)length, rest);
        say_unknown(resolver, path, name, keys, count);
        return;
    }
    bool last = !rest[length];
    if (field->kind != SCHEMA_GROUP && field->kind != SCHEMA_MAP) {
        if (!last)
            say(resolver, path, "leads below a value");
        else if (!allowed(path))
            say(resolver, path,
                "cannot change while the simulation runs; docs/events.md lists the settings that can");
        else
            add(resolver, path, field, way);
        return;
    }
    if (last) {
        say(resolver, path, "is a group: write the path of one setting");
        return;
    }
    char before[PATH_BYTES];
    snprintf(before, sizeof before, "%s%s%.*s", done, *done ? "." : "", (int)length, rest);
    const char *below = rest + length + 1;
    struct change next = *way;
    if (field->kind == SCHEMA_GROUP) {
        next.offset += field->offset;
        walk(resolver, before, below, field->sub, base + field->offset, &next);
        return;
    }
    const struct schema_map *map = (const void *)(base + field->offset);
    length = strcspn(below, ".");
    if (!below[length]) {
        say(resolver, path, "is a group: write the path of one setting");
        return;
    }
    snprintf(name, sizeof name, "%.*s", (int)length, below);
    const char *names[256];
    int found = 0, count = 0;
    for (int i = 0; i < map->count && next.depth < CHANGE_DEPTH; i++) {
        const char *entry = (const char *)map->entries + (size_t)i * field->sub->size, *own;
        memcpy(&own, entry, sizeof own);
        if (count < 256)
            names[count++] = own;
        bool meant = strlen(own) == length && !strncmp(own, below, length);
        if (strcmp(name, "*") != 0 && !meant)
            continue;
        found++;
        char here[PATH_BYTES];
        snprintf(here, sizeof here, "%.120s.%.60s", before, own);
        struct change inner = next;
        inner.map[inner.depth] = field->offset + next.offset;
        inner.entry[inner.depth] = (size_t)i * field->sub->size;
        inner.depth++;
        inner.offset = 0;
        walk(resolver, here, below + length + 1, field->sub, entry, &inner);
    }
    if (!found)
        say_unknown(resolver, path, name, names, count);
}

static void assign(struct resolver *resolver, const char *text, size_t length)
{
    char *copy = memory_alloc(length + 1, 1);
    memcpy(copy, text, length);
    char *equals = strchr(copy, '=');
    size_t end = equals ? (size_t)(equals - copy) : 0;
    while (end && isspace((unsigned char)copy[end - 1]))
        end--;
    const char *value = equals ? equals + 1 : "";
    value += strspn(value, " \t\n");
    if (!end || !*value) {
        say(resolver, copy, "write path=value, several with semicolons");
    } else if (end >= PATH_BYTES) {
        say(resolver, "set", "a path is too long");
    } else {
        config_t tree;
        config_init(&tree);
        if (override_value(&tree, value)) {
            copy[end] = 0;
            struct change start = {0};
            resolver->value = config_setting_get_elem(config_root_setting(&tree), 0);
            walk(resolver, "", copy, &scenario_schema, (const char *)resolver->scenario, &start);
        } else {
            say(resolver, copy, "the value cannot be read");
        }
        config_destroy(&tree);
    }
    free(copy);
}

/* Splits at semicolons outside of quotes. */
static void resolve_set(struct resolver *resolver, const char *text)
{
    while (*text) {
        text += strspn(text, " \t\n;");
        size_t length = 0;
        bool quoted = false;
        for (; text[length] && (quoted || text[length] != ';'); length++)
            quoted ^= text[length] == '"';
        size_t end = length;
        while (end && isspace((unsigned char)text[end - 1]))
            end--;
        if (end)
            assign(resolver, text, end);
        text += length;
    }
    if (!resolver->set->count && !error_any(resolver->errors))
        source_error(&resolver->scenario->source, resolver->errors, resolver->place,
                     "changes nothing: write path=value, several with semicolons");
}

static bool named(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; *at;) {
        at += strspn(at, ", ");
        size_t own = strcspn(at, ", ");
        if (own == length && !strncmp(at, name, length))
            return true;
        at += own;
    }
    return false;
}

/* Names that stand in take_events and nowhere else. */
static void check_taken(struct scenario *scenario, struct error_list *errors)
{
    const struct scenario_event *events = scenario->events.entries;
    const char *names[256];
    int count = 0;
    for (; count < scenario->events.count && count < 256; count++)
        names[count] = events[count].name;
    for (const char *at = scenario->take_events; *at;) {
        at += strspn(at, ", ");
        size_t length = strcspn(at, ", ");
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)(length < 60 ? length : 60), at);
        at += length;
        if (!length || schema_entry(&scenario->events, &scenario_event_schema, name))
            continue;
        int nearest = text_nearest(name, names, count);
        source_error(&scenario->source, errors, "take_events", "\"%s\" is not among `events`%s%s%s", name,
                     nearest >= 0 ? "; did you mean '" : "", nearest >= 0 ? names[nearest] : "",
                     nearest >= 0 ? "'?" : "");
    }
}

bool change_resolve(struct scenario *scenario, struct error_list *errors)
{
    int before = errors->inputs;
    const struct scenario_event *events = scenario->events.entries;
    bool all = !strcmp(scenario->take_events, "all"), none = !strcmp(scenario->take_events, "none");
    if (!all && !none)
        check_taken(scenario, errors);
    scenario->changes =
        arena_alloc(&scenario->arena, (size_t)scenario->events.count, sizeof *scenario->changes);
    for (int i = 0; i < scenario->events.count && !none; i++) {
        if (!all && !named(scenario->take_events, events[i].name))
            continue;
        char place[PATH_BYTES];
        snprintf(place, sizeof place, "events.%.60s.set", events[i].name);
        struct change_set *set = &scenario->changes[scenario->change_count++];
        set->event = &events[i];
        set->number = i;
        struct resolver resolver = {.scenario = scenario, .errors = errors, .place = place, .set = set};
        int so_far = errors->inputs;
        resolve_set(&resolver, events[i].set);
        if (errors->inputs == so_far)
            change_check(scenario, place, set, NULL, errors);
    }
    for (int i = 0; i < scenario->change_count && errors->inputs == before; i++)
        for (int k = 0; k < scenario->change_count; k++)
            change_check_pair(scenario, &scenario->changes[i], &scenario->changes[k], errors);
    return errors->inputs == before;
}
