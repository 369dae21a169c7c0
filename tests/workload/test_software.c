/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload/software.h"

#include <gsl/gsl_cdf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "stats/sample_case.h"

enum { FIRMS = 20000, FUTURES = 4000 };

#define MONTHS(n) ((int64_t)((n) * (double)SOFTWARE_MONTH))

static const struct software_place place = {UINT64_C(0x9d2c5680efc60000), 1723, 41};

static const struct software_model model = {
    .native_share = 0.1837,
    .large = {183.4 * 86400e6, 0.4713},
    .fine = {26.3 * 86400e6, 0.6129},
    .floor = 0.2531,
    .ceiling = 0.9467,
    .tau = 172.9 * 86400e6,
    .architectures_per_year = 1.379,
    .architecture_loss = 0.6113,
    .architecture_floor = 0.1907,
    .family_share = 0.3719,
    .rebase = {61.7 * 86400e6, 0.5237},
};

static struct arena arena;

static int arena_done(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* --- firms --- */

static const struct software_firms grown = {20.6, 1000.4, 37 * CLOCK_DAY + 12345, 1861 * CLOCK_DAY + 777};

static void test_firms_grow_evenly(void **state)
{
    (void)state;
    assert_int_equal(software_firms_count(&grown, 0), 20);
    assert_int_equal(software_firms_count(&grown, -1), 0);
    assert_int_equal(software_firms_count(&grown, grown.from), 20);
    assert_int_equal(software_firms_count(&grown, grown.to), 1000);
    assert_int_equal(software_firms_count(&grown, CLOCK_NEVER), 1000);
    struct dice dice = {5489};
    for (int i = 0; i < 2000; i++) {
        int64_t now = dice_whole(&dice, grown.from, grown.to);
        double want = 20.6 + 979.8 * (double)(now - grown.from) / (double)(grown.to - grown.from);
        sample_near(software_firms_count(&grown, now), floor(want), 0);
    }
}

/* joins is the inverse of count to the microsecond, for growth of any pace. */
static void test_firms_join(void **state)
{
    (void)state;
    struct dice dice = {40014};
    for (int i = 0; i < 300; i++) {
        struct software_firms firms = {.start = 100 * dice_unit(&dice)};
        firms.end = firms.start + pow(10, 7 * dice_unit(&dice) - 2);
        firms.from = dice_whole(&dice, -900, 900) * CLOCK_DAY + dice_whole(&dice, 0, 999999);
        firms.to = firms.from + (int64_t)pow(10, 1 + 15 * dice_unit(&dice));
        int64_t begin = firms.from < 0 ? firms.from : 0, last = begin;
        int32_t most = (int32_t)floor(firms.end), step = most / 50 + 1;
        for (int32_t f = 0; f < most; f += step) {
            int64_t joins = software_firms_joins(&firms, f);
            assert_true(joins >= last);
            assert_true(software_firms_count(&firms, joins) > f);
            assert_true(software_firms_count(&firms, joins - 1) <= f);
            assert_true(f + 1 > firms.start ? joins > firms.from && joins <= firms.to : joins == begin);
            last = joins;
        }
        assert_true(software_firms_joins(&firms, most) == CLOCK_NEVER);
        assert_int_equal(software_firms_count(&firms, firms.to > 0 ? firms.to : 0), most);
    }
}

static void test_firms_of_a_leap_and_of_no_growth(void **state)
{
    (void)state;
    const struct software_firms leap = {3, 9, 5 * CLOCK_DAY, 5 * CLOCK_DAY}, flat = {7.9, 2, 0, CLOCK_DAY};
    assert_int_equal(software_firms_count(&leap, 5 * CLOCK_DAY - 1), 3);
    assert_int_equal(software_firms_count(&leap, 5 * CLOCK_DAY), 9);
    assert_true(software_firms_joins(&leap, 3) == 5 * CLOCK_DAY && software_firms_joins(&leap, 2) == 0);
    assert_int_equal(software_firms_count(&flat, 9 * CLOCK_DAY), 7);
    assert_true(software_firms_joins(&flat, 7) == CLOCK_NEVER);
    const struct software_firms none = {0, 0, 0, 0};
    assert_int_equal(software_firms_count(&none, CLOCK_DAY), 0);
}

/* --- porting --- */

static double ks[FIRMS];

/* Shares and lags have the distributions that the model names; others' are independent. */
static void test_porting_is_lognormal(void **state)
{
    (void)state;
    static double large[FIRMS], fine[FIRMS];
    const int64_t joins = 123456789, earliest = 45 * CLOCK_DAY + 987654321;
    int32_t native = 0, based = 0, both = 0, n = 0;
    for (int32_t f = 0; f < FIRMS; f++) {
        bool is_native = software_native(&model, &place, f), is_based = software_based(&model, &place, f);
        int64_t times[2];
        for (int i = 0; i < 2; i++)
            times[i] = software_ported_at(&model, &place, f, i == 1, joins, earliest);
        native += is_native;
        based += is_based;
        both += is_native && is_based;
        if (is_native) {
            assert_true(times[0] == joins && times[1] == joins);
            continue;
        }
        fine[n] = log((double)(times[0] - earliest) / model.fine.median) / model.fine.sigma;
        large[n] = log((double)(times[1] - earliest) / model.large.median) / model.large.sigma;
        n++;
    }
    sample_has_share((size_t)native, FIRMS, model.native_share);
    sample_has_share((size_t)based, FIRMS, model.family_share);
    sample_has_share((size_t)both, FIRMS, model.native_share * model.family_share);
    sample_is_independent(fine, large, (size_t)n);
    double *sets[] = {fine, large};
    for (int i = 0; i < 2; i++) {
        for (int32_t k = 0; k < n; k++)
            ks[k] = gsl_cdf_ugaussian_P(sets[i][k]);
        sample_is_uniform(ks, (size_t)n);
    }
}

static void test_porting_begins_at_the_later(void **state)
{
    (void)state;
    struct software_model foreign = model;
    foreign.native_share = 0;
    for (int32_t f = 0; f < 50; f++) {
        int64_t lag = software_ported_at(&foreign, &place, f, true, 0, 0);
        assert_true(lag > 0);
        assert_true(software_ported_at(&foreign, &place, f, true, 31337, 271828) == 271828 + lag);
        assert_true(software_ported_at(&foreign, &place, f, true, 271828, -31337) == 271828 + lag);
        assert_true(software_ported_at(&foreign, &place, f, true, CLOCK_NEVER, 0) == CLOCK_NEVER);
        assert_true(software_ported_at(&foreign, &place, f, true, 0, CLOCK_NEVER) == CLOCK_NEVER);
    }
    foreign.fine = (struct software_lag){17.25 * 86400e6, 0}; /* no spread: the median */
    assert_true(software_ported_at(&foreign, &place, 9, false, 11, 7) == 11 + (int64_t)(17.25 * 86400e6));
    foreign.fine = (struct software_lag){8.99e18, 4}; /* beyond int64 */
    for (int32_t f = 0; f < 50; f++)
        assert_true(software_ported_at(&foreign, &place, f, false, CLOCK_DAY, 0) > CLOCK_DAY);
}

/* What one parameter draws does not move when another one changes. */
static void test_streams_stay(void **state)
{
    (void)state;
    struct software_model other = model;
    other.family_share = 0.9;
    other.rebase = (struct software_lag){3e12, 1.7};
    other.fine = (struct software_lag){5e12, 0.3};
    other.floor = 0.01;
    other.architectures_per_year = 17;
    struct software_model native = model;
    native.native_share = 0.7313;
    int became = 0;
    for (int32_t f = 0; f < 500; f++) {
        int64_t ported = software_ported_at(&model, &place, f, true, 0, 0);
        assert_true(software_ported_at(&other, &place, f, true, 0, 0) == ported);
        /* a larger share only adds natives, and leaves the others' times */
        if (software_native(&model, &place, f))
            assert_true(software_native(&native, &place, f));
        else if (!software_native(&native, &place, f))
            assert_true(software_ported_at(&native, &place, f, true, 0, 0) == ported);
        else
            became++;
        assert_true(!software_based(&model, &place, f) || software_based(&other, &place, f));
        assert_true(software_based(&model, &place, f) == software_based(&native, &place, f));
        const struct software_place near[3] = {{place.seed + 1, place.replication, place.site},
                                               {place.seed, place.replication + 1, place.site},
                                               {place.seed, place.replication, place.site + 1}};
        struct software_model foreign = model;
        foreign.native_share = 0;
        int64_t here = software_ported_at(&foreign, &place, f, true, 0, 0);
        for (int i = 0; i < 3; i++)
            assert_true(software_ported_at(&foreign, &near[i], f, true, 0, 0) != here);
        foreign.large.median *= 2; /* the same firm, twice as slow */
        sample_near((double)software_ported_at(&foreign, &place, f, true, 0, 0), 2.0 * (double)here, 2);
    }
    assert_true(became > 200);
}

/* --- architectures --- */

static void test_architectures_are_poisson(void **state)
{
    (void)state;
    const int64_t horizon = 1461 * CLOCK_DAY + 31;
    const double mean = model.architectures_per_year * (double)horizon / (365 * 86400e6);
    static double counts[FUTURES], gaps[FUTURES];
    for (uint32_t r = 0; r < FUTURES; r++) {
        int32_t count;
        const int64_t *times =
            software_architectures(&arena, model.architectures_per_year, 7919, r, horizon, &count);
        for (int32_t i = 0; i < count; i++)
            assert_true(times[i] > (i ? times[i - 1] : 0) && times[i] <= horizon);
        counts[r] = count;
        int32_t longer; /* a longer horizon goes on where the shorter one stops */
        const int64_t *all =
            software_architectures(&arena, model.architectures_per_year, 7919, r, 100 * horizon, &longer);
        assert_true(longer > count && all[count] > horizon);
        assert_true(count == 0 || !memcmp(all, times, (size_t)count * sizeof *all));
        gaps[r] = 1 - exp(-(double)(all[longer / 2] - all[longer / 2 - 1]) / (365 * 86400e6) *
                          model.architectures_per_year);
        arena_reset(&arena);
    }
    sample_has_mean(counts, FUTURES, mean);
    sample_has_variance(counts, FUTURES, mean);
    sample_is_uniform(gaps, FUTURES);
}

static void test_architectures_stretch(void **state)
{
    (void)state;
    int32_t slow, fast, none;
    const int64_t *a = software_architectures(&arena, 0.75, 65537, 3, 40000 * CLOCK_DAY, &slow);
    const int64_t *b = software_architectures(&arena, 1.5, 65537, 3, 20000 * CLOCK_DAY, &fast);
    assert_true(slow > 50 && abs(slow - fast) <= 1);
    for (int i = 0; i < slow && i < fast; i++)
        sample_near((double)a[i], 2.0 * (double)b[i], 2);
    assert_null(software_architectures(&arena, 0, 65537, 3, CLOCK_NEVER, &none));
    assert_int_equal(none, 0);
    assert_null(software_architectures(&arena, 1e-3, 65537, 3, CLOCK_DAY, &none));
    arena_reset(&arena);
}

/* --- maturity --- */

/* Looked up, computed, and older than the table: the same to the last bit. */
static void test_decay_is_looked_up(void **state)
{
    (void)state;
    struct software_model known = model;
    const int64_t comes[] = {MONTHS(2.2), MONTHS(2.9), MONTHS(11), MONTHS(35)};
    known.decay_count = 37;
    known.decay = software_decay(&arena, model.tau, known.decay_count);
    for (int month = 0; month < 90; month++)
        for (int64_t ported = 0; ported < MONTHS(13); ported += MONTHS(1.7)) {
            int64_t now = ported + MONTHS(month) + 31;
            assert_true(software_maturity(&known, ported, comes, 4, now) ==
                        software_maturity(&model, ported, comes, 4, now));
        }
    arena_reset(&arena);
}

static void test_maturity_closed_form(void **state)
{
    (void)state;
    const int64_t ported = 73 * CLOCK_DAY + 4567;
    for (int month = 0; month < 60; month++) {
        double want = 0.9467 - (0.9467 - 0.2531) * exp(-month * 30 / 172.9);
        int64_t begin = ported + MONTHS(month);
        sample_near(software_maturity(&model, ported, NULL, 0, begin), want, 1e-13);
        sample_near(software_maturity(&model, ported, NULL, 0, begin + SOFTWARE_MONTH - 1), want, 1e-13);
        assert_true(software_next_change(ported, begin) == begin + SOFTWARE_MONTH);
        assert_true(software_next_change(ported, begin + SOFTWARE_MONTH - 1) == begin + SOFTWARE_MONTH);
    }
    assert_true(software_maturity(&model, ported, NULL, 0, ported - 1) == 0);
    assert_true(software_next_change(ported, ported - 1) == ported);
    assert_true(software_maturity(&model, CLOCK_NEVER, NULL, 0, CLOCK_NEVER) == 0);
    assert_true(software_next_change(CLOCK_NEVER, 5) == CLOCK_NEVER);
    assert_true(software_next_change(17, CLOCK_NEVER - 5) == CLOCK_NEVER);
    struct software_model quick = model;
    quick.tau = 0;
    assert_true(software_maturity(&quick, ported, NULL, 0, ported) == quick.ceiling);
}

/* A new algorithm: a drop at the next month, computed by hand; then the same tau again. */
static void test_maturity_drops_and_learns_again(void **state)
{
    (void)state;
    const int64_t ported = 11 * CLOCK_DAY;
    const int64_t comes[] = {ported - 5, ported + MONTHS(3.4), ported + MONTHS(3.6), ported + MONTHS(9)};
    double decay = exp(-30 / 172.9), m = 0.2531;
    for (int month = 0; month < 20; month++) {
        if (month)
            m = 0.9467 - (0.9467 - m) * decay;
        for (int i = 0; i < (month == 4 ? 2 : month == 9); i++)
            m -= 0.6113 * (m - 0.1907);
        sample_near(software_maturity(&model, ported, comes, 4, ported + MONTHS(month) + 9), m, 1e-13);
        sample_near(software_maturity(&model, ported, comes, 4, ported + MONTHS(month + 1) - 1), m, 1e-13);
    }
    struct software_model high = model; /* nothing learned yet: nothing to lose */
    high.architecture_floor = 0.9;
    const int64_t early[] = {ported + 1};
    sample_near(software_maturity(&high, ported, early, 1, ported + MONTHS(1)),
                0.9467 - (0.9467 - 0.2531) * decay, 1e-13);
    high.architecture_loss = 1; /* all is lost */
    high.architecture_floor = 0.0437;
    sample_near(software_maturity(&high, ported, early, 1, ported + MONTHS(1)), 0.0437, 1e-13);
}

/* Against a month by month reference, for random models and architectures. */
static void test_maturity_reference(void **state)
{
    (void)state;
    struct dice dice = {60013};
    for (int i = 0; i < 400; i++) {
        struct software_model any = {.floor = dice_unit(&dice), .tau = 1e11 * pow(10, 4 * dice_unit(&dice))};
        any.ceiling = any.floor + (1 - any.floor) * dice_unit(&dice);
        any.architecture_loss = dice_unit(&dice);
        any.architecture_floor = dice_unit(&dice);
        int64_t times[40], ported = dice_whole(&dice, -400, 400) * CLOCK_DAY + dice_whole(&dice, 0, 99999);
        int32_t count = (int32_t)dice_whole(&dice, 0, 40);
        int64_t time = ported - 300 * CLOCK_DAY;
        for (int32_t k = 0; k < count; k++)
            times[k] = time += dice_whole(&dice, 0, 60 * CLOCK_DAY) * dice_whole(&dice, 0, 1);
        double m = any.floor, last = m;
        for (int month = 0; month < 70; month++) {
            int64_t begin = ported + MONTHS(month);
            if (month)
                m = any.ceiling - (any.ceiling - m) * exp(-(double)SOFTWARE_MONTH / any.tau);
            for (int32_t k = 0; month && k < count; k++)
                if (times[k] > begin - SOFTWARE_MONTH && times[k] <= begin)
                    m -= any.architecture_loss * fmax(m - any.architecture_floor, 0);
            int64_t now = begin + dice_whole(&dice, 0, SOFTWARE_MONTH - 1);
            double got = software_maturity(&any, ported, times, count, now);
            sample_near(got, m, 1e-11);
            assert_true(got <= any.ceiling && (count || got >= last));
            last = got;
            any.tau *= 1.5; /* slower learning is never ahead */
            assert_true(software_maturity(&any, ported, times, count, now) <= got + 1e-12);
            any.tau /= 1.5;
        }
    }
}

/* --- the family that is withdrawn --- */

static void test_rebase(void **state)
{
    (void)state;
    const int64_t withdrawn = 911 * CLOCK_DAY + 13;
    int32_t n = 0;
    for (int32_t f = 0; f < FIRMS; f++) {
        int64_t joins = f % 3 ? 5 * CLOCK_DAY : withdrawn + (f % 2), ported = 77 * CLOCK_DAY;
        int64_t again = software_rebased_at(&model, &place, f, joins, ported, withdrawn);
        bool hit = software_based(&model, &place, f) && joins <= withdrawn;
        assert_true(hit ? again > withdrawn : again == ported);
        if (!hit)
            continue;
        ks[n++] =
            gsl_cdf_ugaussian_P(log((double)(again - withdrawn) / model.rebase.median) / model.rebase.sigma);
        assert_true(software_rebased_at(&model, &place, f, joins, again + 1, withdrawn) == again + 1);
        assert_true(software_rebased_at(&model, &place, f, joins, CLOCK_NEVER, withdrawn) == CLOCK_NEVER);
        assert_true(software_rebased_at(&model, &place, f, joins, ported, CLOCK_NEVER) == ported);
    }
    sample_is_uniform(ks, (size_t)n);
}

static void test_retrainings(void **state)
{
    (void)state;
    const int64_t earliest = 200 * CLOCK_DAY;
    int64_t withdrawals[] = {300 * CLOCK_DAY, grown.to + CLOCK_DAY, 0, CLOCK_NEVER, -CLOCK_DAY};
    for (int w = 0; w < 5; w++) {
        int32_t count, wanted = 0;
        const struct software_retraining *jobs =
            software_retrainings(&arena, &model, &place, &grown, earliest, withdrawals[w], &count);
        for (int32_t f = 0; f < 1100; f++) {
            int64_t joins = software_firms_joins(&grown, f);
            if (w == 3 || joins > withdrawals[w] || !software_based(&model, &place, f))
                continue;
            int64_t ported = software_ported_at(&model, &place, f, true, joins, earliest);
            int64_t time = software_rebased_at(&model, &place, f, joins, ported, withdrawals[w]);
            int found = 0;
            for (int32_t i = 0; i < count; i++)
                found += jobs[i].firm == f && jobs[i].time == time;
            assert_int_equal(found, 1);
            wanted++;
        }
        assert_int_equal(count, wanted);
        assert_true(w > 2 ? count == 0 : count > 0);
        for (int32_t i = 1; i < count; i++)
            assert_true(jobs[i - 1].time <= jobs[i].time);
        arena_reset(&arena);
    }
    int32_t count; /* chips that never come: nobody trains anew, but for natives */
    const struct software_retraining *jobs =
        software_retrainings(&arena, &model, &place, &grown, CLOCK_NEVER, grown.to, &count);
    assert_in_range(count, 1, 150);
    for (int32_t i = 0; i < count; i++)
        assert_true(software_native(&model, &place, jobs[i].firm));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_firms_grow_evenly),
        cmocka_unit_test(test_firms_join),
        cmocka_unit_test(test_firms_of_a_leap_and_of_no_growth),
        cmocka_unit_test(test_porting_is_lognormal),
        cmocka_unit_test(test_porting_begins_at_the_later),
        cmocka_unit_test(test_streams_stay),
        cmocka_unit_test(test_architectures_are_poisson),
        cmocka_unit_test(test_architectures_stretch),
        cmocka_unit_test(test_decay_is_looked_up),
        cmocka_unit_test(test_maturity_closed_form),
        cmocka_unit_test(test_maturity_drops_and_learns_again),
        cmocka_unit_test(test_maturity_reference),
        cmocka_unit_test(test_rebase),
        cmocka_unit_test(test_retrainings),
    };
    return cmocka_run_group_tests(tests, NULL, arena_done);
}
