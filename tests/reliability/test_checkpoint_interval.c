/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The length of the interval; what happens within is in test_checkpoint.c. */
#include "engine/dice_case.h"
#include "reliability/checkpoint.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/sample_case.h"

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

/* Adaptive is Daly's; what is seen outweighs what was believed, at the weight that was given. */
static void test_adaptive(void **state)
{
    (void)state;
    for (double cost = 0; cost < 1e10; cost = 7.3 * cost + 1e5)
        for (double mtbf = 3e6; mtbf < 1e15; mtbf *= 11.3)
            assert_int_equal(checkpoint_interval(CHECKPOINT_ADAPTIVE, cost, mtbf),
                             checkpoint_interval(CHECKPOINT_DALY, cost, mtbf));
    sample_near(checkpoint_mtbf_seen(3.09, 5, 0, 0), 3.09, 1e-15);
    sample_near(checkpoint_mtbf_seen(7e10, 5, 0, 7e11), (5 * 7e10 + 7e11) / 5, 1);
    sample_near(checkpoint_mtbf_seen(7e10, 2, 6, 1e11), (2 * 7e10 + 1e11) / 8, 1);
    sample_near(checkpoint_mtbf_seen(7e10, 0, 4, 1e11), 2.5e10, 1);
    sample_near(checkpoint_mtbf_seen(INFINITY, 2, 4, 1e11), 2.5e10, 1);
    assert_true(isinf(checkpoint_mtbf_seen(INFINITY, 2, 0, 1e11)));
    assert_true(isinf(checkpoint_mtbf_seen(7e10, 0, 0, 1e11)));
    assert_true(checkpoint_mtbf_seen(7e10, 0, 9, 0) >= 1); /* failures at once: no division of zero */
    /* with failures at a rate far from the belief, the interval comes to that of the true rate */
    struct dice dice = {4096};
    double truth = 3.09 * 3600e6, prior = 8 * truth, exposure = 0;
    double want = (double)checkpoint_interval(CHECKPOINT_DALY, 40e6, truth), last = INFINITY;
    for (int failures = 1; failures <= 20000; failures++) {
        exposure += truth * dice_gap(&dice);
        double seen = checkpoint_mtbf_seen(prior, 3, failures, exposure);
        if (failures == 20 || failures == 20000) {
            double off = fabs((double)checkpoint_interval(CHECKPOINT_ADAPTIVE, 40e6, seen) / want - 1);
            assert_true(off < last / 5);
            last = off;
        }
    }
    assert_true(last < 0.02);
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
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_adaptive),
        cmocka_unit_test(test_free_checkpoints),
        cmocka_unit_test(test_daly_is_best),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
