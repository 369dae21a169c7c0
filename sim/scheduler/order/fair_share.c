/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fair-share: the tenant with the least decayed usage for its weight comes first; its jobs first come, first
 * served. Usage is card-time that counts half after a half-life (tenants.h).
 * Source: Kay & Lauder, "A fair share scheduler", CACM 31(1), 1988; Slurm's multifactor priority.
 */
#include "scheduler/order/order_policies.h"

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy, (void)now;
    return job->submit;
}

const struct order_policy order_fair_share = {
    .name = "fair-share",
    .summary = "the tenant that had least of late, for its weight, first",
    .formula = "decayed card-time of the tenant / weight, then submit (Kay & Lauder, CACM 1988)",
    .key = key,
    .tenant_rank = tenants_share_used,
};
