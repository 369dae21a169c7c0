/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kaplan-Meier against a computation by hand, against the empirical distribution, and against a slow
 * definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "stats/sample_case.h"
#include "stats/survival.h"

#include <string.h>

enum { MOST = 400 };

/* 3.5 x, 5.25 x x +, 8.125 +, 12.75 x, 13 +: x failed, + censored. */
static void test_hand(void **state)
{
    (void)state;
    struct survival_life lives[] = {{12.75, true}, {5.25, false},  {3.5, true}, {5.25, true},
                                    {13, false},   {8.125, false}, {5.25, true}};
    struct survival survival;
    survival_build(&survival, lives, 7);
    assert_int_equal(survival.count, 5);
    assert_true(survival.units == 7 && survival.failures == 4);
    sample_near(survival.exposure, 3.5 + 3 * 5.25 + 8.125 + 12.75 + 13, 1e-12);
    assert_true(survival.time[1] == 5.25 && survival.failed[1] == 2 && survival.lost[1] == 1);
    struct survival_point points[5];
    assert_int_equal(survival_estimate(&survival, points), 3);
    static const double at_risk[] = {7, 6, 2}, s[] = {6.0 / 7, 6.0 / 7 * 4 / 6, 6.0 / 7 * 4 / 6 / 2};
    for (int i = 0; i < 3; i++) {
        assert_true(points[i].at_risk == at_risk[i]);
        sample_near(points[i].survival, s[i], 1e-15);
    }
    /* Greenwood at 5.25: 1 / (7 * 6) + 2 / (6 * 4) = 3 / 28; log(4 / 7) = -0.5596158; half width on the
     * log-log scale 1.1464 */
    double half = 1.959964 * sqrt(3.0 / 28) / 0.5596157879;
    sample_near(points[1].low, pow(4.0 / 7, exp(half)), 1e-7);
    sample_near(points[1].high, pow(4.0 / 7, exp(-half)), 1e-7);
    assert_true(survival_at(points, 3, 3.4999) == 1 && survival_at(points, 3, 5.25) == points[1].survival);
    assert_true(survival_at(points, 3, 12.7) == points[1].survival);
    assert_true(survival_at(points, 3, 1e9) == points[2].survival);
    survival_free(&survival);
}

static void test_edges(void **state)
{
    (void)state;
    struct survival survival;
    struct survival_point points[2];
    survival_build(&survival, NULL, 0);
    assert_true(survival.count == 0 && survival.units == 0 && survival_estimate(&survival, points) == 0);
    assert_true(survival_at(points, 0, 1) == 1);
    survival_free(&survival);
    struct survival_life last[] = {{2.385, true}, {0.0625, false}};
    survival_build(&survival, last, 2);
    assert_int_equal(survival_estimate(&survival, points), 1);
    assert_true(points[0].survival == 0 && isnan(points[0].low) && isnan(points[0].high));
    survival_free(&survival);
}

/* Each factor counted anew from all units. */
static double slow_survival(const struct survival_life *lives, int count, double time)
{
    double s = 1;
    for (int i = 0; i < count; i++) {
        double at_risk = 0, failed = 0;
        bool first = lives[i].failed && lives[i].time <= time;
        for (int j = 0; j < count && first; j++) {
            at_risk += lives[j].time >= lives[i].time;
            failed += lives[j].time == lives[i].time && lives[j].failed;
            first = !(j < i && lives[j].failed && lives[j].time == lives[i].time);
        }
        if (first)
            s *= 1 - failed / at_risk;
    }
    return s;
}

static void test_random(void **state)
{
    (void)state;
    struct dice dice = {771};
    for (int round = 0; round < 200; round++) {
        struct survival_life lives[MOST], kept[MOST];
        int count = (int)dice_whole(&dice, 1, round % 4 ? 40 : MOST);
        bool ties = dice_once_in(&dice, 2), censored = round % 3;
        for (int i = 0; i < count; i++) {
            double time = ties ? (double)dice_whole(&dice, 1, 12) * 0.375 : 37.25 * dice_gap(&dice);
            lives[i] = kept[i] = (struct survival_life){time, !censored || dice_once_in(&dice, 3)};
        }
        struct survival survival;
        struct survival_point points[MOST];
        survival_build(&survival, lives, count);
        int32_t found = survival_estimate(&survival, points);
        for (int i = 0; i < 20; i++) {
            double time = kept[dice_whole(&dice, 0, count - 1)].time * (i % 2 ? 1 : 0.9375);
            double got = survival_at(points, found, time);
            sample_near(got, slow_survival(kept, count, time), 1e-12);
            double longer = 0;
            for (int j = 0; j < count; j++)
                longer += kept[j].time > time;
            if (!censored)
                sample_near(got, longer / count, 1e-12);
        }
        for (int32_t i = 0; i < found; i++)
            assert_true(points[i].survival <= 0 ||
                        (points[i].low < points[i].survival && points[i].survival < points[i].high &&
                         points[i].low > 0 && points[i].high < 1));
        survival_free(&survival);
    }
}

/* The interval holds the true survival in 95 of 100 samples. */
static void test_coverage(void **state)
{
    (void)state;
    enum { ROUNDS = 4000, UNITS = 120 };
    struct dice dice = {53};
    size_t held = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct survival_life lives[UNITS];
        for (int i = 0; i < UNITS; i++) {
            double life = 8.5 * dice_gap(&dice), censoring = 13 * dice_gap(&dice);
            lives[i] = (struct survival_life){fmin(life, censoring), life < censoring};
        }
        struct survival survival;
        struct survival_point points[UNITS];
        survival_build(&survival, lives, UNITS);
        int32_t count = survival_estimate(&survival, points), at = 0;
        while (at + 1 < count && points[at + 1].time <= 6.125)
            at++;
        double truth = exp(-6.125 / 8.5);
        held += points[at].low <= truth && truth <= points[at].high;
        survival_free(&survival);
    }
    sample_near((double)held / ROUNDS, 0.95, 0.012);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hand),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
