/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supply/market.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void market_init(struct market *market, const struct allocation_rule *rule, struct arena *arena,
                 int32_t chip_count, int32_t buyer_count)
{
    assert(chip_count > 0 && chip_count <= INT16_MAX && buyer_count >= 0);
    memset(market, 0, sizeof *market);
    market->arena = arena;
    market->chip_count = chip_count;
    market->buyer_count = buyer_count;
    market->now = INT64_MIN;
    size_t buyers = (size_t)buyer_count, pairs = buyers * (size_t)chip_count;
    market->buyers = arena_alloc(arena, buyers, sizeof *market->buyers);
    market->chips = arena_alloc(arena, (size_t)chip_count, sizeof *market->chips);
    market->delivered = arena_alloc(arena, pairs, sizeof *market->delivered);
    market->rank = arena_alloc(arena, pairs, sizeof *market->rank);
    market->forbidden = arena_alloc(arena, pairs, sizeof *market->forbidden);
    memset(market->rank, -1, pairs);
    market_rule(market, rule);
}

static struct market_buyer *buyer_at(const struct market *market, int32_t buyer)
{
    assert(buyer >= 0 && buyer < market->buyer_count);
    return &market->buyers[buyer];
}

static struct market_chip *chip_at(const struct market *market, int32_t chip)
{
    assert(chip >= 0 && chip < market->chip_count);
    return &market->chips[chip];
}

static size_t pair_at(const struct market *market, int32_t buyer, int32_t chip)
{
    return (size_t)buyer * (size_t)market->chip_count + (size_t)chip;
}

void market_rule(struct market *market, const struct allocation_rule *rule)
{
    assert(rule);
    market->rule = rule;
}

static void rank_chips(struct market *market, int32_t buyer)
{
    struct market_buyer *it = &market->buyers[buyer];
    int8_t *rank = &market->rank[pair_at(market, buyer, 0)];
    int16_t next = 0;
    memset(rank, -1, (size_t)market->chip_count);
    for (int i = 0; i < it->terms.chip_count; i++)
        if (!market->forbidden[pair_at(market, buyer, it->terms.chips[i])])
            rank[it->terms.chips[i]] = (int8_t)next++;
    it->chip_count = next;
}

void market_terms(struct market *market, int32_t buyer, const struct market_terms *terms)
{
    assert(terms->chip_count >= 0 && terms->chip_count <= MARKET_CHIPS && terms->patience >= 0);
    assert(isfinite(terms->weight) && terms->weight >= 0 && isfinite(terms->bid) && terms->bid >= 0);
    for (int i = 0; i < terms->chip_count; i++) {
        chip_at(market, terms->chips[i]);
        for (int k = 0; k < i; k++)
            assert(terms->chips[k] != terms->chips[i]);
    }
    buyer_at(market, buyer)->terms = *terms;
    rank_chips(market, buyer);
}

void market_forbid(struct market *market, int32_t buyer, int32_t chip, bool forbidden)
{
    buyer_at(market, buyer);
    chip_at(market, chip);
    market->forbidden[pair_at(market, buyer, chip)] = forbidden;
    rank_chips(market, buyer);
}

void market_price(struct market *market, int32_t chip, double cny)
{
    assert(isfinite(cny) && cny >= 0);
    chip_at(market, chip)->price = cny;
}

void market_closed(struct market *market, int32_t chip, bool closed)
{
    chip_at(market, chip)->closed = closed;
}

void market_queue(struct market *market, int32_t buyer, int64_t cards)
{
    assert(cards >= 0);
    buyer_at(market, buyer)->queue = cards;
}

void market_money(struct market *market, int32_t buyer, double cny)
{
    market_account_money(&buyer_at(market, buyer)->account, cny);
}

void market_unlimited(struct market *market, int32_t buyer)
{
    struct market_account *account = &buyer_at(market, buyer)->account;
    account->has_purse = false;
    account->purse = 0;
}

static void extend(struct market *market)
{
    size_t old = (size_t)market->capacity, capacity = old ? 2 * old : 32;
    market->orders = arena_grow(market->arena, market->orders, old, capacity, sizeof *market->orders);
    market->asked = arena_raw(market->arena, capacity, sizeof *market->asked);
    market->shares = arena_raw(market->arena, capacity, sizeof *market->shares);
    market->grant = arena_raw(market->arena, capacity, sizeof *market->grant);
    market->asked_order = arena_raw(market->arena, capacity, sizeof *market->asked_order);
    market->capacity = (int32_t)capacity;
}

static void advance(struct market *market, int64_t now)
{
    assert(now >= market->now);
    market->now = now;
}

void market_order(struct market *market, int32_t buyer, int64_t date, int64_t cards)
{
    struct market_buyer *it = buyer_at(market, buyer);
    advance(market, date);
    if (cards <= 0)
        return;
    if (market->count == market->capacity)
        extend(market);
    market->orders[market->count++] = (struct market_order){.buyer = buyer, .date = date, .open = cards};
    market_account_order(&it->account, date, cards);
}

void market_supply(struct market *market, int32_t chip, int64_t cards)
{
    struct market_chip *it = chip_at(market, chip);
    assert(cards >= 0);
    it->supplied += cards;
    it->stock += cards;
}

/* How often patience has passed when the order is cancelled; 0: it never is. */
static int64_t last_pass(const struct market_buyer *buyer)
{
    if (!buyer->terms.cancels || !buyer->terms.patience)
        return 0;
    return buyer->chip_count ? buyer->chip_count : 1;
}

int32_t market_patience(struct market *market, int64_t now)
{
    advance(market, now);
    market->cancellation_count = 0;
    int32_t kept = 0;
    for (int32_t i = 0; i < market->count; i++) {
        struct market_order order = market->orders[i];
        struct market_buyer *buyer = &market->buyers[order.buyer];
        int64_t last = last_pass(buyer);
        if (!last || (now - order.date) / buyer->terms.patience < last) {
            market->orders[kept++] = order;
            continue;
        }
        market->cancellations = arena_room(market->arena, market->cancellations, market->cancellation_count,
                                           &market->cancellation_capacity, sizeof *market->cancellations);
        market->cancellations[market->cancellation_count++] =
            (struct market_cancellation){.buyer = order.buyer, .date = order.date, .cards = order.open};
        market_account_cancel(&buyer->account, now, order.open);
    }
    market->count = kept;
    return market->cancellation_count;
}

int64_t market_next(const struct market *market)
{
    int64_t next = INT64_MAX;
    for (int32_t i = 0; i < market->count; i++) {
        const struct market_order *order = &market->orders[i];
        const struct market_buyer *buyer = &market->buyers[order->buyer];
        int64_t patience = buyer->terms.patience;
        if (!patience)
            continue;
        int64_t pass = (market->now - order->date) / patience + 1, last = last_pass(buyer);
        if (last && pass > last)
            return market->now;
        if (pass >= buyer->chip_count && pass != last)
            continue;
        int128 at = (int128)order->date + (int128)pass * patience; /* patience may be nearly endless */
        next = at < next ? (int64_t)at : next;
    }
    return next;
}

static bool accepts(const struct market *market, const struct market_order *order, int32_t chip)
{
    const struct market_buyer *buyer = &market->buyers[order->buyer];
    int8_t rank = market->rank[pair_at(market, order->buyer, chip)];
    if (rank <= 0)
        return rank == 0;
    return buyer->terms.patience && (market->now - order->date) / buyer->terms.patience >= rank;
}

static double price_for(const struct market *market, const struct market_buyer *buyer, int32_t chip)
{
    return market->rule->by_bid ? buyer->terms.bid : market->chips[chip].price;
}

/* The orders that accept the chip, each with what its buyer lacks and can pay for. */
static int32_t collect(struct market *market, int32_t chip)
{
    int32_t count = 0;
    market->pass++;
    for (int32_t i = 0; i < market->count; i++) {
        const struct market_order *order = &market->orders[i];
        if (!accepts(market, order, chip))
            continue;
        struct market_buyer *buyer = &market->buyers[order->buyer];
        if (buyer->pass != market->pass) {
            buyer->pass = market->pass;
            buyer->affords = market_account_affords(&buyer->account, price_for(market, buyer, chip));
        }
        int64_t open = order->open < buyer->affords ? order->open : buyer->affords;
        if (!open)
            continue;
        buyer->affords -= open;
        market->asked_order[count] = i;
        market->asked[count++] = (struct allocation_order){
            .buyer = order->buyer,
            .tier = buyer->terms.tier,
            .date = order->date,
            .open = open,
            .weight = buyer->terms.weight,
            .bid = buyer->terms.bid,
            .queue = buyer->queue,
            .received = market->delivered[pair_at(market, order->buyer, chip)],
        };
    }
    return count;
}

/* A buyer with several open orders gets one shipment of a chip, beginning at index `first`. */
static void add_shipment(struct market *market, int32_t first, int32_t buyer, int32_t chip, int64_t cards)
{
    int32_t at = market->buyers[buyer].shipment;
    if (at < first || at >= market->shipment_count || market->shipments[at].buyer != buyer) {
        market->shipments = arena_room(market->arena, market->shipments, market->shipment_count,
                                       &market->shipment_capacity, sizeof *market->shipments);
        at = market->buyers[buyer].shipment = market->shipment_count++;
        market->shipments[at] = (struct market_shipment){.buyer = buyer, .chip = (int16_t)chip};
    }
    market->shipments[at].cards += cards;
}

/* Takes the grants off orders, queues and stock. */
static void book(struct market *market, int32_t chip, int32_t asked, int64_t given)
{
    int32_t first = market->shipment_count;
    for (int32_t i = 0; i < asked; i++) {
        int64_t grant = market->grant[i];
        if (!grant)
            continue;
        struct market_order *order = &market->orders[market->asked_order[i]];
        struct market_buyer *buyer = &market->buyers[order->buyer];
        market_account_deliver(&buyer->account, market->now, order->date, grant);
        add_shipment(market, first, order->buyer, chip, grant);
        buyer->queue = buyer->queue > grant ? buyer->queue - grant : 0;
        market->delivered[pair_at(market, order->buyer, chip)] += grant;
        order->open -= grant;
    }
    for (int32_t i = first; i < market->shipment_count; i++) {
        struct market_shipment *shipment = &market->shipments[i];
        struct market_buyer *buyer = &market->buyers[shipment->buyer];
        shipment->paid = market_account_pay(&buyer->account, shipment->cards, price_for(market, buyer, chip));
    }
    market->chips[chip].stock -= given;
    market->chips[chip].handed_out += given;
    int32_t kept = 0;
    for (int32_t i = 0; i < market->count; i++)
        if (market->orders[i].open)
            market->orders[kept++] = market->orders[i];
    market->count = kept;
}

static void hand_out(struct market *market, int32_t chip)
{
    int64_t stock = market->chips[chip].stock, given = 0, wanted = 0;
    int32_t asked = collect(market, chip);
    if (!asked)
        return;
    market->rule->divide(market->asked, asked, stock, market->grant, market->shares);
    for (int32_t i = 0; i < asked; i++) {
        assert(market->grant[i] >= 0 && market->grant[i] <= market->asked[i].open);
        given += market->grant[i];
        wanted += market->asked[i].open;
    }
    assert(given == (stock < wanted ? stock : wanted));
    book(market, chip, asked, given);
}

int32_t market_divide(struct market *market, int64_t now)
{
    market_patience(market, now);
    market->shipment_count = 0;
    for (int32_t chip = 0; chip < market->chip_count; chip++)
        if (market->chips[chip].stock && !market->chips[chip].closed)
            hand_out(market, chip);
    return market->shipment_count;
}

void market_settle(struct market *market, int64_t now)
{
    advance(market, now);
    for (int32_t b = 0; b < market->buyer_count; b++)
        timeweight_settle(&market->buyers[b].account.open, now);
}

int64_t market_lacking(const struct market *market, int32_t buyer)
{
    return buyer_at(market, buyer)->account.open.value;
}

int64_t market_delivered(const struct market *market, int32_t buyer, int32_t chip)
{
    buyer_at(market, buyer);
    chip_at(market, chip);
    return market->delivered[pair_at(market, buyer, chip)];
}
