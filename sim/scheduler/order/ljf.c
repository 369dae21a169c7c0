/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ljf: longest job first, by planned length. Packs a machine well and makes short jobs wait.
 * Source: longest processing time first, Graham, "Bounds on multiprocessing timing anomalies", SIAM J. Appl.
 * Math. 17(2), 1969.
 */
#include "scheduler/order/order_policies.h"

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy;
    return -job_remaining(job, now);
}

const struct order_policy order_ljf = {
    .name = "ljf",
    .summary = "longest job first, by planned length",
    .formula = "- planned length (Graham, SIAM J. Appl. Math. 17, 1969)",
    .key = key,
};
