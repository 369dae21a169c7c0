/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_events: settings that change in the course of a future.
 *
 * Each time an event begins or ends, the scenario's settings are copied, the events that hold are
 * applied in the order in which they began (of one instant: in that of the file), and a plan is made anew
 * from them; the models go on with it. Where no event holds, the request's plan does. All of a future's plans
 * have the same sites, lines and classes by number (change.h), so indices stay good. Before anything is
 * replaced, what depends on prices is settled at the old ones.
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
                       RANDOM_EVENT | world->plan->events[event].stream << 8);
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
    bool first = !change->occurrences;
    struct random_stream stream = stream_of(world, number, change->occurrences++);
    double u = random_uniform(&stream), gap = random_exponential(&stream, 1);
    double delay =
        event->delay_median > 0 ? random_lognormal(&stream, event->delay_median, event->delay_sigma) : 0;
    if (first && u >= event->chance) /* whether it is one of this future's events at all */
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
    /* both now: what is dated stands in the calendar before the lots and orders of its instant, so an event
     * holds from its begin up to its end, without that moment */
    int64_t over = at + event->lasts;
    if (at > 0 || world->now > 0) {
        push(world, at, EVENT_CHANGE, number);
    } else if (!event->lasts || over > 0) { /* from before the start: it holds from the start on */
        world->changes[number].began = at;
        world->changes[number].holds = true;
    } else {
        return;
    }
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

/* The plan of the settings that hold now; NULL: that of the request. The caller frees it. */
static struct plan *plan_now(const struct world *world)
{
    const struct plan *base = world->request->plan;
    int32_t count = base->event_count, held = 0;
    struct arena arena = {0};
    const struct world_change **active = arena_alloc(&arena, (size_t)count, sizeof(struct world_change *));
    for (int32_t i = 0; i < count; i++)
        if (world->changes[i].holds)
            active[held++] = &world->changes[i];
    struct plan *plan = NULL;
    if (held) {
        struct scenario settings;
        qsort(active, (size_t)held, sizeof *active, by_began);
        change_copy(&settings, base->scenario, &arena);
        for (int32_t i = 0; i < held; i++)
            change_apply(&settings, base->events[active[i] - world->changes].set);
        plan = memory_alloc(1, sizeof *plan);
        plan_from_scenario(plan, &settings);
        plan->scenario = base->scenario;
        /* whether a site keeps an account of energy is decided once, else it would have gaps */
        for (int s = 0; s < plan->site_count; s++)
            plan->sites[s].has_energy = base->sites[s].has_energy;
    }
    arena_free(&arena);
    return plan;
}

static void free_plan(struct plan *plan)
{
    if (plan)
        plan_free(plan);
    free(plan);
}

static void adopt_site(struct world *world, struct world_site *site, const struct plan_site *plan)
{
    const struct plan_site *before = site->plan;
    site->plan = plan;
    world_change_failures(world, site, before);
    site->config.speed_context = plan;
    site->scheduler.config.speed_context = plan;
    for (int c = 0; c < plan->class_count; c++)
        world_change_arrivals(world, site, c);
}

/* Goes on by the settings that hold now. */
static void adopt(struct world *world)
{
    const struct plan *before = world->plan;
    struct plan *replaced = world->plan_made;
    for (int s = 0; s < before->site_count; s++)
        world_settle_energy(world, &world->sites[s]);
    world->plan_made = plan_now(world);
    world->plan = world->plan_made ? world->plan_made : world->request->plan;
    for (int s = 0; s < before->site_count; s++)
        adopt_site(world, &world->sites[s], &world->plan->sites[s]);
    world_change_lags(world, before);
    for (int i = 0; i < before->software_count; i++) {
        bool open = world->plan->software[i].family_open;
        if (before->software[i].family_open && !open)
            world_withdraw(world, i);
        if (open)
            world->withdrawn[i] = -1;
    }
    if (world->plan->has_supply) {
        world_market_terms(world, before);
        push(world, world->now, EVENT_SHIP, 0); /* when all that changes at this instant has changed */
    }
    free_plan(replaced);
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
        world->plan = world->plan_first = plan_now(world);
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
    world_market_terms(world, world->plan);
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
    if (!begins && event->at == CLOCK_NEVER)
        plan_next(world, number); /* what comes at random may come again */
    adopt(world);
}

void world_end_events(struct world *world)
{
    free_plan(world->plan_first);
    free_plan(world->plan_made);
}
