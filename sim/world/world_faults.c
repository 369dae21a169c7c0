/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_faults: nodes that go on with a fault: slow ones, which hold back their whole gang, and such that
 * compute wrong results. Both last until they are found, after an exponential time; then the node goes to
 * repair.
 */
#include "engine/clock.h"
#include "world/world_clocks.h"

#include <math.h>

/* us until a fault is found; the draw is the node's and the moment's. */
static int64_t until_found(const struct world *world, const struct world_site *site, int32_t node, int cause)
{
    double mean = site->plan->risks->causes[cause].found_after;
    struct random_stream stream =
        world_clock_stream(world, site, (uint32_t)node,
                           (site->nodes[node].failures & 0x7ff) | (uint32_t)cause << 11, RANDOM_FOUND);
    double after = random_exponential(&stream, 1) * mean;
    return after < 1 ? 1 : (int64_t)llround(fmin(after, 1e17));
}

static void push(struct world *world, const struct world_site *site, int64_t at, enum world_event kind,
                 int32_t subject)
{
    if (at < world->plan->horizon)
        calendar_push(&world->calendar, at, CLASS_ENDS, 0,
                      (struct calendar_event){.kind = (int)kind, .subject = subject, .detail = site->index});
}

void world_begin_slow(struct world *world, struct world_site *site, int32_t node, int32_t cause)
{
    struct world_node *state = &site->nodes[node];
    if (state->slow > 0)
        return; /* slow already */
    state->slow = (float)site->plan->risks->causes[cause].slow_factor;
    state->cause = (uint8_t)cause;
    state->found_at = world->now + until_found(world, site, node, cause);
    site->slow_nodes++;
    site->causes[cause].failures++;
    push(world, site, state->found_at, EVENT_SLOW_FOUND, node);
    world_slow_due(world, site, node);
}

/* us until the job has finished the checkpoint that it writes at this moment; 0: it does not. */
static int64_t until_written(const struct world *world, const struct job *job)
{
    struct checkpoint_costs costs = world_stretch_costs(job);
    int64_t left = world_computing_left(job), elapsed = world->now - job->started;
    if (!costs.interval)
        return 0;
    struct checkpoint_account account = checkpoint_settle(&costs, left, elapsed);
    int64_t low = 0,
            high = costs.cost +
                   costs.deep_cost; /* after so long it computes again: find the last moment before */
    while (low < high) {
        int64_t middle = low + (high - low) / 2, ahead = elapsed + middle + 1;
        if (ahead > job->end - job->started)
            return 0;
        struct checkpoint_account then = checkpoint_settle(&costs, left, ahead);
        if (then.saved + then.loose > account.saved + account.loose)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void world_slow_due(struct world *world, struct world_site *site, int32_t node)
{
    int32_t jobs[NODES_MAX_CARDS];
    if (world_node_state(&site->nodes[node]) != WORLD_UP)
        return;
    int32_t count = world_jobs_on(site, node, jobs);
    for (int32_t i = 0; i < count; i++) {
        struct job *job = job_at(&site->jobs, jobs[i]);
        if (job->state != JOB_RUNNING)
            continue; /* it is being stopped anyway */
        bool restarts = world->now < job->started + job->detail->detect + job->detail->restart;
        int64_t writing = restarts ? 0 : until_written(world, job);
        if (writing > 0) { /* it slows down once it computes again */
            push(world, site, world->now + writing, EVENT_SLOW_DUE, node);
            continue;
        }
        double before = job->detail->slow;
        if (before <= site->nodes[node].slow)
            continue; /* another node of it is slower */
        world_pause(world, site, jobs[i], WORLD_PAUSED);
        world_resume(world, site, jobs[i], WORLD_PAUSED, 0);
    }
}

void world_slow_found(struct world *world, struct world_site *site, int32_t node)
{
    struct world_node *state = &site->nodes[node];
    if (state->found_at != world->now || !(state->slow > 0))
        return; /* it failed before */
    if (world_node_state(state) < WORLD_SPARE) {
        state->slow = 0; /* in maintenance anyway */
        state->found_at = -1;
        site->slow_nodes--;
        return;
    }
    /* its jobs go on without it, from a checkpoint that they write first */
    world_lose_found(world, site, node, state->cause, WORLD_KEPT);
}

void world_begin_silent(struct world *world, struct world_site *site, int32_t node, int32_t cause)
{
    int32_t jobs[NODES_MAX_CARDS];
    int64_t found_at = world->now + until_found(world, site, node, cause);
    int32_t count = world_node_state(&site->nodes[node]) == WORLD_UP ? world_jobs_on(site, node, jobs) : 0;
    site->causes[cause].failures += count > 0;
    for (int32_t i = 0; i < count; i++) {
        struct job *job = job_at(&site->jobs, jobs[i]);
        world_taint(world, site, job, node, cause, found_at);
        if (job->detail->risk->found_at == found_at)
            push(world, site, found_at, EVENT_SILENT_FOUND, jobs[i]);
    }
}

void world_silent_found(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    struct job_risk *risk = job->alive && job->detail ? job->detail->risk : NULL;
    if (!risk || risk->found_at != world->now)
        return; /* the job is over, or has been taken back behind it by a failure */
    int32_t node = risk->node, cause = risk->cause;
    int64_t lost = job->detail->lost;
    int32_t wanted = job->detail->wanted;
    bool runs = job_holds_cards(job);
    bool there = world_node_state(&site->nodes[node]) >= WORLD_SPARE;
    if (runs) { /* it stops at once; then its node is taken out */
        world_count_interruption(site, job);
        world_interrupt(world, site, index, WORLD_DEEP, 0);
    }
    world_roll_back(site, job);
    site->causes[cause].lost += (int128)(job->detail->lost - lost) * wanted;
    site->causes[cause].interruptions += runs;
    if (there)
        world_lose_found(world, site, node, cause, WORLD_FAILED);
}
