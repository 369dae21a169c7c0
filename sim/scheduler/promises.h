/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * promises: conservative backfilling, in which every waiting job holds a slot.
 *
 * A job is given the earliest slot that moves nobody when it is submitted. When a job ends before its
 * plan, each waiting job in queue order gives up its slot and takes the earliest one possible, never a
 * later one. So nobody is ever delayed beyond what was promised at submission (as long as running
 * jobs keep their plans and cards do not vanish). Source: Mu'alem & Feitelson, IEEE TPDS 12(6), 2001; the
 * rule at early ends is PYSS's.
 *
 * When the plan breaks (a job runs past its plan, nodes come or go, a gang does not fit although enough
 * cards are free) all slots are made anew in queue order.
 * Complexity: a submission O(pieces of the profile), an early end O(waiting x pieces): a job that needs
 * more cards than are free anywhere that something was freed is skipped.
 */
#ifndef TENK_SCHEDULER_PROMISES_H
#define TENK_SCHEDULER_PROMISES_H

#include "scheduler/ordered.h"
#include "scheduler/profile.h"
#include "workload/job.h"

#include <stdbool.h>

struct promises {
    struct profile profile;
    struct ordered by_slot; /* waiting jobs by (slot, order of submission) */
    int64_t loose_until;    /* only before this may cards be free that a waiting job could move up to */
    bool broken;            /* the profile does not hold any more: make all slots anew */
};

void promises_init(struct promises *promises, struct arena *arena);

/* A job enters the queue: it gets its slot (job->slot), CLOCK_NEVER when there is none yet. */
void promises_submit(struct promises *promises, struct job_table *jobs, int32_t job, int64_t now);

/* A job leaves the queue for its cards at `now`, its slot or later. */
void promises_start(struct promises *promises, const struct job *job, int64_t now);

/* A running job ends or is interrupted: what it does not use of its plan goes to the waiting ones. */
void promises_release(struct promises *promises, struct job_table *jobs, const struct ordered *queue,
                      const struct job *job, int64_t now);

/* All slots anew, for a machine with so many cards in all. */
void promises_renew(struct promises *promises, struct job_table *jobs, const struct ordered *queue,
                    const struct ordered *running, int64_t cards, int64_t now);

#endif
