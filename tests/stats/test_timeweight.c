/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "stats/timeweight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Microsecond by microsecond beside it. */
static void test_steps(void **state)
{
    (void)state;
    struct dice dice = {24593};
    struct timeweight weight = {.value = 13, .since = -37};
    int64_t now = -37, value = 13, sum = 0;
    for (int i = 0; i < 20000; i++) {
        for (int64_t wait = dice_once_in(&dice, 4) ? 0 : dice_whole(&dice, 1, 40); wait > 0; wait--, now++)
            sum += value;
        int64_t change = dice_whole(&dice, -50, 50);
        switch (dice_whole(&dice, 0, 2)) {
        case 0:
            timeweight_add(&weight, now, change);
            value += change;
            break;
        case 1:
            timeweight_set(&weight, now, change);
            value = change;
            break;
        default:
            timeweight_settle(&weight, now);
            timeweight_settle(&weight, now); /* twice at one instant changes nothing */
        }
        assert_int_equal(weight.value, value);
        assert_int_equal(weight.since, now);
        assert_true(weight.integral == sum);
    }
}

/* 100,000 cards for five years are 1.6e19 card-microseconds, and five thousand more at the end are not lost.
 */
static void test_beyond_int64(void **state)
{
    (void)state;
    const int64_t year = INT64_C(365) * 86400 * 1000000;
    struct timeweight weight = {0};
    timeweight_set(&weight, 0, 100000);
    timeweight_settle(&weight, 5 * year);
    assert_true(weight.integral == (int128)500000 * year);
    assert_true(weight.integral > INT64_MAX);
    assert_true(number_int128_real(weight.integral) == 1.5768e19);
    timeweight_add(&weight, 5 * year, -99999);
    timeweight_settle(&weight, 5 * year + 5003);
    assert_true(weight.integral == (int128)500000 * year + 5003);
    timeweight_set(&weight, 5 * year + 5003, -100000);
    timeweight_settle(&weight, 10 * year + 5003);
    assert_true(weight.integral == 5003);
}

/* What several parts of a whole sum to is exact: busy, idle and down cards make the cards online. */
static void test_parts_sum(void **state)
{
    (void)state;
    struct dice dice = {907};
    struct timeweight parts[3] = {{.value = 8, .since = 0}}, whole = {.value = 8, .since = 0};
    int64_t now = 0;
    for (int i = 0; i < 5000; i++) {
        now += dice_whole(&dice, 0, INT64_C(90000000001));
        int64_t from = dice_whole(&dice, 0, 2), to = dice_whole(&dice, 0, 2),
                cards = dice_whole(&dice, 1, 4097);
        timeweight_add(&parts[from], now, -cards);
        timeweight_add(&parts[to], now, cards);
        if (dice_once_in(&dice, 3)) {
            timeweight_add(&parts[to], now, 64);
            timeweight_add(&whole, now, 64);
        }
    }
    now += 17;
    int128 sum = 0;
    for (int i = 0; i < 3; i++) {
        timeweight_settle(&parts[i], now);
        sum += parts[i].integral;
    }
    timeweight_settle(&whole, now);
    assert_true(sum == whole.integral);
    assert_true(sum > INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_beyond_int64),
        cmocka_unit_test(test_parts_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
