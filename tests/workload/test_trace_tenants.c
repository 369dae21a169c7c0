/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tenants of jobs: by which column, in which order they are numbered, and that no name is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "trace_case.h"
#include "workload/trace_tenants.h"

static void expect(const struct trace_case *c, int32_t count, const int32_t *tenants,
                   const char *const *names)
{
    assert_true(c->good);
    assert_int_equal(c->trace.tenant_count, count);
    for (int64_t i = 0; i < c->trace.count; i++)
        assert_int_equal(c->trace.jobs[i].tenant, tenants[i]);
    for (int32_t i = 0; i < count; i++)
        assert_string_equal(c->trace.tenant_names[i], names[i]);
}

/* A line with user, group, queue and partition. */
static void put(char *text, int at, const char *run, const char *owners)
{
    sprintf(text + strlen(text), "%d %d -1 %s 4 -1 -1 4 60 -1 1 %s -1 -1\n", at, at, run, owners);
}

static void test_columns(void **state)
{
    (void)state;
    char text[1024] = "";
    put(text, 5, "10", "31 7 -1 2 0");
    put(text, 4, "10", "31.0 8 -1 2 1");
    put(text, 3, "10", "-1 7 -1 0 -1");
    put(text, 2, "10", "44 9 -1 2 1e0");
    put(text, 1, "-1", "55 5 -1 5 5"); /* no job: no tenant */
    put(text, 6, "10", "-3 8 -1 0 -1");
    struct trace_case c;
    case_text(&c, ".swf", text, &(struct trace_options){.tenants = "user"});
    expect(&c, 3, (const int32_t[]){0, 1, 2, 2, 1}, (const char *const[]){"44", "-1", "31"});
    case_done(&c);
    case_text(&c, ".swf", text, &(struct trace_options){.tenants = "group"});
    expect(&c, 3, (const int32_t[]){0, 1, 2, 1, 2}, (const char *const[]){"9", "7", "8"});
    case_done(&c);
    case_text(&c, ".swf", text, &(struct trace_options){.tenants = "queue"});
    expect(&c, 2, (const int32_t[]){0, 1, 0, 0, 1}, (const char *const[]){"2", "0"});
    case_done(&c);
    case_text(&c, ".swf", text, &(struct trace_options){.tenants = "partition"});
    expect(&c, 3, (const int32_t[]){0, 1, 0, 2, 1}, (const char *const[]){"1", "-1", "0"});
    case_done(&c);
    case_text(&c, ".swf", text, &(struct trace_options){.tenants = "partition", .first = "3"});
    expect(&c, 2, (const int32_t[]){0, 1}, (const char *const[]){"0", "-1"});
    case_done(&c);
    for (int named = 0; named < 2; named++) {
        case_text(&c, ".swf", text, &(struct trace_options){.tenants = named ? "none" : NULL});
        assert_int_equal(c.trace.tenant_count, 1);
        assert_null(c.trace.tenant_names);
        for (int64_t i = 0; i < c.trace.count; i++)
            assert_int_equal(c.trace.jobs[i].tenant, 0);
        case_done(&c);
    }
}

static void test_philly(void **state)
{
    (void)state;
    static const char *const words[] = {"cluster", "group"};
    const char *text = "timestamp,duration,num_gpus,cluster\n"
                       "2017-10-04 00:00:01,5,2,7f04ca\n"
                       "2017-10-03 07:45:12,313,8,6214e9\n"
                       "2017-10-05 11:10:09,9,1,6214e9\n"
                       "2017-10-06 11:10:09,9,1,\n";
    for (int i = 0; i < 2; i++) {
        struct trace_case c;
        case_text(&c, ".csv", text, &(struct trace_options){.tenants = words[i]});
        expect(&c, 3, (const int32_t[]){0, 1, 0, 2}, (const char *const[]){"6214e9", "7f04ca", ""});
        case_done(&c);
    }
}

/* Many names, against a list that is searched from the front. */
static void test_many_names(void **state)
{
    (void)state;
    enum { JOBS = 5000, NAMES = 700 };
    static char names[NAMES][16];
    struct dice dice = {2718};
    for (int i = 0; i < NAMES; i++) /* no two alike, many alike but for the last letter */
        snprintf(names[i], sizeof names[i], "%s%d", i % 2 ? "vc" : "VC-", i / 2);
    struct trace_tenants_table table = {0};
    struct trace trace = {.jobs = calloc(JOBS, sizeof *trace.jobs), .count = JOBS};
    static int drawn[JOBS];
    for (int i = 0; i < JOBS; i++) {
        drawn[i] = (int)dice_whole(&dice, 0, NAMES - 1);
        trace.jobs[i].tenant = trace_tenants_number(&table, names[drawn[i]]);
    }
    int kept = 0; /* a selection: the other jobs go */
    for (int i = 0; i < JOBS; i++)
        if (drawn[i] % 3) {
            trace.jobs[kept] = trace.jobs[i];
            drawn[kept++] = drawn[i];
        }
    trace.count = kept;
    trace_tenants_finish(&table, &trace);
    int seen[NAMES], count = 0;
    for (int i = 0; i < kept; i++) {
        int at = 0;
        while (at < count && seen[at] != drawn[i])
            at++;
        if (at == count)
            seen[count++] = drawn[i];
        assert_int_equal(trace.jobs[i].tenant, at);
        assert_string_equal(trace.tenant_names[at], names[drawn[i]]);
    }
    assert_int_equal(trace.tenant_count, count);
    assert_true(count > NAMES / 2);
    trace_tenants_free(&table);
    trace_free(&trace);
    assert_null(trace.tenant_names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_philly),
        cmocka_unit_test(test_many_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
