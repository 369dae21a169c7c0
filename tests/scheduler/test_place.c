/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every registered placement policy must keep to, on random views; then what each of them prefers. */
#include "engine/dice_case.h"
#include "scheduler/place.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 250, UNTOUCHED = -4711 };

/* A random tree over the nodes of a view, at times none. */
static void draw_tree(struct nodes *view, struct arena *arena, struct dice *dice)
{
    struct topology_shape shape = {.nodes = view->count, .cards_per_node = view->cards};
    int32_t *levels[] = {&shape.domain, &shape.leaf, &shape.pod}, size = 1;
    for (int i = 0; i < 3; i++)
        if (!dice_once_in(dice, 3))
            *levels[i] = size *= (int32_t)dice_whole(dice, 2, 4);
    struct topology topology = topology_build(&shape);
    nodes_group(view, arena, &topology);
}

/* Free cards of random nodes: crowded, all but empty, and mixed, some with hardly a whole node. */
static void draw_view(struct nodes *view, struct arena *arena, struct dice *dice)
{
    static const int32_t per_node[] = {1, 2, 3, 8, 8, 16, 64};
    int32_t cards = per_node[dice_whole(dice, 0, 6)];
    int32_t count = (int32_t)dice_whole(dice, 1, dice_once_in(dice, 6) ? 200 : 12);
    nodes_init(view, arena, count, cards);
    draw_tree(view, arena, dice);
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
        assert_true(policy->by_node || !policy->by_tree);
        assert_ptr_equal(place_policy_named(policy->name), policy); /* so names are unique */
    }
    assert_true(count >= 7);
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
        assert_int_equal(policy->choose(&view, &(struct place_request){.cards = known[i].gang}, parts),
                         known[i].parts);
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

/* --- on trees, against looking at everything --- */

static int32_t choose_for(const char *name, const struct nodes *view, int32_t gang, uint64_t salt,
                          struct job_part *parts)
{
    const struct place_policy *policy = place_policy_named(name);
    assert_non_null(policy);
    struct place_request request = {.cards = gang, .salt = salt};
    return policy->choose(view, &request, parts);
}

/* Nodes of a group of a tier; the tier after the last is the site. */
static int32_t size_of(const struct nodes *view, int32_t tier)
{
    return tier < 0 ? 1 : tier < view->tier_count ? view->tiers[tier].size : view->count;
}

/* Wholly free nodes of the groups of a tier that the bits name; *room: most free cards of another node there.
 */
static int32_t whole_in(const struct nodes *view, int32_t size, uint64_t groups, int32_t *room)
{
    int32_t whole = 0;
    *room = 0;
    for (int32_t node = 0; node < view->count; node++) {
        if (!(groups >> (node / size) & 1))
            continue;
        if (view->free[node] == view->cards)
            whole++;
        else if (view->free[node] > *room)
            *room = view->free[node];
    }
    return whole;
}

static bool groups_hold(const struct nodes *view, int32_t size, uint64_t groups, int32_t gang)
{
    int32_t room, whole = whole_in(view, size, groups, &room);
    return whole > gang / view->cards || (whole == gang / view->cards && room >= gang % view->cards);
}

static uint64_t touched(const struct job_part *parts, int32_t used, int32_t size)
{
    uint64_t groups = 0;
    for (int32_t i = 0; i < used; i++)
        groups |= (uint64_t)1 << (parts[i].node / size);
    return groups;
}

/* The group in the range with the fewest wholly free nodes that holds the gang; -1: none. */
static int32_t closest_group(const struct nodes *view, int32_t size, int32_t gang, int32_t *whole)
{
    int32_t found = -1, room;
    for (int32_t group = 0; group * size < view->count; group++) {
        int32_t here = whole_in(view, size, (uint64_t)1 << group, &room);
        if (groups_hold(view, size, (uint64_t)1 << group, gang) && (found < 0 || here < *whole)) {
            found = group;
            *whole = here;
        }
    }
    return found;
}

static int32_t node_count(const struct nodes *view, int32_t gang)
{
    return (gang + view->cards - 1) / view->cards;
}

/* The fewest children, of those in the group, whose nodes hold the gang: all sets are tried. */
static int fewest_children(const struct nodes *view, int32_t size, int32_t first, int32_t count, int32_t gang)
{
    int fewest = count;
    for (uint64_t set = 1; set < (uint64_t)1 << count; set++)
        if (__builtin_popcountll(set) < fewest && groups_hold(view, size, set << first, gang))
            fewest = __builtin_popcountll(set);
    return fewest;
}

/* Small trees: at most 60 nodes and 8 children a group, so that bits name groups and sets can be tried. */
static void draw_small(struct nodes *view, struct arena *arena, struct dice *dice)
{
    struct topology_shape shape = {.cards_per_node = (int32_t)dice_whole(dice, 1, 9)};
    shape.domain = (int32_t)dice_whole(dice, 2, 5);
    shape.leaf = dice_once_in(dice, 4) ? 0 : shape.domain * (int32_t)dice_whole(dice, 2, 4);
    shape.nodes = (int32_t)dice_whole(dice, 2, shape.leaf ? 60 : 8 * shape.domain);
    if (shape.leaf && shape.nodes > 8 * shape.leaf)
        shape.nodes = 8 * shape.leaf;
    struct topology topology = topology_build(&shape);
    nodes_init(view, arena, shape.nodes, shape.cards_per_node);
    nodes_group(view, arena, &topology);
    int64_t crowd = dice_whole(dice, 1, 5);
    for (int32_t node = 0; node < view->count; node++) {
        int32_t free =
            dice_once_in(dice, crowd) ? view->cards : (int32_t)dice_whole(dice, 0, view->cards - 1);
        nodes_set(view, node, free);
    }
}

/* Subtree: the lowest tier that can, the group there that leaves least, and the fewest of its children. */
static void check_subtree(const struct nodes *view, int32_t gang, struct job_part *parts)
{
    int32_t used = choose_for("subtree", view, gang, 0, parts), whole = 0, tier = 0, group = -1;
    for (; tier <= view->tier_count; tier++)
        if ((group = closest_group(view, size_of(view, tier), gang, &whole)) >= 0)
            break;
    int32_t size = size_of(view, tier), below = size_of(view, tier - 1);
    assert_true(touched(parts, used, size) == (uint64_t)1 << group);
    if (tier == 0)
        return;
    int32_t first = group * size / below,
            last = (group + 1) * size < view->count ? (group + 1) * size : view->count;
    int32_t count = (last - 1) / below + 1 - first;
    assert_true(count <= 8);
    assert_int_equal(__builtin_popcountll(touched(parts, used, below)),
                     fewest_children(view, below, first, count, gang));
}

/* Best fit: the group of any tier that leaves the fewest wholly free nodes; its emptiest children are used
 * up. */
static void check_best_fit(const struct nodes *view, int32_t gang, struct job_part *parts)
{
    int32_t used = choose_for("best-fit", view, gang, 0, parts), least = INT32_MAX, tier = 0, found = -1;
    for (int32_t t = 0; t <= view->tier_count; t++) {
        int32_t whole = 0, group = closest_group(view, size_of(view, t), gang, &whole);
        if (group >= 0 && whole < least) {
            least = whole;
            tier = t;
            found = group;
        }
    }
    int32_t size = size_of(view, tier), below = size_of(view, tier - 1), room;
    assert_true(touched(parts, used, size) == (uint64_t)1 << found);
    if (tier == 0 || gang % view->cards)
        return;
    /* at most one child is left with wholly free nodes after giving some, and none that gave all had more
     * than one that gave nothing */
    int32_t halves = 0, most_used = 0, least_left = INT32_MAX, last = (found + 1) * size;
    for (int32_t child = found * size / below; child * below < last && child * below < view->count; child++) {
        int32_t whole = whole_in(view, below, (uint64_t)1 << child, &room), taken = 0;
        for (int32_t i = 0; i < used; i++)
            taken += parts[i].node / below == child;
        halves += taken && taken < whole;
        if (taken && taken == whole && whole > most_used)
            most_used = whole;
        if (!taken && whole && whole < least_left)
            least_left = whole;
    }
    assert_true(halves <= 1);
    if (halves == 1)
        assert_true(most_used <= least_left);
}

/* Up to a node: the fullest with room; who must break a wholly free one does it where fewest are left. */
static void check_small_gang(const char *name, const struct nodes *view, int32_t gang)
{
    struct job_part part;
    assert_int_equal(choose_for(name, view, gang, 0, &part), 1);
    int32_t whole = 0, room;
    for (int32_t node = 0; node < view->count; node++)
        assert_true(view->free[node] < gang || view->free[node] >= view->free[part.node]);
    if (view->free[part.node] < view->cards || !view->tier_count)
        return;
    int32_t size = size_of(view, 0), group = closest_group(view, size, view->cards, &whole);
    assert_true(group >= 0);
    assert_int_equal(part.node / size, group);
    assert_int_equal(whole_in(view, size, (uint64_t)1 << group, &room), whole);
}

/* Groups of a tier within one of the next share the gang's nodes evenly, those with more of them first. */
static void check_spread(const struct nodes *view, int32_t gang, struct job_part *parts)
{
    int32_t used = choose_for("spread", view, gang, 0, parts);
    int32_t whole_nodes = used;
    if (view->free[parts[used - 1].node] < view->cards) { /* the rest is on a broken node */
        whole_nodes--;
        for (int32_t node = 0; node < view->count; node++)
            assert_true(view->free[node] == view->cards ||
                        view->free[node] <= view->free[parts[used - 1].node]);
        assert_int_equal(whole_nodes, view->level_count[view->cards]);
    }
    for (int32_t t = 0; t < view->tier_count; t++) {
        int32_t size = size_of(view, t), above = size_of(view, t + 1), given[64] = {0}, has[64], room;
        int32_t groups = (view->count - 1) / size + 1;
        for (int32_t i = 0; i < whole_nodes; i++)
            given[parts[i].node / size]++;
        for (int32_t a = 0; a < groups; a++)
            has[a] = whole_in(view, size, (uint64_t)1 << a, &room);
        for (int32_t a = 0; a < groups; a++)
            for (int32_t b = 0; b < groups; b++) {
                if (a * size / above != b * size / above || given[a] == has[a])
                    continue; /* a has nothing more to give */
                assert_true(given[b] <= given[a] + 1);
                if (given[b] == given[a] + 1) /* b came before a */
                    assert_true(has[b] > has[a] || (has[b] == has[a] && b < a));
            }
    }
}

static void test_trees(void **state)
{
    (void)state;
    struct dice dice = {4099};
    struct arena arena = {0};
    int large = 0;
    for (int round = 0; round < 3000; round++) {
        struct nodes view;
        draw_small(&view, &arena, &dice);
        int32_t largest = (int32_t)place_policy_named("subtree")->largest(&view);
        struct job_part parts[66];
        for (int i = 0; i < 12 && largest; i++) {
            int32_t gang = (int32_t)dice_whole(&dice, 1, largest);
            if (gang >= view.cards && dice_once_in(&dice, 2))
                gang -= gang % view.cards;
            check_spread(&view, gang, parts);
            if (gang < view.cards) {
                check_small_gang("subtree", &view, gang);
                check_small_gang("best-fit", &view, gang);
            } else {
                check_subtree(&view, gang, parts);
                check_best_fit(&view, gang, parts);
                large += node_count(&view, gang) > 1;
            }
        }
        arena_reset(&arena);
    }
    assert_true(large > 3000);
    arena_free(&arena);
}

/* More groups beside one another than are sorted: up to 64 of a flat tree, and of the site's highest level.
 */
static void test_many_groups(void **state)
{
    (void)state;
    struct dice dice = {613};
    struct arena arena = {0};
    for (int round = 0; round < 400; round++) {
        struct nodes view;
        struct topology_shape shape = {.cards_per_node = 4, .domain = (int32_t)dice_whole(&dice, 2, 7)};
        int32_t groups = (int32_t)dice_whole(&dice, 30, 64);
        shape.nodes = groups * shape.domain - (int32_t)dice_whole(&dice, 0, shape.domain - 1);
        struct topology topology = topology_build(&shape);
        nodes_init(&view, &arena, shape.nodes, 4);
        nodes_group(&view, &arena, &topology);
        int64_t crowd = dice_whole(&dice, 1, 9);
        for (int32_t node = 0; node < view.count; node++)
            nodes_set(&view, node, dice_once_in(&dice, crowd) ? 4 : (int32_t)dice_whole(&dice, 0, 3));
        int32_t largest = (int32_t)place_policy_named("spread")->largest(&view);
        struct job_part parts[64 * 7 + 1];
        for (int i = 0; i < 12 && largest; i++)
            check_spread(&view, (int32_t)dice_whole(&dice, 1, largest), parts);
        arena_reset(&arena);
    }
    arena_free(&arena);
}

/* Policies that do not say that they ask for groups choose the same where none are kept. */
static void test_without_groups(void **state)
{
    (void)state;
    struct arena arena = {0};
    int compared = 0;
    for (int p = 0; place_policy_at(p); p++) {
        const struct place_policy *policy = place_policy_at(p);
        if (!policy->by_node || policy->by_tree)
            continue;
        struct dice dice = {5501};
        for (int round = 0; round < 300; round++) {
            struct nodes view, flat;
            draw_small(&view, &arena, &dice);
            nodes_init(&flat, &arena, view.count, view.cards);
            nodes_load(&flat, view.free);
            assert_true(view.tier_count > 0 || view.count <= 5);
            int32_t largest = (int32_t)policy->largest(&view);
            if (!largest)
                continue;
            struct job_part parts[66], others[66];
            int32_t gang = (int32_t)dice_whole(&dice, 1, largest);
            uint64_t salt = place_mix((uint64_t)round);
            int32_t used = choose_for(policy->name, &view, gang, salt, parts);
            assert_int_equal(choose_for(policy->name, &flat, gang, salt, others), used);
            assert_memory_equal(parts, others, (size_t)used * sizeof *parts);
            compared++;
            arena_reset(&arena);
        }
    }
    assert_true(compared > 600);
    arena_free(&arena);
}

/* The gang goes to the second domain, which it fills, and best-fit leaves the pod for that, subtree does not.
 */
static void test_known_tree(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct nodes view;
    struct topology topology =
        topology_build(&(struct topology_shape){.nodes = 16, .cards_per_node = 8, .domain = 4, .leaf = 8});
    nodes_init(&view, &arena, 16, 8);
    nodes_group(&view, &arena, &topology);
    static const int32_t free[] = {8, 8, 8, 8, 0, 0, 5, 0, 8, 0, 0, 8, 0, 0, 8, 3};
    for (int32_t node = 0; node < 16; node++)
        nodes_set(&view, node, free[node]);
    struct job_part parts[8];
    /* 3 nodes: domain 0 has 4; leaf 1 as a whole exactly 3 */
    assert_int_equal(choose_for("subtree", &view, 24, 0, parts), 3);
    assert_true(parts[0].node == 0 && parts[1].node == 1 && parts[2].node == 2);
    assert_int_equal(choose_for("best-fit", &view, 24, 0, parts), 3);
    assert_true(parts[0].node == 14 && parts[1].node == 8 && parts[2].node == 11);
    /* 2 nodes and 3 cards: domain 2 has the nodes but no room for the rest */
    assert_int_equal(choose_for("subtree", &view, 19, 0, parts), 3);
    assert_true(parts[0].node == 0 && parts[1].node == 1 && parts[2].node == 2 && parts[2].cards == 3);
    /* 4 nodes and 5 cards: leaf 0, the rest on its broken node */
    assert_int_equal(choose_for("subtree", &view, 37, 0, parts), 5);
    assert_true(parts[3].node == 3 && parts[4].node == 6 && parts[4].cards == 5);
    /* one node from each leaf, then the second of the fuller one */
    assert_int_equal(choose_for("spread", &view, 24, 0, parts), 3);
    assert_true(parts[0].node == 0 && parts[1].node == 1 && parts[2].node == 8);
    assert_int_equal(choose_for("spread", &view, 32, 0, parts), 4);
    assert_true(parts[2].node == 8 && parts[3].node == 14);
    arena_free(&arena);
}

/* --- chance --- */

enum { DRAWS = 60000 };

/* Nodes with free cards before this one. */
static int32_t rank_of(const struct nodes *view, int32_t node)
{
    int32_t rank = 0;
    for (int32_t other = 0; other < node; other++)
        rank += view->free[other] > 0;
    return rank;
}

/* Every way to place the gang comes equally often: chi-square at 0.1 %, by the cube root of Wilson and
 * Hilferty. */
static void check_uniform(const struct nodes *view, int32_t gang, int ways)
{
    int counts[1 << 12] = {0};
    struct job_part parts[8], again[8];
    for (int i = 0; i < DRAWS; i++) {
        uint64_t salt = place_mix((uint64_t)i);
        int32_t used = choose_for("random", view, gang, salt, parts), shared = 0;
        assert_int_equal(choose_for("random", view, gang, salt, again), used);
        assert_memory_equal(parts, again, (size_t)used * sizeof *parts);
        uint64_t set = 0;
        for (int32_t k = 0; k < used; k++) {
            int32_t rank = rank_of(view, parts[k].node);
            set |= (uint64_t)1 << rank;
            if (parts[k].cards < view->cards)
                shared = rank + 1;
        }
        counts[set << 4 | (uint64_t)shared]++;
    }
    double expected = (double)DRAWS / ways, sum = 0;
    int met = 0;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (!counts[i])
            continue;
        met++;
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    assert_int_equal(met, ways);
    double freedom = ways - 1, z = 3.0902;
    double limit = freedom * pow(1 - 2 / (9 * freedom) + z * sqrt(2 / (9 * freedom)), 3);
    assert_true(sum < limit && sum > freedom / 10);
}

static void test_random(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct nodes view;
    static const int32_t free[] = {4, 1, 4, 3, 0, 4, 2, 4}; /* four wholly free nodes, three broken ones */
    nodes_init(&view, &arena, 8, 4);
    for (int32_t node = 0; node < 8; node++)
        nodes_set(&view, node, free[node]);
    check_uniform(&view, 1, 7);            /* any with room */
    check_uniform(&view, 3, 5);            /* 3 free, or wholly free */
    check_uniform(&view, 4, 4);            /* a wholly free one */
    check_uniform(&view, 8, 6);            /* 2 of 4 */
    check_uniform(&view, 10, 6 * (2 + 2)); /* 2 of 4, and the rest on 2 broken or 2 whole ones */
    check_uniform(&view, 13, 4 * (3 + 1));
    /* far apart: in several words of the bitmap, at their ends, with empty words between */
    static const int32_t far[] = {3, 63, 64, 190, 447};
    nodes_init(&view, &arena, 448, 4);
    for (int32_t i = 0; i < 5; i++)
        nodes_set(&view, far[i], 4);
    check_uniform(&view, 4, 5);
    check_uniform(&view, 8, 10);
    check_uniform(&view, 12, 10);
    check_uniform(&view, 7, 5 * 4);
    arena_free(&arena);
}

/* The same job is placed with the same salt, other jobs with others. */
static void test_salt(void **state)
{
    (void)state;
    struct job a = {.order = 7, .cards = 12}, b = {.order = 8, .cards = 12};
    assert_true(place_request_of(&a, 3).salt == place_request_of(&a, 3).salt);
    assert_int_equal(place_request_of(&a, 3).cards, 12);
    assert_true(place_request_of(&a, 4).salt != place_request_of(&a, 3).salt); /* of another future */
    int differ = __builtin_popcountll(place_request_of(&a, 3).salt ^ place_request_of(&b, 3).salt);
    assert_in_range(differ, 12, 52);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry),    cmocka_unit_test(test_every_gang),
        cmocka_unit_test(test_first_fit),   cmocka_unit_test(test_consolidate),
        cmocka_unit_test(test_small_gangs), cmocka_unit_test(test_count),
        cmocka_unit_test(test_trees),       cmocka_unit_test(test_known_tree),
        cmocka_unit_test(test_many_groups), cmocka_unit_test(test_without_groups),
        cmocka_unit_test(test_random),      cmocka_unit_test(test_salt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
