/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "performance/speed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/sample_case.h"

static const struct speed_curve curve = {
    .count = 4, .cards = {8, 128, 1024, 12288}, .factor = {1, 0.964, 0.871, 0.7385}};

static void test_scale(void **state)
{
    (void)state;
    for (int i = 0; i < curve.count; i++)
        sample_near(speed_scale(&curve, curve.cards[i]), curve.factor[i], 1e-15);
    /* flat outside what was measured */
    assert_true(speed_scale(&curve, 1) == 1);
    assert_true(speed_scale(&curve, 7.9) == 1);
    assert_true(speed_scale(&curve, 12289) == 0.7385);
    assert_true(speed_scale(&curve, 1e7) == 0.7385);
    /* linear in the logarithm: at the geometric mean of two sizes the arithmetic mean of their factors */
    sample_near(speed_scale(&curve, 32), (1 + 0.964) / 2, 1e-14);
    sample_near(speed_scale(&curve, sqrt(128.0 * 1024)), (0.964 + 0.871) / 2, 1e-14);
    sample_near(speed_scale(&curve, 256), 0.964 + (0.871 - 0.964) / 3, 1e-14); /* 2 of 2^3 */
    sample_near(speed_scale(&curve, 512), 0.964 + (0.871 - 0.964) * 2 / 3, 1e-14);
    sample_near(speed_scale(&curve, 16), 1 + (0.964 - 1) / 4, 1e-14);
}

static void test_short_curves(void **state)
{
    (void)state;
    const struct speed_curve none = {0}, one = {.count = 1, .cards = {64}, .factor = {0.938}};
    for (double cards = 1; cards < 1e5; cards *= 3.7) {
        assert_true(speed_scale(&none, cards) == 1);
        assert_true(speed_scale(&one, cards) == 0.938);
    }
}

/* A curve of all points it can hold, rising and falling: without jumps, and never outside its neighbours. */
static void test_long_curve(void **state)
{
    (void)state;
    struct dice dice = {32};
    struct speed_curve full = {.count = SPEED_POINTS};
    double cards = 1;
    for (int i = 0; i < SPEED_POINTS; i++) {
        full.cards[i] = cards;
        full.factor[i] = 0.5 + dice_unit(&dice);
        cards *= 1.2 + dice_unit(&dice);
    }
    for (int i = 0; i + 1 < SPEED_POINTS; i++) {
        double a = full.factor[i], b = full.factor[i + 1], last = a;
        for (double share = 0; share <= 1; share += 1.0 / 64) {
            double at = full.cards[i] * pow(full.cards[i + 1] / full.cards[i], share);
            double got = speed_scale(&full, at);
            sample_near(got, a + share * (b - a), 1e-12);
            sample_near(got, last, 1e-12 + fabs(b - a) / 64);
            last = got;
        }
    }
}

static void test_rate(void **state)
{
    (void)state;
    /* 353.9 TFLOP/s at an MFU of 53.8 % are 190.3982 TFLOP/s, so 1.903982e8 FLOP a microsecond */
    sample_near(speed_rate(353.9, 0.538, 1), 190398200, 1e-6);
    sample_near(speed_rate(353.9, 0.538, 0.871), 165836832.2, 1e-6);
    /* an A100 computes 312e12 * 0.44 * 3600 FLOP in an hour of 3.6e9 us */
    sample_near(speed_rate(312, 0.44, 1) * 3.6e9, 4.94208e17, 1e5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_short_curves),
        cmocka_unit_test(test_long_curve),
        cmocka_unit_test(test_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
