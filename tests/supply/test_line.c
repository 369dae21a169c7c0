/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/clock.h"
#include "engine/dice_case.h"
#include "supply/line.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/sample_case.h"

enum { FUTURES = 2000 };

static const uint64_t seed = 910;

static double ratios[FUTURES], others[FUTURES];

static const struct line_model model = {
    .years = 3,
    .year = {2024, 2025, 2027},
    .cards = {201385, 305017.5, 450100},
    .yield_mean = 0.437,
    .yield_sd_future = 0.104,
    .yield_sd_lot = 0.055,
    .lead_median = 91 * 86400e6,
    .lead_sigma = 0.21,
};

static int32_t month_of(int year, int month)
{
    return 12 * year + month - 1;
}

static void test_plan(void **state)
{
    (void)state;
    static const struct {
        int year;
        double cards;
    } known[] = {
        {1999, 201385},   {2023, 201385}, {2024, 201385}, {2025, 305017.5},
        {2026, 305017.5}, {2027, 450100}, {2028, 450100}, {2100, 450100},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_true(line_plan(&model, known[i].year) == known[i].cards);
        int64_t sum = 0;
        for (int month = 1; month <= 12; month++)
            sum += line_draw(&model, seed, 3, 0, month_of(known[i].year, month)).planned;
        sample_near((double)sum, known[i].cards, 6); /* twelve lots, each rounded by half a card at most */
    }
}

/* Over futures the plan comes out on average, in each month, and the spread is that of futures and lots
 * together. */
static void test_futures(void **state)
{
    (void)state;
    double mean = 0.437, both = 0.104 * 0.104 + 0.055 * 0.055;
    for (uint32_t future = 0; future < FUTURES; future++) {
        struct line_lot lot = line_draw(&model, seed, future, 2, month_of(2025, 3));
        assert_true(lot.yield >= 0 && lot.yield <= 1);
        assert_int_equal(lot.planned, 25418); /* 305,017.5 / 12 = 25,418.125 */
        sample_near((double)lot.cards, 305017.5 / 12 * lot.yield / mean, 0.5 + 1e-6);
        ratios[future] = (double)lot.cards / (double)lot.planned;
    }
    sample_has_mean(ratios, FUTURES, 1);
    sample_has_variance(ratios, FUTURES, both / (mean * mean));
    /* over a year of lots the mean ratio is 1 as well */
    for (uint32_t future = 0; future < FUTURES; future++) {
        int64_t planned = 0, cards = 0;
        for (int month = 1; month <= 12; month++) {
            struct line_lot lot = line_draw(&model, seed, future, 1, month_of(2024, month));
            planned += lot.planned;
            cards += lot.cards;
        }
        ratios[future] = (double)cards / (double)planned;
    }
    sample_has_mean(ratios, FUTURES, 1);
    sample_has_variance(ratios, FUTURES, (0.104 * 0.104 + 0.055 * 0.055 / 12) / (mean * mean));
}

/* Two lots of a future share its mean yield and nothing else. */
static void test_shared_future(void **state)
{
    (void)state;
    for (uint32_t future = 0; future < FUTURES; future++) {
        ratios[future] = line_draw(&model, seed, future, 0, month_of(2025, 8)).yield;
        others[future] = line_draw(&model, seed, future, 0, month_of(2026, 1)).yield;
    }
    double mean_a = sample_mean(ratios, FUTURES), mean_b = sample_mean(others, FUTURES);
    for (int i = 0; i < FUTURES; i++)
        ratios[i] = (ratios[i] - mean_a) * (others[i] - mean_b);
    sample_has_mean(ratios, FUTURES, 0.104 * 0.104);
    /* of different lines they share nothing */
    for (uint32_t future = 0; future < FUTURES; future++) {
        ratios[future] = line_draw(&model, seed, future, 0, month_of(2025, 8)).yield;
        others[future] = line_draw(&model, seed, future, 1, month_of(2025, 8)).yield;
    }
    sample_is_independent(ratios, others, FUTURES);
    /* lots of a future whose mean is known do neither */
    struct line_model known = model;
    known.yield_sd_future = 0;
    for (uint32_t future = 0; future < FUTURES; future++) {
        ratios[future] = line_draw(&known, seed, future, 0, month_of(2025, 8)).yield;
        others[future] = line_draw(&known, seed, future, 0, month_of(2025, 9)).yield;
    }
    sample_is_independent(ratios, others, FUTURES);
    sample_has_mean(others, FUTURES, 0.437);
    sample_has_variance(others, FUTURES, 0.055 * 0.055);
}

static void test_dates(void **state)
{
    (void)state;
    for (int year = 1999; year < 2031; year++)
        for (int month = 1; month <= 12; month++) {
            struct line_lot lot = line_draw(&model, seed, 0, 0, month_of(year, month));
            assert_int_equal(lot.month, month_of(year, month));
            int64_t next = clock_month_start(clock_days((struct clock_date){year, month, 17}), 1);
            assert_int_equal(lot.made, next * CLOCK_DAY);
            assert_true(lot.arrives > lot.made);
            assert_true(lot.yield >= 0 && lot.yield <= 1);
        }
    for (uint32_t future = 0; future < FUTURES; future++) {
        struct line_lot lot = line_draw(&model, seed, future, 0, month_of(2025, 2));
        ratios[future] = (double)(lot.arrives - lot.made);
        others[future] = lot.yield;
    }
    double s2 = 0.21 * 0.21;
    sample_has_mean(ratios, FUTURES, 91 * 86400e6 * exp(s2 / 2));
    sample_has_variance(ratios, FUTURES, pow(91 * 86400e6, 2) * exp(s2) * expm1(s2));
    sample_is_independent(ratios, others, FUTURES);
}

/* What is certain is exact. */
static void test_certain(void **state)
{
    (void)state;
    struct line_model certain = model;
    certain.yield_sd_future = certain.yield_sd_lot = certain.lead_sigma = 0;
    for (int month = 1; month <= 12; month++) {
        struct line_lot lot = line_draw(&certain, seed, 77, 0, month_of(2026, month));
        assert_true(lot.yield == 0.437);
        assert_int_equal(lot.cards, lot.planned);
        sample_near((double)(lot.arrives - lot.made), 91 * 86400e6, 1);
    }
    certain.lead_median = 0;
    certain.cards[0] = certain.cards[1] = certain.cards[2] = 0;
    struct line_lot none = line_draw(&certain, seed, 77, 0, month_of(2026, 5));
    assert_int_equal(none.arrives, none.made);
    assert_int_equal(none.cards, 0);
}

/*
 * A lot is named by its calendar month: whatever was drawn before, from whatever start, and whatever else
 * is changed of the line, the same dice fall.
 */
static void test_names(void **state)
{
    (void)state;
    struct dice dice = {1984};
    struct line_model larger = model;
    for (int i = 0; i < larger.years; i++)
        larger.cards[i] *= 3;
    for (int start = 0; start < 20; start++)
        for (int32_t month = month_of(2024, 1) + start; month < month_of(2026, 1); month++) {
            struct line_lot lot = line_draw(&model, seed, 5, 0, month);
            line_draw(&model, dice_bits(&dice), (uint32_t)dice_bits(&dice), 3, month_of(2025, 1));
            struct line_lot repeated = line_draw(&model, seed, 5, 0, month);
            assert_int_equal(repeated.cards, lot.cards);
            assert_int_equal(repeated.arrives, lot.arrives);
            struct line_lot more = line_draw(&larger, seed, 5, 0, month);
            assert_true(more.yield == lot.yield);
            assert_int_equal(more.arrives, lot.arrives);
            sample_near((double)more.cards, 3 * (double)lot.cards, 2.0 + 1e-6);
        }
    const struct line_lot base = line_draw(&model, seed, 5, 3, month_of(2025, 1));
    const struct line_lot distinct[] = {
        line_draw(&model, seed + 1, 5, 3, month_of(2025, 1)),
        line_draw(&model, seed, 6, 3, month_of(2025, 1)),
        line_draw(&model, seed, 5, 4, month_of(2025, 1)),
        line_draw(&model, seed, 5, 3, month_of(2025, 2)),
        line_draw(&model, seed, 3, 5, month_of(2025, 1)),
        line_draw(&model, seed, 5, 3, month_of(2026, 1)),
    };
    for (size_t i = 0; i < sizeof distinct / sizeof *distinct; i++) {
        assert_true(distinct[i].yield != base.yield);
        assert_true(distinct[i].arrives - distinct[i].made != base.arrives - base.made);
    }
}

static void check_share(uint32_t future, const struct line_lot *lot)
{
    if (!(lot->yield >= 0 && lot->yield <= 1) || lot->cards < 0 || lot->cards > 2 * lot->planned + 1)
        fail_msg("future %u: yield %g, %lld cards of %lld", future, lot->yield, (long long)lot->cards,
                 (long long)lot->planned);
}

/* Futures so uncertain that some of them end near 0 or 1: still a share, and still the plan on average. */
static void test_uncertain(void **state)
{
    (void)state;
    struct line_model wild = model, steady;
    wild.yield_mean = 0.5;
    wild.yield_sd_future = 0.25;
    wild.yield_sd_lot = 0.2;
    steady = wild;
    steady.yield_sd_lot = 0; /* a lot then shows the mean of its future */
    for (uint32_t future = 0; future < FUTURES; future++) {
        struct line_lot bare = line_draw(&steady, seed, future, 0, month_of(2025, 6));
        check_share(future, &bare);
        others[future] = bare.yield;
        struct line_lot lot = line_draw(&wild, seed, future, 0, month_of(2025, 6));
        check_share(future, &lot);
        ratios[future] = (double)lot.cards / (double)lot.planned;
    }
    sample_has_mean(ratios, FUTURES, 1);
    sample_has_mean(others, FUTURES, 0.5);
    sample_has_variance(others, FUTURES, 0.25 * 0.25);
}

/* A process that is known well: lots within half a percent of each other. */
static void test_well_known(void **state)
{
    (void)state;
    struct line_model narrow = model;
    narrow.yield_sd_future = 0.009;
    narrow.yield_sd_lot = 0.005;
    for (uint32_t future = 0; future < FUTURES; future++) {
        struct line_lot lot = line_draw(&narrow, seed, future, 0, month_of(2025, 6));
        check_share(future, &lot);
        ratios[future] = lot.yield;
    }
    sample_has_mean(ratios, FUTURES, 0.437);
    sample_has_variance(ratios, FUTURES, 0.009 * 0.009 + 0.005 * 0.005);
}

/* The lead time is that of the lots, whoever asks: lines by stages have it too. */
static void test_lead(void **state)
{
    (void)state;
    struct line_model other = model;
    other.yield_mean = 0.2;
    for (uint32_t future = 0; future < 300; future++)
        for (uint32_t line = 0; line < 4; line++) {
            int32_t month = month_of(2024, 1) + (int32_t)(future % 40);
            int64_t lead = line_lead(91 * 86400e6, 0.21, seed, future, line, month);
            struct line_lot lot = line_draw(&other, seed, future, line, month);
            assert_int_equal(lot.made, line_made(month));
            assert_int_equal(lot.arrives, line_made(month) + lead);
        }
    assert_int_equal(line_made(month_of(1969, 12)), 0);
    assert_int_equal(line_made(month_of(2024, 2)), INT64_C(1709251200000000)); /* 2024-03-01, a leap year */
    assert_int_equal(line_lead(1e30, 1, seed, 0, 0, 0),
                     INT64_C(100000000000000000)); /* no overflow of a date */
}

/* Each estimate is believed in by its share of the futures, by all lines at once. */
static void test_pick(void **state)
{
    (void)state;
    static const double weights[] = {0, 3.1, 0.7, 0, 2.2, 0};
    size_t hits[6] = {0};
    for (uint32_t future = 0; future < FUTURES; future++) {
        int pick = line_pick(weights, 6, seed, future);
        hits[pick]++;
        assert_int_equal(pick, line_pick(weights, 6, seed, future)); /* as the next line does */
        double scaled[6];
        for (int i = 0; i < 6; i++)
            scaled[i] = weights[i] * 0x1p-20;
        assert_int_equal(pick, line_pick(scaled, 6, seed, future));
        /* the same believers without the unweighted ones between, and low stays low in another list */
        static const double bare[] = {3.1, 0.7, 2.2}, halves[] = {1, 1};
        static const int named[] = {1, 2, 4};
        assert_int_equal(named[line_pick(bare, 3, seed, future)], pick);
        int half = line_pick(halves, 2, seed, future);
        assert_true(pick == 1 || half == 1); /* 3.1 of 6 covers all of the lower half */
        ratios[future] = half;
        others[future] = line_pick(halves, 2, seed + 1, future);
        static const double one[] = {1e-300};
        assert_int_equal(line_pick(one, 1, seed, future), 0);
    }
    for (int i = 0; i < 6; i++)
        sample_has_share(hits[i], FUTURES, weights[i] / 6.0);
    sample_is_independent(ratios, others, FUTURES);
}

int main(void)
{
    gsl_set_error_handler_off(); /* as in the program */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan),          cmocka_unit_test(test_futures),
        cmocka_unit_test(test_shared_future), cmocka_unit_test(test_dates),
        cmocka_unit_test(test_certain),       cmocka_unit_test(test_names),
        cmocka_unit_test(test_uncertain),     cmocka_unit_test(test_well_known),
        cmocka_unit_test(test_lead),          cmocka_unit_test(test_pick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
