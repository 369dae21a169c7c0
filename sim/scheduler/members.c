/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/members.h"

#include "engine/clock.h"
#include "scheduler/planner.h"

#include <assert.h>

bool members_whole(const struct scheduler *scheduler, const struct job *job)
{
    return job->part_count > 0 && (int64_t)job->part_count * scheduler->free_now.cards == job->cards;
}

void members_open(struct members *members, struct scheduler *scheduler, int32_t index, int64_t now)
{
    const struct job *job = job_at(scheduler->jobs, index);
    assert(job->state == JOB_RUNNING && scheduler->keeps_running);
    *members = (struct members){.scheduler = scheduler, .job = index, .old_cards = job->cards, .now = now};
    ordered_remove(&scheduler->running, job_plan_end(job), job->order);
    if (scheduler->queue.apart)
        tenants_change(&scheduler->tenants, job->tenant, -job->cards, now);
}

void members_lose(struct members *members, int32_t at)
{
    struct scheduler *scheduler = members->scheduler;
    struct job *job = job_at(scheduler->jobs, members->job);
    struct job_part part = job->parts[at];
    assert(part.cards == scheduler->free_now.cards);
    job->parts[at] = job->parts[--job->part_count];
    job->cards -= part.cards;
    scheduler->running_cards -= part.cards;
    nodes_set(&scheduler->free_now, part.node, part.cards);
}

void members_gain(struct members *members, int32_t node)
{
    struct scheduler *scheduler = members->scheduler;
    struct job *job = job_at(scheduler->jobs, members->job);
    int32_t cards = scheduler->free_now.cards;
    assert(scheduler->free_now.free[node] == cards);
    job_reserve_parts(scheduler->jobs, job, job->part_count + 1);
    job->parts[job->part_count++] = (struct job_part){.node = node, .cards = cards};
    job->cards += cards;
    scheduler->running_cards += cards;
    nodes_set(&scheduler->free_now, node, 0);
}

/* Service so far on the cards that it had; what follows counts on those that it has, from `started` on. */
static void settle_service(struct members *members, struct job *job, int32_t from_now_on)
{
    job->detail->attained += (members->now - job->started) * (members->old_cards - from_now_on);
}

void members_restart(struct members *members, int64_t planned)
{
    struct job *job = job_at(members->scheduler->jobs, members->job);
    settle_service(members, job, 0);
    members->old_cards = job->cards;
    job->started = members->now;
    job->planned = planned;
}

void members_close(struct members *members)
{
    struct scheduler *scheduler = members->scheduler;
    struct job *job = job_at(scheduler->jobs, members->job);
    settle_service(members, job, job->cards);
    if (scheduler->queue.apart)
        tenants_change(&scheduler->tenants, job->tenant, job->cards, members->now);
    ordered_insert(&scheduler->running, job_plan_end(job), job->order, members->job, job->cards,
                   job->planned);
    scheduler->reservation.valid = false;
    scheduler->promises.broken = true;
}

int32_t members_find(struct scheduler *scheduler, int32_t index, int64_t now)
{
    const struct job *job = job_at(scheduler->jobs, index);
    const struct place_policy *place = scheduler->config.place;
    const struct nodes *view = &scheduler->free_now;
    int32_t cards = view->cards;
    if (scheduler->advance.count) {
        int64_t end = job_plan_end(job) > now ? job_plan_end(job) : now + 1;
        view = planner_view(scheduler, now, end - now);
    }
    if (place->largest(view) < cards || tenants_room(&scheduler->tenants, job->tenant) < cards)
        return -1;
    struct place_request request = place_request_of(job, scheduler->config.salt);
    struct job_part parts[NODES_MAX_CARDS + 1];
    request.cards = cards;
    int32_t count = place->choose(view, &request, parts);
    return count == 1 && parts[0].cards == cards ? parts[0].node : -1;
}
