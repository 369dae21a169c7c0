/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * highest-bid: by what a buyer offers for a card, the most first; equal bids share pro rata (pro_rata.c).
 * Buyers pay their bids: a discriminatory-price auction of several like units (Krishna, Auction Theory, 2nd
 * ed. 2010, ch. 12), with bids that the scenario gives, not ones that answer to each other.
 */
#include "supply/allocation/allocation_rules.h"
#include "supply/allocation/shares.h"

#include <stdlib.h>

static int by_bid(const void *a, const void *b)
{
    const struct allocation_share *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static void divide(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant,
                   struct allocation_share *shares)
{
    shares_of_orders(orders, count, shares);
    for (int32_t i = 0; i < count; i++)
        shares[i].key = number_real_key(orders[i].bid);
    qsort(shares, (size_t)count, sizeof *shares, by_bid);
    for (int32_t first = 0, end; first < count; first = end) {
        int64_t given = 0;
        for (end = first + 1; end < count && shares[end].key == shares[first].key;)
            end++;
        shares_pro_rata(&shares[first], end - first, stock);
        for (int32_t i = first; i < end; i++) {
            grant[shares[i].order] = shares[i].grant;
            given += shares[i].grant;
        }
        stock -= given;
    }
}

const struct allocation_rule allocation_highest_bid = {
    .name = "highest-bid",
    .summary = "the highest bid first, equal bids pro rata; buyers pay what they bid",
    .by_bid = true,
    .divide = divide,
};
