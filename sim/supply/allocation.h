/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * allocation: who gets the cards when there are too few.
 *
 * A rule divides a stock of one chip among the open orders for it. It sees them sorted by (date, order of
 * arrival) and fills `grant`; the market checks that no order gets more than it lacks and that the stock is
 * given out as far as somebody lacks it, and stops with an assertion otherwise. One file a rule in
 * allocation/, one line in the registry; docs/allocation.md tells what each promises and when it is fair.
 *
 * Whole cards and no rounding of doubles: rules compare in 128-bit integers, so that a division is the same
 * on every machine. Orders of one buyer carry the same tier, weight, bid, queue and received. Ownership: all
 * arrays are the caller's.
 */
#ifndef TENK_SUPPLY_ALLOCATION_H
#define TENK_SUPPLY_ALLOCATION_H

#include "base/number.h"

#include <stdbool.h>
#include <stdint.h>

struct allocation_order {
    int32_t buyer;    /* index */
    int32_t tier;     /* 1 is served first where a rule looks at tiers */
    int64_t date;     /* us */
    int64_t open;     /* cards still lacking, > 0 */
    double weight;    /* quota of the buyer against the others', >= 0 */
    double bid;       /* CNY a card that the buyer offers, >= 0 */
    int64_t queue;    /* cards that the buyer's own training queue waits for */
    int64_t received; /* cards of this chip that it has been delivered so far, on all its orders */
};

/* What a rule works in (allocation/shares.h); of no meaning between two divisions. */
struct allocation_share {
    int128 key;     /* what it is sorted by */
    int64_t start;  /* where its level stands, in cards or half cards */
    int64_t weight; /* > 0 */
    int64_t most;   /* cards it may get */
    int64_t grant;
    int32_t buyer;
    int32_t order; /* index of its order, of a buyer's first one: decides ties */
};

struct allocation_rule {
    const char *name;
    const char *summary;
    bool by_bid; /* a buyer pays its own bid, not the chip's price */
    /*
     * grant[i] in [0, orders[i].open]; their sum is the smaller of stock and all open cards. `shares` has
     * room for `count`. O(count log count), priority O(count x tiers).
     */
    void (*divide)(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant,
                   struct allocation_share *shares);
};

const struct allocation_rule *allocation_rule_at(int index);
const struct allocation_rule *allocation_rule_named(const char *name);

#endif
