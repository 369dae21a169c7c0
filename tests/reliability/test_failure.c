/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/clock.h"
#include "engine/dice_case.h"
#include "reliability/failure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/sample_case.h"

enum { NODES = 200, FAILURES = 200, MANY = NODES * FAILURES };

static double uptimes[MANY], repairs[MANY], again[MANY];

static const uint64_t seed = UINT64_C(20250703);

/* 6.5 failures per 1,000 node-days; repair in 59 minutes at the median. */
static const struct failure_model model = {
    .per_node_us = 6.5 / 1000 / 86400e6, .repair_median = 59 * 60e6, .repair_sigma = 0.73};

static void test_closed_forms(void **state)
{
    (void)state;
    for (uint32_t node = 0; node < NODES; node++)
        for (uint32_t number = 0; number < FAILURES; number++) {
            struct failure_draw draw = failure_draw(&model, seed, 2, node, number);
            assert_true(draw.uptime >= 1 && draw.uptime < CLOCK_NEVER && draw.repair >= 1);
            uptimes[node * FAILURES + number] = (double)draw.uptime;
            repairs[node * FAILURES + number] = (double)draw.repair;
        }
    double mean = 86400e6 * 1000 / 6.5;
    sample_has_mean(uptimes, MANY, mean);
    sample_has_variance(uptimes, MANY, mean * mean);
    double s2 = 0.73 * 0.73;
    sample_has_mean(repairs, MANY, 59 * 60e6 * exp(s2 / 2));
    sample_has_variance(repairs, MANY, pow(59 * 60e6, 2) * exp(s2) * expm1(s2));
    sample_is_independent(uptimes, repairs, MANY);
    sample_is_independent(uptimes, uptimes + 1, MANY - 1);               /* failure after failure */
    sample_is_independent(uptimes, uptimes + FAILURES, MANY - FAILURES); /* node beside node */
    size_t quick = 0;
    for (int i = 0; i < MANY; i++) {
        quick += repairs[i] < 59 * 60e6;
        again[i] = -expm1(-uptimes[i] / mean);
    }
    sample_has_share(quick, MANY, 0.5);
    sample_is_uniform(again, MANY);
}

/* Up and down by turns for ten years: the number of failures per node and the share of time that it is down.
 */
static void test_fleet(void **state)
{
    (void)state;
    enum { FLEET = 3000 };
    const struct failure_model fast = {
        .per_node_us = 6.5 / 1000 / 86400e6, .repair_median = 2.4 * 86400e6, .repair_sigma = 0.5};
    const double horizon = 3650 * 86400e6;
    double up = 86400e6 * 1000 / 6.5, down = 2.4 * 86400e6 * exp(0.125);
    for (uint32_t node = 0; node < FLEET; node++) {
        double now = 0, idle = 0;
        uint32_t number = 0;
        for (;; number++) {
            struct failure_draw draw = failure_draw(&fast, seed, 5, node, number);
            now += (double)draw.uptime;
            if (now >= horizon)
                break;
            idle += fmin((double)draw.repair, horizon - now);
            now += (double)draw.repair;
        }
        uptimes[node] = number;
        repairs[node] = idle;
    }
    /* Renewals with cycles of mean m, the first after `up`: t / m + E[cycle^2] / (2 m^2) - up / m in the long
     * run. */
    double m = up + down, square = 2 * up * up + 2 * up * down + down * down * exp(0.25);
    double failures = horizon / m + square / (2 * m * m) - up / m;
    sample_has_mean(uptimes, FLEET, failures);
    /* a node fails at the rate 1 / up while it is up, so it was up for `up` per failure */
    double idle = horizon - up * failures;
    sample_has_mean(repairs, FLEET, idle);
}

/* The rate stretches the times of the same failures; the repairs stay what they are. */
static void test_common_numbers(void **state)
{
    (void)state;
    struct dice dice = {101};
    struct failure_model better = model;
    better.per_node_us /= 2.385;
    better.repair_median /= 7;
    for (int i = 0; i < 20000; i++) {
        uint32_t replication = (uint32_t)dice_bits(&dice),
                 node = (uint32_t)dice_whole(&dice, 0, (1 << 24) - 2),
                 number = (uint32_t)dice_whole(&dice, 0, 100000);
        struct failure_draw draw = failure_draw(&model, seed, replication, node, number);
        struct failure_draw other = failure_draw(&better, seed, replication, node, number);
        sample_near((double)other.uptime, 2.385 * (double)draw.uptime, 2);
        sample_near((double)other.repair, (double)draw.repair / 7, 1);
        struct failure_draw repeated = failure_draw(&model, seed, replication, node, number);
        assert_memory_equal(&repeated, &draw, sizeof draw);
    }
}

/* Each of seed, replication, node and number names another failure; swapping two of them does too. */
static void test_names(void **state)
{
    (void)state;
    struct failure_draw base = failure_draw(&model, 9, 5, 3, 7);
    const struct failure_draw others[] = {
        failure_draw(&model, 8, 5, 3, 7), failure_draw(&model, 9 | UINT64_C(1) << 32, 5, 3, 7),
        failure_draw(&model, 9, 4, 3, 7), failure_draw(&model, 9, 5, 4, 7),
        failure_draw(&model, 9, 5, 3, 8), failure_draw(&model, 9, 5, 7, 3),
        failure_draw(&model, 9, 3, 5, 7), failure_draw(&model, 9, 5, 3 + (1 << 20), 7),
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_true(others[i].uptime != base.uptime);
        assert_true(others[i].repair != base.repair);
    }
}

static void test_no_failures(void **state)
{
    (void)state;
    struct failure_model never = model;
    never.per_node_us = 0;
    for (uint32_t node = 0; node < 1000; node++) {
        assert_int_equal(failure_draw(&never, seed, 0, node, 0).uptime, CLOCK_NEVER);
        /* the repairs keep step with those of a fleet that fails */
        assert_int_equal(failure_draw(&never, seed, 0, node, 0).repair,
                         failure_draw(&model, seed, 0, node, 0).repair);
    }
    never.per_node_us = 1e-22; /* once in 300 million years */
    for (uint32_t node = 0; node < 1000; node++) {
        int64_t uptime = failure_draw(&never, seed, 0, node, 0).uptime;
        assert_true(uptime == CLOCK_NEVER || uptime <= INT64_C(100000000000000000));
    }
}

static void test_edges(void **state)
{
    (void)state;
    const struct failure_model instant = {.per_node_us = 50, .repair_median = 0, .repair_sigma = 1.2};
    const struct failure_model fixed = {.per_node_us = 1e-9, .repair_median = 222e6, .repair_sigma = 0};
    const struct failure_model endless = {.per_node_us = 1e-9, .repair_median = 1e300, .repair_sigma = 1};
    for (uint32_t node = 0; node < 500; node++) {
        struct failure_draw draw = failure_draw(&instant, seed, 0, node, 0);
        assert_int_equal(draw.repair, 1);
        assert_int_equal(draw.uptime, 1);
        assert_int_equal(failure_draw(&fixed, seed, 0, node, 0).repair, 222000000);
        draw = failure_draw(&endless, seed, 0, node, 0);
        assert_int_equal(draw.repair, INT64_C(100000000000000000)); /* bounded, so sums do not overflow */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_forms),   cmocka_unit_test(test_fleet),
        cmocka_unit_test(test_common_numbers), cmocka_unit_test(test_names),
        cmocka_unit_test(test_no_failures),    cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
