/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jobclass: what the jobs of a class look like.
 *
 * A class (pre-training, fine-tuning, evaluation, debugging) has a table of gang sizes with weights
 * and a length: the run time on the chip where the statistics were measured, lognormal, cut at a
 * maximum (conditional on being shorter, so inversion stays one uniform). Size and length are
 * independent within a class. The user's estimate is the length times a uniform factor.
 * All attributes of the n-th job of a class come from a stream named (n, class): nothing that another
 * job, policy or chip does can change them.
 */
#ifndef TENK_WORKLOAD_JOBCLASS_H
#define TENK_WORKLOAD_JOBCLASS_H

#include "engine/random.h"

#include <stdint.h>

enum { JOBCLASS_SIZES = 32, JOBCLASS_MAX = 16 };

struct jobclass {
    double share; /* of the jobs of the workload */
    int sizes;
    int32_t cards[JOBCLASS_SIZES];
    double cumulative[JOBCLASS_SIZES]; /* of the weights, last one 1 */
    double length_median;              /* us, of the lognormal before the cut */
    double length_sigma;               /* of the logarithm */
    double length_max;                 /* us */
    double length_max_cdf;             /* of the lognormal at the cut; jobclass_prepare sets it */
};

struct jobclass_draw {
    double gap; /* exponential with mean 1: cumulative rate since the arrival before */
    int32_t cards;
    double length;   /* us on the reference chip, at least 1 */
    double estimate; /* uniform in (0, 1): where between the estimate factors */
};

/* Turns weights in `cumulative` (any positive scale) into cumulative shares and sets the cut's cdf. */
void jobclass_prepare(struct jobclass *jobclass);

/* Job number `number` of class `index` at site `site`. O(sizes). */
struct jobclass_draw jobclass_draw(const struct jobclass *jobclass, uint64_t seed, uint32_t replication,
                                   uint32_t site, uint32_t index, uint32_t number);

/* Closed forms that draws must agree with: mean cards, mean length (us) of the cut lognormal. */
double jobclass_mean_cards(const struct jobclass *jobclass);
double jobclass_mean_length(const struct jobclass *jobclass);

#endif
