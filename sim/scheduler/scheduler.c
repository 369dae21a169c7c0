/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/scheduler.h"

#include "engine/clock.h"
#include "scheduler/elastic.h"
#include "scheduler/outside.h"
#include "scheduler/preempt.h"

#include <assert.h>
#include <string.h>

void scheduler_init(struct scheduler *scheduler, const struct scheduler_config *config,
                    struct job_table *jobs, struct arena *arena, int32_t nodes, int32_t cards_per_node)
{
    assert(!(config->event_pass && config->place->by_node));
    memset(scheduler, 0, sizeof *scheduler);
    scheduler->config = *config;
    scheduler->jobs = jobs;
    scheduler->arena = arena;
    /* what a replay in order without backfilling never asks: who runs, and until when */
    scheduler->keeps_running = config->depth != SCHEDULER_NONE || config->place->by_node ||
                               config->event_pass || preempt_wanted(config) || jobs->detailed;
    int32_t known_nodes = config->place->by_node ? nodes : 0;
    /* every change of a node would be paid for in each tier, so only who asks for groups has them */
    const struct topology *topology = config->place->by_tree ? config->topology : NULL;
    nodes_init(&scheduler->free_now, arena, known_nodes, cards_per_node);
    nodes_init(&scheduler->spare, arena, known_nodes, cards_per_node);
    if (topology && known_nodes) {
        nodes_group(&scheduler->free_now, arena, topology);
        nodes_group(&scheduler->spare, arena, topology);
    }
    tenants_init(&scheduler->tenants, arena, config->tenant_count ? config->tenant_count : 1, config->tenants,
                 config->half_life);
    outside_init(scheduler);
    scheduler->preempts = preempt_wanted(config);
    scheduler->wakes = scheduler->preempts || config->depth == SCHEDULER_CONSERVATIVE;
    config = &scheduler->config;
    assert(!config->order->picks || !outside_conflict(config));
    bool own_order = config->depth == SCHEDULER_EASY && config->candidates;
    queue_init(&scheduler->queue, arena, jobs, config->order, own_order ? config->candidates : config->order,
               &scheduler->tenants);
    queue_use_ring(&scheduler->queue, config->depth == SCHEDULER_NONE ? INT32_MAX : 1);
    reservation_init(&scheduler->reservation, arena, known_nodes, cards_per_node, topology);
    scheduler->reservation.salt = config->salt;
    promises_init(&scheduler->promises, arena);
    hold_init(&scheduler->hold, arena, config->depth == SCHEDULER_HOLD_BACKFILL, config->event_pass);
    profile_init(&scheduler->profile, arena);
    advance_init(&scheduler->advance, arena);
    ordered_init_plain(&scheduler->running, arena);
}

void scheduler_end(struct scheduler *scheduler)
{
    outside_end(scheduler);
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

int32_t scheduler_set_aside(struct scheduler *scheduler, int64_t from, int64_t to, int64_t cards,
                            int32_t nodes)
{
    int32_t id = advance_add(&scheduler->advance, from, to, cards,
                             scheduler->config.place->by_node ? nodes : 0, scheduler->free_now.cards);
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE)
        promises_set_aside(&scheduler->promises, from, to, cards);
    return id;
}

void scheduler_end_aside(struct scheduler *scheduler, int32_t id)
{
    const struct advance_window *window = advance_find(&scheduler->advance, id);
    if (!window)
        return;
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE)
        promises_give_back(&scheduler->promises, window->from, window->to, window->cards);
    advance_remove(&scheduler->advance, id);
    machine_changed(scheduler);
}

void scheduler_submit(struct scheduler *scheduler, int32_t index, int64_t now)
{
    outside_look(scheduler, now);
    queue_insert(&scheduler->queue, index, now);
    struct scheduler_barren *barren = &scheduler->barren;
    if (barren->newcomer_count < SCHEDULER_NEWCOMERS)
        barren->newcomers[barren->newcomer_count++] = index;
    else
        barren->known = false;
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE)
        promises_submit(&scheduler->promises, scheduler->jobs, index);
    if (scheduler_holds(scheduler))
        hold_submit(&scheduler->hold, job_at(scheduler->jobs, index), index);
}

static void take_cards(struct scheduler *scheduler, struct job *job, const struct nodes *view)
{
    struct nodes *free_now = &scheduler->free_now;
    scheduler->running_cards += job->cards;
    scheduler->running_count++;
    if (!scheduler->config.place->by_node) {
        free_now->free_cards -= job->cards;
        assert(free_now->free_cards >= 0);
        return;
    }
    job->part_count = 0; /* of an earlier stretch */
    job_reserve_parts(scheduler->jobs, job, job->cards / free_now->cards + 1);
    struct place_request request = place_request_of(job, scheduler->config.salt);
    job->part_count = scheduler->config.place->choose(view, &request, job->parts);
    struct nodes_sweep sweep = nodes_sweep_begin(free_now);
    for (int32_t i = 0; i < job->part_count; i++) {
        struct job_part part = job->parts[i];
        nodes_sweep_set(&sweep, part.node, free_now->free[part.node] - part.cards);
    }
    nodes_sweep_end(&sweep);
}

static void give_cards(struct scheduler *scheduler, const struct job *job)
{
    struct nodes *free_now = &scheduler->free_now;
    scheduler->running_cards -= job->cards;
    scheduler->running_count--;
    if (!scheduler->config.place->by_node) {
        free_now->free_cards += job->cards;
        return;
    }
    struct nodes_sweep sweep = nodes_sweep_begin(free_now);
    for (int32_t i = 0; i < job->part_count; i++) {
        struct job_part part = job->parts[i];
        nodes_sweep_set(&sweep, part.node, free_now->free[part.node] + part.cards);
    }
    nodes_sweep_end(&sweep);
}

static void note_started(struct scheduler *scheduler, int32_t index)
{
    scheduler->started = arena_room(scheduler->arena, scheduler->started, scheduler->started_count,
                                    &scheduler->started_capacity, sizeof *scheduler->started);
    scheduler->started[scheduler->started_count++] = index;
}

void scheduler_start(struct scheduler *scheduler, int32_t index, const struct nodes *view, int64_t now)
{
    struct job *job = job_at(scheduler->jobs, index);
    queue_remove(&scheduler->queue, job);
    if (scheduler_holds(scheduler))
        hold_start(&scheduler->hold, job, index);
    take_cards(scheduler, job, view);
    job->state = JOB_RUNNING;
    job->started = now;
    job->released = job->claims = false;
    if (job->start < 0)
        job->start = now;
    if (job->detail) {
        job->detail->since = now;
        job->detail->turn = scheduler->starts++;
        job->detail->plan_left = 0;
    }
    if (scheduler->queue.apart)
        tenants_change(&scheduler->tenants, job->tenant, job->cards, now);
    if (scheduler->keeps_running)
        ordered_insert(&scheduler->running, job_plan_end(job), job->order, index, job->cards, job->planned);
    if (elastic_is(job))
        elastic_join(scheduler, index);
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE)
        promises_start(&scheduler->promises, job, now);
    else if (scheduler->reservation.valid)
        reservation_follow(&scheduler->reservation, &scheduler->free_now, job, -1);
    note_started(scheduler, index);
}

void scheduler_stopping(struct scheduler *scheduler, int32_t index, int64_t end)
{
    struct job *job = job_at(scheduler->jobs, index);
    ordered_remove(&scheduler->running, job_plan_end(job), job->order);
    job->state = JOB_STOPPING;
    job->planned = end - job->started;
    ordered_insert(&scheduler->running, end, job->order, index, job->cards, job->planned);
    scheduler->reservation.valid = false;
    scheduler->promises.broken = true;
}

void scheduler_release(struct scheduler *scheduler, int32_t index, int64_t now)
{
    if (scheduler_holds(scheduler))
        index = hold_release(&scheduler->hold, scheduler->jobs, index);
    struct job *job = job_at(scheduler->jobs, index);
    if (job->released)
        return;
    int64_t plan_end = job_plan_end(job);
    if (scheduler->keeps_running)
        ordered_remove(&scheduler->running, plan_end, job->order);
    give_cards(scheduler, job);
    if (scheduler->queue.apart)
        tenants_change(&scheduler->tenants, job->tenant, -job->cards, now);
    if (job->detail)
        job->detail->attained = job_attained(job, now);
    if (elastic_is(job))
        elastic_leave(scheduler, index);
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE) {
        promises_release(&scheduler->promises, job);
        return;
    }
    struct reservation *reservation = &scheduler->reservation;
    if (reservation->valid && !reservation->open && plan_end < reservation->shadow)
        reservation_follow(reservation, &scheduler->free_now, job, +1);
    else
        reservation->valid = false;
}
