/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "stats/quantile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/sample_case.h"

/*
 * R's data set mtcars (Motor Trend, 1974), column mpg. R's default is type 7; quantile(mtcars$mpg) prints
 *      0%    25%    50%    75%   100%
 *  10.400 15.425 19.200 22.800 33.900
 * and quantile(mtcars$mpg, c(.1, .9)) prints 14.34 and 30.09.
 */
static void test_r(void **state)
{
    (void)state;
    double mpg[] = {21.0, 21.0, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8,
                    16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4, 30.4, 33.9, 21.5, 15.5,
                    15.2, 13.3, 19.2, 27.3, 26.0, 30.4, 15.8, 19.7, 15.0, 21.4};
    const size_t n = sizeof mpg / sizeof *mpg;
    assert_int_equal(n, 32);
    quantile_sort(mpg, n);
    static const double known[][2] = {
        {0, 10.4}, {0.25, 15.425}, {0.5, 19.2}, {0.75, 22.8}, {1, 33.9}, {0.1, 14.34}, {0.9, 30.09},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        sample_near(quantile_sorted(mpg, n, known[i][0]), known[i][1], 1e-12);
}

/* By hand: position (n - 1) q between the order statistics -3.62, 0.27, 2.385, 7.1, 11.94. */
static void test_by_hand(void **state)
{
    (void)state;
    double values[] = {2.385, 7.1, -3.62, 11.94, 0.27};
    quantile_sort(values, 5);
    sample_near(quantile_sorted(values, 5, 0.05), -3.62 + 0.2 * 3.89, 1e-14);
    sample_near(quantile_sorted(values, 5, 0.1), -2.064, 1e-14);
    sample_near(quantile_sorted(values, 5, 0.5), 2.385, 0);
    sample_near(quantile_sorted(values, 5, 0.9), 10.004, 1e-14);
    sample_near(quantile_sorted(values, 5, 0.95), 7.1 + 0.8 * 4.84, 1e-14);
    const double one = -59.7, two[] = {1.5, 4.25};
    for (int i = 0; i <= 8; i++) {
        sample_near(quantile_sorted(&one, 1, i / 8.0), -59.7, 0);
        sample_near(quantile_sorted(two, 2, i / 8.0), 1.5 + 2.75 * i / 8.0, 1e-15);
    }
    assert_true(isnan(quantile_sorted(NULL, 0, 0.5)));
    assert_true(isnan(quantile_sorted(two, 0, 1)));
}

static void test_sort(void **state)
{
    (void)state;
    struct dice dice = {1996};
    for (int round = 0; round < 200; round++) {
        double values[300], copy[300];
        size_t count = (size_t)dice_whole(&dice, 0, 300);
        for (size_t i = 0; i < count; i++) {
            /* many equal ones in every other round */
            values[i] = round % 2 ? (double)dice_whole(&dice, -4, 4) : dice_gap(&dice) - dice_gap(&dice);
            if (dice_once_in(&dice, 60))
                values[i] = round % 3 ? INFINITY : -INFINITY;
            copy[i] = values[i];
        }
        for (size_t i = 1; i < count; i++) /* insertion sort */
            for (size_t k = i; k > 0 && copy[k - 1] > copy[k]; k--) {
                double kept = copy[k];
                copy[k] = copy[k - 1];
                copy[k - 1] = kept;
            }
        quantile_sort(values, count);
        for (size_t i = 0; i < count; i++)
            assert_true(values[i] == copy[i]);
    }
}

/* The definition itself, and that quantiles rise with q. */
static void test_random(void **state)
{
    (void)state;
    struct dice dice = {7};
    for (int round = 0; round < 500; round++) {
        double values[80];
        size_t count = (size_t)dice_whole(&dice, 1, 80);
        for (size_t i = 0; i < count; i++)
            values[i] = 400 * (dice_unit(&dice) - 0.5);
        quantile_sort(values, count);
        double last = -INFINITY;
        for (int step = 0; step <= 64; step++) {
            double q = step / 64.0, position = (double)(count - 1) * q;
            size_t low = (size_t)floor(position), high = low + 1 < count ? low + 1 : low;
            double want = values[low] + (position - (double)low) * (values[high] - values[low]);
            double got = quantile_sorted(values, count, q);
            sample_near(got, want, 1e-11);
            assert_true(got >= last - 1e-11);
            last = got;
        }
        assert_true(last == values[count - 1]);
    }
}

/*
 * Ends of intervals as tables of the sign test have them: n = 8: ranks 1 and 8; 20: 6 and 15; 50: 18 and 33.
 * Then by summing binomial probabilities one by one.
 */
static void test_interval(void **state)
{
    (void)state;
    double ranks[300];
    for (int i = 0; i < 300; i++)
        ranks[i] = i + 1;
    static const double known[][3] = {{6, 1, 6}, {8, 1, 8}, {20, 6, 15}, {50, 18, 33}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct quantile_interval found = quantile_interval_sorted(ranks, (size_t)known[i][0], 0.5, 0.95);
        assert_true(found.low == known[i][1] && found.high == known[i][2]);
    }
    assert_true(isnan(quantile_interval_sorted(ranks, 5, 0.5, 0.95).low));
    assert_true(isnan(quantile_interval_sorted(ranks, 0, 0.5, 0.95).high));
    for (int n = 1; n <= 300; n += 13)
        for (double q = 0.05; q < 1; q += 0.18) {
            struct quantile_interval found = quantile_interval_sorted(ranks, (size_t)n, q, 0.95);
            double below = 0;
            int low = 0, high = n;
            for (int k = 0; k <= n; k++) {
                below += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(q) +
                             (n - k) * log(1 - q));
                if (below <= 0.025)
                    low = k + 1;
                if (1 - below > 0.025)
                    high = k + 1;
            }
            if (low ? found.low != low : !isnan(found.low))
                fail_msg("n %d q %g: from %g, not %d", n, q, found.low, low);
            if (high < n ? found.high != high + 1 : !isnan(found.high))
                fail_msg("n %d q %g: to %g, not %d", n, q, found.high, high + 1);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_r),    cmocka_unit_test(test_interval), cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_sort), cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
