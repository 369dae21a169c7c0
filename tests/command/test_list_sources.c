/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does every figure of a catalogue have a source, and does the rule see it when one has none?
 *
 * The rule is asked on trees written here, then a catalogue is broken in one place after the other, and at
 * last the shipped catalogues are asked, whole and with all their sources lost.
 */
#include "command/list_sources.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/scenario_case.h"

static config_t tree;

static void tree_read(const char *text)
{
    config_init(&tree);
    assert_int_equal(config_read_string(&tree, text), CONFIG_TRUE);
}

static void covered_by(const char *path, const char *source, const char *confidence)
{
    const config_setting_t *setting = config_lookup(&tree, path);
    assert_non_null(setting);
    struct list_source found;
    bool any = list_sources_find(setting, &found);
    assert_int_equal(any, source != NULL);
    if (!source)
        return;
    assert_string_equal(found.text, source);
    assert_string_equal(found.confidence, confidence);
}

static void test_own_text_first(void **state)
{
    (void)state;
    tree_read("chips: { a: { source = \"group\"; confidence = \"media\"; peak = 7.31; price_cny = 8.0; "
              "price_source = \"a shop\"; power_w = 3.0; idle_w = 1.0; server_w = 2.0; memory_w = 1.0; "
              "power_source = \"official: plate; assumption: idle\"; }; };");
    covered_by("chips.a.peak", "group", "media");
    covered_by("chips.a.price_cny", "a shop", "media");
    covered_by("chips.a.power_w", "official: plate; assumption: idle", "official + assumption");
    covered_by("chips.a.idle_w", "official: plate; assumption: idle", "official + assumption");
    covered_by("chips.a.server_w", "official: plate; assumption: idle", "official + assumption");
    covered_by("chips.a.memory_w", "group", "media");
    config_destroy(&tree);
}

/* What is told by another text than its letters say; in a cause, which has no such text, by its group. */
static void test_failures_texts(void **state)
{
    (void)state;
    tree_read(
        "r: { a: { source = \"rates\"; confidence = \"measured\"; failures_per_1000_node_days = 3.1; "
        "detect_source = \"eyes\"; detect = \"7s\"; diagnose_median = \"3min\"; misdiagnosed = 0.03; relapse "
        "= \"9min\"; repair_source = \"hands\"; repair_success = 0.71; escalate = 0.2; manual_sigma = 0.4; "
        "retire_within = \"31d\"; replace_after = \"5d\"; spares_source = \"stock\"; spares = \"standby\"; "
        "spare_delay = \"11min\"; checkpoint_source = \"disks\"; checkpoint_cost = \"13s\"; memory_cost = "
        "\"2s\"; lemon_source = \"fruit\"; lemon_factor = 17.0; restart_source = \"whole\"; restart_stages: "
        "{ "
        "one: { fixed = \"19s\"; }; two: { fixed = \"23s\"; source = \"part\"; }; }; causes: { c: { detect = "
        "\"29s\"; repair_sigma = 0.6; }; d: { per_year = 1.7; source = \"paper\"; confidence = \"media\"; }; "
        "}; }; };");
    static const char *const told[][3] = {
        {"failures_per_1000_node_days", "rates", "measured"},
        {"detect", "eyes", "measured"},
        {"diagnose_median", "eyes", "measured"},
        {"misdiagnosed", "eyes", "measured"},
        {"relapse", "eyes", "measured"},
        {"repair_success", "hands", "measured"},
        {"escalate", "hands", "measured"},
        {"manual_sigma", "hands", "measured"},
        {"retire_within", "hands", "measured"},
        {"replace_after", "hands", "measured"},
        {"spares", "stock", "measured"},
        {"spare_delay", "stock", "measured"},
        {"checkpoint_cost", "disks", "measured"},
        {"memory_cost", "disks", "measured"},
        {"lemon_factor", "fruit", "measured"},
        {"restart_stages.one.fixed", "rates", "measured"},
        {"restart_stages.two.fixed", "part", "measured"},
        {"causes.c.detect", "rates", "measured"},
        {"causes.c.repair_sigma", "rates", "measured"},
        {"causes.d.per_year", "paper", "media"},
    };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        char path[80];
        snprintf(path, sizeof path, "r.a.%s", told[i][0]);
        covered_by(path, told[i][1], told[i][2]);
    }
    config_destroy(&tree);
}

static void test_longest_prefix(void **state)
{
    (void)state;
    tree_read(
        "r: { a: { check_source = \"short\"; checkpoint_source = \"long\"; checkpoint_cost = 1; check = 2; "
        "checks = 3; che = 4; source = \"s\"; confidence = \"derived\"; }; };");
    covered_by("r.a.checkpoint_cost", "long", "derived");
    covered_by("r.a.check", "short", "derived");
    covered_by("r.a.checks", "short", "derived");
    covered_by("r.a.che", "s", "derived");
    config_destroy(&tree);
}

static void test_nearest_group(void **state)
{
    (void)state;
    tree_read(
        "w: { a: { source = \"outer\"; confidence = \"measured\"; rhythm_source = \"clock\"; hour_weights = "
        "[1, 2]; classes: { c: { sizes = [1]; hour_weights = [3]; d: { x = 1; source = \"inner\"; }; e: { y "
        "= 2; source = \"assumption: guess\"; }; f: { z = 2; source = \"\"; confidence = \"official\"; }; }; "
        "}; }; b: { z = 1; rhythm_source = \"clock\"; c: { v = 1; }; }; };");
    covered_by("w.a.hour_weights", "clock", "measured");
    covered_by("w.a.classes.c.hour_weights", "outer",
               "measured"); /* an own text covers its own group alone */
    covered_by("w.a.classes.c.sizes", "outer", "measured");
    covered_by("w.a.classes.c.d.x", "inner", "measured");
    covered_by("w.a.classes.c.e.y", "assumption: guess", "assumption");
    covered_by("w.a.classes.c.f.z", "outer", "measured"); /* an empty text is none */
    covered_by("w.b.z", NULL, NULL);
    covered_by("w.b.c.v", NULL, NULL);
    config_destroy(&tree);
}

/* A word of confidence counts where it is said, not where it is part of another. */
static void test_words_of_confidence(void **state)
{
    (void)state;
    tree_read(
        "g: { a: { p_source = \"underived: x; unofficial: y\"; p = 1; q_source = \"analyst estimate: x "
        "(media: y)\"; q = 1; r_source = \"measured\"; r = 1; s_source = \"unmedia: x; media: y\"; s = 1; "
        "t_source = \"assumption: x; assumption: y; derived: z\"; t = 1; }; };");
    covered_by("g.a.p", "underived: x; unofficial: y", "assumption");
    covered_by("g.a.q", "analyst estimate: x (media: y)", "analyst estimate + media");
    covered_by("g.a.r", "measured", "assumption");
    covered_by("g.a.s", "unmedia: x; media: y", "media");
    covered_by("g.a.t", "assumption: x; assumption: y; derived: z", "derived + assumption");
    config_destroy(&tree);
}

static const char sound[] = "fab: {\n"
                            "  chip = \"x\";\n"
                            "  estimates: {\n"
                            "    low: {\n"
                            "      years = [2024, 2025]; cards = [613, 917];\n"
                            "      source = \"paper of low\";\n"
                            "      confidence = \"media\";\n"
                            "    };\n"
                            "  };\n"
                            "  yield_mean = 0.37; yield_sd_lot = 0.041;\n"
                            "  yield_source = \"derived: paper of yields\";\n"
                            "  lead_time_median = \"91d\";\n"
                            "  lead_time_source = \"assumption: a quarter\";\n"
                            "};\n";

static bool put(const char *text, struct text *out, struct error_list *errors)
{
    case_write("suppliers.cfg", text);
    return list_sources_put(list_catalogue_named("suppliers"), "suppliers.cfg", out, errors);
}

static void test_sound_catalogue(void **state)
{
    (void)state;
    struct text out = {0};
    struct error_list errors = {0};
    assert_true(put(sound, &out, &errors));
    case_count(&errors, 0);
    assert_string_equal(
        text_string(&out),
        "suppliers.fab.estimates.low: years = [2024, 2025], cards = [613, 917] [media] paper of "
        "low\n"
        "suppliers.fab: yield_mean = 0.37, yield_sd_lot = 0.041 [derived] derived: paper of yields\n"
        "suppliers.fab: lead_time_median = 91d [assumption] assumption: a quarter\n");
    text_free(&out);
    error_list_free(&errors);
}

/* The sound catalogue with a text renamed to a key that covers nothing. */
static void without(const char *key, struct text *out, struct error_list *errors)
{
    char broken[sizeof sound];
    memcpy(broken, sound, sizeof sound);
    char *at = strstr(broken, key);
    assert_non_null(at);
    char *end = strchr(at, ';');
    memset(at, ' ', (size_t)(end - at) + 1);
    assert_false(put(broken, out, errors));
}

static void test_broken_catalogues(void **state)
{
    (void)state;
    struct text out = {0};
    struct error_list errors = {0};
    without("source = \"paper of low\"", &out, &errors);
    case_count(&errors, 2);
    case_said(&errors, "suppliers.cfg", 5, "suppliers.fab.estimates.low.years", "has no source");
    case_said(&errors, "suppliers.cfg", 5, "suppliers.fab.estimates.low.cards", "has no source");
    assert_null(strstr(text_string(&out), "estimates"));
    assert_non_null(strstr(text_string(&out), "yield_mean"));
    error_list_free(&errors);
    without("yield_source", &out, &errors);
    case_count(&errors, 2);
    case_said(&errors, "suppliers.cfg", 10, "suppliers.fab.yield_mean", "has no source");
    case_said(&errors, "suppliers.cfg", 10, "suppliers.fab.yield_sd_lot", "has no source");
    error_list_free(&errors);
    without("lead_time_source", &out, &errors);
    case_count(&errors, 1);
    case_said(&errors, "suppliers.cfg", 12, "suppliers.fab.lead_time_median", "has no source");
    error_list_free(&errors);
    /* Mistakes that the tables see are told, and nothing is listed. */
    text_clear(&out);
    assert_false(put("fab: { chip = \"x\"; estimates: { low: { years = [2024]; }; }; };", &out, &errors));
    case_said(&errors, "suppliers.cfg", 1, "suppliers.fab.estimates.low.cards", "missing");
    assert_string_equal(text_string(&out), "");
    error_list_free(&errors);
    assert_false(put("fab: {", &out, &errors));
    assert_int_equal(errors.inputs, 1);
    error_list_free(&errors);
    text_free(&out);
}

/* Entries do not run into each other. */
static void test_many_entries(void **state)
{
    (void)state;
    struct text file = {0}, out = {0};
    struct error_list errors = {0};
    for (int i = 0; i < 50; i++)
        text_format(&file,
                    "m%d: { stock = %d; source = \"paper %d\"; years = [2024]; stacks_per_month = [%d]; };\n",
                    i, 7919 * i, i, 104729 * i);
    case_write("memories.cfg", text_string(&file));
    assert_true(list_sources_put(list_catalogue_named("memories"), "memories.cfg", &out, &errors));
    for (int i = 0; i < 50; i++) {
        char line[160];
        snprintf(line, sizeof line,
                 "memories.m%d: stock = %d, years = [2024], stacks_per_month = [%d] [assumption] paper %d\n",
                 i, 7919 * i, 104729 * i, i);
        assert_non_null(strstr(text_string(&out), line));
    }
    error_list_free(&errors);
    text_free(&file);
    text_free(&out);
}

/* Empties all sources below a group; returns how many numbers and lists of numbers are there. */
static int lose_sources(config_setting_t *group)
{
    int figures = 0;
    for (int i = 0; i < config_setting_length(group); i++) {
        config_setting_t *member = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(member), *last = strstr(name, "source");
        if (config_setting_is_group(member))
            figures += lose_sources(member);
        else if (last && !strcmp(last, "source"))
            assert_int_equal(config_setting_set_string(member, ""), CONFIG_TRUE);
        else
            figures += config_setting_is_number(member) || config_setting_is_array(member);
    }
    return figures;
}

/* Nothing in the shipped catalogues lacks a source, and everything would be noticed that did. */
static void test_shipped_catalogues(void **state)
{
    (void)state;
    const struct list_catalogue *catalogue;
    int files = 0;
    for (int i = 0; (catalogue = list_catalogue_at(i)); i++) {
        char file[1200];
        snprintf(file, sizeof file, "%s/configs/%s", getenv("TENK_SOURCE"), catalogue->file);
        if (access(file, F_OK))
            continue;
        files++;
        struct text out = {0};
        struct error_list errors = {0};
        list_sources_put(catalogue, file, &out, &errors);
        case_count(&errors, 0);
        assert_true(out.length > 0);
        text_clear(&out);

        config_init(&tree);
        assert_int_equal(config_read_file(&tree, file), CONFIG_TRUE);
        int figures = lose_sources(config_root_setting(&tree));
        assert_true(figures > 0);
        assert_int_equal(config_write_file(&tree, "lost.cfg"), CONFIG_TRUE);
        config_destroy(&tree);
        assert_false(list_sources_put(catalogue, "lost.cfg", &out, &errors));
        assert_true(errors.inputs >= figures);
        assert_string_equal(text_string(&out), "");
        error_list_free(&errors);
        text_free(&out);
    }
    assert_true(files >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_text_first),      cmocka_unit_test(test_failures_texts),
        cmocka_unit_test(test_longest_prefix),      cmocka_unit_test(test_nearest_group),
        cmocka_unit_test(test_words_of_confidence), cmocka_unit_test(test_sound_catalogue),
        cmocka_unit_test(test_broken_catalogues),   cmocka_unit_test(test_many_entries),
        cmocka_unit_test(test_shipped_catalogues),
    };
    return cmocka_run_group_tests_name("list_sources", tests, case_begin, case_end);
}
