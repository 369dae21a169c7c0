/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/scheduler.h"

#include "engine/clock.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    const char *summary;
} depths[] = {
    {"none", "strictly in order: the head of the queue blocks"},
    {"easy", "EASY: jobs may pass the head if they do not delay its reservation"},
    {"conservative", "every waiting job holds a slot; nobody is delayed beyond what was promised"},
};

enum { DEPTH_COUNT = sizeof depths / sizeof *depths };

int scheduler_depth_named(const char *name)
{
    for (int i = 0; i < DEPTH_COUNT; i++)
        if (!strcmp(depths[i].name, name))
            return i;
    return -1;
}

const char *scheduler_depth_name(int depth)
{
    return depth >= 0 && depth < DEPTH_COUNT ? depths[depth].name : NULL;
}

const char *scheduler_depth_summary(int depth)
{
    return depth >= 0 && depth < DEPTH_COUNT ? depths[depth].summary : NULL;
}

void scheduler_init(struct scheduler *scheduler, const struct scheduler_config *config,
                    struct job_table *jobs, struct arena *arena, int32_t nodes, int32_t cards_per_node)
{
    assert(!(config->event_pass && config->place->by_node));
    memset(scheduler, 0, sizeof *scheduler);
    scheduler->config = *config;
    scheduler->jobs = jobs;
    scheduler->arena = arena;
    scheduler->second_order = config->depth == SCHEDULER_EASY && config->candidates != config->order;
    int32_t known_nodes = config->place->by_node ? nodes : 0;
    nodes_init(&scheduler->free_now, arena, known_nodes, cards_per_node);
    if (config->topology && known_nodes)
        nodes_group(&scheduler->free_now, arena, config->topology);
    reservation_init(&scheduler->reservation, arena, known_nodes, cards_per_node, config->topology);
    promises_init(&scheduler->promises, arena);
    ordered_init(&scheduler->queue, arena);
    ordered_init(&scheduler->candidates, arena);
    ordered_init(&scheduler->running, arena);
}

static void machine_changed(struct scheduler *scheduler)
{
    scheduler->reservation.valid = false;
    scheduler->promises.broken = true;
}

void scheduler_add_cards(struct scheduler *scheduler, int64_t cards)
{
    assert(!scheduler->config.place->by_node);
    scheduler->free_now.free_cards += cards;
    machine_changed(scheduler);
}

void scheduler_node_up(struct scheduler *scheduler, int32_t node)
{
    assert(scheduler->free_now.free[node] == 0);
    nodes_set(&scheduler->free_now, node, scheduler->free_now.cards);
    machine_changed(scheduler);
}

void scheduler_node_down(struct scheduler *scheduler, int32_t node)
{
    assert(scheduler->free_now.free[node] == scheduler->free_now.cards);
    nodes_set(&scheduler->free_now, node, 0);
    machine_changed(scheduler);
}

void scheduler_submit(struct scheduler *scheduler, int32_t index)
{
    const struct job *job = job_at(scheduler->jobs, index);
    ordered_insert(&scheduler->queue, scheduler->config.order->key(job), job->order, index, job->cards,
                   job->planned);
    if (scheduler->second_order)
        ordered_insert(&scheduler->candidates, scheduler->config.candidates->key(job), job->order, index,
                       job->cards, job->planned);
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE)
        promises_submit(&scheduler->promises, scheduler->jobs, index);
    scheduler->queued_cards += job->cards;
}

static void take_cards(struct scheduler *scheduler, struct job *job, const struct nodes *view)
{
    struct nodes *free_now = &scheduler->free_now;
    if (!scheduler->config.place->by_node) {
        free_now->free_cards -= job->cards;
        assert(free_now->free_cards >= 0);
        return;
    }
    job_reserve_parts(scheduler->jobs, job, job->cards / free_now->cards + 1);
    struct place_request request = place_request_of(job);
    job->part_count = scheduler->config.place->choose(view, &request, job->parts);
    for (int32_t i = 0; i < job->part_count; i++) {
        struct job_part part = job->parts[i];
        nodes_change(free_now, part.node, free_now->free[part.node] - part.cards);
    }
    nodes_settle(free_now);
}

static void give_cards(struct scheduler *scheduler, const struct job *job)
{
    struct nodes *free_now = &scheduler->free_now;
    if (!scheduler->config.place->by_node) {
        free_now->free_cards += job->cards;
        return;
    }
    for (int32_t i = 0; i < job->part_count; i++) {
        struct job_part part = job->parts[i];
        nodes_change(free_now, part.node, free_now->free[part.node] + part.cards);
    }
    nodes_settle(free_now);
}

static void note_started(struct scheduler *scheduler, int32_t index)
{
    if (scheduler->started_count == scheduler->started_capacity) {
        int32_t capacity = scheduler->started_capacity ? 2 * scheduler->started_capacity : 64;
        scheduler->started =
            arena_grow(scheduler->arena, scheduler->started, (size_t)scheduler->started_capacity,
                       (size_t)capacity, sizeof *scheduler->started);
        scheduler->started_capacity = capacity;
    }
    scheduler->started[scheduler->started_count++] = index;
}

/* Moves a job from the queue to its cards, which are chosen from the view. */
static void start(struct scheduler *scheduler, int32_t index, const struct nodes *view, int64_t now)
{
    struct job *job = job_at(scheduler->jobs, index);
    ordered_remove(&scheduler->queue, scheduler->config.order->key(job), job->order);
    if (scheduler->second_order)
        ordered_remove(&scheduler->candidates, scheduler->config.candidates->key(job), job->order);
    scheduler->queued_cards -= job->cards;
    take_cards(scheduler, job, view);
    job->state = JOB_RUNNING;
    job->started = now;
    job->released = false;
    if (job->start < 0)
        job->start = now;
    job->plan_end = job->planned == CLOCK_NEVER ? CLOCK_NEVER : now + job->planned;
    ordered_insert(&scheduler->running, job->plan_end, job->order, index, job->cards, job->planned);
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE)
        promises_start(&scheduler->promises, job, now);
    else if (scheduler->reservation.valid)
        reservation_follow(&scheduler->reservation, &scheduler->free_now, job, -1);
    note_started(scheduler, index);
}

static void start_heads(struct scheduler *scheduler, int64_t now)
{
    const struct ordered_entry *head;
    while ((head = ordered_first(&scheduler->queue)) &&
           head->cards <= scheduler->config.place->largest(&scheduler->free_now)) {
        scheduler->reservation.valid = false; /* it was this head's, or soon is another's */
        start(scheduler, head->job, &scheduler->free_now, now);
    }
}

static void backfill(struct scheduler *scheduler, int64_t now)
{
    const struct place_policy *place = scheduler->config.place;
    struct reservation *reservation = &scheduler->reservation;
    const struct ordered *tree = scheduler->second_order ? &scheduler->candidates : &scheduler->queue;
    int64_t fit_now = place->largest(&scheduler->free_now);
    if (!ordered_any_within(tree, fit_now))
        return; /* nothing fits: the reservation need not even be known */
    int32_t head = ordered_first(&scheduler->queue)->job;
    if (!reservation->valid || reservation->head != head ||
        (!reservation->open && reservation->shadow <= now))
        reservation_find(reservation, place, scheduler->jobs, &scheduler->running, &scheduler->free_now, head,
                         now);
    if (reservation->closed)
        return;
    int64_t key = INT64_MIN, tie = INT64_MIN;
    for (;;) {
        fit_now = place->largest(&scheduler->free_now);
        struct ordered_filter filter = {
            .fit_now = fit_now,
            .fit_later = reservation_fit_later(reservation, place, fit_now),
            .window = reservation->open ? CLOCK_NEVER : reservation->shadow - now,
        };
        const struct ordered_entry *found = ordered_find(tree, key, tie, &filter);
        if (!found)
            return;
        bool ends_in_time = reservation->open || found->planned <= filter.window;
        if (!ends_in_time && !reservation->chosen) {
            reservation_choose(reservation, place, scheduler->jobs, &scheduler->free_now);
            continue; /* it fitted beside the head at best; now it is known */
        }
        key = found->key;
        tie = found->tie;
        start(scheduler, found->job, ends_in_time ? &scheduler->free_now : &reservation->later, now);
    }
}

/* Starts the jobs whose slot has come. */
static void keep_promises(struct scheduler *scheduler, int64_t now)
{
    struct promises *promises = &scheduler->promises;
    const struct ordered *running = &scheduler->running;
    int64_t machine = scheduler->free_now.free_cards + ordered_cards(running);
    promises_keep(promises, scheduler->jobs, &scheduler->queue, running, machine, now);
    const struct ordered_entry *entry = ordered_first(&promises->by_slot);
    while (entry && entry->key <= now) {
        int64_t key = entry->key, tie = entry->tie;
        if (entry->cards <= scheduler->config.place->largest(&scheduler->free_now))
            start(scheduler, entry->job, &scheduler->free_now, now);
        else
            promises->broken = true; /* somebody ran past its plan, or the free cards are scattered */
        entry = ordered_after(&promises->by_slot, key, tie);
    }
}

/* Event passes: running jobs whose planned and actual end have come count as gone. */
static void release_due(struct scheduler *scheduler, int64_t now)
{
    const struct ordered_entry *entry = ordered_first(&scheduler->running);
    while (entry && entry->key <= now) {
        int64_t key = entry->key, tie = entry->tie;
        struct job *job = job_at(scheduler->jobs, entry->job);
        if (job->end <= now) {
            scheduler_release(scheduler, entry->job);
            job->released = true;
        }
        entry = ordered_after(&scheduler->running, key, tie);
    }
}

int32_t scheduler_pass(struct scheduler *scheduler, int64_t now)
{
    scheduler->started_count = 0;
    if (scheduler->config.event_pass)
        release_due(scheduler, now);
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE) {
        keep_promises(scheduler, now);
        return scheduler->started_count;
    }
    if (scheduler->queue.count)
        start_heads(scheduler, now);
    if (scheduler->config.depth == SCHEDULER_EASY && scheduler->queue.count > 1)
        backfill(scheduler, now);
    return scheduler->started_count;
}

int64_t scheduler_wake(const struct scheduler *scheduler)
{
    if (scheduler->config.depth != SCHEDULER_CONSERVATIVE)
        return CLOCK_NEVER;
    const struct ordered_entry *first = ordered_first(&scheduler->promises.by_slot);
    return first ? first->key : CLOCK_NEVER;
}

void scheduler_release(struct scheduler *scheduler, int32_t index)
{
    struct job *job = job_at(scheduler->jobs, index);
    if (job->released)
        return;
    ordered_remove(&scheduler->running, job->plan_end, job->order);
    give_cards(scheduler, job);
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE) {
        promises_release(&scheduler->promises, job);
        return;
    }
    struct reservation *reservation = &scheduler->reservation;
    if (reservation->valid && !reservation->open && job->plan_end < reservation->shadow)
        reservation_follow(reservation, &scheduler->free_now, job, +1);
    else
        reservation->valid = false;
}
