/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wfp3: waited long against its length, and large, comes first. The cube lets old jobs overtake, so large
 * jobs do not starve. A planned length of 0 counts as 1 us.
 * Source: Tang, Lan, Desai & Buettner, "Fault-aware, utility-based job scheduling on Blue Gene/P systems",
 * CLUSTER'09; used in production on Intrepid.
 */
#include "base/number.h"
#include "scheduler/order/order_policies.h"

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy;
    int64_t planned = job_remaining(job, now);
    double ratio = (double)(now - job->submit) / (double)(planned > 0 ? planned : 1);
    return number_real_key(-ratio * ratio * ratio * job->cards);
}

const struct order_policy order_wfp3 = {
    .name = "wfp3",
    .summary = "waited long against its length, and large, first",
    .formula = "- (wait / planned length)^3 x cards (Tang et al., CLUSTER'09)",
    .key = key,
    .changes = true,
};
