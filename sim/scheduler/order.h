/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order: in which order waiting jobs are considered.
 *
 * A policy turns a job into a key; the queue is kept by (key, order of submission), so equal keys
 * keep first come, first served. Most keys are taken once, when the job enters the queue. A policy whose keys
 * change while jobs wait says so (`changes`): its keys are then taken anew before a pass that could start
 * something. A policy may rank tenants before it ranks their jobs (`tenant_rank`), and may let a waiting job
 * stop running ones with a larger key (`preempts`): for those, key must also tell the place of a running job.
 * One file a policy in order/, one line in the registry. A policy from outside is a shared object
 * (order_plugin.h).
 *
 * Keys are int64; number_real_key turns a real score into one that sorts the same way.
 */
#ifndef TENK_SCHEDULER_ORDER_H
#define TENK_SCHEDULER_ORDER_H

#include "scheduler/tenants.h"
#include "workload/job.h"

struct order_policy {
    const char *name;
    const char *summary; /* one line for `tenk list policies` */
    const char *formula; /* the key, and the paper it is from */
    int64_t (*key)(const struct order_policy *policy, const struct job *job, int64_t now);
    /* Smaller tenants first, whatever their jobs' keys; NULL: jobs of all tenants in one order. */
    double (*tenant_rank)(const struct tenants *tenants, int32_t tenant, int64_t now);
    /* Next time at which the key of a running job changes enough to matter; NULL: only when passes happen. */
    int64_t (*next_change)(const struct job *job, int64_t now);
    bool changes;
    bool preempts;
    bool picks;       /* chooses the jobs to start itself, without head and candidates (outside.h) */
    const void *self; /* a policy from outside keeps what it needs here */
};

/* The registered policies; index from 0, NULL beyond the last. */
const struct order_policy *order_policy_at(int index);

/* NULL when there is none of that name. */
const struct order_policy *order_policy_named(const char *name);

static inline int64_t order_key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    return policy->key(policy, job, now);
}

#endif
