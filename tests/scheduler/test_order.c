/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every registered order policy must keep to; the keys of those that never change while a job waits. The
 * others are in test_order_changing.c. */
#include "base/number.h"
#include "engine/clock.h"
#include "order_case.h"
#include "scheduler/order.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_registry(void **state)
{
    (void)state;
    int count = 0;
    for (; order_policy_at(count); count++) {
        const struct order_policy *policy = order_policy_at(count);
        assert_true(strlen(policy->name) > 0 && strlen(policy->summary) > 0 && strlen(policy->formula) > 0);
        assert_non_null(policy->key);
        assert_true(!policy->next_change || policy->preempts);      /* nobody else asks */
        assert_ptr_equal(order_policy_named(policy->name), policy); /* so names are unique */
    }
    assert_true(count >= 12);
    assert_null(order_policy_at(-1));
    assert_null(order_policy_at(count));
    assert_null(order_policy_at(count + 1));
    assert_null(order_policy_named("FCFS"));
    assert_null(order_policy_named(""));
}

/* The key of a waiting job looks at nothing that changes while it waits but, where the policy says so, at the
 * time. */
static void test_keys_hold(void **state)
{
    (void)state;
    for (int p = 0; order_policy_at(p); p++) {
        const struct order_policy *policy = order_policy_at(p);
        struct dice dice = {1973};
        int64_t smallest = INT64_MAX, largest = INT64_MIN, moved = 0;
        for (int i = 0; i < 5000; i++) {
            struct order_case c;
            order_draw(&dice, &c);
            struct job later = c.job;
            struct job_part part = {3, 5};
            later.end = dice_whole(&dice, 0, CLOCK_DAY);
            later.started = dice_whole(&dice, 0, CLOCK_DAY);
            later.key = dice_whole(&dice, 0, CLOCK_DAY);
            later.slot = dice_whole(&dice, 0, CLOCK_DAY);
            later.end_event = (struct calendar_handle){7, 9};
            later.parts = &part;
            later.part_capacity = 1;
            later.released = true;
            later.order += 17;
            int64_t now = order_now(&dice, &c);
            int64_t key = order_key(policy, &c.job, now);
            assert_int_equal(order_key(policy, &later, now), key);
            moved += order_key(policy, &c.job, now + 977 * CLOCK_SECOND) != key;
            smallest = key < smallest ? key : smallest;
            largest = key > largest ? key : largest;
        }
        assert_true(smallest < largest);                                /* it is an order at all */
        assert_true(smallest > INT64_MIN + 2 && largest < CLOCK_NEVER); /* the ends are the queue's */
        assert_true(policy->changes ? moved > 4500 : moved == 0);
    }
}

/* While a job runs, the key of a preemptive policy never falls for las and never rises for srpt; with equal
 * service nobody stops anybody. */
static void test_keys_of_running_jobs(void **state)
{
    (void)state;
    struct dice dice = {1974};
    for (int i = 0; i < 5000; i++) {
        struct order_case c;
        order_draw(&dice, &c);
        c.job.state = dice_once_in(&dice, 4) ? JOB_STOPPING : JOB_RUNNING;
        c.job.started = order_now(&dice, &c);
        int64_t now = c.job.started + dice_whole(&dice, 0, CLOCK_DAY), then = now + CLOCK_HOUR;
        const struct order_policy *las = order_policy_named("las"), *srpt = order_policy_named("srpt");
        assert_true(order_key(las, &c.job, now) <= order_key(las, &c.job, then));
        assert_true(order_key(srpt, &c.job, now) >= order_key(srpt, &c.job, then));
        struct order_case twin = c; /* waits, with as much service */
        twin.job.detail = &twin.detail;
        twin.job.state = JOB_QUEUED;
        twin.detail.attained = job_attained(&c.job, now);
        assert_true(order_key(las, &twin.job, now) >= order_key(las, &c.job, now));
    }
}

static void test_fcfs(void **state)
{
    (void)state;
    const struct order_policy *fcfs = order_policy_named("fcfs");
    struct dice dice = {2};
    for (int i = 0; i < 5000; i++) {
        struct order_case c;
        order_draw(&dice, &c);
        assert_int_equal(order_key(fcfs, &c.job, 5), c.job.submit);
        /* back in the queue after a failure it keeps its place */
        c.detail.ready += CLOCK_DAY;
        c.detail.done = c.job.work / 3;
        c.job.planned /= 2;
        c.detail.restarts = 2;
        c.job.start = c.job.submit + 5;
        assert_int_equal(order_key(fcfs, &c.job, 7), c.job.submit);
    }
}

static void test_round_robin(void **state)
{
    (void)state;
    const struct order_policy *robin = order_policy_named("round-robin");
    struct dice dice = {21};
    for (int i = 0; i < 5000; i++) {
        struct order_case c;
        order_draw(&dice, &c);
        assert_int_equal(order_key(robin, &c.job, 3), c.detail.ready);
        c.job.detail = NULL;
        assert_int_equal(order_key(robin, &c.job, 3), c.job.submit);
    }
}

/* sjf, ljf, srpt and smallest-area look at the planned length, or the true one left where there is none. */
static void test_by_length(void **state)
{
    (void)state;
    struct dice dice = {3};
    int without = 0;
    for (int i = 0; i < 5000; i++) {
        struct order_case c;
        order_draw(&dice, &c);
        c.detail.done = dice_once_in(&dice, 2) ? dice_whole(&dice, 0, c.job.work) : 0;
        int64_t length = c.job.planned;
        if (length == CLOCK_NEVER) {
            length = c.job.work - c.detail.done;
            without++;
        }
        int64_t now = order_now(&dice, &c);
        assert_int_equal(order_key(order_policy_named("sjf"), &c.job, now), length);
        assert_int_equal(order_key(order_policy_named("srpt"), &c.job, now), length);
        assert_int_equal(order_key(order_policy_named("ljf"), &c.job, now), -length);
        assert_int_equal(order_key(order_policy_named("smallest-area"), &c.job, now),
                         number_real_key((double)length * c.job.cards));
        if (i % 5)
            continue;
        /* running, srpt counts down, and not below nothing */
        c.job.state = JOB_RUNNING;
        c.job.started = now;
        int64_t ran = dice_whole(&dice, 0, 2 * length < CLOCK_NEVER ? 2 * length : CLOCK_DAY);
        int64_t left = length > ran ? length - ran : 0;
        assert_int_equal(order_key(order_policy_named("srpt"), &c.job, now + ran), left);
    }
    assert_in_range(without, 800, 1200);
}

/* Areas beyond 2^53 keep their order: 2^12 cards for 36,500 days are 1.3e22. */
static void test_large_areas(void **state)
{
    (void)state;
    const struct order_policy *area = order_policy_named("smallest-area");
    struct job small = {.planned = 36499 * CLOCK_DAY, .cards = 100000};
    struct job large = {.planned = 36500 * CLOCK_DAY, .cards = 100000};
    assert_true(order_key(area, &small, 0) < order_key(area, &large, 0));
    struct job flat = {.planned = 7 * CLOCK_HOUR, .cards = 3}, tall = {.planned = 3 * CLOCK_HOUR, .cards = 7};
    assert_int_equal(order_key(area, &flat, 0), order_key(area, &tall, 0));
}

static int64_t f1_key(int64_t planned, int32_t cards, int64_t submit)
{
    struct job job = {.planned = planned, .cards = cards, .submit = submit, .work = 7 * CLOCK_SECOND};
    return order_key(order_policy_named("f1"), &job, 0);
}

static void test_f1(void **state)
{
    (void)state;
    const struct order_policy *f1 = order_policy_named("f1");
    assert_non_null(f1);
    struct dice dice = {5};
    for (int i = 0; i < 5000; i++) {
        struct order_case c;
        order_draw(&dice, &c);
        double length = (double)(c.job.planned == CLOCK_NEVER ? c.job.work : c.job.planned) / 1e6;
        double score = log10(length) * c.job.cards + 870 * log10((double)c.job.submit / 1e6);
        assert_int_equal(order_key(f1, &c.job, order_now(&dice, &c)), number_real_key(score));
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

/* All of a more urgent class before any of a less urgent one, within a class who came first. */
static void test_priority(void **state)
{
    (void)state;
    const struct order_policy *priority = order_policy_named("priority");
    struct dice dice = {8};
    for (int i = 0; i < 20000; i++) {
        struct order_case a, b;
        order_draw(&dice, &a);
        order_draw(&dice, &b);
        a.job.submit *= 11; /* years */
        a.job.priority = (int16_t)dice_whole(&dice, -1000, 1000);
        b.job.priority = dice_once_in(&dice, 3) ? a.job.priority : (int16_t)dice_whole(&dice, -1000, 1000);
        int64_t key_a = order_key(priority, &a.job, 1), key_b = order_key(priority, &b.job, 2);
        if (a.job.priority != b.job.priority)
            assert_int_equal(key_a<key_b, a.job.priority> b.job.priority);
        else
            assert_true((key_a < key_b) == (a.job.submit < b.job.submit) || key_a == key_b);
        assert_int_equal(key_a == key_b, a.job.priority == b.job.priority && a.job.submit == b.job.submit);
    }
    struct job last = {.priority = INT16_MIN, .submit = CLOCK_NEVER - 1};
    struct job first = {.priority = INT16_MAX};
    assert_true(order_key(priority, &first, 0) > INT64_MIN + 2);
    assert_true(order_key(priority, &first, 0) < order_key(priority, &last, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry),    cmocka_unit_test(test_keys_hold),
        cmocka_unit_test(test_fcfs),        cmocka_unit_test(test_keys_of_running_jobs),
        cmocka_unit_test(test_round_robin), cmocka_unit_test(test_by_length),
        cmocka_unit_test(test_large_areas), cmocka_unit_test(test_f1),
        cmocka_unit_test(test_priority),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
