/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_jobs: the life of a job, from its arrival to its end, and the account of what it did. */
#include "engine/clock.h"
#include "world/world_internal.h"

#include <assert.h>
#include <math.h>

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Calls on every tally that the job belongs to. */
#define TALLIES(site, job, statement)                                                                        \
    do {                                                                                                     \
        struct world_tally *tallies[3] = {&(site)->tally, &(site)->by_class[(job)->class_index],             \
                                          (job)->cards >= (site)->plan->large_job_cards ? &(site)->large     \
                                                                                        : NULL};             \
        for (int tally_index = 0; tally_index < 3; tally_index++) {                                          \
            struct world_tally *tally = tallies[tally_index];                                                \
            if (tally)                                                                                       \
                statement;                                                                                   \
        }                                                                                                    \
    } while (0)

void world_touch(struct world *world, struct world_site *site)
{
    if (site->touched)
        return;
    site->touched = true;
    world->touched[world->touched_count++] = site->index;
}

static struct checkpoint_costs costs_of(const struct world_site *site, const struct job *job)
{
    return (struct checkpoint_costs){
        .restart = job->restarts ? site->plan->restart : 0,
        .interval = job->interval,
        .cost = site->plan->checkpoint_cost,
    };
}

static void enqueue(struct world *world, struct world_site *site, int32_t index)
{
    const struct job *job = job_at(&site->jobs, index);
    scheduler_submit(&site->scheduler, index);
    timeweight_add(&site->queued_jobs, world->now, 1);
    timeweight_add(&site->queued_cards, world->now, job->cards);
    world_touch(world, site);
}

void world_submit(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    job->order = site->job_count;
    job->submit = world->now;
    job->ready = world->now;
    site->job_count++;
    if (site->first_submit < 0)
        site->first_submit = world->now;
    TALLIES(site, job, tally->submitted++);
    if (job->cards > site->plan->cards) {
        job->state = JOB_NEVER_FITS;
        TALLIES(site, job, tally->never_fit++);
        world_row_job(world, site, job, "never_fits");
        job_release(&site->jobs, index);
        return;
    }
    site->given += (int128)job->work * job->cards;
    enqueue(world, site, index);
}

/* us of computing between the checkpoints of a gang of that size. */
static int64_t interval_of(const struct plan_site *plan, int32_t cards)
{
    if (plan->rule == CHECKPOINT_FIXED)
        return plan->fixed_interval;
    double nodes = ceil((double)cards / plan->cards_per_node);
    return checkpoint_interval(plan->rule, (double)plan->checkpoint_cost,
                               failure_mtbf(&plan->failures, nodes));
}

void world_next_arrival(struct world *world, struct world_site *site, int class_index)
{
    const struct plan_class *class = &site->plan->classes[class_index];
    struct jobclass_draw *draw = &site->next_job[class_index];
    *draw = jobclass_draw(&class->draw, world->plan->seed, world->request->replication, (uint32_t)site->index,
                          (uint32_t)class_index, site->class_jobs[class_index]++);
    int64_t at = arrivals_next(&site->arrivals[class_index], draw->gap, world->plan->horizon);
    if (at != CLOCK_NEVER)
        calendar_push(
            &world->calendar, later(at, world->now), CLASS_ARRIVALS, 0,
            (struct calendar_event){.kind = EVENT_ARRIVAL, .subject = class_index, .detail = site->index});
}

void world_arrival(struct world *world, struct world_site *site, int class_index)
{
    const struct plan_class *class = &site->plan->classes[class_index];
    struct jobclass_draw draw = site->next_job[class_index];
    world_next_arrival(world, site, class_index);
    if (!site->open)
        return; /* the job goes elsewhere; it was drawn all the same, so later jobs stay the same */
    int32_t index = job_create(&site->jobs);
    struct job *job = job_at(&site->jobs, index);
    job->id = site->job_count;
    job->class_index = class_index;
    job->cards = draw.cards;
    job->work = plan_work(site->plan, class, draw.cards, draw.length);
    job->rate = class->rate * speed_scale(&site->plan->scale, draw.cards);
    job->interval = class->checkpoints ? interval_of(site->plan, draw.cards) : 0;
    job->estimate =
        site->plan->estimate_min + draw.estimate * (site->plan->estimate_max - site->plan->estimate_min);
    struct checkpoint_costs costs = costs_of(site, job);
    job->planned = (int64_t)(job->estimate * (double)checkpoint_length(&costs, job->work));
    world_submit(world, site, index);
}

void world_run_due(struct world *world, struct world_site *site, int run)
{
    const struct plan_run *plan = &site->plan->runs[run];
    int32_t index = job_create(&site->jobs);
    struct job *job = job_at(&site->jobs, index);
    job->id = site->job_count;
    job->class_index = site->plan->class_count - 1; /* the class "runs" */
    job->cards = plan->cards;
    job->work = plan->work;
    job->rate = plan->rate;
    job->interval = plan->checkpoints ? interval_of(site->plan, plan->cards) : 0;
    job->estimate = 1;
    struct checkpoint_costs costs = costs_of(site, job);
    job->planned = checkpoint_length(&costs, job->work);
    world_submit(world, site, index);
}

/* Traces are fed one arrival at a time: the calendar stays as small as the machine. */
void world_trace_feed(struct world *world)
{
    const struct plan *plan = world->plan;
    if (world->trace_next == plan->trace_count)
        return;
    bool event_pass = plan->sites[0].scheduler.event_pass;
    const struct trace_job *next = &plan->trace_jobs[world->trace_next];
    calendar_push(&world->calendar, next->submit, event_pass ? CLASS_ENDS : CLASS_ARRIVALS, 0,
                  (struct calendar_event){.kind = EVENT_TRACE, .subject = (int32_t)world->trace_next});
    world->trace_next++;
}

void world_trace_due(struct world *world, int64_t number)
{
    struct world_site *site = &world->sites[0];
    const struct trace_job *from = &world->plan->trace_jobs[number];
    world_trace_feed(world);
    int32_t index = job_create(&site->jobs);
    struct job *job = job_at(&site->jobs, index);
    job->id = from->id;
    job->trace_index = number;
    job->cards = from->cards;
    job->work = from->run;
    job->planned = world->plan->plan_actual ? from->run : from->request >= 0 ? from->request : CLOCK_NEVER;
    if (world->request->outcomes)
        world->request->outcomes[number] = (struct world_job_outcome){.start = -1, .end = -1};
    world_submit(world, site, index);
}

static void note_first_start(struct world *world, struct world_site *site, const struct job *job)
{
    int64_t wait = job->start - job->submit;
    TALLIES(site, job, {
        tally->started++;
        tally->wait += wait;
        tally->wait_max = later(tally->wait_max, wait);
    });
    if (site->wait_count == site->wait_capacity) {
        int64_t capacity = site->wait_capacity ? 2 * site->wait_capacity : 1024;
        site->waits = arena_grow(world->arena, site->waits, (size_t)site->wait_capacity, (size_t)capacity,
                                 sizeof *site->waits);
        site->wait_capacity = capacity;
    }
    site->waits[site->wait_count++] =
        (struct world_wait){.wait = wait, .class_index = job->class_index, .cards = job->cards};
}

/* A slot may come when nothing else does: what bound it may have gone meanwhile. */
static void wake_for_slot(struct world *world, struct world_site *site)
{
    int64_t wake = scheduler_wake(&site->scheduler);
    if (wake <= world->now || wake >= world->plan->horizon || wake == site->wake_at)
        return;
    site->wake_at = wake;
    calendar_push(&world->calendar, wake, CLASS_PASS, 0,
                  (struct calendar_event){.kind = EVENT_WAKE, .detail = site->index});
}

void world_pass(struct world *world, struct world_site *site)
{
    int32_t started = scheduler_pass(&site->scheduler, world->now);
    for (int32_t i = 0; i < started; i++) {
        int32_t index = site->scheduler.started[i];
        struct job *job = job_at(&site->jobs, index);
        struct checkpoint_costs costs = costs_of(site, job);
        job->end = world->now + checkpoint_length(&costs, job->work - job->done);
        site->queue_stays += world->now - job->ready;
        timeweight_add(&site->queued_jobs, world->now, -1);
        timeweight_add(&site->queued_cards, world->now, -job->cards);
        timeweight_add(&site->busy, world->now, job->cards);
        if (job->start == world->now && job->restarts == 0)
            note_first_start(world, site, job);
        bool event_pass = site->plan->scheduler.event_pass;
        /* ends of one instant come in the order of the starts, as PYSS takes them */
        job->end_event = calendar_push(
            &world->calendar, job->end, event_pass ? CLASS_CHANGES : CLASS_ENDS, 0,
            (struct calendar_event){.kind = EVENT_JOB_END, .subject = index, .detail = site->index});
    }
    timeweight_set(&site->idle, world->now, site->scheduler.free_now.free_cards);
    wake_for_slot(world, site);
}

/*
 * The stretch of running that ends now. What a failure takes is lost; at the end of the run
 * (`failed` false) the computing since the last checkpoint counts as done.
 */
static void settle(struct world *world, struct world_site *site, struct job *job, bool failed)
{
    struct checkpoint_costs costs = costs_of(site, job);
    int64_t elapsed = world->now - job->started;
    struct checkpoint_account account = checkpoint_settle(&costs, job->work - job->done, elapsed);
    int64_t lost = failed ? account.loose : 0;
    int64_t kept = account.saved + account.loose - lost;
    job->done += kept;
    job->lost += lost;
    site->restarting += (int128)account.restart * job->cards;
    site->writing += (int128)account.writing * job->cards;
    site->kept += (int128)kept * job->cards;
    site->lost += (int128)lost * job->cards;
    double flop = job->rate * job->cards;
    site->useful_flop += flop * (double)kept;
    site->lost_flop += flop * (double)lost;
    TALLIES(site, job, tally->on_cards += elapsed);
}

static void leave_cards(struct world *world, struct world_site *site, int32_t index)
{
    const struct job *job = job_at(&site->jobs, index);
    scheduler_release(&site->scheduler, index);
    timeweight_add(&site->busy, world->now, -job->cards);
    timeweight_set(&site->idle, world->now, site->scheduler.free_now.free_cards);
    world_touch(world, site);
}

void world_job_end(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    settle(world, site, job, false);
    assert(job->done == job->work);
    leave_cards(world, site, index);
    job->state = JOB_COMPLETED;
    site->last_end = world->now;
    int64_t stay = world->now - job->submit, run = world->now - job->start;
    double slowdown = (double)stay / (double)later(run, 10 * CLOCK_SECOND);
    TALLIES(site, job, {
        tally->completed++;
        accumulator_add(&tally->slowdown, slowdown > 1 ? slowdown : 1);
    });
    if (world->request->outcomes)
        world->request->outcomes[job->trace_index] =
            (struct world_job_outcome){.start = job->start, .end = world->now};
    world_row_job(world, site, job, "completed");
    job_release(&site->jobs, index);
}

void world_interrupt(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    calendar_cancel(&world->calendar, job->end_event);
    settle(world, site, job, true);
    leave_cards(world, site, index);
    TALLIES(site, job, tally->interruptions++);
    job->restarts++;
    job->state = JOB_QUEUED;
    job->ready = world->now;
    struct checkpoint_costs costs = costs_of(site, job);
    job->planned = (int64_t)(job->estimate * (double)checkpoint_length(&costs, job->work - job->done));
    enqueue(world, site, index);
}

void world_close_jobs(struct world *world, struct world_site *site)
{
    for (int32_t index = 0; index < site->jobs.used; index++) {
        struct job *job = job_at(&site->jobs, index);
        if (!job->alive)
            continue;
        const char *state = "queued";
        if (job->state == JOB_RUNNING) {
            settle(world, site, job, false);
            state = "running";
        } else {
            site->queue_stays += world->now - job->ready;
            if (job->start >= 0)
                state = "interrupted"; /* ran before, waits for a restart */
        }
        site->left += (int128)(job->work - job->done) * job->cards;
        world_row_job(world, site, job, state);
    }
}
