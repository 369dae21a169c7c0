/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows of cards set aside, against a calendar with one cell per microsecond and node. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "scheduler/advance.h"

enum { TIMES = 120, NODES = 23, CARDS = 4, MOST = 14 };

struct mine {
    int64_t from, to, cards;
    int32_t id, first, count;
    bool pending;
};

static bool overlap(const struct mine *w, int64_t from, int64_t to)
{
    for (int64_t t = from; t < to; t++)
        if (t >= w->from && t < w->to)
            return true;
    return false;
}

static void check_questions(const struct advance *advance, const struct mine *mine, int count, bool by_node,
                            struct nodes *view, struct dice *dice)
{
    for (int q = 0; q < 8; q++) {
        int64_t from = dice_whole(dice, 0, TIMES - 1), to = dice_whole(dice, from + 1, TIMES);
        bool touched = false, hidden[NODES] = {false};
        int64_t most = 0;
        for (int64_t t = from; t < to; t++) {
            int64_t sum = 0;
            for (int w = 0; w < count; w++)
                sum += mine[w].pending && overlap(&mine[w], t, t + 1) ? mine[w].cards : 0;
            most = sum > most ? sum : most;
        }
        for (int w = 0; w < count; w++)
            if (mine[w].pending && overlap(&mine[w], from, to)) {
                touched = true;
                for (int32_t n = 0; n < mine[w].count; n++)
                    hidden[mine[w].first + n] = true;
            }
        assert_int_equal(advance_touches(advance, from, to), touched);
        assert_int_equal(advance_most(advance, from, to), most);
        for (int32_t n = 0; n < NODES; n++)
            nodes_set(view, n, n % (CARDS + 1));
        advance_hide(advance, view, from, to);
        for (int32_t n = 0; n < NODES; n++) {
            assert_int_equal(advance_hides(advance, n, from, to), hidden[n]);
            assert_int_equal(view->free[n], hidden[n] ? 0 : n % (CARDS + 1));
            assert_true(by_node || !hidden[n]);
        }
    }
}

static void check_random(bool by_node, uint64_t seed)
{
    struct dice dice = {seed};
    struct arena arena = {0};
    struct advance advance;
    struct nodes view;
    struct mine mine[MOST];
    nodes_init(&view, &arena, NODES, CARDS);
    advance_init(&advance, &arena);
    for (int w = 0; w < MOST; w++) {
        struct mine *own = &mine[w];
        own->from = dice_whole(&dice, 0, TIMES - 2);
        own->to = dice_whole(&dice, own->from + 1, TIMES);
        own->cards = dice_whole(&dice, 1, 7 * CARDS);
        own->pending = true;
        own->id = advance_add(&advance, own->from, own->to, own->cards, by_node ? NODES : 0, CARDS);
        const struct advance_window *window = advance_find(&advance, own->id);
        assert_non_null(window);
        own->first = window->first_node;
        own->count = window->node_count;
        /* the highest nodes below all windows that overlap, pending or begun */
        int32_t end = NODES, wanted = (int32_t)((own->cards + CARDS - 1) / CARDS);
        for (int o = 0; o < w; o++)
            if (overlap(&mine[o], own->from, own->to) && mine[o].count && mine[o].first < end)
                end = mine[o].first;
        assert_int_equal(own->count, !by_node ? 0 : wanted < end ? wanted : end);
        assert_true(!by_node || own->first + own->count == end);
        check_questions(&advance, mine, w + 1, by_node, &view, &dice);
        if (dice_once_in(&dice, 3)) {
            struct mine *gone = &mine[dice_whole(&dice, 0, w)];
            advance_remove(&advance, gone->id); /* the second time there is nothing to do */
            gone->pending = false;
            assert_null(advance_find(&advance, gone->id));
            check_questions(&advance, mine, w + 1, by_node, &view, &dice);
        }
    }
    for (int w = 0; w < MOST; w++)
        assert_int_equal(advance_find(&advance, mine[w].id) != NULL, mine[w].pending);
    assert_null(advance_find(&advance, -1));
    assert_null(advance_find(&advance, 977));
    arena_free(&arena);
}

static void test_random_windows(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 300; seed++)
        check_random(seed % 3 > 0, seed);
}

/* One that ends where another begins does not overlap it. */
static void test_touching_windows(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct advance advance;
    advance_init(&advance, &arena);
    int32_t a = advance_add(&advance, 10, 20, 8, 5, 4), b = advance_add(&advance, 20, 30, 5, 5, 4);
    int32_t c = advance_add(&advance, 19, 21, 12, 5, 4);
    assert_int_equal(advance_find(&advance, a)->first_node, 3);
    assert_int_equal(advance_find(&advance, b)->first_node, 3);
    assert_int_equal(advance_find(&advance, c)->first_node, 0);
    assert_int_equal(advance_find(&advance, c)->node_count, 3);
    assert_false(advance_touches(&advance, 0, 10));
    assert_true(advance_touches(&advance, 9, 11));
    assert_false(advance_touches(&advance, 30, 31));
    assert_int_equal(advance_most(&advance, 12, 19), 8);
    assert_int_equal(advance_most(&advance, 12, 20), 20);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_windows),
                                       cmocka_unit_test(test_touching_windows)};
    return cmocka_run_group_tests_name("advance", tests, NULL, NULL);
}
