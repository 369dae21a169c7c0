/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hold: passes that pick one job and hold it until it fits.
 *
 * Problem: the simulator behind RLScheduler, whose scores many papers on learned scheduling compare with, is
 * neither strict order nor EASY. There the best-scored arrived job is picked once. If it does not fit it is
 * held: whoever arrives meanwhile with a better score does not replace it. With backfilling, queued jobs in
 * order of submission start while it is held if they fit and end strictly before its earliest start; there
 * is no rule for processors that the held job leaves over, and the earliest start is found once, when the
 * job is picked and does not fit: a job that ends before its plan does not move it.
 * Source: Zhang, Dai, He, Bao, Xie, "RLScheduler: An Automated HPC Batch Job Scheduler Using Reinforcement
 * Learning" (SC'20), and its published code.
 *
 * That code takes one event at a time, so only event passes repeat it: with an instant pass everything of an
 * instant is seen at once, and more may start. It takes jobs that end at one instant in an order that
 * its own sorting leaves behind, which decides now and then what is backfilled; hold_release follows it:
 * jobs that were running when the held job was picked come first, by planned end, then the others; in
 * both groups by start. Where candidates were submitted at one instant, those that had arrived when the job
 * was picked come first, in queue order, then the others as they arrived.
 *
 * Two cases which that code does not have: while the machine is too small for the held job (nodes are down)
 * there is nothing to protect, everything that fits may start, and the earliest start is looked for in each
 * pass; while planned ends are unknown nothing may start before it. As under EASY.
 *
 * Complexity: O(log(queue + running)) a start or release, plus the jobs of one instant. Memory from the
 * arena.
 */
#ifndef TENK_SCHEDULER_HOLD_H
#define TENK_SCHEDULER_HOLD_H

#include "scheduler/queue.h"
#include "scheduler/reservation.h"

struct hold {
    bool backfills;
    bool ends_in_order;                      /* event passes with backfilling: hold_release chooses */
    int32_t head;                            /* the job held or about to start; -1: to be picked */
    bool found;                              /* its earliest start is known */
    int64_t window_end;                      /* us: candidates end before this; INT64_MIN: nobody may start */
    bool open;                               /* the machine is too small for it */
    int64_t submitted;                       /* jobs so far: the next order of submission */
    int64_t starts;                          /* so far */
    int64_t submitted_before, starts_before; /* both when the held job was found not to fit */
    struct ordered by_submit;                /* queued jobs by submission, when it backfills */
    struct ordered by_end;                   /* running jobs by their end; tie: number of the start */
    int32_t *fresh;                          /* started jobs whose end was not yet known */
    int32_t fresh_count, fresh_capacity;
    struct arena *arena;
};

/* What a pass looks at; all of it is the scheduler's. */
struct hold_view {
    const struct place_policy *place;
    const struct job_table *jobs;
    struct queue *queue; /* by score; refreshed at each pick */
    const struct ordered *running;
    const struct nodes *free_now;
    struct reservation *scratch; /* finds the earliest start */
};

void hold_init(struct hold *hold, struct arena *arena, bool backfills, bool event_pass);

/* A job enters the queue. */
void hold_submit(struct hold *hold, const struct job *job, int32_t index);

/* The job that is to start now, -1 when none is; call again after each start. */
int32_t hold_next(struct hold *hold, const struct hold_view *view, int64_t now);

/* The job that hold_next named leaves the queue. */
void hold_start(struct hold *hold, const struct job *job, int32_t index);

/*
 * Job `index` ends; returns the job whose cards are free again: under event passes another one that ends at
 * this instant may come first, and this one's cards follow with that one's end. Its slot in the table may
 * have been given back by then, but no job has been created since (arrivals come first at an instant).
 */
int32_t hold_release(struct hold *hold, const struct job_table *jobs, int32_t index);

#endif
