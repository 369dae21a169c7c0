/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * quantile: exact quantiles of stored values.
 *
 * Definition 7 of Hyndman & Fan (1996), as R, NumPy and GSL have it: linear interpolation between
 * order statistics at position (n - 1) q. NaN values must have been left out by the caller.
 * Sorting is O(n log n) in place, a quantile of sorted values O(1).
 */
#ifndef TENK_STATS_QUANTILE_H
#define TENK_STATS_QUANTILE_H

#include <stddef.h>

void quantile_sort(double *values, size_t count);

/* q in [0, 1]; NaN when count is 0. */
double quantile_sorted(const double *values, size_t count, double q);

#endif
