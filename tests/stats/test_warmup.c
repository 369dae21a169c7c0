/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MSER against its formula, term by term, and on series whose beginning is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/random.h"
#include "stats/warmup.h"

#include <math.h>

enum { LONGEST = 400 };

/* The definition, O(m^2). */
static double error_of(const double *batches, int64_t m, int64_t d)
{
    double mean = 0, squares = 0;
    for (int64_t i = d; i < m; i++)
        mean += batches[i] / (double)(m - d);
    for (int64_t i = d; i < m; i++)
        squares += (batches[i] - mean) * (batches[i] - mean);
    return squares / (double)(m - d) / (double)(m - d);
}

static void test_formula(void **state)
{
    (void)state;
    double series[LONGEST];
    for (uint32_t r = 0; r < 300; r++) {
        struct random_stream dice = random_open(41, r, 0, RANDOM_TEST);
        int64_t m = 1 + (int64_t)(random_uniform(&dice) * (LONGEST - 1));
        double slope = 40 * random_uniform(&dice), last = 0;
        for (int64_t i = 0; i < m; i++) {
            last = 0.8 * last + random_exponential(&dice, 17);
            series[i] = last - slope * exp(-(double)i / 31);
        }
        int64_t found = warmup_mser(series, m);
        assert_in_range(found, 0, m / 2);
        double best = error_of(series, m, found);
        for (int64_t d = 0; d <= m / 2 && d < m; d++)
            assert_true(best <= error_of(series, m, d) * (1 + 1e-9) + 1e-300);
    }
}

static void test_known_beginnings(void **state)
{
    (void)state;
    double series[LONGEST];
    for (int64_t start = 0; start <= LONGEST / 2; start += 37) {
        for (int64_t i = 0; i < LONGEST; i++)
            series[i] = i < start ? 3 : 1000 + (i % 2 ? 7 : -7);
        assert_int_equal(warmup_mser(series, LONGEST), start);
        for (int64_t i = start; i < LONGEST; i++)
            series[i] = 1000; /* all that is left is equal: the fewest are left out */
        assert_int_equal(warmup_mser(series, LONGEST), start);
    }
    for (int64_t i = 0; i < LONGEST; i++)
        series[i] = (double)i; /* never settles: half of it, and no more */
    assert_int_equal(warmup_mser(series, LONGEST), LONGEST / 2);
    assert_int_equal(warmup_mser(series, 0), 0);
    assert_int_equal(warmup_mser(series, 1), 0);
    assert_int_equal(warmup_mser((const double[]){5, 5}, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formula),
        cmocka_unit_test(test_known_beginnings),
    };
    return cmocka_run_group_tests_name("warmup", tests, NULL, NULL);
}
