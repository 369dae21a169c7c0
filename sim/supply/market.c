/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supply/market.h"

#include <assert.h>
#include <string.h>

void market_init(struct market *market, const struct allocation_rule *rule, struct arena *arena)
{
    memset(market, 0, sizeof *market);
    market->arena = arena;
    market->rule = rule;
}

static void extend(struct market *market)
{
    size_t old = (size_t)market->capacity, capacity = old ? 2 * old : 32;
    market->orders = arena_grow(market->arena, market->orders, old, capacity, sizeof *market->orders);
    market->grant = arena_grow(market->arena, market->grant, old, capacity, sizeof *market->grant);
    market->shipments =
        arena_grow(market->arena, market->shipments, old, capacity, sizeof *market->shipments);
    market->capacity = (int32_t)capacity;
}

void market_order(struct market *market, int32_t buyer, int32_t tier, int64_t date, int64_t cards)
{
    assert(!market->count || market->orders[market->count - 1].date <= date);
    if (cards <= 0)
        return;
    if (market->count == market->capacity)
        extend(market);
    market->orders[market->count++] =
        (struct allocation_order){.buyer = buyer, .tier = tier, .date = date, .open = cards};
}

void market_supply(struct market *market, int64_t cards)
{
    market->stock += cards;
}

/* A buyer with several open orders gets one shipment. */
static void add_shipment(struct market *market, int32_t buyer, int64_t cards)
{
    int32_t at = 0;
    while (at < market->shipment_count && market->shipments[at].buyer != buyer)
        at++;
    if (at == market->shipment_count)
        market->shipments[market->shipment_count++] = (struct market_shipment){.buyer = buyer};
    market->shipments[at].cards += cards;
}

int32_t market_divide(struct market *market)
{
    market->shipment_count = 0;
    if (!market->stock || !market->count)
        return 0;
    market->rule->divide(market->orders, market->count, market->stock, market->grant);
    int32_t kept = 0;
    for (int32_t i = 0; i < market->count; i++) {
        struct allocation_order order = market->orders[i];
        int64_t grant = market->grant[i];
        assert(grant >= 0 && grant <= order.open && grant <= market->stock);
        if (grant) {
            market->stock -= grant;
            add_shipment(market, order.buyer, grant);
        }
        order.open -= grant;
        if (order.open)
            market->orders[kept++] = order;
    }
    market->count = kept;
    return market->shipment_count;
}

int64_t market_lacking(const struct market *market, int32_t buyer)
{
    int64_t lacking = 0;
    for (int32_t i = 0; i < market->count; i++)
        if (market->orders[i].buyer == buyer)
            lacking += market->orders[i].open;
    return lacking;
}
