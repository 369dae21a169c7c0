/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * advance: cards set aside ahead of time: a maintenance window, a promised date at which thousands of cards
 * start one job.
 *
 * A window is known before it begins. A job whose planned time overlaps it may use only what it leaves; by
 * node, the window names its nodes when it is announced (the highest ones that no overlapping window has), so
 * that whole nodes are really free then. Jobs that run past their plans into a window are stopped by the
 * world when it begins. From then on the window is the world's: it takes the nodes down, or starts the
 * promised job. Source: advance reservations as in Maui/Moab and Slurm (scontrol create reservation), by
 * Smith, Foster & Taylor, "Scheduling with advanced reservations", IPDPS 2000.
 *
 * Units: us, cards. Complexity: O(windows) a question; windows are few. Ownership: the arena's.
 */
#ifndef TENK_SCHEDULER_ADVANCE_H
#define TENK_SCHEDULER_ADVANCE_H

#include "site/nodes.h"

#include <stdbool.h>

struct advance_window {
    int64_t from, to; /* us */
    int64_t cards;
    int32_t first_node, node_count; /* by node */
    int32_t id;
};

struct advance {
    struct arena *arena;
    struct advance_window *windows; /* pending ones */
    int32_t count, capacity;
    struct advance_window *begun; /* by node: the world's, which still have their nodes */
    int32_t begun_count, begun_capacity;
    int32_t next_id;
};

void advance_init(struct advance *advance, struct arena *arena);

/*
 * Announces a window. By node (nodes > 0) `nodes` is the number of nodes to choose from, lowest first, and
 * cards_per_node their size; the window then gets cards / cards_per_node of them, rounded up, or as many as
 * there are. Returns its id.
 */
int32_t advance_add(struct advance *advance, int64_t from, int64_t to, int64_t cards, int32_t nodes,
                    int32_t cards_per_node);

/* The window of that id, NULL when it is not pending. */
const struct advance_window *advance_find(const struct advance *advance, int32_t id);

/* The window has begun or was called off. By node, windows announced later keep off its nodes all the same.
 */
void advance_remove(struct advance *advance, int32_t id);

/* True when a window overlaps [from, to). */
bool advance_touches(const struct advance *advance, int64_t from, int64_t to);

/* The most cards that windows set aside at one time in [from, to). */
int64_t advance_most(const struct advance *advance, int64_t from, int64_t to);

/* True when the node belongs to a window that overlaps [from, to). */
bool advance_hides(const struct advance *advance, int32_t node, int64_t from, int64_t to);

/* Takes the nodes of all windows that overlap [from, to) out of the view. */
void advance_hide(const struct advance *advance, struct nodes *view, int64_t from, int64_t to);

#endif
