/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every registered order policy must keep to, then the keys of each. */
#include "base/number.h"
#include "engine/clock.h"
#include "engine/dice_case.h"
#include "scheduler/order.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct job draw_job(struct dice *dice)
{
    struct job job = {.id = dice_whole(dice, 0, 1000000),
                      .submit = dice_whole(dice, 0, 90 * CLOCK_DAY),
                      .start = -1,
                      .work = dice_whole(dice, CLOCK_SECOND, 20 * CLOCK_DAY),
                      .cards = (int32_t)dice_whole(dice, 1, 4096),
                      .class_index = (int32_t)dice_whole(dice, 0, 15),
                      .estimate = 1 + 4 * dice_unit(dice),
                      .rate = 1.9e8,
                      .alive = true,
                      .end_event = CALENDAR_NONE};
    job.ready = job.submit;
    job.planned = dice_once_in(dice, 5) ? CLOCK_NEVER : (int64_t)(job.estimate * (double)job.work);
    return job;
}

static void test_registry(void **state)
{
    (void)state;
    int count = 0;
    for (; order_policy_at(count); count++) {
        const struct order_policy *policy = order_policy_at(count);
        assert_true(strlen(policy->name) > 0 && strlen(policy->summary) > 0 && strlen(policy->formula) > 0);
        assert_non_null(policy->key);
        assert_ptr_equal(order_policy_named(policy->name), policy); /* so names are unique */
    }
    assert_true(count >= 3);
    assert_null(order_policy_at(-1));
    assert_null(order_policy_at(count + 1));
    assert_null(order_policy_named("FCFS"));
    assert_null(order_policy_named(""));
}

/* A key holds while the job waits: it looks at nothing that then changes, and not at the slot that the job
 * got. */
static void test_keys_hold(void **state)
{
    (void)state;
    for (int p = 0; order_policy_at(p); p++) {
        struct dice dice = {1973};
        int64_t smallest = INT64_MAX, largest = INT64_MIN;
        for (int i = 0; i < 5000; i++) {
            struct job job = draw_job(&dice), later = job;
            struct job_part part = {3, 5};
            later.end = dice_whole(&dice, 0, CLOCK_DAY);
            later.plan_end = dice_whole(&dice, 0, CLOCK_DAY);
            later.end_event = (struct calendar_handle){7, 9};
            later.parts = &part;
            later.part_capacity = 1;
            later.released = true;
            later.id += 17;
            int64_t key = order_policy_at(p)->key(&job);
            assert_int_equal(order_policy_at(p)->key(&later), key);
            smallest = key < smallest ? key : smallest;
            largest = key > largest ? key : largest;
        }
        assert_true(smallest < largest); /* it is an order at all */
        assert_true(largest < CLOCK_NEVER);
    }
}

static void test_fcfs(void **state)
{
    (void)state;
    const struct order_policy *fcfs = order_policy_named("fcfs");
    assert_non_null(fcfs);
    struct dice dice = {2};
    for (int i = 0; i < 5000; i++) {
        struct job job = draw_job(&dice);
        assert_int_equal(fcfs->key(&job), job.submit);
        /* back in the queue after a failure it keeps its place */
        job.ready += CLOCK_DAY;
        job.done = job.work / 3;
        job.planned /= 2;
        job.restarts = 2;
        job.start = job.submit + 5;
        assert_int_equal(fcfs->key(&job), job.submit);
    }
}

static void test_sjf(void **state)
{
    (void)state;
    const struct order_policy *sjf = order_policy_named("sjf");
    assert_non_null(sjf);
    struct dice dice = {3};
    int without = 0;
    for (int i = 0; i < 5000; i++) {
        struct job job = draw_job(&dice);
        job.done = dice_once_in(&dice, 2) ? dice_whole(&dice, 0, job.work) : 0;
        if (job.planned == CLOCK_NEVER) {
            assert_int_equal(sjf->key(&job),
                             job.work - job.done); /* what is left of it, where nothing is planned */
            without++;
        } else {
            assert_int_equal(sjf->key(&job), job.planned);
        }
    }
    assert_in_range(without, 800, 1200);
}

static int64_t f1_key(int64_t planned, int32_t cards, int64_t submit)
{
    struct job job = {.planned = planned, .cards = cards, .submit = submit, .work = 7 * CLOCK_SECOND};
    return order_policy_named("f1")->key(&job);
}

static void test_f1(void **state)
{
    (void)state;
    const struct order_policy *f1 = order_policy_named("f1");
    assert_non_null(f1);
    struct dice dice = {5};
    for (int i = 0; i < 5000; i++) {
        struct job job = draw_job(&dice);
        double length = (double)(job.planned == CLOCK_NEVER ? job.work : job.planned) / 1e6;
        double score = log10(length) * job.cards + 870 * log10((double)job.submit / 1e6);
        assert_int_equal(f1->key(&job), number_real_key(score));
    }
    /* lublin-256: job 1 (5094, 12072 s, 16) is before job 3 (6742, 24089 s, 1) and job 4 (7287, 9053 s, 128)
     */
    int64_t second = CLOCK_SECOND;
    assert_int_equal(f1_key(100 * second, 3, 1000 * second), number_real_key(2616));
    assert_true(f1_key(12072 * second, 16, 5094 * second) < f1_key(24089 * second, 1, 6742 * second));
    assert_true(f1_key(24089 * second, 1, 6742 * second) < f1_key(9053 * second, 128, 7287 * second));
    /* nothing is a tenth of a second, so log10 is -1; and nothing less than that counts for less */
    assert_int_equal(f1_key(0, 3, 1000 * second), number_real_key(2607));
    assert_int_equal(f1_key(100 * second, 3, 0), number_real_key(-864));
    assert_int_equal(f1_key(0, 3, 0), number_real_key(-873));
    assert_int_equal(f1_key(second / 10, 3, 1), f1_key(99999, 3, 99999));
    assert_true(f1_key(CLOCK_NEVER, 3, second) == f1_key(7 * second, 3, second));
    assert_true(f1_key(CLOCK_NEVER - 1, INT32_MAX, CLOCK_NEVER - 1) < CLOCK_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry), cmocka_unit_test(test_keys_hold), cmocka_unit_test(test_fcfs),
        cmocka_unit_test(test_sjf),      cmocka_unit_test(test_f1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
