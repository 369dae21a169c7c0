/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scheduler_run_case: the state of the little world of scheduler_case.h, how jobs enter and leave the queue,
 * and the account. */
#ifndef TENK_TESTS_SCHEDULER_SCHEDULER_RUN_CASE_H
#define TENK_TESTS_SCHEDULER_SCHEDULER_RUN_CASE_H

#include "scheduler_work_case.h"

#include "scheduler/elastic.h"
#include "scheduler/scheduler.h"

enum case_state { CASE_WAITING = 1, CASE_RUNNING, CASE_WRITING, CASE_ENDED };
enum { CASE_STOPS = 20000 };

struct case_stop {
    int64_t at;
    int victim, head; /* jobs */
};

struct case_run {
    const struct case_work *work;
    struct scheduler_config config;
    struct arena arena;
    struct job_table table;
    struct scheduler scheduler;
    /* checks of a test; each may be NULL */
    void (*before_pass)(struct case_run *run);
    void (*on_start)(struct case_run *run, int job); /* before the account is changed */
    void (*after_pass)(struct case_run *run);
    void (*naive)(struct case_run *run); /* takes the scheduler's place: by count, nothing is ever stopped */
    int state[CASE_JOBS];
    int32_t index[CASE_JOBS];    /* in the table; orders are positions in the workload */
    bool gone[CASE_JOBS];        /* event passes: its cards are free though its end is not handled yet */
    int64_t left[CASE_JOBS];     /* card-us of work */
    int64_t start[CASE_JOBS];    /* of the latest stretch; -1 */
    int64_t end[CASE_JOBS];      /* of the stretch, or of writing */
    int64_t stopped[CASE_JOBS];  /* when it was stopped last; -1 */
    int stopped_then[CASE_JOBS]; /* times at that instant */
    int64_t wrote[CASE_JOBS];    /* us of writing in this stretch */
    uint64_t places[CASE_JOBS];  /* a hash of times, nodes and cards */
    int32_t window_id[CASE_WINDOWS], window_first[CASE_WINDOWS], window_nodes[CASE_WINDOWS];
    bool window_open[CASE_WINDOWS], window_done[CASE_WINDOWS];
    bool down[CASE_NODES];
    int64_t down_cards; /* by count */
    struct case_stop stops[CASE_STOPS];
    int stop_count;
    int resizes;
    int arrived;
    int64_t now, wake;
};

static inline struct job *case_job(const struct case_run *run, int i)
{
    return job_at(&run->table, run->index[i]);
}

static inline bool case_holds_cards(const struct case_run *run, int i)
{
    return (run->state[i] == CASE_RUNNING || run->state[i] == CASE_WRITING) && !run->gone[i];
}

static inline bool case_holds(const struct case_run *run)
{
    return run->config.depth == SCHEDULER_HOLD || run->config.depth == SCHEDULER_HOLD_BACKFILL;
}

static inline int64_t case_machine(const struct case_run *run)
{
    int64_t cards = run->work->cards - run->down_cards;
    for (int32_t n = 0; n < run->work->nodes; n++)
        cards -= run->down[n] ? run->work->per_node : 0;
    return cards;
}

static inline void case_open(struct case_run *run, const struct case_work *work,
                             const struct scheduler_config *config)
{
    struct arena kept = run->arena; /* blocks of the run before */
    memset(run, 0, sizeof *run);
    run->arena = kept;
    arena_reset(&run->arena);
    run->work = work;
    run->config = *config;
    run->config.tenant_count = work->tenant_count;
    run->config.tenants = work->tenant_count ? work->terms : NULL;
    run->now = -1;
    for (int i = 0; i < CASE_JOBS; i++)
        run->start[i] = run->end[i] = run->stopped[i] = -1;
    for (int w = 0; w < CASE_WINDOWS; w++)
        run->window_id[w] = -1;
    job_table_init(&run->table, &run->arena, true);
    scheduler_init(&run->scheduler, &run->config, &run->table, &run->arena, work->nodes, work->per_node);
    if (config->place->by_node)
        for (int32_t node = 0; node < work->nodes; node++)
            scheduler_node_up(&run->scheduler, node);
    else
        scheduler_add_cards(&run->scheduler, work->cards);
}

/* What is left, planned by the same factor as the whole. */
static inline int64_t case_plan(const struct case_run *run, int i)
{
    const struct case_spec *spec = &run->work->jobs[i];
    if (spec->planned == CLOCK_NEVER || (!spec->run && spec->least == spec->cards))
        return spec->planned;
    if (!spec->run)
        return (spec->planned * spec->cards + spec->least - 1) / spec->least;
    int64_t whole = spec->run * spec->least;
    return (run->left[i] * spec->planned + whole - 1) / whole;
}

static inline void case_enqueue(struct case_run *run, int i)
{
    const struct case_spec *spec = &run->work->jobs[i];
    bool first = !run->state[i];
    if (first) {
        run->index[i] = job_create(&run->table);
        run->left[i] = spec->run * spec->cards;
    }
    struct job *job = case_job(run, i);
    if (first) {
        job->order = i;
        job->submit = spec->submit;
        job->work = spec->run;
        job->tenant = spec->tenant;
        job->priority = spec->priority;
        job->detail->wanted = spec->cards;
        job->detail->least = spec->least;
        job->detail->most = spec->most;
    } else {
        job->detail->restarts++;
        job->detail->done = spec->run - run->left[i] / spec->cards;
    }
    job->cards = spec->least;
    job->planned = case_plan(run, i);
    if (job->planned < job->detail->plan_left)
        job->planned = job->detail->plan_left;
    job->detail->ready = run->now;
    job->end = CLOCK_NEVER;
    job->state = JOB_QUEUED;
    run->state[i] = CASE_WAITING;
    if (!run->naive)
        scheduler_submit(&run->scheduler, run->index[i], run->now);
}

/* Everything that the scheduler keeps in its books, made anew. */
static inline void case_audit(const struct case_run *run)
{
    const struct scheduler *scheduler = &run->scheduler;
    const struct case_work *work = run->work;
    int64_t held = 0, usage[CASE_TENANTS] = {0};
    int32_t used[CASE_NODES] = {0}, jobs = 0;
    for (int i = 0; i < work->count; i++) {
        if (!case_holds_cards(run, i))
            continue;
        const struct job *job = case_job(run, i);
        assert_true(job->cards >= work->jobs[i].least && job->cards <= work->jobs[i].most);
        held += job->cards;
        usage[job->tenant] += job->cards;
        jobs++;
        int32_t sum = 0;
        for (int32_t p = 0; run->config.place->by_node && p < job->part_count; p++) {
            assert_in_range(job->parts[p].node, 0, work->nodes - 1);
            assert_true(job->parts[p].cards > 0);
            used[job->parts[p].node] += job->parts[p].cards;
            sum += job->parts[p].cards;
        }
        assert_true(!run->config.place->by_node || sum == job->cards);
    }
    assert_int_equal(scheduler->running_cards, held);
    assert_int_equal(scheduler->running_count, jobs);
    assert_int_equal(scheduler->free_now.free_cards, case_machine(run) - held);
    assert_true(held <= case_machine(run));
    for (int32_t n = 0; run->config.place->by_node && n < work->nodes; n++) {
        assert_true(!run->down[n] || !used[n]);
        assert_int_equal(scheduler->free_now.free[n], run->down[n] ? 0 : work->per_node - used[n]);
    }
    for (int32_t t = 0; t < work->tenant_count; t++) {
        if (scheduler->queue.apart)
            assert_int_equal(scheduler->tenants.tenants[t].usage, usage[t]);
        assert_true(usage[t] <= work->terms[t].limit);
    }
}

/* Settles the work of a stretch that ends now. */
static inline void case_settle(struct case_run *run, int i, int64_t started, int32_t cards)
{
    run->left[i] -= (run->now - started - run->wrote[i]) * cards;
    run->left[i] = run->left[i] < 0 ? 0 : run->left[i];
    run->wrote[i] = 0;
}

static inline void case_plan_end(struct case_run *run, int i)
{
    struct job *job = case_job(run, i);
    run->end[i] = job->end = run->now + (run->left[i] + job->cards - 1) / job->cards;
    for (int32_t p = 0; run->config.place->by_node && p < job->part_count; p++)
        run->places[i] =
            run->places[i] * 1000003 + (uint64_t)job->parts[p].node * 64 + (uint64_t)job->parts[p].cards;
    run->places[i] = run->places[i] * 1000003 + (uint64_t)run->now * 977 + (uint64_t)job->cards;
}

/* Back into the queue at once; a job that writes first is brought here when it has. */
static inline void case_stop(struct case_run *run, int i)
{
    const struct job *job = case_job(run, i);
    case_settle(run, i, job->started, job->cards);
    scheduler_release(&run->scheduler, run->index[i], run->now);
    case_enqueue(run, i);
}

#endif
