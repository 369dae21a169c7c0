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
 * cards are free, cards are set aside where slots are) all slots are made anew in queue order.
 *
 * At an early end a tenth to a third of a deep queue moves up, nearly always by less than the job is long. So
 * a slot is sought in lists of gaps (gaps.h), and of the profile only what lies between the old and the new
 * slot is changed. Complexity: a submission O(gaps), an early end O(waiting x gaps / 32 + moves x pieces
 * changed), all anew O(waiting x pieces).
 */
#ifndef TENK_SCHEDULER_PROMISES_H
#define TENK_SCHEDULER_PROMISES_H

#include "scheduler/gaps.h"
#include "scheduler/ordered.h"
#include "scheduler/profile.h"
#include "scheduler/queue.h"
#include "workload/job.h"

#include <stdbool.h>

/* Cards that are free, or are not, in [from, to), us. */
struct promises_span {
    int64_t from, to;
    int64_t cards;
};

struct promises_spans {
    struct promises_span *items;
    int32_t count, capacity;
};

struct promises {
    struct arena *arena;
    struct profile profile;
    struct gaps gaps;       /* of the profile */
    struct ordered by_slot; /* waiting jobs by (slot, order of submission) */
    bool broken;            /* the profile does not hold any more: make all slots anew */
    int32_t *fresh;         /* jobs submitted since the last pass, in order */
    int32_t fresh_count, fresh_capacity;
    struct promises_spans
        freed; /* since the last pass; from is INT64_MIN for the cards of a job that ended */
    struct promises_spans aside; /* cards set aside, in the order in which that was asked for */
    int32_t aside_known;         /* so many of them are in the profile */
};

void promises_init(struct promises *promises, struct arena *arena);

/* A job has entered the queue; it gets its slot at the next promises_keep. */
void promises_submit(struct promises *promises, struct job_table *jobs, int32_t job);

/* A running job has ended or was interrupted. */
void promises_release(struct promises *promises, const struct job *job);

/*
 * Brings all slots up to `now`: what ended early is given to the waiting jobs, jobs just submitted get their
 * slots. `cards` is the machine in all. job->slot is CLOCK_NEVER where the machine is too small now.
 */
void promises_keep(struct promises *promises, struct job_table *jobs, struct queue *queue,
                   const struct ordered *running, int64_t cards, int64_t now);

/*
 * From the next promises_keep on, `cards` cards (> 0) are not available in [from, to), from < to. Several may
 * overlap. They still count in the `cards` of promises_keep ("the machine in all"). Slots that collide break
 * the plan.
 */
void promises_set_aside(struct promises *promises, int64_t from, int64_t to, int64_t cards);

/*
 * What was set aside with these very values is available again from the next promises_keep on: it ends early,
 * or the caller takes the cards out of the machine itself. Without effect when its time is over. O(set
 * aside).
 */
void promises_give_back(struct promises *promises, int64_t from, int64_t to, int64_t cards);

/* A job leaves the queue for its cards at `now`. */
void promises_start(struct promises *promises, const struct job *job, int64_t now);

#endif
