/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job: one gang job and the table that holds the living ones.
 *
 * A gang needs all its cards at once. It carries work: microseconds of computing at its own rate on
 * its cards. Its wall time is longer by checkpoints, restarts and what failures made it redo.
 * `planned` is what the user promised (the estimate) and what schedulers plan with; `work` is what
 * happens.
 *
 * The table is a pool addressed by int32 index: indices stay valid when it grows, pointers do not.
 * Finished jobs go back to a free list, so memory follows the number of jobs in the system and not
 * the length of the run. All memory comes from the arena of the replication.
 */
#ifndef TENK_WORKLOAD_JOB_H
#define TENK_WORKLOAD_JOB_H

#include "base/memory.h"
#include "engine/calendar.h"

#include <stdbool.h>
#include <stdint.h>

enum job_state {
    JOB_QUEUED,
    JOB_RUNNING,
    JOB_COMPLETED,
    JOB_NEVER_FITS /* larger than the machine can ever be: counted, not queued */
};

/* Cards taken on one node. */
struct job_part {
    int32_t node;
    int32_t cards;
};

struct job {
    int64_t id;          /* the trace's, or the number of arrival in its site, from 0 */
    int64_t order;       /* number of submission: breaks ties of every queue order */
    int64_t submit;      /* us */
    int64_t ready;       /* us: when it last entered the queue */
    int64_t start;       /* us of the first start; -1 before */
    int64_t started;     /* us of the latest start */
    int64_t end;         /* us: when it will end by what is known now, or ended */
    int64_t work;        /* us of computing given */
    int64_t done;        /* us of computing that no failure can take any more */
    int64_t lost;        /* us of computing that failures took */
    int64_t planned;     /* us of planned length from the next start on; CLOCK_NEVER: no estimate */
    int64_t plan_end;    /* us: started + planned, while running */
    int64_t slot;        /* us: promised start under conservative backfilling; CLOCK_NEVER: none yet */
    int64_t interval;    /* us of computing between two checkpoints; 0: takes none */
    double rate;         /* FLOP per card and microsecond while computing; 0 for traces */
    double estimate;     /* the user's estimate over the true length */
    int64_t trace_index; /* in the trace, for replays */
    int32_t cards;
    int32_t class_index;
    int32_t restarts;
    enum job_state state;
    bool alive;    /* the slot is in use */
    bool released; /* the scheduler has taken its cards back already (see scheduler.h, event passes) */
    struct calendar_handle end_event;
    struct job_part *parts; /* where it runs, by node; NULL when placement only counts */
    int32_t part_count;
    int32_t part_capacity;
};

struct job_table {
    struct arena *arena;
    struct job *jobs;
    int32_t *free_list;
    int32_t free_count;
    int32_t used; /* indices handed out so far: 0 .. used - 1 */
    int32_t capacity;
};

void job_table_init(struct job_table *table, struct arena *arena);

/* A fresh job: fields zero but start = -1, state queued. Keeps the parts array of a former user of the slot.
 */
int32_t job_create(struct job_table *table);

/* Gives the slot back; the job's data may be read until the next job_create. */
void job_release(struct job_table *table, int32_t index);

/* Room for `count` parts; what was there is lost. */
void job_reserve_parts(struct job_table *table, struct job *job, int32_t count);

static inline struct job *job_at(const struct job_table *table, int32_t index)
{
    return &table->jobs[index];
}

#endif
