/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spares: what a gang does that loses nodes.
 *
 * A policy is told how many nodes are lost and what there is to take their place; it answers from where they
 * are replaced, or that the job goes back to the queue. It sees numbers of nodes only: the world knows which.
 * One file a policy in spares/, one line in the registry.
 */
#ifndef TENK_RELIABILITY_SPARES_H
#define TENK_RELIABILITY_SPARES_H

#include <stdbool.h>
#include <stdint.h>

struct spares_view { /* nodes */
    int32_t lost;    /* of those that compute */
    int32_t standby; /* stand by inside the job */
    int32_t pool;    /* stand by at the site */
    int32_t free;    /* idle */
    int32_t slack;   /* that an elastic job can do without */
};

/* From where the lost nodes are replaced; they add up to `lost`, or the job is queued again. */
struct spares_answer {
    int32_t standby, pool, free, slack;
    bool requeue;
};

struct spares_policy {
    const char *name;
    const char *summary;
    bool in_place;  /* some answer is not to queue again */
    bool asks_free; /* looks at view.free, which costs a search */
    struct spares_answer (*choose)(const struct spares_view *view);
};

/* NULL beyond the last; NULL when unknown. */
const struct spares_policy *spares_policy_at(int index);
const struct spares_policy *spares_policy_named(const char *name);

/* Takes from the sources in this order, each up to its limit (0: not this one); requeue when they do not
 * suffice. */
struct spares_answer spares_fill(int32_t lost, int32_t standby, int32_t pool, int32_t free, int32_t slack);

#endif
