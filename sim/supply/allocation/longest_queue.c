/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * longest-queue: cards go where most training waits. Each card goes to the buyer whose own queue, less the
 * cards granted to it here, waits for the most cards, so that the longest queues are brought down to one
 * level; ties to the earlier order. What is left when no buyer with an open order has a queue goes out by
 * date. Serving the longest queue keeps every queue finite whenever some rule does (Tassiulas & Ephremides,
 * IEEE Transactions on Information Theory 39(2), 1993), but it believes what the buyers say of their queues.
 */
#include "supply/allocation/allocation_rules.h"
#include "supply/allocation/shares.h"

static void divide(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant,
                   struct allocation_share *shares)
{
    int32_t buyers = shares_of_buyers(orders, count, shares);
    for (int32_t i = 0; i < buyers; i++) {
        int64_t queue = orders[shares[i].order].queue;
        if (queue < 0)
            queue = 0;
        shares[i].start = -queue; /* the longest queue stands lowest */
        shares[i].most = queue < shares[i].most ? queue : shares[i].most;
    }
    shares_fill(shares, buyers, stock, 1, 0);
    shares_to_orders(shares, buyers, orders, count, grant);
    shares_rest(orders, count, stock, grant);
}

const struct allocation_rule allocation_longest_queue = {
    .name = "longest-queue",
    .summary = "the buyer whose own queue waits for most cards first, until queues are level",
    .divide = divide,
};
