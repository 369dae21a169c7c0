/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * members: nodes leave and join a running gang without its going back to the queue.
 *
 * Problem: a job that loses one of 2,048 nodes is not placed anew when a spare node stands ready: it goes on
 * with the spare in the place of the lost one.
 * Choice: the world says which nodes; between members_open and members_close the gang stands in no index of
 * running jobs, and whole nodes move between it and the free ones. Only gangs that hold whole nodes can lose
 * or gain some; any job can begin a new stretch. Complexity: O(log running) for open and close, O(1) a node,
 * plus the tiers of nodes.h.
 */
#ifndef TENK_SCHEDULER_MEMBERS_H
#define TENK_SCHEDULER_MEMBERS_H

#include "scheduler/scheduler.h"

struct members {
    struct scheduler *scheduler;
    int32_t job;
    int32_t old_cards;
    int64_t now;
};

/* Every part of the job is a whole node. O(1). */
bool members_whole(const struct scheduler *scheduler, const struct job *job);

/* A running job can change until members_close. */
void members_open(struct members *members, struct scheduler *scheduler, int32_t job, int64_t now);

/* Takes part `at` from the job: its node is wholly free then. The last part moves into its place. */
void members_lose(struct members *members, int32_t at);

/* Gives the job a wholly free node, as its last part. */
void members_gain(struct members *members, int32_t node);

/* A new stretch begins now, with a plan of `planned` us (CLOCK_NEVER: unknown). */
void members_restart(struct members *members, int64_t planned);

void members_close(struct members *members);

/* A wholly free node that the placement would give the job, beside what is set aside in its planned time; -1:
 * none. */
int32_t members_find(struct scheduler *scheduler, int32_t job, int64_t now);

#endif
