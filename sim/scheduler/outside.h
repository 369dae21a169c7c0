/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outside: a policy from a shared object at work in one scheduler.
 *
 * Problem: a loaded policy is one for the process, while its state belongs to one site of one replication,
 * and its answers cannot be trusted. Choice: each scheduler takes a copy of the policy whose key knows that
 * scheduler; jobs and the site are shown as plain values; an answer that cannot be carried out is not carried
 * out in any part, but put into words in scheduler->problem, with which the world ends the run.
 *
 * Complexity: O(1) a score; a pick of n shown jobs O(n log queue) besides the policy's own work. Memory: the
 * state, and 72 bytes a job shown, from the arena.
 */
#ifndef TENK_SCHEDULER_OUTSIDE_H
#define TENK_SCHEDULER_OUTSIDE_H

#include "scheduler/order_plugin.h"
#include "scheduler/scheduler.h"

/* Takes on those of order and candidates that come from outside; scheduler->config names their copies then.
 */
void outside_init(struct scheduler *scheduler);

/* The site as policies see it from now on. Free when there are none from outside. */
void outside_look(struct scheduler *scheduler, int64_t now);

/* The part of a pass that starts jobs, when the order picks them. */
void outside_pick(struct scheduler *scheduler, int64_t now);

/* Calls the policies' fini. */
void outside_end(struct scheduler *scheduler);

/* What of the configuration a policy from outside cannot go with, as a sentence about it; NULL: nothing. */
const char *outside_conflict(const struct scheduler_config *config);

#endif
