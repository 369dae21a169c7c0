/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Failure rates and the costs of restarts and checkpoints that change in mid-run. */
#include "text_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char town[] =
    "title = \"changing failures\"; start = \"2025-01-01\"; horizon = \"100d\"; sample = \"50d\"; seed = "
    "731;\n"
    "site: { town: { chip = \"old\"; cards = 1600; ordered = \"2025-01-01\"; delivery = \"at-once\";\n"
    "  reliability = \"r\"; runs: { one: { at = \"2025-01-01\"; cards = 8; length = \"30d\"; }; }; }; };\n"
    "reliability: { r: { failures_per_1000_node_days = %s; repair_median = \"1h\"; restart = \"10min\";\n"
    "  checkpoint_cost = \"1min\"; checkpoint_interval = \"3h\"; }; };\n"
    "%s\n";

enum { FUTURES = 12 };

/* Failures by days: before the 20th, until the 60th, after. */
static void count_failures(const char *rate, const char *events, double counts[3])
{
    char text[2000];
    struct text_case c;
    snprintf(text, sizeof text, town, rate, events);
    text_open(&c, text);
    memset(counts, 0, 3 * sizeof *counts);
    for (uint32_t r = 0; r < FUTURES; r++) {
        struct world_request request = {
            .plan = &c.world.plan, .slots = &c.world.slots, .replication = r, .want_series = true};
        text_clear(&c.world.result.failures);
        world_run(&request, &c.world.arena, &c.world.result);
        assert_string_equal(c.world.result.problem, "");
        for (const char *row = text_string(&c.world.result.failures); *row; row = strchr(row, '\n') + 1) {
            double day = atof(strchr(row, ',') + 1) / 86400;
            counts[day < 20 ? 0 : day < 60 ? 1 : 2]++;
        }
    }
    text_close(&c);
}

/* 200 nodes: a count within 4.5 standard deviations of Poisson's law, repair (1 h) neglected. */
static void expect_count(double count, double per_1000_node_days, double days)
{
    double mean = per_1000_node_days / 1000 * 200 * days * FUTURES;
    double slack = 4.5 * sqrt(mean) + 0.01 * mean;
    if (!(count >= mean - slack && count <= mean + slack))
        fail_msg("%g failures, expected %g +- %g", count, mean, slack);
}

static void test_rate_rises_and_falls(void **state)
{
    (void)state;
    double counts[3];
    count_failures("2.0",
                   "events: { bad: { at = \"2025-01-21\"; lasts = \"40d\";\n"
                   "  set = \"reliability.r.failures_per_1000_node_days=17.0\"; }; };",
                   counts);
    expect_count(counts[0], 2, 20);
    expect_count(counts[1], 17, 40);
    expect_count(counts[2], 2, 40);
}

/* From nothing to something, and back. */
static void test_failures_begin_and_end(void **state)
{
    (void)state;
    double counts[3];
    count_failures("0.0",
                   "events: { bad: { at = \"2025-01-21\"; lasts = \"40d\";\n"
                   "  set = \"reliability.r.failures_per_1000_node_days=9.0\"; }; };",
                   counts);
    assert_true(counts[0] <= 0 && counts[2] <= 0);
    expect_count(counts[1], 9, 40);
    count_failures("9.0",
                   "events: { good: { at = \"2025-01-21\"; lasts = \"40d\";\n"
                   "  set = \"reliability.r.failures_per_1000_node_days=0.0\"; }; };",
                   counts);
    expect_count(counts[0], 9, 20);
    assert_true(counts[1] <= 0);
    expect_count(counts[2], 9, 40);
}

/* A stretch keeps the costs with which it began: 30 days are 240 stretches of 3 h, 239 checkpoints between.
 */
static void test_costs_of_a_stretch(void **state)
{
    (void)state;
    char text[2000];
    struct text_case c;
    snprintf(text, sizeof text, town, "0.0",
             "events: { dear: { at = \"2025-01-11\"; set = \"reliability.r.checkpoint_cost=20min\"; }; };");
    text_open(&c, text);
    text_run(&c, 0);
    double end = 30 * 86400.0 + 239 * 60.0;
    assert_true(c.jobs[0].end > end - 0.001 && c.jobs[0].end < end + 0.001);
    text_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rate_rises_and_falls),
        cmocka_unit_test(test_failures_begin_and_end),
        cmocka_unit_test(test_costs_of_a_stretch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
