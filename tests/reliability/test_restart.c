/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "reliability/restart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t second = 1000000;

/* The rows of configs/causes.cfg.draft: all of a restart as one stage, as nothing else is published. */
static const struct restart_model published = {
    .row = {
        [RESTART_FULL] = {.count = 1, .stage = {{.fixed = 179000000, .per_thousand = 42100000}}},
        [RESTART_IN_PLACE] = {.count = 1, .stage = {{.fixed = 150000000}}},
    }};

/* 150 s on 4,800 devices in place and hardly more on ten thousand; minutes, below 10, for a full one of ten
 * thousand; 3 min 42 s on about a thousand. */
static void test_published(void **state)
{
    (void)state;
    assert_int_equal(restart_time(&published, RESTART_IN_PLACE, 4800, 0), 150 * second);
    assert_int_equal(restart_time(&published, RESTART_IN_PLACE, 10000, 0), 150 * second);
    assert_int_equal(restart_time(&published, RESTART_FULL, 10000, 0), 600 * second);
    int64_t olmo = restart_time(&published, RESTART_FULL, 1024, 0);
    assert_true(olmo > 221 * second && olmo < 223 * second);
    assert_true(restart_time(&published, RESTART_FULL, 4800, 0) > 2 * 150 * second);
}

/* Against a sum card by card in thousandths of a microsecond. */
static void test_stages(void **state)
{
    (void)state;
    struct dice dice = {4800};
    for (int i = 0; i < 3000; i++) {
        struct restart_model model = {0};
        int64_t cards = dice_whole(&dice, 0, 3000), reading = dice_whole(&dice, 0, 90 * second);
        for (int kind = 0; kind < RESTART_KINDS; kind++) {
            struct restart_row *row = &model.row[kind];
            row->count = (int32_t)dice_whole(&dice, 0, RESTART_STAGES);
            int64_t want = 0;
            for (int32_t s = 0; s < RESTART_STAGES; s++) {
                row->stage[s] =
                    (struct restart_stage){dice_whole(&dice, 0, 60 * second),
                                           dice_whole(&dice, 0, 30 * second), dice_once_in(&dice, 3)};
                if (s >= row->count)
                    continue; /* what stands beyond the count is not looked at */
                int64_t thousandths = 0;
                for (int64_t card = 0; card < cards; card++)
                    thousandths += row->stage[s].per_thousand;
                int64_t time = row->stage[s].fixed + thousandths / 1000 + (thousandths % 1000 != 0);
                if (row->stage[s].reads)
                    time += reading;
                assert_int_equal(restart_stage_time(&row->stage[s], cards, reading), time);
                want += time;
            }
            assert_int_equal(restart_time(&model, (enum restart_kind)kind, cards, reading), want);
        }
    }
}

static void test_edges(void **state)
{
    (void)state;
    const struct restart_model none = {0};
    assert_int_equal(restart_time(&none, RESTART_FULL, 12288, 40 * second), 0);
    assert_int_equal(restart_time(&none, RESTART_IN_PLACE, 12288, 40 * second), 0);
    /* rounded up: one card of a thousand is never free */
    const struct restart_stage small = {.per_thousand = 1};
    assert_int_equal(restart_stage_time(&small, 0, 5), 0);
    assert_int_equal(restart_stage_time(&small, 1, 5), 1);
    assert_int_equal(restart_stage_time(&small, 1000, 5), 1);
    assert_int_equal(restart_stage_time(&small, 1001, 5), 2);
    /* two billion cards and a day for every thousand: 2^31 * 8.64e10 has no place in 64 bits */
    const struct restart_stage large = {.per_thousand = 86400 * second};
    assert_int_equal(restart_stage_time(&large, INT32_MAX, 0), INT64_C(185542587100800000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_stages),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
