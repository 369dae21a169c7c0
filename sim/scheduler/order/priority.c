/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * priority: the more urgent class first, then first come, first served. Larger numbers are more urgent, as in
 * Kubernetes' PriorityClass and Slurm.
 */
#include "scheduler/order/order_policies.h"

enum { SUBMIT_BITS = 47 }; /* us: four years and more; later submissions of one class still sort by number */

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy, (void)now;
    static const int64_t longest = ((int64_t)1 << SUBMIT_BITS) - 1;
    int64_t submit = job->submit < longest ? job->submit : longest;
    return -(int64_t)job->priority * ((int64_t)1 << SUBMIT_BITS) + submit;
}

const struct order_policy order_priority = {
    .name = "priority",
    .summary = "more urgent classes first, then first come, first served",
    .formula = "- priority, then submit (Kubernetes PriorityClass)",
    .key = key,
};
