/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trace_case.h"

#define HOUR (3600 * SECOND)

static const char table[] = "timestamp,duration,num_gpus,gpu_time,cluster\n"
                            "2017-10-09 07:01:55,66.25,3,198.75,11cb48\n"
                            "2017-10-09 06:13:03,2951.0,1,2951.0,6214e9\n"
                            "2017-10-09 07:01:55,67,5,335,6214e9\n"
                            "2017-10-08 23:59:59,-1.0,5,335,6214e9\n"
                            "2017-10-11 00:00:00,71,16,1136,6214e9\n"
                            "2017-10-10 21:00:07,73,0,0,6214e9\n";

static void test_rows(void **state)
{
    (void)state;
    struct trace_case c;
    case_text(&c, ".csv", table, NULL);
    assert_true(c.good);
    assert_int_equal(c.errors.count, 0);
    assert_string_equal(c.trace.format, "philly");
    assert_int_equal(c.trace.count, 4);
    assert_int_equal(c.trace.no_run, 1);
    assert_int_equal(c.trace.no_cards, 1);
    assert_int_equal(c.trace.no_request, 4);
    assert_int_equal(c.trace.out_of_order, 1);
    assert_int_equal(c.trace.max_cards, 0);
    /* from midnight of the first job that is kept: the one of 10-08 has no run time */
    case_job(&c, 0,
             (struct trace_job){.id = 0,
                                .submit = 6 * HOUR + (13 * 60 + 3) * SECOND,
                                .run = 2951 * SECOND,
                                .request = -1,
                                .cards = 1,
                                .line = 3});
    case_job(&c, 1,
             (struct trace_job){.id = 1,
                                .submit = 7 * HOUR + 115 * SECOND,
                                .run = 66250000,
                                .request = -1,
                                .cards = 3,
                                .line = 2});
    assert_int_equal(c.trace.jobs[2].line, 4); /* file order among equal times */
    assert_int_equal(c.trace.jobs[3].submit, 48 * HOUR);
    assert_int_equal(c.trace.jobs[3].id, 3);
    case_done(&c);
}

static void test_columns_by_name(void **state)
{
    (void)state;
    struct trace_case c;
    case_text(&c, ".csv",
              "\xEF\xBB\xBF\"note\", cluster ,\"num_gpus\",user,timestamp,duration\r\n"
              "\"said \"\"go\"\", then left\",\"vc, north\",7.0,u1,2024-02-29T13:45:10,\"1e3\"\r\n"
              ",,,,2024-02-29 13:45:11,\r\n"
              "x,y,,u,2024-02-29 13:45:12,17",
              NULL);
    assert_true(c.good);
    assert_int_equal(c.trace.count, 1);
    assert_int_equal(c.trace.no_run, 1); /* empty fields are missing values */
    assert_int_equal(c.trace.no_cards, 1);
    case_job(&c, 0,
             (struct trace_job){.id = 0,
                                .submit = 13 * HOUR + (45 * 60 + 10) * SECOND,
                                .run = 1000 * SECOND,
                                .request = -1,
                                .cards = 7,
                                .line = 2});
    case_done(&c);
}

static void test_selection(void **state)
{
    (void)state;
    struct trace_case c;
    case_text(&c, ".csv", table, &(struct trace_options){.cluster = "6214e9", .to = "2017-10-11"});
    assert_int_equal(c.trace.count, 2);
    assert_int_equal(c.trace.outside, 2);
    assert_int_equal(c.trace.out_of_order, 0);
    case_job(&c, 1,
             (struct trace_job){.id = 1,
                                .submit = 7 * HOUR + 115 * SECOND,
                                .run = 67 * SECOND,
                                .request = -1,
                                .cards = 5,
                                .line = 4});
    case_done(&c);
    case_text(&c, ".csv", table, &(struct trace_options){.from = "2017-10-09 07:01:55"});
    assert_int_equal(c.trace.count, 3);
    assert_int_equal(c.trace.jobs[0].submit, 0);
    assert_int_equal(c.trace.jobs[2].submit, 41 * HOUR - 115 * SECOND);
    case_done(&c);
    case_text(&c, ".csv", table, &(struct trace_options){.from = "2018-01-01"});
    case_item(
        &c, 0, ERROR_INPUT, 0,
        "0 damaged lines, 1 jobs without a run time, 1 without cards, 4 outside the selection; submissions "
        "are from 2017-10-09 to 2017-10-11");
    case_done(&c);
    case_text(&c, ".csv", "timestamp,duration,num_gpus,cluster\n1969-12-30 23:00:00,17,1,a\n", NULL);
    assert_int_equal(c.trace.jobs[0].submit, 23 * HOUR); /* the remainder of a date before 1970 is negative */
    case_done(&c);
}

static void test_unknown_cluster(void **state)
{
    (void)state;
    struct trace_case c;
    case_text(&c, ".csv", table, &(struct trace_options){.cluster = "6214e0"});
    assert_int_equal(c.errors.count, 1);
    case_item(&c, 0, ERROR_INPUT, 0,
              "no job of \"6214e0\"; did you mean \"6214e9\"? Clusters: 11cb48, 6214e9");
    case_done(&c);
    case_text(&c, ".csv", table, &(struct trace_options){.cluster = "northern-cluster"});
    case_item(&c, 0, ERROR_INPUT, 0, "no job of \"northern-cluster\"; clusters: 11cb48, 6214e9");
    case_done(&c);

    char text[32768];
    size_t n = (size_t)sprintf(text, "timestamp,duration,num_gpus,cluster\n");
    for (int i = 0; i < 300; i++)
        n += (size_t)sprintf(text + n, "2017-10-09 07:01:55,17,3,vc%03d\n", i / 2);
    case_text(&c, ".csv", text, &(struct trace_options){.cluster = "other"});
    case_item(&c, 0, ERROR_INPUT, 0, "vc018, vc019 and at least 80 more");
    case_done(&c);
    case_text(&c, ".csv", text, &(struct trace_options){.cluster = "vc149"});
    assert_int_equal(c.trace.count, 2);
    case_done(&c);
}

static void test_unfit_header(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *part;
    } cases[] = {
        {"timestamp,duration,gpus,cluster\n", "no column \"num_gpus\" in the header; needed are timestamp"},
        {"timestamp,duration,num_gpus\n", "no column \"cluster\""},
        {"Timestamp,duration,num_gpus,cluster\n", "no column \"timestamp\""},
        {"timestamp,duration,duration,num_gpus,cluster\n", "is in the header twice"},
        {"timestamp,\"duration,num_gpus,cluster\n", "quotes out of place"},
        {"2017-10-09 07:01:55,17,3,a\n", "no column \"timestamp\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct trace_case c;
        char text[512];
        snprintf(text, sizeof text, "\n%s2017-10-09 07:01:55,17,3,a\n", cases[i].text);
        case_text(&c, ".txt", text, &(struct trace_options){.format = "philly"});
        assert_false(c.good);
        assert_int_equal(c.errors.count, 1);
        case_item(&c, 0, ERROR_INPUT, 2, cases[i].part);
        assert_null(strstr(c.errors.items[0].message, "--format")); /* it was named */
        case_done(&c);
        case_text(&c, ".csv.gz", text, NULL);
        case_item(&c, 0, ERROR_INPUT, 2,
                  "Read as format philly by its name; name another one with --format: swf");
        case_done(&c);
    }
}

static void test_damaged(void **state)
{
    (void)state;
    static const struct {
        const char *row;
        const char *part;
    } cases[] = {
        {"2017-10-09 07:01:55,17,3\n", "3 fields; the header has 4 columns"},
        {"2017-10-09 07:01:55,17,3,a,b\n", "5 fields; the header has 4 columns"},
        {"2017-10-09 07:01,17,3,a\n",
         "timestamp: \"2017-10-09 07:01\" is not a date like 2017-10-03 07:45:12"},
        {"2017-10-09,17,3,a\n", "timestamp"},
        {"2017-13-09 07:01:55,17,3,a\n", "timestamp"},
        {"2017-10-09 07:01:550,17,3,a\n", "timestamp"},
        {",17,3,a\n", "timestamp"},
        {"2017-10-09 07:01:55,17s,3,a\n", "duration: \"17s\" is not a number of at most 1000000000 seconds"},
        {"2017-10-09 07:01:55,1000000001,3,a\n", "duration"},
        {"2017-10-09 07:01:55,nan,3,a\n", "duration"},
        {"2017-10-09 07:01:55,17,3.5,a\n", "num_gpus: \"3.5\" is not a whole number"},
        {"2017-10-09 07:01:55,17,2e9,a\n", "num_gpus"},
        {"2017-10-09 07:01:55,17,\"3,a\n", "field 3: quotes out of place"},
        {"2017-10-09 07:01:55,1\"7\",3,a\n", "field 2: quotes out of place"},
        {"2017-10-09 07:01:55,17,3\ra\n", "carriage return"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct trace_case c;
        char text[512];
        snprintf(text, sizeof text, "timestamp,duration,num_gpus,cluster\n%s2017-10-09 07:01:55,17,3,a\n",
                 cases[i].row);
        case_text(&c, ".csv", text, NULL);
        assert_true(c.good);
        assert_int_equal(c.trace.count, 1);
        assert_int_equal(c.trace.jobs[0].line, 3);
        assert_int_equal(c.trace.damaged, 1);
        assert_int_equal(c.errors.count, 1);
        case_item(&c, 0, ERROR_WARNING, 2, cases[i].part);
        case_done(&c);
        case_text(&c, ".csv", text, &(struct trace_options){.strict = true});
        assert_false(c.good);
        case_item(&c, 0, ERROR_INPUT, 2, cases[i].part);
        case_done(&c);
    }
}

static void test_large_values(void **state)
{
    (void)state;
    struct trace_case c;
    char text[2048];
    for (int width = 255; width <= 256; width++) {
        char name[300];
        memset(name, 'n', sizeof name);
        name[width] = 0;
        snprintf(text, sizeof text,
                 "timestamp,duration,num_gpus,cluster\n2017-10-09 07:01:55,1e9,1000000000,%s\n"
                 "2017-10-09 07:01:55,17,1,a\n",
                 name);
        case_text(&c, ".csv", text, &(struct trace_options){.cluster = name});
        assert_int_equal(c.good, width == 255);
        if (c.good)
            assert_int_equal(c.trace.jobs[0].cards, 1000000000);
        else
            case_item(&c, 0, ERROR_WARNING, 2, "more than 255 bytes");
        case_done(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),         cmocka_unit_test(test_columns_by_name),
        cmocka_unit_test(test_selection),    cmocka_unit_test(test_unknown_cluster),
        cmocka_unit_test(test_unfit_header), cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_large_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
