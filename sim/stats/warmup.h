/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warmup: where a series that starts from an unusual state has settled.
 *
 * Problem: a queue that starts empty makes the first jobs wait less than later ones, and their mean says less
 * than what will hold in the long run. Choice: MSER-5 (White, Simulation 69, 1997; White, Cobb & Spratt, WSC
 * 2000): in the means z of batches of five, leave out the first d that make the rest's standard error
 * smallest, minimise over d:  sum over i > d of (z_i - mean of them)^2 / (m - d)^2, looking at the first half
 * only: what is left of a short series is no measure of its beginning. It has no parameter to choose, and was
 * the best of the usual rules in the comparison of Hoad, Robinson & Davies (JORS 61, 2010). Complexity: O(m),
 * one pass from the end; sums by Welford's update.
 */
#ifndef TENK_STATS_WARMUP_H
#define TENK_STATS_WARMUP_H

#include <stdint.h>

enum { WARMUP_BATCH = 5 };

/* Of m batch means, how many to leave out: 0 .. m / 2, the fewest when several are equally good. */
int64_t warmup_mser(const double *batches, int64_t m);

#endif
