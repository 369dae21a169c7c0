/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/outside.h"

#include "base/number.h"
#include "engine/clock.h"
#include "scheduler/elastic.h"
#include "scheduler/planner.h"
#include "scheduler/preempt.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static_assert(CLOCK_NEVER == INT64_MAX, "tenk/order.h says INT64_MAX for no estimate and no limit");

struct outside {
    struct scheduler *scheduler; /* whose this is */
    const struct order_plugin *plugin;
    struct order_policy policy; /* what queue and passes use; its self is this */
    struct tenk_site site;      /* as of the last outside_look */
    void *state;
    struct tenk_job *shown; /* [capacity] of the last pick */
    int32_t *jobs;          /* [capacity] their indices */
    int32_t *starts;        /* [capacity] the answer */
    bool *named;            /* [capacity] */
    int64_t *named_cards;   /* [tenants], where they are told apart */
    int32_t capacity;
};

/* Puts what the policy did into words; the first one counts. `number` is the job's, -1: no job's. */
__attribute__((format(printf, 3, 4))) static void blame(const struct outside *outside, int64_t number,
                                                        const char *format, ...)
{
    struct scheduler *scheduler = outside->scheduler;
    if (scheduler->problem[0])
        return;
    char seconds[NUMBER_TEXT], what[290];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    number_write_seconds(seconds, outside->site.now_us);
    snprintf(scheduler->problem, sizeof scheduler->problem, "%.150s (policy %s) at %s s: %s",
             outside->plugin->given, outside->policy.name, seconds, what);
    scheduler->problem_job = number;
}

static struct tenk_job describe(const struct outside *outside, const struct job *job)
{
    const struct scheduler *scheduler = outside->scheduler;
    int64_t now = outside->site.now_us;
    return (struct tenk_job){
        .number = job->order,
        .submit_us = job->submit,
        .waited_us = now - job_ready(job),
        .planned_us = job->planned,
        .remaining_us = job_remaining(job, now),
        .attained_card_us = job_attained(job, now),
        .tenant_room = scheduler->queue.apart ? tenants_room(&scheduler->tenants, job->tenant) : INT64_MAX,
        .cards = job->cards,
        .tenant = job->tenant,
        .priority = job->priority,
        .restarts = job_restarts(job),
    };
}

static int64_t score_key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)now; /* the site's, of outside_look */
    const struct outside *outside = policy->self;
    const struct tenk_order *tenk = outside->plugin->tenk;
    if (!tenk->score)
        return 0; /* order of submission */
    struct tenk_job shown = describe(outside, job);
    double score = tenk->score(&shown, &outside->site, outside->state);
    if (isnan(score))
        blame(outside, job->order,
              "its score of job %lld (%d cards; %lld of %lld cards are free) is not a number",
              (long long)job->order, (int)job->cards, (long long)outside->site.free_cards,
              (long long)outside->site.machine_cards);
    return number_real_key(score);
}

static struct outside *take(struct scheduler *scheduler, const struct order_policy *policy)
{
    const struct order_plugin *plugin = order_plugin_of(policy);
    if (!plugin)
        return NULL;
    struct outside *outside = arena_alloc(scheduler->arena, 1, sizeof *outside);
    outside->scheduler = scheduler;
    outside->plugin = plugin;
    outside->policy = *policy;
    outside->policy.key = score_key;
    outside->policy.self = outside;
    if (plugin->tenk->state_size)
        outside->state = arena_alloc(scheduler->arena, 1, plugin->tenk->state_size);
    if (plugin->tenk->pick)
        outside->named_cards =
            arena_alloc(scheduler->arena, (size_t)scheduler->tenants.count, sizeof *outside->named_cards);
    if (plugin->tenk->init)
        plugin->tenk->init(outside->state, place_mix(scheduler->config.salt));
    return outside;
}

void outside_init(struct scheduler *scheduler)
{
    struct scheduler_config *config = &scheduler->config;
    const struct order_policy *order = config->order, *candidates = config->candidates;
    struct outside *first = take(scheduler, order);
    struct outside *second = candidates == order ? NULL : take(scheduler, candidates);
    scheduler->outside[0] = first;
    scheduler->outside[1] = second;
    if (first)
        config->order = &first->policy;
    if (second || candidates == order)
        config->candidates = second ? &second->policy : config->order;
}

void outside_end(struct scheduler *scheduler)
{
    for (int i = 0; i < 2; i++) {
        struct outside *outside = scheduler->outside[i];
        if (outside && outside->plugin->tenk->fini)
            outside->plugin->tenk->fini(outside->state);
    }
}

void outside_look(struct scheduler *scheduler, int64_t now)
{
    if (!scheduler->outside[0] && !scheduler->outside[1])
        return;
    bool elastic = scheduler->elastic_count > 0;
    struct tenk_site site = {
        .now_us = now,
        .machine_cards = scheduler_machine(scheduler),
        .free_cards = scheduler->free_now.free_cards + (elastic ? elastic_spare(scheduler) : 0),
        .largest_cards =
            elastic ? elastic_largest(scheduler) : scheduler->config.place->largest(&scheduler->free_now),
        .running_jobs = scheduler->running_count,
        .queued_jobs = scheduler->queue.count,
    };
    for (int i = 0; i < 2; i++)
        if (scheduler->outside[i])
            scheduler->outside[i]->site = site;
}

/* Room for so many jobs; what was shown before need not be kept. */
static void reserve(struct outside *outside, int32_t count)
{
    if (count <= outside->capacity)
        return;
    struct arena *arena = outside->scheduler->arena;
    int32_t capacity = outside->capacity ? outside->capacity : 64;
    while (capacity < count)
        capacity *= 2;
    outside->shown = arena_raw(arena, (size_t)capacity, sizeof *outside->shown);
    outside->jobs = arena_raw(arena, (size_t)capacity, sizeof *outside->jobs);
    outside->starts = arena_raw(arena, (size_t)capacity, sizeof *outside->starts);
    outside->named = arena_raw(arena, (size_t)capacity, sizeof *outside->named);
    outside->capacity = capacity;
}

/* The first jobs of the queue, in its order; returns how many. */
static int32_t show(struct outside *outside)
{
    struct scheduler *scheduler = outside->scheduler;
    int32_t limit = outside->plugin->tenk->pick_limit;
    limit = limit ? limit : ORDER_PLUGIN_PICK_LIMIT;
    limit = scheduler->queue.count < limit ? scheduler->queue.count : limit;
    reserve(outside, limit);
    int32_t count = 0;
    queue_read(&scheduler->queue);
    for (const struct ordered_entry *entry; count < limit && (entry = queue_walk(&scheduler->queue));) {
        outside->jobs[count] = entry->job;
        outside->shown[count++] = describe(outside, job_at(scheduler->jobs, entry->job));
    }
    return count;
}

/* One named job, when `used` cards are named before it. False when it cannot be started, with the reason. */
static bool judge(const struct outside *outside, int32_t place, int32_t count, int64_t used)
{
    if (place < 0 || place >= count) {
        blame(outside, -1,
              "it picks job %d of the %d that it was shown (0 to %d are allowed; %lld of %lld cards "
              "are free)",
              (int)place, (int)count, (int)count - 1, (long long)outside->site.free_cards,
              (long long)outside->site.machine_cards);
        return false;
    }
    const struct tenk_job *job = &outside->shown[place];
    int64_t left = outside->site.free_cards - used;
    if (outside->named[place])
        blame(outside, job->number, "it picks job %lld (%d cards; %lld cards are free) twice",
              (long long)job->number, (int)job->cards, (long long)left);
    else if (job->cards > left)
        blame(
            outside, job->number,
            "it picks job %lld, which needs %d cards, but %lld are free (of %lld, %lld are for jobs that it "
            "picks before)",
            (long long)job->number, (int)job->cards, (long long)left, (long long)outside->site.free_cards,
            (long long)used);
    else if (job->tenant_room < INT64_MAX &&
             outside->named_cards[job->tenant] + job->cards > job->tenant_room)
        blame(outside, job->number,
              "it picks job %lld, which needs %d cards, but its tenant %d may take %lld more (%lld cards are "
              "free)",
              (long long)job->number, (int)job->cards, (int)job->tenant,
              (long long)(job->tenant_room - outside->named_cards[job->tenant]), (long long)left);
    else
        return true;
    return false;
}

/* All that the policy named can be started, by cards and tenants. */
static bool sound(struct outside *outside, int32_t starts, int32_t count)
{
    if (starts < 0 || starts > count) {
        blame(outside, -1, "it picks %d jobs of the %d that it was shown (%lld of %lld cards are free)",
              (int)starts, (int)count, (long long)outside->site.free_cards,
              (long long)outside->site.machine_cards);
        return false;
    }
    memset(outside->named, 0, (size_t)count * sizeof *outside->named);
    bool apart = outside->scheduler->queue.apart;
    for (int32_t i = 0; apart && i < count; i++)
        outside->named_cards[outside->shown[i].tenant] = 0;
    int64_t used = 0;
    for (int32_t i = 0; i < starts; i++) {
        int32_t place = outside->starts[i];
        if (!judge(outside, place, count, used))
            return false;
        const struct tenk_job *job = &outside->shown[place];
        outside->named[place] = true;
        if (apart)
            outside->named_cards[job->tenant] += job->cards;
        used += job->cards;
    }
    return true;
}

/* False when there are no nodes for it now, or cards that are set aside would be in the way. */
static bool start(struct scheduler *scheduler, int32_t index, int64_t now)
{
    int64_t cards = job_at(scheduler->jobs, index)->cards;
    if (cards > scheduler->config.place->largest(&scheduler->free_now) &&
        !elastic_make_room(scheduler, cards, now))
        return false;
    if (scheduler->advance.count)
        return planner_start(scheduler, index, now);
    scheduler_start(scheduler, index, &scheduler->free_now, now);
    return true;
}

/* Cards set aside in advance are for the job to which they were promised, whatever the policy thinks. */
static void start_promised(struct scheduler *scheduler, int64_t now)
{
    const struct ordered_entry *head;
    while ((head = queue_head(&scheduler->queue)) && job_at(scheduler->jobs, head->job)->reserved &&
           start(scheduler, head->job, now))
        ;
}

void outside_pick(struct scheduler *scheduler, int64_t now)
{
    struct outside *outside = scheduler->outside[0];
    const struct tenk_order *tenk = outside->plugin->tenk;
    start_promised(scheduler, now);
    for (bool again = true; again;) {
        outside_look(scheduler, now);
        if (!queue_any_within(&scheduler->queue, outside->site.free_cards))
            return;
        int32_t count = show(outside);
        int32_t starts = tenk->pick(outside->shown, count, &outside->site, outside->starts, outside->state);
        if (!sound(outside, starts, count))
            return;
        again = false;
        for (int32_t i = 0; i < starts; i++)
            again |= start(scheduler, outside->jobs[outside->starts[i]], now);
    }
}

const char *outside_conflict(const struct scheduler_config *config)
{
    const struct order_plugin *candidates = order_plugin_of(config->candidates);
    if (candidates && !candidates->tenk->score)
        return "the order of candidates has no score, so it cannot put them in an order";
    if (!config->order->picks)
        return NULL;
    if (config->depth != SCHEDULER_NONE)
        return "the order picks the jobs that start itself, so it leaves no room for backfilling: set "
               "backfill "
               "to none";
    if (preempt_wanted(config))
        return "the order picks the jobs that start itself, so nobody is at the head for whom others could "
               "be "
               "stopped: do without preemption and reclaim";
    return NULL;
}
