/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place: on which nodes a gang runs.
 *
 * A policy answers two questions about a view of free cards: the largest gang that fits, and the
 * nodes for one that does. Fitting must be monotone: when c cards fit, so do c - 1; backfilling
 * relies on it to skip every job that cannot start. One file a policy in place/, one line in the
 * registry.
 *
 * All policies by node place in the same unit: up to a node's cards on one node; larger gangs on wholly
 * free nodes and, when they are no multiple of one, the rest on one node more. So they fit the same gangs,
 * and differ in which nodes they take. What they choose follows from the view and the request alone.
 */
#ifndef TENK_SCHEDULER_PLACE_H
#define TENK_SCHEDULER_PLACE_H

#include "site/nodes.h"
#include "workload/job.h"

#include <stdbool.h>

struct place_request {
    int32_t cards; /* >= 1 */
    uint64_t salt; /* for chance: place_salt, the same whenever the same job is placed */
};

struct place_policy {
    const char *name;
    const char *summary;
    bool by_node; /* false: only counts cards, jobs have no nodes, choose is NULL */
    bool by_tree; /* choose asks for the groups of the topology: views keep them (nodes_group) */
    /* Number of cards of the largest gang that fits in the view. O(cards per node). Looks at free_cards,
     * cards, and level_count only, so that callers can ask without keeping the rest. */
    int64_t (*largest)(const struct nodes *view);
    /* Fills parts (room for cards / cards per node + 1) for a gang that fits; returns their number. */
    int32_t (*choose)(const struct nodes *view, const struct place_request *request, struct job_part *parts);
};

const struct place_policy *place_policy_at(int index);
const struct place_policy *place_policy_named(const char *name);

/* A well mixed word from a small number (splitmix64, Steele, Lea & Flood, OOPSLA 2014). */
static inline uint64_t place_mix(uint64_t word)
{
    word += UINT64_C(0x9e3779b97f4a7c15);
    word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
    return word ^ (word >> 31);
}

/* What a job is placed with, at every attempt; `salt` is that of the future and the site. */
static inline struct place_request place_request_of(const struct job *job, uint64_t salt)
{
    return (struct place_request){.cards = job->cards, .salt = place_mix(salt ^ (uint64_t)job->order)};
}

#endif
