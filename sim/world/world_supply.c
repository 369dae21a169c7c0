/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_supply: orders and deliveries, up to the nodes that are being built. */
#include "engine/clock.h"
#include "engine/random.h"
#include "world/world_internal.h"

#include <math.h>

static void mind_patience(struct world *world)
{
    int64_t next = market_next(&world->market);
    if (next >= world->plan->horizon || next == world->patience_at)
        return;
    next = next > world->now ? next : world->now;
    world->patience_at = next;
    calendar_push(&world->calendar, next, CLASS_CHANGES, 0, (struct calendar_event){.kind = EVENT_PATIENCE});
}

/* What the site lacks of its order, in all and within the first year after it. */
static void lack(struct world *world, struct world_site *site, int64_t delta)
{
    int64_t year_end = site->plan->ordered + 365 * CLOCK_DAY;
    timeweight_add(&site->lacking, world->now, delta);
    timeweight_add(&site->lacking_first_year, world->now < year_end ? world->now : year_end, delta);
}

/* Orders that were given up are no longer lacking. */
static void take_cancellations(struct world *world)
{
    for (int32_t i = 0; i < world->market.cancellation_count; i++) {
        const struct market_cancellation *gone = &world->market.cancellations[i];
        if (gone->buyer >= world->plan->buyer_count)
            lack(world, &world->sites[gone->buyer - world->plan->buyer_count], -gone->cards);
    }
}

void world_ship(struct world *world)
{
    const struct plan *plan = world->plan;
    struct market *market = &world->market;
    for (int s = 0; s < plan->site_count; s++)
        if (plan->sites[s].buys && !plan->sites[s].is_pool) {
            int64_t waiting = 0;
            for (int p = s; p < s + plan->sites[s].pool_count; p++)
                waiting += world->sites[p].queued_cards.value;
            market_queue(market, plan->buyer_count + s, waiting);
        }
    int32_t count = market_divide(market, world->now);
    take_cancellations(world);
    for (int32_t i = 0; i < count; i++) {
        struct market_shipment shipment = market->shipments[i];
        int64_t lacking = market_lacking(market, shipment.buyer);
        const char *chip = plan->chips[shipment.chip].name;
        if (shipment.buyer < plan->buyer_count) {
            world_row_delivery(world, plan->buyers[shipment.buyer].name, chip, shipment.cards, lacking,
                               shipment.paid);
            continue;
        }
        struct world_site *site = &world->sites[shipment.buyer - plan->buyer_count];
        world_row_delivery(world, site->plan->name, chip, shipment.cards, lacking, shipment.paid);
        world_deliver(world, &world->sites[site->plan->pool_of[shipment.chip]], shipment.cards);
    }
    mind_patience(world);
}

void world_patience(struct world *world)
{
    if (world->patience_at != world->now)
        return; /* an earlier or later one has taken its place */
    world->patience_at = -1;
    world_ship(world);
}

static bool threatened(const struct world *world, const struct plan_buyer *buyer, int chip)
{
    if (buyer->domestic_only && !world->plan->chips[chip].domestic)
        return false; /* not a chip that it can have */
    for (int i = 0; i < world->plan->line_count; i++)
        if (world->plan->lines[i].chip == chip && world->lines[i].threats > 0)
            return true;
    return false;
}

/* Who hoards wants the chip first that will soon be gone. */
static struct market_terms hoarding_terms(const struct world *world, const struct plan_buyer *buyer)
{
    struct market_terms terms = buyer->terms;
    for (int i = 0; i < terms.chip_count && buyer->hoard > 1; i++)
        if (threatened(world, buyer, terms.chips[i])) {
            int16_t chip = terms.chips[i];
            for (; i > 0; i--)
                terms.chips[i] = terms.chips[i - 1];
            terms.chips[0] = chip;
            break;
        }
    return terms;
}

static double hoard_factor(const struct world *world, const struct plan_buyer *buyer)
{
    for (int i = 0; i < buyer->terms.chip_count; i++)
        if (threatened(world, buyer, buyer->terms.chips[i]))
            return buyer->hoard;
    return 1;
}

static void forbid(struct world *world, int32_t buyer, bool domestic_only)
{
    for (int c = 0; c < world->plan->chip_count; c++)
        market_forbid(&world->market, buyer, c, domestic_only && !world->plan->chips[c].domestic);
}

/* A limit that comes begins with a month's money; one that goes leaves none. */
static void mind_purse(struct world *world, int32_t b, const struct plan *before)
{
    double was = before->buyers[b].budget_per_year, is = world->plan->buyers[b].budget_per_year;
    if (is <= 0 && was > 0)
        market_unlimited(&world->market, b);
    else if (is > 0 && was <= 0)
        market_money(&world->market, b, is / 12);
}

void world_market_terms(struct world *world, const struct plan *before)
{
    const struct plan *plan = world->plan;
    struct market *market = &world->market;
    market_rule(market, plan->rule);
    for (int c = 0; c < plan->chip_count; c++)
        market_price(market, c, plan->chips[c].price);
    for (int32_t b = 0; b < plan->buyer_count; b++) {
        struct market_terms terms = hoarding_terms(world, &plan->buyers[b]);
        market_terms(market, b, &terms);
        forbid(world, b, plan->buyers[b].domestic_only);
        /* told once: what it got since has shortened the queue */
        if (!before || before->buyers[b].waiting_cards != plan->buyers[b].waiting_cards)
            market_queue(market, b, plan->buyers[b].waiting_cards);
        if (before)
            mind_purse(world, b, before);
    }
    for (int s = 0; s < plan->site_count; s++) {
        if (!plan->sites[s].buys)
            continue;
        market_terms(market, plan->buyer_count + s, &plan->sites[s].terms);
        forbid(world, plan->buyer_count + s, plan->sites[s].domestic_only);
    }
}

void world_start_supply(struct world *world)
{
    const struct plan *plan = world->plan;
    market_init(&world->market, plan->rule, world->arena, plan->chip_count,
                plan->buyer_count + plan->site_count);
    world->patience_at = -1;
    world->first_year = arena_alloc(world->arena, (size_t)plan->buyer_count + (size_t)plan->site_count,
                                    sizeof *world->first_year);
    if (plan->horizon >= WORLD_YEAR)
        calendar_push(&world->calendar, WORLD_YEAR, CLASS_SAMPLES, 0,
                      (struct calendar_event){.kind = EVENT_YEAR});
    world_start_lots(world);
    world_market_terms(world, NULL);
    for (int32_t b = 0; b < plan->buyer_count; b++) {
        const struct plan_buyer *buyer = &plan->buyers[b];
        struct random_stream stream =
            random_open(plan->seed, world->request->replication, (uint32_t)b, RANDOM_BUYER);
        world->buyer_factor[b] = random_lognormal(&stream, 1, buyer->demand_sigma);
        if (buyer->budget_per_year > 0)
            market_money(&world->market, b, buyer->budget_per_year / 12);
        market_order(&world->market, b, world->now,
                     (int64_t)llround((double)buyer->backlog * world->buyer_factor[b]));
    }
    if (plan->buyer_count)
        calendar_push(&world->calendar, 0, CLASS_CHANGES, 0, (struct calendar_event){.kind = EVENT_ORDERS});
}

/* The buyers' orders on the first of each month; the call at the start only finds the first of them. */
void world_orders(struct world *world, int32_t months)
{
    const struct plan *plan = world->plan;
    bool first_of_month = clock_civil((plan->start + world->now) / CLOCK_DAY).day == 1;
    double years = (double)world->now / (365.0 * (double)CLOCK_DAY);
    for (int32_t b = 0; first_of_month && b < plan->buyer_count; b++) {
        const struct plan_buyer *buyer = &plan->buyers[b];
        double cards = buyer->per_month * world->buyer_factor[b] * pow(1 + buyer->growth_per_year, years);
        double hoard = hoard_factor(world, buyer);
        cards = hoard > 1 ? cards * hoard + world->buyer_carry[b] : cards + world->buyer_carry[b];
        int64_t whole = (int64_t)cards;
        world->buyer_carry[b] = cards - (double)whole;
        if (months && buyer->budget_per_year > 0)
            market_money(&world->market, b, buyer->budget_per_year / 12);
        market_order(&world->market, b, world->now, whole);
    }
    world_ship(world);
    int64_t next = clock_month_start(plan->start / CLOCK_DAY, months + 1) * CLOCK_DAY - plan->start;
    if (next < plan->horizon)
        calendar_push(&world->calendar, next, CLASS_CHANGES, 0,
                      (struct calendar_event){.kind = EVENT_ORDERS, .subject = months + 1});
}

void world_site_order(struct world *world, struct world_site *site, int32_t part)
{
    const struct plan_site *plan = site->plan;
    if (!part)
        site->lacking.since = site->lacking_first_year.since = world->now;
    int64_t until = (int64_t)((int128)plan->cards * (part + 1) / plan->order_parts);
    int64_t cards = until - site->ordered;
    site->ordered = until;
    lack(world, site, cards);
    if (part + 1 < plan->order_parts) {
        int64_t day = (world->plan->start + plan->ordered) / CLOCK_DAY;
        int64_t next = clock_month_start(day, part + 1) * CLOCK_DAY - world->plan->start;
        if (next < world->plan->horizon)
            calendar_push(&world->calendar, next, CLASS_CHANGES, 0,
                          (struct calendar_event){
                              .kind = EVENT_SITE_ORDER, .subject = part + 1, .detail = site->index});
    }
    if (plan->at_once) {
        world_row_delivery(world, plan->name, plan->chip_name, cards, 0, 0);
        world_deliver(world, site, cards);
        return;
    }
    market_order(&world->market, world->plan->buyer_count + site->index, world->now, cards);
    world_ship(world);
}

void world_deliver(struct world *world, struct world_site *site, int64_t cards)
{
    site->delivered += cards;
    timeweight_add(&site->installed, world->now, cards);
    world_buy(world, site, cards);
    int32_t nodes = buildout_deliver(&site->buildout, world->now, cards);
    for (int32_t i = 0; i < nodes; i++) {
        int32_t node;
        int64_t at = buildout_next(&site->buildout, &node);
        if (at < world->plan->horizon)
            calendar_push(
                &world->calendar, at, CLASS_CHANGES, 0,
                (struct calendar_event){.kind = EVENT_NODE_JOIN, .subject = node, .detail = site->index});
    }
    if (!nodes) /* the last cards may make no node */
        world_note_complete(world, &world->sites[site->plan->owner]);
}

void world_lack_less(struct world *world, struct world_site *site, int64_t cards)
{
    lack(world, &world->sites[site->plan->owner], -cards);
}
