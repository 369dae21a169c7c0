/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * max-min: every buyer gets the same number of cards of this stock, or all it lacks if that is less; what
 * small buyers leave is divided again among the others. No buyer's part could be made larger without making a
 * part smaller that is no larger (max-min fairness: Bertsekas & Gallager, Data Networks, 2nd ed.
 * 1992, 6.5.2). Per buyer, so that an order cut in two gets no more. Cards that do not divide evenly go one
 * each to the buyers with the earliest orders.
 */
#include "supply/allocation/allocation_rules.h"
#include "supply/allocation/shares.h"

static void divide(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant,
                   struct allocation_share *shares)
{
    int32_t buyers = shares_of_buyers(orders, count, shares);
    shares_fill(shares, buyers, stock, 1, 0);
    shares_to_orders(shares, buyers, orders, count, grant);
}

const struct allocation_rule allocation_max_min = {
    .name = "max-min",
    .summary = "every buyer gets the same number of cards, or all it lacks if less (max-min fairness)",
    .divide = divide,
};
