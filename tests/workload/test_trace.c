/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trace_case.h"

static void test_bytes_that_are_no_text(void **state)
{
    (void)state;
    struct trace_case c;
    size_t room = 70000 + 1024, n = 0;
    char *text = malloc(room);
    assert_non_null(text);
    n += (size_t)snprintf(text + n, room - n, "%s", case_swf("11", "13", "17", "19", "-1", "23"));
    n += (size_t)snprintf(text + n, room - n, "%s", case_swf("12", "14", "18", "20", "-1", "24"));
    text[n - 5] = 0;
    memset(text + n, ' ', 66000); /* even blanks: nobody wrote this line */
    n += 66000;
    text[n++] = '\n';
    memcpy(text + n, "\0\n", 2);
    n += 2;
    n += (size_t)snprintf(text + n, room - n, "%s", case_swf("13", "15", "19", "21", "-1", "25"));
    case_bytes(&c, ".swf", text, n, NULL);
    assert_true(c.good);
    assert_int_equal(c.trace.count, 2);
    assert_int_equal(c.trace.jobs[1].line, 5);
    assert_int_equal(c.trace.damaged, 3);
    case_item(&c, 0, ERROR_WARNING, 2, "NUL byte");
    case_item(&c, 1, ERROR_WARNING, 3, "longer than 65536 bytes");
    case_item(&c, 2, ERROR_WARNING, 4, "NUL byte");
    case_done(&c);
    free(text);
}

static void test_damaged_total(void **state)
{
    (void)state;
    for (int strict = 0; strict < 2; strict++) {
        for (int damaged = 98; damaged < 104; damaged++) {
            struct trace_case c;
            struct trace_options options = {.strict = strict};
            char text[4096] = "";
            for (int i = 0; i < damaged; i++)
                strcat(text, "damaged\n");
            strcat(text, case_swf("11", "13", "17", "19", "-1", "23"));
            enum error_kind kind = strict ? ERROR_INPUT : ERROR_WARNING;
            case_text(&c, ".swf", text, &options);
            assert_int_equal(c.good, !strict);
            int told = damaged < 100 ? damaged : 100;
            assert_int_equal(c.errors.count, told + (damaged > 100));
            for (int i = 0; i < told; i++)
                case_item(&c, i, kind, i + 1, "job number");
            char total[64];
            snprintf(total, sizeof total, "%d damaged lines in all", damaged);
            if (damaged > 100)
                case_item(&c, 100, kind, 0, total);
            if (!strict)
                assert_int_equal(c.trace.damaged, damaged);
            case_done(&c);
        }
    }
}

static void test_order_and_duplicates(void **state)
{
    (void)state;
    static const int64_t ids[] = {3, 7, 7, 12, 7, 40, 41, 3}, lines[] = {4, 6, 8, 2, 7, 5, 1, 3};
    struct trace_case c;
    char text[4096] = "";
    strcat(text, case_swf("41", "900.5", "17", "19", "-1", "23"));
    strcat(text, case_swf("12", "310", "17", "19", "-1", "23"));
    strcat(text, case_swf("3", "1000", "17", "19", "-1", "23"));
    strcat(text, case_swf("3", "295", "17", "19", "-1", "23"));
    strcat(text, case_swf("40", "900.25", "17", "19", "-1", "23"));
    strcat(text, case_swf("7", "300", "17", "19", "-1", "23"));
    strcat(text, case_swf("7", "310.5", "17", "19", "-1", "23"));
    strcat(text, case_swf("7", "300", "18", "19", "-1", "23"));
    strcat(text, case_swf("7", "77", "-1", "19", "-1", "23")); /* not kept: no duplicate */
    case_text(&c, ".swf", text, NULL);
    assert_true(c.good);
    assert_int_equal(c.trace.count, 8);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(c.trace.jobs[i].id, ids[i]);
        assert_int_equal(c.trace.jobs[i].line, lines[i]);
    }
    assert_int_equal(c.trace.out_of_order, 6);
    assert_int_equal(c.trace.duplicate_ids, 3);
    assert_int_equal(c.trace.first_duplicate_line, 4);
    assert_int_equal(c.errors.count, 1);
    case_item(&c, 0, ERROR_WARNING, 4, "job number 3 occurs again");
    assert_non_null(strstr(c.errors.items[0].message, "earlier one: 3,"));
    case_done(&c);
}

static void test_swf_dates(void **state)
{
    (void)state;
    struct trace_case c;
    char text[4096] = "; UnixStartTime: 893466664\n";                /* 1998-04-24 23:44:24 */
    strcat(text, case_swf("1", "82135.75", "17", "19", "-1", "23")); /* 04-25 23:59:59.75 */
    strcat(text, case_swf("2", "82136", "17", "19", "-1", "23"));
    strcat(text, case_swf("2", "168535", "17", "19", "-1", "23"));
    strcat(text, case_swf("1", "168536", "17", "19", "-1", "23")); /* 04-27 00:00 */
    case_text(&c, ".swf", text, &(struct trace_options){.from = "1998-04-26", .to = "1998-04-27"});
    assert_true(c.good);
    assert_int_equal(c.trace.count, 2);
    assert_int_equal(c.trace.outside, 2);
    assert_int_equal(c.trace.jobs[0].submit, 0);
    assert_int_equal(c.trace.jobs[1].submit, 86399 * SECOND);
    assert_int_equal(c.trace.duplicate_ids, 1); /* id 1 occurs once in the selection */
    case_done(&c);
    case_text(&c, ".swf", text, &(struct trace_options){.to = "1998-04-26T00:00:00"});
    assert_true(c.good);
    assert_int_equal(c.trace.count, 1);
    assert_int_equal(c.trace.jobs[0].submit, 82135750000); /* still the log's zero */
    case_done(&c);
    case_text(&c, ".swf", text, &(struct trace_options){.from = "1998-04-27 00:01"});
    assert_false(c.good);
    case_item(&c, 0, ERROR_INPUT, 0,
              "4 outside the selection; submissions are from 1998-04-25 to 1998-04-27");
    case_done(&c);
    case_text(&c, ".swf", case_swf("1", "935.75", "17", "19", "-1", "23"),
              &(struct trace_options){.to = "1998-04-26"});
    assert_false(c.good);
    case_item(&c, 0, ERROR_INPUT, 0, "no UnixStartTime; leave them out");
    case_done(&c);
}

static void test_bad_options(void **state)
{
    (void)state;
    struct trace_case c;
    const char *text = case_swf("1", "935.75", "17", "19", "-1", "23");
    case_text(&c, ".swf", text,
              &(struct trace_options){.from = "2017-02-30", .to = "yesterday", .cluster = "6214e9"});
    assert_false(c.good);
    assert_int_equal(c.errors.count, 3);
    case_item(&c, 0, ERROR_INPUT, 0, "--from: \"2017-02-30\" is not a date");
    case_item(&c, 1, ERROR_INPUT, 0, "--to: \"yesterday\" is not a date");
    case_item(&c, 2, ERROR_INPUT, 0, "--cluster: format swf has no virtual clusters");
    case_done(&c);
    case_text(&c, ".swf", text, &(struct trace_options){.from = "2017-10-02", .to = "2017-10-02"});
    case_item(&c, 0, ERROR_INPUT, 0, "--from 2017-10-02 must be earlier than --to 2017-10-02");
    case_done(&c);
    case_text(&c, ".swf", text, &(struct trace_options){.format = "phily"});
    case_item(&c, 0, ERROR_INPUT, 0,
              "unknown trace format \"phily\"; did you mean \"philly\"? Formats: swf (.swf), philly (.csv)");
    case_done(&c);
    case_text(&c, ".swf", text, &(struct trace_options){.format = "parquet"});
    case_item(&c, 0, ERROR_INPUT, 0, "unknown trace format \"parquet\"; formats: swf");
    case_done(&c);
}

static void test_format_by_name(void **state)
{
    (void)state;
    struct trace_case c;
    const char *text = case_swf("1", "935.75", "17", "19", "-1", "23");
    static const char *const good[] = {".swf", ".SWF", ".swf.gz", ".Swf.GZ", ".v2.swf"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        case_text(&c, good[i], text, NULL);
        assert_true(c.good);
        case_done(&c);
    }
    static const char *const bad[] = {"", ".gz", ".txt", ".swf.xz", "swf", ".csv.swf.bak"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        case_text(&c, bad[i], text, NULL);
        assert_false(c.good);
        case_item(&c, 0, ERROR_INPUT, 0, "name it with --format: swf (.swf), philly (.csv)");
        case_done(&c);
        case_text(&c, bad[i], text, &(struct trace_options){.format = "swf"});
        assert_true(c.good);
        case_done(&c);
    }
    case_text(&c, ".csv", text, NULL);
    assert_false(c.good);
    case_item(&c, 0, ERROR_INPUT, 1, "no column \"timestamp\"");
    assert_non_null(strstr(c.errors.items[0].message, "--format: swf (.swf)"));
    case_done(&c);
    assert_int_equal(trace_format_count(), 2);
    for (int i = 0; i < trace_format_count(); i++)
        assert_true(*trace_format_name(i) && *trace_format_summary(i));
}

static void test_unreadable(void **state)
{
    (void)state;
    struct trace_case c;
    case_file(&c, "/nowhere/at/all.swf", NULL);
    case_item(&c, 0, ERROR_INPUT, 0, "cannot be opened: No such file or directory");
    assert_string_equal(c.errors.items[0].file, "/nowhere/at/all.swf");
    case_done(&c);
    case_file(&c, "/", &(struct trace_options){.format = "swf"});
    case_item(&c, 0, ERROR_INPUT, 0, "cannot be opened: Is a directory");
    case_done(&c);
    if (access("/proc/self/mem", R_OK) == 0) {
        case_file(&c, "/proc/self/mem", &(struct trace_options){.format = "philly"});
        case_item(&c, 0, ERROR_SYSTEM, 0, "cannot be read after line 0");
        case_done(&c);
    }
}

static void test_nothing_left(void **state)
{
    (void)state;
    struct trace_case c;
    char text[1024] = "; MaxProcs: 3\nbroken\n";
    strcat(text, case_swf("1", "935.75", "-1", "19", "-1", "23"));
    strcat(text, case_swf("2", "935.75", "-1", "19", "-1", "23"));
    strcat(text, case_swf("3", "935.75", "5", "-1", "-1", "23"));
    case_text(&c, ".swf", text, NULL);
    assert_false(c.good);
    case_item(&c, 1, ERROR_INPUT, 0,
              "1 damaged lines, 2 jobs without a run time, 1 without cards, 0 outside the selection");
    case_done(&c);
    case_text(&c, ".swf", "", NULL);
    assert_false(c.good);
    case_done(&c);
    case_text(&c, ".csv", "\n\n", NULL);
    assert_false(c.good);
    case_done(&c);
    case_text(&c, ".csv", "cluster,num_gpus,duration,timestamp\n", &(struct trace_options){.cluster = "a"});
    assert_int_equal(c.errors.count, 1);
    case_item(&c, 0, ERROR_INPUT, 0, "no job left");
    case_done(&c);
}

static void test_total_is_limited(void **state)
{
    (void)state;
    for (int jobs = 3999; jobs <= 4000; jobs++) {
        struct trace_case c;
        char *text = malloc((size_t)jobs * 128);
        assert_non_null(text);
        size_t n = 0;
        for (int i = 0; i < jobs; i++) {
            char id[16];
            snprintf(id, sizeof id, "%d", i);
            n += (size_t)sprintf(text + n, "%s",
                                 case_swf(id, i == 3998 ? "999999999" : "0", "1000000000", "1", "-1", "-1"));
        }
        case_bytes(&c, ".swf", text, n, NULL);
        assert_int_equal(c.good, jobs == 3999); /* 1 s below the limit, and above */
        if (!c.good)
            case_item(&c, 0, ERROR_INPUT, 0, "a replay holds less than 4e+12 s");
        case_done(&c);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_damaged_total),
        cmocka_unit_test(test_order_and_duplicates),
        cmocka_unit_test(test_swf_dates),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_format_by_name),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_nothing_left),
        cmocka_unit_test(test_total_is_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
