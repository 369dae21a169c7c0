/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * accumulator: mean and variance of a series in one pass.
 *
 * Welford's update (Technometrics 4(3), 1962): stable when the mean is large against the spread.
 * NaN stands for "no value in this replication" and is skipped, so n may differ between metrics.
 * The order of additions decides the last bit: add in index order for identical results.
 */
#ifndef TENK_STATS_ACCUMULATOR_H
#define TENK_STATS_ACCUMULATOR_H

#include <stdint.h>

struct accumulator {
    int64_t n;
    double mean;
    double squares; /* sum of squared deviations */
    double min;
    double max;
};

void accumulator_add(struct accumulator *accumulator, double value);

/* As if the values of `other` had been added too (Chan, Golub & LeVeque, The American Statistician 37, 1983).
 */
void accumulator_merge(struct accumulator *accumulator, const struct accumulator *other);

/* Sample standard deviation (n - 1); 0 for n < 2. */
double accumulator_stddev(const struct accumulator *accumulator);

/*
 * Half width of the two-sided confidence interval of the mean at `level` (0.95) by Student's t with
 * n - 1 degrees of freedom; NaN for n < 2: one future says nothing about the spread.
 */
double accumulator_half_width(const struct accumulator *accumulator, double level);

#endif
