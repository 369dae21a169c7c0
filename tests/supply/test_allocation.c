/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Properties that every registered allocation rule must have, then what each of them promises; the rules by
 * level are in test_allocation_levels.c. */
#include "base/number.h"
#include "supply/allocation_case.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    assert_int_equal(count, 7);
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
            struct allocation_case division;
            allocation_case_draw(&division, &dice);
            struct allocation_order kept[MOST];
            memcpy(kept, division.orders, sizeof kept);
            allocation_case_divide(rule, &division);
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
            struct allocation_share shares[MOST];
            memset(shares, 0, sizeof shares);
            memset(division.grant, 0, sizeof division.grant);
            rule->divide(division.orders, division.count, division.stock, division.grant, shares);
            assert_memory_equal(first, division.grant, (size_t)division.count * sizeof *first);
        }
        assert_true(scarce > ROUNDS / 3);
    }
}

/* Of two orders that differ in their date only, of one buyer or of two with one order each, the earlier one
 * never gets less. */
static void test_ties(void **state)
{
    (void)state;
    for (int r = 0; allocation_rule_at(r); r++) {
        struct dice dice = {1955};
        int64_t compared = 0;
        for (int round = 0; round < ROUNDS; round++) {
            struct allocation_case division;
            allocation_case_draw(&division, &dice);
            if (dice_once_in(&dice, 2)) /* all alike */
                for (int32_t i = 0; i < division.count; i++) {
                    struct allocation_order *order = &division.orders[i];
                    order->tier = 2;
                    order->weight = 3;
                    order->bid = 0.7;
                    order->queue = 11;
                    order->received = 5;
                }
            int32_t orders_of[BUYERS] = {0};
            for (int32_t i = 0; i < division.count; i++)
                orders_of[division.orders[i].buyer]++;
            allocation_case_divide(allocation_rule_at(r), &division);
            for (int32_t i = 0; i < division.count; i++)
                for (int32_t k = i + 1; k < division.count; k++) {
                    const struct allocation_order *a = &division.orders[i], *b = &division.orders[k];
                    bool alike = a->tier == b->tier && a->weight == b->weight && a->bid == b->bid &&
                                 a->queue == b->queue && a->received == b->received &&
                                 orders_of[a->buyer] == 1 && orders_of[b->buyer] == 1;
                    if (a->open != b->open || (a->buyer != b->buyer && !alike))
                        continue;
                    assert_true(division.grant[i] >= division.grant[k]);
                    compared++;
                }
        }
        assert_true(compared > ROUNDS);
    }
}

/* Buyers are told apart, but their numbers mean nothing. */
static void test_numbers_of_buyers(void **state)
{
    (void)state;
    for (int r = 0; allocation_rule_at(r); r++) {
        struct dice dice = {77};
        for (int round = 0; round < ROUNDS; round++) {
            struct allocation_case division, renamed;
            allocation_case_draw(&division, &dice);
            renamed = division;
            for (int32_t i = 0; i < division.count; i++) /* 3 and 8 have no common factor */
                renamed.orders[i].buyer = 1000000 - 131 * ((division.orders[i].buyer * 3 + 5) % BUYERS);
            allocation_case_divide(allocation_rule_at(r), &division);
            allocation_case_divide(allocation_rule_at(r), &renamed);
            assert_memory_equal(division.grant, renamed.grant, sizeof division.grant);
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
        struct allocation_case division;
        allocation_case_draw(&division, &dice);
        if (dice_once_in(&dice, 5)) { /* tiers far apart */
            division.orders[0].tier = INT_MAX - 1;
            division.orders[division.count - 1].tier = -3;
        }
        allocation_case_divide(rule, &division);
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
        struct allocation_case division;
        allocation_case_draw(&division, &dice);
        allocation_case_divide(rule, &division);
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
    struct allocation_case known = {.count = 3, .stock = 100};
    static const int64_t open[] = {1493, 517, 385}, want[] = {62, 22, 16};
    for (int32_t i = 0; i < 3; i++)
        known.orders[i] = (struct allocation_order){.buyer = i, .tier = 3 - i, .date = i, .open = open[i]};
    allocation_case_divide(rule, &known);
    for (int32_t i = 0; i < 3; i++)
        assert_int_equal(known.grant[i], want[i]);
}

static void test_first_come(void **state)
{
    (void)state;
    const struct allocation_rule *rule = allocation_rule_named("first-come");
    assert_non_null(rule);
    struct dice dice = {1917};
    for (int round = 0; round < ROUNDS; round++) {
        struct allocation_case division;
        allocation_case_draw(&division, &dice);
        allocation_case_divide(rule, &division);
        for (int32_t i = 1; i < division.count; i++)
            assert_true(!division.grant[i] || division.grant[i - 1] == division.orders[i - 1].open);
    }
}

static void test_highest_bid(void **state)
{
    (void)state;
    const struct allocation_rule *rule = allocation_rule_named("highest-bid");
    assert_non_null(rule);
    assert_true(rule->by_bid);
    struct dice dice = {1961};
    for (int round = 0; round < ROUNDS; round++) {
        struct allocation_case division;
        allocation_case_draw(&division, &dice);
        allocation_case_divide(rule, &division);
        for (int32_t i = 0; i < division.count; i++)
            for (int32_t k = 0; k < division.count; k++)
                if (division.orders[k].bid > division.orders[i].bid &&
                    division.grant[k] < division.orders[k].open)
                    assert_int_equal(division.grant[i], 0);
        /* those of one bid are as if they were alone with what they get together */
        for (int step = 0; step <= 4; step++) {
            struct allocation_case alone = {.count = 0};
            int32_t at[MOST];
            for (int32_t i = 0; i < division.count; i++)
                if (division.orders[i].bid == 0.1 * step) {
                    at[alone.count] = i;
                    alone.orders[alone.count++] = division.orders[i];
                    alone.stock += division.grant[i];
                }
            allocation_case_divide(allocation_rule_named("pro-rata"), &alone);
            for (int32_t i = 0; i < alone.count; i++)
                assert_int_equal(alone.grant[i], division.grant[at[i]]);
        }
    }
}

/* The table of docs/allocation.md is what the rules say. */
static void test_page(void **state)
{
    (void)state;
    static const struct allocation_order orders[] = {
        {.buyer = 0,
         .tier = 1,
         .date = 2,
         .open = 600,
         .weight = 3,
         .bid = 110000,
         .queue = 500,
         .received = 900},
        {.buyer = 1,
         .tier = 2,
         .date = 1,
         .open = 300,
         .weight = 2,
         .bid = 95000,
         .queue = 50,
         .received = 100},
        {.buyer = 2,
         .tier = 3,
         .date = 0,
         .open = 150,
         .weight = 1,
         .bid = 120000,
         .queue = 300,
         .received = 0},
        {.buyer = 3,
         .tier = 3,
         .date = 3,
         .open = 40,
         .weight = 1,
         .bid = 95000,
         .queue = 0,
         .received = 150},
    };
    struct allocation_case division = {.count = 4, .stock = 457};
    for (int32_t i = 0; i < 4; i++) /* by date */
        for (int32_t k = 0; k < 4; k++)
            if (orders[k].date == i)
                division.orders[i] = orders[k];
    const char *source = getenv("TENK_SOURCE");
    if (!source)
        skip();
    char path[4096], page[20000], line[200];
    snprintf(path, sizeof path, "%s/docs/allocation.md", source);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    for (int r = 0; allocation_rule_at(r); r++) {
        const struct allocation_rule *rule = allocation_rule_at(r);
        int64_t of_buyer[4] = {0};
        allocation_case_divide(rule, &division);
        for (int32_t i = 0; i < 4; i++)
            of_buyer[division.orders[i].buyer] = division.grant[i];
        snprintf(line, sizeof line, "| `%s` | %lld | %lld | %lld | %lld |", rule->name,
                 (long long)of_buyer[0], (long long)of_buyer[1], (long long)of_buyer[2],
                 (long long)of_buyer[3]);
        if (!strstr(page, line))
            fail_msg("%s has no line %s", path, line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry),   cmocka_unit_test(test_properties),
        cmocka_unit_test(test_ties),       cmocka_unit_test(test_numbers_of_buyers),
        cmocka_unit_test(test_priority),   cmocka_unit_test(test_pro_rata),
        cmocka_unit_test(test_first_come), cmocka_unit_test(test_highest_bid),
        cmocka_unit_test(test_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
