/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An event's `set`: which paths lead somewhere, what they are refused with and where, what becomes of values;
 * every pattern of settings that can change leads to some; copies leave the original alone; the page tells
 * the same list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario/change.h"
#include "scenario_case.h"

/* Line 4 is the events', so mistakes are told there. */
static const char rest[] =
    "title = \"change\"; start = \"2024-01-01\"; horizon = \"1y\";\n"
    "supply: { line = \"fab, second\"; estimate = \"plan\"; };\n"
    "buyers: { firm: { backlog = 5; accepts = \"a, b\"; budget_per_year = 1000.0; }; other: { hoard = 2.0; "
    "}; };\n"
    "events: { %s };\n"
    "site: { east: { chip = \"a\"; cards = 64; ordered = \"2024-02-01\"; workload = \"mix\"; jobs_per_day = "
    "2.5; reliability = \"frail\";\n"
    "    pools: { old: { chip = \"b\"; cards = 8; ordered = \"2024-02-01\"; }; }; software = \"port\"; };\n"
    "  west: { chip = \"a\"; cards = 8; ordered = \"2024-02-01\"; workload = \"mix\"; jobs_per_day = 1.5; "
    "copies = 2; }; };\n"
    "chips: { a: { peak_tflops = 100.0; price_cny = 9.0; stack = \"cann\"; power_w = 5.0; efficiency: { "
    "fine-tuning: { mfu = 0.5; }; }; };\n"
    "  b: { peak_tflops = 90.0; price_cny = 7.0; stack = \"cann\"; efficiency: { fine-tuning: { mfu = 0.5; "
    "}; }; };\n"
    "  a-chip-whose-name-has-forty-letters-in: { peak_tflops = 1.0; efficiency: {}; }; };\n"
    "workloads: { mix: { reference_chip = \"a\"; classes: { tune: { kind = \"fine-tuning\"; share = 1.0; "
    "sizes = [1]; size_weights = [1];\n"
    "    length_median = \"1h\"; }; }; }; };\n"
    "lines: { fab: { chip = \"a\"; estimates: { plan: { years = [2024, 2025]; cards = [100, 200]; }; };\n"
    "    stages: { wafer_years = [2024]; wafers_per_month = [5.0]; yield_years = [2024]; yields = [0.5]; "
    "package_years = [2024]; packages_per_month = [9.0]; }; };\n"
    "  second: { chip = \"b\"; estimates: { plan: { years = [2024]; cards = [10]; }; }; }; };\n"
    "memories: { hbm: { years = [2024, 2025]; stacks_per_month = [1.5, 2.5]; }; };\n"
    "reliability: { frail: { failures_per_1000_node_days = 1.0; repair_median = \"1h\"; "
    "manual_median = \"2d\"; causes: { card: { scope = \"card\"; failures_per_1000_node_days = 2.0; }; }; }; "
    "};\n"
    "software: { port: { stack = \"cuda\"; maturity_floor = 0.4; maturity_ceiling = 0.8; }; };\n"
    "%s\n";

/* Reads the scenario with those events and one line more. */
static bool read_events(struct scenario *scenario, struct error_list *errors, const char *events,
                        const char *more)
{
    char text[6000];
    assert_true(snprintf(text, sizeof text, rest, events, more) < (int)sizeof text);
    case_write("change.cfg", text);
    *errors = (struct error_list){0};
    return scenario_read(scenario, "change.cfg", NULL, 0, errors);
}

static bool read_set(struct scenario *scenario, struct error_list *errors, const char *set)
{
    char events[1500];
    snprintf(events, sizeof events, "e: { at = \"2024-05-01\"; set = \"%s\"; };", set);
    return read_events(scenario, errors, events, "");
}

static void refused(const char *set, const char *part)
{
    struct scenario scenario;
    struct error_list errors;
    assert_false(read_set(&scenario, &errors, set));
    case_said(&errors, "change.cfg", 4, "events.e.set", part);
    error_list_free(&errors);
    scenario_free(&scenario);
}

/* The number of settings that it changes. */
static int changes(const char *set)
{
    struct scenario scenario;
    struct error_list errors;
    bool good = read_set(&scenario, &errors, set);
    case_count(&errors, 0);
    assert_true(good && scenario.change_count == 1);
    int count = scenario.changes[0].count;
    error_list_free(&errors);
    scenario_free(&scenario);
    return count;
}

static void test_paths(void **state)
{
    (void)state;
    assert_int_equal(changes("lines.fab.open=false"), 1);
    assert_int_equal(changes("lines.*.open=false"), 2);
    assert_int_equal(changes("site.*.jobs_per_day=9"), 2); /* entries, not copies */
    assert_int_equal(changes("lines.*.estimates.*.cards=[3, 4]; lines.second.estimates.plan.cards=[5]"), 3);
    assert_int_equal(changes("  lines.fab.open = false ;; buyers.firm.tier=3;\\n"), 2);
    refused("buyers.firm.accepts=\\\"b;a\\\"",
            "after this event buyers.firm.accepts: \"b;a\" is not among `chips`");
}

static void test_values(void **state)
{
    (void)state;
    struct scenario scenario, copy;
    struct error_list errors;
    struct arena arena = {0};
    bool good = read_set(&scenario, &errors,
                         "lines.fab.output_factor=0.25; buyers.firm.accepts=\\\"b, a\\\"; "
                         "supply.allocation=quota; buyers.firm.patience=3w; "
                         "memories.hbm.stacks_per_month=[7, 0.5]; lines.fab.open=false; buyers.*.tier=9; "
                         "site.east.energy.pue=1.75; "
                         "lines.fab.stages.wafers_per_month=[11]; chips.a.price_cny=8; chips.a.price_cny=12");
    case_count(&errors, 0);
    assert_true(good);
    change_copy(&copy, &scenario, &arena);
    change_apply(&copy, &scenario.changes[0]);
    const struct scenario_line *was = scenario.lines.entries, *is = copy.lines.entries;
    const struct scenario_buyer *buyers = copy.buyers.entries, *before = scenario.buyers.entries;
    const struct scenario_memory *memory = copy.memories.entries;
    const struct scenario_site *sites = copy.site.entries;
    assert_true(is[0].output_factor == 0.25 && is[1].output_factor == 1 && was[0].output_factor == 1);
    assert_true(!is[0].open && is[1].open && was[0].open);
    assert_string_equal(buyers[0].accepts, "b, a");
    assert_string_equal(before[0].accepts, "a, b");
    assert_string_equal(copy.supply.allocation, "quota");
    assert_string_equal(scenario.supply.allocation, "priority");
    assert_true(buyers[0].patience == INT64_C(21) * 86400 * 1000000 && before[0].patience == 0);
    assert_true(buyers[0].tier == 9 && buyers[1].tier == 9 && before[1].tier == 1);
    assert_int_equal(memory->stacks_per_month.count, 2);
    assert_true(memory->stacks_per_month.values[0] == 7 && memory->stacks_per_month.values[1] == 0.5);
    assert_true(((const struct scenario_memory *)scenario.memories.entries)->stacks_per_month.values[0] ==
                1.5);
    assert_true(sites[0].energy.pue == 1.75 && sites[1].energy.pue == 1.42);
    assert_true(is[0].stages.wafers_per_month.values[0] == 11 &&
                was[0].stages.wafers_per_month.values[0] == 5);
    assert_true(scenario_chip(&copy, "a")->price_cny == 12 && scenario_chip(&scenario, "a")->price_cny == 9);
    arena_free(&arena);
    error_list_free(&errors);
    scenario_free(&scenario);
}

static void test_refusals(void **state)
{
    (void)state;
    refused("lines.fap.open=false",
            "lines.fap.open: there is no such setting: did you mean 'fab' for 'fap'?");
    refused("lines.fab.opem=false", "did you mean 'open' for 'opem'?");
    refused("lines.nowhere-near-anything.open=false", "'nowhere-near-anything' is not known there");
    refused("ines.fab.open=false", "did you mean 'lines' for 'ines'?");
    refused("lines.fab=false", "lines.fab: is a group: write the path of one setting");
    refused("lines=false", "lines: is a group");
    refused("site.east.energy=1", "site.east.energy: is a group");
    refused("lines.fab.open.wide=false", "leads below a value");
    refused("site.east.cards=128",
            "site.east.cards: cannot change while the simulation runs; docs/events.md lists");
    refused("site.*.order=sjf", "site.east.order: cannot change while");
    refused("site.east.pools.old.cards=16", "cannot change while");
    refused("horizon=2y", "horizon: cannot change while");
    refused("chips.a-chip-whose-name-has-forty-letters-in.peak_tflops=2", "cannot change while");
    refused("lines.fab.output_factor=-1", "lines.fab.output_factor: out of range: 0 to 1000 allowed");
    refused("lines.fab.open=maybe", "must be true or false");
    refused("buyers.firm.tier=1.5", "must be a whole number");
    refused("buyers.firm.patience=5", "must be a duration with a unit");
    refused("supply.allocation=quotta", "did you mean 'quota'?");
    refused("lines.fab.estimates.plan.cards=7", "must be a list of numbers");
    refused("lines.fab.estimates.plan.cards=[7, -1]", "item 2 of the list");
    refused("lines.fab.open", "write path=value, several with semicolons");
    refused("=false", "write path=value");
    refused("lines.fab.open=", "write path=value");
    refused("", "changes nothing: write path=value");
    refused(" ; ;", "changes nothing");
    refused("lines..open=false", "there is no such setting");
    refused(".lines=false", "there is no such setting");
    char longest[400];
    snprintf(longest, sizeof longest, "lines.%0250d.open=false", 7);
    refused(longest, "a path is too long");
}

/* The value may be fine, and the scenario no more. */
static void test_after(void **state)
{
    (void)state;
    refused("lines.fab.estimates.plan.cards=[7]",
            "after this event lines.fab.estimates.plan.years: has 2 items but cards has 1");
    refused("memories.hbm.years=[2025, 2024]", "after this event memories.hbm.years: must ascend");
    refused("software.port.maturity_ceiling=0.3",
            "after this event software.port.maturity_floor: must not be above");
    refused("buyers.other.gives_up=true", "after this event buyers.other.gives_up: needs a patience");
    refused("chips.a.price_cny=0", "after this event buyers.firm.budget_per_year: needs a price of \"a\"");
    refused("chips.a.idle_w=6", "");
    refused("lines.second.stages.yields=[0.5]; lines.second.stages.yield_years=[2024]",
            "give the line stages, which it must have from the start");
    refused("lines.fab.stages.yields=[]; lines.fab.stages.yield_years=[]", "an event cannot end those");
}

/* Each of two events is fine, and both together are not: told where they can meet, and only there. */
static void test_meetings(void **state)
{
    (void)state;
    static const struct {
        const char *events, *part;
    } cases[] = {
        {"long: { at = \"2024-03-01\"; set = \"memories.hbm.years=[2024]; "
         "memories.hbm.stacks_per_month=[5]\"; };"
         " short: { at = \"2024-06-01\"; set = \"memories.hbm.stacks_per_month=[1, 2]\"; };",
         "after this event, while \"long\" holds, memories.hbm.years: has 1 items but stacks_per_month has "
         "2"},
        {"long: { at = \"2024-03-01\"; lasts = \"92d\"; set = \"memories.hbm.years=[2024]; "
         "memories.hbm.stacks_per_month=[5]\"; };"
         " short: { at = \"2024-06-01\"; set = \"memories.hbm.stacks_per_month=[1, 2]\"; };",
         NULL},
        {"long: { at = \"2024-03-01\"; lasts = \"93d\"; set = \"memories.hbm.years=[2024]; "
         "memories.hbm.stacks_per_month=[5]\"; };"
         " short: { at = \"2024-06-01\"; set = \"memories.hbm.stacks_per_month=[1, 2]\"; };",
         "while \"long\" holds"},
        {"up: { per_year = 1.0; lasts = \"1d\"; set = \"software.port.maturity_floor=0.7\"; };"
         " down: { at = \"2024-06-01\"; set = \"software.port.maturity_ceiling=0.6\"; };",
         "after this event, while \"up\" holds, software.port.maturity_floor: must not be above "
         "maturity_ceiling (0.6)"},
        {"up: { at = \"2024-02-01\"; set = \"software.port.maturity_floor=0.7; "
         "software.port.maturity_ceiling=0.9\"; };"
         " down: { at = \"2024-06-01\"; set = \"software.port.maturity_floor=0.2; "
         "software.port.maturity_ceiling=0.5\"; };",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scenario scenario;
        struct error_list errors;
        bool good = read_events(&scenario, &errors, cases[i].events, "");
        assert_int_equal(good, cases[i].part == NULL);
        if (cases[i].part)
            case_said(&errors, "change.cfg", 4, i == 3 ? "events.down.set" : "events.short.set",
                      cases[i].part);
        error_list_free(&errors);
        scenario_free(&scenario);
    }
}

static void test_taken(void **state)
{
    (void)state;
    static const char events[] = "ban: { at = \"2024-05-01\"; set = \"lines.fab.open=false\"; };"
                                 " boom: { per_year = 2.0; set = \"site.east.cards=7\"; };";
    struct scenario scenario;
    struct error_list errors;
    assert_false(read_events(&scenario, &errors, events, "take_events = \"bam, ban\";"));
    case_said(&errors, "change.cfg", 19, "take_events", "\"bam\" is not among `events`; did you mean 'ban'?");
    case_count(&errors, 1); /* what is not taken may be wrong */
    error_list_free(&errors);
    scenario_free(&scenario);
    static const char *const lists[] = {"none", "ban", " , ban,", "ban, ban"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char more[60];
        snprintf(more, sizeof more, "take_events = \"%s\";", lists[i]);
        assert_true(read_events(&scenario, &errors, events, more));
        assert_int_equal(scenario.change_count, i > 0);
        error_list_free(&errors);
        scenario_free(&scenario);
    }
}

/* A value in the range of each pattern's setting, with the lists as long as those of the scenario. */
static const char *value_for(const char *pattern)
{
    static const struct {
        const char *end, *value;
    } values[] = {
        {"allocation", "quota"},
        {"domestic_only", "true"},
        {"open", "true"},
        {"estimates.*.cards", "[5]"},
        {"median", "3d"},
        {"years", "[2024]"},
        {"wafers_per_month", "[3]"},
        {"yields", "[0.25]"},
        {"packages_per_month", "[3]"},
        {"stacks_per_month", "[1, 2]"},
        {"package_yield", "0.5"},
        {"yield_mean", "0.5"},
        {"accepts", "a"},
        {"patience", "9d"},
        {"gives_up", "false"},
        {"state_funded", "true"},
        {"tier", "3"},
        {"waiting_cards", "3"},
        {"hoard", "3"},
        {"family_open", "false"},
        {"maturity_floor", "0.5"},
        {"maturity_ceiling", "0.5"},
        {"dispatch.rule", "home"},
        {"slack", "1h"},
        {"restart", "1h"},
        {"checkpoint_cost", "1min"},
        {"checkpoint_interval", "2h"},
        {"detect", "1min"},
        {"idle_w", "1"},
        {"pue", "1.5"},
    };
    size_t length = strlen(pattern);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        size_t end = strlen(values[i].end);
        if (end <= length && !strcmp(pattern + length - end, values[i].end))
            return values[i].value;
    }
    return "0.75";
}

static void test_every_pattern(void **state)
{
    (void)state;
    assert_null(change_pattern(-1));
    int count = 0;
    for (; change_pattern(count); count++) {
        char set[200];
        const char *pattern = change_pattern(count);
        const char *value = value_for(pattern);
        if (!strcmp(pattern, "memories.*.years"))
            value = "[2023, 2024]";
        if (!strcmp(pattern, "lines.*.estimates.*.cards"))
            snprintf(set, sizeof set, "lines.second.estimates.*.cards=[5]");
        else if (strstr(pattern, "stages"))
            snprintf(set, sizeof set, "lines.fab.%s=%s", pattern + strlen("lines.*."), value);
        else
            snprintf(set, sizeof set, "%s=%s", pattern, value);
        assert_true(changes(set) >= 1);
    }
    assert_true(count > 50);
}

/* docs/events.md has a line "| `PATH` |" for each, and no other. */
static void test_page_lists_them(void **state)
{
    (void)state;
    char name[1024], line[1200];
    snprintf(name, sizeof name, "%s/docs/events.md", getenv("TENK_SOURCE"));
    FILE *page = fopen(name, "r");
    assert_non_null(page);
    int next = 0;
    bool listing = false;
    while (fgets(line, sizeof line, page)) {
        if (!strncmp(line, "<!-- settings -->", 17))
            listing = true;
        if (!strncmp(line, "<!-- end -->", 12))
            listing = false;
        if (!listing || strncmp(line, "| `", 3))
            continue;
        line[3 + strcspn(line + 3, "`")] = 0;
        assert_non_null(change_pattern(next));
        assert_string_equal(line + 3, change_pattern(next));
        next++;
    }
    fclose(page);
    assert_null(change_pattern(next));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),         cmocka_unit_test(test_values),
        cmocka_unit_test(test_refusals),      cmocka_unit_test(test_after),
        cmocka_unit_test(test_meetings),      cmocka_unit_test(test_taken),
        cmocka_unit_test(test_every_pattern), cmocka_unit_test(test_page_lists_them),
    };
    return cmocka_run_group_tests(tests, case_begin, case_end);
}
