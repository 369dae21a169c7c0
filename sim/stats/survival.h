/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * survival: times to an event, some of them only known to be longer (censored on the right).
 *
 * Problem: a card that still lives when the record ends tells that its life is longer, no more; leaving it
 * out would make lives look short, counting its end as a failure shorter still.
 * Choice: equal times are merged, so that all that follows costs by the number of distinct times: in real
 * records thousands of cards are censored at the same few instants.
 * Estimate: Kaplan & Meier, JASA 53 (1958), S(t) = product over t_i <= t of 1 - failed_i / at_risk_i, where a
 * loss at the time of a failure counts as after it. Interval: Greenwood's variance on the scale of
 * log(-log S), as Kalbfleisch & Prentice (2002), section 1.4, have it: it stays within 0 and 1.
 *
 * Units: any, the same for all times. Ownership: survival_free releases what survival_build made.
 * Complexity: building O(n log n), everything else O(distinct times).
 */
#ifndef TENK_STATS_SURVIVAL_H
#define TENK_STATS_SURVIVAL_H

#include <stdbool.h>
#include <stdint.h>

/* One unit: how long it was seen, and whether it failed then. */
struct survival_life {
    double time; /* > 0 */
    bool failed;
};

struct survival {
    int32_t count;  /* distinct times */
    double *time;   /* ascending */
    double *failed; /* units that failed at it */
    double *lost;   /* units censored at it */
    double units;   /* all of them */
    double failures;
    double exposure; /* sum of the times of all units */
};

/* Sorts `lives` in place. Free with survival_free. */
void survival_build(struct survival *survival, struct survival_life *lives, int32_t count);

void survival_free(struct survival *survival);

/* The Kaplan-Meier estimate just after a time at which something failed. */
struct survival_point {
    double time;
    double at_risk; /* just before */
    double failed;
    double survival;
    double low, high; /* 95 % interval at this time alone; NaN where S is 0 */
};

/* Fills one point a time of failure and returns their number; `points` holds survival->count. */
int32_t survival_estimate(const struct survival *survival, struct survival_point *points);

/* S(t) of an estimate; 1 before the first point. O(log count). */
double survival_at(const struct survival_point *points, int32_t count, double time);

#endif
