/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shares: what several allocation rules have in common: shares of orders or of buyers, and two ways to fill
 * them.
 *
 * Filling by level (water-filling): share b's card number j = 0, 1, .. has the level (start + step j) /
 * weight, and the `stock` cards of the lowest levels are given; equal levels by order. That is card after
 * card to whoever stands lowest, found in O(count x 100 + count log count) whatever the stock: bisection on a
 * level in units of 2^-bits, fine enough that each share has at most one card between two neighbouring ones,
 * then a sort of those. Levels are compared as fractions by 128-bit products: exact up to 2^60 cards x 2^30
 * of weight. With equal weights it is max-min fairness (Bertsekas & Gallager, Data Networks, 2nd ed.
 * 1992, 6.5.2); with weights and step 2 from an odd start it is the divisor method of Webster (Balinski &
 * Young, Fair Representation, 1982).
 */
#ifndef TENK_SUPPLY_ALLOCATION_SHARES_H
#define TENK_SUPPLY_ALLOCATION_SHARES_H

#include "supply/allocation.h"

enum { SHARES_WEIGHT_BITS = 30 };

/* One share an order: start 0, weight 1, most = open. O(count). */
void shares_of_orders(const struct allocation_order *orders, int32_t count, struct allocation_share *shares);

/* One share a buyer, by its first order; most = all it lacks. Returns their number. O(count log count). */
int32_t shares_of_buyers(const struct allocation_order *orders, int32_t count,
                         struct allocation_share *shares);

/* Grants in proportion to `most`, whole cards by largest remainder, ties by order. Sorts. O(count log count).
 */
void shares_pro_rata(struct allocation_share *shares, int32_t count, int64_t stock);

/* Grants by level; step = 1 or 2; weights up to 2^bits, bits <= SHARES_WEIGHT_BITS. Sorts. */
void shares_fill(struct allocation_share *shares, int32_t count, int64_t stock, int step, int bits);

/* The grants of buyers to their orders, the earlier ones first. Sorts. O(count log count). */
void shares_to_orders(struct allocation_share *shares, int32_t share_count,
                      const struct allocation_order *orders, int32_t count, int64_t *grant);

/* Adds what is left of the stock after `grant` to the orders, the earlier ones first. O(count). */
void shares_rest(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant);

#endif
