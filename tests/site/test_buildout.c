/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/clock.h"
#include "engine/dice_case.h"
#include "site/buildout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/sample_case.h"

/* 100 cards a day in nodes of 8: one node every 1.92 hours. */
static void test_rate(void **state)
{
    (void)state;
    const int64_t node_us = INT64_C(6912000000), burn_in = 3 * CLOCK_DAY + 71;
    struct buildout buildout;
    int32_t node = -1;
    buildout_init(&buildout, 8, 100, burn_in);
    int64_t now = 5 * CLOCK_DAY + 13;
    assert_int_equal(buildout_deliver(&buildout, now, 8 * 37 + 5), 37);
    assert_int_equal(buildout.loose_cards, 5);
    for (int32_t i = 0; i < 37; i++) {
        assert_int_equal(buildout_next(&buildout, &node), now + (i + 1) * node_us + burn_in);
        assert_int_equal(node, i);
    }
    /* two cards more do not make a node with the five that are left, three do */
    now += CLOCK_DAY;
    assert_int_equal(buildout_deliver(&buildout, now, 2), 0);
    assert_int_equal(buildout_deliver(&buildout, now, 1), 1);
    /* the fitters are still at the first delivery: 37 nodes take 71.04 hours */
    assert_int_equal(buildout_next(&buildout, &node), now - CLOCK_DAY + 38 * node_us + burn_in);
    assert_int_equal(node, 37);
    /* after a pause they begin with the delivery */
    now += 30 * CLOCK_DAY;
    assert_int_equal(buildout_deliver(&buildout, now, 16), 2);
    assert_int_equal(buildout_next(&buildout, &node), now + node_us + burn_in);
    assert_int_equal(buildout_next(&buildout, &node), now + 2 * node_us + burn_in);
    assert_int_equal(node, 39);
    assert_int_equal(buildout.nodes, 40);
}

static void test_at_once(void **state)
{
    (void)state;
    struct buildout buildout;
    int32_t node = -1;
    buildout_init(&buildout, 16, 0, 5003);
    assert_int_equal(buildout_deliver(&buildout, 911, 15), 0);
    assert_int_equal(buildout_deliver(&buildout, 917, 16 * 640 + 1), 641);
    for (int32_t i = 0; i < 641; i++) {
        assert_int_equal(buildout_next(&buildout, &node), 917 + 5003);
        assert_int_equal(node, i);
    }
    assert_int_equal(buildout.loose_cards, 0);
    buildout_init(&buildout, 1, 0, 0); /* a card is a node */
    assert_int_equal(buildout_deliver(&buildout, -7, 3), 3);
    for (int32_t i = 0; i < 3; i++) {
        int64_t joins = buildout_next(&buildout, &node);
        assert_int_equal(node, i);
        assert_true(joins >= -7);
    }
}

/*
 * Random deliveries beside a model that keeps the queue of cards: a node is begun when its last card is there
 * and the fitters are done with the one before. Exact when a node takes whole microseconds.
 */
static void test_deliveries(void **state)
{
    (void)state;
    struct dice dice = {1280};
    for (int round = 0; round < 400; round++) {
        int32_t per_node = (int32_t)dice_whole(&dice, 1, 16);
        int64_t node_us = dice_whole(&dice, 0, 2) ? dice_whole(&dice, 1, CLOCK_DAY) : 0;
        int64_t burn_in = dice_once_in(&dice, 4) ? 0 : dice_whole(&dice, 0, 20 * CLOCK_DAY);
        double per_day = node_us ? (double)per_node * (double)CLOCK_DAY / (double)node_us : 0;
        struct buildout buildout;
        buildout_init(&buildout, per_node, per_day, burn_in);
        sample_near(buildout.node_us, (double)node_us, 1e-4);
        int64_t now = 0, cards = 0, done = 0, last = INT64_MIN;
        int32_t built = 0;
        for (int step = 0; step < 60; step++) {
            now += dice_whole(&dice, 0, dice_once_in(&dice, 5) ? 90 * CLOCK_DAY : CLOCK_DAY);
            int64_t delivery = dice_once_in(&dice, 3) ? dice_whole(&dice, 0, 5) : dice_whole(&dice, 0, 900);
            cards += delivery;
            int32_t more = buildout_deliver(&buildout, now, delivery);
            assert_int_equal(more, cards / per_node - built);
            assert_int_equal(buildout.loose_cards, cards % per_node);
            for (; more > 0; more--) {
                int32_t node = -1;
                int64_t joins = buildout_next(&buildout, &node);
                assert_int_equal(node, built);
                done = (done > now ? done : now) + node_us;
                assert_int_equal(joins, done + burn_in);
                assert_true(joins >= last && joins >= now + burn_in);
                last = joins;
                built++;
            }
        }
        assert_int_equal(buildout.nodes, cards / per_node);
    }
}

/* 10,240 cards at 300 a day are 1,280 nodes in 34 days and 3.2 hours, whatever the rounding of each. */
static void test_whole_site(void **state)
{
    (void)state;
    struct buildout buildout;
    buildout_init(&buildout, 8, 300, 0);
    int32_t node = -1, nodes = buildout_deliver(&buildout, 0, 10240);
    assert_int_equal(nodes, 1280);
    int64_t joins = 0;
    while (nodes-- > 0)
        joins = buildout_next(&buildout, &node);
    sample_near((double)joins, 10240.0 / 300 * (double)CLOCK_DAY, 1280);
    assert_int_equal(node, 1279);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_at_once),
        cmocka_unit_test(test_deliveries),
        cmocka_unit_test(test_whole_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
