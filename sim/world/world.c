/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/clock.h"
#include "scheduler/footprint.h"
#include "scheduler/preempt.h"
#include "world/world_internal.h"

#include <assert.h>
#include <string.h>

enum { STOP_CHECK = 4096 }; /* events between two looks at the stop flag */

static double speed_on(const void *context, const struct job *job, int32_t cards)
{
    return plan_speed(context, job->detail->wanted, cards);
}

static void init_site(struct world *world, int index)
{
    struct world_site *site = &world->sites[index];
    const struct plan_site *plan = &world->plan->sites[index];
    site->plan = plan;
    site->index = index;
    site->full_online_at = -1;
    site->first_submit = -1;
    site->last_end = -1;
    site->wake_at = -1;
    bool plain = world->plan->trace_jobs && !preempt_wanted(&plan->scheduler);
    job_table_init(&site->jobs, world->arena, !plain);
    site->config = plan->scheduler;
    site->config.speed = speed_on;
    site->config.speed_context = plan;
    site->config.salt = world->plan->seed * 0x9e3779b97f4a7c15u ^ (uint64_t)world->request->replication << 8 ^
                        (uint64_t)index;
    int32_t nodes = (int32_t)((plan->cards + plan->cards_per_node - 1) / plan->cards_per_node);
    scheduler_init(&site->scheduler, &site->config, &site->jobs, world->arena, nodes, plan->cards_per_node);
    chunks_init(&site->waits, world->arena, sizeof(struct world_wait), 12);
    site->by_tenant = arena_alloc(world->arena, (size_t)plan->tenant_count, sizeof *site->by_tenant);
    buildout_init(&site->buildout, plan->cards_per_node, plan->install_cards_per_day, plan->burn_in);
    if (plan->scheduler.place->by_node) {
        site->nodes = arena_alloc(world->arena, (size_t)nodes, sizeof *site->nodes);
        world_start_failures(world, site);
        if (plan->has_locality)
            site->marks = arena_alloc(world->arena, footprint_words(&plan->topology, TOPOLOGY_SERVER),
                                      sizeof *site->marks);
        if (!plain)
            site->waiting_sizes =
                arena_alloc(world->arena, (size_t)plan->cards_per_node + 2, sizeof *site->waiting_sizes);
    }
    site->open = plan->opens_at_cards == 0;
}

static void start_site(struct world *world, struct world_site *site)
{
    const struct plan_site *plan = site->plan;
    if (!plan->scheduler.place->by_node) { /* a machine that only counts is there from the start */
        scheduler_add_cards(&site->scheduler, plan->cards);
        timeweight_set(&site->installed, world->plan->begin, plan->cards);
        timeweight_set(&site->online, world->plan->begin, plan->cards);
        timeweight_set(&site->idle, world->plan->begin, plan->cards);
        site->full_online_at = world->plan->begin;
    } else if (!plan->is_pool || plan->buys ||
               plan->at_once) { /* a substitute's pool has no order of its own */
        calendar_push(&world->calendar, plan->ordered, CLASS_CHANGES, 0,
                      (struct calendar_event){.kind = EVENT_SITE_ORDER, .detail = site->index});
    }
    for (int c = 0; c < plan->class_count; c++) {
        if (!plan->classes[c].generated)
            continue;
        arrivals_init(&site->arrivals[c], &plan->classes[c].arrivals);
        world_next_arrival(world, site, c);
    }
    world_start_windows(world, site);
    for (int r = 0; r < plan->run_count; r++)
        calendar_push(&world->calendar, plan->runs[r].at, CLASS_ARRIVALS, 0,
                      (struct calendar_event){.kind = EVENT_RUN, .subject = r, .detail = site->index});
}

static void start(struct world *world)
{
    calendar_init(&world->calendar, world->arena);
    world_start_events(world);
    const struct plan *plan = world->plan;
    world->sites = arena_alloc(world->arena, (size_t)plan->site_count, sizeof *world->sites);
    /* one more: a site that is touched in its own pass stands there twice */
    world->touched = arena_alloc(world->arena, (size_t)plan->site_count + 1, sizeof *world->touched);
    size_t buyers = (size_t)plan->buyer_count;
    world->buyer_factor = arena_alloc(world->arena, buyers, sizeof *world->buyer_factor);
    world->buyer_carry = arena_alloc(world->arena, buyers, sizeof *world->buyer_carry);
    world->candidates = arena_alloc(world->arena, (size_t)plan->site_count + 1, sizeof *world->candidates);
    for (int s = 0; s < plan->site_count; s++)
        init_site(world, s);
    world_start_software(world);
    if (plan->has_supply)
        world_start_supply(world);
    for (int s = 0; s < plan->site_count; s++)
        start_site(world, &world->sites[s]);
    if (plan->sample && world->request->want_series)
        calendar_push(&world->calendar, 0, CLASS_SAMPLES, 0, (struct calendar_event){.kind = EVENT_SAMPLE});
    if (plan->horizon != CLOCK_NEVER)
        calendar_push(&world->calendar, plan->horizon, CLASS_LAST, 0,
                      (struct calendar_event){.kind = EVENT_END});
}

static void handle(struct world *world, const struct calendar_event *event)
{
    bool at_site = event->kind != EVENT_LOT && event->kind != EVENT_WRITE_OFF;
    struct world_site *site = at_site ? &world->sites[event->detail] : NULL;
    switch ((enum world_event)event->kind) {
    case EVENT_JOB_END:
        world_job_end(world, site, event->subject);
        break;
    case EVENT_JOB_STOPPED:
        world_stop(world, site, event->subject);
        break;
    case EVENT_NODE_FAIL:
        world_node_fail(world, site, event->subject);
        break;
    case EVENT_NODE_REPAIR:
        world_node_repair(world, site, event->subject);
        break;
    case EVENT_UNIT_FAIL:
        world_unit_fail(world, site, event->subject);
        break;
    case EVENT_UNIT_REPAIR:
        world_unit_repair(world, site, event->subject);
        break;
    case EVENT_SLOW_FOUND:
        world_slow_found(world, site, event->subject);
        break;
    case EVENT_SLOW_DUE:
        world_slow_due(world, site, event->subject);
        break;
    case EVENT_SILENT_FOUND:
        world_silent_found(world, site, event->subject);
        break;
    case EVENT_SPARE_COMES:
        world_spare_comes(world, site, event->subject);
        break;
    case EVENT_NODE_JOIN:
        world_node_join(world, site, event->subject);
        break;
    case EVENT_MADE:
        world_made(world, event->subject);
        break;
    case EVENT_LOT:
        world_lot(world, (int)event->detail, event->subject);
        break;
    case EVENT_YEAR:
        world_year(world);
        break;
    case EVENT_SHIP:
        world_ship(world);
        break;
    case EVENT_PATIENCE:
        world_patience(world);
        break;
    case EVENT_ANNOUNCED:
        world_announced(world, event->subject);
        break;
    case EVENT_CHANGE:
        world_change(world, event->subject, true);
        break;
    case EVENT_CHANGE_OVER:
        world_change(world, event->subject, false);
        break;
    case EVENT_WRITE_OFF:
        world_write_off(world, &world->sites[event->subject], event->detail);
        break;
    case EVENT_RETRAIN:
        world_retrain(world, site, event->subject);
        break;
    case EVENT_ORDERS:
        world_orders(world, event->subject);
        break;
    case EVENT_SITE_ORDER:
        world_site_order(world, site, event->subject);
        break;
    case EVENT_ARRIVAL:
        world_arrival(world, site, event->subject);
        break;
    case EVENT_RUN:
        world_run_due(world, site, event->subject);
        break;
    case EVENT_WINDOW_KNOWN:
        world_window_known(world, site, event->subject);
        break;
    case EVENT_WINDOW_BEGIN:
        world_window_begin(world, site, event->subject);
        break;
    case EVENT_WINDOW_END:
        world_window_end(world, site, event->subject);
        break;
    case EVENT_WAKE:
        world_touch(world, site);
        break;
    case EVENT_TRACE:
        world_trace_due(world, event->subject);
        break;
    case EVENT_SAMPLE:
        world_sample(world);
        break;
    case EVENT_END:
        world->ended = true;
        break;
    }
}

/* Class of the arrivals of a trace: in event passes they come before everything else of their instant. */
static unsigned trace_class(const struct world *world)
{
    return world->plan->sites[0].scheduler.event_pass ? CLASS_ENDS : CLASS_ARRIVALS;
}

/* Time of the next arrival of the trace; it is merged with the calendar here rather than passing through it.
 */
static int64_t trace_next_time(const struct world *world)
{
    const struct plan *plan = world->plan;
    return world->trace_next < plan->trace_count ? plan->trace_jobs[world->trace_next].submit : CLOCK_NEVER;
}

static bool next_event(struct world *world, struct calendar_event *event)
{
    int64_t arrival = trace_next_time(world), other = calendar_next_time(&world->calendar);
    if (arrival < CLOCK_NEVER &&
        (arrival < other ||
         (arrival == other && trace_class(world) <= calendar_next_class(&world->calendar)))) {
        *event = (struct calendar_event){
            .time = arrival, .kind = EVENT_TRACE, .subject = (int32_t)world->trace_next++};
        return true;
    }
    return calendar_pop(&world->calendar, event);
}

/* True when something is still to come at this instant before its pass. */
static bool more_to_come(const struct world *world)
{
    return trace_next_time(world) == world->now || (calendar_next_time(&world->calendar) == world->now &&
                                                    calendar_next_class(&world->calendar) < CLASS_PASS);
}

/* Passes of the sites that want one, once nothing more of this instant is to come (event passes: at once). */
static void passes(struct world *world)
{
    if (!world->sites[0].plan->scheduler.event_pass && more_to_come(world))
        return;
    for (int32_t i = 0; i < world->touched_count; i++) {
        struct world_site *site = &world->sites[world->touched[i]];
        int32_t count = world->touched_count;
        do { /* a pass that stops jobs at once touches its own site, and only that */
            world->touched_count = count;
            site->touched = false;
            world_pass(world, site);
        } while (site->touched);
        assert(world->touched_count == count);
    }
    world->touched_count = 0;
}

void world_run(const struct world_request *request, struct arena *arena, struct world_result *result)
{
    arena_reset(arena);
    struct world world = {.request = request, .plan = request->plan, .result = result, .arena = arena};
    result->stopped = false;
    result->problem[0] = 0;
    result->by_policy = false;
    result->events = 0;
    start(&world);
    struct calendar_event event;
    while (!world.ended && !result->by_policy && !result->stopped && next_event(&world, &event)) {
        world.now = event.time;
        handle(&world, &event);
        if (world.touched_count)
            passes(&world);
        result->stopped = ++result->events % STOP_CHECK == 0 && request->stop && *request->stop;
    }
    for (int s = 0; s < world.plan->site_count; s++)
        scheduler_end(&world.sites[s].scheduler);
    if (!result->by_policy && !result->stopped)
        world_finish(&world);
    world_end_events(&world);
    result->bytes = arena->total;
}
