/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading scenario text: numbers that libconfig would cut, includes, places of settings, --set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario/override.h"
#include "scenario/preflight.h"
#include "scenario/scenario.h"
#include "scenario/source.h"
#include "scenario_case.h"

static void test_numbers_sound(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "a = 2147483647;",
        "a = -2147483647;",
        "a = 0x7FFFFFFF;",
        "a = 9223372036854775807L;",
        "a = 5000000000L; b = 5000000000l;",
        "a = 0xFFFFFFFFL;",
        "a = 5000000000.0; b = 5e9; c = 5.5e+100; d = .5000000000; e = 1E-400;",
        "a = \"5000000000\";",
        "a = \"say \\\"5000000000\\\"\"; b = \"\\\\\";",
        "a = \"one\" \"5000000000\";",
        "a = \"2025-01-01\"; b = \"5000000000d\";",
        "# 5000000000\na = 1; // 5000000000\n/* 5000000000\n 5000000000 */ b = 2;",
        "chip-5000000000: { a5000000000 = 1; *5000000000 = 2; _5000000000 = 3; };",
        "a = [1, 2, 3]; b = (1, \"x\", 2.5);",
        "a = \"never closed 5000000000",
        "/* never closed 5000000000",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct error_list errors = {0};
        preflight_check_text("text", texts[i], &errors);
        if (errors.count)
            fail_msg("%s: %s", texts[i], errors.items[0].message);
        error_list_free(&errors);
    }
}

static void test_numbers_cut(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *part;
    } cases[] = {
        {"a = 5000000000;", 1, "5000000000 is too large for a plain whole number: write it as a decimal"},
        {"a = 2147483648;", 1, "2147483648 is too large"},
        {"a = -5000000000;", 1, "5000000000 is too large"},
        {"a = 0xFFFFFFFF;", 1, "0xFFFFFFFF is too large"},
        {"a = 0X80000000;", 1, "0X80000000 is too large"},
        {"a = 9223372036854775808L;", 1, "at most 9223372036854775807"},
        {"a = 99999999999999999999999L;", 1, "at most 9223372036854775807"},
        {"a = 99999999999999999999999;", 1, "with an L"},
        {"a = 1;\n\n# x\n/* y\n z */ b = [1,\n 5000000000];", 6, "5000000000"},
        {"a=\"x\ny\"; b=5000000000;", 2, "5000000000"},
        {"a = 1 // x \n; b = 5000000000;", 2, "5000000000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error_list errors = {0};
        preflight_check_text("text", cases[i].text, &errors);
        case_said(&errors, "text", cases[i].line, NULL, cases[i].part);
        case_count(&errors, 1);
        assert_int_equal(error_exit_status(&errors), 2);
        error_list_free(&errors);
    }
    char many[400]; /* a number longer than any buffer */
    memset(many, '7', sizeof many);
    memcpy(many, "a = ", 4);
    many[sizeof many - 1] = 0;
    struct error_list errors = {0};
    preflight_check_text("text", many, &errors);
    case_count(&errors, 1);
    error_list_free(&errors);
    preflight_check_text("text", "a = 5000000000; b = 6000000000;\nc = 0xFFFFFFFF;",
                         &errors); /* all of them */
    case_count(&errors, 3);
    error_list_free(&errors);
}

static bool read_it(struct source *source, const char *file, struct error_list *errors)
{
    memset(errors, 0, sizeof *errors);
    bool good = source_read(source, file, errors);
    assert_int_equal(good, errors->inputs == 0);
    assert_int_equal(errors->systems, 0);
    return good;
}

static void refused(const char *file, const char *where, int line, const char *part)
{
    struct source source;
    struct error_list errors;
    assert_false(read_it(&source, file, &errors));
    case_said(&errors, where, line, NULL, part);
    source_free(&source);
    error_list_free(&errors);
}

static void test_read(void **state)
{
    (void)state;
    case_write("good.cfg", "a = 1;\nb: {\n  c = \"x\";\n};\n");
    struct source source;
    struct error_list errors;
    assert_true(read_it(&source, "good.cfg", &errors));
    int number = 0;
    assert_true(config_lookup_int(&source.config, "a", &number));
    assert_int_equal(number, 1);
    source_free(&source);
    case_write("bad.cfg", "a = 1;\nb = = 2;\n");
    refused("bad.cfg", "bad.cfg", 2, "syntax error");
    case_write("bad.cfg", "a = 1;\n\nb = 5000000000;\n");
    refused("bad.cfg", "bad.cfg", 3, "5000000000");
    case_write("bad.cfg", "a = 1;\na = 2;\n");
    refused("bad.cfg", "bad.cfg", 2, "duplicate");
    refused("none.cfg", "none.cfg", 0, "No such file");
    refused("", "", 0, "cannot be read");
    assert_int_equal(mkdir("folder.cfg", 0777), 0);
    refused("folder.cfg", "folder.cfg", 0, "cannot be read as a scenario");
    /* two kinds of mistakes in one file: both are told */
    case_write("bad.cfg", "a = 5000000000;\nb = = 2;\n");
    assert_false(read_it(&source, "bad.cfg", &errors));
    case_said(&errors, "bad.cfg", 1, NULL, "5000000000");
    case_said(&errors, "bad.cfg", 2, NULL, "syntax error");
    case_count(&errors, 2);
    source_free(&source);
    error_list_free(&errors);
}

/* A folder has no errno of its own: that of an earlier call must not be blamed. */
static void test_read_stale_errno(void **state)
{
    (void)state;
    struct source source;
    struct error_list errors = {0};
    mkdir("stale.cfg", 0777);
    assert_int_equal(access("no such file", R_OK), -1); /* leaves errno */
    assert_false(source_read(&source, "stale.cfg", &errors));
    case_said(&errors, "stale.cfg", 0, NULL, "it is not a file");
    source_free(&source);
    error_list_free(&errors);
}

static void located(const struct source *source, const char *path, const char *file, int line)
{
    char where[SOURCE_NAME];
    int number;
    source_locate(source, path, where, &number);
    if (strcmp(where, file) != 0 || number != line)
        fail_msg("%s is located at %s:%d, expected %s:%d", path, where, number, file, line);
}

static void test_locate(void **state)
{
    (void)state;
    mkdir("city", 0777);
    case_write("city/main.cfg",
               "a = 1;\n\nb: {\n  c = \"x\";\n  d: { e = 2;\n  };\n@include \"more.inc\"\n};\n");
    case_write("city/more.inc", "f = 3;\n\ng: { h = 4; };\n");
    struct source source;
    struct error_list errors;
    assert_true(read_it(&source, "city/main.cfg", &errors));
    located(&source, "a", "city/main.cfg", 1);
    located(&source, "b", "city/main.cfg", 3);
    located(&source, "b.c", "city/main.cfg", 4);
    located(&source, "b.d.e", "city/main.cfg", 5);
    located(&source, "b.d.missing", "city/main.cfg", 5); /* the nearest that is there */
    located(&source, "b.missing.deeper", "city/main.cfg", 3);
    located(&source, "missing", "city/main.cfg", 0);
    source_error(&source, &errors, "b.c", "wrong by %d", 7);
    case_said(&errors, "city/main.cfg", 4, "b.c", "wrong by 7");
    error_list_free(&errors);
    assert_true(override_apply(&source, &scenario_schema, "b.c=y", &errors));
    located(&source, "b.c", "--set", 0);
    located(&source, "b.c.deeper", "--set", 0);
    located(&source, "b.d", "city/main.cfg", 5);
    assert_true(source_overridden(&source, "b.c"));
    assert_false(source_overridden(&source, "b.cc"));
    assert_false(source_overridden(&source, "b"));
    source_free(&source);
}

/* A setting of an included file is told by a name under which the file can be opened from here. */
static void test_locate_included(void **state)
{
    (void)state;
    mkdir("town", 0777);
    case_write("town/main.cfg", "b: {\n@include \"more.inc\"\n};\n");
    case_write("town/more.inc", "f = 3;\n\ng: { h = 4; };\n");
    struct source source;
    struct error_list errors;
    assert_true(read_it(&source, "town/main.cfg", &errors));
    located(&source, "b.g.h", "town/more.inc", 3);
    source_free(&source);
}

static void test_include(void **state)
{
    (void)state;
    mkdir("parts", 0777);
    case_write("parts/cut.inc", "a = 1;\nb = 5000000000;\n");
    case_write("parts/main.cfg", "@include \"cut.inc\"\n"); /* from the folder of the scenario */
    refused("parts/main.cfg", "parts/cut.inc", 2, "5000000000");
    case_write("outer.cfg", "x: {\n  @include \"parts/cut.inc\"\n};\n"); /* blanks before it */
    struct source source;
    struct error_list errors;
    assert_false(read_it(&source, "outer.cfg", &errors));
    case_count(&errors, 1);
    assert_non_null(strstr(errors.items[0].file, "parts/cut.inc"));
    source_free(&source);
    error_list_free(&errors);
    mkdir("folder.inc", 0777);
    case_write("gone.cfg", "a = 1;\n\n@include \"folder.inc\"\n"); /* libconfig would end the program */
    refused("gone.cfg", "gone.cfg", 3, "folder.inc");
    case_write("self.cfg", "@include \"self.cfg\"\n");
    refused("self.cfg", "self.cfg", 1, "nesting too deep");
    case_write("gone.cfg", "a = 1;\n@include \"nowhere.inc\"\n");
    refused("gone.cfg", "gone.cfg", 2, "nowhere.inc");
}

/* What stands in a comment is not included, so its numbers do not matter. */
static void test_include_in_comment(void **state)
{
    (void)state;
    case_write("big.inc", "b = 5000000000;\n");
    case_write("comment.cfg", "a = 1;\n/* not now:\n@include \"big.inc\"\n*/\n");
    case_write("old.cfg", "a = 1; /* was:\n  @include \"gone.inc\"\n*/\n# @include \"gone.inc\"\n");
    case_write("quote.cfg", "a = \"\n@include \\\"gone.inc\\\"\n\";\n");
    static const char *const files[] = {"comment.cfg", "old.cfg", "quote.cfg"};
    for (int i = 0; i < 3; i++) {
        struct source source;
        struct error_list errors;
        bool good = read_it(&source, files[i], &errors);
        if (!good)
            error_print(&errors, 0, stderr);
        assert_true(good);
        source_free(&source);
        error_list_free(&errors);
    }
}

static void test_set_values(void **state)
{
    (void)state;
    case_write("set.cfg", "a = 1;\nb: { c = \"x\"; d: { e = 2; }; };\n");
    struct source source;
    struct error_list errors;
    assert_true(read_it(&source, "set.cfg", &errors));
    static const struct {
        const char *assignment, *path;
        int type;
        const char *text; /* of a text */
        double number;
    } cases[] = {
        {"a=5", "a", CONFIG_TYPE_INT, NULL, 5},
        {"a=-5", "a", CONFIG_TYPE_INT, NULL, -5},
        {"a= 5 ", "a", CONFIG_TYPE_INT, NULL, 5},
        {"a=0x10", "a", CONFIG_TYPE_INT, NULL, 16},
        {"a=5000000000", "a", CONFIG_TYPE_INT64, NULL, 5e9},
        {"a=5000000000L", "a", CONFIG_TYPE_INT64, NULL, 5e9},
        {"a=1.5", "a", CONFIG_TYPE_FLOAT, NULL, 1.5},
        {"a=1e3", "a", CONFIG_TYPE_FLOAT, NULL, 1000},
        {"a=true", "a", CONFIG_TYPE_BOOL, NULL, 1},
        {"a=easy", "a", CONFIG_TYPE_STRING, "easy", 0},
        {"a=90d", "a", CONFIG_TYPE_STRING, "90d", 0},
        {"a=2025-01-01", "a", CONFIG_TYPE_STRING, "2025-01-01", 0},
        {"a=\"two words\"", "a", CONFIG_TYPE_STRING, "two words", 0},
        {"a=two words", "a", CONFIG_TYPE_STRING, "two words", 0},
        {"a=x=y", "a", CONFIG_TYPE_STRING, "x=y", 0},
        {"a=\"\"", "a", CONFIG_TYPE_STRING, "", 0},
        {"a=1; z = 2", "a", CONFIG_TYPE_STRING, "1; z = 2", 0},
        {"b.c=7", "b.c", CONFIG_TYPE_INT, NULL, 7},
        {"b.d.e=8", "b.d.e", CONFIG_TYPE_INT, NULL, 8},
        {"b.d.f=9", "b.d.f", CONFIG_TYPE_INT, NULL, 9},
        {"b.d={ e = 3; }", "b.d.e", CONFIG_TYPE_INT, NULL, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!override_apply(&source, &scenario_schema, cases[i].assignment, &errors) || errors.count)
            fail_msg("%s is refused", cases[i].assignment);
        const config_setting_t *setting = config_lookup(&source.config, cases[i].path);
        assert_non_null(setting);
        if (config_setting_type(setting) != cases[i].type)
            fail_msg("%s makes the type %d", cases[i].assignment, config_setting_type(setting));
        if (cases[i].type == CONFIG_TYPE_STRING)
            assert_string_equal(config_setting_get_string(setting), cases[i].text);
        else if (cases[i].type == CONFIG_TYPE_FLOAT)
            assert_true(config_setting_get_float(setting) == cases[i].number);
        else if (cases[i].type == CONFIG_TYPE_BOOL)
            assert_true(config_setting_get_bool(setting));
        else
            assert_true((double)config_setting_get_int64(setting) == cases[i].number);
    }
    assert_null(config_lookup(&source.config, "z"));
    assert_true(override_apply(&source, &scenario_schema, "list=[1, 2, 3]", &errors));
    assert_int_equal(config_setting_get_int_elem(config_lookup(&source.config, "list"), 2), 3);
    assert_true(override_apply(&source, &scenario_schema, "list=(1, \"two\", [3])", &errors));
    const config_setting_t *list = config_lookup(&source.config, "list");
    assert_int_equal(config_setting_length(list), 3);
    assert_string_equal(config_setting_get_string_elem(list, 1), "two");
    assert_true(override_apply(&source, &scenario_schema, "a=1", &errors) &&
                override_apply(&source, &scenario_schema, "a=2", &errors)); /* the last holds */
    assert_int_equal(config_setting_get_int(config_lookup(&source.config, "a")), 2);
    source_free(&source);
}

static void test_set_refused(void **state)
{
    (void)state;
    case_write("set.cfg", "a = 1;\nb: { c = \"x\"; };\nl = [1, 2];\n");
    static const char *const assignments[] = {
        "",
        "=",
        "a",
        "=1",
        "a=",
        "a.b=1",
        "b.c.d=1",
        "l.x=1",
        ".=1",
        "a.=1",
        ".a=1",
        "b..c=1",
        "b.=1",
        "5=1",
        "a b=1",
        "a =1",
        "b[0]=1",
        "l.[0]=1",
        "\xc3\xa4=1",
        "a=99999999999999999999",
        "a=[5000000000]",
    };
    for (size_t i = 0; i < sizeof assignments / sizeof assignments[0]; i++) {
        struct source source;
        struct error_list errors;
        assert_true(read_it(&source, "set.cfg", &errors));
        if (override_apply(&source, &scenario_schema, assignments[i], &errors))
            fail_msg("--set %s is taken", assignments[i]);
        assert_int_equal(errors.inputs, 1);
        assert_non_null(strstr(errors.items[0].message, *assignments[i] ? "" : "write --set path=value"));
        source_free(&source);
        error_list_free(&errors);
    }
}

/* A path that is refused leaves the tree as it was: libconfig takes ':' and '/' for dots. */
static void test_set_refused_leaves_all(void **state)
{
    (void)state;
    static const char *const assignments[] = {"b/c=1", "b:c=1", "b.c/x=1"};
    case_write("set.cfg", "a = 1;\nb: { c = \"x\"; };\n");
    for (size_t i = 0; i < sizeof assignments / sizeof assignments[0]; i++) {
        struct source source;
        struct error_list errors;
        assert_true(read_it(&source, "set.cfg", &errors));
        assert_false(override_apply(&source, &scenario_schema, assignments[i], &errors));
        if (!config_lookup(&source.config, "b.c"))
            fail_msg("--set %s is refused but has removed b.c", assignments[i]);
        source_free(&source);
        error_list_free(&errors);
    }
}

static void test_entries(void **state)
{
    (void)state;
    mkdir("configs", 0777);
    case_write("configs/chips.cfg", "# a catalogue\ntiny: { peak = 1; };\nother: { peak = 2; };\n");
    struct source source;
    struct error_list errors = {0};
    assert_true(source_read_entries(&source, "configs/chips.cfg", "chips", &errors));
    int peak = 0;
    assert_true(config_lookup_int(&source.config, "chips.other.peak", &peak));
    assert_int_equal(peak, 2);
    source_free(&source);
    case_write("configs/chips.cfg", "tiny: { peak = 1; \n");
    assert_false(source_read_entries(&source, "configs/chips.cfg", "chips", &errors));
    assert_int_equal(errors.inputs, 1);
    source_free(&source);
    error_list_free(&errors);
    assert_false(source_read_entries(&source, "configs/none.cfg", "chips", &errors));
    assert_int_equal(errors.inputs, 1);
    source_free(&source);
    error_list_free(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_sound),
        cmocka_unit_test(test_numbers_cut),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_read_stale_errno),
        cmocka_unit_test(test_locate),
        cmocka_unit_test(test_locate_included),
        cmocka_unit_test(test_include),
        cmocka_unit_test(test_include_in_comment),
        cmocka_unit_test(test_set_values),
        cmocka_unit_test(test_set_refused),
        cmocka_unit_test(test_set_refused_leaves_all),
        cmocka_unit_test(test_entries),
    };
    return cmocka_run_group_tests(tests, case_begin, case_end);
}
