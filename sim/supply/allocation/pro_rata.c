/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pro-rata: every open order gets the same share of what it lacks. Whole cards by largest remainder
 * (Hamilton's method; Balinski & Young, Fair Representation, 1982), ties to the earlier order.
 */
#include "supply/allocation/allocation_rules.h"
#include "supply/allocation/shares.h"

static void divide(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant,
                   struct allocation_share *shares)
{
    shares_of_orders(orders, count, shares);
    shares_pro_rata(shares, count, stock);
    for (int32_t i = 0; i < count; i++)
        grant[shares[i].order] = shares[i].grant;
}

const struct allocation_rule allocation_pro_rata = {
    .name = "pro-rata",
    .summary = "every open order gets the same share of what it lacks",
    .divide = divide,
};
