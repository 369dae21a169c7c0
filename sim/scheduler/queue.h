/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * queue: the waiting jobs of a site, in the order in which they are considered.
 *
 * Problem: guarantees, limits and fair share are terms of tenants and change with every start, while the
 * order of one tenant's own jobs does not. One sorted queue would have to be sorted again and again. Choice:
 * one ordered tree a tenant (a lane) and a merge over the lanes when the queue is read: entitled jobs first
 * (tenants.h), then by the rank that the policy gives the tenant, then by (key, order of submission). Where
 * neither terms nor policy tell tenants apart there is one lane and nothing to merge. A second tree a lane
 * holds the order in which candidates for backfilling are tried, when it differs. A tenant whose first job
 * goes beyond its limit blocks nobody else; its smaller jobs may be candidates.
 * Where nobody asks more than who is first (strict order without backfilling; any order while one job waits),
 * jobs that come in the order of their keys stand in a ring, and move to the trees as soon as more is asked.
 *
 * Complexity: with L lanes of n jobs: head O(L), insert, remove O(log n), each answer of a search O(L log n);
 * refresh O(n log n) when keys change, O(L) otherwise. Memory: an entry of ordered.h a job and order.
 */
#ifndef TENK_SCHEDULER_QUEUE_H
#define TENK_SCHEDULER_QUEUE_H

#include "scheduler/order.h"
#include "scheduler/ordered.h"

/* Jobs in order of arrival, as long as that is their order: a ring of job indices. */
struct queue_ring {
    int32_t *jobs;
    int32_t first, count, capacity; /* a power of two */
    int64_t last_key;
};

struct queue_cursor {
    int64_t key, tie; /* of the last entry taken from the lane */
};

struct queue {
    const struct order_policy *order;
    const struct order_policy *candidates; /* NULL: candidates are tried in the queue's order */
    struct job_table *jobs;
    const struct tenants *tenants;
    struct ordered *lanes;
    struct ordered *seconds; /* by the order of candidates; NULL */
    double *ranks;           /* [lane] at the last refresh; NULL when the policy ranks no tenants */
    struct queue_cursor *cursors;
    struct queue_cursor before; /* where the lane read last stood before */
    int32_t read_lane;
    int32_t lane_count;
    bool refreshes;     /* keys or ranks change while jobs wait */
    bool apart;         /* tenants are told apart: lanes are merged and limits kept */
    bool in_ring;       /* all jobs stand in the ring, none in a tree */
    int32_t ring_limit; /* so many jobs may; 0: none ever */
    struct queue_ring ring;
    struct ordered_entry front; /* of the ring, for queue_head */
    struct arena *arena;
    int32_t count;
    int64_t cards; /* that all of them need */
};

/* candidates may equal order. */
void queue_init(struct queue *queue, struct arena *arena, struct job_table *jobs,
                const struct order_policy *order, const struct order_policy *candidates,
                const struct tenants *tenants);

/*
 * Up to `limit` jobs may stand in a ring; for owners that ask of so many only which is first. Before the
 * first insertion.
 */
void queue_use_ring(struct queue *queue, int32_t limit);

/* Puts a job in; sets its key (and its slot to the key among candidates, when that order differs). */
void queue_insert(struct queue *queue, int32_t index, int64_t now);

void queue_remove(struct queue *queue, const struct job *job);

/* Takes keys and ranks anew where the policy says that they change. */
void queue_refresh(struct queue *queue, int64_t now);

/* The first job whose tenant's limit lets it start at all; NULL when none. */
const struct ordered_entry *queue_head(struct queue *queue);

/* True when some job needs at most `cards` and its tenant may take as many. */
bool queue_any_within(struct queue *queue, int64_t cards);

/*
 * Reading in order: start, then next until NULL. `walk` takes every job, `search` those that pass the filter
 * and their tenant's limit, in the order of candidates. Entries may leave while one reads; one reading at a
 * time.
 */
void queue_read(struct queue *queue);
const struct ordered_entry *queue_walk(struct queue *queue);
const struct ordered_entry *queue_search(struct queue *queue, const struct ordered_filter *filter);

/* What queue_search found last is to be looked at again. */
void queue_back(struct queue *queue);

/* Jobs waiting before the one that queue_search found last: in its own lane, and in the others as far as
 * read. */
int64_t queue_position(const struct queue *queue);

#endif
