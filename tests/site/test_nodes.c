/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "site/nodes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* The reference: the free cards of every node, looked through from end to end. */
struct plain {
    int32_t count, cards;
    int32_t *free;
};

static int32_t plain_first(const struct plain *plain, int32_t level, int32_t from)
{
    for (int32_t node = from; node < plain->count; node++)
        if (level > 0 && plain->free[node] == level)
            return node;
    return -1;
}

static int32_t plain_fullest_below(const struct plain *plain, int32_t limit)
{
    int32_t best = 0;
    for (int32_t node = 0; node < plain->count; node++)
        if (plain->free[node] < limit && plain->free[node] > best)
            best = plain->free[node];
    return best;
}

static void check_sums(const struct nodes *nodes, const struct plain *plain)
{
    int64_t sum = 0;
    int32_t levels[NODES_MAX_CARDS + 1] = {0};
    for (int32_t node = 0; node < plain->count; node++) {
        assert_int_equal(nodes->free[node], plain->free[node]);
        sum += plain->free[node];
        levels[plain->free[node]]++;
    }
    assert_int_equal(nodes->free_cards, sum);
    for (int32_t level = 0; level <= plain->cards; level++)
        assert_int_equal(nodes->level_count[level], levels[level]);
}

static void check_questions(const struct nodes *nodes, const struct plain *plain, struct dice *dice)
{
    int32_t level = (int32_t)dice_whole(dice, -1, plain->cards + 1);
    int32_t from = (int32_t)dice_whole(dice, 0, plain->count + 1);
    if (dice_once_in(dice, 3)) /* around the ends of words and of their summaries */
        from = (int32_t)(dice_whole(dice, 0, plain->count / 64) * 64 + dice_whole(dice, 0, 1));
    assert_int_equal(nodes_first(nodes, level, from), plain_first(plain, level, from));
    int32_t limit = (int32_t)dice_whole(dice, 0, plain->cards + 2);
    assert_int_equal(nodes_fullest_below(nodes, limit), plain_fullest_below(plain, limit));
}

static void compare(int32_t count, int32_t cards, int operations)
{
    struct arena arena = {0};
    struct nodes nodes, copy;
    struct plain plain = {count, cards, calloc((size_t)count, sizeof *plain.free)};
    struct dice dice = {(uint64_t)(count * 100 + cards)};
    assert_non_null(plain.free);
    nodes_init(&nodes, &arena, count, cards);
    nodes_init(&copy, &arena, count, cards);
    check_sums(&nodes, &plain);
    for (int i = 0; i < operations; i++) {
        int32_t node = (int32_t)dice_whole(&dice, 0, count - 1);
        /* by turns most nodes are full, all but a few are wholly free, or all are mixed */
        int phase = i * 6 / operations % 3;
        int32_t free = (int32_t)dice_whole(&dice, 0, cards);
        if (phase < 2 && !dice_once_in(&dice, 30))
            free = phase ? cards : 0;
        nodes_set(&nodes, node, free);
        plain.free[node] = free;
        check_questions(&nodes, &plain, &dice);
        if (i % (operations / 8) == 0) {
            check_sums(&nodes, &plain);
            nodes_copy(&copy, &nodes);
            check_sums(&copy, &plain);
            nodes_set(&copy, node, cards - free); /* a copy goes its own way */
            nodes_set(&copy, 0, 0);
            check_sums(&nodes, &plain);
            nodes_copy(&copy, &nodes);
            for (int k = 0; k < 50; k++)
                check_questions(&copy, &plain, &dice);
        }
    }
    check_sums(&nodes, &plain);
    /* walking a level from node to node meets all of it, in order */
    for (int32_t level = 1; level <= cards; level++) {
        int32_t met = 0;
        for (int32_t node = nodes_first(&nodes, level, 0); node >= 0;
             node = nodes_first(&nodes, level, node + 1)) {
            assert_int_equal(plain.free[node], level);
            met++;
        }
        assert_int_equal(met, nodes.level_count[level]);
    }
    arena_free(&arena);
    free(plain.free);
}

static void test_small(void **state)
{
    (void)state;
    static const int32_t counts[] = {1, 2, 63, 64, 65, 128, 129};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        compare(counts[i], 8, 20000);
        compare(counts[i], 1, 4000);
        compare(counts[i], NODES_MAX_CARDS, 4000);
    }
}

/* 4,096 nodes are 64 words, one word of summary; one more needs a second. */
static void test_large(void **state)
{
    (void)state;
    compare(4096, 8, 12000);
    compare(4097, 8, 12000);
    compare(4161, 3, 6000);
    compare(12289, 16, 4000);
}

/* The last node of all, alone in the last word of the second summary word. */
static void test_last_node(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct nodes nodes;
    nodes_init(&nodes, &arena, 4097, 8);
    assert_int_equal(nodes_first(&nodes, 5, 0), -1);
    assert_int_equal(nodes_fullest_below(&nodes, 9), 0);
    nodes_set(&nodes, 4096, 5);
    static const int32_t froms[] = {0, 63, 64, 4031, 4032, 4095, 4096};
    for (size_t i = 0; i < sizeof froms / sizeof *froms; i++)
        assert_int_equal(nodes_first(&nodes, 5, froms[i]), 4096);
    assert_int_equal(nodes_first(&nodes, 5, 4097), -1);
    assert_int_equal(nodes_first(&nodes, 5, INT32_MAX), -1);
    assert_int_equal(nodes_first(&nodes, 4, 0), -1);
    assert_int_equal(nodes_fullest_below(&nodes, 6), 5);
    assert_int_equal(nodes_fullest_below(&nodes, 5), 0);
    nodes_set(&nodes, 4096, 0);
    assert_int_equal(nodes_first(&nodes, 5, 0), -1);
    assert_int_equal(nodes.free_cards, 0);
    arena_free(&arena);
}

/* Without nodes the structure only carries a number. */
static void test_no_nodes(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct nodes nodes, copy;
    nodes_init(&nodes, &arena, 0, 8);
    nodes_init(&copy, &arena, 0, 8);
    nodes.free_cards = 10237;
    nodes_copy(&copy, &nodes);
    assert_int_equal(copy.free_cards, 10237);
    assert_int_equal(nodes_first(&copy, 3, 0), -1);
    assert_int_equal(nodes_fullest_below(&copy, 8), 0);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_last_node),
        cmocka_unit_test(test_no_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
