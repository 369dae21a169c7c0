/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does every event of configs/events.cfg set something that exists and may change in mid-run, to a value in
 * its range, and does docs/cities.md tell the same?
 *
 * Each `set` is taken apart here and walked through the tables of settings and the entries of the catalogues.
 * What is expected of dates is written here a second time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "engine/clock.h"
#include "scenario/scenario.h"
#include "scenario/scenario_rows.h"
#include "scenario/schema_value.h"
#include "scenario_case.h"

enum { EXIT_SKIPPED = 77, NAMES = 8 };

/* The maps that a `set` reaches, whether or not the table of a scenario has them all yet. */
struct country {
    struct schema_map events, software, memories, lines, chips, site;
    struct scenario_dispatch dispatch;
    struct scenario_supply supply;
};
static const struct schema_field supply_fields[] = {
    CHOICE(scenario_supply, allocation, choices_allocation, "priority", ""),
    FLAG(scenario_supply, domestic_only, "false", ""),
};
static const struct schema supply_schema = SCHEMA(scenario_supply, supply_fields);
static const struct schema_field country_fields[] = {
    MAP(country, events, &scenario_event_schema, "", ""),
    MAP(country, software, &scenario_software_schema, "", ""),
    MAP(country, memories, &scenario_memory_schema, "", ""),
    MAP(country, lines, &scenario_line_schema, "", ""),
    MAP(country, chips, &scenario_chip_schema, "", ""),
    MAP(country, site, &scenario_site_schema, "", ""),
    GROUP(country, dispatch, &scenario_dispatch_schema, ""),
    GROUP(country, supply, &supply_schema, ""),
};
static const struct schema country_schema = SCHEMA(country, country_fields);

/* What may change in mid-run; * stands for one name. */
static const char *const changeable[] = {
    "supply.allocation",
    "supply.domestic_only",
    "lines.*.open",
    "lines.*.output_factor",
    "lines.*.yield_mean",
    "lines.*.stages.*",
    "lines.*.lead_time_median",
    "lines.*.lead_time_sigma",
    "memories.*.*",
    "chips.*.price_cny",
    "chips.*.power_w",
    "chips.*.idle_w",
    "chips.*.server_w",
    "site.*.jobs_per_day",
    "site.*.jobs_growth_per_year",
    "site.*.tier",
    "site.*.weight",
    "site.*.bid",
    "site.*.patience",
    "site.*.gives_up",
    "site.*.state_funded",
    "site.*.delay_ms",
    "site.*.energy.*",
    "software.*.*",
    "dispatch.*",
};

/* Entries of catalogues that events may count on even where a catalogue does not have them. */
static const char *const promised[] = {
    "lines.nvidia-a100", "lines.nvidia-h100", "lines.nvidia-a800",  "lines.nvidia-h800",
    "lines.nvidia-h20",  "software.*",        "memories.hbm-china",
};

static struct country country;
static struct source source;
static struct arena arena;
static char configs[1024];

static int events_read(void **state)
{
    snprintf(configs, sizeof configs, "%s/configs", getenv("TENK_SOURCE"));
    if (case_begin(state) || symlink(configs, "configs") || mkdir("scenarios", 0700))
        return -1;
    case_write("scenarios/all.cfg", "chips: {\n@include \"../configs/chips.cfg\"\n};\n"
                                    "lines: {\n@include \"../configs/suppliers.cfg\"\n};\n"
                                    "events: {\n@include \"../configs/events.cfg\"\n};\n");
    struct error_list errors = {0};
    bool good = source_read(&source, "scenarios/all.cfg", &errors) &&
                schema_read(&country_schema, &source, &country, &arena, &errors);
    error_print(&errors, 0, stderr);
    error_list_free(&errors);
    return good ? 0 : -1;
}

static int events_free(void **state)
{
    source_free(&source);
    arena_free(&arena);
    return case_end(state);
}

static const struct scenario_event *event(const char *name)
{
    const struct scenario_event *found = schema_entry(&country.events, &scenario_event_schema, name);
    if (!found)
        fail_msg("there is no event %s", name);
    return found;
}

/* Cuts a path at its dots in place; the number of names. */
static int split_path(char *path, const char *names[NAMES])
{
    int count = 0;
    for (char *name = path; name && count < NAMES; count++) {
        char *dot = strchr(name, '.');
        if (dot)
            *dot = 0;
        names[count] = name;
        name = dot ? dot + 1 : NULL;
    }
    return count;
}

static bool matches(const char *pattern, const char *const names[], int count)
{
    char copy[100];
    const char *parts[NAMES];
    snprintf(copy, sizeof copy, "%s", pattern);
    if (split_path(copy, parts) != count)
        return false;
    for (int i = 0; i < count; i++)
        if (strcmp(parts[i], "*") != 0 && strcmp(parts[i], names[i]) != 0)
            return false;
    return true;
}

static bool may_change(const char *const names[], int count)
{
    for (size_t i = 0; i < sizeof changeable / sizeof *changeable; i++)
        if (matches(changeable[i], names, count))
            return true;
    return false;
}

static bool entry_exists(const struct schema_field *map, const char *const names[])
{
    const struct schema_map *entries = (const void *)((const char *)&country + map->offset);
    if (schema_entry(entries, map->sub, names[1]))
        return true;
    for (size_t i = 0; i < sizeof promised / sizeof *promised; i++) {
        char copy[100];
        const char *parts[NAMES];
        snprintf(copy, sizeof copy, "%s", promised[i]);
        if (split_path(copy, parts) == 2 && !strcmp(parts[0], names[0]) && !strcmp(parts[1], names[1]))
            return true;
    }
    return false;
}

static const struct schema_field *field_named(const struct schema *schema, const char *key)
{
    for (int i = 0; schema && i < schema->count; i++)
        if (!strcmp(schema->fields[i].key, key))
            return &schema->fields[i];
    return NULL;
}

/* The setting that a path names; NULL when there is none, with the reason in `why`. */
static const struct schema_field *field_at(const char *const names[], int count, const char **why)
{
    const struct schema *schema = &country_schema;
    for (int i = 0; i < count; i++) {
        const struct schema_field *field = field_named(schema, names[i]);
        *why = "no such setting";
        if (!field)
            return NULL;
        if (i == count - 1)
            return field->kind == SCHEMA_MAP || field->kind == SCHEMA_GROUP ? NULL : field;
        schema = field->sub;
        if (field->kind == SCHEMA_MAP) {
            *why = "no such entry";
            if (i || !entry_exists(field, names) || count < 3)
                return NULL;
            i++;
        }
    }
    return NULL;
}

/* As --set: libconfig's text, or plain text where it is none. */
static bool take_value(const struct schema_field *field, const char *value, char *problem, size_t size)
{
    config_t tree;
    config_init(&tree);
    char line[200];
    snprintf(line, sizeof line, "v = %s;", value);
    if (!config_read_string(&tree, line)) {
        config_destroy(&tree);
        config_init(&tree);
        config_setting_set_string(config_setting_add(config_root_setting(&tree), "v", CONFIG_TYPE_STRING),
                                  value);
    }
    union {
        int64_t whole;
        double real;
        bool flag;
        const char *text;
        struct schema_list list;
    } target;
    bool ok = schema_value_take(field, config_lookup(&tree, "v"), &target, &arena, problem, size);
    config_destroy(&tree);
    return ok;
}

/* NULL when the assignment is sound, else what is wrong with it. */
static const char *judge(const char *assignment, char *problem, size_t size)
{
    char path[200];
    const char *equals = strchr(assignment, '='), *names[NAMES], *why = NULL;
    if (!equals || (size_t)(equals - assignment) >= sizeof path)
        return "no assignment";
    snprintf(path, sizeof path, "%.*s", (int)(equals - assignment), assignment);
    int count = split_path(path, names);
    if (!may_change(names, count))
        return "may not change in mid-run";
    const struct schema_field *field = field_at(names, count, &why);
    if (!field)
        return why;
    return take_value(field, equals + 1, problem, size) ? NULL : problem;
}

static void test_settings(void **state)
{
    (void)state;
    const struct scenario_event *events = country.events.entries;
    int assignments = 0;
    for (int i = 0; i < country.events.count; i++) {
        char *set = memory_text(events[i].set), *rest = set;
        for (char *one; (one = rest); assignments++) {
            rest = strstr(one, "; ");
            if (rest) {
                *rest = 0;
                rest += 2;
            }
            char problem[400];
            const char *wrong = judge(one, problem, sizeof problem);
            if (wrong)
                fail_msg("%s: %s: %s", events[i].name, one, wrong);
        }
        free(set);
    }
    assert_true(assignments > country.events.count);
}

/* The judge itself: what it must refuse. */
static void test_judge(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "lines.ascend-910b.open",
        "lines.ascend-910b.open=perhaps",
        "lines.ascend-910d.open=false",
        "lines.ascend-910b.opens=false",
        "lines.ascend-910b.chip=h20",
        "lines.ascend-910b=1",
        "lines.ascend-910b.yield_mean=60",
        "buyers.firm.backlog=1",
        "software.cann.family_open=1",
        "software.*.family_open=maybe",
        "software.*.port_fine_median=10",
        "site.wuxi.cards=5",
        "chips.ascend-910c.price_cny=-1",
        "supply.line=ascend-910b",
        "memories.hbm-china.years=[1234]",
        "supply.domestic_only.x=true",
        "dispatch.rule=away",
        "",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char problem[400];
        if (!judge(bad[i], problem, sizeof problem))
            fail_msg("\"%s\" passed", bad[i]);
    }
    static const char *const good[] = {"lines.ascend-910b.stages.die_stock=2900000",
                                       "dispatch.max_delay_ms=20.5",
                                       "lines.ascend-910c.lead_time_median=1.5d"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char problem[400];
        const char *wrong = judge(good[i], problem, sizeof problem);
        if (wrong)
            fail_msg("%s: %s", good[i], wrong);
    }
}

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *name, *at;
        const char *confidence;
    } table[] = {
        {"us-rule-2022", "2022-10-07", "official"}, {"us-rule-2023", "2023-10-17", "official"},
        {"hbm-rule", "2024-12-31", "official"},     {"h20-licence", "2025-04-09", "official"},
        {"h20-resumes", "2025-07-14", "media"},     {"china-bars-nvidia", "2025-09-01", "media"},
        {"domestic-only", "2025-11-05", "media"},
    };
    int dated = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int64_t at = 0;
        assert_true(clock_parse(table[i].at, &at));
        assert_int_equal(event(table[i].name)->at, at);
        assert_string_equal(event(table[i].name)->confidence, table[i].confidence);
    }
    assert_int_equal(event("hbm-rule")->announced, 29 * CLOCK_DAY); /* from 2024-12-02 */
    const struct scenario_event *events = country.events.entries;
    for (int i = 0; i < country.events.count; i++) {
        bool question = events[i].at == 0;
        dated += !question;
        assert_true(question == (events[i].per_year > 0)); /* a date or a rate */
        assert_true(question == !strncmp(events[i].source, "assumption:", 11));
        assert_true(question == !strcmp(events[i].confidence, "assumption"));
        assert_true(!question || !events[i].announced);
        assert_true((events[i].delay_median > 0) == (events[i].delay_sigma > 0));
        assert_true(question || strstr(events[i].source, "http") ||
                    strstr(events[i].source, "address not kept"));
    }
    assert_int_equal(dated, sizeof table / sizeof *table);
}

/* The page has a row of each, with what it sets. */
static void test_page(void **state)
{
    (void)state;
    char path[1100];
    snprintf(path, sizeof path, "%s/docs/cities.md", getenv("TENK_SOURCE"));
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    struct text page = {0};
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
        text_append(&page, part, n);
    fclose(file);
    const char *at = strstr(text_string(&page), "\n| event | when | sets | confidence |\n");
    assert_non_null(at);
    at = strchr(at + 1, '\n') + 1;
    const struct scenario_event *events = country.events.entries;
    for (int i = 0; i < country.events.count; i++) {
        struct text when = {0}, sets = {0};
        at = strchr(at, '\n') + 1;
        if (events[i].at) {
            char date[16];
            clock_write_date(date, events[i].at);
            text_format(&when, "| %s | %s", events[i].name, date);
        } else if (events[i].chance < 1) {
            text_format(&when, "| %s | chance %g, %g a year", events[i].name, events[i].chance,
                        events[i].per_year);
        } else {
            text_format(&when, "| %s | %g a year", events[i].name, events[i].per_year);
        }
        text_format(&sets, "| `%s` | %s |\n", events[i].set, events[i].confidence);
        const char *end = strchr(at, '\n') + 1;
        size_t tail = strlen(text_string(&sets));
        if (strncmp(at, text_string(&when), strlen(text_string(&when))) != 0 || (size_t)(end - at) < tail ||
            strncmp(end - tail, text_string(&sets), tail) != 0)
            fail_msg("docs/cities.md should have: %s ... %s", text_string(&when), text_string(&sets));
        text_free(&when);
        text_free(&sets);
    }
    assert_true(strchr(at, '\n')[1] != '|'); /* no row of an event that is gone */
    text_free(&page);
}

int main(void)
{
    if (!getenv("TENK_SOURCE")) {
        fputs("TENK_SOURCE does not say where configs/ is\n", stderr);
        return EXIT_SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_page),
    };
    return cmocka_run_group_tests(tests, events_read, events_free);
}
