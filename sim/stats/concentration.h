/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * concentration: how unevenly a whole is spread over those who hold it.
 *
 * Gini's coefficient of n holders: the mean difference between two of them over twice the mean (Gini,
 * Variabilita e mutabilita, 1912), G = sum over i, k of |x_i - x_k| / (2 n^2 mean); 0 when all hold the same,
 * (n - 1) / n when one holds all. Of sorted values it is sum of (2 i - n - 1) x_i / (n sum of x), i from 1.
 * Values are counts (cards), >= 0; sums are exact in 128 bits, so only the last division rounds. NaN when
 * nobody holds anything. The values are sorted in place, O(n log n).
 */
#ifndef TENK_STATS_CONCENTRATION_H
#define TENK_STATS_CONCENTRATION_H

#include <stdint.h>

double concentration_gini(int64_t *values, int32_t count);

/* What the k largest hold of the whole, in [0, 1]; all of it when k >= count. */
double concentration_top_share(int64_t *values, int32_t count, int32_t k);

#endif
