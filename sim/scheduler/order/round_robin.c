/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * round-robin: who entered the queue first. Unlike fcfs, a job that was stopped goes to the back; with
 * preempt = "slice" jobs take turns, one time slice each.
 * Source: time-sliced gang scheduling, Ousterhout, "Scheduling techniques for concurrent systems", ICDCS
 * 1982.
 */
#include "scheduler/order/order_policies.h"

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy, (void)now;
    return job_ready(job);
}

const struct order_policy order_round_robin = {
    .name = "round-robin",
    .summary = "who entered the queue first; a stopped job goes to the back (for time slices)",
    .formula = "time of the last entry into the queue (Ousterhout, ICDCS'82)",
    .key = key,
};
