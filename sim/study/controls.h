/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * controls: what is known of a future without simulating it, for control variates (stats/control.h).
 *
 *   load    the work of a site's jobs against the time in which they arrive. Of each class the first K jobs
 * are drawn anew, K being the number expected until the horizon: sum over classes of  sum_n (cards_n length_n
 * - E cards E length) - E cards E length (gap_n - 1), over all sites, divided by the expected work; the means
 * are closed forms (jobclass.h), gaps have mean 1. Jobs are the same whatever the site does, so the mean is
 * exactly 0. cards   cards made - cards planned, over a year of the plan: the yield of a lot has its
 * estimate's yield as its mean, and when a lot comes has nothing to do with it. 0 where a line is made by
 * stages.
 *   demand  what buyers order against its mean: backlog and the orders of the horizon, times (factor - E
 * factor), over their sum; the factor of a buyer is lognormal with median 1.
 *
 * What does not apply is 0 in every future and falls out of the fit. O(jobs of a future), at most 100,000 a
 * class: the first ones are as good as all.
 */
#ifndef TENK_STUDY_CONTROLS_H
#define TENK_STUDY_CONTROLS_H

#include "world/metric.h"

enum { CONTROLS = 3 };

const char *controls_name(int control);

/* off[CONTROLS] of a future (its number may be a mirror's) with these values. */
void controls_fill(const struct plan *plan, const struct metric_slots *slots, const double *values,
                   uint32_t replication, double *off);

#endif
