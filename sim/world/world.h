/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world: one replication, one possible future.
 *
 * Builds the models of a plan, wires them to the calendar and runs to the horizon (or until a trace
 * is done). The only room that knows all models. Classes at one instant: completions and failures,
 * repairs and deliveries, arrivals, then a scheduling pass, samples, the end; with event passes (PYSS)
 * arrivals come first and each arrival and completion is followed by a pass.
 *
 * A run depends on the plan and the number of the replication alone: same bytes on any thread.
 * Built-in checks, always on: every card-microsecond online is accounted for once, work done plus
 * work left is the work given, Little's law holds exactly. A run that fails one is reported
 * with the two numbers; it is our bug, never the user's.
 * Cost: O(events log(pending)); no allocation but from the arena.
 */
#ifndef TENK_WORLD_WORLD_H
#define TENK_WORLD_WORLD_H

#include "base/text.h"
#include "world/metric.h"
#include "world/plan.h"

#include <signal.h>

/* A stretch of time in which a job held cards. */
struct world_stretch {
    const struct world_stretch *before; /* the job's stretch before this one, NULL for the first */
    int64_t from, to;                   /* us */
    const struct job_part *parts;       /* NULL when placement only counts */
    int32_t part_count;
    int32_t cards;
};

/* What becomes of each job of a replay, by index of the trace. */
struct world_job_outcome {
    int64_t start;                         /* us; -1: never */
    int64_t end;                           /* us; -1: never */
    int64_t queued;                        /* us in the queue in all, after preemptions too */
    int32_t restarts;                      /* starts after the first */
    const struct world_stretch *stretches; /* the last first; the arena's; NULL unless asked for */
};

/* Waits of the jobs of a site, us, in order of start; free(wait). */
struct world_waits {
    int64_t *wait;
    int64_t count, capacity;
};

struct world_request {
    const struct plan *plan;
    const struct metric_slots *slots;
    uint32_t replication;
    bool want_jobs;                     /* fill the rows of jobs.csv */
    bool want_series;                   /* fill timeline, deliveries, failures, lots and events */
    struct world_job_outcome *outcomes; /* replay: [trace_count], or NULL */
    bool want_stretches;                /* outcomes tell when and where jobs ran */
    const int64_t
        *settled; /* [sites] so many jobs, the first to start, count in no wait or slowdown; or NULL */
    struct world_waits *waits;         /* [sites] gets the waits of all jobs that started; or NULL */
    const volatile sig_atomic_t *stop; /* becomes non-zero to give up; may be NULL */
};

struct world_result {
    double *values; /* [slots->count], owned by the caller */
    /* rows of CSV; text_free by the caller */
    struct text timeline, market, deliveries, failures, lots, events_seen, jobs;
    int64_t events;
    size_t bytes;      /* of the arena */
    bool stopped;      /* gave up because of `stop` */
    char problem[768]; /* non-empty: a built-in check failed, which is our bug, */
    bool by_policy; /* or a policy from outside gave an answer that cannot be followed: the run ended there */
};

/* Runs one replication; the arena is reset first. */
void world_run(const struct world_request *request, struct arena *arena, struct world_result *result);

/* Header lines of the four row buffers. */
extern const char world_timeline_header[];
extern const char world_deliveries_header[];
extern const char world_failures_header[];
extern const char world_market_header[];
extern const char world_lots_header[];
extern const char world_events_header[];
extern const char world_jobs_header[];

#endif
