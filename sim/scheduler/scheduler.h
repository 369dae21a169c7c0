/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scheduler: the queue of one site and its passes.
 *
 * Order policy, placement policy and a reservation depth make a scheduler: with no reservation jobs
 * start strictly in order, with one (EASY) the head starts while it fits and then others that do not delay
 * it, in queue order or shortest first; under conservative backfilling every waiting job holds a slot
 * (promises.h) and starts when it comes.
 *
 * The scheduler owns queue order and free cards; the world owns time, work and events: it calls
 * scheduler_pass and sets the end events of the jobs returned.
 *
 * Two kinds of pass. `instant`: once an instant, after everything else of that instant. `event`:
 * after each arrival and completion; then a running job whose planned and actual end have come
 * counts as gone even if its completion is still to be handled at this instant. That is how the PYSS
 * simulator behaves, kept to repeat its published schedules; it needs placement by count.
 *
 * Cost of a pass that starts s of q waiting jobs with r running: O((1 + s) log(q + r)) when
 * placement counts; by node, add O(parts) a start and O(r + their parts + nodes) whenever the reservation
 * changes.
 */
#ifndef TENK_SCHEDULER_SCHEDULER_H
#define TENK_SCHEDULER_SCHEDULER_H

#include "scheduler/order.h"
#include "scheduler/ordered.h"
#include "scheduler/place.h"
#include "scheduler/promises.h"
#include "scheduler/reservation.h"

enum scheduler_depth { SCHEDULER_NONE, SCHEDULER_EASY, SCHEDULER_CONSERVATIVE };

struct scheduler_config {
    const struct order_policy *order;
    const struct order_policy *candidates; /* order in which backfill candidates are tried */
    const struct place_policy *place;
    const struct topology *topology; /* of as many nodes; NULL: none */
    int depth;                       /* enum scheduler_depth: who holds a reservation */
    bool event_pass;
};

/* Backfilling by name: none, easy, conservative; -1 when unknown. */
int scheduler_depth_named(const char *name);
const char *scheduler_depth_name(int depth);
const char *scheduler_depth_summary(int depth); /* NULL beyond the last */

struct scheduler {
    struct scheduler_config config;
    struct job_table *jobs;
    struct arena *arena;
    struct nodes free_now;
    struct ordered queue;
    struct ordered candidates; /* a second order of the same jobs, when it differs from the queue's */
    bool second_order;
    struct ordered running;         /* by planned end */
    struct reservation reservation; /* SCHEDULER_EASY */
    struct promises promises;       /* SCHEDULER_CONSERVATIVE */
    int64_t queued_cards;
    int32_t *started; /* result of the last pass */
    int32_t started_count;
    int32_t started_capacity;
};

/* nodes 0 is allowed when placement counts; cards then come by scheduler_add_cards. */
void scheduler_init(struct scheduler *scheduler, const struct scheduler_config *config,
                    struct job_table *jobs, struct arena *arena, int32_t nodes, int32_t cards_per_node);

/* Cards that join or leave when placement counts. */
void scheduler_add_cards(struct scheduler *scheduler, int64_t cards);

/* A whole node joins (its cards become free) or leaves; a leaving node must be free of jobs. */
void scheduler_node_up(struct scheduler *scheduler, int32_t node);
void scheduler_node_down(struct scheduler *scheduler, int32_t node);

/* Puts a job into the queue; job->planned holds. */
void scheduler_submit(struct scheduler *scheduler, int32_t job);

/*
 * One pass at `now`. Started jobs are in scheduler->started[0 .. return value - 1]; their started,
 * plan_end, state and parts are set, start too when it is the first.
 */
int32_t scheduler_pass(struct scheduler *scheduler, int64_t now);

/*
 * The next time at which a pass is wanted although nothing else may happen then: the earliest slot under
 * conservative backfilling. CLOCK_NEVER when there is none.
 */
int64_t scheduler_wake(const struct scheduler *scheduler);

/* A running job ends or is interrupted: its cards are free again. */
void scheduler_release(struct scheduler *scheduler, int32_t job);

#endif
