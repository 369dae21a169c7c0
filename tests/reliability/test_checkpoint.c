/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "reliability/checkpoint.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/sample_case.h"

/* A stretch of running, advanced microsecond by microsecond. */
struct stretch {
    const struct checkpoint_costs *costs;
    int64_t work;
    int64_t restart, computed, saved, writing; /* us spent, or kept, so far */
    int64_t in_interval, in_write;
    bool finished;
};

/* What happens without time passing: work is done, an interval is full, a checkpoint is written. */
static void stretch_settle(struct stretch *stretch)
{
    const struct checkpoint_costs *costs = stretch->costs;
    if (stretch->restart < costs->restart)
        return;
    if (stretch->computed == stretch->work) {
        stretch->finished = true;
        stretch->saved = stretch->work;
        return;
    }
    if (costs->interval && stretch->in_interval == costs->interval && stretch->in_write == costs->cost) {
        stretch->saved = stretch->computed;
        stretch->in_interval = stretch->in_write = 0;
    }
}

static void stretch_advance(struct stretch *stretch)
{
    const struct checkpoint_costs *costs = stretch->costs;
    if (stretch->restart < costs->restart) {
        stretch->restart++;
    } else if (costs->interval && stretch->in_interval == costs->interval) {
        stretch->in_write++;
        stretch->writing++;
    } else {
        stretch->in_interval++;
        stretch->computed++;
    }
    stretch_settle(stretch);
}

/* Every elapsed time of a stretch; returns how many were compared. */
static int64_t compare(const struct checkpoint_costs *costs, int64_t work)
{
    struct stretch stretch = {.costs = costs, .work = work};
    stretch_settle(&stretch);
    int64_t kept = 0, elapsed = 0;
    for (;; elapsed++) {
        struct checkpoint_account account = checkpoint_settle(costs, work, elapsed);
        if (account.restart != stretch.restart || account.saved != stretch.saved ||
            account.loose != stretch.computed - stretch.saved || account.writing != stretch.writing)
            fail_msg(
                "restart %lld, interval %lld, cost %lld, work %lld, elapsed %lld: %lld %lld %lld %lld, not "
                "%lld %lld %lld %lld",
                (long long)costs->restart, (long long)costs->interval, (long long)costs->cost,
                (long long)work, (long long)elapsed, (long long)account.restart, (long long)account.saved,
                (long long)account.loose, (long long)account.writing, (long long)stretch.restart,
                (long long)stretch.saved, (long long)(stretch.computed - stretch.saved),
                (long long)stretch.writing);
        assert_int_equal(account.restart + account.saved + account.loose + account.writing, elapsed);
        assert_true(account.saved >= kept && account.loose >= 0); /* nothing that is kept is lost again */
        kept = account.saved;
        if (stretch.finished)
            break;
        stretch_advance(&stretch);
    }
    assert_int_equal(checkpoint_length(costs, work), elapsed);
    assert_int_equal(kept, work);
    return elapsed + 1;
}

static void test_every_microsecond(void **state)
{
    (void)state;
    static const int64_t restarts[] = {0, 1, 5}, intervals[] = {0, 1, 2, 3, 5, 7, 12}, costs[] = {0, 1, 2, 9};
    int64_t compared = 0;
    for (size_t r = 0; r < sizeof restarts / sizeof *restarts; r++)
        for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++)
            for (size_t c = 0; c < sizeof costs / sizeof *costs; c++)
                for (int64_t work = 0; work <= 37; work++) /* multiples of every interval are among them */
                    compared +=
                        compare(&(struct checkpoint_costs){restarts[r], intervals[i], costs[c]}, work);
    assert_true(compared > 100000);
}

static void test_random_costs(void **state)
{
    (void)state;
    struct dice dice = {1974};
    for (int i = 0; i < 300; i++) {
        struct checkpoint_costs costs = {dice_whole(&dice, 0, 90), dice_whole(&dice, 0, 60),
                                         dice_whole(&dice, 0, 25)};
        compare(&costs, dice_whole(&dice, 1, 900));
    }
}

/* Days of work in microseconds: 173.5 days in pieces of 2,385 s, 40 s each to write, after 222 s. */
static void test_large(void **state)
{
    (void)state;
    const struct checkpoint_costs costs = {INT64_C(222000000), INT64_C(2385000000), INT64_C(40000000)};
    const int64_t work = INT64_C(14990400000000); /* 6,285 whole intervals and 675 s */
    assert_int_equal(checkpoint_length(&costs, work), work + 6285 * costs.cost + costs.restart);
    assert_int_equal(checkpoint_length(&costs, 6285 * costs.interval),
                     6285 * costs.interval + 6284 * costs.cost + costs.restart);
    int64_t cycle = costs.interval + costs.cost;
    struct checkpoint_account account = checkpoint_settle(&costs, work, costs.restart + 4097 * cycle - 1);
    assert_int_equal(account.saved, 4096 * costs.interval);
    assert_int_equal(account.loose, costs.interval);
    assert_int_equal(account.writing, 4097 * costs.cost - 1);
    account = checkpoint_settle(&costs, work, costs.restart + 4097 * cycle);
    assert_int_equal(account.saved, 4097 * costs.interval);
    assert_int_equal(account.loose, 0);
}

/*
 * By hand, C = 40 s. M = 28.8 h = 103,680 s: Young sqrt(2 * 40 * 103680) = sqrt(8294400) = 2880 s;
 * Daly with C / 2M = 1/5184, root 1/72: 2880 (1 + 1/216 + 1/46656) - 40 = 2880 + 13.3333 + 0.0617284 - 40.
 */
static void test_formulas(void **state)
{
    (void)state;
    const double second = 1e6;
    assert_int_equal(checkpoint_interval(CHECKPOINT_YOUNG, 40 * second, 103680 * second),
                     INT64_C(2880000000));
    assert_int_equal(checkpoint_interval(CHECKPOINT_DALY, 40 * second, 103680 * second), INT64_C(2853395062));
    /* M = 250 s: Young sqrt(20000) = 141.421356 s; Daly: ratio 0.08, root 0.28284271, 141.421356 * 1.10316979
     * - 40 */
    assert_int_equal(checkpoint_interval(CHECKPOINT_YOUNG, 40 * second, 250 * second), 141421356);
    sample_near((double)checkpoint_interval(CHECKPOINT_DALY, 40 * second, 250 * second),
                (141.42135624 * (1 + 0.28284271247 / 3 + 0.08 / 9) - 40) * second, 1);
    /* from C = 2M on Daly takes M itself */
    assert_int_equal(checkpoint_interval(CHECKPOINT_DALY, 40 * second, 20 * second), 20000000);
    assert_int_equal(checkpoint_interval(CHECKPOINT_DALY, 40 * second, 7.25 * second), 7250000);
    sample_near((double)checkpoint_interval(CHECKPOINT_DALY, 40 * second, 20.001 * second),
                (40.001 * (1 + 1.0 / 3 + 1.0 / 9) - 40) * second, 3e3);
    /* without failures none are taken */
    assert_int_equal(checkpoint_interval(CHECKPOINT_YOUNG, 40 * second, INFINITY), 0);
    assert_int_equal(checkpoint_interval(CHECKPOINT_DALY, 40 * second, INFINITY), 0);
    /* never less than a second */
    assert_int_equal(checkpoint_interval(CHECKPOINT_YOUNG, 2, 59.7 * second), 1000000);
    assert_int_equal(checkpoint_interval(CHECKPOINT_DALY, 2, 59.7 * second), 1000000);
    assert_int_equal(checkpoint_interval(CHECKPOINT_DALY, 40 * second, 0.3 * second), 1000000);
}

/* A checkpoint that costs nothing is worth taking as often as allowed, not never: a failure would lose all
 * work. */
static void test_free_checkpoints(void **state)
{
    (void)state;
    assert_int_equal(checkpoint_interval(CHECKPOINT_YOUNG, 0, 1e11), 1000000);
    assert_int_equal(checkpoint_interval(CHECKPOINT_DALY, 0, 1e11), 1000000);
}

/*
 * Mean wall time per unit of work with failures at rate 1/M also while writing and a restart R (Daly 2006,
 * eq. 13): M exp(R / M) (exp((t + C) / M) - 1) / t. Its least value is found by trying.
 */
static double overhead(double interval, double cost, double mtbf)
{
    return mtbf * expm1((interval + cost) / mtbf) / interval;
}

static void test_daly_is_best(void **state)
{
    (void)state;
    for (double ratio = 1e-5; ratio < 0.7; ratio *= 2.385) { /* C / M */
        const double mtbf = 1e12, cost = ratio * mtbf;
        double best = INFINITY;
        for (double interval = cost / 20; interval < 5 * mtbf; interval *= 1.002)
            best = fmin(best, overhead(interval, cost, mtbf));
        double young = overhead((double)checkpoint_interval(CHECKPOINT_YOUNG, cost, mtbf), cost, mtbf);
        double daly = overhead((double)checkpoint_interval(CHECKPOINT_DALY, cost, mtbf), cost, mtbf);
        assert_true(daly >= best * (1 - 1e-6));
        assert_true(daly <= best * 1.001);
        assert_true(young >= daly * (1 - 1e-6));
        if (ratio < 0.01)
            assert_true(young <= best * 1.001); /* the simple rule does for cheap checkpoints */
        if (ratio > 0.3)
            assert_true(young > best * 1.01); /* and not for dear ones */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_microsecond),
        cmocka_unit_test(test_random_costs),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_free_checkpoints),
        cmocka_unit_test(test_daly_is_best),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
