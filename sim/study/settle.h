/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settle: how many of the first jobs of each site met a centre that was still filling.
 *
 * For questions about the long run of a centre that starts empty (`--warm-up mser5`). The waits of the jobs,
 * in order of start, are averaged over a pilot of SETTLE_FUTURES futures, the first ones, and MSER-5
 * (stats/warmup.h) finds where the average has settled; that many jobs of the site then count in no wait or
 * slowdown of any future.
 *
 * Averaging first is what makes it right: within one future the rule also cuts busy spells, because they make
 * the rest look steadier, and the mean comes out too low (the averaging: Hoad, Robinson & Davies, JORS 61,
 * 2010). For M/M/1 at 95% load, 6,000 jobs from empty, exact mean wait 19 service times: 15.8 +- 0.9 by the
 * rule in each future, 17.6 +- 0.4 of all jobs, 18.1 +- 0.4 by the pilot. A horizon of a few relaxation times
 * stays too short, whatever is cut; for M/M/64 at 95% the pilot's mean is 0.179 +- 0.008, exact 0.184, of all
 * jobs 0.163 +- 0.006.
 *
 * Sums are whole microseconds, so threads change nothing. Cost: the pilot, once a point, before its first
 * unit.
 */
#ifndef TENK_STUDY_SETTLE_H
#define TENK_STUDY_SETTLE_H

#include <stdint.h>

struct study;
struct world_waits;

enum { SETTLE_FUTURES = 32 };

/* Pilots for the points of study->units that have had none. Stopped: study_fail is called. */
void settle_points(struct study *study);

/* Sums of the waits of the k-th job over futures, as far as all of them go that have jobs at all. */
struct settle_sums {
    int64_t *sum;
    int64_t count; /* -1: no future yet */
};

void settle_add(struct settle_sums *sums, const struct world_waits *waits);

/* Jobs to leave out: a multiple of WARMUP_BATCH, at most half of the sums. */
int64_t settle_jobs(const struct settle_sums *sums);

#endif
