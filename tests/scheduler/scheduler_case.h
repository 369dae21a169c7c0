/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scheduler_case: a little world that drives the scheduler through small random workloads.
 *
 * It plays what the real world does: jobs arrive, end, are resized, write checkpoints and come back into the
 * queue; cards that were set aside go and return. Progress is card-time; times are small whole numbers, so
 * that many things happen at once. After every pass the account is made anew from the jobs and held against
 * the scheduler's (case_audit). A test adds checks of its own by the three calls in struct case_run.
 */
#ifndef TENK_TESTS_SCHEDULER_SCHEDULER_CASE_H
#define TENK_TESTS_SCHEDULER_SCHEDULER_CASE_H

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
    int64_t now;
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

static inline void case_complete(struct case_run *run, int i)
{
    run->left[i] = 0;
    run->wrote[i] = 0;
    run->state[i] = CASE_ENDED;
    if (!run->naive)
        scheduler_release(&run->scheduler, run->index[i], run->now);
    job_release(&run->table, run->index[i]);
}

static inline void case_started(struct case_run *run)
{
    for (int32_t s = 0; s < run->scheduler.started_count; s++) {
        struct job *job = job_at(&run->table, run->scheduler.started[s]);
        int i = (int)job->order;
        assert_int_equal(run->state[i], CASE_WAITING);
        assert_int_equal(job->state, JOB_RUNNING);
        assert_true(job->started == run->now && job->start <= run->now && job->detail->since == run->now);
        assert_false(job->claims);
        if (run->on_start)
            run->on_start(run, i);
        run->state[i] = CASE_RUNNING;
        run->start[i] = run->now;
        case_plan_end(run, i);
    }
    for (int32_t r = 0; r < run->scheduler.resized_count; r++) {
        const struct scheduler_resize *change = &run->scheduler.resized[r];
        const struct job *job = job_at(&run->table, change->job);
        assert_true(elastic_is(job) && job->started == run->now && change->old_cards != change->new_cards);
        case_settle(run, (int)job->order, change->old_started, change->old_cards);
        case_plan_end(run, (int)job->order);
        run->resizes++;
    }
}

/*
 * How often a job may be stopped in an instant: once, but where the order of the queue puts it before more
 * urgent jobs (which a scenario is warned of) or a slot comes that is its own: once for each priority then;
 * and whose slice is over may start again as a borrower, for an entitled job to stop.
 */
static inline int case_most_stops(const struct case_run *run)
{
    bool by_priority = run->config.preempt == PREEMPT_PRIORITY;
    bool urgent_first = !strcmp(run->config.order->name, "priority");
    if (!by_priority || (urgent_first && run->config.depth != SCHEDULER_CONSERVATIVE))
        return run->config.preempt == PREEMPT_SLICE && run->config.reclaim ? 2 : 1;
    return run->config.reclaim ? 8 : 4;
}

/* Stops what is to be stopped; true when another pass is due. */
static inline bool case_stops(struct case_run *run)
{
    bool any = false;
    for (int32_t s = 0; s < run->scheduler.stop_count; s++) {
        struct job *job = job_at(&run->table, run->scheduler.stops[s]);
        int i = (int)job->order;
        assert_int_equal(run->state[i], CASE_RUNNING);
        assert_true(run->stop_count < CASE_STOPS);
        int head = (int)job_at(&run->table, job->detail->stopped_for)->order;
        run->stops[run->stop_count++] = (struct case_stop){run->now, i, head};
        if (run->end[i] <= run->now + run->work->writing)
            continue; /* over as soon as a checkpoint would be written */
        run->stopped_then[i] = run->stopped[i] == run->now ? run->stopped_then[i] + 1 : 1;
        run->stopped[i] = run->now;
        if (run->stopped_then[i] > case_most_stops(run))
            fail_msg("job %d is stopped %d times at %lld", i, run->stopped_then[i], (long long)run->now);
        if (!run->work->writing) {
            case_stop(run, i);
            any = true;
            continue;
        }
        run->wrote[i] = run->work->writing;
        any = true;
        run->end[i] = job->end = run->now + run->work->writing;
        run->state[i] = CASE_WRITING;
        scheduler_stopping(&run->scheduler, run->index[i], run->end[i]);
    }
    return any;
}

/*
 * Before an event pass: the jobs whose planned and actual end have come are gone. While a job is held, ends
 * of one instant may be handled in another order than this file's, so any of them may be gone.
 */
static inline void case_note_gone(struct case_run *run)
{
    for (int i = 0; run->config.event_pass && i < run->work->count; i++)
        if (run->state[i] == CASE_RUNNING && run->end[i] <= run->now &&
            (case_holds(run) || job_plan_end(case_job(run, i)) <= run->now))
            run->gone[i] = true;
}

static inline void case_pass(struct case_run *run)
{
    bool again;
    do {
        case_note_gone(run);
        if (run->naive) {
            run->naive(run);
            return;
        }
        if (run->before_pass)
            run->before_pass(run);
        scheduler_pass(&run->scheduler, run->now);
        case_started(run);
        if (!run->config.event_pass)
            case_audit(run);
        if (run->after_pass)
            run->after_pass(run);
        again = case_stops(run);
    } while (again);
}

/* When the last of the windows that last while this one begins was announced; by node each has nodes of its
 * own. */
static inline int64_t case_known(const struct case_run *run, const struct case_window *window)
{
    int64_t known = window->known;
    for (int w = 0; !run->config.place->by_node && w < run->work->window_count; w++)
        if (run->window_open[w] && run->work->windows[w].known > known)
            known = run->work->windows[w].known;
    return known;
}

/* 0: runs past its plan; 1: began before the window was known, or may have shrunk since; 2: neither. */
static inline int case_blame(const struct case_run *run, int i, const struct case_window *window)
{
    const struct job *job = case_job(run, i);
    if (job_plan_end(job) <= run->now || run->state[i] == CASE_WRITING)
        return 0;
    return run->start[i] < case_known(run, window) || elastic_is(job) ? 1 : 2;
}

static inline bool case_stands_in(const struct case_run *run, int i, int w)
{
    const struct job *job = case_job(run, i);
    bool hit =
        !run->config.place->by_node && run->scheduler.free_now.free_cards < run->work->windows[w].cards;
    for (int32_t p = 0; run->config.place->by_node && p < job->part_count; p++)
        hit |= job->parts[p].node >= run->window_first[w] &&
               job->parts[p].node < run->window_first[w] + run->window_nodes[w];
    return hit;
}

/* A window begins: whoever still runs on its cards is stopped, then they go. */
static inline void case_window_begin(struct case_run *run, int w)
{
    const struct case_window *window = &run->work->windows[w];
    const struct advance_window *aside = advance_find(&run->scheduler.advance, run->window_id[w]);
    assert_non_null(aside);
    run->window_first[w] = aside->first_node;
    run->window_nodes[w] = aside->node_count;
    scheduler_end_aside(&run->scheduler, run->window_id[w]);
    run->window_open[w] = true;
    bool by_node = run->config.place->by_node;
    for (int blame = 0; blame < 3; blame++) /* by count, who is to blame is stopped first */
        for (int i = 0; i < run->work->count; i++)
            if (case_holds_cards(run, i) && case_blame(run, i, window) <= blame &&
                case_stands_in(run, i, w)) {
                if (case_blame(run, i, window) == 2)
                    fail_msg("job %d, started at %lld and planned until %lld, stands in window %d", i,
                             (long long)run->start[i], (long long)job_plan_end(case_job(run, i)), w);
                case_stop(run, i);
            }
    for (int32_t n = 0; by_node && n < run->window_nodes[w]; n++) {
        scheduler_node_down(&run->scheduler, run->window_first[w] + n);
        run->down[run->window_first[w] + n] = true;
    }
    if (!by_node) {
        assert_true(run->scheduler.free_now.free_cards >= window->cards);
        scheduler_add_cards(&run->scheduler, -window->cards);
        run->down_cards += window->cards;
    }
}

static inline void case_window_end(struct case_run *run, int w)
{
    run->window_open[w] = false;
    run->window_done[w] = true;
    for (int32_t n = 0; run->config.place->by_node && n < run->window_nodes[w]; n++) {
        run->down[run->window_first[w] + n] = false;
        scheduler_node_up(&run->scheduler, run->window_first[w] + n);
    }
    if (!run->config.place->by_node) {
        run->down_cards -= run->work->windows[w].cards;
        scheduler_add_cards(&run->scheduler, run->work->windows[w].cards);
    }
}

static inline void case_windows(struct case_run *run)
{
    for (int w = 0; w < run->work->window_count; w++)
        if (run->window_open[w] && run->work->windows[w].to == run->now)
            case_window_end(run, w);
    for (int w = 0; w < run->work->window_count; w++) {
        const struct case_window *window = &run->work->windows[w];
        if (window->known == run->now && run->window_id[w] < 0)
            run->window_id[w] = scheduler_set_aside(&run->scheduler, window->from, window->to, window->cards,
                                                    run->work->nodes);
        if (window->from == run->now && !run->window_open[w] && !run->window_done[w])
            case_window_begin(run, w);
    }
}

/* The next job whose stretch ends now, in order of submission; -1 when none does. */
static inline int case_ending(const struct case_run *run)
{
    for (int i = 0; i < run->work->count; i++)
        if ((run->state[i] == CASE_RUNNING || run->state[i] == CASE_WRITING) && run->end[i] <= run->now)
            return i;
    return -1;
}

/* Everything of one instant. In event passes arrivals come first, and each event is followed by a pass. */
static inline void case_instant(struct case_run *run)
{
    bool event = run->config.event_pass;
    for (int i; !event && (i = case_ending(run)) >= 0;) {
        if (run->state[i] == CASE_WRITING)
            case_stop(run, i);
        else
            case_complete(run, i);
    }
    case_windows(run);
    while (run->arrived < run->work->count && run->work->jobs[run->arrived].submit == run->now) {
        case_enqueue(run, run->arrived++);
        if (event)
            case_pass(run);
    }
    for (int i; event && (i = case_ending(run)) >= 0;) {
        case_complete(run, i);
        case_pass(run);
    }
    if (!event)
        case_pass(run);
}

static inline int64_t case_next(struct case_run *run)
{
    const struct case_work *work = run->work;
    int64_t now = run->arrived < work->count ? work->jobs[run->arrived].submit : CLOCK_NEVER;
    for (int i = 0; i < work->count; i++)
        if ((run->state[i] == CASE_RUNNING || run->state[i] == CASE_WRITING) && run->end[i] < now)
            now = run->end[i];
    for (int w = 0; w < work->window_count; w++) {
        const int64_t times[] = {work->windows[w].known, work->windows[w].from, work->windows[w].to};
        for (int t = 0; t < 3; t++)
            if (times[t] > run->now && times[t] < now)
                now = times[t];
    }
    int64_t wake = run->naive ? CLOCK_NEVER : scheduler_wake(&run->scheduler, run->now);
    /* not later than now: due, but its cards are scattered */
    return wake > run->now && wake < now ? wake : now;
}

/* Until nothing happens any more. What fits the machine has then ended. */
static inline void case_simulate(struct case_run *run)
{
    int64_t next;
    while ((next = case_next(run)) < CLOCK_NEVER) {
        if (next > 1000000)
            fail_msg("still at it at %lld", (long long)next);
        run->now = next;
        case_instant(run);
    }
    bool passes = scheduler_depth_passes(run->config.depth) && !run->config.examine;
    for (int i = 0; i < run->work->count; i++) {
        if (!case_fits(run->work, i))
            assert_int_equal(run->state[i], CASE_WAITING);
        else if (!run->work->oversized || passes) /* in order, an oversized head blocks for good */
            assert_int_equal(run->state[i], CASE_ENDED);
    }
}

#endif
