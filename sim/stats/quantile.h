/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * quantile: exact quantiles of stored values.
 *
 * Definition 7 of Hyndman & Fan (1996), as R, NumPy and GSL have it: linear interpolation between
 * order statistics at position (n - 1) q. NaN values must have been left out by the caller.
 * Intervals are made of two of them.
 * Sorting is O(n log n) in place, a quantile of sorted values O(1).
 */
#ifndef TENK_STATS_QUANTILE_H
#define TENK_STATS_QUANTILE_H

#include <stddef.h>

void quantile_sort(double *values, size_t count);

/* q in [0, 1]; NaN when count is 0. */
double quantile_sorted(const double *values, size_t count, double q);

struct quantile_interval {
    double low, high; /* NaN: there are too few values for an end on that side */
};

/*
 * Interval of the q-quantile of whatever the values are drawn from, from two order statistics, without any
 * assumption on its distribution: the number of values below the quantile is binomial (n, q), and each end
 * leaves out at most half of 1 - level. So it covers at least `level` of the time; discrete values make it
 * cover more. Source: David & Nagaraja, Order Statistics (2003), section 7.1. O(log count) evaluations of the
 * binomial.
 */
struct quantile_interval quantile_interval_sorted(const double *values, size_t count, double q, double level);

#endif
