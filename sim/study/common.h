/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * common: the metrics that all points of a study have, and their values as matrices.
 *
 * Variants need not have the same slots (another number of sites, other bins); what is compared are the pairs
 * (scope, metric) that all of them have, in the order of the first. common_free releases it.
 * O(slots^2 * points), once.
 */
#ifndef TENK_STUDY_COMMON_H
#define TENK_STUDY_COMMON_H

#include "study/study.h"

struct common {
    int points, count;
    int *slots;         /* [count][points] */
    const char **scope; /* [count]; of the first point */
    enum metric_id *metric;
};

void common_build(struct common *common, const struct study *study, int points);
void common_free(struct common *common);

/* Number of the metric that has this slot at the first point; -1 when not all have it. */
int common_find(const struct common *common, int slot);

/* matrix[futures][points] of a metric; mirror: STUDY_MIRROR or 0. Units that are not known give NaN. */
void common_values(const struct common *common, const struct study *study, int number, int futures,
                   int32_t mirror, double *matrix);

#endif
