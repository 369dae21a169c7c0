/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "reliability/storage.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/sample_case.h"

/* Published saves, with the rates that they come to by hand. */
static void test_published(void **state)
{
    (void)state;
    /* BLOOM-176B: 2.3 TB in 40 s, so 57.5 GB/s; 2.3e12 / 176e9 = 13.07 bytes, between 12 and 14 */
    const struct storage_bandwidth bloom = {.site = 57.5e9};
    assert_int_equal(storage_time(&bloom, 2.3e12, 48, 0), 40000000);
    assert_true(storage_bytes(176e9, 12) < 2.3e12 && storage_bytes(176e9, 14) > 2.3e12);
    /* Llama 3 405B at 13 bytes over 2 TB/s sustained: 5.265e12 / 2e12 s */
    const struct storage_bandwidth llama = {.node = 2 * 25e9, .site = 2e12};
    assert_int_equal(storage_time(&llama, storage_bytes(405e9, 13), 2048, 0), 2632500);
    /* on 16 nodes their own 50 GB/s each bind: 5.265e12 / 8e11 s */
    assert_int_equal(storage_time(&llama, storage_bytes(405e9, 13), 16, 0), 6581250);
}

static void test_limits(void **state)
{
    (void)state;
    const struct storage_bandwidth none = {0}, node = {.node = 3e9}, site = {.site = 5e9},
                                   both = {.node = 3e9, .site = 5e9};
    assert_int_equal(storage_time(&none, 1e15, 3, 0), 0); /* without limits moving costs nothing */
    assert_int_equal(storage_time(&both, 0, 3, STORAGE_WHOLE), 0);
    assert_int_equal(storage_time(&both, 1e-7, 3, 0), 1); /* but never nothing for something */
    assert_int_equal(storage_time(&node, 12e9, 2, 100 * STORAGE_WHOLE), 2000000); /* others do not matter */
    assert_int_equal(storage_time(&site, 12e9, 2, 0), 2400000);
    assert_int_equal(storage_time(&both, 12e9, 1, 0), 4000000); /* one node cannot fill the site */
    assert_int_equal(storage_time(&both, 12e9, 2, 0), 2400000);
    assert_int_equal(storage_time(&both, 12e9, 1, STORAGE_WHOLE / 2),
                     4000000);                                              /* 3.33 GB/s: still the node */
    assert_int_equal(storage_time(&both, 12e9, 1, STORAGE_WHOLE), 4800000); /* half of the site each */
    assert_int_equal(storage_time(&both, 1e300, 1, 0), INT64_C(100000000000000000));
    assert_int_equal(storage_time(&(struct storage_bandwidth){.site = 1e-300}, 1e300, 1, 0),
                     INT64_C(100000000000000000));
}

/* More nodes or bandwidth never take longer, more bytes or writers never less. */
static void test_monotone(void **state)
{
    (void)state;
    struct dice dice = {405};
    for (int i = 0; i < 20000; i++) {
        struct storage_bandwidth bandwidth = {.node = 1e8 + 5e10 * dice_unit(&dice),
                                              .site = 1e9 + 2e12 * dice_unit(&dice)};
        double bytes = 1e9 * exp(12 * dice_unit(&dice)), nodes = (double)dice_whole(&dice, 1, 2048);
        int64_t duties = dice_whole(&dice, 0, 20 * STORAGE_WHOLE);
        int64_t time = storage_time(&bandwidth, bytes, nodes, duties);
        assert_true(storage_time(&bandwidth, bytes * 1.3, nodes, duties) >= time);
        assert_true(storage_time(&bandwidth, bytes, nodes + 7, duties) <= time);
        assert_true(storage_time(&bandwidth, bytes, nodes, duties + STORAGE_WHOLE / 3) >= time);
        double rate = fmin(nodes * bandwidth.node, bandwidth.site / (1 + (double)duties / 0x1p30));
        sample_near((double)time, bytes / rate * 1e6, 0.5 + 1e-15 * (double)time);
        bandwidth.node *= 1.7;
        bandwidth.site *= 1.2;
        assert_true(storage_time(&bandwidth, bytes, nodes, duties) <= time);
    }
}

/* The share of its time that a job writes, against a long walk of its cycles. */
static void test_duty(void **state)
{
    (void)state;
    struct dice dice = {21};
    for (int i = 0; i < 2000; i++) {
        int64_t time = dice_whole(&dice, 0, 400), interval = dice_whole(&dice, 1, 3000);
        int64_t writing = 0, computing = 0;
        for (int cycle = 0; cycle < 500; cycle++) {
            computing += interval;
            writing += time;
        }
        sample_near((double)storage_duty(time, interval, false) / 0x1p30,
                    (double)writing / (double)(writing + computing), 0x1p-30);
        double share = time < interval ? (double)time / (double)interval : 1;
        sample_near((double)storage_duty(time, interval, true) / 0x1p30, share, 0x1p-30);
    }
    assert_int_equal(storage_duty(5000, 0, false), 0);
    assert_int_equal(storage_duty(5000, 0, true), 0);
    assert_int_equal(storage_duty(3000, 3000, true), STORAGE_WHOLE);
    assert_int_equal(storage_duty(3000, 9000, false), STORAGE_WHOLE / 4);
}

/* The sum of duties is the same in any order, and nothing is left when all have gone: bytes repeat. */
static void test_sums_exactly(void **state)
{
    (void)state;
    enum { JOBS = 5000 };
    static int64_t duty[JOBS];
    struct dice dice = {13};
    int64_t sum = 0, backwards = 0;
    for (int i = 0; i < JOBS; i++)
        sum += duty[i] =
            storage_duty(dice_whole(&dice, 1, 600000000), dice_whole(&dice, 1, 7200000000), false);
    for (int i = JOBS - 1; i >= 0; i--)
        backwards += duty[i];
    assert_int_equal(sum, backwards);
    for (int i = 0; i < JOBS; i++)
        sum -= duty[(i * 1237) % JOBS];
    assert_int_equal(sum, 0);
}

/*
 * The mean is what a job meets: others write in turns of their own, at random phases. Averaged over many
 * moments, 1 / rate is that of the formula, as all write at the same share.
 */
static void test_mean_of_phases(void **state)
{
    (void)state;
    enum { OTHERS = 40, MOMENTS = 40000 };
    struct dice dice = {8};
    int64_t time[OTHERS], interval[OTHERS], duties = 0;
    static double needed[MOMENTS];
    for (int i = 0; i < OTHERS; i++) {
        time[i] = dice_whole(&dice, 1, 90);
        interval[i] = dice_whole(&dice, 100, 2000);
        duties += storage_duty(time[i], interval[i], false);
    }
    for (int m = 0; m < MOMENTS; m++) {
        int writers = 1;
        for (int i = 0; i < OTHERS; i++)
            writers += dice_unit(&dice) * (double)(time[i] + interval[i]) < (double)time[i];
        needed[m] = 1e6 * writers;
    }
    const struct storage_bandwidth bandwidth = {.site = 1e9};
    sample_has_mean(needed, MOMENTS, (double)storage_time(&bandwidth, 1e9, 1, duties));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),    cmocka_unit_test(test_limits),
        cmocka_unit_test(test_monotone),     cmocka_unit_test(test_duty),
        cmocka_unit_test(test_sums_exactly), cmocka_unit_test(test_mean_of_phases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
