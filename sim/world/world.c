/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/clock.h"
#include "world/world_internal.h"

#include <assert.h>
#include <string.h>

enum { STOP_CHECK = 4096 }; /* events between two looks at the stop flag */

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
    job_table_init(&site->jobs, world->arena);
    int32_t nodes = (int32_t)((plan->cards + plan->cards_per_node - 1) / plan->cards_per_node);
    scheduler_init(&site->scheduler, &plan->scheduler, &site->jobs, world->arena, nodes,
                   plan->cards_per_node);
    buildout_init(&site->buildout, plan->cards_per_node, plan->install_cards_per_day, plan->burn_in);
    if (plan->scheduler.place->by_node)
        site->nodes = arena_alloc(world->arena, (size_t)nodes, sizeof *site->nodes);
    site->open = plan->opens_at_cards == 0;
}

static void start_site(struct world *world, struct world_site *site)
{
    const struct plan_site *plan = site->plan;
    if (!plan->scheduler.place->by_node) { /* a machine that only counts is there from the start */
        scheduler_add_cards(&site->scheduler, plan->cards);
        timeweight_set(&site->online, 0, plan->cards);
        timeweight_set(&site->idle, 0, plan->cards);
        site->full_online_at = 0;
    } else {
        calendar_push(&world->calendar, plan->ordered, CLASS_CHANGES, 0,
                      (struct calendar_event){.kind = EVENT_SITE_ORDER, .detail = site->index});
    }
    for (int c = 0; c < plan->class_count; c++) {
        if (!plan->classes[c].generated)
            continue;
        arrivals_init(&site->arrivals[c], &plan->classes[c].arrivals);
        world_next_arrival(world, site, c);
    }
    for (int r = 0; r < plan->run_count; r++)
        calendar_push(&world->calendar, plan->runs[r].at, CLASS_ARRIVALS, 0,
                      (struct calendar_event){.kind = EVENT_RUN, .subject = r, .detail = site->index});
}

static void start(struct world *world)
{
    const struct plan *plan = world->plan;
    calendar_init(&world->calendar, world->arena);
    world->sites = arena_alloc(world->arena, (size_t)plan->site_count, sizeof *world->sites);
    world->touched = arena_alloc(world->arena, (size_t)plan->site_count, sizeof *world->touched);
    size_t buyers = (size_t)plan->buyer_count + (size_t)plan->site_count;
    world->buyer_ordered = arena_alloc(world->arena, buyers, sizeof *world->buyer_ordered);
    world->buyer_delivered = arena_alloc(world->arena, buyers, sizeof *world->buyer_delivered);
    world->buyer_factor = arena_alloc(world->arena, buyers, sizeof *world->buyer_factor);
    world->buyer_carry = arena_alloc(world->arena, buyers, sizeof *world->buyer_carry);
    for (int s = 0; s < plan->site_count; s++)
        init_site(world, s);
    if (plan->has_supply)
        world_start_supply(world);
    for (int s = 0; s < plan->site_count; s++)
        start_site(world, &world->sites[s]);
    if (plan->trace_count)
        world_trace_feed(world);
    if (plan->sample && world->request->want_series)
        calendar_push(&world->calendar, 0, CLASS_SAMPLES, 0, (struct calendar_event){.kind = EVENT_SAMPLE});
    if (plan->horizon != CLOCK_NEVER)
        calendar_push(&world->calendar, plan->horizon, CLASS_LAST, 0,
                      (struct calendar_event){.kind = EVENT_END});
}

static void handle(struct world *world, const struct calendar_event *event)
{
    struct world_site *site = &world->sites[event->detail];
    switch ((enum world_event)event->kind) {
    case EVENT_JOB_END:
        world_job_end(world, site, event->subject);
        break;
    case EVENT_NODE_FAIL:
        world_node_fail(world, site, event->subject);
        break;
    case EVENT_NODE_REPAIR:
        world_node_repair(world, site, event->subject);
        break;
    case EVENT_NODE_JOIN:
        world_node_join(world, site, event->subject);
        break;
    case EVENT_LOT:
        world_lot(world, event->subject);
        break;
    case EVENT_ORDERS:
        world_orders(world, event->subject);
        break;
    case EVENT_SITE_ORDER:
        world_site_order(world, site);
        break;
    case EVENT_ARRIVAL:
        world_arrival(world, site, event->subject);
        break;
    case EVENT_RUN:
        world_run_due(world, site, event->subject);
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

/* Passes of the sites that want one, once nothing more of this instant is to come (event passes: at once). */
static void passes(struct world *world)
{
    bool more = calendar_next_time(&world->calendar) == world->now &&
                calendar_next_class(&world->calendar) < CLASS_PASS;
    if (more && !world->sites[0].plan->scheduler.event_pass)
        return;
    for (int32_t i = 0; i < world->touched_count; i++) {
        struct world_site *site = &world->sites[world->touched[i]];
        site->touched = false;
        world_pass(world, site);
    }
    world->touched_count = 0;
}

void world_run(const struct world_request *request, struct arena *arena, struct world_result *result)
{
    arena_reset(arena);
    struct world world = {.request = request, .plan = request->plan, .result = result, .arena = arena};
    result->stopped = false;
    result->problem[0] = 0;
    result->events = 0;
    start(&world);
    struct calendar_event event;
    while (!world.ended && calendar_pop(&world.calendar, &event)) {
        world.now = event.time;
        handle(&world, &event);
        if (world.touched_count)
            passes(&world);
        if (++result->events % STOP_CHECK == 0 && request->stop && *request->stop) {
            result->stopped = true;
            return;
        }
    }
    world_finish(&world);
    result->bytes = arena->total;
}
