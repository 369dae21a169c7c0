/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_supply: lots, orders and deliveries, up to the nodes that are being built. */
#include "engine/clock.h"
#include "engine/random.h"
#include "world/world_internal.h"

#include <math.h>

enum { PIPELINE_MONTHS = 36 }; /* lots made so long before the start may still be on their way */

static int32_t month_of(int64_t since_1970)
{
    struct clock_date date = clock_civil(since_1970 / CLOCK_DAY);
    return date.year * 12 + date.month - 1;
}

static void order(struct world *world, int32_t buyer, int64_t cards)
{
    world->buyer_ordered[buyer] += cards;
    market_order(&world->market, buyer, world->now, cards);
}

static void ship(struct world *world)
{
    int32_t count = market_divide(&world->market, world->now);
    for (int32_t i = 0; i < count; i++) {
        struct market_shipment shipment = world->market.shipments[i];
        world->buyer_delivered[shipment.buyer] += shipment.cards;
        int64_t lacking = market_lacking(&world->market, shipment.buyer);
        if (shipment.buyer < world->plan->buyer_count) {
            world_row_delivery(world, world->plan->buyers[shipment.buyer].name, shipment.cards, lacking);
        } else {
            struct world_site *site = &world->sites[shipment.buyer - world->plan->buyer_count];
            world_row_delivery(world, site->plan->name, shipment.cards, lacking);
            world_deliver(world, site, shipment.cards);
        }
    }
}

/* Lots of the years before, as far as they arrive after the start, and all until the horizon. */
static void schedule_lots(struct world *world)
{
    const struct plan *plan = world->plan;
    int32_t last = month_of(plan->start + plan->horizon);
    for (int32_t month = month_of(plan->start) - PIPELINE_MONTHS; month <= last; month++) {
        struct line_lot lot = line_draw(&plan->line, plan->seed, world->request->replication, 0, month);
        int64_t at = lot.arrives - plan->start;
        if (at >= 0 && at < plan->horizon)
            calendar_push(&world->calendar, at, CLASS_CHANGES, 0,
                          (struct calendar_event){.kind = EVENT_LOT, .subject = month});
    }
}

void world_start_supply(struct world *world)
{
    const struct plan *plan = world->plan;
    market_init(&world->market, plan->rule, world->arena, 1, plan->buyer_count + plan->site_count);
    for (int32_t b = 0; b < plan->buyer_count + plan->site_count; b++) {
        struct market_terms terms = {.weight = 1, .chip_count = 1};
        terms.tier = b < plan->buyer_count ? plan->buyers[b].tier : plan->sites[b - plan->buyer_count].tier;
        market_terms(&world->market, b, &terms);
    }
    for (int32_t b = 0; b < plan->buyer_count; b++) {
        const struct plan_buyer *buyer = &plan->buyers[b];
        struct random_stream stream =
            random_open(plan->seed, world->request->replication, (uint32_t)b, RANDOM_BUYER);
        world->buyer_factor[b] = random_lognormal(&stream, 1, buyer->demand_sigma);
        order(world, b, (int64_t)llround((double)buyer->backlog * world->buyer_factor[b]));
    }
    schedule_lots(world);
    if (plan->buyer_count)
        calendar_push(&world->calendar, 0, CLASS_CHANGES, 0, (struct calendar_event){.kind = EVENT_ORDERS});
}

void world_lot(struct world *world, int32_t month)
{
    struct line_lot lot =
        line_draw(&world->plan->line, world->plan->seed, world->request->replication, 0, month);
    world->cards_planned += lot.planned;
    world->cards_made += lot.cards;
    market_supply(&world->market, 0, lot.cards);
    ship(world);
}

/* The buyers' orders on the first of each month; the call at the start only finds the first of them. */
void world_orders(struct world *world, int32_t months)
{
    const struct plan *plan = world->plan;
    bool first_of_month = clock_civil((plan->start + world->now) / CLOCK_DAY).day == 1;
    double years = (double)world->now / (365.0 * (double)CLOCK_DAY);
    for (int32_t b = 0; first_of_month && b < plan->buyer_count; b++) {
        const struct plan_buyer *buyer = &plan->buyers[b];
        double cards = buyer->per_month * world->buyer_factor[b] * pow(1 + buyer->growth_per_year, years) +
                       world->buyer_carry[b];
        int64_t whole = (int64_t)cards;
        world->buyer_carry[b] = cards - (double)whole;
        order(world, b, whole);
    }
    ship(world);
    int64_t next = clock_month_start(plan->start / CLOCK_DAY, months + 1) * CLOCK_DAY - plan->start;
    if (next < plan->horizon)
        calendar_push(&world->calendar, next, CLASS_CHANGES, 0,
                      (struct calendar_event){.kind = EVENT_ORDERS, .subject = months + 1});
}

/* What the site lacks of its order, in all and within the first year after it. */
static void lack(struct world *world, struct world_site *site, int64_t delta)
{
    int64_t year_end = site->plan->ordered + 365 * CLOCK_DAY;
    timeweight_add(&site->lacking, world->now, delta);
    timeweight_add(&site->lacking_first_year, world->now < year_end ? world->now : year_end, delta);
}

void world_site_order(struct world *world, struct world_site *site)
{
    site->lacking.since = site->lacking_first_year.since = world->now;
    lack(world, site, site->plan->cards);
    if (site->plan->at_once) {
        world_row_delivery(world, site->plan->name, site->plan->cards, 0);
        world_deliver(world, site, site->plan->cards);
        return;
    }
    order(world, world->plan->buyer_count + site->index, site->plan->cards);
    ship(world);
}

void world_deliver(struct world *world, struct world_site *site, int64_t cards)
{
    site->delivered += cards;
    int32_t nodes = buildout_deliver(&site->buildout, world->now, cards);
    for (int32_t i = 0; i < nodes; i++) {
        int32_t node;
        int64_t at = buildout_next(&site->buildout, &node);
        if (at < world->plan->horizon)
            calendar_push(
                &world->calendar, at, CLASS_CHANGES, 0,
                (struct calendar_event){.kind = EVENT_NODE_JOIN, .subject = node, .detail = site->index});
    }
}

void world_lack_less(struct world *world, struct world_site *site, int64_t cards)
{
    lack(world, site, -cards);
}
