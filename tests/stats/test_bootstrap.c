/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bootstrap intervals: on a case that can be counted out, and their coverage. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "stats/sample_case.h"

#include "stats/bootstrap.h"

#include <gsl/gsl_cdf.h>

static double unit(void *context)
{
    return dice_unit(context);
}

/* Mean, and NaN when the sample is of one row only. */
static void statistics(void *context, const int *numbers, int rows, double *out)
{
    const double *values = context;
    double sum = 0;
    bool same = true;
    for (int i = 0; i < rows; i++) {
        sum += values[numbers[i]];
        same &= numbers[i] == numbers[0];
    }
    out[0] = sum / rows;
    out[1] = same ? NAN : sum;
}

/* Two rows, 0 and 1: means 0, 1/2, 1 with 1/4, 1/2, 1/4; without the equal ones only 1 is left as a sum. */
static void test_counted(void **state)
{
    (void)state;
    struct dice dice = {7};
    double values[] = {0, 1}, low[2], high[2];
    struct bootstrap bootstrap = {2, 2, 4000, 0.40, {unit, &dice}, statistics, values};
    bootstrap_intervals(&bootstrap, low, high);
    assert_true(low[0] == 0.5 && high[0] == 0.5);
    assert_true(low[1] == 1 && high[1] == 1);
    bootstrap.level = 0.6;
    bootstrap_intervals(&bootstrap, low, high);
    assert_true(low[0] == 0 && high[0] == 1);
    bootstrap.resamples = 0;
    bootstrap_intervals(&bootstrap, low, high);
    assert_true(isnan(low[0]) && isnan(high[1]));
}

static void test_covers(void **state)
{
    (void)state;
    struct dice dice = {0xbeef};
    int held = 0;
    for (int s = 0; s < 1000; s++) {
        double values[80], low[2], high[2];
        for (int i = 0; i < 80; i++)
            values[i] = 12 + 5 * gsl_cdf_ugaussian_Pinv(dice_unit(&dice));
        struct bootstrap bootstrap = {80, 2, 400, 0.95, {unit, &dice}, statistics, values};
        bootstrap_intervals(&bootstrap, low, high);
        held += low[0] <= 12 && high[0] >= 12;
    }
    assert_in_range(held, 920, 965); /* 80 rows: percentiles are a little narrow */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counted),
        cmocka_unit_test(test_covers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
