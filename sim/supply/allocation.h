/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * allocation: who gets the cards when there are too few.
 *
 * A rule divides a stock among open orders. It sees them sorted by (date, buyer) and fills `grant`;
 * the market checks that no order gets more than it lacks and no more than the stock is given, and
 * stops with an assertion otherwise. One file a rule in allocation/, one line in the registry.
 */
#ifndef TENK_SUPPLY_ALLOCATION_H
#define TENK_SUPPLY_ALLOCATION_H

#include <stdint.h>

struct allocation_order {
    int32_t buyer; /* index */
    int32_t tier;  /* 1 is served first where a rule looks at tiers */
    int64_t date;  /* us */
    int64_t open;  /* cards still lacking, > 0 */
};

struct allocation_rule {
    const char *name;
    const char *summary;
    /* grant[i] in [0, orders[i].open], sum at most stock. O(count^2) at worst. */
    void (*divide)(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant);
};

const struct allocation_rule *allocation_rule_at(int index);
const struct allocation_rule *allocation_rule_named(const char *name);

#endif
