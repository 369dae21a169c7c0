/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/scheduler.h"

#include "engine/clock.h"
#include "scheduler/elastic.h"
#include "scheduler/planner.h"
#include "scheduler/preempt.h"

#include <assert.h>
#include <string.h>

static bool holds(const struct scheduler *scheduler)
{
    return scheduler->config.depth == SCHEDULER_HOLD || scheduler->config.depth == SCHEDULER_HOLD_BACKFILL;
}

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
    nodes_init(&scheduler->free_now, arena, known_nodes, cards_per_node);
    nodes_init(&scheduler->spare, arena, known_nodes, cards_per_node);
    if (config->topology && known_nodes) {
        nodes_group(&scheduler->free_now, arena, config->topology);
        nodes_group(&scheduler->spare, arena, config->topology);
    }
    tenants_init(&scheduler->tenants, arena, config->tenant_count ? config->tenant_count : 1, config->tenants,
                 config->half_life);
    bool own_order = config->depth == SCHEDULER_EASY && config->candidates;
    queue_init(&scheduler->queue, arena, jobs, config->order, own_order ? config->candidates : config->order,
               &scheduler->tenants);
    reservation_init(&scheduler->reservation, arena, known_nodes, cards_per_node, config->topology);
    scheduler->reservation.salt = config->salt;
    promises_init(&scheduler->promises, arena);
    hold_init(&scheduler->hold, arena, config->depth == SCHEDULER_HOLD_BACKFILL, config->event_pass);
    profile_init(&scheduler->profile, arena);
    advance_init(&scheduler->advance, arena);
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
    queue_insert(&scheduler->queue, index, now);
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE)
        promises_submit(&scheduler->promises, scheduler->jobs, index);
    if (holds(scheduler))
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
    for (int32_t i = 0; i < job->part_count; i++) {
        struct job_part part = job->parts[i];
        nodes_change(free_now, part.node, free_now->free[part.node] - part.cards);
    }
    nodes_settle(free_now);
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

void scheduler_start(struct scheduler *scheduler, int32_t index, const struct nodes *view, int64_t now)
{
    struct job *job = job_at(scheduler->jobs, index);
    queue_remove(&scheduler->queue, job);
    if (holds(scheduler))
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

static void start_heads(struct scheduler *scheduler, int64_t now)
{
    const struct ordered_entry *head;
    while ((head = queue_head(&scheduler->queue)) &&
           (head->cards <= scheduler->config.place->largest(&scheduler->free_now) ||
            (scheduler->elastic_count && elastic_make_room(scheduler, head->cards, now)))) {
        scheduler->reservation.valid = false; /* it was this head's, or soon is another's */
        scheduler_start(scheduler, head->job, &scheduler->free_now, now);
    }
}

/* What a candidate must keep to beside the head's reservation. */
static struct ordered_filter filter_of(const struct scheduler *scheduler, int64_t fit_now, int64_t now)
{
    const struct reservation *reservation = &scheduler->reservation;
    return (struct ordered_filter){
        .fit_now = fit_now,
        .fit_later = reservation_fit_later(reservation, scheduler->config.place, fit_now),
        .window = reservation->open ? CLOCK_NEVER : reservation->shadow - now,
    };
}

static void renew_reservation(struct scheduler *scheduler, const struct ordered_entry *head, int64_t now)
{
    struct reservation *reservation = &scheduler->reservation;
    if (!head) { /* all wait for cards of their own tenants: nobody to protect */
        reservation->valid = false;
        reservation->open = true;
        reservation->closed = false;
        return;
    }
    if (!reservation->valid || reservation->head != head->job ||
        (!reservation->open && reservation->shadow <= now))
        reservation_find(reservation, scheduler->config.place, scheduler->jobs, &scheduler->running,
                         &scheduler->free_now, head->job, now);
}

/* True when the head's nodes have just been chosen, which may leave less than it seemed. */
static bool choose_nodes(struct scheduler *scheduler)
{
    struct reservation *reservation = &scheduler->reservation;
    if (reservation->chosen)
        return false;
    reservation_choose(reservation, scheduler->config.place, scheduler->jobs, &scheduler->free_now);
    return true;
}

static void backfill(struct scheduler *scheduler, int64_t now)
{
    const struct scheduler_config *config = &scheduler->config;
    struct reservation *reservation = &scheduler->reservation;
    if (!queue_any_within(&scheduler->queue, config->place->largest(&scheduler->free_now)))
        return; /* nothing fits: the reservation need not even be known */
    renew_reservation(scheduler, queue_head(&scheduler->queue), now);
    if (reservation->closed)
        return;
    queue_read(&scheduler->queue);
    for (int64_t passed = 0;; passed++) {
        struct ordered_filter filter =
            filter_of(scheduler, config->place->largest(&scheduler->free_now), now);
        const struct ordered_entry *found = queue_search(&scheduler->queue, &filter);
        if (!found || (config->examine && queue_position(&scheduler->queue) + passed > config->examine))
            return;
        if (!reservation->open && found->planned > filter.window && choose_nodes(scheduler)) {
            queue_back(&scheduler->queue); /* it fitted beside the head at best; now it is known */
            passed--;
            continue;
        }
        bool ends_in_time = reservation->open || found->planned <= filter.window;
        scheduler_start(scheduler, found->job, ends_in_time ? &scheduler->free_now : &reservation->later,
                        now);
    }
}

/* Starts the heads of the queue while their slots have come; the first that waits, NULL when none does. */
static const struct ordered_entry *start_promised_heads(struct scheduler *scheduler, int64_t now)
{
    const struct ordered_entry *head;
    while ((head = queue_head(&scheduler->queue)) && job_at(scheduler->jobs, head->job)->slot <= now) {
        const struct nodes *view = planner_view(scheduler, now, head->planned);
        if (head->cards > scheduler->config.place->largest(view))
            break;
        scheduler_start(scheduler, head->job, view, now);
    }
    return head;
}

/* Elastic jobs shrink for a head that does not fit. */
static bool shrink_for(struct scheduler *scheduler, const struct ordered_entry *head, int64_t now)
{
    int64_t need = head->cards + advance_most(&scheduler->advance, now, planner_end(now, head->planned));
    return scheduler->elastic_count && scheduler->config.place->largest(&scheduler->free_now) < need &&
           elastic_make_room(scheduler, need, now);
}

/* Starts the jobs whose slot has come. */
static void keep_promises(struct scheduler *scheduler, int64_t now)
{
    struct promises *promises = &scheduler->promises;
    bool makes_way = scheduler->elastic_count || preempt_wanted(&scheduler->config);
    const struct ordered_entry *head;
    do {
        promises_keep(promises, scheduler->jobs, &scheduler->queue, &scheduler->running,
                      scheduler_machine(scheduler), now);
        head = makes_way ? start_promised_heads(scheduler, now) : NULL;
    } while (head && shrink_for(scheduler, head, now));
    if (head && preempt_wanted(&scheduler->config) && preempt_pass(scheduler, now))
        return; /* the next pass goes on, before anybody takes the place of those stopped */
    const struct ordered_entry *entry = ordered_first(&promises->by_slot);
    while (entry && entry->key <= now) {
        int64_t key = entry->key, tie = entry->tie;
        const struct nodes *view = planner_view(scheduler, now, entry->planned);
        if (entry->cards <= scheduler->config.place->largest(view))
            scheduler_start(scheduler, entry->job, view, now);
        else
            promises->broken = true; /* somebody ran past its plan, or the free cards are scattered */
        entry = ordered_after(&promises->by_slot, key, tie);
    }
}

/* The job held, or others while it is (hold.h). */
static void start_held(struct scheduler *scheduler, int64_t now)
{
    const struct hold_view view = {.place = scheduler->config.place,
                                   .jobs = scheduler->jobs,
                                   .queue = &scheduler->queue,
                                   .running = &scheduler->running,
                                   .free_now = &scheduler->free_now,
                                   .scratch = &scheduler->reservation};
    int32_t index;
    while ((index = hold_next(&scheduler->hold, &view, now)) >= 0)
        scheduler_start(scheduler, index, &scheduler->free_now, now);
}

/* Event passes: running jobs whose planned and actual end have come count as gone. */
static void release_due(struct scheduler *scheduler, int64_t now)
{
    const struct ordered_entry *entry = ordered_first(&scheduler->running);
    while (entry && entry->key <= now) {
        int64_t key = entry->key, tie = entry->tie;
        struct job *job = job_at(scheduler->jobs, entry->job);
        if (job->end <= now) {
            scheduler_release(scheduler, entry->job, now);
            job->released = true;
        }
        entry = ordered_after(&scheduler->running, key, tie);
    }
}

static bool plans(const struct scheduler *scheduler)
{
    return scheduler->config.reservations > 1 || scheduler->advance.count;
}

/* Heads, then candidates. */
static void start_jobs(struct scheduler *scheduler, int64_t now)
{
    const struct scheduler_config *config = &scheduler->config;
    if (holds(scheduler)) {
        start_held(scheduler, now);
    } else if (config->depth == SCHEDULER_CONSERVATIVE) {
        keep_promises(scheduler, now);
    } else if (plans(scheduler)) {
        planner_pass(scheduler, now);
    } else {
        start_heads(scheduler, now);
        if (preempt_wanted(config) && preempt_pass(scheduler, now))
            return; /* the next pass goes on, before anybody takes the place of those stopped */
        if (config->depth == SCHEDULER_EASY && scheduler->queue.count > (scheduler->queue.apart ? 0 : 1))
            backfill(scheduler, now);
    }
}

/* Elastic jobs give way to candidates that delay the head not. */
static void make_room(struct scheduler *scheduler, int64_t now)
{
    while (scheduler->queue.count > (scheduler->queue.apart ? 0 : 1)) {
        renew_reservation(scheduler, queue_head(&scheduler->queue), now);
        if (scheduler->reservation.closed)
            return;
        struct ordered_filter filter = filter_of(scheduler, elastic_largest(scheduler), now);
        queue_read(&scheduler->queue);
        const struct ordered_entry *found = queue_search(&scheduler->queue, &filter);
        int32_t before = scheduler->queue.count;
        if (!found || !elastic_make_room(scheduler, found->cards, now))
            return;
        start_jobs(scheduler, now);
        if (scheduler->queue.count == before || scheduler->stop_count)
            return;
    }
}

int32_t scheduler_pass(struct scheduler *scheduler, int64_t now)
{
    const struct scheduler_config *config = &scheduler->config;
    struct queue *queue = &scheduler->queue;
    scheduler->started_count = scheduler->stop_count = scheduler->resized_count = 0;
    if (config->event_pass && !holds(scheduler))
        release_due(scheduler, now);
    if (queue->count || config->depth == SCHEDULER_CONSERVATIVE) {
        if (!holds(scheduler))
            queue_refresh(queue, now);
        start_jobs(scheduler, now);
    }
    if (scheduler->stop_count)
        return scheduler->started_count;
    if (scheduler->elastic_count && config->depth == SCHEDULER_EASY && !plans(scheduler))
        make_room(scheduler, now);
    if (scheduler->elastic_count && !scheduler->stop_count)
        elastic_grow(scheduler, now);
    return scheduler->started_count;
}

int64_t scheduler_wake(const struct scheduler *scheduler, int64_t now)
{
    int64_t wake = CLOCK_NEVER;
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE) {
        const struct ordered_entry *first = ordered_first(&scheduler->promises.by_slot);
        wake = first ? first->key : CLOCK_NEVER;
    }
    if (preempt_wanted(&scheduler->config)) {
        int64_t at = preempt_wake(scheduler, now);
        wake = at < wake ? at : wake;
    }
    if (scheduler->elastic_count) {
        int64_t at = elastic_wake(scheduler, now);
        wake = at < wake ? at : wake;
    }
    return wake;
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
    if (holds(scheduler))
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
