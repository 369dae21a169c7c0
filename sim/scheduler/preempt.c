/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/preempt.h"

#include "engine/clock.h"

#include <stdlib.h>

/* A running job as a possible victim. */
struct victim {
    int64_t since; /* when it got its cards */
    int64_t order;
    int64_t key; /* by the order policy, now; 0 where that does not preempt */
    int32_t job;
    int32_t tenant;
    int32_t cards;
    int16_t priority;
    bool guarded; /* keeps its tenant within the guarantee */
    bool taken;
};

bool preempt_wanted(const struct scheduler_config *config)
{
    return config->preempt != PREEMPT_NONE || config->reclaim || config->order->preempts;
}

static int64_t since_of(const struct job *job)
{
    return job->detail ? job->detail->since : job->started;
}

static int by_tenant_and_start(const void *a, const void *b)
{
    const struct victim *x = a, *y = b;
    if (x->tenant != y->tenant)
        return x->tenant < y->tenant ? -1 : 1;
    if (x->since != y->since)
        return x->since < y->since ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Worst first. */
static int by_worth(const void *a, const void *b)
{
    const struct victim *x = a, *y = b;
    if (x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    if (x->guarded != y->guarded)
        return x->guarded ? 1 : -1;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    if (x->since != y->since)
        return x->since > y->since ? -1 : 1;
    return (x->order < y->order) - (x->order > y->order);
}

/* All running jobs, with what of them is protected. */
static int32_t list_running(struct scheduler *scheduler, struct victim *list, int64_t now)
{
    const struct order_policy *order = scheduler->config.order;
    int32_t count = 0;
    const struct ordered_entry *entry = ordered_first(&scheduler->running);
    for (; entry; entry = ordered_after(&scheduler->running, entry->key, entry->tie)) {
        const struct job *job = job_at(scheduler->jobs, entry->job);
        list[count++] = (struct victim){.since = since_of(job),
                                        .order = job->order,
                                        .key = order->preempts ? order_key(order, job, now) : 0,
                                        .job = entry->job,
                                        .tenant = job->tenant,
                                        .cards = job->cards,
                                        .priority = job->priority};
    }
    if (scheduler->tenants.bound) {
        qsort(list, (size_t)count, sizeof *list, by_tenant_and_start);
        int64_t sum = 0;
        for (int32_t i = 0; i < count; i++) {
            sum = i && list[i].tenant == list[i - 1].tenant ? sum + list[i].cards : list[i].cards;
            list[i].guarded = sum <= scheduler->tenants.tenants[list[i].tenant].terms.guarantee;
        }
    }
    qsort(list, (size_t)count, sizeof *list, by_worth);
    return count;
}

static bool may_stop(const struct scheduler *scheduler, const struct job *head, const struct victim *victim,
                     int64_t now)
{
    const struct scheduler_config *config = &scheduler->config;
    const struct job *job = job_at(scheduler->jobs, victim->job);
    bool other = victim->tenant != head->tenant;
    if (job->state != JOB_RUNNING || job->reserved || (other && victim->guarded))
        return false;
    if (config->order->preempts && head->key < victim->key)
        return true;
    if (config->preempt == PREEMPT_PRIORITY && head->priority > victim->priority)
        return true;
    if (config->preempt == PREEMPT_SLICE && now - victim->since >= config->slice)
        return true;
    return config->reclaim && other && tenants_entitled(&scheduler->tenants, head->tenant, head->cards);
}

/* Cards of the job appear in the view (sign +1) or go from it (-1). */
static void show(const struct scheduler *scheduler, struct nodes *view, int32_t index, int sign)
{
    const struct job *job = job_at(scheduler->jobs, index);
    if (!scheduler->config.place->by_node) {
        view->free_cards += sign * (int64_t)job->cards;
        return;
    }
    for (int32_t i = 0; i < job->part_count; i++)
        nodes_set(view, job->parts[i].node, view->free[job->parts[i].node] + sign * job->parts[i].cards);
}

static void note_stop(struct scheduler *scheduler, int32_t index, int32_t head)
{
    if (scheduler->stop_count == scheduler->stop_capacity) {
        int32_t capacity = scheduler->stop_capacity ? 2 * scheduler->stop_capacity : 64;
        scheduler->stops = arena_grow(scheduler->arena, scheduler->stops, (size_t)scheduler->stop_count,
                                      (size_t)capacity, sizeof *scheduler->stops);
        scheduler->stop_capacity = capacity;
    }
    struct job *job = job_at(scheduler->jobs, index);
    if (job->detail)
        job->detail->stopped_for = head;
    scheduler->stops[scheduler->stop_count++] = index;
}

/* From now on the head comes first, whatever the victims' keys and whoever arrives: the room is made for it.
 */
static void claim(struct scheduler *scheduler, int32_t head, int64_t now)
{
    struct job *job = job_at(scheduler->jobs, head);
    queue_remove(&scheduler->queue, job);
    job->claims = true;
    queue_insert(&scheduler->queue, head, now);
}

static struct victim *room_for_victims(struct scheduler *scheduler)
{
    if (scheduler->victim_capacity < scheduler->running_count) {
        int32_t capacity = scheduler->victim_capacity ? scheduler->victim_capacity : 64;
        while (capacity < scheduler->running_count)
            capacity *= 2;
        scheduler->victims = arena_raw(scheduler->arena, (size_t)capacity, sizeof *scheduler->victims);
        scheduler->victim_capacity = capacity;
    }
    return scheduler->victims;
}

void preempt_pass(struct scheduler *scheduler, int64_t now)
{
    const struct place_policy *place = scheduler->config.place;
    const struct ordered_entry *first = queue_head(&scheduler->queue);
    if (!first)
        return;
    int32_t head = first->job;
    const struct job *job = job_at(scheduler->jobs, head);
    struct nodes *view = &scheduler->spare;
    nodes_copy(view, &scheduler->free_now);
    struct victim *list = room_for_victims(scheduler);
    int32_t count = list_running(scheduler, list, now);
    for (int32_t i = 0; i < count; i++) /* what is being stopped already will be free */
        if (job_at(scheduler->jobs, list[i].job)->state == JOB_STOPPING)
            show(scheduler, view, list[i].job, +1);
    if (place->largest(view) >= job->cards)
        return; /* it fits, or will when those have written their checkpoints */
    int32_t last = -1;
    for (int32_t i = 0; i < count && place->largest(view) < job->cards; i++) {
        if (!may_stop(scheduler, job, &list[i], now))
            continue;
        list[i].taken = true;
        show(scheduler, view, list[i].job, +1);
        last = i;
    }
    if (last < 0 || place->largest(view) < job->cards)
        return; /* all of them together would not do */
    claim(scheduler, head, now);
    for (int32_t i = last; i >= 0; i--) { /* spare, the best first, whom the others make unnecessary */
        if (!list[i].taken)
            continue;
        show(scheduler, view, list[i].job, -1);
        if (place->largest(view) >= job->cards)
            continue;
        show(scheduler, view, list[i].job, +1);
        note_stop(scheduler, list[i].job, head);
    }
}

int64_t preempt_wake(const struct scheduler *scheduler, int64_t now)
{
    const struct scheduler_config *config = &scheduler->config;
    bool sliced = config->preempt == PREEMPT_SLICE;
    int64_t (*next_change)(const struct job *, int64_t) =
        config->order->preempts ? config->order->next_change : NULL;
    if ((!sliced && !next_change) || !scheduler->queue.count)
        return CLOCK_NEVER;
    int64_t wake = CLOCK_NEVER;
    const struct ordered_entry *entry = ordered_first(&scheduler->running);
    for (; entry; entry = ordered_after(&scheduler->running, entry->key, entry->tie)) {
        const struct job *job = job_at(scheduler->jobs, entry->job);
        int64_t slice_end = sliced ? since_of(job) + config->slice : CLOCK_NEVER;
        int64_t change = next_change ? next_change(job, now) : CLOCK_NEVER;
        if (slice_end > now && slice_end < wake)
            wake = slice_end;
        if (change > now && change < wake)
            wake = change;
    }
    return wake;
}
