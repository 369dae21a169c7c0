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

/* --- tiers --- */

struct shaped {
    int32_t count, cards;
    struct topology_shape shape;
    int32_t tiers; /* that are kept */
};

static const struct shaped shapes[] = {
    {61, 8, {61, 8, 0, 4, 12, 36}, 3},     {130, 4, {130, 4, 2, 0, 10, 50}, 3},
    {700, 1, {700, 1, 0, 2, 130, 260}, 3}, /* 350 groups of a tier, and groups of more than 64 nodes */
    {97, 64, {97, 64, 1, 1, 6, 102}, 1},   /* the other levels are the node's or the site's */
    {48, 8, {48, 8, 2, 4, 8, 16}, 4},      {33, 3, {33, 3, 0, 0, 0, 0}, 0},
};

/* The kept sizes of a shape: those larger than the one before and smaller than the site. */
static int32_t kept_sizes(const struct shaped *shaped, int32_t sizes[NODES_TIERS])
{
    const int32_t all[] = {shaped->shape.units_per_server, shaped->shape.domain, shaped->shape.leaf,
                           shaped->shape.pod};
    int32_t count = 0;
    for (int i = 0; i < 4; i++)
        if (all[i] > (count ? sizes[count - 1] : 1) && all[i] < shaped->count)
            sizes[count++] = all[i];
    return count;
}

static void check_tiers(const struct nodes *nodes, const struct plain *plain, const struct shaped *shaped,
                        struct dice *dice)
{
    int32_t sizes[NODES_TIERS], kept = kept_sizes(shaped, sizes);
    assert_int_equal(kept, shaped->tiers);
    assert_int_equal(nodes->tier_count, kept);
    for (int32_t t = 0; t < kept; t++) {
        const struct nodes_tier *tier = &nodes->tiers[t];
        int32_t groups = (plain->count + sizes[t] - 1) / sizes[t];
        int32_t whole[400] = {0}, with[1000] = {0};
        for (int32_t node = 0; node < plain->count; node++)
            whole[node / sizes[t]] += plain->free[node] == plain->cards;
        assert_int_equal(tier->size, sizes[t]);
        assert_int_equal(tier->groups, groups);
        for (int32_t group = 0; group < groups; group++) {
            assert_int_equal(tier->whole[group], whole[group]);
            with[whole[group]]++;
        }
        for (int32_t k = 0; k <= sizes[t]; k++)
            assert_int_equal(tier->with[k], with[k]);
        for (int i = 0; i < 20; i++) {
            int32_t asked = (int32_t)dice_whole(dice, -1, sizes[t] + 1), above = asked < 0 ? 0 : asked;
            int32_t below = asked < sizes[t] ? asked : sizes[t];
            while (above <= sizes[t] && !with[above])
                above++;
            while (below >= 0 && !with[below])
                below--;
            if (asked >= 0)
                assert_int_equal(nodes_tier_above(tier, asked), above <= sizes[t] ? above : -1);
            assert_int_equal(nodes_tier_below(tier, asked), below);
            int32_t from = (int32_t)dice_whole(dice, 0, groups), to = (int32_t)dice_whole(dice, 0, groups);
            int32_t number =
                dice_once_in(dice, 2) ? whole[from % groups] : (int32_t)dice_whole(dice, 0, sizes[t]);
            int32_t first = -1;
            for (int32_t group = to - 1; group >= from; group--)
                first = whole[group] == number ? group : first;
            assert_int_equal(nodes_tier_first(tier, number, from, to), first);
        }
    }
}

static void test_tiers(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        const struct shaped *shaped = &shapes[s];
        struct arena arena = {0};
        struct topology topology = topology_build(&shaped->shape);
        struct nodes nodes, copy;
        struct plain plain = {shaped->count, shaped->cards,
                              calloc((size_t)shaped->count, sizeof *plain.free)};
        int16_t *loaded = calloc((size_t)shaped->count, sizeof *loaded);
        struct dice dice = {97 + s};
        assert_true(plain.free && loaded);
        nodes_init(&nodes, &arena, shaped->count, shaped->cards);
        nodes_init(&copy, &arena, shaped->count, shaped->cards);
        nodes_group(&nodes, &arena, &topology);
        nodes_group(&copy, &arena, &topology);
        check_tiers(&nodes, &plain, shaped, &dice);
        for (int i = 0; i < 3000; i++) {
            /* one node, or a run of them as gangs take and give them */
            int32_t first = (int32_t)dice_whole(&dice, 0, shaped->count - 1);
            int32_t run = dice_once_in(&dice, 3) ? (int32_t)dice_whole(&dice, 1, 40) : 1;
            for (int32_t k = 0; k < run; k++) {
                int32_t node = dice_once_in(&dice, 9) ? first : (first + k) % shaped->count;
                int32_t free = (int32_t)dice_whole(&dice, 0, shaped->cards);
                if (!dice_once_in(&dice, 4))
                    free = i / 500 % 2 ? shaped->cards : 0;
                plain.free[node] = free;
                if (run == 1)
                    nodes_set(&nodes, node, free);
                else
                    nodes_change(&nodes, node, free);
            }
            nodes_settle(&nodes);
            if (i % 16)
                continue;
            check_tiers(&nodes, &plain, shaped, &dice);
            check_questions(&nodes, &plain, &dice);
            /* the other one follows by copy or by load, from wherever it was */
            for (int32_t node = 0; node < shaped->count; node++)
                loaded[node] = (int16_t)plain.free[node];
            if (i % 32)
                nodes_copy(&copy, &nodes);
            else
                nodes_load(&copy, loaded);
            check_sums(&copy, &plain);
            check_tiers(&copy, &plain, shaped, &dice);
            check_questions(&copy, &plain, &dice);
            nodes_set(&copy, first, shaped->cards - plain.free[first]);
            check_tiers(&nodes, &plain, shaped, &dice);
        }
        arena_free(&arena);
        free(plain.free);
        free(loaded);
    }
}

/* Gangs that come and go by sweeps, in order or not, on nodes with and without tiers. */
static void test_sweep(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        const struct shaped *shaped = &shapes[s];
        struct arena arena = {0};
        struct topology topology = topology_build(&shaped->shape);
        struct nodes nodes, bare;
        struct plain plain = {shaped->count, shaped->cards,
                              calloc((size_t)shaped->count, sizeof *plain.free)};
        struct dice dice = {131 + s};
        assert_non_null(plain.free);
        nodes_init(&nodes, &arena, shaped->count, shaped->cards);
        nodes_init(&bare, &arena, shaped->count, shaped->cards);
        nodes_group(&nodes, &arena, &topology);
        for (int i = 0; i < 2000; i++) {
            struct nodes_sweep sweep = nodes_sweep_begin(&nodes), other = nodes_sweep_begin(&bare);
            int32_t first = (int32_t)dice_whole(&dice, 0, shaped->count - 1);
            int32_t run = (int32_t)dice_whole(&dice, 0, 200),
                    free = dice_once_in(&dice, 2) ? shaped->cards : 0;
            for (int32_t k = 0; k < run; k++) {
                int32_t node = (first + k) % shaped->count;
                if (dice_once_in(&dice, 12)) /* anywhere, met before or not */
                    node = (int32_t)dice_whole(&dice, 0, shaped->count - 1);
                if (dice_once_in(&dice, 15))
                    free = (int32_t)dice_whole(&dice, 0, shaped->cards);
                plain.free[node] = free;
                nodes_sweep_set(&sweep, node, free);
                nodes_sweep_set(&other, node, free);
            }
            nodes_sweep_end(&sweep);
            nodes_sweep_end(&other);
            if (i % 8)
                continue;
            check_sums(&nodes, &plain);
            check_sums(&bare, &plain);
            check_tiers(&nodes, &plain, shaped, &dice);
            for (int k = 0; k < 20; k++) {
                check_questions(&nodes, &plain, &dice);
                check_questions(&bare, &plain, &dice);
            }
        }
        arena_free(&arena);
        free(plain.free);
    }
}

/* What a gang of each size cannot use, node by node. */
static void test_unusable(void **state)
{
    (void)state;
    struct dice dice = {23};
    struct arena arena = {0};
    for (int round = 0; round < 2000; round++) {
        int32_t cards = (int32_t)dice_whole(&dice, 1, 10), count = (int32_t)dice_whole(&dice, 1, 12);
        struct nodes nodes;
        nodes_init(&nodes, &arena, count, cards);
        for (int32_t node = 0; node < count; node++)
            nodes_set(&nodes, node, dice_once_in(&dice, 2) ? cards : (int32_t)dice_whole(&dice, 0, cards));
        for (int32_t gang = 1; gang <= cards * (count + 1) + 1; gang++) {
            int64_t unusable = 0, whole = 0, rest = 0;
            for (int32_t node = 0; node < count; node++) {
                int32_t free = nodes.free[node];
                unusable += gang <= cards ? free * (free < gang) : free * (free < cards);
                whole += free == cards;
                rest = free < cards && free > rest ? free : rest;
            }
            if (gang > cards && (gang / cards > whole || (gang / cards == whole && gang % cards > rest)))
                unusable = nodes.free_cards;
            assert_int_equal(nodes_unusable(&nodes, gang), unusable);
        }
        arena_reset(&arena);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),    cmocka_unit_test(test_large), cmocka_unit_test(test_last_node),
        cmocka_unit_test(test_no_nodes), cmocka_unit_test(test_tiers), cmocka_unit_test(test_unusable),
        cmocka_unit_test(test_sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
