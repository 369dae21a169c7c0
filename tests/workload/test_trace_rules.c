/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a log is to be read: what each option takes and refuses, and what it does to jobs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "trace_case.h"
#include "workload/trace_rules.h"

static const char philly[] = "timestamp,duration,num_gpus,cluster\n"
                             "2017-10-03 07:45:12,313,8,6214e9\n"
                             "2017-10-04 00:00:01,,2,7f04ca\n"
                             "2017-10-05 11:10:09,0,1,6214e9\n"
                             "2017-10-06 23:59:59,77,4,b436b2\n";

/* Fails unless the options are refused with one error that holds the part. */
static void refuse(const char *ending, const struct trace_options *options, const char *part)
{
    struct trace_case c;
    case_text(&c, ending,
              *ending == '.' && ending[1] == 's' ? case_swf("1", "5", "7", "3", "-1", "9") : philly, options);
    if (c.good)
        fail_msg("not refused: %s", part);
    assert_int_equal(c.errors.count, 1);
    case_item(&c, 0, ERROR_INPUT, 0, part);
    case_done(&c);
}

static void test_defaults(void **state)
{
    (void)state;
    struct trace_rules rules;
    struct error_list errors = {0};
    assert_true(trace_rules_read(&(struct trace_options){0}, "a.swf", &rules, &errors));
    assert_int_equal(rules.from, INT64_MIN);
    assert_int_equal(rules.to, INT64_MAX);
    assert_int_equal(rules.first, 0);
    assert_int_equal(rules.count, INT64_MAX);
    assert_int_equal(rules.processors, TRACE_MOST);
    assert_int_equal(rules.request, TRACE_UNKNOWN);
    assert_int_equal(rules.run, TRACE_UNKNOWN);
    assert_false(rules.skip_zero_run);
    assert_int_equal(rules.tenants, TRACE_TENANTS_NONE);
    /* the defaults by name are the same */
    struct trace_rules named;
    const struct trace_options words = {.format = "swf",
                                        .first = "0",
                                        .processors = "most",
                                        .no_request = "unknown",
                                        .no_run = "skip",
                                        .zero_run = "keep",
                                        .tenants = "none"};
    assert_true(trace_rules_read(&words, "b", &named, &errors));
    assert_memory_equal(&named, &rules, sizeof rules);
    assert_int_equal(errors.count, 0);
}

static void test_words_and_numbers(void **state)
{
    (void)state;
    struct trace_rules rules;
    struct error_list errors = {0};
    const struct trace_options options = {.first = "1981",
                                          .count = "9223372036854775807",
                                          .processors = "requested",
                                          .no_request = "0.000001",
                                          .no_run = "1e9",
                                          .zero_run = "skip",
                                          .tenants = "partition"};
    assert_true(trace_rules_read(&options, "a.swf", &rules, &errors));
    assert_int_equal(rules.first, 1981);
    assert_int_equal(rules.count, INT64_MAX);
    assert_int_equal(rules.processors, TRACE_REQUESTED);
    assert_int_equal(rules.request, 1);
    assert_int_equal(rules.run, INT64_C(1000000000000000));
    assert_true(rules.skip_zero_run);
    assert_int_equal(rules.tenants, TRACE_TENANTS_PARTITION);
    assert_int_equal(errors.count, 0);
}

static void test_nonsense(void **state)
{
    (void)state;
    static const char *const whole[] = {
        "", " 3", "3 ", "-1", "1.5", "1e3", "0x4", "ten", "nan", "\x1b[31m", "99999999999999999999"};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        refuse(".swf", &(struct trace_options){.first = whole[i]}, "is not a whole number from 0 on");
        refuse(".swf", &(struct trace_options){.count = whole[i]}, "is not a whole number from 1 on");
    }
    refuse(".swf", &(struct trace_options){.count = "0"}, "--count: \"0\" is not a whole number from 1 on");
    refuse(".swf", &(struct trace_options){.first = "\x1b[31m"}, "--first: \"?[31m\"");
    static const char *const seconds[] = {"",    "0",   "-5", "1e-7", "1000000001",
                                          "inf", "nan", "1h", "0x9",  "RUN"};
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        refuse(".swf", &(struct trace_options){.no_request = seconds[i]},
               "is not unknown, run or a number of seconds above 0, at most 1000000000");
        refuse(".swf", &(struct trace_options){.no_run = seconds[i]},
               "is not skip or a number of seconds above 0, at most 1000000000");
    }
    refuse(".swf", &(struct trace_options){.no_run = "run"}, "--no-run: \"run\" is not skip or");
    refuse(".swf", &(struct trace_options){.processors = "alocated"},
           "--processors: \"alocated\" is not one of most, allocated, requested; did you mean allocated?");
    refuse(".swf", &(struct trace_options){.processors = ""}, "--processors: \"\" is not one of");
    refuse(".swf", &(struct trace_options){.zero_run = "drop it"},
           "--zero-run: \"drop it\" is not one of keep");
    refuse(".swf", &(struct trace_options){.tenants = "users"}, "did you mean user?");
    refuse(".swf", &(struct trace_options){.tenants = "cluster"},
           "--tenants cluster: format swf knows only user, group, queue, partition");
    refuse(".csv", &(struct trace_options){.tenants = "user"},
           "--tenants user: format philly knows only group, cluster");
    refuse(".csv", &(struct trace_options){.processors = "requested"},
           "--processors: format philly has one number of cards for a job; leave it out");
}

static void test_all_mistakes_at_once(void **state)
{
    (void)state;
    struct trace_case c;
    const struct trace_options options = {.from = "x",
                                          .first = "x",
                                          .count = "x",
                                          .processors = "x",
                                          .no_request = "x",
                                          .no_run = "x",
                                          .zero_run = "x",
                                          .tenants = "x"};
    case_file(&c, "there-is-no-such-file.swf", &options);
    assert_false(c.good);
    assert_int_equal(c.errors.count, 8); /* and the file was not even looked for */
    case_done(&c);
}

static void test_processors(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        int64_t count, no_cards;
        int32_t cards[4];
    } cases[] = {{NULL, 4, 1, {19, 23, 29, 31}},
                 {"most", 4, 1, {19, 23, 29, 31}},
                 {"allocated", 3, 2, {19, 3, 29}},
                 {"requested", 3, 2, {5, 23, 31}}};
    char text[2048] = "";
    strcat(text, case_swf("1", "1", "17", "19", "5", "23"));
    strcat(text, case_swf("2", "2", "17", "3", "23", "23"));
    strcat(text, case_swf("3", "3", "17", "29", "-1", "23"));
    strcat(text, case_swf("4", "4", "17", "0", "31", "23"));
    strcat(text, case_swf("5", "5", "17", "-1", "0", "23"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct trace_case c;
        case_text(&c, ".swf", text, &(struct trace_options){.processors = cases[i].word});
        assert_true(c.good);
        assert_int_equal(c.trace.count, cases[i].count);
        assert_int_equal(c.trace.no_cards, cases[i].no_cards);
        for (int64_t j = 0; j < cases[i].count; j++)
            assert_int_equal(c.trace.jobs[j].cards, cases[i].cards[j]);
        case_done(&c);
    }
}

static void test_missing_times(void **state)
{
    (void)state;
    struct trace_case c;
    char text[2048] = "";
    strcat(text, case_swf("1", "1", "17.5", "19", "-1", "-1"));
    strcat(text, case_swf("2", "2", "-1", "19", "-1", "600"));
    strcat(text, case_swf("3", "3", "0", "19", "-1", "700"));
    strcat(text, case_swf("4", "4", "-1", "19", "-1", "0"));
    strcat(text, case_swf("5", "5", "-1", "-1", "-1", "0"));
    strcat(text, case_swf("6", "6", "8", "19", "-1", "5"));
    case_text(&c, ".swf", text, NULL);
    assert_int_equal(c.trace.count, 3);
    assert_int_equal(c.trace.no_run, 3);
    assert_int_equal(c.trace.no_request, 1);
    assert_int_equal(c.trace.assumed_run + c.trace.assumed_request + c.trace.zero_run, 0);
    case_done(&c);
    case_text(&c, ".swf", text,
              &(struct trace_options){.no_request = "run", .no_run = "10", .zero_run = "skip"});
    assert_int_equal(c.trace.count, 4);
    assert_int_equal(c.trace.no_run, 0);
    assert_int_equal(c.trace.zero_run, 1);
    assert_int_equal(c.trace.no_cards, 1);
    assert_int_equal(c.trace.no_request, 0);
    assert_int_equal(c.trace.assumed_run, 2);
    assert_int_equal(c.trace.assumed_request, 2);
    static const int64_t runs[] = {17500000, 10000000, 10000000, 8000000};
    static const int64_t requests[] = {17500000, 600000000, 10000000, 5000000};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(c.trace.jobs[i].run, runs[i]);
        assert_int_equal(c.trace.jobs[i].request, requests[i]);
    }
    case_done(&c);
    case_text(&c, ".swf", text, &(struct trace_options){.no_request = "86400.25"});
    assert_int_equal(c.trace.count, 3);
    assert_int_equal(c.trace.assumed_request, 1);
    assert_int_equal(c.trace.jobs[0].request, INT64_C(86400250000));
    case_done(&c);
    case_text(&c, ".csv", philly, &(struct trace_options){.no_run = "30", .no_request = "run"});
    assert_int_equal(c.trace.count, 4);
    assert_int_equal(c.trace.jobs[1].run, 30 * SECOND);
    assert_int_equal(c.trace.jobs[3].request, 77 * SECOND);
    assert_int_equal(c.trace.assumed_request, 4);
    case_done(&c);
}

/* Jobs at 100, 110, ..., 190 with the ids 10 to 19, in the file from the last to the first. */
static void ten_jobs(char text[4096])
{
    strcpy(text, "; UnixStartTime: 893466664\n");
    for (int i = 9; i >= 0; i--) {
        char id[16], at[16];
        snprintf(id, sizeof id, "%d", 10 + i);
        snprintf(at, sizeof at, "%d", 100 + 10 * i);
        strcat(text, case_swf(id, at, "17", "19", "-1", "23"));
    }
}

static void test_windows(void **state)
{
    (void)state;
    static const struct {
        const char *first, *count;
        int64_t from, kept;
        bool warned;
    } cases[] = {{"0", NULL, 0, 10, false}, {NULL, "4", 0, 4, false},   {"3", "4", 3, 4, false},
                 {"6", "4", 6, 4, false},   {"7", "4", 7, 3, true},     {"9", NULL, 9, 1, false},
                 {"9", "1", 9, 1, false},   {NULL, "10", 0, 10, false}, {"0", "11", 0, 10, true}};
    char text[4096];
    ten_jobs(text);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct trace_case c;
        case_text(&c, ".swf", text,
                  &(struct trace_options){.first = cases[i].first, .count = cases[i].count});
        assert_true(c.good);
        assert_int_equal(c.trace.count, cases[i].kept);
        assert_int_equal(c.trace.outside, 10 - cases[i].kept);
        for (int64_t j = 0; j < cases[i].kept; j++) {
            assert_int_equal(c.trace.jobs[j].id, 10 + cases[i].from + j);
            assert_int_equal(c.trace.jobs[j].submit, (100 + 10 * (cases[i].from + j)) * SECOND);
        }
        assert_int_equal(c.errors.count, cases[i].warned);
        if (cases[i].warned)
            case_item(&c, 0, ERROR_WARNING, 0, "jobs are left from position");
        case_done(&c);
    }
    struct trace_case c;
    static const char *const beyond[] = {"10", "11", "9223372036854775807"};
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        case_text(&c, ".swf", text, &(struct trace_options){.first = beyond[i], .count = beyond[i]});
        assert_false(c.good);
        case_item(&c, 0, ERROR_INPUT, 0, "the selection has 10 jobs, at positions 0 to 9");
        case_done(&c);
    }
    /* positions count within the dates, and times from --from */
    case_text(&c, ".swf", text,
              &(struct trace_options){.from = "1998-04-25 01:12:54", .first = "1", .count = "2"});
    assert_int_equal(c.trace.count, 2); /* 01:12:54 is 110 s after the log's zero */
    assert_int_equal(c.trace.jobs[0].id, 12);
    assert_int_equal(c.trace.jobs[0].submit, 10 * SECOND);
    assert_int_equal(c.trace.outside, 8);
    case_done(&c);
    /* where times are dates, they count from the day of the first job of the window, and so do numbers */
    case_text(&c, ".csv", philly, &(struct trace_options){.first = "2"});
    assert_int_equal(c.trace.count, 1);
    assert_int_equal(c.trace.jobs[0].id, 0);
    assert_int_equal(c.trace.jobs[0].submit, 86399 * SECOND);
    case_done(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),   cmocka_unit_test(test_words_and_numbers),
        cmocka_unit_test(test_nonsense),   cmocka_unit_test(test_all_mistakes_at_once),
        cmocka_unit_test(test_processors), cmocka_unit_test(test_missing_times),
        cmocka_unit_test(test_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
