/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Properties that every registered allocation rule must have, then what each of them promises. */
#include "base/number.h"
#include "engine/dice_case.h"
#include "supply/allocation.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 60, ROUNDS = 3000 };

struct division {
    struct allocation_order orders[MOST];
    int64_t grant[MOST];
    int32_t count;
    int64_t stock;
    int64_t open; /* in all */
};

/* Orders by date; few dates, tiers and sizes, so that ties are common; sometimes enormous ones. */
static void draw_orders(struct division *division, struct dice *dice)
{
    division->count = (int32_t)dice_whole(dice, 1, dice_once_in(dice, 4) ? MOST : 6);
    division->open = 0;
    int64_t date = dice_whole(dice, -5, 5), size = dice_once_in(dice, 8) ? INT64_C(100000000000000) : 5000;
    if (dice_once_in(dice, 3))
        size = 3;
    for (int32_t i = 0; i < division->count; i++) {
        date += dice_whole(dice, 0, 1);
        division->orders[i] = (struct allocation_order){.buyer = (int32_t)dice_whole(dice, 0, 7),
                                                        .tier = (int32_t)dice_whole(dice, 1, 4),
                                                        .date = date,
                                                        .open = dice_whole(dice, 1, size)};
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

static void divide(const struct allocation_rule *rule, struct division *division)
{
    memset(division->grant, 0x5a, sizeof division->grant); /* a rule fills all of it */
    rule->divide(division->orders, division->count, division->stock, division->grant);
}

static void test_registry(void **state)
{
    (void)state;
    int count = 0;
    for (; allocation_rule_at(count); count++) {
        const struct allocation_rule *rule = allocation_rule_at(count);
        assert_true(strlen(rule->name) > 0 && strlen(rule->summary) > 0);
        assert_non_null(rule->divide);
        assert_ptr_equal(allocation_rule_named(rule->name), rule); /* so names are unique */
    }
    assert_true(count >= 2);
    assert_null(allocation_rule_at(-1));
    assert_null(allocation_rule_at(count + 1));
    assert_null(allocation_rule_named("Priority"));
    assert_null(allocation_rule_named(""));
}

static void test_properties(void **state)
{
    (void)state;
    for (int r = 0; allocation_rule_at(r); r++) {
        const struct allocation_rule *rule = allocation_rule_at(r);
        struct dice dice = {3100};
        int scarce = 0;
        for (int round = 0; round < ROUNDS; round++) {
            struct division division;
            draw_orders(&division, &dice);
            struct allocation_order kept[MOST];
            memcpy(kept, division.orders, sizeof kept);
            divide(rule, &division);
            assert_memory_equal(kept, division.orders, (size_t)division.count * sizeof *kept);
            int64_t given = 0;
            for (int32_t i = 0; i < division.count; i++) {
                if (division.grant[i] < 0 || division.grant[i] > division.orders[i].open)
                    fail_msg("%s gives %lld of %lld", rule->name, (long long)division.grant[i],
                             (long long)division.orders[i].open);
                given += division.grant[i];
            }
            /* no more than there is, and no card is held back from who lacks it */
            int64_t want = division.stock < division.open ? division.stock : division.open;
            if (given != want)
                fail_msg("%s gives %lld of %lld cards", rule->name, (long long)given, (long long)want);
            scarce += division.stock < division.open;
            /* what is behind the orders is left alone */
            for (int32_t i = division.count; i < MOST; i++)
                assert_int_equal(division.grant[i], INT64_C(0x5a5a5a5a5a5a5a5a));
            /* it repeats, whatever lay in the result before */
            int64_t first[MOST];
            memcpy(first, division.grant, sizeof first);
            memset(division.grant, 0, sizeof division.grant);
            rule->divide(division.orders, division.count, division.stock, division.grant);
            assert_memory_equal(first, division.grant, (size_t)division.count * sizeof *first);
        }
        assert_true(scarce > ROUNDS / 3);
    }
}

/* Of two orders that differ in their date only the earlier one never gets less. */
static void test_ties(void **state)
{
    (void)state;
    for (int r = 0; allocation_rule_at(r); r++) {
        struct dice dice = {1955};
        for (int round = 0; round < ROUNDS; round++) {
            struct division division;
            draw_orders(&division, &dice);
            divide(allocation_rule_at(r), &division);
            for (int32_t i = 0; i < division.count; i++)
                for (int32_t k = i + 1; k < division.count; k++)
                    if (division.orders[i].open == division.orders[k].open &&
                        division.orders[i].tier == division.orders[k].tier)
                        assert_true(division.grant[i] >= division.grant[k]);
        }
    }
}

static void test_priority(void **state)
{
    (void)state;
    const struct allocation_rule *rule = allocation_rule_named("priority");
    assert_non_null(rule);
    struct dice dice = {2};
    for (int round = 0; round < ROUNDS; round++) {
        struct division division;
        draw_orders(&division, &dice);
        if (dice_once_in(&dice, 5)) { /* tiers far apart */
            division.orders[0].tier = INT_MAX - 1;
            division.orders[division.count - 1].tier = -3;
        }
        divide(rule, &division);
        for (int32_t i = 0; i < division.count; i++)
            for (int32_t k = 0; k < division.count; k++) {
                bool before = division.orders[k].tier < division.orders[i].tier ||
                              (division.orders[k].tier == division.orders[i].tier && k < i);
                /* nothing for this one while one before it lacks a card */
                if (before && division.grant[k] < division.orders[k].open)
                    assert_int_equal(division.grant[i], 0);
            }
    }
}

static void test_pro_rata(void **state)
{
    (void)state;
    const struct allocation_rule *rule = allocation_rule_named("pro-rata");
    assert_non_null(rule);
    struct dice dice = {1792};
    for (int round = 0; round < ROUNDS; round++) {
        struct division division;
        draw_orders(&division, &dice);
        divide(rule, &division);
        if (division.stock >= division.open)
            continue;
        for (int32_t i = 0; i < division.count; i++) {
            /* |grant - open stock / total| < 1, in whole numbers */
            int128 off =
                (int128)division.grant[i] * division.open - (int128)division.orders[i].open * division.stock;
            assert_true(off < division.open && off > -(int128)division.open);
            for (int32_t k = 0; k < division.count; k++) { /* who lacks more does not get less */
                if (division.orders[i].open > division.orders[k].open)
                    assert_true(division.grant[i] >= division.grant[k]);
                /* a card too many goes to a larger remainder, of equal ones to the earlier order */
                int128 cut_i = (int128)division.orders[i].open * division.stock % division.open;
                int128 cut_k = (int128)division.orders[k].open * division.stock % division.open;
                int64_t low_i = (int64_t)((int128)division.orders[i].open * division.stock / division.open);
                int64_t low_k = (int64_t)((int128)division.orders[k].open * division.stock / division.open);
                if (cut_i > cut_k || (cut_i == cut_k && i < k))
                    assert_true(division.grant[i] - low_i >= division.grant[k] - low_k);
            }
        }
    }
    /* Hamilton's method by hand: 100 cards among 1,493, 517 and 385 of 2,395 are 62.338, 21.587 and 16.075 */
    struct division known = {.count = 3, .stock = 100};
    static const int64_t open[] = {1493, 517, 385}, want[] = {62, 22, 16};
    for (int32_t i = 0; i < 3; i++)
        known.orders[i] = (struct allocation_order){.buyer = i, .tier = 3 - i, .date = i, .open = open[i]};
    divide(rule, &known);
    for (int32_t i = 0; i < 3; i++)
        assert_int_equal(known.grant[i], want[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry), cmocka_unit_test(test_properties), cmocka_unit_test(test_ties),
        cmocka_unit_test(test_priority), cmocka_unit_test(test_pro_rata),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
