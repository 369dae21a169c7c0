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

#include "scheduler_windows_case.h"

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
        assert_true(elastic_is(job) && job->started == run->now &&
                    (change->old_cards != change->new_cards || change->old_started == run->now));
        case_settle(run, (int)job->order, change->old_started, change->old_cards);
        case_plan_end(run, (int)job->order);
        run->resizes++;
    }
}

/*
 * How often a job may be stopped in an instant: once, but where the order of the queue puts it before more
 * urgent jobs (which a scenario is warned of) or a slot comes that is its own: once for each priority then;
 * and whose slice is over may start again as a borrower, for an entitled job to stop. Elastic jobs
 * change what their tenants are entitled to, and what they have left, with their size.
 */
static inline int case_most_stops(const struct case_run *run)
{
    bool by_priority = run->config.preempt == PREEMPT_PRIORITY;
    bool urgent_first = !strcmp(run->config.order->name, "priority");
    bool elastic = false;
    for (int i = 0; i < run->work->count; i++)
        elastic |= run->work->jobs[i].least < run->work->jobs[i].most;
    if (!by_priority || (urgent_first && run->config.depth != SCHEDULER_CONSERVATIVE))
        return elastic || (run->config.reclaim && run->config.preempt == PREEMPT_SLICE) ? 2 : 1;
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
        int head = (int)job_at(&run->table, run->scheduler.stops_for)->order;
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
    for (int i = 0; i < run->work->count; i++)
        run->stopped[i] =
            -1; /* jobs of no length end in an instant of their own, which may have the same time */
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
    if (!event || run->wake == run->now)
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
    int64_t wake = run->wake = run->naive ? CLOCK_NEVER : scheduler_wake(&run->scheduler, run->now);
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
