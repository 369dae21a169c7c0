/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What check.c finds, at its limits: the last value that is sound and the first that is not. That every
 * finding has its line and reaches the user is tested through the program
 * (tests/command/test_broken_scenarios.sh).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "scenario/scenario.h"
#include "scenario_case.h"

static const char sound[] =
    "title = \"t\"; start = \"2025-01-01\"; horizon = \"30d\";\n"
    "site: { town: { chip = \"tiny\"; cards = 64; ordered = \"2025-01-01\";\n"
    "  delivery = \"at-once\"; workload = \"mix\"; jobs_per_day = 5.0; reliability = \"frail\";\n"
    "  runs: { big: { at = \"2025-01-02\"; cards = 64; length = \"1d\"; }; }; }; };\n"
    "chips: { tiny: { peak_tflops = 100.0;\n"
    "  efficiency: { pretraining: { mfu = 0.3; }; debugging: { mfu = 0.2; }; };\n"
    "  scale: { cards = [1, 64]; factor = [1.0, 0.9]; }; }; };\n"
    "workloads: { mix: { reference_chip = \"tiny\"; classes: {\n"
    "  a: { kind = \"pretraining\"; share = 0.75; sizes = [1, 8]; size_weights = [1, 1];\n"
    "    length_median = \"1h\"; length_max = \"1h\"; };\n"
    "  b: { kind = \"debugging\"; share = 0.25; sizes = [1]; size_weights = [1];\n"
    "    length_median = \"1h\"; }; }; }; };\n"
    "reliability: { frail: { failures_per_1000_node_days = 1.0; repair_median = \"1s\"; }; };\n"
    "lines: { fab: { chip = \"tiny\"; estimates: { low: { years = [2024, 2025];\n"
    "  cards = [100, 200]; }; }; }; };\n";

/* The sound scenario with one piece of text in the place of another; the caller frees it. */
static char *with(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    assert_non_null(at);
    assert_null(strstr(at + 1, old));
    struct text made = {0};
    text_append(&made, text, (size_t)(at - text));
    text_put(&made, new);
    text_put(&made, at + strlen(old));
    return made.bytes;
}

static void expect_text(const char *text, const char *path, const char *part)
{
    struct scenario scenario;
    struct error_list errors = {0};
    case_write("s.cfg", text);
    bool good = scenario_read(&scenario, "s.cfg", NULL, 0, &errors);
    assert_int_equal(good, errors.count == 0);
    if (part) {
        assert_false(good);
        bool said = false;
        for (int i = 0; i < errors.count; i++)
            said |= !strcmp(errors.items[i].path, path) && strstr(errors.items[i].message, part);
        if (!said) {
            error_print(&errors, 0, stderr);
            fail_msg("nothing said of %s: %s", path, part);
        }
        case_count(&errors, 1);
    } else if (!good) {
        error_print(&errors, 0, stderr);
        fail_msg("a sound scenario is refused");
    }
    scenario_free(&scenario);
    error_list_free(&errors);
}

/* Fails unless the scenario with that change is sound (part NULL), or has this one mistake. */
static void expect(const char *old, const char *new, const char *path, const char *part)
{
    char *text = with(sound, old, new);
    expect_text(text, path, part);
    free(text);
}

static void test_sound(void **state)
{
    (void)state;
    expect_text(sound, NULL, NULL);
    expect("workload = \"mix\"; jobs_per_day = 5.0;", "", NULL, NULL); /* runs alone are enough */
    expect("reliability = \"frail\";", "", NULL, NULL);                /* nothing need fail */
    expect("  scale: { cards = [1, 64]; factor = [1.0, 0.9]; };", "", NULL, NULL);
    expect("reference_chip = \"tiny\";", "reference_chip = \"tiny\"; hour_weights = [];", NULL, NULL);
}

static void test_dates(void **state)
{
    (void)state;
    static const char *const ordered = "site.town.ordered", *const at = "site.town.runs.big.at";
    static const char *const said = "must lie between the scenario's start and its horizon";
    expect("ordered = \"2025-01-01\"", "ordered = \"2025-01-30\"", NULL, NULL);
    expect("ordered = \"2025-01-01\"", "ordered = \"2025-01-31\"", ordered, said); /* day 30 is the end */
    expect("ordered = \"2025-01-01\"", "ordered = \"2024-12-31\"", ordered, said);
    expect("at = \"2025-01-02\"", "at = \"2025-01-01\"", NULL, NULL);
    expect("at = \"2025-01-02\"", "at = \"2025-01-30\"", NULL, NULL);
    expect("at = \"2025-01-02\"", "at = \"2025-01-31\"", at, said);
    expect("at = \"2025-01-02\"", "at = \"2024-12-31\"", at, said);
    expect("start = \"2025-01-01\"; horizon = \"30d\";", "start = \"1970-01-01\"; horizon = \"100y\";", NULL,
           NULL);
    /* 1970-01-01 is a date like any other, though it is 0 inside */
    expect("ordered = \"2025-01-01\"", "ordered = \"1970-01-01\"", ordered, said);
    expect("at = \"2025-01-02\"", "at = \"1970-01-01\"", at, said);
}

static void test_cards(void **state)
{
    (void)state;
    expect("cards = 64; ordered", "cards = 64; opens_at_cards = 64; ordered", NULL, NULL);
    expect("cards = 64; ordered", "cards = 64; opens_at_cards = 65; ordered", "site.town.opens_at_cards",
           "would never open");
    expect("cards = 64; length", "cards = 65; length", "site.town.runs.big.cards", "more than the 64 cards");
    expect("cards = 64; ordered", "cards = 72; ordered", NULL, NULL);
    expect("cards = 64; ordered", "cards = 68; ordered", "site.town.cards", "multiple of cards_per_node (8)");
    expect("cards = 64; ordered", "cards = 68; cards_per_node = 4; ordered", NULL, NULL);
    expect("cards = 64; ordered", "cards = 4194303; cards_per_node = 1; ordered", NULL, NULL);
    expect("cards = 64; ordered", "cards = 4194304; cards_per_node = 1; ordered", "site.town.cards",
           "more than 4,194,303 nodes");
}

static void test_shares(void **state)
{
    (void)state;
    expect("share = 0.25", "share = 0.2501", NULL, NULL); /* printed shares need not sum to the last digit */
    expect("share = 0.25", "share = 0.2521", "workloads.mix.classes", "must sum to 1");
    expect("share = 0.25", "share = 0.2479", "workloads.mix.classes", "must sum to 1");
    expect("share = 0.25", "share = 0", "workloads.mix.classes", "the shares sum to 0.75");
}

static void repeat(struct text *text, const char *piece, int count)
{
    for (int i = 0; i < count; i++)
        text_format(text, "%s%s", i ? ", " : "", piece);
}

static void test_counts(void **state)
{
    (void)state;
    static const struct {
        int count;
        const char *key, *part;
    } weights[] = {
        {23, "hour_weights", "has 23 items; 24 are needed"},
        {24, "hour_weights", NULL},
        {25, "hour_weights", "has 25 items; 24 are needed"},
        {6, "weekday_weights", "has 6 items; 7 are needed"},
        {7, "weekday_weights", NULL},
        {8, "weekday_weights", "has 8 items; 7 are needed"},
    };
    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++) {
        struct text made = {0};
        char path[64];
        text_format(&made, "reference_chip = \"tiny\"; %s = [", weights[i].key);
        repeat(&made, "1", weights[i].count);
        text_put(&made, "];");
        snprintf(path, sizeof path, "workloads.mix.%s", weights[i].key);
        expect("reference_chip = \"tiny\";", text_string(&made), path, weights[i].part);
        text_free(&made);
    }
    for (int count = 32; count <= 33; count++) {
        struct text made = {0};
        text_put(&made, "sizes = [");
        repeat(&made, "4", count);
        text_put(&made, "]; size_weights = [");
        repeat(&made, "1", count);
        text_put(&made, "];\n    length_median = \"1h\"; length_max");
        expect("sizes = [1, 8]; size_weights = [1, 1];\n    length_median = \"1h\"; length_max",
               text_string(&made), "workloads.mix.classes.a.sizes",
               count == 32 ? NULL : "has 33 items; at most 32 allowed");
        text_free(&made);
    }
    for (int count = 32; count <= 33; count++) {
        struct text made = {0};
        text_put(&made, "years = [");
        for (int i = 0; i < count; i++)
            text_format(&made, "%s%d", i ? ", " : "", 2000 + i);
        text_put(&made, "];\n  cards = [");
        repeat(&made, "1", count);
        text_put(&made, "];");
        expect("years = [2024, 2025];\n  cards = [100, 200];", text_string(&made),
               "lines.fab.estimates.low.years", count == 32 ? NULL : "has 33 items; at most 32 allowed");
        text_free(&made);
    }
    for (int count = 15; count <= 16; count++) {
        struct text made = {0};
        text_put(&made, "classes: {\n");
        for (int i = 0; i < count; i++)
            text_format(&made,
                        "c%d: { kind = \"debugging\"; share = %.6f; sizes = [1]; size_weights = [1]; "
                        "length_median = \"1h\"; };\n",
                        i, i ? 0.01 : 1.01 - 0.01 * count);
        text_put(&made, "}; more: { a: {");
        char *text = with(sound, "classes: {\n  a: {", text_string(&made));
        char *clean = with(text, "more: { a: {", "}; other: { reference_chip = \"tiny\"; classes: { a: {");
        expect_text(clean, "workloads.mix.classes",
                    count == 15 ? NULL : "has 16 classes; at most 15 allowed");
        free(clean);
        free(text);
        text_free(&made);
    }
}

static void test_sites(void **state)
{
    (void)state;
    for (int count = 8191; count <= 8192; count++) {
        struct text made = {0};
        text_put(&made, "site: { ");
        for (int i = 1; i < 3; i++)
            text_format(
                &made,
                "s%d: { chip = \"tiny\"; cards = 8; ordered = \"2025-01-01\"; delivery = \"at-once\"; "
                "workload = \"mix\"; jobs_per_day = 1.0; copies = %d; };\n",
                i, i == 1 ? 5000 : count - 5001);
        text_put(&made, "town: {");
        expect("site: { town: {", text_string(&made), "site",
               count == 8191 ? NULL : "has 8192 sites and pools together, copies counted; at most 8191");
        text_free(&made);
    }
}

/* Entries that differ by their number only, as many as are allowed and one more. */
static void expect_most(const char *map, const char *entry, int most, const char *path, const char *part)
{
    for (int count = most; count <= most + 1; count++) {
        struct text made = {0};
        text_format(&made, "delivery = \"at-once\"; %s: {", map);
        for (int i = 0; i < count; i++) {
            text_format(&made, "\n n%d: ", i);
            text_put(&made, entry);
        }
        text_put(&made, "};");
        expect("delivery = \"at-once\";", text_string(&made), path, count == most ? NULL : part);
        text_free(&made);
    }
}

static void test_most(void **state)
{
    (void)state;
    expect_most("tenants", "{ };", 4096, "site.town.tenants", "has 4097 tenants; at most 4096");
    for (int letters = 40; letters <= 41; letters++) {
        char text[160], path[120];
        snprintf(text, sizeof text, "delivery = \"at-once\"; tenants: { %.*s: { }; };", letters,
                 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
        snprintf(path, sizeof path, "site.town.tenants.%.*s", letters,
                 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
        expect("delivery = \"at-once\";", text, path, letters == 40 ? NULL : "longer than 40 letters");
    }
}

/* Windows and promised runs count in whole nodes, and only while they overlap. */
static void test_windows(void **state)
{
    (void)state;
    static const char *const at = "cards = 64; length = \"1d\"; }; };";
    static const char *const made[][2] = {
        {"{ at = \"2025-01-03\"; length = \"2d\"; cards = 64; }", NULL}, /* the run has just ended */
        {"{ at = \"2025-01-02 23:59:59\"; length = \"2d\"; cards = 1; }", "72 cards are set aside"},
        {"{ at = \"2025-01-01\"; length = \"1d\"; cards = 64; }", NULL},
        {"{ at = \"2025-01-30\"; length = \"10y\"; cards = 64; notice = \"10y\"; }", NULL},
    };
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "cards = 64; length = \"1d\"; notice = \"1d\"; }; }; maintenance: { m: %s; };", made[i][0]);
        expect(at, text, "site.town.maintenance.m.cards", made[i][1]);
    }
}

static void test_places(void **state)
{
    (void)state;
    for (int count = 8187; count <= 8188; count++) { /* and the town with three pools */
        struct text made = {0};
        text_put(&made, "site: { ");
        for (int i = 0; i < 2; i++)
            text_format(
                &made,
                "s%d: { chip = \"tiny\"; cards = 8; ordered = \"2025-01-01\"; delivery = \"at-once\"; "
                "workload = \"mix\"; jobs_per_day = 1.0; copies = %d; };\n",
                i, i ? 5000 : count - 5000);
        text_put(&made, "town: { pools: {");
        for (int i = 0; i < 3; i++)
            text_format(&made, "p%d: { chip = \"other\"; cards = 8; ordered = \"2025-01-01\"; };", i);
        text_put(&made, "};");
        char *text = with(sound, "site: { town: {", text_string(&made));
        char *whole = with(text, "chips: { tiny: {",
                           "chips: { other: { peak_tflops = 50.0; efficiency: { pretraining: { mfu = 0.3; }; "
                           "debugging: { mfu = 0.2; }; }; }; tiny: {");
        expect_text(whole, "site",
                    count == 8187 ? NULL : "sites and pools together, copies counted; at most 8191");
        free(whole);
        free(text);
        text_free(&made);
    }
}

static void test_supply(void **state)
{
    (void)state;
    static const char *const needs = "need a line that serves them";
    expect("delivery = \"at-once\";", "", "supply.line", needs);
    expect("site: {", "buyers: { firm: { }; }; site: {", "supply.line", needs);
    expect("site: {", "supply: { line = \"fab\"; estimate = \"low\"; }; buyers: { firm: { }; }; site: {",
           NULL, NULL);
    expect("site: {", "supply: { line = \"fab\"; }; buyers: { firm: { }; }; site: {", "supply.estimate",
           "low");
    expect("site: {", "supply: { line = \"fob\"; estimate = \"low\"; }; buyers: { firm: { }; }; site: {",
           "supply.line", "did you mean 'fab'?");
    expect("site: {", "supply: { line = \"fob\"; }; site: {", NULL, NULL); /* nobody buys: not looked at */
}

/* The same question has the same hash, however it is written; any other question has another. */
static uint64_t hash_of(const char *text, const char *const *sets, int set_count)
{
    struct scenario scenario;
    struct error_list errors = {0};
    case_write("hash.cfg", text);
    if (!scenario_read(&scenario, "hash.cfg", sets, set_count, &errors)) {
        error_print(&errors, 0, stderr);
        fail_msg("not sound");
    }
    uint64_t hash = scenario_hash(&scenario);
    scenario_free(&scenario);
    error_list_free(&errors);
    return hash;
}

static void test_hash(void **state)
{
    (void)state;
    uint64_t hash = hash_of(sound, NULL, 0);
    static const char *const same[][2] = {
        {"title = \"t\";", "# a comment\n title=\"t\" /* and another */ ;"},
        {"horizon = \"30d\"", "horizon = \"720 h\""},
        {"cards = 64; ordered", "cards = 64.0; tier = 2; cards_per_node = 8; ordered"}, /* the defaults */
        {"peak_tflops = 100.0", "peak_tflops = \"100 TFLOP/s\""},
        {"jobs_per_day = 5.0", "jobs_per_day = 5"},
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        char *text = with(sound, same[i][0], same[i][1]);
        if (hash_of(text, NULL, 0) != hash)
            fail_msg("%s changes the hash", same[i][1]);
        free(text);
    }
    static const char *const others[] = {"title=u",
                                         "seed=2",
                                         "site.town.tier=3",
                                         "site.town.backfill=none",
                                         "workloads.mix.classes.a.sizes=[1, 9]",
                                         "chips.tiny.peak_tflops=100.00000000000001",
                                         "horizon=2592000001ms",
                                         "reliability.frail.restart=1us"};
    uint64_t seen[8];
    for (int i = 0; i < 8; i++) {
        seen[i] = hash_of(sound, &others[i], 1);
        if (seen[i] == hash)
            fail_msg("%s leaves the hash as it is", others[i]);
        for (int j = 0; j < i; j++)
            assert_true(seen[i] != seen[j]);
    }
    static const char *const last_holds[] = {"seed=5", "seed=1"};
    assert_true(hash_of(sound, last_holds, 2) == hash);
}

/* Whatever could not be read, the rest is judged without a crash, and the first mistake is told. */
static void test_unread(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "\"tiny\"",    "\"mix\"", "\"frail\"",    "\"pretraining\"", "\"1h\"",  "[1, 8]",
        "[1, 1]",      "[1, 64]", "[2024, 2025]", "\"2025-01-01\"",  "\"30d\"", "0.75",
        "\"at-once\"", "100.0",   "\"t\"",        "\"2025-01-02\"",  "\"1d\"",
    };
    static const char *const junk[] = {"17", "\"\"", "\"junk\"",   "true", "[]",
                                       "()", "{ }",  "(1, \"x\")", "-1.5", "1e300"};
    for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
        for (size_t j = 0; j < sizeof junk / sizeof junk[0]; j++) {
            const char *at = sound;
            while ((at = strstr(at, pieces[p]))) { /* every place of it by itself */
                struct text made = {0};
                text_append(&made, sound, (size_t)(at - sound));
                text_put(&made, junk[j]);
                text_put(&made, at + strlen(pieces[p]));
                struct scenario scenario;
                struct error_list errors = {0};
                case_write("u.cfg", text_string(&made));
                bool good = scenario_read(&scenario, "u.cfg", NULL, 0, &errors);
                assert_int_equal(good, errors.inputs == 0);
                assert_int_equal(errors.systems, 0);
                scenario_free(&scenario);
                error_list_free(&errors);
                text_free(&made);
                at++;
            }
        }
    }
}

/* What the tree brings along is sound. */
static void test_scenarios_of_the_tree(void **state)
{
    (void)state;
    const char *source = getenv("TENK_SOURCE");
    char folder[600];
    snprintf(folder, sizeof folder, "%s/scenarios", source && *source ? source : ".");
    DIR *directory = opendir(folder);
    if (!directory) {
        print_message("skipped: there is no %s (TENK_SOURCE names the tree)\n", folder);
        skip();
    }
    int count = 0;
    const struct dirent *entry;
    while ((entry = readdir(directory))) {
        size_t length = strlen(entry->d_name);
        if (length < 5 || strcmp(entry->d_name + length - 4, ".cfg") != 0)
            continue;
        char path[900];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        struct scenario scenario;
        struct error_list errors = {0};
        bool good = scenario_read(&scenario, path, NULL, 0, &errors);
        error_print(&errors, 0, stderr);
        if (!good)
            fail_msg("%s is not sound", path);
        scenario_free(&scenario);
        error_list_free(&errors);
        count++;
    }
    closedir(directory);
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_cards),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_sites),
        cmocka_unit_test(test_most),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_supply),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_unread),
        cmocka_unit_test(test_scenarios_of_the_tree),
    };
    return cmocka_run_group_tests(tests, case_begin, case_end);
}
