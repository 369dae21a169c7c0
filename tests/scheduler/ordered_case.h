/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ordered_case: a reference for trees of jobs in order, and what must hold inside a tree.
 *
 * The reference is a sorted array, walked from end to end for every question.
 */
#ifndef TENK_TESTS_SCHEDULER_ORDERED_CASE_H
#define TENK_TESTS_SCHEDULER_ORDERED_CASE_H

#include "engine/dice_case.h"
#include "scheduler/ordered_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 100000 };

struct reference {
    struct ordered_entry list[MOST];
    int count;
    int64_t keys; /* keys are drawn from -keys to keys */
    int64_t ties; /* the next tie; unique, in no order when it is scattered */
};

static inline int64_t scattered(int64_t tie)
{
    return (int64_t)((uint64_t)tie * 7919 % 1000003);
}

static inline bool precedes(int64_t key, int64_t tie, int64_t other_key, int64_t other_tie)
{
    return key != other_key ? key < other_key : tie < other_tie;
}

/* Number of entries before (key, tie); before and with it when `also`. */
static inline int place_of(const struct reference *plain, int64_t key, int64_t tie, bool also)
{
    int at = 0;
    for (; at < plain->count; at++) {
        const struct ordered_entry *entry = &plain->list[at];
        bool same = entry->key == key && entry->tie == tie;
        if (same ? !also : !precedes(entry->key, entry->tie, key, tie))
            break;
    }
    return at;
}

/* A job as jobs are: mostly small gangs, some large ones. */
static inline struct ordered_entry draw_entry(struct reference *plain, struct dice *dice, int64_t key)
{
    return (struct ordered_entry){
        .key = key,
        .tie = scattered(plain->ties++),
        .planned = dice_whole(dice, 0, dice_once_in(dice, 3) ? INT64_C(86400000000) : 5000),
        .job = (int32_t)dice_whole(dice, 0, INT32_MAX),
        .cards = (int32_t)dice_whole(dice, 1, dice_once_in(dice, 4) ? 100000 : 8)};
}

static inline void both_insert(struct ordered *tree, struct reference *plain, struct ordered_entry entry)
{
    int at = place_of(plain, entry.key, entry.tie, false);
    memmove(&plain->list[at + 1], &plain->list[at], (size_t)(plain->count - at) * sizeof entry);
    plain->list[at] = entry;
    plain->count++;
    ordered_insert(tree, entry.key, entry.tie, entry.job, entry.cards, entry.planned);
}

static inline void both_remove(struct ordered *tree, struct reference *plain, int at)
{
    ordered_remove(tree, plain->list[at].key, plain->list[at].tie);
    plain->count--;
    memmove(&plain->list[at], &plain->list[at + 1], (size_t)(plain->count - at) * sizeof *plain->list);
}

static inline int compare_entries(const void *a, const void *b)
{
    const struct ordered_entry *x = a, *y = b;
    return precedes(x->key, x->tie, y->key, y->tie) ? -1 : precedes(y->key, y->tie, x->key, x->tie);
}

static inline void sort_reference(struct reference *plain)
{
    qsort(plain->list, (size_t)plain->count, sizeof *plain->list, compare_entries);
}

static inline void same_entry(const struct reference *plain, const struct ordered_entry *got, int want)
{
    if (want >= plain->count) {
        assert_null(got);
        return;
    }
    const struct ordered_entry *entry = &plain->list[want];
    assert_non_null(got);
    assert_int_equal(got->key, entry->key);
    assert_int_equal(got->tie, entry->tie);
    assert_int_equal(got->job, entry->job);
    assert_int_equal(got->cards, entry->cards);
    assert_int_equal(got->planned, entry->planned);
}

/* A place in the order: that of an entry, just beside one, or anywhere. */
static inline void draw_place(const struct reference *plain, struct dice *dice, int64_t *key, int64_t *tie)
{
    *key = dice_whole(dice, -plain->keys - 1, plain->keys + 1);
    *tie = dice_whole(dice, -5, 1000010);
    if (plain->count && dice_whole(dice, 0, 2)) {
        int at = (int)dice_whole(dice, 0, plain->count - 1);
        *key = plain->list[at].key;
        *tie = plain->list[at].tie + dice_whole(dice, -1, 1);
    }
    if (dice_once_in(dice, 40)) {
        *key = dice_once_in(dice, 2) ? INT64_MIN : INT64_MAX;
        *tie = *key;
    }
}

static inline bool passes(const struct ordered_entry *entry, const struct ordered_filter *filter)
{
    return entry->cards <= filter->fit_now &&
           (entry->planned <= filter->window || entry->cards <= filter->fit_later);
}

static inline struct ordered_filter draw_filter(struct dice *dice)
{
    if (dice_once_in(dice, 2)) /* hardly anything passes, or nothing */
        return (struct ordered_filter){.fit_now = dice_whole(dice, 0, 12),
                                       .fit_later = dice_whole(dice, -1, 2),
                                       .window = dice_whole(dice, -1, 60)};
    return (struct ordered_filter){.fit_now = dice_whole(dice, 0, 110000),
                                   .fit_later = dice_whole(dice, -1, 400),
                                   .window = dice_whole(dice, -1, 5200)};
}

static inline void check_walks(const struct ordered *tree, const struct reference *plain, struct dice *dice)
{
    int64_t key, tie;
    draw_place(plain, dice, &key, &tie);
    int at = place_of(plain, key, tie, true);
    same_entry(plain, ordered_after(tree, key, tie), at);
    same_entry(plain, ordered_first(tree), 0);
    assert_int_equal(ordered_rank(tree, key, tie), place_of(plain, key, tie, false));
    struct ordered_filter filter = draw_filter(dice);
    int found = at;
    while (found < plain->count && !passes(&plain->list[found], &filter))
        found++;
    same_entry(plain, ordered_find(tree, key, tie, &filter), found);
    for (found = 0; found < plain->count && !passes(&plain->list[found], &filter);)
        found++; /* from the start, as every pass of a scheduler begins */
    same_entry(plain, ordered_find(tree, INT64_MIN, INT64_MIN, &filter), found);
}

static inline void check_sums(const struct ordered *tree, const struct reference *plain, struct dice *dice)
{
    int64_t all = 0, least = INT64_MAX;
    for (int i = 0; i < plain->count; i++) {
        all += plain->list[i].cards;
        least = plain->list[i].cards < least ? plain->list[i].cards : least;
    }
    assert_int_equal(tree->count, plain->count);
    assert_int_equal(ordered_cards(tree), all);
    int64_t within = dice_whole(dice, 0, 1100);
    if (plain->count && dice_once_in(dice, 2))
        within = least - dice_whole(dice, 0, 1);
    assert_int_equal(ordered_any_within(tree, within), plain->count && least <= within);
    int64_t need = dice_once_in(dice, 8) && all ? all : dice_whole(dice, 1, all + 3), sum = 0, key = -4711;
    bool reached = ordered_release(tree, need, &key);
    assert_int_equal(reached, need <= all);
    for (int i = 0; reached && i < plain->count; i++) {
        sum += plain->list[i].cards;
        if (sum >= need) {
            assert_int_equal(key, plain->list[i].key);
            break;
        }
    }
    key = dice_whole(dice, -plain->keys - 2, plain->keys + 2);
    if (dice_once_in(dice, 20))
        key = dice_once_in(dice, 2) ? INT64_MIN : INT64_MAX;
    sum = 0;
    for (int i = 0; i < plain->count && plain->list[i].key <= key; i++)
        sum += plain->list[i].cards;
    assert_int_equal(ordered_cards_until(tree, key), sum);
}

static inline void check_all(const struct ordered *tree, const struct reference *plain)
{
    int at = 0;
    for (const struct ordered_entry *entry = ordered_first(tree); entry;
         entry = ordered_after(tree, entry->key, entry->tie))
        same_entry(plain, entry, at++);
    assert_int_equal(at, plain->count);
    struct ordered_walk walk = ordered_walk_begin(tree);
    for (int i = 0; i <= plain->count; i++)
        same_entry(plain, ordered_walk_next(&walk), i);
    assert_null(ordered_walk_next(&walk)); /* the end stays the end */
}

/* Sums, numbers, fences and bounds of child `slot` against what is really below: a leaf. */
static inline void check_leaf(const struct ordered *tree, int32_t at, const struct ordered_node *parent,
                              int slot, int32_t *before)
{
    struct ordered_leaf *leaf = ordered_leaf_at(tree, at);
    assert_int_equal(leaf->previous, *before);
    if (*before >= 0)
        assert_int_equal(ordered_leaf_at(tree, *before)->next, at);
    else
        assert_int_equal(tree->head, at);
    *before = at;
    assert_in_range(leaf->begin, 0, ORDERED_LEAF);
    assert_in_range(leaf->begin + leaf->count, parent ? 1 : 0, ORDERED_LEAF);
    if (!parent)
        return;
    struct ordered_bounds bounds;
    int64_t sum = 0;
    ordered_bounds_of_leaf(&bounds, leaf);
    for (int i = 0; i < leaf->count; i++) {
        const struct ordered_entry *entry = ordered_entries(leaf) + i;
        const struct ordered_fence *low = &parent->first[slot], *high = &parent->first[slot + 1];
        assert_true(slot == 0 || !precedes(entry->key, entry->tie, low->key, low->tie));
        assert_true(slot + 1 == parent->count || precedes(entry->key, entry->tie, high->key, high->tie));
        sum += entry->cards;
    }
    assert_int_equal(parent->sum[slot], sum);
    assert_int_equal(parent->entries[slot], leaf->count);
    assert_true(parent->least[slot] <= bounds.least);
    for (int k = 0; k < ORDERED_CLASSES; k++)
        assert_true(parent->planned[k][slot] <= bounds.planned[k]);
}

static inline void check_node(const struct ordered *tree, int32_t at, int height,
                              const struct ordered_node *parent, int slot, int32_t *before)
{
    if (height == 0) {
        check_leaf(tree, at, parent, slot, before);
        return;
    }
    const struct ordered_node *node = ordered_node_at(tree, at);
    int64_t sum = 0, entries = 0;
    assert_in_range(node->count, parent ? 1 : 2, ORDERED_FAN);
    for (int i = 0; i < node->count; i++) {
        check_node(tree, node->child[i], height - 1, node, i, before);
        sum += node->sum[i];
        entries += node->entries[i];
        assert_true(i == 0 || (parent ? parent->least[slot] : tree->top->least) <= node->least[i]);
        for (int k = 0; k < ORDERED_CLASSES; k++)
            assert_true((parent ? parent->planned[k][slot] : tree->top->planned[k]) <= node->planned[k][i]);
    }
    assert_int_equal(parent ? parent->sum[slot] : tree->sum_cards, sum);
    assert_int_equal(parent ? parent->entries[slot] : tree->count, entries);
}

/* What every block says of what is below it. */
static inline void check_shape(const struct ordered *tree)
{
    int32_t before = -1;
    if (tree->root < 0)
        return;
    check_node(tree, tree->root, tree->height, NULL, 0, &before);
    assert_int_equal(ordered_leaf_at(tree, before)->next, -1);
}

#endif
