/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/preempt.h"

#include "engine/clock.h"
#include "scheduler/elastic.h"
#include "scheduler/planner.h"

#include <stdlib.h>

/* A running job as a possible victim. */
struct victim {
    int64_t since; /* when it got its cards */
    int64_t order;
    int64_t turn; /* starts before its own: orders those of one instant */
    int64_t key;  /* by the order policy, now; 0 where that does not preempt */
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
    return (x->turn > y->turn) - (x->turn < y->turn);
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
                                        .turn = job->detail ? job->detail->turn : job->order,
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

/* Where the order policy puts the head; its key in the queue may say no more than that it comes first. */
static int64_t place_of(const struct scheduler *scheduler, const struct job *head, int64_t now)
{
    return head->claims || head->reserved ? order_key(scheduler->config.order, head, now) : head->key;
}

static bool may_stop(const struct scheduler *scheduler, const struct job *head, const struct victim *victim,
                     int64_t now)
{
    const struct scheduler_config *config = &scheduler->config;
    const struct job *job = job_at(scheduler->jobs, victim->job);
    bool other = victim->tenant != head->tenant;
    if (job->state != JOB_RUNNING || job->reserved || (other && victim->guarded))
        return false;
    /* a change of size can turn the order of two jobs round: at one instant they would stop one another
     * without end */
    if (victim->since == now && elastic_is(job))
        return false;
    /* the victim must not be able to stop the head in turn */
    bool by_priority = config->preempt == PREEMPT_PRIORITY;
    bool behind = config->order->preempts && victim->key < place_of(scheduler, head, now);
    bool ahead = config->order->preempts && victim->key > place_of(scheduler, head, now);
    if (ahead && !(by_priority && head->priority < victim->priority))
        return true;
    if (by_priority && head->priority > victim->priority)
        return true;
    if (config->preempt == PREEMPT_SLICE && now - victim->since >= config->slice && !behind)
        return true;
    return config->reclaim && other && tenants_entitled(&scheduler->tenants, head->tenant, head->cards);
}

/* What would be free if the victims chosen so far were gone. */
struct room {
    const struct scheduler *scheduler;
    const struct job *head;
    struct nodes *view; /* without the nodes of windows that the head would run into */
    int64_t total;      /* free cards, those of the windows too */
    int64_t aside;      /* cards of such windows at one time */
    int64_t now, end;
};

static struct room open_room(struct scheduler *scheduler, const struct job *head, int64_t now)
{
    const struct advance *advance = &scheduler->advance;
    struct room room = {.scheduler = scheduler,
                        .head = head,
                        .view = &scheduler->spare,
                        .total = scheduler->free_now.free_cards,
                        .now = now,
                        .end = planner_end(now, head->planned)};
    nodes_copy(room.view, &scheduler->free_now);
    room.aside = head->reserved ? 0 : advance_most(advance, now, room.end);
    if (advance->count && scheduler->config.place->by_node)
        advance_hide(advance, room.view, now, room.end);
    return room;
}

/* The head could start: its cards are there beside those set aside, whoever else still runs. */
static bool has_room(const struct room *room)
{
    return room->total - room->aside >= room->head->cards &&
           room->scheduler->config.place->largest(room->view) >= room->head->cards;
}

/* Cards of the job appear in the view (sign +1) or go from it (-1). */
static void show(struct room *room, int32_t index, int sign)
{
    const struct scheduler *scheduler = room->scheduler;
    const struct job *job = job_at(scheduler->jobs, index);
    struct nodes *view = room->view;
    room->total += sign * (int64_t)job->cards;
    if (!scheduler->config.place->by_node) {
        view->free_cards += sign * (int64_t)job->cards;
        return;
    }
    for (int32_t i = 0; i < job->part_count; i++) {
        struct job_part part = job->parts[i];
        if (!advance_hides(&scheduler->advance, part.node, room->now, room->end))
            nodes_set(view, part.node, view->free[part.node] + sign * part.cards);
    }
}

static void note_stop(struct scheduler *scheduler, int32_t index, int32_t head, int64_t now)
{
    scheduler->stops = arena_room(scheduler->arena, scheduler->stops, scheduler->stop_count,
                                  &scheduler->stop_capacity, sizeof *scheduler->stops);
    struct job *job = job_at(scheduler->jobs, index);
    if (job->detail) {
        job->detail->plan_left = elastic_plan_left(scheduler, job, now);
    }
    scheduler->stops_for = head;
    scheduler->stops[scheduler->stop_count++] = index;
}

/* From now on the head comes first, whatever the victims' keys and whoever arrives: the room is made for it.
 */
static void claim(struct scheduler *scheduler, int32_t head, int64_t now)
{
    struct job *job = job_at(scheduler->jobs, head);
    queue_remove(&scheduler->queue, job);
    job->claims = true;
    scheduler->promises.broken = true; /* no slot given before may keep it from its cards */
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

/*
 * Marks victims of whom none can be spared; false, and nobody is marked, when all together do not make room.
 * `own`: those too that keep the head's own tenant within its guarantee.
 */
static bool choose(struct room *room, struct victim *list, int32_t count, bool own)
{
    int32_t tried = 0;
    for (; tried < count && !has_room(room); tried++) {
        struct victim *victim = &list[tried];
        victim->taken = may_stop(room->scheduler, room->head, victim, room->now) &&
                        (own || !victim->guarded || victim->tenant != room->head->tenant);
        if (victim->taken)
            show(room, victim->job, +1);
    }
    bool enough = has_room(room);
    for (int32_t i = tried - 1; i >= 0; i--) { /* spare, the best first, whom the others make unnecessary */
        if (!list[i].taken)
            continue;
        show(room, list[i].job, -1);
        list[i].taken = enough && !has_room(room);
        if (list[i].taken)
            show(room, list[i].job, +1);
    }
    return enough;
}

/* The head is within the guarantee of its tenant once those marked are gone. */
static bool takes_over(const struct room *room, const struct victim *list, int32_t count)
{
    const struct tenant *tenant = &room->scheduler->tenants.tenants[room->head->tenant];
    int64_t usage = tenant->usage + room->head->cards;
    for (int32_t i = 0; i < count; i++)
        if (list[i].tenant == room->head->tenant &&
            (list[i].taken || job_at(room->scheduler->jobs, list[i].job)->state == JOB_STOPPING))
            usage -= list[i].cards;
    return usage <= tenant->terms.guarantee;
}

bool preempt_pass(struct scheduler *scheduler, int64_t now)
{
    const struct ordered_entry *first = queue_head(&scheduler->queue);
    if (!first)
        return false;
    if (!scheduler->running_count)
        return false; /* nobody to stop */
    int32_t head = first->job;
    const struct job *job = job_at(scheduler->jobs, head);
    struct room room = open_room(scheduler, job, now);
    struct victim *list = room_for_victims(scheduler);
    int32_t count = list_running(scheduler, list, now);
    if (has_room(&room))
        return false;                   /* it fits, and waits for something else */
    for (int32_t i = 0; i < count; i++) /* what is being stopped already will be free */
        if (job_at(scheduler->jobs, list[i].job)->state == JOB_STOPPING)
            show(&room, list[i].job, +1);
    if (has_room(&room))
        return scheduler->awaits = true; /* it fits when those have written their checkpoints */
    if (!choose(&room, list, count, false) &&
        !(scheduler->tenants.bound && choose(&room, list, count, true) && takes_over(&room, list, count)))
        return false;
    scheduler->awaits = true;
    claim(scheduler, head, now);
    for (int32_t i = count - 1; i >= 0; i--)
        if (list[i].taken)
            note_stop(scheduler, list[i].job, head, now);
    return true;
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
