/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place: on which nodes a gang runs.
 *
 * A policy answers two questions about a view of free cards: the largest gang that fits, and the
 * nodes for one that does. Fitting must be monotone: when c cards fit, so do c - 1; backfilling
 * relies on it to skip every job that cannot start. One file a policy in place/, one line in the
 * registry.
 */
#ifndef TENK_SCHEDULER_PLACE_H
#define TENK_SCHEDULER_PLACE_H

#include "site/nodes.h"
#include "workload/job.h"

#include <stdbool.h>

struct place_request {
    int32_t cards;
    uint64_t salt; /* of policies that choose at random: the same job gets the same choice */
};

struct place_policy {
    const char *name;
    const char *summary;
    bool by_node; /* false: only counts cards, jobs have no nodes, choose is NULL */
    /* Number of cards of the largest gang that fits in the view. O(cards per node). */
    int64_t (*largest)(const struct nodes *view);
    /* Fills parts (room for cards / cards per node + 1) for a gang that fits; returns their number. */
    int32_t (*choose)(const struct nodes *view, const struct place_request *request, struct job_part *parts);
};

const struct place_policy *place_policy_at(int index);
const struct place_policy *place_policy_named(const char *name);

#endif
