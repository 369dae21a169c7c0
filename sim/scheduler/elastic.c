/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/elastic.h"

#include "engine/clock.h"
#include "scheduler/planner.h"

#include <assert.h>
#include <math.h>

void elastic_join(struct scheduler *scheduler, int32_t index)
{
    scheduler->elastic = arena_room(scheduler->arena, scheduler->elastic, scheduler->elastic_count,
                                    &scheduler->elastic_capacity, sizeof *scheduler->elastic);
    scheduler->elastic[scheduler->elastic_count++] = index;
    struct job *job = job_at(scheduler->jobs, index);
    job->detail->resized = job->started; /* a start costs what a change does */
}

void elastic_leave(struct scheduler *scheduler, int32_t index)
{
    int32_t at = 0;
    while (at < scheduler->elastic_count && scheduler->elastic[at] != index)
        at++;
    if (at < scheduler->elastic_count)
        scheduler->elastic[at] = scheduler->elastic[--scheduler->elastic_count];
}

static double speed_of(const struct scheduler *scheduler, const struct job *job, int32_t cards)
{
    if (!scheduler->config.speed)
        return (double)cards / job->detail->wanted;
    return scheduler->config.speed(scheduler->config.speed_context, job, cards);
}

int64_t elastic_plan_left(const struct scheduler *scheduler, const struct job *job, int64_t now)
{
    int64_t left = job->planned == CLOCK_NEVER ? 0 : job_remaining(job, now);
    if (!elastic_is(job) || job->cards == job->detail->least)
        return left;
    double ratio = speed_of(scheduler, job, job->cards) / speed_of(scheduler, job, job->detail->least);
    return (int64_t)ceil((double)left * ratio);
}

static void note(struct scheduler *scheduler, struct scheduler_resize change)
{
    for (int32_t i = 0; i < scheduler->resized_count; i++)
        if (scheduler->resized[i].job == change.job) { /* a second step of one change */
            scheduler->resized[i].new_cards = change.new_cards;
            return;
        }
    scheduler->resized = arena_room(scheduler->arena, scheduler->resized, scheduler->resized_count,
                                    &scheduler->resized_capacity, sizeof *scheduler->resized);
    scheduler->resized[scheduler->resized_count++] = change;
}

/* The job has `cards` from now on: what its plan has left takes shorter or longer. */
static void resize(struct scheduler *scheduler, int32_t index, int32_t cards, int64_t now)
{
    struct job *job = job_at(scheduler->jobs, index);
    int32_t old = job->cards;
    if (scheduler->keeps_running)
        ordered_remove(&scheduler->running, job_plan_end(job), job->order);
    double ratio = speed_of(scheduler, job, old) / speed_of(scheduler, job, cards);
    if (job->planned != CLOCK_NEVER) {
        int64_t left = job->planned - (now - job->started);
        job->planned = left > 0 ? (int64_t)ceil((double)left * ratio) : 0;
    }
    job->detail->attained += (now - job->started) * old;
    job->cards = cards;
    /* what this pass has started the world does not know yet; what an earlier one of this instant has, it
     * does */
    if (job->detail->turn < scheduler->pass_starts) {
        note(scheduler, (struct scheduler_resize){
                            .old_started = job->started, .job = index, .old_cards = old, .new_cards = cards});
        job->detail->resized = now;
    }
    job->started = now;
    if (scheduler->queue.apart)
        tenants_change(&scheduler->tenants, job->tenant, cards - old, now);
    scheduler->running_cards += cards - old;
    if (scheduler->keeps_running)
        ordered_insert(&scheduler->running, job_plan_end(job), job->order, index, cards, job->planned);
    scheduler->reservation.valid = false;
    scheduler->promises.broken = true;
}

/* Shows in the view what the job would give back. */
static void give(const struct scheduler *scheduler, const struct job *job, int32_t cards, struct nodes *view)
{
    if (!scheduler->config.place->by_node) {
        view->free_cards += cards;
        return;
    }
    for (int32_t i = job->part_count - 1; i >= 0 && cards; i--) {
        int32_t back = job->parts[i].cards < cards ? job->parts[i].cards : cards;
        nodes_set(view, job->parts[i].node, view->free[job->parts[i].node] + back);
        cards -= back;
    }
}

static void shrink(struct scheduler *scheduler, int32_t index, int32_t cards, int64_t now)
{
    struct job *job = job_at(scheduler->jobs, index);
    int32_t back = job->cards - cards;
    give(scheduler, job, back, &scheduler->free_now);
    for (int32_t i = job->part_count - 1; i >= 0 && back; i--) {
        int32_t taken = job->parts[i].cards < back ? job->parts[i].cards : back;
        job->parts[i].cards -= taken;
        back -= taken;
        if (!job->parts[i].cards)
            job->part_count = i;
    }
    resize(scheduler, index, cards, now);
}

static int32_t spare_of(const struct job *job)
{
    return job->state == JOB_RUNNING ? job->cards - job->detail->least : 0;
}

int64_t elastic_spare(const struct scheduler *scheduler)
{
    int64_t spare = 0;
    for (int32_t i = 0; i < scheduler->elastic_count; i++)
        spare += spare_of(job_at(scheduler->jobs, scheduler->elastic[i]));
    return spare;
}

int64_t elastic_largest(struct scheduler *scheduler)
{
    struct nodes *view = &scheduler->spare;
    nodes_copy(view, &scheduler->free_now);
    for (int32_t i = 0; i < scheduler->elastic_count; i++) {
        const struct job *job = job_at(scheduler->jobs, scheduler->elastic[i]);
        give(scheduler, job, spare_of(job), view);
    }
    return scheduler->config.place->largest(view);
}

/* Who shrinks first: furthest above what it asked for, then most to give, then the latest. */
static bool shrinks_before(const struct job *a, const struct job *b)
{
    int32_t above_a = a->cards - a->detail->wanted, above_b = b->cards - b->detail->wanted;
    if (above_a != above_b)
        return above_a > above_b;
    return spare_of(a) != spare_of(b) ? spare_of(a) > spare_of(b) : a->order > b->order;
}

bool elastic_make_room(struct scheduler *scheduler, int64_t cards, int64_t now)
{
    const struct place_policy *place = scheduler->config.place;
    if (!scheduler->elastic_count || elastic_largest(scheduler) < cards)
        return false;
    int64_t fits;
    while ((fits = place->largest(&scheduler->free_now)) < cards) {
        int32_t best = -1;
        for (int32_t i = 0; i < scheduler->elastic_count; i++) {
            int32_t index = scheduler->elastic[i];
            const struct job *job = job_at(scheduler->jobs, index);
            if (spare_of(job) > 0 && (best < 0 || shrinks_before(job, job_at(scheduler->jobs, best))))
                best = index;
        }
        assert(best >= 0);
        const struct job *job = job_at(scheduler->jobs, best);
        int64_t back = spare_of(job);
        if (!place->by_node && cards - fits < back)
            back = cards - fits; /* counting, exactly what is missing will do */
        shrink(scheduler, best, job->cards - (int32_t)back, now);
    }
    return true;
}

void elastic_drop_unchanged(struct scheduler *scheduler, int64_t now)
{
    int32_t kept = 0;
    for (int32_t i = 0; i < scheduler->resized_count; i++) {
        struct scheduler_resize change = scheduler->resized[i];
        if (change.old_cards != change.new_cards || change.old_started != now)
            scheduler->resized[kept++] = change;
    }
    scheduler->resized_count = kept;
}

static bool may_grow(const struct scheduler *scheduler, const struct job *job, int64_t now)
{
    const struct job_detail *detail = job->detail;
    return job->state == JOB_RUNNING && job->cards < detail->most &&
           (detail->since == now || now - detail->resized >= scheduler->config.resize_every);
}

/* Cards that the job could have more: free ones, beside those set aside in its planned time. */
static int64_t grows_by(struct scheduler *scheduler, const struct job *job, int64_t now)
{
    const struct place_policy *place = scheduler->config.place;
    if (!scheduler->advance.count)
        return place->largest(&scheduler->free_now);
    int64_t end = job_plan_end(job) > now ? job_plan_end(job) : now + 1;
    int64_t fits = place->largest(planner_view(scheduler, now, end - now));
    int64_t beside = scheduler->free_now.free_cards - advance_most(&scheduler->advance, now, end);
    return fits < beside ? fits : beside;
}

/* Extra cards beside those it has; by node the new parts are added behind the old ones. */
static void take(struct scheduler *scheduler, struct job *job, int32_t extra, int64_t now)
{
    struct nodes *free_now = &scheduler->free_now;
    if (!scheduler->config.place->by_node) {
        free_now->free_cards -= extra;
        return;
    }
    int32_t had = job->part_count;
    job_reserve_parts(scheduler->jobs, job, had + extra / free_now->cards + 2);
    struct place_request request = place_request_of(job, scheduler->config.salt);
    request.cards = extra;
    int64_t end = job_plan_end(job) > now ? job_plan_end(job) : now + 1;
    const struct nodes *view = planner_view(scheduler, now, end - now);
    int32_t added = scheduler->config.place->choose(view, &request, job->parts + had);
    for (int32_t i = had; i < had + added; i++)
        nodes_set(free_now, job->parts[i].node, free_now->free[job->parts[i].node] - job->parts[i].cards);
    job->part_count = had + added;
}

void elastic_grow(struct scheduler *scheduler, int64_t now)
{
    if (scheduler->config.place->largest(&scheduler->free_now) < 1)
        return;
    for (int32_t i = 0; i < scheduler->elastic_count; i++) { /* once: a step up is no change to wait after */
        struct job *job = job_at(scheduler->jobs, scheduler->elastic[i]);
        job->detail->grows = may_grow(scheduler, job, now);
    }
    for (;;) {
        if (scheduler->config.place->largest(&scheduler->free_now) < 1)
            return;
        int32_t best = -1;
        double least = INFINITY;
        for (int32_t i = 0; i < scheduler->elastic_count; i++) {
            const struct job *job = job_at(scheduler->jobs, scheduler->elastic[i]);
            double share = (double)job->cards / job->detail->wanted;
            if (job->detail->grows && job->cards < job->detail->most &&
                tenants_room(&scheduler->tenants, job->tenant) > 0 && share < least &&
                grows_by(scheduler, job, now) > 0) {
                best = scheduler->elastic[i];
                least = share;
            }
        }
        if (best < 0)
            return;
        struct job *job = job_at(scheduler->jobs, best);
        int64_t room = tenants_room(&scheduler->tenants, job->tenant), fits = grows_by(scheduler, job, now);
        /* first up to what it asked for, so that the next one gets its share */
        int32_t goal = job->cards < job->detail->wanted ? job->detail->wanted : job->detail->most;
        int64_t extra = goal - job->cards;
        extra = extra < fits ? extra : fits;
        extra = extra < room ? extra : room;
        take(scheduler, job, (int32_t)extra, now);
        resize(scheduler, best, job->cards + (int32_t)extra, now);
    }
}

int64_t elastic_wake(const struct scheduler *scheduler, int64_t now)
{
    int64_t wake = CLOCK_NEVER;
    if (scheduler->config.place->largest(&scheduler->free_now) < 1)
        return wake;
    for (int32_t i = 0; i < scheduler->elastic_count; i++) {
        const struct job *job = job_at(scheduler->jobs, scheduler->elastic[i]);
        int64_t at = job->detail->resized + scheduler->config.resize_every;
        if (job->state == JOB_RUNNING && job->cards < job->detail->most && at > now && at < wake)
            wake = at;
    }
    return wake;
}
