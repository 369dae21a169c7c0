/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_events: settings that change in the course of a future.
 *
 * Each time an event begins or ends, the scenario's settings are copied, the events that hold are
 * applied in the order in which they began, and a plan is made anew from them; the models go on with it. All
 * of a future's plans have the same sites, lines and classes by number (change.h), so indices stay good.
 * Before anything is replaced, what depends on prices is settled at the old ones.
 */
#include "engine/clock.h"
#include "engine/random.h"
#include "scenario/change.h"
#include "world/world_internal.h"

#include <math.h>
#include <stdlib.h>

static struct random_stream stream_of(const struct world *world, int32_t event, uint32_t occurrence)
{
    return random_open(world->plan->seed, world->request->replication, occurrence,
                       RANDOM_EVENT | (uint32_t)event << 8);
}

static void push(struct world *world, int64_t at, enum world_event kind, int32_t event)
{
    if (at < world->plan->horizon)
        calendar_push(&world->calendar, at > world->now ? at : world->now, CLASS_CHANGES, 0,
                      (struct calendar_event){.kind = (int)kind, .subject = event});
}

/* When the next occurrence of an event begins; CLOCK_NEVER: not any more. */
static int64_t next_of(struct world *world, int32_t number)
{
    const struct plan_event *event = &world->plan->events[number];
    struct world_change *change = &world->changes[number];
    bool dated = event->at != CLOCK_NEVER;
    if (dated && change->occurrences)
        return CLOCK_NEVER;
    struct random_stream stream = stream_of(world, number, change->occurrences++);
    double u = random_uniform(&stream), gap = random_exponential(&stream, 1);
    double delay =
        event->delay_median > 0 ? random_lognormal(&stream, event->delay_median, event->delay_sigma) : 0;
    if (u >= event->chance)
        return CLOCK_NEVER;
    if (!dated && !(event->per_us > 0))
        return CLOCK_NEVER;
    double at = dated ? (double)event->at : (double)world->now + gap / event->per_us;
    return at + delay < 1e17 ? (int64_t)llround(at + delay) : CLOCK_NEVER;
}

static void plan_next(struct world *world, int32_t number)
{
    const struct plan_event *event = &world->plan->events[number];
    int64_t at = next_of(world, number);
    if (at == CLOCK_NEVER)
        return;
    if (event->announced > 0 && event->bans && at > world->now)
        push(world, at - event->announced, EVENT_ANNOUNCED, number);
    if (at > 0 || world->now > 0) {
        push(world, at, EVENT_CHANGE, number);
        return;
    }
    int64_t over = at + event->lasts; /* before the start: it holds from the start on, or is over */
    if (event->lasts && over <= 0)
        return;
    world->changes[number].began = at;
    world->changes[number].holds = true;
    if (event->lasts)
        push(world, over, EVENT_CHANGE_OVER, number);
}

static int by_began(const void *a, const void *b)
{
    const struct world_change *x = *(struct world_change *const *)a, *y = *(struct world_change *const *)b;
    if (x->began != y->began)
        return x->began < y->began ? -1 : 1;
    return (x > y) - (x < y);
}

/* The plan of the settings that hold now. */
static const struct plan *plan_now(struct world *world)
{
    int32_t count = world->plan->event_count;
    struct world_change **active = arena_alloc(world->arena, (size_t)count, sizeof(struct world_change *));
    int32_t held = 0;
    for (int32_t i = 0; i < count; i++)
        if (world->changes[i].holds)
            active[held++] = &world->changes[i];
    qsort(active, (size_t)held, sizeof *active, by_began);
    struct scenario settings;
    struct plan *plan = memory_alloc(1, sizeof *plan);
    world->plans = memory_grow(world->plans, (size_t)world->plan_count + 1, sizeof *world->plans);
    world->plans[world->plan_count++] = plan;
    change_copy(&settings, world->request->plan->scenario, world->arena);
    for (int32_t i = 0; i < held; i++)
        change_apply(&settings, world->request->plan->events[active[i] - world->changes].set);
    plan_from_scenario(plan, &settings);
    plan->scenario = world->request->plan->scenario;
    return plan;
}

static void adopt_site(struct world *world, struct world_site *site, const struct plan_site *plan)
{
    const struct plan_site *before = site->plan;
    site->plan = plan;
    world_change_failures(world, site, before);
    site->config.speed_context = plan;
    site->scheduler.config.speed_context = plan;
    for (int c = 0; c < plan->class_count; c++)
        if (plan->classes[c].generated)
            arrivals_change(&site->arrivals[c], &plan->classes[c].arrivals);
}

/* Goes on by the settings that hold now. */
static void adopt(struct world *world)
{
    const struct plan *before = world->plan;
    for (int s = 0; s < before->site_count; s++)
        world_settle_energy(world, &world->sites[s]);
    world->plan = plan_now(world);
    for (int s = 0; s < before->site_count; s++)
        adopt_site(world, &world->sites[s], &world->plan->sites[s]);
    for (int i = 0; i < before->software_count; i++) {
        bool open = world->plan->software[i].family_open;
        if (before->software[i].family_open && !open)
            world_withdraw(world, i);
        if (open)
            world->withdrawn[i] = -1;
    }
    if (!world->plan->has_supply)
        return;
    world_market_terms(world);
    world_ship(world);
}

void world_start_events(struct world *world)
{
    int32_t count = world->plan->event_count;
    world->changes = arena_alloc(world->arena, (size_t)count, sizeof *world->changes);
    bool any = false;
    for (int32_t i = 0; i < count; i++) {
        plan_next(world, i);
        any |= world->changes[i].holds;
        if (world->changes[i].holds)
            world_row_event(world, i, "held");
    }
    if (any)
        world->plan = plan_now(world);
}

/* Buyers hoard while a ban is announced; it counts for every line that the event closes. */
static void threaten(struct world *world, int32_t number, bool threat)
{
    struct world_change *change = &world->changes[number];
    if (!world->plan->has_supply || change->announced == threat)
        return;
    change->announced = threat;
    for (int i = 0; i < world->plan->line_count; i++)
        if (world->plan->events[number].bans >> i & 1)
            world->lines[i].threats += threat ? 1 : -1;
    world_market_terms(world);
}

void world_announced(struct world *world, int32_t number)
{
    world_row_event(world, number, "announced");
    threaten(world, number, true);
}

void world_change(struct world *world, int32_t number, bool begins)
{
    const struct plan_event *event = &world->plan->events[number];
    struct world_change *change = &world->changes[number];
    world_row_event(world, number, begins ? "begins" : "ends");
    threaten(world, number, false);
    change->holds = begins;
    change->began = world->now;
    if (begins && event->lasts > 0)
        push(world, world->now + event->lasts, EVENT_CHANGE_OVER, number);
    if (!begins && event->at == CLOCK_NEVER)
        plan_next(world, number); /* what comes at random may come again */
    adopt(world);
}

void world_end_events(struct world *world)
{
    for (int32_t i = 0; i < world->plan_count; i++) {
        plan_free(world->plans[i]);
        free(world->plans[i]);
    }
    free(world->plans);
}
