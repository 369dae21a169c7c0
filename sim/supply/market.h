/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * market: the stock of a chip, the open orders for it, and shipments.
 *
 * Orders stay open until filled. Whenever cards or orders arrive, the allocation rule divides the stock
 * among the open orders; what nobody lacks stays in stock. Whether a city waits is not put in: it
 * follows from output, from the others' orders and from the rule.
 * Complexity: market_divide O(open orders x (served buyers + tiers)). Memory from the arena.
 */
#ifndef TENK_SUPPLY_MARKET_H
#define TENK_SUPPLY_MARKET_H

#include "base/memory.h"
#include "supply/allocation.h"

struct market_shipment {
    int32_t buyer;
    int64_t cards;
};

struct market {
    struct arena *arena;
    const struct allocation_rule *rule;
    struct allocation_order *orders; /* open, by (date, order of arrival) */
    int64_t *grant;
    struct market_shipment *shipments; /* result of the last market_divide, one per served buyer */
    int32_t count;
    int32_t capacity;
    int32_t shipment_count;
    int64_t stock;
};

void market_init(struct market *market, const struct allocation_rule *rule, struct arena *arena);

/* Orders must come in order of date. */
void market_order(struct market *market, int32_t buyer, int32_t tier, int64_t date, int64_t cards);

/* Cards arrive in the stock. */
void market_supply(struct market *market, int64_t cards);

/* Divides the stock; the shipments are in market->shipments. Returns their number. */
int32_t market_divide(struct market *market);

/* Cards that a buyer still lacks. O(open orders). */
int64_t market_lacking(const struct market *market, int32_t buyer);

#endif
