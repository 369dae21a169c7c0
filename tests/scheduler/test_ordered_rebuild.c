/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/ordered_case.h"

static struct reference plain;
static int64_t new_keys[MOST];

enum change { SAME_ORDER, REVERSED, ALL_NEW, ALL_EQUAL, A_FEW, SAWTOOTH, CHANGES };

static int64_t key_of(void *context, int32_t job)
{
    ++*(int64_t *)context;
    return new_keys[job];
}

static void draw_keys(struct dice *dice, enum change change)
{
    for (int i = 0; i < plain.count; i++) {
        int32_t job = plain.list[i].job;
        switch (change) {
        case SAME_ORDER:
            new_keys[job] = 3 * plain.list[i].key + 1;
            break;
        case REVERSED:
            new_keys[job] = -plain.list[i].key;
            break;
        case ALL_NEW:
            new_keys[job] = dice_whole(dice, -plain.keys, plain.keys);
            break;
        case ALL_EQUAL:
            new_keys[job] = 42;
            break;
        case A_FEW:
            new_keys[job] =
                dice_once_in(dice, 200) ? dice_whole(dice, -plain.keys, plain.keys) : plain.list[i].key;
            break;
        default:
            new_keys[job] = i % 97 - 3 * (i % 5);
        }
        plain.list[i].key = new_keys[job];
    }
    sort_reference(&plain);
}

static void try_changes(int count, uint64_t seed)
{
    struct arena arena = {0};
    struct ordered tree;
    struct dice dice = {seed};
    int steps = count < 5000 ? 60 : 10;
    ordered_init(&tree, &arena);
    plain = (struct reference){.keys = 5000, .count = count};
    for (int i = 0; i < count; i++) {
        plain.list[i] = draw_entry(&plain, &dice, dice_whole(&dice, -plain.keys, plain.keys));
        plain.list[i].job = i;
        ordered_insert(&tree, plain.list[i].key, plain.list[i].tie, i, plain.list[i].cards,
                       plain.list[i].planned);
    }
    sort_reference(&plain);
    for (int turn = 0; turn < 2 * CHANGES; turn++) {
        int64_t asked = 0;
        draw_keys(&dice, (enum change)(turn * 5 % CHANGES));
        ordered_rebuild(&tree, key_of, &asked);
        assert_int_equal(asked, count);
        check_shape(&tree);
        check_all(&tree, &plain);
        for (int step = 0; step < steps && plain.count; step++) { /* and it goes on living */
            int at = (int)dice_whole(&dice, 0, plain.count - 1);
            struct ordered_entry entry = plain.list[at];
            both_remove(&tree, &plain, at);
            entry.key = dice_whole(&dice, -plain.keys, plain.keys);
            both_insert(&tree, &plain, entry);
            check_walks(&tree, &plain, &dice);
            check_sums(&tree, &plain, &dice);
        }
    }
    arena_free(&arena);
}

static void test_changes(void **state)
{
    (void)state;
    static const int sizes[] = {0, 1, 2, 31, 32, 70, 900, 2500, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        try_changes(sizes[i], 1945 + i);
}

/* Sorting again and again takes no more memory than sorting once. */
static void test_memory(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct ordered tree;
    struct dice dice = {7};
    enum { COUNT = 50000 };
    ordered_init(&tree, &arena);
    for (int32_t i = 0; i < COUNT; i++)
        ordered_insert(&tree, i, i, i, 1 + i % 5, 10 + i % 11);
    int32_t before = tree.leaves.used, leaves = 0, nodes = 0;
    for (int turn = 0; turn < 6; turn++) {
        int64_t asked = 0;
        for (int i = 0; i < COUNT; i++)
            new_keys[i] = dice_whole(&dice, 0, 1000000);
        ordered_rebuild(&tree, key_of, &asked);
        if (turn == 0)
            leaves = tree.leaves.used, nodes = tree.nodes.used;
        assert_int_equal(tree.leaves.used, leaves);
        assert_int_equal(tree.nodes.used, nodes);
    }
    assert_true(leaves < before * 6 / 5); /* fuller leaves than the merged ones have */
    check_shape(&tree);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
