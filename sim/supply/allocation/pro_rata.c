/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pro-rata: every open order gets the same share of what it lacks. Whole cards by largest remainder
 * (Hamilton's method), ties to the earlier order.
 */
#include "base/number.h"
#include "supply/allocation/allocation_rules.h"

static void divide(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant)
{
    int64_t total = 0, given = 0;
    for (int32_t i = 0; i < count; i++)
        total += orders[i].open;
    if (stock >= total) {
        for (int32_t i = 0; i < count; i++)
            grant[i] = orders[i].open;
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        grant[i] = (int64_t)((int128)orders[i].open * stock / total);
        given += grant[i];
    }
    for (; given < stock; given++) { /* fewer than `count` cards are left */
        int32_t best = -1;
        int128 best_remainder = -1;
        for (int32_t i = 0; i < count; i++) {
            int128 remainder = (int128)orders[i].open * stock - (int128)grant[i] * total;
            if (remainder > best_remainder && grant[i] < orders[i].open) {
                best = i;
                best_remainder = remainder;
            }
        }
        grant[best]++;
    }
}

const struct allocation_rule allocation_pro_rata = {
    .name = "pro-rata",
    .summary = "every open order gets the same share of what it lacks",
    .divide = divide,
};
