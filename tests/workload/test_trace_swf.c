/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trace_case.h"

static void test_fields(void **state)
{
    (void)state;
    struct trace_case c;
    case_text(&c, ".swf",
              "\xEF\xBB\xBF; Version: 2.2\r\n"
              "; MaxNodes: 36 (4 of them for tests)\r\n"
              ";MaxProcs:   1152\r\n"
              "\r\n"
              "  907\t311.3785  17 9123.0000004 48 81.25 -1 64 14400.5 2048 1 53 7 19 2 -1 -1 -1  \r\n"
              "; a comment among the jobs\n"
              " \t \n"
              "12345678901234567 311.4 -1 0 73 -1 -1 -1 0 -1 -1 -1 -1 -1 -1 -1 -1 -1\n"
              "913.0 1.5e3 -1 +7 -1 -1 -1 8.0 -1 -1 -1 -1 -1 -1 -1 -1 -1 1.0",
              NULL);
    assert_int_equal(c.trace.count, 3);
    case_job(&c, 0,
             (struct trace_job){.id = 907,
                                .submit = 311378500,
                                .run = 9123000000,
                                .request = 14400500000,
                                .cards = 64,
                                .line = 5});
    case_job(&c, 1,
             (struct trace_job){.id = INT64_C(12345678901234567),
                                .submit = 311400000,
                                .run = 0,
                                .request = -1,
                                .cards = 73,
                                .line = 8});
    case_job(
        &c, 2,
        (struct trace_job){
            .id = 913, .submit = 1500 * SECOND, .run = 7 * SECOND, .request = -1, .cards = 8, .line = 9});
    assert_string_equal(c.trace.format, "swf");
    assert_int_equal(c.trace.max_cards, 1152);
    assert_int_equal(c.trace.no_request, 2);
    assert_int_equal(c.trace.damaged, 0);
    assert_int_equal(c.trace.out_of_order, 0);
    assert_int_equal(c.errors.count, 0);
    case_done(&c);
}

static void test_header(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        int64_t max_cards;
    } cases[] = {
        {"; MaxProcs: 128\n; MaxNodes: 16\n", 128},
        {"; MaxNodes: 16\n; MaxProcs: 128\n", 128},
        {"; MaxNodes: 336 (32)\n", 336},
        {"; MaxProcs: -1\n; MaxNodes: 77\n", 77},
        {";MaxProcs :\t91\r\n", 91},
        {"; MaxProcs: 1,152\n", 0}, /* the first digits alone would be wrong */
        {"; MaxProcs: 3000000000\n", 0},
        {"; MaxProcs:\n; MaxNodes\n;\n", 0},
        {"; Note: MaxProcs: 55\n", 0},
        {"; MaxProcsReally: 55\n", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct trace_case c;
        char text[512];
        snprintf(text, sizeof text, "%s%s", cases[i].header, case_swf("31", "47", "53", "3", "-1", "-1"));
        case_text(&c, ".swf", text, NULL);
        assert_int_equal(c.trace.count, 1);
        assert_int_equal(c.trace.max_cards, cases[i].max_cards);
        case_done(&c);
    }
}

static void test_unusable(void **state)
{
    (void)state;
    struct trace_case c;
    char text[2048] = "";
    strcat(text, case_swf("1", "47", "-1", "3", "-1", "61"));
    strcat(text, case_swf("2", "48.5", "-0.25", "3", "-1", "61"));
    strcat(text, case_swf("3", "49", "53", "-1", "0", "61"));
    strcat(text, case_swf("4", "50", "53", "0", "-1", "61"));
    strcat(text, case_swf("5", "51", "-1", "-1", "-1", "-1"));
    strcat(text, case_swf("6", "52", "53", "-1", "29", "0"));
    case_text(&c, ".swf", text, NULL);
    assert_int_equal(c.trace.count, 1);
    assert_int_equal(c.trace.no_run, 3);
    assert_int_equal(c.trace.no_cards, 2);
    assert_int_equal(c.trace.no_request, 1);
    assert_int_equal(c.trace.damaged, 0);
    assert_int_equal(c.errors.count, 0);
    case_done(&c);
}

static const struct {
    const char *line;
    const char *part; /* of the message */
} swf_damaged[] = {
    {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n",
     "17 fields; a job has 18, and the first one missing is think time (field 18)"},
    {"1 2 3 4\n", "4 fields; a job has 18, and the first one missing is allocated processors (field 5)"},
    {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19\n", "19 fields"},
    {"x1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n", "job number (field 1): \"x1\" is not a number"},
    {"1 2 3 4 5 6 7 8 9 1O 11 12 13 14 15 16 17 18\n", "requested memory (field 10): \"1O\""},
    {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 nan\n", "think time (field 18): \"nan\""},
    {"1 2 3 4 5 inf 7 8 9 10 11 12 13 14 15 16 17 18\n", "average CPU time (field 6): \"inf\""},
    {"1 2 3 0x4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n", "run time (field 4): \"0x4\""},
    {"1 2 3 - 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n", "run time (field 4): \"-\""},
    {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 1e999\n", "think time (field 18)"},
    {"1.5 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n",
     "job number (field 1): \"1.5\" is not a whole number"},
    {"99999999999999999999 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n", "job number (field 1)"},
    {"1 -2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n",
     "submit time (field 2): \"-2\" is not within 0 and 100000000000 seconds"},
    {"1 100000000001 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n", "submit time (field 2)"},
    {"1 2 3 1000000001 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n",
     "run time (field 4): \"1000000001\" is not at most 1000000000 seconds"},
    {"1 2 3 -2e9 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n", "run time (field 4)"},
    {"1 2 3 4 5 6 7 8 1000000000.5 10 11 12 13 14 15 16 17 18\n", "requested time (field 9)"},
    {"1 2 3 4 1000000001 6 7 8 9 10 11 12 13 14 15 16 17 18\n", "allocated processors (field 5)"},
    {"1 2 3 4 5 6 7 8.5 9 10 11 12 13 14 15 16 17 18\n",
     "requested processors (field 8): \"8.5\" is not a whole number"},
    {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 "
     "\x1b[31m\xC3\xA4-a-very-long-field-that-nobody-would-want-to-see\n",
     "think time (field 18): \"?[31m?"
     "?-a-very-long-field-that-nobody-would-...\""},
};

enum { SWF_DAMAGED = sizeof swf_damaged / sizeof swf_damaged[0] };

static void test_damaged(void **state)
{
    (void)state;
    for (int i = 0; i < SWF_DAMAGED; i++) {
        struct trace_case c;
        char text[1024];
        snprintf(text, sizeof text, "; log\n%s%s", swf_damaged[i].line,
                 case_swf("83", "97", "101", "3", "5", "107"));
        case_text(&c, ".swf", text, NULL);
        assert_true(c.good);
        assert_int_equal(c.trace.damaged, 1);
        assert_int_equal(c.errors.count, 1);
        case_item(&c, 0, ERROR_WARNING, 2, swf_damaged[i].part);
        case_job(&c, 0,
                 (struct trace_job){.id = 83,
                                    .submit = 97 * SECOND,
                                    .run = 101 * SECOND,
                                    .request = 107 * SECOND,
                                    .cards = 5,
                                    .line = 3});
        case_done(&c);
        case_text(&c, ".swf", text, &(struct trace_options){.strict = true});
        assert_false(c.good);
        assert_int_equal(c.errors.count, 1);
        case_item(&c, 0, ERROR_INPUT, 2, swf_damaged[i].part);
        case_done(&c);
    }
}

/* The largest values allowed are read exactly. */
static void test_limits(void **state)
{
    (void)state;
    struct trace_case c;
    case_text(
        &c, ".swf",
        case_swf("-9223372036854775808", "100000000000", "1e9", "1000000000", "-1000000000", "1000000000"),
        NULL);
    case_job(&c, 0,
             (struct trace_job){.id = INT64_MIN,
                                .submit = INT64_C(100000000000) * SECOND,
                                .run = INT64_C(1000000000) * SECOND,
                                .request = INT64_C(1000000000) * SECOND,
                                .cards = 1000000000,
                                .line = 1});
    case_done(&c);
    case_text(&c, ".swf", case_swf("7", "99999999999.5", "0.0000004", "1", "-1", "0.0000004"), NULL);
    case_job(
        &c, 0,
        (struct trace_job){
            .id = 7, .submit = INT64_C(99999999999500000), .run = 0, .request = -1, .cards = 1, .line = 1});
    case_done(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),  cmocka_unit_test(test_header), cmocka_unit_test(test_unusable),
        cmocka_unit_test(test_damaged), cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
