/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_run: stretches of running: a job starts, changes its size, is stopped, interrupted or ends; and what
 * became of the card-time. */
#include "engine/clock.h"
#include "world/world_internal.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void note_first_start(struct world_site *site, struct job *job)
{
    int64_t wait = job->start - job->submit;
    struct world_tally *tallies[WORLD_TALLIES];
    int count = world_tallies(site, job, tallies);
    for (int i = 0; i < count; i++) {
        tallies[i]->started++;
        tallies[i]->wait += wait;
        tallies[i]->wait_max = later(tallies[i]->wait_max, wait);
    }
    if (site->wait_count == chunks_capacity(&site->waits))
        chunks_extend_raw(&site->waits);
    job->wait_index = (int32_t)site->wait_count;
    struct world_wait *record = chunks_at(&site->waits, site->wait_count++);
    *record = (struct world_wait){.wait = wait,
                                  .slowdown = -1,
                                  .cards = job->detail ? job->detail->wanted : job->cards,
                                  .class_index = job->class_index,
                                  .tenant = (int16_t)job->tenant};
}

/* The end of the stretch that begins now enters the calendar. */
void world_plan_end(struct world *world, struct world_site *site, int32_t index, struct job *job)
{
    struct checkpoint_costs costs = world_stretch_costs(job);
    job->end = world->now + checkpoint_length(&costs, world_computing_left(job));
    bool event_pass = site->plan->scheduler.event_pass;
    /* ends of one instant come in the order of the starts, as PYSS takes them */
    job->end_event = calendar_push(
        &world->calendar, job->end, event_pass ? CLASS_CHANGES : CLASS_ENDS, 0,
        (struct calendar_event){.kind = EVENT_JOB_END, .subject = index, .detail = site->index});
}

/* Cards that the job asked for in the queue: an elastic one may have been given more. */
static int32_t queued_cards(const struct job *job)
{
    const struct job_detail *detail = job->detail;
    return detail ? detail->least - detail->standby_asked + detail->standby : job->cards;
}

/* It waited for cards after a failure or a stop. */
static void note_requeued(struct world_site *site, const struct job *job, int64_t wait)
{
    struct world_tally *tallies[WORLD_TALLIES];
    int count = world_tallies(site, job, tallies);
    for (int i = 0; i < count; i++)
        tallies[i]->account.requeued += (int128)wait * job->detail->wanted;
}

static void begin(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    if (site->held_by)
        world_hold_nodes(site, index, true);
    if (job->detail) {
        job->detail->in_place = false;
        job->detail->standby_from = world->now;
        if (job_restarts(job))
            note_requeued(site, job, world->now - job->detail->ready);
    }
    world_set_speed(world, site, job);
    world_count_running(site, job);
    site->queue_stays += world->now - job_ready(job);
    if (job->detail)
        job->detail->queued += world->now - job->detail->ready;
    timeweight_add(&site->queued_jobs, world->now, -1);
    timeweight_add(&site->queued_cards, world->now, -queued_cards(job));
    timeweight_add(&site->busy, world->now, job->cards);
    if (site->waiting_sizes)
        site->waiting_sizes[world_size_index(site, job)]--;
    if (job->detail)
        site->queued_area -= job->detail->area;
    if (job->start == world->now && job_restarts(job) == 0)
        note_first_start(site, job);
    world_fix_costs(site, job);
    world_plan_end(world, site, index, job);
}

/* Keeps when and on which cards the job ran, for who draws it. */
static void keep_stretch(struct world *world, const struct job *job)
{
    struct world_job_outcome *outcome = &world->request->outcomes[job->order];
    struct world_stretch *stretch = arena_alloc(world->arena, 1, sizeof *stretch);
    *stretch = (struct world_stretch){
        .before = outcome->stretches, .from = job->started, .to = world->now, .cards = job->cards};
    if (job->part_count) {
        size_t count = (size_t)job->part_count;
        stretch->parts = arena_grow(world->arena, job->parts, count, count, sizeof *job->parts);
        stretch->part_count = job->part_count;
    }
    outcome->stretches = stretch;
}

void world_leave_cards(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    if (world->request->outcomes && world->request->want_stretches)
        keep_stretch(world, job);
    world_uncount_running(site, job);
    world_count_writer(site, job, false);
    if (site->held_by)
        world_hold_nodes(site, index, false);
    scheduler_release(&site->scheduler, index, world->now);
    timeweight_add(&site->busy, world->now, -job->cards);
    timeweight_set(&site->idle, world->now, site->scheduler.free_now.free_cards);
    world_touch(world, site);
}

void world_job_end(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    int64_t left = job->work - job_done(job);
    int64_t worked = world_settle(world, site, job, job->cards, WORLD_KEPT);
    assert(worked == left);
    (void)left, (void)worked;
    world_leave_cards(world, site, index);
    job->state = JOB_COMPLETED;
    if (job->detail && job->detail->home != site->plan->lead)
        site->foreign_cards -= job->detail->wanted;
    site->last_end = world->now;
    /* the run is the time on cards: what a preempted job waits in between is not part of it */
    int64_t stay = world->now - job->submit;
    int64_t queued = job->detail ? job->detail->queued : job->start - job->submit;
    int64_t run = stay - queued;
    double slowdown = (double)stay / (double)later(run, 10 * CLOCK_SECOND);
    slowdown = slowdown > 1 ? slowdown : 1;
    ((struct world_wait *)chunks_at(&site->waits, job->wait_index))->slowdown = (float)slowdown;
    struct world_tally *tallies[WORLD_TALLIES];
    int count = world_tallies(site, job, tallies);
    for (int i = 0; i < count; i++) {
        tallies[i]->completed++;
        tallies[i]->queued += queued;
        accumulator_add(&tallies[i]->slowdown, slowdown);
    }
    if (world->request->outcomes) {
        struct world_job_outcome *outcome = &world->request->outcomes[job->order];
        outcome->start = job->start;
        outcome->end = world->now;
        outcome->queued = queued;
        outcome->restarts = job_restarts(job);
    }
    world_row_job(world, site, job, "completed");
    if (job->detail && job->detail->risk) {
        if (job->detail->risk->found_at >= 0)
            site->causes[job->detail->risk->cause].spoilt++;
        world_release_risk(world, job);
    }
    job_release(&site->jobs, index);
}

/* A job that the scheduler wants to give way: it writes a checkpoint first, unless it ends before. */
static void ask_to_stop(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    int64_t cost = job->detail->saves ? world_stop_cost(job) : 0;
    if (job->end <= world->now + cost)
        return; /* over as soon as a checkpoint would be written */
    if (!cost) {
        world_stop(world, site, index);
        return;
    }
    calendar_cancel(&world->calendar, job->end_event);
    job->end = world->now + cost;
    scheduler_stopping(&site->scheduler, index, job->end);
    job->end_event = calendar_push(
        &world->calendar, job->end, CLASS_ENDS, 0,
        (struct calendar_event){.kind = EVENT_JOB_STOPPED, .subject = index, .detail = site->index});
}

/* An elastic job goes on with another number of cards: a new stretch, which begins with a restart. */
static void resized(struct world *world, struct world_site *site, const struct scheduler_resize *change)
{
    struct job *job = job_at(&site->jobs, change->job);
    calendar_cancel(&world->calendar, job->end_event);
    job->started = change->old_started;
    world_settle(world, site, job, change->old_cards, WORLD_KEPT);
    if (site->held_by)
        world_hold_nodes(site, change->job, true);
    job->started = world->now;
    timeweight_add(&site->busy, world->now, change->new_cards - change->old_cards);
    job->detail->restarts += change->old_started < world->now;
    site->resizes++;
    world_set_speed(world, site, job);
    world_uncount_running(site, job);
    world_count_running(site, job);
    world_fix_costs(site, job);
    world_plan_end(world, site, change->job, job);
}

/* A pass may be wanted when nothing else happens: a slot that comes, a time slice that is over. */
static void wake_later(struct world *world, struct world_site *site)
{
    if (!site->scheduler.wakes && !site->scheduler.elastic_count)
        return;
    int64_t wake = scheduler_wake(&site->scheduler, world->now);
    if (wake <= world->now || wake >= world->plan->horizon || wake == site->wake_at)
        return;
    site->wake_at = wake;
    calendar_push(&world->calendar, wake, CLASS_PASS, 0,
                  (struct calendar_event){.kind = EVENT_WAKE, .detail = site->index});
}

/* A policy from outside misbehaved. The job gets the name under which its user knows it. */
static void blame_policy(struct world *world, const struct world_site *site)
{
    const struct scheduler *scheduler = &site->scheduler;
    struct world_result *result = world->result;
    if (result->problem[0])
        return;
    result->by_policy = true;
    char trace_id[64] = "";
    if (world->plan->trace_jobs && scheduler->problem_job >= 0)
        snprintf(trace_id, sizeof trace_id, "; the trace calls the job %lld",
                 (long long)world->plan->trace_jobs[scheduler->problem_job].id);
    snprintf(result->problem, sizeof result->problem, "replication %u, site %.100s: %s%s",
             (unsigned)world->request->replication, site->plan->name, scheduler->problem, trace_id);
}

void world_pass(struct world *world, struct world_site *site)
{
    struct scheduler *scheduler = &site->scheduler;
    bool again;
    do {
        int32_t started = scheduler_pass(scheduler, world->now);
        for (int32_t i = 0; i < started; i++)
            begin(world, site, scheduler->started[i]);
        for (int32_t i = 0; i < scheduler->resized_count; i++)
            resized(world, site, &scheduler->resized[i]);
        again = false;
        for (int32_t i = 0; i < scheduler->stop_count; i++) {
            ask_to_stop(world, site, scheduler->stops[i]);
            again |= job_at(&site->jobs, scheduler->stops[i])->state != JOB_RUNNING;
        }
        if (started || scheduler->resized_count || scheduler->stop_count)
            timeweight_set(&site->idle, world->now, scheduler->free_now.free_cards);
    } while (again);
    if (scheduler->problem[0])
        blame_policy(world, site);
    if (site->plan->risks->pool_serves && site->pool_nodes)
        world_call_spares(world, site);
    if (site->waiting_sizes)
        timeweight_set(&site->fragmented, world->now, world_fragmented(site));
    wake_later(world, site);
}

void world_close_jobs(struct world *world, struct world_site *site)
{
    for (int32_t index = 0; index < site->jobs.used; index++) {
        struct job *job = job_at(&site->jobs, index);
        if (!job->alive)
            continue;
        const char *state = "queued";
        int64_t left = job->work - job_done(job);
        if (job_holds_cards(job)) {
            left -= world_settle(world, site, job, job->cards, WORLD_KEPT);
            state = "running";
        } else {
            site->queue_stays += world->now - job_ready(job);
            if (job->start >= 0)
                state = "interrupted"; /* ran before, waits for a restart */
        }
        if (job->start < 0) {
            struct world_tally *tallies[WORLD_TALLIES];
            int count = world_tallies(site, job, tallies);
            for (int i = 0; i < count; i++)
                tallies[i]->waiting += world->now - job->submit;
        }
        site->left += (int128)left * (job->detail ? job->detail->wanted : job->cards);
        world_row_job(world, site, job, state);
    }
}
