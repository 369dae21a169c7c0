/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scheduler: the queue of one site and its passes.
 *
 * Order policy, placement policy and a depth of reservations make a scheduler: with none, jobs
 * start strictly in order; with one (EASY) or the first k jobs of the queue holding one, the head starts
 * while it fits and then others that delay no reservation, in queue order or in an order of their own; under
 * conservative backfilling every waiting job holds a slot (promises.h) and starts when it comes. To these
 * come tenants with guarantees and limits (tenants.h), preemption (preempt.h), elastic jobs (elastic.h) and
 * cards set aside in advance (advance.h).
 *
 * The scheduler owns queue order and free cards; the world owns time, work and events: it calls
 * scheduler_pass, sets the end events of the jobs returned, settles the work of those resized and stops those
 * that are to be stopped.
 *
 * Two kinds of pass. `instant`: once an instant, after everything else of that instant. `event`:
 * after each arrival and completion; then a running job whose planned and actual end have come
 * counts as gone even if its completion is still to be handled at this instant (but not under hold). That is
 * how the PYSS simulator behaves, kept to repeat its published schedules; it needs placement by count.
 *
 * Cost of a pass that starts s of q waiting jobs with r running: O((1 + s) log(q + r)) when
 * placement counts; by node, add O(parts) a start and O(r + their parts + nodes) whenever the reservation
 * changes. With k > 1 reservations or cards set aside, a pass that can start something costs O(r + k) more
 * (planner.h); preemption costs O(r log r) a pass with jobs waiting.
 */
#ifndef TENK_SCHEDULER_SCHEDULER_H
#define TENK_SCHEDULER_SCHEDULER_H

#include "scheduler/advance.h"
#include "scheduler/hold.h"
#include "scheduler/place.h"
#include "scheduler/promises.h"
#include "scheduler/queue.h"
#include "scheduler/reservation.h"

enum scheduler_depth {
    SCHEDULER_NONE,
    SCHEDULER_EASY,
    SCHEDULER_CONSERVATIVE,
    SCHEDULER_HOLD,
    SCHEDULER_HOLD_BACKFILL
};

enum { SCHEDULER_NEWCOMERS = 8 };

enum scheduler_preempt { PREEMPT_NONE, PREEMPT_PRIORITY, PREEMPT_SLICE };

struct scheduler_config {
    const struct order_policy *order;
    const struct order_policy *candidates; /* order in which backfill candidates are tried */
    const struct place_policy *place;
    const struct topology *topology; /* of as many nodes; NULL: none; must outlive scheduler_init only */
    int depth;                       /* enum scheduler_depth: who holds a reservation */
    int32_t reservations;            /* under EASY: how many jobs hold one; 0 counts as 1 */
    int32_t examine;                 /* candidates looked at in a pass; 0: all */
    bool event_pass;
    int preempt;                        /* enum scheduler_preempt; an order that preempts does so besides */
    bool reclaim;                       /* entitled jobs stop borrowers */
    int64_t slice;                      /* us a job runs undisturbed under PREEMPT_SLICE */
    int64_t half_life;                  /* us of fair share; 0: usage never fades */
    int32_t tenant_count;               /* 0 counts as 1 */
    const struct tenant_terms *tenants; /* [tenant_count]; NULL: no guarantees, no limits, equal weights */
    int64_t resize_every; /* us: least time between a change of an elastic job's size and its growth */
    /* Elastic jobs: how much faster than as asked for a job runs on so many cards; NULL: in proportion. */
    double (*speed)(const void *context, const struct job *job, int32_t cards);
    const void *speed_context;
    uint64_t salt; /* of random placement */
};

/* Backfilling by name: none, easy, conservative, hold, hold-backfill; -1 when unknown. */
int scheduler_depth_named(const char *name);
const char *scheduler_depth_name(int depth);
const char *scheduler_depth_summary(int depth); /* NULL beyond the last */

/* True when some job may start before the head of the queue, by what is planned. */
bool scheduler_depth_passes(int depth);

/* Preemption by name: none, priority, slice; -1 when unknown. */
int scheduler_preempt_named(const char *name);
const char *scheduler_preempt_name(int rule);
const char *scheduler_preempt_summary(int rule); /* NULL beyond the last */

struct victim;
struct outside;

/* An elastic job whose number of cards changed in a pass. */
struct scheduler_resize {
    int64_t old_started; /* us: when the stretch that ends now began */
    int32_t job;
    int32_t old_cards, new_cards;
};

/* The filter under which backfilling found nobody, and who has come since. */
struct scheduler_barren {
    bool known;
    struct ordered_filter filter;
    int32_t newcomers[SCHEDULER_NEWCOMERS];
    int32_t newcomer_count;
};

struct scheduler {
    struct scheduler_config config;
    struct job_table *jobs;
    struct arena *arena;
    struct nodes free_now;
    struct tenants tenants;
    struct queue queue;
    struct ordered running; /* by planned end */
    int64_t running_cards;
    int32_t running_count;
    int64_t starts;      /* so far */
    int64_t pass_starts; /* before this pass */
    bool preempts;       /* running jobs may be stopped for others */
    bool wakes;          /* passes may be wanted at times of the scheduler's own */
    struct scheduler_barren barren;
    bool keeps_running;             /* false: nobody asks for `running`, so it stays empty */
    struct reservation reservation; /* SCHEDULER_EASY */
    struct promises promises;       /* SCHEDULER_CONSERVATIVE */
    struct hold hold;               /* SCHEDULER_HOLD, SCHEDULER_HOLD_BACKFILL */
    struct profile profile;         /* scratch of planner.h */
    struct advance advance;
    struct nodes spare; /* a view for what-if questions by node */
    /* results of the last pass */
    int32_t *started;
    int32_t started_count, started_capacity;
    int32_t *stops; /* jobs to be stopped */
    int32_t stop_count, stop_capacity;
    int32_t stops_for; /* the waiting job for which they are */
    bool awaits;       /* the head waits for jobs that are being stopped for it (preempt.h) */
    struct scheduler_resize *resized;
    int32_t resized_count, resized_capacity;
    int32_t *elastic; /* running elastic jobs */
    int32_t elastic_count, elastic_capacity;
    struct victim *victims; /* scratch of preempt.h */
    int32_t victim_capacity;
    struct outside *outside[2]; /* order and candidates where they come from outside (outside.h) */
    char problem[512];          /* a policy from outside misbehaved: what it did; nothing starts any more */
    int64_t problem_job;        /* number of the job concerned, -1: none */
};

/* nodes 0 is allowed when placement counts; cards then come by scheduler_add_cards. */
void scheduler_init(struct scheduler *scheduler, const struct scheduler_config *config,
                    struct job_table *jobs, struct arena *arena, int32_t nodes, int32_t cards_per_node);

/* No more passes: policies from outside let go of what they hold. */
void scheduler_end(struct scheduler *scheduler);

/* Cards that join or leave when placement counts. */
void scheduler_add_cards(struct scheduler *scheduler, int64_t cards);

/* A whole node joins (its cards become free) or leaves; a leaving node must be free of jobs. */
void scheduler_node_up(struct scheduler *scheduler, int32_t node);
void scheduler_node_down(struct scheduler *scheduler, int32_t node);

/* Puts a job into the queue at `now`; job->planned and job->cards (an elastic job's least) hold. */
void scheduler_submit(struct scheduler *scheduler, int32_t job, int64_t now);

/*
 * One pass at `now`. Started jobs are in scheduler->started[0 .. return value - 1]; their started, state,
 * cards and parts are set, start too when it is the first. Elastic jobs that changed are in `resized`
 * (started = now, planned = what is left of the plan); running jobs that must be stopped are in `stops`: the
 * world stops them, now or after their checkpoint, gives them back by scheduler_release and asks for another
 * pass. When `problem` is not empty the run must end.
 */
int32_t scheduler_pass(struct scheduler *scheduler, int64_t now);

/*
 * The next time at which a pass is wanted although nothing else may happen then: a slot under conservative
 * backfilling, the end of a time slice, cards set aside that become free. CLOCK_NEVER when there is none.
 */
int64_t scheduler_wake(const struct scheduler *scheduler, int64_t now);

/* A running job ends, is interrupted or stopped at `now`: its cards are free again. */
void scheduler_release(struct scheduler *scheduler, int32_t job, int64_t now);

/* One job is picked and held until it fits (hold.h). */
static inline bool scheduler_holds(const struct scheduler *scheduler)
{
    return scheduler->config.depth == SCHEDULER_HOLD || scheduler->config.depth == SCHEDULER_HOLD_BACKFILL;
}

/* Cards of the machine that are up: free or under jobs. */
static inline int64_t scheduler_machine(const struct scheduler *scheduler)
{
    return scheduler->free_now.free_cards + scheduler->running_cards;
}

/* A job of `stops` goes on until `end` to write its checkpoint; then the world releases it. */
void scheduler_stopping(struct scheduler *scheduler, int32_t job, int64_t end);

/*
 * Announces cards set aside in [from, to) (advance.h); by node, among the first `nodes`. Returns the window's
 * id.
 */
int32_t scheduler_set_aside(struct scheduler *scheduler, int64_t from, int64_t to, int64_t cards,
                            int32_t nodes);

/* The window begins, and is the world's from now on, or is called off. */
void scheduler_end_aside(struct scheduler *scheduler, int32_t id);

/* For the parts of the scheduler (planner, hold, elastic). Moves a job from the queue to cards of the view.
 */
void scheduler_start(struct scheduler *scheduler, int32_t job, const struct nodes *view, int64_t now);

#endif
