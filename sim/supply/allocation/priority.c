/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * priority: tier by tier, within a tier first come, first served. A lower tier gets nothing while a
 * higher one lacks a card. The situation of 2024: leading firms first, cities from what is left.
 */
#include "supply/allocation/allocation_rules.h"

#include <limits.h>

/* The next tier above `tier` that occurs, INT_MAX when none. */
static int32_t next_tier(const struct allocation_order *orders, int32_t count, int32_t tier)
{
    int32_t next = INT_MAX;
    for (int32_t i = 0; i < count; i++)
        if (orders[i].tier > tier && orders[i].tier < next)
            next = orders[i].tier;
    return next;
}

static void divide(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant,
                   struct allocation_share *shares)
{
    (void)shares;
    for (int32_t i = 0; i < count; i++)
        grant[i] = 0;
    int32_t tier = INT_MIN;
    while (stock > 0 && (tier = next_tier(orders, count, tier)) != INT_MAX) {
        for (int32_t i = 0; i < count && stock > 0; i++) {
            if (orders[i].tier != tier)
                continue;
            grant[i] = orders[i].open < stock ? orders[i].open : stock;
            stock -= grant[i];
        }
    }
}

const struct allocation_rule allocation_priority = {
    .name = "priority",
    .summary = "tier by tier, first come first served within a tier",
    .divide = divide,
};
