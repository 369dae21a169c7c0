/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "stats/accumulator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/sample_case.h"

static struct accumulator accumulated(const double *values, size_t count)
{
    struct accumulator accumulator = {0};
    for (size_t i = 0; i < count; i++)
        accumulator_add(&accumulator, values[i]);
    return accumulator;
}

/*
 * Student's sleep data (Biometrika 6, 1908): additional hours of sleep by one drug over another, ten
 * patients. Mean 1.58, standard deviation 1.229995; the interval is mean -+ t s / sqrt(n) with
 * t(0.975, 9) = 2.262157, so 1.58 -+ 0.879886, which R's t.test gives as 0.7001142 to 2.4598858;
 * t(0.995, 9) = 3.249836 gives 1.264041 for 99 %.
 */
static void test_student(void **state)
{
    (void)state;
    static const double hours[] = {1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4};
    struct accumulator sleep = accumulated(hours, sizeof hours / sizeof *hours);
    assert_int_equal(sleep.n, 10);
    sample_near(sleep.mean, 1.58, 1e-14);
    sample_near(accumulator_stddev(&sleep), 1.2299955, 5e-8);
    sample_near(accumulator_half_width(&sleep, 0.95), 1.58 - 0.7001142, 1e-7);
    sample_near(accumulator_half_width(&sleep, 0.99), 3.249836 * 1.2299955 / sqrt(10), 1e-6);
    sample_near(accumulator_half_width(&sleep, 0), 0, 1e-12);
    assert_true(sleep.min == 0.0 && sleep.max == 4.6);
}

/* NIST StRD, univariate, NumAcc4: 1,001 values around 10000000.2 with a standard deviation of exactly 0.1. */
static void test_stable(void **state)
{
    (void)state;
    struct accumulator accumulator = {0};
    accumulator_add(&accumulator, 10000000.2);
    for (int i = 0; i < 500; i++) {
        accumulator_add(&accumulator, 10000000.1);
        accumulator_add(&accumulator, 10000000.3);
    }
    assert_int_equal(accumulator.n, 1001);
    sample_near(accumulator.mean, 10000000.2, 4e-9);
    sample_near(accumulator_stddev(&accumulator), 0.1, 3e-9); /* the values themselves are off by 1e-9 */
}

/* A metric that some futures do not have. */
static void test_missing(void **state)
{
    (void)state;
    static const double values[] = {NAN, -3.25, NAN, NAN, -7.125, -2.0, NAN};
    struct accumulator accumulator = accumulated(values, sizeof values / sizeof *values);
    assert_int_equal(accumulator.n, 3);
    assert_true(accumulator.min == -7.125 && accumulator.max == -2.0);
    sample_near(accumulator.mean, -4.125, 1e-15);
    sample_near(accumulator_stddev(&accumulator), 2.6721948, 1e-7); /* squares 0.765625 + 9 + 4.515625 */
    /* t(0.95, 2) = 2.919986 */
    sample_near(accumulator_half_width(&accumulator, 0.9), 2.919986 * 2.6721948 / sqrt(3), 1e-6);
}

static void test_few(void **state)
{
    (void)state;
    struct accumulator accumulator = {0};
    assert_true(accumulator_stddev(&accumulator) == 0);
    assert_true(isnan(accumulator_half_width(&accumulator, 0.95)));
    accumulator_add(&accumulator, NAN);
    assert_int_equal(accumulator.n, 0);
    accumulator_add(&accumulator, -2.385);
    assert_int_equal(accumulator.n, 1);
    assert_true(accumulator.mean == -2.385 && accumulator.min == -2.385 && accumulator.max == -2.385);
    assert_true(accumulator_stddev(&accumulator) == 0);
    assert_true(isnan(accumulator_half_width(&accumulator, 0.95)));
    accumulator_add(&accumulator, 1.615);
    /* two values d apart: s = d / sqrt(2), and t(0.975, 1) = 12.7062047 */
    sample_near(accumulator_stddev(&accumulator), 4 / sqrt(2), 1e-14);
    sample_near(accumulator_half_width(&accumulator, 0.95), 12.7062047 * 2, 1e-6);
    struct accumulator constant = {0};
    for (int i = 0; i < 5; i++)
        accumulator_add(&constant, 0.1);
    assert_true(accumulator_stddev(&constant) == 0 && accumulator_half_width(&constant, 0.95) == 0);
}

/* Against two passes, with missing values strewn in. */
static void test_random(void **state)
{
    (void)state;
    struct dice dice = {1908};
    for (int round = 0; round < 300; round++) {
        double values[400], offset = (dice_unit(&dice) - 0.5) * 1e6, scale = exp(8 * dice_unit(&dice) - 4);
        size_t count = (size_t)dice_whole(&dice, 2, 400);
        double least = INFINITY, most = -INFINITY;
        struct accumulator accumulator = {0};
        for (size_t i = 0; i < count; i++) {
            values[i] = offset + scale * (dice_gap(&dice) - dice_gap(&dice));
            least = fmin(least, values[i]);
            most = fmax(most, values[i]);
            accumulator_add(&accumulator, values[i]);
            if (dice_once_in(&dice, 5))
                accumulator_add(&accumulator, NAN);
        }
        assert_int_equal(accumulator.n, count);
        assert_true(accumulator.min == least && accumulator.max == most);
        sample_near(accumulator.mean, sample_mean(values, count), 1e-9);
        sample_near(accumulator_stddev(&accumulator), sqrt(sample_variance(values, count)),
                    1e-7 * scale + 1e-9);
    }
}

/* The interval does what its level says: it holds the true mean in 90 of 100 samples of six. */
static void test_coverage(void **state)
{
    (void)state;
    enum { ROUNDS = 20000 };
    struct dice dice = {90};
    size_t held = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct accumulator accumulator = {0};
        for (int i = 0; i < 6; i++) { /* normal by Box and Muller */
            double radius = sqrt(2 * dice_gap(&dice)), angle = 6.283185307179586 * dice_unit(&dice);
            accumulator_add(&accumulator, 59.7 + 2.385 * radius * cos(angle));
        }
        held += fabs(accumulator.mean - 59.7) <= accumulator_half_width(&accumulator, 0.9);
    }
    sample_has_share(held, ROUNDS, 0.9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_student), cmocka_unit_test(test_stable), cmocka_unit_test(test_missing),
        cmocka_unit_test(test_few),     cmocka_unit_test(test_random), cmocka_unit_test(test_coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
