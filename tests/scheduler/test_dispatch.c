/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Properties that every registered rule of dispatch must have, over random candidates. */
#include "scheduler/dispatch_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 20000 };

static void test_registry(void **state)
{
    (void)state;
    static const char *const expected[] = {"home",     "least-wait", "cheapest",
                                           "greenest", "efficient",  "preference"};
    int count = 0;
    for (; dispatch_rule_at(count); count++) {
        const struct dispatch_rule *rule = dispatch_rule_at(count);
        assert_true(strlen(rule->name) > 0 && strlen(rule->summary) > 0);
        assert_non_null(rule->choose);
        assert_ptr_equal(dispatch_rule_named(rule->name), rule); /* so names are unique */
    }
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_non_null(dispatch_rule_named(expected[i]));
    assert_null(dispatch_rule_at(-1));
    assert_null(dispatch_rule_at(count + 1));
    assert_null(dispatch_rule_named("Home"));
    assert_null(dispatch_rule_named(""));
}

/* No rule goes where the limits forbid, and a job goes home exactly when nothing is allowed. */
static void test_limits(void **state)
{
    (void)state;
    for (int r = 0; dispatch_rule_at(r); r++) {
        const struct dispatch_rule *rule = dispatch_rule_at(r);
        struct dice dice = {8101};
        int away = 0, forbidden = 0, stranded = 0, resident_away = 0;
        for (int round = 0; round < ROUNDS; round++) {
            struct dispatch_case drawn;
            dispatch_case_draw(&drawn, &dice);
            int32_t allowed = 0, allowed_home = 0;
            for (int32_t i = 0; i < drawn.count; i++) {
                bool ok = dispatch_case_allowed(&drawn, &drawn.sites[i]);
                allowed += ok;
                allowed_home += ok && drawn.sites[i].home;
                forbidden += !ok;
            }
            const struct dispatch_site *site =
                dispatch_case_site_of(&drawn, dispatch_case_choose(rule, &drawn));
            assert_non_null(site);
            away += !site->home;
            resident_away += drawn.job.resident && !site->home;
            if (!(rule->home_only ? allowed_home : allowed)) {
                stranded++;
                assert_true(site->home);
                for (int32_t i = 0; i < drawn.count; i++) /* the liked one of several */
                    if (drawn.sites[i].home)
                        assert_true(
                            drawn.sites[i].rank > site->rank ||
                            (drawn.sites[i].rank == site->rank && drawn.sites[i].index >= site->index));
            } else if (!dispatch_case_allowed(&drawn, site)) {
                fail_msg("%s breaks a limit in round %d", rule->name, round);
            }
        }
        assert_int_equal(resident_away, 0);
        assert_true(forbidden > ROUNDS && stranded > ROUNDS / 50); /* the limits had something to do */
        if (rule->home_only)
            assert_int_equal(away, 0);
        else
            assert_true(away > ROUNDS / 10);
    }
}

/* Who leaves out what may_leave and may_host rule out gets the same answer. */
static void test_spared(void **state)
{
    (void)state;
    for (int r = 0; dispatch_rule_at(r); r++) {
        const struct dispatch_rule *rule = dispatch_rule_at(r);
        struct dice dice = {4003};
        int stays = 0, spared = 0;
        for (int round = 0; round < ROUNDS && !rule->home_only; round++) {
            struct dispatch_case drawn, less;
            dispatch_case_draw(&drawn, &dice);
            less = drawn;
            less.count = 0;
            for (int32_t i = 0; i < drawn.count; i++)
                if (drawn.sites[i].home)
                    less.sites[less.count++] = drawn.sites[i];
            bool leaves = dispatch_may_leave(&drawn.limits, &drawn.job, less.sites, less.count);
            stays += !leaves;
            for (int32_t i = 0; i < drawn.count && leaves; i++)
                if (!drawn.sites[i].home && drawn.sites[i].fits &&
                    dispatch_may_host(&drawn.limits, &drawn.job, &drawn.sites[i]))
                    less.sites[less.count++] = drawn.sites[i];
            spared += drawn.count - less.count;
            assert_int_equal(dispatch_case_choose(rule, &less), dispatch_case_choose(rule, &drawn));
        }
        assert_true(rule->home_only || (stays > ROUNDS / 20 && stays < ROUNDS && spared > ROUNDS));
    }
}

static void test_one_candidate(void **state)
{
    (void)state;
    for (int r = 0; dispatch_rule_at(r); r++) {
        struct dice dice = {17};
        for (int round = 0; round < ROUNDS; round++) {
            struct dispatch_case drawn;
            dispatch_case_draw(&drawn, &dice);
            drawn.count = 1;
            drawn.sites[0].home = true;
            assert_int_equal(dispatch_case_choose(dispatch_rule_at(r), &drawn), drawn.sites[0].index);
        }
    }
}

/* The order of the candidates does not count, and choosing twice is choosing once. */
static void test_permutation(void **state)
{
    (void)state;
    for (int r = 0; dispatch_rule_at(r); r++) {
        struct dice dice = {52};
        for (int round = 0; round < ROUNDS; round++) {
            struct dispatch_case drawn;
            dispatch_case_draw(&drawn, &dice);
            int32_t chosen = dispatch_case_choose(dispatch_rule_at(r), &drawn);
            assert_int_equal(dispatch_case_choose(dispatch_rule_at(r), &drawn), chosen);
            for (int32_t i = drawn.count - 1; i > 0; i--) {
                int64_t k = dice_whole(&dice, 0, i);
                struct dispatch_site kept = drawn.sites[i];
                drawn.sites[i] = drawn.sites[k];
                drawn.sites[k] = kept;
            }
            assert_int_equal(dispatch_case_choose(dispatch_rule_at(r), &drawn), chosen);
        }
    }
}

/* Taking away a candidate that was not chosen changes nothing, unless it was a home (then patience counts).
 */
static void test_others_do_not_count(void **state)
{
    (void)state;
    for (int r = 0; dispatch_rule_at(r); r++) {
        struct dice dice = {903};
        int tried = 0;
        for (int round = 0; round < ROUNDS; round++) {
            struct dispatch_case drawn;
            dispatch_case_draw(&drawn, &dice);
            int32_t chosen = dispatch_case_choose(dispatch_rule_at(r), &drawn);
            int64_t gone = dice_whole(&dice, 0, drawn.count - 1);
            if (drawn.sites[gone].home || drawn.sites[gone].index == chosen)
                continue;
            drawn.sites[gone] = drawn.sites[--drawn.count];
            tried++;
            assert_int_equal(dispatch_case_choose(dispatch_rule_at(r), &drawn), chosen);
        }
        assert_true(tried > ROUNDS / 4);
    }
}

/* With one home, the home rule is the identity. */
static void test_home_is_identity(void **state)
{
    (void)state;
    struct dice dice = {4};
    for (int round = 0; round < ROUNDS; round++) {
        struct dispatch_case drawn;
        dispatch_case_draw(&drawn, &dice);
        int64_t home = dice_whole(&dice, 0, drawn.count - 1);
        for (int32_t i = 0; i < drawn.count; i++)
            drawn.sites[i].home = i == home;
        assert_int_equal(dispatch_case_choose(dispatch_rule_named("home"), &drawn), drawn.sites[home].index);
    }
}

/*
 * Three sites of one server each, jobs of one length at nine tenths of what they can do, one site ten times
 * cheaper, cleaner and liked most: no rule but home may let a job wait while another site stands idle.
 */
static void test_no_pile(void **state)
{
    (void)state;
    enum { SITES = 3, JOBS = 3000, LENGTH = 1000000 };
    for (int r = 0; dispatch_rule_at(r); r++) {
        const struct dispatch_rule *rule = dispatch_rule_at(r);
        struct dice dice = {2024};
        int64_t free_at[SITES] = {0}, now = 0;
        int count_of[SITES] = {0}, waited_beside_idle = 0;
        for (int job = 0; job < JOBS; job++) {
            now += (int64_t)(LENGTH / (0.9 * SITES) * dice_gap(&dice));
            struct dispatch_site sites[SITES];
            bool idle = false;
            for (int32_t s = 0; s < SITES; s++) {
                double price = s == 1 ? 1 : 10;
                sites[s] = (struct dispatch_site){.index = s,
                                                  .rank = s == 1 ? 0 : 1,
                                                  .home = s == 0,
                                                  .fits = true,
                                                  .cards = 8,
                                                  .start = free_at[s] > now ? free_at[s] : now,
                                                  .length = LENGTH,
                                                  .cost = price,
                                                  .carbon = price,
                                                  .energy = price};
                idle |= free_at[s] <= now;
            }
            struct dispatch_limits limits = {.max_delay_ms = INFINITY, .patience_us = -1};
            struct dispatch_job asked = {.now = now, .cards = 8};
            int32_t s = dispatch_choose(rule, &limits, &asked, sites, SITES);
            assert_true(s >= 0 && s < SITES);
            waited_beside_idle += idle && free_at[s] > now;
            free_at[s] = (free_at[s] > now ? free_at[s] : now) + LENGTH;
            count_of[s]++;
        }
        if (rule->home_only)
            assert_int_equal(count_of[0], JOBS);
        else
            assert_int_equal(waited_beside_idle, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry),         cmocka_unit_test(test_limits),
        cmocka_unit_test(test_one_candidate),    cmocka_unit_test(test_permutation),
        cmocka_unit_test(test_no_pile),          cmocka_unit_test(test_others_do_not_count),
        cmocka_unit_test(test_home_is_identity), cmocka_unit_test(test_spared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
