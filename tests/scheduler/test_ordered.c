/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "scheduler/ordered.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The reference: a sorted array, walked from end to end for every question. */
struct plain {
    int64_t key, tie, planned;
    int32_t job, cards;
};

enum { MOST = 900, STEPS = 20000 };

static struct plain list[MOST];
static int count;

static bool precedes(int64_t key, int64_t tie, int64_t other_key, int64_t other_tie)
{
    return key != other_key ? key < other_key : tie < other_tie;
}

static void plain_insert(struct plain entry)
{
    int at = count++;
    for (; at > 0 && precedes(entry.key, entry.tie, list[at - 1].key, list[at - 1].tie); at--)
        list[at] = list[at - 1];
    list[at] = entry;
}

static void plain_remove(int at)
{
    memmove(&list[at], &list[at + 1], (size_t)(--count - at) * sizeof *list);
}

static void same(const struct ordered_entry *got, int want)
{
    if (want < 0 || want >= count) {
        assert_null(got);
        return;
    }
    assert_non_null(got);
    assert_int_equal(got->key, list[want].key);
    assert_int_equal(got->tie, list[want].tie);
    assert_int_equal(got->job, list[want].job);
    assert_int_equal(got->cards, list[want].cards);
    assert_int_equal(got->planned, list[want].planned);
}

/* A place in the order: that of an entry, just beside one, or anywhere. */
static void draw_place(struct dice *dice, int64_t *key, int64_t *tie)
{
    *key = dice_whole(dice, -60, 60);
    *tie = dice_whole(dice, -5, STEPS + 5);
    if (count && dice_whole(dice, 0, 2)) {
        int at = (int)dice_whole(dice, 0, count - 1);
        *key = list[at].key;
        *tie = list[at].tie + dice_whole(dice, -1, 1);
    }
    if (dice_once_in(dice, 40)) {
        *key = dice_once_in(dice, 2) ? INT64_MIN : INT64_MAX;
        *tie = *key;
    }
}

static void check_walks(const struct ordered *tree, struct dice *dice)
{
    int64_t key, tie;
    draw_place(dice, &key, &tie);
    int at = 0;
    while (at < count && !precedes(key, tie, list[at].key, list[at].tie))
        at++;
    same(ordered_after(tree, key, tie), at);
    same(ordered_first(tree), count ? 0 : -1);
    struct ordered_filter filter = {.fit_now = dice_whole(dice, 0, 1100),
                                    .fit_later = dice_whole(dice, -1, 400),
                                    .window = dice_whole(dice, -1, 5200)};
    if (dice_once_in(dice, 3)) { /* hardly anything passes */
        filter.fit_now = dice_whole(dice, 0, 12);
        filter.fit_later = dice_whole(dice, -1, 5);
        filter.window = dice_whole(dice, -1, 60);
    }
    int found = at;
    while (found < count && !(list[found].cards <= filter.fit_now && (list[found].planned <= filter.window ||
                                                                      list[found].cards <= filter.fit_later)))
        found++;
    same(ordered_find(tree, key, tie, &filter), found);
}

static void check_sums(const struct ordered *tree, struct dice *dice)
{
    int64_t all = 0, least = INT64_MAX;
    for (int i = 0; i < count; i++) {
        all += list[i].cards;
        least = list[i].cards < least ? list[i].cards : least;
    }
    int64_t within = dice_whole(dice, 0, 1100);
    if (count && dice_once_in(dice, 2))
        within = least - dice_whole(dice, 0, 1);
    assert_int_equal(ordered_any_within(tree, within), count && least <= within);
    int64_t need = dice_whole(dice, 1, all + 3), sum = 0, key = -4711;
    if (dice_once_in(dice, 8))
        need = all ? all : 1;
    bool reached = ordered_release(tree, need, &key);
    assert_int_equal(reached, need <= all);
    for (int i = 0; reached && i < count; i++) {
        sum += list[i].cards;
        if (sum >= need) {
            assert_int_equal(key, list[i].key);
            break;
        }
    }
    key = dice_whole(dice, -62, 62);
    if (dice_once_in(dice, 20))
        key = dice_once_in(dice, 2) ? INT64_MIN : INT64_MAX;
    sum = 0;
    for (int i = 0; i < count && list[i].key <= key; i++)
        sum += list[i].cards;
    assert_int_equal(ordered_cards_until(tree, key), sum);
    sum = 0;
    for (int i = 0; i < count; i++)
        sum += list[i].cards;
    assert_int_equal(ordered_cards(tree), sum);
}

/* What every entry says of its subtree, and the order within it; returns the greatest depth. */
static int check_shape(const struct ordered *tree, int32_t at, int32_t *entries)
{
    if (at < 0)
        return 0;
    const struct ordered_entry *entry = &tree->entries[at];
    (*entries)++;
    int64_t planned = entry->planned, sum = entry->cards;
    int32_t cards = entry->cards;
    const int32_t children[2] = {entry->left, entry->right};
    int depth = 0;
    for (int i = 0; i < 2; i++) {
        if (children[i] < 0)
            continue;
        const struct ordered_entry *child = &tree->entries[children[i]];
        int below = check_shape(tree, children[i], entries);
        depth = below > depth ? below : depth;
        planned = child->least_planned < planned ? child->least_planned : planned;
        cards = child->least_cards < cards ? child->least_cards : cards;
        sum += child->sum_cards;
        assert_int_equal(precedes(child->key, child->tie, entry->key, entry->tie), i == 0);
    }
    assert_int_equal(entry->least_planned, planned);
    assert_int_equal(entry->least_cards, cards);
    assert_int_equal(entry->sum_cards, sum);
    return depth + 1;
}

/* Random coming and going; few keys, so that ties decide, and sizes as jobs have them. */
static void test_reference(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct ordered tree;
    struct dice dice = {1996};
    ordered_init(&tree, &arena);
    count = 0;
    for (int step = 0; step < STEPS; step++) {
        bool grow = step / 4000 % 2 == 0;
        if (count < MOST && dice_whole(&dice, 0, 9) < (grow ? 6 : 4)) {
            struct plain entry = {.key = dice_whole(&dice, -60, 60),
                                  .tie = (int64_t)step * 7919 % STEPS, /* unique, in no order */
                                  .planned = dice_whole(&dice, 0, 5000),
                                  .job = (int32_t)dice_whole(&dice, 0, INT32_MAX),
                                  .cards = (int32_t)dice_whole(&dice, 1, dice_once_in(&dice, 4) ? 1024 : 8)};
            plain_insert(entry);
            ordered_insert(&tree, entry.key, entry.tie, entry.job, entry.cards, entry.planned);
        } else if (count) {
            int at = (int)dice_whole(&dice, 0, count - 1);
            ordered_remove(&tree, list[at].key, list[at].tie);
            plain_remove(at);
        }
        assert_int_equal(tree.count, count);
        check_walks(&tree, &dice);
        check_sums(&tree, &dice);
        if (step % 1000 == 999) {
            int32_t entries = 0;
            check_shape(&tree, tree.root, &entries);
            assert_int_equal(entries, count);
            int at = 0;
            for (const struct ordered_entry *entry = ordered_first(&tree); entry;
                 entry = ordered_after(&tree, entry->key, entry->tie))
                same(entry, at++);
            assert_int_equal(at, count);
        }
    }
    while (count) { /* from the front, as jobs end */
        ordered_remove(&tree, list[0].key, list[0].tie);
        plain_remove(0);
        same(ordered_first(&tree), count ? 0 : -1);
    }
    check_walks(&tree, &dice);
    check_sums(&tree, &dice);
    arena_free(&arena);
}

/* Entries that come in order, as first come first served has them, make no list: 4096 need about 2 log2 n
 * levels. */
static void test_depth(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct ordered tree;
    ordered_init(&tree, &arena);
    for (int32_t i = 0; i < 4096; i++)
        ordered_insert(&tree, i / 3, i, i, 1 + i % 64, 1000 - i % 7);
    int32_t entries = 0;
    int depth = check_shape(&tree, tree.root, &entries);
    assert_int_equal(entries, 4096);
    assert_in_range(depth, 13, 48);
    /* a queue that moves on keeps its shape, and its memory */
    size_t used = arena.used, total = arena.total;
    for (int32_t i = 4096; i < 60000; i++) {
        const struct ordered_entry *first = ordered_first(&tree);
        assert_int_equal(first->job, i - 4096);
        ordered_remove(&tree, first->key, first->tie);
        ordered_insert(&tree, i / 3, i, i, 1 + i % 64, 1000 - i % 7);
    }
    entries = 0;
    assert_in_range(check_shape(&tree, tree.root, &entries), 13, 48);
    assert_int_equal(entries, 4096);
    assert_int_equal(arena.used, used);
    assert_int_equal(arena.total, total);
    arena_free(&arena);
}

/* Planned lengths that are unknown (the largest int64) and sums beyond int32. */
static void test_extremes(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct ordered tree;
    int64_t key = 0;
    ordered_init(&tree, &arena);
    assert_null(ordered_first(&tree));
    assert_false(ordered_any_within(&tree, INT64_MAX));
    assert_false(ordered_release(&tree, 1, &key));
    assert_int_equal(ordered_cards_until(&tree, INT64_MAX), 0);
    assert_int_equal(ordered_cards(&tree), 0);
    for (int64_t i = 0; i < 40; i++)
        ordered_insert(&tree, i < 20 ? INT64_MIN + i : INT64_MAX - i, -i, (int32_t)i, INT32_MAX - 1,
                       INT64_MAX);
    assert_int_equal(ordered_cards_until(&tree, INT64_MAX), INT64_C(40) * (INT32_MAX - 1));
    assert_int_equal(ordered_cards(&tree), INT64_C(40) * (INT32_MAX - 1));
    assert_true(ordered_release(&tree, INT64_C(20) * (INT32_MAX - 1) + 1, &key));
    assert_int_equal(key, INT64_MAX - 39);
    assert_true(ordered_release(&tree, INT64_C(20) * (INT32_MAX - 1), &key));
    assert_int_equal(key, INT64_MIN + 19);
    struct ordered_filter filter = {.fit_now = INT32_MAX, .fit_later = 5, .window = INT64_MAX - 1};
    assert_null(ordered_find(&tree, INT64_MIN, INT64_MIN, &filter));
    filter.window = INT64_MAX;
    assert_int_equal(ordered_find(&tree, INT64_MIN, INT64_MIN, &filter)->job, 0);
    filter.window = -1;
    filter.fit_later = INT32_MAX - 1;
    assert_int_equal(ordered_find(&tree, INT64_MIN + 3, -3, &filter)->job, 4);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
