/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order: in which order waiting jobs are considered.
 *
 * A policy turns a job into a key; the queue is kept by (key, order of submission), so equal keys
 * keep first come, first served. The key is taken when the job enters the queue and must not depend
 * on anything that changes while it waits. One file a policy in order/, one line in the registry.
 */
#ifndef TENK_SCHEDULER_ORDER_H
#define TENK_SCHEDULER_ORDER_H

#include "workload/job.h"

struct order_policy {
    const char *name;
    const char *summary; /* one line for `tenk list policies` */
    const char *formula; /* the key, and the paper it is from */
    int64_t (*key)(const struct job *job);
};

/* The registered policies; index from 0, NULL beyond the last. */
const struct order_policy *order_policy_at(int index);

/* NULL when there is none of that name. */
const struct order_policy *order_policy_named(const char *name);

#endif
