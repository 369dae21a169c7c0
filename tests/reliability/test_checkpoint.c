/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "reliability/checkpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A stretch of running, advanced microsecond by microsecond, with a list of all its checkpoints. */
struct stretch {
    const struct checkpoint_costs *costs;
    int64_t work;
    int64_t now, restart, computed, writing; /* us spent so far */
    int64_t since, standing,
        number; /* computing since the last one, writing of this one; how many are done */
    bool finished;
    int64_t count; /* of those below: what is in memory or on disk, or on its way to it */
    struct {
        int64_t computed, in_memory, on_disk; /* what it keeps; from when */
    } taken[2000];
};

static bool is_deep(const struct checkpoint_costs *costs, int64_t number)
{
    return costs->deep_every > 1 && (number + costs->deep_done) % costs->deep_every == 0;
}

static int64_t until_next(const struct stretch *stretch)
{
    const struct checkpoint_costs *costs = stretch->costs;
    return stretch->number == 0 && costs->first ? costs->first : costs->interval;
}

/* What happens without time passing: work is done, an interval is full, a checkpoint leaves the job. */
static void stretch_settle(struct stretch *stretch)
{
    const struct checkpoint_costs *costs = stretch->costs;
    if (stretch->restart < costs->restart)
        return;
    if (stretch->computed == stretch->work) {
        stretch->finished = true;
        return;
    }
    if (costs->interval == 0 || stretch->since < until_next(stretch))
        return;
    bool deep = is_deep(costs, stretch->number + 1);
    if (stretch->count == stretch->number && stretch->standing == costs->cost) {
        assert_true(stretch->count < (int64_t)(sizeof stretch->taken / sizeof *stretch->taken));
        stretch->taken[stretch->count].computed = stretch->computed;
        stretch->taken[stretch->count].in_memory = stretch->now + costs->flush;
        stretch->taken[stretch->count++].on_disk = costs->deep_every <= 1 ? stretch->now + costs->flush
                                                   : deep
                                                       ? stretch->now + costs->deep_cost + costs->deep_flush
                                                       : INT64_MAX;
    }
    if (stretch->standing == costs->cost + (deep ? costs->deep_cost : 0)) {
        stretch->since = stretch->standing = 0;
        stretch->number++;
    }
}

static void stretch_advance(struct stretch *stretch)
{
    const struct checkpoint_costs *costs = stretch->costs;
    stretch->now++;
    if (stretch->restart < costs->restart) {
        stretch->restart++;
    } else if (costs->interval && stretch->since == until_next(stretch)) {
        stretch->standing++;
        stretch->writing++;
    } else {
        stretch->since++;
        stretch->computed++;
    }
    stretch_settle(stretch);
}

/* By looking at all of them. */
static void stretch_keeps(const struct stretch *stretch, int64_t *saved, int64_t *deep)
{
    *saved = *deep = 0;
    for (int64_t i = 0; i < stretch->count; i++) {
        if (stretch->taken[i].in_memory <= stretch->now || stretch->taken[i].on_disk <= stretch->now)
            *saved = stretch->taken[i].computed;
        if (stretch->taken[i].on_disk <= stretch->now)
            *deep = stretch->taken[i].computed;
    }
    if (stretch->finished)
        *saved = *deep = stretch->work;
}

static void say_difference(const struct checkpoint_costs *costs, int64_t work, int64_t elapsed,
                           const struct checkpoint_account *got, const struct checkpoint_account *want)
{
    fail_msg(
        "restart %lld, interval %lld, cost %lld, first %lld, flush %lld, deep %lld %lld, every %d, done %d, "
        "work %lld, elapsed %lld: %lld %lld %lld %lld %lld, not %lld %lld %lld %lld %lld",
        (long long)costs->restart, (long long)costs->interval, (long long)costs->cost,
        (long long)costs->first, (long long)costs->flush, (long long)costs->deep_cost,
        (long long)costs->deep_flush, costs->deep_every, costs->deep_done, (long long)work,
        (long long)elapsed, (long long)got->restart, (long long)got->saved, (long long)got->loose,
        (long long)got->writing, (long long)got->shallow, (long long)want->restart, (long long)want->saved,
        (long long)want->loose, (long long)want->writing, (long long)want->shallow);
}

/* Every elapsed time of a stretch; returns how many were compared. */
static int64_t compare(const struct checkpoint_costs *costs, int64_t work)
{
    static struct stretch stretch;
    stretch = (struct stretch){.costs = costs, .work = work};
    stretch_settle(&stretch);
    int64_t kept = 0, kept_deep = 0, elapsed = 0;
    for (;; elapsed++) {
        struct checkpoint_account account = checkpoint_settle(costs, work, elapsed);
        int64_t saved, deep;
        stretch_keeps(&stretch, &saved, &deep);
        const struct checkpoint_account want = {stretch.restart, saved, stretch.computed - saved,
                                                stretch.writing, saved - deep};
        if (memcmp(&account, &want, sizeof want) != 0)
            say_difference(costs, work, elapsed, &account, &want);
        assert_int_equal(account.restart + account.saved + account.loose + account.writing, elapsed);
        /* nothing that is kept is lost again, on either level */
        assert_true(account.saved >= kept && account.saved - account.shallow >= kept_deep);
        kept = account.saved;
        kept_deep = account.saved - account.shallow;
        if (stretch.finished)
            break;
        stretch_advance(&stretch);
    }
    assert_int_equal(checkpoint_length(costs, work), elapsed);
    assert_int_equal(kept, work);
    assert_int_equal(kept_deep, work);
    return elapsed + 1;
}

static void test_every_microsecond(void **state)
{
    (void)state;
    static const int64_t restarts[] = {0, 1, 5}, intervals[] = {0, 1, 2, 3, 5, 7, 12}, costs[] = {0, 1, 2, 9};
    int64_t compared = 0;
    for (size_t r = 0; r < sizeof restarts / sizeof *restarts; r++)
        for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++)
            for (size_t c = 0; c < sizeof costs / sizeof *costs; c++)
                for (int64_t work = 0; work <= 37; work++) { /* multiples of every interval are among them */
                    const struct checkpoint_costs plain = {
                        .restart = restarts[r], .interval = intervals[i], .cost = costs[c]};
                    compared += compare(&plain, work);
                }
    assert_true(compared > 100000);
}

/* One level: all short first pieces and flushes up to the interval. */
static void test_every_flush(void **state)
{
    (void)state;
    int64_t compared = 0;
    for (int64_t interval = 1; interval <= 6; interval++)
        for (int64_t first = 0; first <= 8; first++)
            for (int64_t flush = 0; flush <= interval; flush++)
                for (int64_t cost = 0; cost <= 3; cost++)
                    for (int64_t work = 0; work <= 25; work++) {
                        const struct checkpoint_costs costs = {.restart = work % 3,
                                                               .interval = interval,
                                                               .cost = cost,
                                                               .first = first,
                                                               .flush = flush,
                                                               .deep_cost = 5, /* not used: one level */
                                                               .deep_flush = 77,
                                                               .deep_every = (int32_t)(work % 2)};
                        compared += compare(&costs, work);
                    }
    assert_true(compared > 300000);
}

/* Two levels: all periods and phases of small numbers, deep flushes up to the longest allowed. */
static void test_every_level(void **state)
{
    (void)state;
    int64_t compared = 0;
    for (int32_t every = 2; every <= 4; every++)
        for (int32_t done = 0; done < every; done++)
            for (int64_t interval = 1; interval <= 4; interval++)
                for (int64_t cost = 0; cost <= 2; cost++)
                    for (int64_t deep_cost = 0; deep_cost <= 4; deep_cost += 2)
                        for (int64_t flush = 0; flush <= interval; flush++) {
                            int64_t longest = every * interval + (every - 1) * cost;
                            for (int64_t deep_flush = 0; deep_flush <= longest;
                                 deep_flush += 1 + longest / 3) {
                                const struct checkpoint_costs costs = {.interval = interval,
                                                                       .cost = cost,
                                                                       .first = deep_flush % 3,
                                                                       .flush = flush,
                                                                       .deep_cost = deep_cost,
                                                                       .deep_flush = deep_flush,
                                                                       .deep_every = every,
                                                                       .deep_done = done};
                                compared += compare(&costs, 41);
                            }
                        }
    assert_true(compared > 200000);
}

static void test_random_costs(void **state)
{
    (void)state;
    struct dice dice = {1974};
    int64_t shallow = 0;
    for (int i = 0; i < 1000; i++) {
        struct checkpoint_costs costs = {.restart = dice_whole(&dice, 0, 90),
                                         .interval = dice_whole(&dice, 0, 60),
                                         .cost = dice_whole(&dice, 0, 25)};
        if (dice_once_in(&dice, 2))
            costs.first = dice_whole(&dice, 1, 150);
        if (dice_once_in(&dice, 2))
            costs.flush = dice_whole(&dice, 0, 70);
        if (dice_once_in(&dice, 2)) {
            costs.deep_every = (int32_t)dice_whole(&dice, 0, dice_once_in(&dice, 5) ? 100000 : 9);
            costs.deep_done = costs.deep_every > 1 ? (int32_t)dice_whole(&dice, 0, costs.deep_every - 1) : 0;
            costs.deep_cost = dice_whole(&dice, 0, 40);
            costs.deep_flush = dice_whole(&dice, 0, 200);
        }
        /* the caller's rule; the shortest interval allowed often */
        int64_t least = checkpoint_least_interval(&costs);
        if (costs.interval && (costs.interval < least || dice_once_in(&dice, 3)))
            costs.interval = least;
        shallow += costs.deep_every > 1 && costs.interval;
        compare(&costs, dice_whole(&dice, 1, 900));
    }
    assert_true(shallow > 300);
}

/* The least interval is the least: every shorter one has a checkpoint that is not valid when the next is due.
 */
static void test_least_interval(void **state)
{
    (void)state;
    struct dice dice = {2006};
    for (int i = 0; i < 3000; i++) {
        struct checkpoint_costs costs = {.cost = dice_whole(&dice, 0, 25),
                                         .flush = dice_whole(&dice, 0, 70),
                                         .deep_cost = dice_whole(&dice, 0, 40),
                                         .deep_flush = dice_whole(&dice, 0, 400),
                                         .deep_every = (int32_t)dice_whole(&dice, 0, 9)};
        int64_t interval = 1;
        for (;; interval++) {
            int64_t every = costs.deep_every;
            bool deep = every <= 1 || costs.deep_flush <= every * interval + (every - 1) * costs.cost;
            if (costs.flush <= interval && deep)
                break;
        }
        assert_int_equal(checkpoint_least_interval(&costs), interval);
    }
    assert_int_equal(checkpoint_least_interval(&(struct checkpoint_costs){0}), 1);
}

/* A stretch that is stopped anywhere and goes on in another comes to the same checkpoints as one that is not.
 */
static void test_goes_on(void **state)
{
    (void)state;
    struct dice dice = {77};
    for (int i = 0; i < 2000; i++) {
        const struct checkpoint_costs whole = {.interval = dice_whole(&dice, 2, 40),
                                               .cost = dice_whole(&dice, 0, 9),
                                               .deep_cost = dice_whole(&dice, 0, 30),
                                               .deep_every = (int32_t)dice_whole(&dice, 2, 6)};
        int64_t work = dice_whole(&dice, 100, 900), length = checkpoint_length(&whole, work);
        int64_t stop = dice_whole(&dice, 0, length - 1);
        struct checkpoint_account before = checkpoint_settle(&whole, work, stop);
        if (before.loose == whole.interval ||
            before.writing !=
                checkpoint_length(&whole, before.saved + before.loose + 1) - before.saved - before.loose - 1)
            continue; /* stopped while one was being written */
        struct checkpoint_costs rest = whole;
        rest.first = whole.interval - before.loose;
        rest.deep_done = (int32_t)(before.shallow / whole.interval);
        int64_t left = work - before.saved - before.loose;
        assert_int_equal(stop + checkpoint_length(&rest, left), length);
        for (int64_t more = 0; stop + more < length; more += 1 + more / 7) {
            struct checkpoint_account one = checkpoint_settle(&whole, work, stop + more);
            struct checkpoint_account two = checkpoint_settle(&rest, left, more);
            assert_int_equal(before.saved + before.loose + two.saved + two.loose, one.saved + one.loose);
            assert_int_equal(before.writing + two.writing, one.writing);
            if (two.saved) /* a checkpoint of the second stretch keeps what was loose in the first */
                assert_int_equal(before.saved + before.loose + two.saved, one.saved);
            else
                assert_int_equal(before.saved, one.saved);
        }
    }
}

/* Periods and intervals whose product has no place in 64 bits, where no checkpoint comes. */
static void test_huge(void **state)
{
    (void)state;
    const struct checkpoint_costs costs = {.interval = INT64_C(900000000000000000),
                                           .cost = 40000000,
                                           .deep_cost = 173000000,
                                           .deep_every = INT32_MAX};
    const int64_t work = INT64_C(1000000000000000000);
    assert_int_equal(checkpoint_length(&costs, work), work + costs.cost);
    struct checkpoint_account account = checkpoint_settle(&costs, work, costs.interval + costs.cost);
    assert_int_equal(account.saved, costs.interval);
    assert_int_equal(account.shallow, costs.interval);
}

/* Days of work in microseconds: 173.5 days in pieces of 2,385 s, 40 s each to write, after 222 s. */
static void test_large(void **state)
{
    (void)state;
    const struct checkpoint_costs costs = {
        .restart = INT64_C(222000000), .interval = INT64_C(2385000000), .cost = INT64_C(40000000)};
    const int64_t work = INT64_C(14990400000000); /* 6,285 whole intervals and 675 s */
    assert_int_equal(checkpoint_length(&costs, work), work + 6285 * costs.cost + costs.restart);
    assert_int_equal(checkpoint_length(&costs, 6285 * costs.interval),
                     6285 * costs.interval + 6284 * costs.cost + costs.restart);
    int64_t cycle = costs.interval + costs.cost;
    struct checkpoint_account account = checkpoint_settle(&costs, work, costs.restart + 4097 * cycle - 1);
    assert_int_equal(account.saved, 4096 * costs.interval);
    assert_int_equal(account.loose, costs.interval);
    assert_int_equal(account.writing, 4097 * costs.cost - 1);
    account = checkpoint_settle(&costs, work, costs.restart + 4097 * cycle);
    assert_int_equal(account.saved, 4097 * costs.interval);
    assert_int_equal(account.loose, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_microsecond),
        cmocka_unit_test(test_every_flush),
        cmocka_unit_test(test_every_level),
        cmocka_unit_test(test_random_costs),
        cmocka_unit_test(test_least_interval),
        cmocka_unit_test(test_goes_on),
        cmocka_unit_test(test_huge),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
