/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_lots: what the lines make, month by month, until it reaches the market.
 *
 * A lot is drawn when its month ends, by the plan that holds then (an event may have changed the line); it
 * arrives after its lead time and is withheld when the line is closed at that moment. Lots of the months
 * before the start are drawn at the start: what is on its way arrives as it was ordered.
 */
#include "engine/clock.h"
#include "world/world_internal.h"

#include <math.h>
#include <string.h>

enum { PIPELINE_MONTHS = 36 }; /* lots made so long before the start may still be on their way */

static int32_t month_of(int64_t since_1970)
{
    struct clock_date date = clock_civil(since_1970 / CLOCK_DAY);
    return date.year * 12 + date.month - 1;
}

/* Cards that a month's lot is to bring: `planned`, `cards` and when they come. */
static void add_lot(struct world *world, int number, int32_t month, struct world_lot lot,
                    const struct stages_month *stages, double yield)
{
    struct world_line *line = &world->lines[number];
    double factor = world->plan->lines[number].factor;
    if (factor < 1 || factor > 1) {
        lot.planned = (int64_t)llround(factor * (double)lot.planned);
        lot.cards = (int64_t)llround(factor * (double)lot.cards);
    }
    if (lot.arrives < 0)
        return; /* it came before the start */
    world_row_lot(world, number, month, &lot, stages, yield);
    line->lots =
        arena_room(world->arena, line->lots, line->lot_count, &line->lot_capacity, sizeof *line->lots);
    int32_t index = line->lot_count++;
    line->lots[index] = lot;
    line->under_way += lot.cards;
    if (lot.arrives <= world->now && lot.made >= 0)
        world_lot(world, number, index);
    else if (lot.arrives < world->plan->horizon)
        calendar_push(&world->calendar, lot.arrives, CLASS_CHANGES, 0,
                      (struct calendar_event){.kind = EVENT_LOT, .subject = index, .detail = number});
}

static void make_estimated(struct world *world, int number, int32_t month)
{
    const struct plan *plan = world->plan;
    const struct line_model *model = &plan->lines[number].models[world->lines[number].estimate];
    struct line_lot drawn =
        line_draw(model, plan->seed, world->request->replication, (uint32_t)number, month);
    struct world_lot lot = {.made = drawn.made - plan->start,
                            .arrives = drawn.arrives - plan->start,
                            .planned = drawn.planned,
                            .cards = drawn.cards};
    add_lot(world, number, month, lot, NULL, drawn.yield);
}

static void make_staged(struct world *world, int number, int32_t month)
{
    const struct plan *plan = world->plan;
    const struct plan_line *from = &plan->lines[number];
    struct world_line *line = &world->lines[number];
    if (month < from->stages.first_month)
        return;
    uint32_t replication = world->request->replication;
    double yield = stages_yield(&from->stages, plan->seed, replication, (uint32_t)number, month);
    struct stages_month made;
    stages_step(&from->stages, from->memory >= 0 ? &world->memories[from->memory] : NULL, line->stages, yield,
                month, &made);
    struct world_lot lot = {.made = line_made(month) - plan->start,
                            .planned = made.packages_started,
                            .cards = made.packages_good};
    lot.arrives = lot.made + line_lead(from->stages.lead_median, from->stages.lead_sigma, plan->seed,
                                       replication, (uint32_t)number, month);
    if (lot.made > 0) {
        line->months++;
        line->bound[made.binding]++;
    }
    add_lot(world, number, month, lot, &made, yield);
}

void world_made(struct world *world, int32_t month)
{
    const struct plan *plan = world->plan;
    for (int m = 0; m < plan->memory_count; m++) {
        world->memories[m].flow = plan->memories[m].flow;
        bool begun = false; /* its stock is there when the first line that takes it begins */
        for (int i = 0; i < plan->line_count; i++)
            begun |= plan->lines[i].staged && plan->lines[i].memory == m &&
                     month >= plan->lines[i].stages.first_month;
        if (begun)
            stages_receive(&world->memories[m], month);
    }
    for (int i = 0; i < plan->line_count; i++) {
        if (plan->lines[i].staged)
            make_staged(world, i, month);
        else
            make_estimated(world, i, month);
    }
}

/*
 * Which estimate a line goes by in this future. The lines believe in one source: a line that knows the
 * estimate by which the first of several goes takes the one of that name; another draws its own with the same
 * number.
 */
static int estimate_of(const struct world *world, int number)
{
    const struct plan *plan = world->plan;
    const struct plan_line *line = &plan->lines[number];
    if (line->estimate_count < 2)
        return 0;
    for (int i = 0; i < number; i++) {
        const struct plan_line *before = &plan->lines[i];
        if (before->estimate_count < 2)
            continue;
        const char *name = before->estimates[world->lines[i].estimate];
        for (int e = 0; e < line->estimate_count; e++)
            if (!strcmp(line->estimates[e], name))
                return e;
        break;
    }
    return line_pick(line->weights, line->estimate_count, plan->seed, world->request->replication);
}

void world_start_lots(struct world *world)
{
    const struct plan *plan = world->plan;
    world->lines = arena_alloc(world->arena, (size_t)plan->line_count, sizeof *world->lines);
    world->memories = arena_alloc(world->arena, (size_t)plan->memory_count, sizeof *world->memories);
    for (int m = 0; m < plan->memory_count; m++)
        world->memories[m] = plan->memories[m];
    int32_t first = month_of(plan->start) - PIPELINE_MONTHS, last = month_of(plan->start + plan->horizon);
    for (int i = 0; i < plan->line_count; i++) {
        const struct plan_line *from = &plan->lines[i];
        struct world_line *line = &world->lines[i];
        if (from->staged) {
            line->stages = stages_open(&from->stages, world->arena);
            first = from->stages.first_month < first ? from->stages.first_month : first;
            continue;
        }
        line->estimate = estimate_of(world, i);
    }
    for (int32_t month = first; month <= last; month++) {
        int64_t made = line_made(month) - plan->start;
        if (made <= 0)
            world_made(world, month);
        else if (made < plan->horizon)
            calendar_push(&world->calendar, made, CLASS_CHANGES, 0,
                          (struct calendar_event){.kind = EVENT_MADE, .subject = month});
    }
}

void world_lot(struct world *world, int number, int32_t index)
{
    struct world_line *line = &world->lines[number];
    const struct world_lot *lot = &line->lots[index];
    line->under_way -= lot->cards;
    line->planned += lot->planned;
    line->arrived += lot->cards;
    if (!world->plan->lines[number].open) {
        line->withheld += lot->cards;
        return;
    }
    market_supply(&world->market, world->plan->lines[number].chip, lot->cards);
    world_ship(world);
}
