/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * preempt: which running jobs give way so that the head of the queue can start.
 *
 * A waiting job h may stop a running job r when
 *   order     the order policy preempts and h's key is smaller than r's (srpt, las)
 *   priority  h's priority is higher than r's
 *   reclaim   h is entitled (keeps its tenant within the guarantee) and r belongs to another tenant
 *   slice     r has run for a time slice since it got its cards
 * where order gives way to priority, and a slice to order, so that r could not stop h in turn;
 * and r is not promised its cards (advance.h), and r does not belong to another tenant that it keeps within
 * its guarantee: counting a tenant's running jobs in the order in which they got their cards, those up to the
 * guarantee are protected from all other tenants, and from jobs of their own tenant that would not be within
 * the guarantee in their place.
 * Victims are the worst first: lower priority, unprotected, later key, latest start; then those that turn out
 * not to be needed are spared. If all victims together do not make room, nobody is stopped. A victim writes a
 * checkpoint and restarts later: the world charges both.
 *
 * Why nobody preempts in circles: an entitled job is protected from other tenants from its start on (earlier
 * starters of its tenant can only leave), so what a reclaim or a priority gives to a tenant within its
 * guarantee no other tenant takes back. Between jobs that are not protected a stop goes strictly down in
 * priority or in key; a slice gives every job its time first. The tests look for circles over thousands of
 * random runs.
 *
 * Source: reclaim as in Hadoop's capacity scheduler and Volcano's proportion plugin; priorities as in
 * Kubernetes. Complexity: O(r log r) for r running jobs a call, by node O(r x parts + nodes) more.
 */
#ifndef TENK_SCHEDULER_PREEMPT_H
#define TENK_SCHEDULER_PREEMPT_H

#include "scheduler/scheduler.h"

/* True when the configuration ever stops running jobs. */
bool preempt_wanted(const struct scheduler_config *config);

/*
 * Fills scheduler->stops with the jobs to be stopped for the head of the queue. True (and scheduler->awaits)
 * when there are any, or when the head waits for the last checkpoints of such jobs only: then nobody else may
 * start, lest he must be stopped in turn, again and again.
 */
bool preempt_pass(struct scheduler *scheduler, int64_t now);

/* The next time at which a running job becomes a victim by time alone; CLOCK_NEVER when none or nobody waits.
 */
int64_t preempt_wake(const struct scheduler *scheduler, int64_t now);

#endif
