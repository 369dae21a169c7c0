/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "stats/concentration.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/sample_case.h"

enum { MOST = 90 };

/* The definition: the mean difference of two holders over twice the mean. */
static double mean_difference(const int64_t *values, int32_t count)
{
    long double differences = 0, sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += (long double)values[i];
        for (int32_t k = 0; k < count; k++)
            differences += fabsl((long double)values[i] - (long double)values[k]);
    }
    return (double)(differences / (2 * (long double)count * sum));
}

static double top_by_search(const int64_t *values, int32_t count, int32_t k)
{
    bool taken[MOST] = {false};
    double top = 0, sum = 0;
    for (int32_t i = 0; i < count; i++)
        sum += (double)values[i];
    for (int32_t round = 0; round < k && round < count; round++) {
        int32_t best = -1;
        for (int32_t i = 0; i < count; i++)
            if (!taken[i] && (best < 0 || values[i] > values[best]))
                best = i;
        taken[best] = true;
        top += (double)values[best];
    }
    return top / sum;
}

static void test_definition(void **state)
{
    (void)state;
    struct dice dice = {1912};
    for (int round = 0; round < 3000; round++) {
        int64_t values[MOST], copy[MOST], most = dice_once_in(&dice, 3) ? 4 : INT64_C(1000000000);
        int32_t count = (int32_t)dice_whole(&dice, 1, MOST), k = (int32_t)dice_whole(&dice, 0, MOST);
        int64_t sum = 0;
        for (int32_t i = 0; i < count; i++) {
            values[i] = dice_once_in(&dice, 4) ? 0 : dice_whole(&dice, 0, most);
            sum += values[i];
        }
        values[0] += !sum;
        memcpy(copy, values, sizeof copy);
        double gini = concentration_gini(copy, count);
        sample_near(gini, mean_difference(values, count), 1e-13);
        assert_true(gini >= 0 && gini < 1);
        for (int32_t i = count - 1; i > 0; i--) { /* another order, the same to the last bit */
            int32_t other = (int32_t)dice_whole(&dice, 0, i);
            int64_t kept = copy[i];
            copy[i] = copy[other];
            copy[other] = kept;
        }
        assert_true(concentration_gini(copy, count) == gini);
        memcpy(copy, values, sizeof copy);
        sample_near(concentration_top_share(copy, count, k), top_by_search(values, count, k), 1e-13);
    }
}

static void test_by_hand(void **state)
{
    (void)state;
    int64_t same[] = {37, 37, 37, 37, 37}, one[] = {0, 0, 10240, 0}, three[] = {7, 1, 4};
    assert_true(concentration_gini(same, 5) == 0);
    assert_true(concentration_gini(one, 4) == 0.75);
    sample_near(concentration_gini(three, 3), 1.0 / 3, 1e-15); /* (-2 + 0 + 14) / (3 x 12) */
    sample_near(concentration_top_share(three, 3, 2), 11.0 / 12, 1e-15);
    assert_true(concentration_top_share(three, 3, 0) == 0);
    assert_true(concentration_top_share(three, 3, 3) == 1);
    assert_true(concentration_top_share(three, 3, INT32_MAX) == 1);
    assert_true(concentration_top_share(three, 3, -2) == 0);
}

static void test_nobody(void **state)
{
    (void)state;
    int64_t zeros[] = {0, 0, 0};
    assert_true(isnan(concentration_gini(zeros, 3)));
    assert_true(isnan(concentration_gini(NULL, 0)));
    assert_true(isnan(concentration_top_share(zeros, 3, 1)));
    assert_true(isnan(concentration_top_share(NULL, 0, 1)));
}

static void test_huge(void **state)
{
    (void)state;
    int64_t values[] = {INT64_MAX, 0, INT64_MAX, INT64_MAX - 1};
    sample_near(concentration_gini(values, 4), 0.25, 1e-15);
    sample_near(concentration_top_share(values, 4, 1), 1.0 / 3, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_huge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
