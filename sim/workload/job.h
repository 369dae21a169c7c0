/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job: one gang job and the table that holds the living ones.
 *
 * A gang needs all its cards at once. It carries work: microseconds of computing at its own rate on
 * the cards it asks for. Its wall time is longer by checkpoints, restarts and what failures made it redo.
 * `planned` is what the user promised (the estimate) and what schedulers plan with; `work` is what
 * happens.
 *
 * A queue can hold a million jobs, so a job is two cache lines (120 bytes). What only jobs need that may be
 * interrupted, restarted or resized sits in a `detail` beside it, which a table has when it is made
 * with one (sites), and not for plain replays.
 *
 * The table is a pool addressed by int32 index; neither indices nor pointers move when it grows.
 * Finished jobs go back to a free list, so memory follows the number of jobs in the system and not
 * the length of the run. All memory comes from the arena of the replication.
 */
#ifndef TENK_WORKLOAD_JOB_H
#define TENK_WORKLOAD_JOB_H

#include "base/chunks.h"
#include "engine/calendar.h"
#include "engine/clock.h"

#include <stdbool.h>
#include <stdint.h>

enum job_state {
    JOB_QUEUED,
    JOB_RUNNING,
    JOB_STOPPING, /* holds its cards while it writes the checkpoint with which it is preempted */
    JOB_COMPLETED,
    JOB_NEVER_FITS /* larger than the machine can ever be: counted, not queued */
};

/* Cards taken on one node. */
struct job_part {
    int32_t node;
    int32_t cards;
};

struct job_risk;

struct job_detail {
    int64_t ready;       /* us: when it last entered the queue */
    int64_t queued;      /* us that it has spent in the queue in all */
    int64_t done;        /* us of work that no failure can take any more */
    int64_t lost;        /* us of computing that failures and preemptions took */
    int64_t attained;    /* card-us of service before the latest start */
    int64_t interval;    /* us of computing between two checkpoints; 0: takes none */
    int64_t since;       /* us: when it got the cards it has */
    int64_t turn;        /* starts of its site before that one */
    int64_t plan_left;   /* us of its plan when it was preempted last, on `least` cards: it is planned for no
                            less next time, or a stop would make it look shorter; 0 once it runs */
    int64_t resized;     /* us: when an elastic job started or its number of cards changed last */
    double rate;         /* FLOP per card and us while computing, on the cards it asks for */
    double estimate;     /* the user's estimate over the true length */
    double area;         /* card-us that it planned to use when it entered the queue */
    double speed;        /* work per us of computing on the cards and nodes it has; 1 as asked for */
    double locality;     /* of that speed, what its place in the network leaves: (0, 1] */
    int32_t wanted;      /* cards it asks for to compute; `cards` is what it has */
    int32_t least, most; /* cards an elastic job can run on; all others: `wanted` and those that stand by */
    int64_t ported;      /* us: when its code began to run on the chips; INT64_MIN: code is no matter */
    double maturity;     /* of its speed, what the tuning of its code leaves */
    int64_t restart, write; /* us: what a restart and a checkpoint cost in the stretch that it runs */
    int64_t detect;         /* us of that stretch in which the failure before it is noticed and found */
    int64_t flush, first;   /* us: the same of checkpoint.h */
    int64_t deep_write, deep_flush;
    int64_t pending;       /* us of noticing and finding a failure that its next stretch begins with */
    int64_t counted_duty;  /* of its site's writers, as it counts among them (storage.h) */
    double parameters;     /* of its model; 0: not known */
    double mfu_rate;       /* FLOP per card and us on its own chip in a small gang of tuned code */
    double slow;           /* of its speed, what its slowest node leaves */
    struct job_risk *risk; /* what failures may still take of it besides the latest stretch (world_risk.c);
                              NULL: nothing */
    int64_t standby_from;  /* us: since when it holds the standby cards that it has */
    int64_t standby_area;  /* card-us of standing by in this stretch, before that */
    int32_t standby;       /* of its cards, those that stand by: they are the last ones of its parts */
    int32_t standby_asked;
    int32_t deep_every, deep_done; /* of checkpoint.h */
    int64_t counted_end;           /* us, and cards: as dispatch counts it among the running */
    int32_t counted_cards;
    int32_t home;     /* site whose job it is */
    int32_t restarts; /* starts after the first */
    int32_t preemptions;
    bool grows;    /* scratch of elastic.c: may grow in this pass */
    bool saves;    /* writes checkpoints: a preemption costs it none of its work */
    bool hit;      /* scratch of world_strike.c: stands among the victims of a failure */
    bool in_place; /* the restart of the stretch that it runs is one with a spare node */
};

struct job {
    int64_t order;   /* number of submission: breaks ties of every queue order */
    int64_t submit;  /* us */
    int64_t start;   /* us of the first start; -1 before */
    int64_t started; /* us of the latest start */
    int64_t end;     /* us: when it will end by what is known now, or ended */
    int64_t work;    /* us of computing given */
    int64_t planned; /* us of planned length from the next (or latest) start on; CLOCK_NEVER: no estimate */
    int64_t key;     /* place in the order of the queue; see order.h */
    int64_t slot;    /* us: promised start under conservative backfilling, CLOCK_NEVER: none yet; under EASY
                        with an order of candidates of its own, the place in that order */
    struct job_detail *detail; /* NULL in plain replays */
    struct job_part *parts;    /* where it runs, by node; NULL when placement only counts */
    int32_t part_count;
    int32_t part_capacity;
    struct calendar_handle end_event;
    int32_t cards; /* it needs, or has while running */
    int32_t wait_index;
    int16_t class_index;
    int16_t priority; /* larger is more urgent */
    int32_t tenant;
    uint8_t state;   /* enum job_state */
    int8_t size_bin; /* which range of gang sizes of the results it belongs to */
    bool alive;      /* the slot is in use */
    bool released;   /* the scheduler has taken its cards back already (see scheduler.h, event passes) */
    bool reserved;   /* has cards set aside in advance (see advance.h): sorts before everything */
    bool claims;     /* running jobs are being stopped for it (see preempt.h): sorts before everything */
};

struct job_table {
    struct arena *arena;
    struct chunks jobs;
    bool detailed;
    int32_t free_list; /* first free slot, chained through `wait_index`; -1: none */
    int32_t free_count;
    int32_t used; /* indices handed out so far: 0 .. used - 1 */
};

/* `detailed`: every job gets a struct job_detail. */
void job_table_init(struct job_table *table, struct arena *arena, bool detailed);

/*
 * A fresh job: fields zero but start = -1, state queued; in its detail speed = locality = estimate = 1. Keeps
 * the parts array of a former user of the slot.
 */
int32_t job_create(struct job_table *table);

/* Gives the slot back; the job's data but for wait_index may be read until the next job_create. */
void job_release(struct job_table *table, int32_t index);

/* Room for `count` parts; the first part_count are kept. */
void job_reserve_parts(struct job_table *table, struct job *job, int32_t count);

enum { JOB_BLOCK_SHIFT = 6 }; /* 64 jobs a block: a country has hundreds of sites, most of them small */

static inline struct job *job_at(const struct job_table *table, int32_t index)
{
    struct job *block = (void *)table->jobs.blocks[index >> JOB_BLOCK_SHIFT];
    return block + (index & ((1 << JOB_BLOCK_SHIFT) - 1));
}

/* us since 0 at which a running job is planned to end; CLOCK_NEVER: unknown. */
static inline int64_t job_plan_end(const struct job *job)
{
    return job->planned == CLOCK_NEVER ? CLOCK_NEVER : job->started + job->planned;
}

static inline int64_t job_done(const struct job *job)
{
    return job->detail ? job->detail->done : 0;
}

/* When it last entered the queue. */
static inline int64_t job_ready(const struct job *job)
{
    return job->detail ? job->detail->ready : job->submit;
}

static inline int32_t job_restarts(const struct job *job)
{
    return job->detail ? job->detail->restarts : 0;
}

static inline bool job_holds_cards(const struct job *job)
{
    return job->state == JOB_RUNNING || job->state == JOB_STOPPING;
}

/* card-us of service so far. */
static inline int64_t job_attained(const struct job *job, int64_t now)
{
    int64_t before = job->detail ? job->detail->attained : 0;
    return before + (job_holds_cards(job) ? (now - job->started) * job->cards : 0);
}

/* us of planned length that are left; where a trace has no estimate for the job, the actual ones. */
static inline int64_t job_remaining(const struct job *job, int64_t now)
{
    int64_t whole = job->planned == CLOCK_NEVER ? job->work - job_done(job) : job->planned;
    if (!job_holds_cards(job))
        return whole;
    int64_t left = whole - (now - job->started);
    return left > 0 ? left : 0;
}

#endif
