/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fcfs: first come, first served. Key: time of submission. A job that restarts after a failure keeps
 * its time of submission and so comes back to the front.
 */
#include "scheduler/order/order_policies.h"

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy, (void)now;
    return job->submit;
}

const struct order_policy order_fcfs = {
    .name = "fcfs",
    .summary = "first come, first served",
    .formula = "submit",
    .key = key,
};
