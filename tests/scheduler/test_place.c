/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every registered placement policy must keep to, on random views; then what each of them prefers. */
#include "engine/dice_case.h"
#include "scheduler/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 250, UNTOUCHED = -4711 };

/* Free cards of random nodes: crowded, all but empty, and mixed, some with hardly a whole node. */
static void draw_view(struct nodes *view, struct arena *arena, struct dice *dice)
{
    static const int32_t per_node[] = {1, 2, 3, 8, 8, 16, 64};
    int32_t cards = per_node[dice_whole(dice, 0, 6)];
    int32_t count = (int32_t)dice_whole(dice, 1, dice_once_in(dice, 6) ? 200 : 12);
    nodes_init(view, arena, count, cards);
    int64_t kind = dice_whole(dice, 0, 3);
    for (int32_t node = 0; node < count; node++) {
        int32_t free = (int32_t)dice_whole(dice, 0, cards);
        if (kind == 0)
            free = dice_once_in(dice, 4) ? free : 0;
        if (kind == 1)
            free = dice_once_in(dice, 5) ? free : cards;
        if (kind == 2 && free == cards)
            free = cards - 1;
        nodes_set(view, node, free);
    }
}

/* Whole nodes for the whole part of the gang, and one further node with room for the rest. */
static bool fits(const struct nodes *view, int64_t gang)
{
    int64_t whole = gang / view->cards, rest = gang % view->cards;
    for (int32_t node = 0; node < view->count; node++)
        if (view->free[node] == view->cards)
            whole--;
    if (whole > 0)
        return false;
    for (int32_t node = 0; node < view->count; node++)
        if (view->free[node] >= rest && (view->free[node] < view->cards || whole < 0))
            return true;
    return rest == 0;
}

static void check_choice(const struct place_policy *policy, const struct nodes *view, int32_t gang,
                         struct job_part *parts, bool *taken)
{
    int32_t room = gang / view->cards + 1;
    for (int32_t i = 0; i <= room; i++)
        parts[i] = (struct job_part){UNTOUCHED, UNTOUCHED};
    int32_t used = policy->choose(view, &(struct place_request){.cards = gang}, parts);
    assert_true(used >= 1 && used <= room);
    assert_int_equal(parts[room].node, UNTOUCHED); /* nothing written behind what was promised */
    int64_t sum = 0;
    int32_t broken = 0;
    memset(taken, 0, (size_t)view->count * sizeof *taken);
    for (int32_t i = 0; i < used; i++) {
        assert_true(parts[i].node >= 0 && parts[i].node < view->count);
        assert_true(parts[i].cards >= 1 && parts[i].cards <= view->free[parts[i].node]);
        assert_false(taken[parts[i].node]);
        taken[parts[i].node] = true;
        sum += parts[i].cards;
        broken += parts[i].cards < view->cards;
    }
    assert_int_equal(sum, gang);
    /* whole nodes as far as they go, and at most one that is shared */
    assert_int_equal(broken, gang % view->cards != 0);
}

static void test_registry(void **state)
{
    (void)state;
    int count = 0;
    for (; place_policy_at(count); count++) {
        const struct place_policy *policy = place_policy_at(count);
        assert_true(strlen(policy->name) > 0 && strlen(policy->summary) > 0);
        assert_non_null(policy->largest);
        assert_int_equal(policy->choose != NULL, policy->by_node);
        assert_ptr_equal(place_policy_named(policy->name), policy); /* so names are unique */
    }
    assert_true(count >= 3);
    assert_null(place_policy_at(-1));
    assert_null(place_policy_at(count + 1));
    assert_null(place_policy_named("first_fit"));
    assert_null(place_policy_named(""));
}

/* Every gang up to the largest finds its nodes, and the next larger one has none to find. */
static void test_every_gang(void **state)
{
    (void)state;
    for (int p = 0; place_policy_at(p); p++) {
        const struct place_policy *policy = place_policy_at(p);
        if (!policy->by_node)
            continue;
        struct dice dice = {1945};
        struct arena arena = {0};
        int nothing = 0;
        for (int round = 0; round < ROUNDS; round++) {
            struct nodes view;
            draw_view(&view, &arena, &dice);
            int64_t largest = policy->largest(&view);
            assert_true(largest >= 0 && largest <= view.free_cards);
            nothing += largest == 0;
            struct job_part *parts = arena_alloc(&arena, (size_t)view.count + 2, sizeof *parts);
            bool *taken = arena_alloc(&arena, (size_t)view.count, sizeof *taken);
            int16_t *before = arena_alloc(&arena, (size_t)view.count, sizeof *before);
            memcpy(before, view.free, (size_t)view.count * sizeof *before);
            int64_t step = largest > 600 ? largest / 400 : 1;
            for (int64_t gang = 1; gang <= largest; gang += step) {
                assert_true(fits(&view, gang));
                check_choice(policy, &view, (int32_t)gang, parts, taken);
            }
            if (largest)
                check_choice(policy, &view, (int32_t)largest, parts, taken);
            assert_false(fits(&view, largest + 1));
            assert_memory_equal(before, view.free, (size_t)view.count * sizeof *before);
            arena_reset(&arena);
        }
        arena_free(&arena);
        assert_in_range(nothing, 1, ROUNDS / 4);
    }
}

/* Nodes with these free cards, of 8 each. */
static void known_view(struct nodes *view, struct arena *arena)
{
    static const int32_t free[] = {0, 3, 8, 5, 8, 3, 7, 8, 5, 0, 8};
    nodes_init(view, arena, sizeof free / sizeof *free, 8);
    for (int32_t node = 0; node < view->count; node++)
        nodes_set(view, node, free[node]);
}

struct known_choice {
    int32_t gang;
    int32_t parts;
    struct job_part part[5];
};

static void check_known(const char *name, const struct known_choice *known, size_t count)
{
    struct arena arena = {0};
    struct nodes view;
    known_view(&view, &arena);
    const struct place_policy *policy = place_policy_named(name);
    assert_non_null(policy);
    assert_int_equal(policy->largest(&view), 4 * 8 + 7);
    for (size_t i = 0; i < count; i++) {
        struct job_part parts[6];
        assert_int_equal(policy->choose(&view, &(struct place_request){.cards = known[i].gang}, parts), known[i].parts);
        for (int32_t k = 0; k < known[i].parts; k++) {
            assert_int_equal(parts[k].node, known[i].part[k].node);
            assert_int_equal(parts[k].cards, known[i].part[k].cards);
        }
    }
    arena_free(&arena);
}

static void test_first_fit(void **state)
{
    (void)state;
    static const struct known_choice known[] = {
        {1, 1, {{1, 1}}},
        {4, 1, {{2, 4}}}, /* the lowest with room, though it breaks a whole node */
        {8, 1, {{2, 8}}},
        {11, 2, {{2, 8}, {1, 3}}},
        {13, 2, {{2, 8}, {3, 5}}},
        {14, 2, {{2, 8}, {4, 6}}},
        {24, 3, {{2, 8}, {4, 8}, {7, 8}}},
        {39, 5, {{2, 8}, {4, 8}, {7, 8}, {10, 8}, {6, 7}}},
    };
    check_known("first-fit", known, sizeof known / sizeof *known);
}

static void test_consolidate(void **state)
{
    (void)state;
    static const struct known_choice known[] = {
        {1, 1, {{1, 1}}},
        {3, 1, {{1, 3}}},
        {4, 1, {{3, 4}}}, /* the fullest with room: 5 free */
        {6, 1, {{6, 6}}},
        {8, 1, {{2, 8}}},
        {11, 2, {{2, 8}, {4, 3}}}, /* of most free cards: a further whole node */
        {24, 3, {{2, 8}, {4, 8}, {7, 8}}},
        {36, 5, {{2, 8}, {4, 8}, {7, 8}, {10, 8}, {6, 4}}}, /* no whole node is left: the one with 7 */
    };
    check_known("consolidate", known, sizeof known / sizeof *known);
}

/* The preferences of both on random views, by looking at every node. */
static void test_small_gangs(void **state)
{
    (void)state;
    const struct place_policy *first_fit = place_policy_named("first-fit");
    const struct place_policy *consolidate = place_policy_named("consolidate");
    assert_true(first_fit && consolidate);
    struct dice dice = {8};
    struct arena arena = {0};
    for (int round = 0; round < 3000; round++) {
        struct nodes view;
        draw_view(&view, &arena, &dice);
        int32_t gang = (int32_t)dice_whole(&dice, 1, view.cards), lowest = -1, fullest = -1;
        for (int32_t node = 0; node < view.count; node++) {
            if (view.free[node] < gang)
                continue;
            if (lowest < 0)
                lowest = node;
            if (fullest < 0 || view.free[node] < view.free[fullest])
                fullest = node;
        }
        if (lowest >= 0) {
            struct job_part part;
            assert_int_equal(first_fit->choose(&view, &(struct place_request){.cards = gang}, &part), 1);
            assert_int_equal(part.node, lowest);
            assert_int_equal(consolidate->choose(&view, &(struct place_request){.cards = gang}, &part), 1);
            assert_int_equal(part.node, fullest);
        } else {
            assert_true(first_fit->largest(&view) < gang && consolidate->largest(&view) < gang);
        }
        arena_reset(&arena);
    }
    arena_free(&arena);
}

/* Counting looks at the sum alone, with nodes or without. */
static void test_count(void **state)
{
    (void)state;
    const struct place_policy *policy = place_policy_named("count");
    assert_non_null(policy);
    assert_false(policy->by_node);
    struct arena arena = {0};
    struct nodes view;
    known_view(&view, &arena);
    assert_int_equal(policy->largest(&view), 55);
    nodes_init(&view, &arena, 0, 1);
    view.free_cards = INT64_C(3000000017);
    assert_int_equal(policy->largest(&view), INT64_C(3000000017));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry),    cmocka_unit_test(test_every_gang),
        cmocka_unit_test(test_first_fit),   cmocka_unit_test(test_consolidate),
        cmocka_unit_test(test_small_gangs), cmocka_unit_test(test_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
