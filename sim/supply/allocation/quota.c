/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * quota: weighted quotas with memory. A buyer is entitled to weight / (sum of weights) of everything handed
 * out so far, this stock included; buyers furthest below that, relative to their weight, are served first. So
 * the cards go, one after the other, to the lowest (received + 1/2) / weight among buyers that lack one; what
 * a buyer does not claim goes to the others. The half card makes it Webster's divisor method, which favours
 * neither large nor small weights (Balinski & Young, Fair Representation, 1982), and as every divisor method
 * it gives the same whether a stock comes at once or in parts. Ties to the earlier order.
 *
 * Weights are taken relative to the largest in steps of 2^-30; less than one step counts as one. Buyers of
 * weight 0 have no quota: they get what the others leave, by date.
 */
#include "supply/allocation/allocation_rules.h"
#include "supply/allocation/shares.h"

#include <math.h>

static void divide(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant,
                   struct allocation_share *shares)
{
    double largest = 0;
    for (int32_t i = 0; i < count; i++)
        largest = orders[i].weight > largest ? orders[i].weight : largest;
    int exponent;
    frexp(largest, &exponent); /* scaling by a power of two does not round */
    int32_t buyers = shares_of_buyers(orders, count, shares);
    for (int32_t i = 0; i < buyers; i++) {
        const struct allocation_order *order = &orders[shares[i].order];
        if (!(order->weight > 0)) {
            shares[i].most = 0;
            continue;
        }
        int64_t weight = llround(ldexp(order->weight, SHARES_WEIGHT_BITS - exponent));
        shares[i].weight = weight > 0 ? weight : 1;
        shares[i].start = 2 * order->received + 1;
    }
    shares_fill(shares, buyers, stock, 2, SHARES_WEIGHT_BITS);
    shares_to_orders(shares, buyers, orders, count, grant);
    shares_rest(orders, count, stock, grant);
}

const struct allocation_rule allocation_quota = {
    .name = "quota",
    .summary = "buyers furthest below their weight's part of all cards handed out so far first",
    .divide = divide,
};
