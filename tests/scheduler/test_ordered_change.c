/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/ordered_case.h"

static struct reference plain;

enum order { ASCENDING, DESCENDING, SHUFFLED };

/* Loads `count` entries into both, the reference at once. */
static void load(struct ordered *tree, struct dice *dice, int count, enum order order)
{
    plain.count = count;
    for (int i = 0; i < count; i++)
        plain.list[i] = draw_entry(&plain, dice, dice_whole(dice, -plain.keys, plain.keys));
    if (order != SHUFFLED)
        sort_reference(&plain);
    for (int i = 0; i < count; i++) {
        const struct ordered_entry *entry = &plain.list[order == DESCENDING ? count - 1 - i : i];
        ordered_insert(tree, entry->key, entry->tie, entry->job, entry->cards, entry->planned);
    }
    sort_reference(&plain);
}

/* Which entry goes: the first, the last, any, or those around one place. */
static int draw_victim(struct dice *dice, int step)
{
    switch (step / 16 % 4) {
    case 0:
        return 0;
    case 1:
        return plain.count - 1;
    case 2:
        return (int)dice_whole(dice, 0, plain.count - 1);
    default:
        return plain.count / 3;
    }
}

static void try_size(int count, enum order order, int64_t keys, uint64_t seed)
{
    struct arena arena = {0};
    struct ordered tree;
    struct dice dice = {seed};
    int steps = count < 1000 ? 600 : count < 50000 ? 300 : 60;
    ordered_init(&tree, &arena);
    plain = (struct reference){.keys = keys};
    load(&tree, &dice, count, order);
    for (int turn = 0; turn < 2; turn++) {
        check_shape(&tree);
        check_all(&tree, &plain);
        for (int step = 0; step < steps; step++) {
            if (plain.count > count - 40 && plain.count)
                both_remove(&tree, &plain, draw_victim(&dice, step));
            if (plain.count < MOST && !dice_once_in(&dice, 3))
                both_insert(&tree, &plain, draw_entry(&plain, &dice, dice_whole(&dice, -keys, keys)));
            check_walks(&tree, &plain, &dice);
            check_sums(&tree, &plain, &dice);
        }
        check_shape(&tree);
        for (int left = plain.count; left > 0;
             left--) { /* empties: any order, without the reference's moves */
            int at = order == DESCENDING ? left - 1 : order == ASCENDING ? plain.count - left : 0;
            if (order == SHUFFLED) {
                at = (int)dice_whole(&dice, 0, left - 1);
                struct ordered_entry last = plain.list[left - 1];
                plain.list[left - 1] = plain.list[at];
                plain.list[at] = last;
                at = left - 1;
            }
            ordered_remove(&tree, plain.list[at].key, plain.list[at].tie);
            if (left % 8192 == 0)
                check_shape(&tree);
        }
        plain.count = 0;
        check_shape(&tree);
        check_walks(&tree, &plain, &dice);
        check_sums(&tree, &plain, &dice);
        load(&tree, &dice, count, order);
    }
    arena_free(&arena);
}

static void test_sizes(void **state)
{
    (void)state;
    static const int sizes[] = {0, 1, 2, 30, 31, 32, 62, 500, 1984, 2100, 20000, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int order = ASCENDING; order <= SHUFFLED; order++)
            try_size(sizes[i], (enum order)order, order == DESCENDING ? 3 : 70000 + order,
                     9001 * i + (uint64_t)order);
}

/* Bytes of the arena an entry, counted in blocks that were ever used. */
static double bytes_of(const struct ordered *tree)
{
    return ((double)tree->leaves.used * sizeof(struct ordered_leaf) +
            (double)tree->nodes.used * sizeof(struct ordered_node)) /
           tree->count;
}

/* A queue that moves on, and one of which most leave from the middle: no more memory than at first. */
static void test_steady(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct ordered tree;
    struct dice dice = {77};
    enum { COUNT = 57200 };
    ordered_init(&tree, &arena);
    int32_t next = 0;
    for (; next < COUNT; next++)
        ordered_insert(&tree, next / 3, next, next, 1 + next % 64, 1000 - next % 7);
    assert_true(bytes_of(&tree) < 36);
    size_t used = arena.used, total = arena.total;
    for (; next < 9 * COUNT; next++) { /* first in, first out */
        const struct ordered_entry *first = ordered_first(&tree);
        assert_int_equal(first->job, next - COUNT);
        ordered_remove(&tree, first->key, first->tie);
        ordered_insert(&tree, next / 3, next, next, 1 + next % 64, 1000 - next % 7);
    }
    check_shape(&tree);
    assert_int_equal(arena.used, used);
    assert_int_equal(arena.total, total);
    for (int turn = 0; turn < 8; turn++) {
        for (int i = 0; i < COUNT; i++, next++) { /* out of the middle, to the end */
            int64_t at = dice_whole(&dice, 0, next / 3);
            const struct ordered_entry *entry = ordered_after(&tree, at, INT64_MAX);
            entry = entry ? entry : ordered_first(&tree);
            ordered_remove(&tree, entry->key, entry->tie);
            ordered_insert(&tree, next / 3, next, next, 1 + next % 64, 1000 - next % 7);
        }
        check_shape(&tree);
        if (turn == 3)
            total = arena.total, used = arena.used;
    }
    assert_true(bytes_of(&tree) < 50); /* the most there ever was */
    assert_int_equal(arena.total, total);
    assert_int_equal(arena.used, used);
    arena_free(&arena);
}

/* Running jobs: planned ends in no order, ends at random. */
static void test_churn(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct ordered tree;
    struct dice dice = {1970};
    enum { COUNT = 20000 };
    static int64_t keys[COUNT];
    ordered_init(&tree, &arena);
    for (int i = 0; i < COUNT; i++) {
        keys[i] = dice_whole(&dice, 0, 1000000);
        ordered_insert(&tree, keys[i], i, i, 8, 50);
    }
    size_t total = 0;
    for (int turn = 0; turn < 12; turn++) {
        for (int step = 0; step < 2 * COUNT; step++) {
            int i = (int)dice_whole(&dice, 0, COUNT - 1);
            ordered_remove(&tree, keys[i], i);
            keys[i] = dice_whole(&dice, 0, 1000000);
            ordered_insert(&tree, keys[i], i, i, 8, 50);
        }
        check_shape(&tree);
        assert_true(bytes_of(&tree) < 48);
        if (turn == 5)
            total = arena.total;
    }
    assert_int_equal(arena.total, total);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_steady),
        cmocka_unit_test(test_churn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
