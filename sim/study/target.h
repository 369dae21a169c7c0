/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * target: what a planner wants, as a sentence.
 *
 *     [pNN of futures] METRIC[SCOPE] <= | >= VALUE [UNIT]
 *     wait_p95[cards>=1024] <= 24h                     on the mean over futures
 *     p90 of futures full_online_days[wuxi] <= 400d    in 90% of the futures at least
 *
 * METRIC[SCOPE] as in study/reference.h. Times take the units of scenarios (90min, 24h, 10d), shares a % sign
 * or none, everything else its own unit or none; < and > mean the same as <= and >=. A future without a value
 * (no such job ever started, the cluster never reached its size) does not meet a target.
 */
#ifndef TENK_STUDY_TARGET_H
#define TENK_STUDY_TARGET_H

#include "study/reference.h"

struct target {
    const char *text; /* as given */
    struct reference reference;
    bool below;   /* value <= bound is wanted, else value >= bound */
    double bound; /* in the metric's own unit */
    double share; /* of futures that must meet it; NaN: their mean must */
};

/* False with an error added that begins with `option`. The text must outlive the target. */
bool target_parse(struct target *target, const char *option, const char *text, struct error_list *errors);

/* A value of the metric with its unit; false with a sentence in problem. */
bool target_value(enum metric_id metric, const char *text, double *value, char problem[256]);

#endif
