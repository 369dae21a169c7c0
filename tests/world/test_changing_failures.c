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

static const char causes_town[] =
    "title = \"changing causes\"; start = \"2025-01-01\"; horizon = \"100d\"; sample = \"50d\"; seed = "
    "733;\n"
    "site: { town: { chip = \"old\"; cards = 1600; ordered = \"2025-01-01\"; delivery = \"at-once\";\n"
    "  reliability = \"r\"; runs: { one: { at = \"2025-01-01\"; cards = 8; length = \"30d\"; }; }; }; };\n"
    "reliability: { r: { failures_per_1000_node_days = 1.5; repair_median = \"1h\"; repair_success = 0.0;\n"
    "  lemon_share = 0.25; lemon_factor = 4.0; causes: {\n"
    "    card: { scope = \"card\"; failures_per_1000_node_days = %s; };\n"
    "    fruit: { scope = \"link\"; failures_per_1000_node_days = 6.0; lemons_only = true; };\n"
    "    old: { scope = \"node\"; failures_per_1000_node_days = 3.0; life = \"weibull\"; shape = 1.7; }; }; "
    "}; };\n"
    "events: { bad: { at = \"2025-01-21\"; lasts = \"40d\"; set = \"%s\"; }; };\n";

/* Failures of a cause before the 20th day, until the 60th, after. */
static void count_cause(struct text_case *c, const char *cause, double counts[3])
{
    char wanted[40];
    snprintf(wanted, sizeof wanted, ",%s,", cause);
    memset(counts, 0, 3 * sizeof *counts);
    for (uint32_t r = 0; r < FUTURES; r++) {
        struct world_request request = {
            .plan = &c->world.plan, .slots = &c->world.slots, .replication = r, .want_series = true};
        text_clear(&c->world.result.failures);
        world_run(&request, &c->world.arena, &c->world.result);
        assert_string_equal(c->world.result.problem, "");
        const char *end;
        for (const char *row = text_string(&c->world.result.failures); *row; row = end + 1) {
            end = strchr(row, '\n');
            const char *at = strstr(row, wanted);
            double day = atof(strchr(row, ',') + 1) / 86400;
            if (at && at < end)
                counts[day < 20 ? 0 : day < 60 ? 1 : 2]++;
        }
    }
}

/* One cause's rate rises, from nothing too: its count follows, those of the others, which share the clock or
 * have clocks of their own, stay. A quarter of the nodes fail four times as often: 1.75 times in all. */
static void test_rate_of_a_cause(void **state)
{
    (void)state;
    static const char *const rates[][3] = {
        {"2.0", "13.0", "2.0"}, {"0.0", "9.0", "0.0"}, {"8.0", "0.0", "8.0"}};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        char text[2000], set[120];
        struct text_case c;
        double counts[3];
        snprintf(set, sizeof set, "reliability.r.causes.card.failures_per_1000_node_days=%s", rates[i][1]);
        snprintf(text, sizeof text, causes_town, rates[i][0], set);
        text_open(&c, text);
        static const double days[] = {20, 40, 40};
        count_cause(&c, "card", counts);
        for (int part = 0; part < 3; part++)
            expect_count(counts[part], 1.75 * atof(rates[i][part]), days[part]);
        count_cause(&c, "node", counts);
        for (int part = 0; part < 3; part++)
            expect_count(counts[part], 1.75 * 1.5, days[part]);
        count_cause(&c, "fruit", counts);
        for (int part = 0; part < 3; part++)
            expect_count(counts[part], 6.0, days[part]);
        text_close(&c);
    }
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
        cmocka_unit_test(test_rate_of_a_cause),
        cmocka_unit_test(test_costs_of_a_stretch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
