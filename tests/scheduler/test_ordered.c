/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/ordered_case.h"

static struct reference plain;

/* Random coming and going; few keys, so that ties decide, and sizes as jobs have them. */
static void test_reference(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct ordered tree;
    struct dice dice = {1996};
    ordered_init(&tree, &arena);
    plain = (struct reference){.keys = 60};
    for (int step = 0; step < 20000; step++) {
        bool grow = step / 4000 % 2 == 0;
        if (dice_whole(&dice, 0, 9) < (grow ? 6 : 4))
            both_insert(&tree, &plain, draw_entry(&plain, &dice, dice_whole(&dice, -60, 60)));
        else if (plain.count)
            both_remove(&tree, &plain, (int)dice_whole(&dice, 0, plain.count - 1));
        check_walks(&tree, &plain, &dice);
        check_sums(&tree, &plain, &dice);
        if (step % 100 == 99) {
            check_shape(&tree);
            check_all(&tree, &plain);
        }
    }
    while (plain.count) { /* from the front, as jobs end */
        both_remove(&tree, &plain, 0);
        same_entry(&plain, ordered_first(&tree), 0);
    }
    check_walks(&tree, &plain, &dice);
    check_sums(&tree, &plain, &dice);
    arena_free(&arena);
}

/* A few jobs for a long time: one leaf, whose bounds are kept apart from those of nodes. */
static void test_few(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct ordered tree;
    struct dice dice = {1972};
    ordered_init(&tree, &arena);
    plain = (struct reference){.keys = 9};
    for (int step = 0; step < 60000; step++) {
        int most = 1 + step / 2000 * 2; /* to 59, beyond a leaf */
        if (plain.count < most && dice_once_in(&dice, 2))
            both_insert(&tree, &plain, draw_entry(&plain, &dice, dice_whole(&dice, -9, 9)));
        else if (plain.count)
            both_remove(&tree, &plain, (int)dice_whole(&dice, 0, plain.count - 1));
        check_walks(&tree, &plain, &dice);
        check_sums(&tree, &plain, &dice);
    }
    arena_free(&arena);
}

/* The code of lengths never turns an order round, and loses little. */
static void test_code(void **state)
{
    (void)state;
    struct dice dice = {41};
    for (int i = 0; i < 200000; i++) {
        int64_t a = (int64_t)(dice_bits(&dice) >> 1 >> dice_whole(&dice, 0, 62));
        int64_t b = dice_once_in(&dice, 2) ? a + (a < INT64_MAX) : (int64_t)(dice_bits(&dice) >> 1);
        assert_true(a > b || ordered_code(a) <= ordered_code(b));
        if (a >= 1024 && a < INT64_MAX / 2)
            assert_true(ordered_code(a) < ordered_code(a + a / 512 + 1));
    }
    assert_int_equal(ordered_code(-7), 0);
    assert_int_equal(ordered_code(1023), 1023);
    assert_true(ordered_code(INT64_MAX) < ORDERED_NO_CODE);
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
    struct ordered_walk walk = ordered_walk_begin(&tree);
    assert_null(ordered_walk_next(&walk));
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

/* The least of the order of places themselves; no walk begins before it. */
static void test_least_place(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct ordered tree;
    ordered_init(&tree, &arena);
    ordered_insert(&tree, INT64_MIN, INT64_MIN, 17, 3, 5);
    for (int32_t i = 0; i < 5000; i++)
        ordered_insert(&tree, i, -i, i, 40, 5);
    ordered_insert(&tree, -1, 0, 0, 2, 5);
    ordered_remove(&tree, -1, 0); /* its two cards are still a bound */
    assert_true(ordered_any_within(&tree, 3));
    assert_false(ordered_any_within(&tree, 2));
    assert_int_equal(ordered_first(&tree)->job, 17);
    assert_int_equal(ordered_after(&tree, INT64_MIN, INT64_MIN)->job, 0);
    assert_int_equal(ordered_rank(&tree, INT64_MIN, INT64_MIN), 0);
    assert_int_equal(ordered_rank(&tree, INT64_MAX, INT64_MAX), 5001);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference), cmocka_unit_test(test_few),         cmocka_unit_test(test_code),
        cmocka_unit_test(test_extremes),  cmocka_unit_test(test_least_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
