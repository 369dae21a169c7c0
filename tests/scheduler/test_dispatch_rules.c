/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each rule of dispatch promises, against a plain reference, and the limits at their edges by hand. */
#include "scheduler/dispatch_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 30000 };

enum measure { TIME, COST, CARBON, ENERGY, RANK };

static double measure_of(const struct dispatch_site *site, enum measure measure)
{
    double value = measure == COST     ? site->cost
                   : measure == CARBON ? site->carbon
                   : measure == ENERGY ? site->energy
                   : measure == RANK   ? (double)site->rank
                                       : 0;
    return isnan(value) ? INFINITY : value; /* no drawn value is infinite */
}

static double end_of(const struct dispatch_site *site) /* whole numbers far below 2^53 */
{
    return site->start == CLOCK_NEVER ? INFINITY : (double)site->start + (double)site->length;
}

/*
 * By elimination, in rounds: of the candidates that are left keep those with the least value of a criterion,
 * then go on to the next criterion.
 */
static int32_t reference(const struct dispatch_case *drawn, enum measure measure, bool home_only)
{
    enum { FIRST, MEASURE, END, HOME, INDEX, CRITERIA };
    bool left[DISPATCH_MOST], prompt[DISPATCH_MOST], any = false, any_prompt = false;
    for (int32_t i = 0; i < drawn->count; i++) {
        const struct dispatch_site *site = &drawn->sites[i];
        left[i] = dispatch_case_allowed(drawn, site) && (site->home || !home_only);
        prompt[i] = site->start != CLOCK_NEVER && site->start - drawn->job.now <= drawn->limits.slack_us;
        any |= left[i];
        any_prompt |= left[i] && prompt[i];
    }
    if (!any)
        return -1;
    for (int criterion = FIRST; criterion < CRITERIA; criterion++) {
        double value[DISPATCH_MOST], least = INFINITY;
        for (int32_t i = 0; i < drawn->count; i++) {
            const struct dispatch_site *site = &drawn->sites[i];
            bool in_time = any_prompt || measure == RANK; /* else time alone counts */
            value[i] = criterion == FIRST     ? measure != TIME && !prompt[i]
                       : criterion == MEASURE ? (in_time ? measure_of(site, measure) : 0)
                       : criterion == END     ? end_of(site)
                       : criterion == HOME    ? !site->home
                                              : (double)site->index;
            if (left[i] && value[i] < least)
                least = value[i];
        }
        for (int32_t i = 0; i < drawn->count; i++)
            left[i] = left[i] && value[i] <= least;
    }
    for (int32_t i = 0; i < drawn->count; i++)
        if (left[i])
            return drawn->sites[i].index;
    return -1;
}

static void test_against_reference(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum measure measure;
    } promises[] = {{"home", TIME},       {"least-wait", TIME},  {"cheapest", COST},
                    {"greenest", CARBON}, {"efficient", ENERGY}, {"preference", RANK}};
    struct dice dice = {616};
    int compared = 0, differ = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct dispatch_case drawn;
        dispatch_case_draw(&drawn, &dice);
        int32_t first = -1;
        for (size_t p = 0; p < sizeof promises / sizeof *promises; p++) {
            const struct dispatch_rule *rule = dispatch_rule_named(promises[p].name);
            assert_non_null(rule);
            int32_t want = reference(&drawn, promises[p].measure, !strcmp(promises[p].name, "home"));
            if (want < 0)
                continue;
            int32_t chosen = dispatch_case_choose(rule, &drawn);
            if (chosen != want)
                fail_msg("%s takes %d, not %d, in round %d", rule->name, chosen, want, round);
            compared++;
            differ += first >= 0 && first != chosen;
            first = chosen;
        }
    }
    if (compared < 3 * ROUNDS || differ < ROUNDS / 3)
        fail_msg("%d choices, %d differ", compared, differ);
}

/* Two sites with room for everything: home starts the job after 50 s, the other one at once, 20 ms away. */
static void pair(struct dispatch_case *drawn)
{
    *drawn = (struct dispatch_case){.count = 2,
                                    .job = {.now = 1000 * CLOCK_SECOND, .cards = 7},
                                    .limits = {.max_delay_ms = 20, .patience_us = 50 * CLOCK_SECOND - 1}};
    drawn->sites[0] = (struct dispatch_site){.index = 31,
                                             .home = true,
                                             .fits = true,
                                             .start = 1050 * CLOCK_SECOND,
                                             .length = 9 * CLOCK_SECOND,
                                             .cards = 100,
                                             .cost = 1};
    drawn->sites[1] = (struct dispatch_site){.index = 12,
                                             .fits = true,
                                             .start = 1000 * CLOCK_SECOND,
                                             .length = 9 * CLOCK_SECOND,
                                             .delay_ms = 20,
                                             .cards = 100,
                                             .foreign_cards = 86,
                                             .cost = 2};
}

static int32_t least_wait(const struct dispatch_case *drawn)
{
    return dispatch_case_choose(dispatch_rule_named("least-wait"), drawn);
}

static void test_edges(void **state)
{
    (void)state;
    struct dispatch_case drawn;
    pair(&drawn);
    assert_int_equal(least_wait(&drawn), 12);
    drawn.limits.patience_us = 50 * CLOCK_SECOND; /* it does not start later than that */
    assert_int_equal(least_wait(&drawn), 31);
    drawn.limits.patience_us = INT64_MAX;
    assert_int_equal(least_wait(&drawn), 31);
    drawn.sites[0].start = CLOCK_NEVER; /* no patience is that long */
    assert_int_equal(least_wait(&drawn), 12);

    pair(&drawn);
    drawn.sites[0].start = drawn.job.now; /* at once, also at home: a tie, which is home's */
    drawn.limits.patience_us = 0;
    assert_int_equal(least_wait(&drawn), 31);
    drawn.limits.patience_us = INT64_MIN;
    assert_int_equal(least_wait(&drawn), 31);
    drawn.sites[1].length--; /* only patience keeps it now */
    assert_int_equal(least_wait(&drawn), 12);
    drawn.job.now = drawn.sites[0].start = drawn.sites[1].start = -3;
    assert_int_equal(least_wait(&drawn), 12);
    drawn.limits.patience_us = 0;
    assert_int_equal(least_wait(&drawn), 31);

    pair(&drawn);
    drawn.limits.max_delay_ms = nextafter(20, 0);
    assert_int_equal(least_wait(&drawn), 31);
    drawn.limits.max_delay_ms = INFINITY;
    drawn.sites[1].delay_ms = NAN;
    assert_int_equal(least_wait(&drawn), 31);

    pair(&drawn); /* 7 cards beside 86 of 100: a share of 7 cards may be kept, one of 7 and a bit is 8 */
    drawn.limits.home_share = 0.07;
    assert_int_equal(least_wait(&drawn), 12);
    drawn.limits.home_share = 0.0701;
    assert_int_equal(least_wait(&drawn), 31);
    drawn.limits.home_share = 1;
    drawn.sites[1].foreign_cards = 0;
    assert_int_equal(least_wait(&drawn), 31);
    drawn.limits.home_share = 0.93;
    assert_int_equal(least_wait(&drawn), 12);

    pair(&drawn);
    drawn.job.resident = true;
    assert_int_equal(least_wait(&drawn), 31);
    drawn.sites[0].fits = false; /* not even then may its data leave */
    assert_int_equal(least_wait(&drawn), 31);
    drawn.job.resident = false;
    drawn.limits.patience_us = INT64_MAX; /* a home that never has room is not worth any */
    assert_int_equal(least_wait(&drawn), 12);
    drawn.sites[1].fits = false;
    assert_int_equal(least_wait(&drawn), 31);
}

/* What slack buys: the cheaper home 50 s from now instead of the dearer site at once. */
static void test_slack(void **state)
{
    (void)state;
    const struct dispatch_rule *cheapest = dispatch_rule_named("cheapest");
    struct dispatch_case drawn;
    pair(&drawn);
    assert_int_equal(dispatch_case_choose(cheapest, &drawn), 12);
    drawn.limits.slack_us = 50 * CLOCK_SECOND - 1;
    assert_int_equal(dispatch_case_choose(cheapest, &drawn), 12);
    drawn.limits.slack_us = 50 * CLOCK_SECOND;
    assert_int_equal(dispatch_case_choose(cheapest, &drawn), 31);
    drawn.limits.slack_us = INT64_MAX;
    assert_int_equal(dispatch_case_choose(cheapest, &drawn), 31);
    drawn.sites[0].cost = NAN; /* an unknown cost is never the least, */
    assert_int_equal(dispatch_case_choose(cheapest, &drawn), 12);
    drawn.sites[1].cost = NAN; /* and two of them leave it to time */
    assert_int_equal(dispatch_case_choose(cheapest, &drawn), 12);
    drawn.sites[1].cost = 0;
    drawn.sites[0].cost = -0.0; /* zeros are equal */
    assert_int_equal(dispatch_case_choose(cheapest, &drawn), 12);
}

/* A free slow chip against a fast one that is busy: end, not start. */
static void test_least_wait_is_least_end(void **state)
{
    (void)state;
    struct dispatch_case drawn;
    pair(&drawn);
    drawn.sites[1].length = 59 * CLOCK_SECOND; /* both end at 1059 s: home */
    assert_int_equal(least_wait(&drawn), 31);
    drawn.sites[1].length--;
    assert_int_equal(least_wait(&drawn), 12);
    drawn.sites[1].length = INT64_MAX; /* does not wrap round */
    assert_int_equal(least_wait(&drawn), 31);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_reference),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_slack),
        cmocka_unit_test(test_least_wait_is_least_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
