/* SPDX-License-Identifier: GPL-3.0-or-later */
/* allocation_case: random orders for a stock, and a division of it. */
#ifndef TENK_TESTS_SUPPLY_ALLOCATION_CASE_H
#define TENK_TESTS_SUPPLY_ALLOCATION_CASE_H

#include "engine/dice_case.h"
#include "supply/allocation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 60, BUYERS = 8, ROUNDS = 3000 };

struct allocation_case {
    struct allocation_order orders[MOST];
    int64_t grant[MOST];
    int32_t count;
    int64_t stock;
    int64_t open; /* in all */
};

/* What the orders of a buyer have in common; whole weights, so that references can compare them exactly. */
static inline void allocation_case_buyers(struct allocation_order *buyers, struct dice *dice, int64_t size)
{
    for (int32_t b = 0; b < BUYERS; b++)
        buyers[b] = (struct allocation_order){
            .buyer = b,
            .tier = (int32_t)dice_whole(dice, 1, 4),
            .weight = (double)dice_whole(dice, 0, dice_once_in(dice, 3) ? 9973 : 3),
            .bid = 0.1 * (double)dice_whole(dice, 0, 4),
            .queue = dice_whole(dice, 0, 4) ? dice_whole(dice, 0, 2 * size) : 0,
            .received = dice_once_in(dice, 2) ? dice_whole(dice, 0, size) : 0,
        };
}

/* Orders by date; few dates, tiers and sizes, so that ties are common; sometimes enormous ones. */
static inline void allocation_case_draw(struct allocation_case *division, struct dice *dice)
{
    division->count = (int32_t)dice_whole(dice, 1, dice_once_in(dice, 4) ? MOST : 6);
    division->open = 0;
    int64_t date = dice_whole(dice, -5, 5), size = dice_once_in(dice, 8) ? INT64_C(100000000000000) : 5000;
    if (dice_once_in(dice, 3))
        size = 3;
    struct allocation_order buyers[BUYERS];
    allocation_case_buyers(buyers, dice, size);
    for (int32_t i = 0; i < division->count; i++) {
        date += dice_whole(dice, 0, 1);
        division->orders[i] = buyers[dice_whole(dice, 0, BUYERS - 1)];
        division->orders[i].date = date;
        division->orders[i].open = dice_whole(dice, 1, size);
        division->open += division->orders[i].open;
    }
    switch (dice_whole(dice, 0, 5)) {
    case 0:
        division->stock = division->open;
        break;
    case 1:
        division->stock = division->open + dice_whole(dice, 0, 50);
        break;
    case 2:
        division->stock = dice_whole(dice, 1, division->count);
        break;
    default:
        division->stock = dice_whole(dice, 1, division->open);
    }
}

static inline void allocation_case_divide(const struct allocation_rule *rule,
                                          struct allocation_case *division)
{
    static struct allocation_share shares[MOST + 1];
    memset(division->grant, 0x5a, sizeof division->grant); /* a rule fills all of it */
    memset(shares, 0x5a, sizeof shares);
    rule->divide(division->orders, division->count, division->stock, division->grant, shares);
    assert_int_equal(shares[division->count].most, INT64_C(0x5a5a5a5a5a5a5a5a)); /* no room is taken beyond */
}

#endif
