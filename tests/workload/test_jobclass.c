/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "workload/jobclass.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/sample_case.h"

enum { MANY = 100000, SIZES = 5 };

static const uint64_t seed = UINT64_C(0x1002403);

static const int32_t cards[SIZES] = {1, 3, 8, 48, 1024};
static const double weights[SIZES] = {31.5, 0, 7.25, 12, 0.6}; /* 51.35 in all; the second never occurs */

static double gaps[MANY], sizes[MANY], lengths[MANY], estimates[MANY];

static struct jobclass base_class(void)
{
    struct jobclass class = {
        .sizes = SIZES, .length_median = 400e6, .length_sigma = 1.3, .length_max = 7200e6};
    memcpy(class.cards, cards, sizeof cards);
    memcpy(class.cumulative, weights, sizeof weights);
    jobclass_prepare(&class);
    return class;
}

static void test_prepare(void **state)
{
    (void)state;
    struct jobclass class = base_class();
    static const double want[SIZES] = {31.5 / 51.35, 31.5 / 51.35, 38.75 / 51.35, 50.75 / 51.35, 1};
    for (int i = 0; i < SIZES; i++)
        sample_near(class.cumulative[i], want[i], 1e-15);
    assert_true(class.cumulative[SIZES - 1] == 1);
    /* ln(7200 / 400) / 1.3 = 2.22336...: the share of the lognormal below the cut */
    sample_near(class.length_max_cdf, gsl_cdf_ugaussian_P(log(18) / 1.3), 1e-15);
    sample_near(class.length_max_cdf, 0.98690, 5e-5);
}

static void test_closed_forms(void **state)
{
    (void)state;
    struct jobclass class = base_class();
    size_t counts[SIZES] = {0};
    for (uint32_t n = 0; n < MANY; n++) {
        struct jobclass_draw draw = jobclass_draw(&class, seed, 4, 0, 3, n);
        gaps[n] = draw.gap;
        sizes[n] = draw.cards;
        lengths[n] = draw.length;
        estimates[n] = draw.estimate;
        assert_true(draw.gap > 0 && draw.length >= 1 && draw.length <= 7200e6);
        assert_true(draw.estimate > 0 && draw.estimate < 1);
        for (int i = 0; i < SIZES; i++)
            counts[i] += draw.cards == cards[i];
    }
    size_t all = 0;
    for (int i = 0; i < SIZES; i++) {
        sample_has_share(counts[i], MANY, weights[i] / 51.35);
        all += counts[i];
    }
    assert_int_equal(all, MANY);
    /* (31.5 + 7.25 * 8 + 12 * 48 + 0.6 * 1024) / 51.35 */
    sample_near(jobclass_mean_cards(&class), 1279.9 / 51.35, 1e-12);
    sample_has_mean(sizes, MANY, jobclass_mean_cards(&class));
    sample_has_mean(lengths, MANY, jobclass_mean_length(&class));
    sample_has_mean(gaps, MANY, 1);
    sample_has_variance(gaps, MANY, 1);
    /* nothing of a job tells anything of the rest of it, nor of the next job */
    double *const columns[] = {gaps, sizes, lengths, estimates};
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < i; k++)
            sample_is_independent(columns[i], columns[k], MANY);
        sample_is_independent(columns[i], columns[i] + 1, MANY - 1);
    }
    /* the whole distribution of lengths: the lognormal, given that it is below the cut */
    for (int i = 0; i < MANY; i++)
        lengths[i] = gsl_cdf_lognormal_P(lengths[i], log(400e6), 1.3) / class.length_max_cdf;
    sample_is_uniform(lengths, MANY);
    sample_is_uniform(estimates, MANY);
}

/* The mean of the cut lognormal by adding up the area under its survival function. */
static void test_mean_length(void **state)
{
    (void)state;
    static const double cases[][3] = {
        {400, 1.3, 7200}, {900, 2.6874, 1209604}, {120, 2.52, 100},
        {59.7, 0.21, 61}, {148, 2.4359, 4320009}, {10, 3, 1e9},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct jobclass class = {.sizes = 1,
                                 .cards = {8},
                                 .cumulative = {1},
                                 .length_median = cases[c][0] * 1e6,
                                 .length_sigma = cases[c][1],
                                 .length_max = cases[c][2] * 1e6};
        jobclass_prepare(&class);
        double sum = 0, step = 1e-4, top = gsl_cdf_lognormal_P(cases[c][2], log(cases[c][0]), cases[c][1]);
        for (double u = step / 2; u < 1;
             u += step) { /* mean of the inverse, with a finer grid near the cut */
            double low = u - step / 2;
            for (int i = 0; i < 20; i++) {
                double at = 1 - pow(1 - (low + (i + 0.5) * step / 20), 2);
                double density = 2 * (1 - (low + (i + 0.5) * step / 20));
                sum +=
                    step / 20 * density * cases[c][0] * exp(cases[c][1] * gsl_cdf_ugaussian_Pinv(at * top));
            }
        }
        sample_near(jobclass_mean_length(&class) / 1e6, sum, 2e-4 * sum);
    }
    /* without spread the median, or the cut */
    struct jobclass fixed = {
        .sizes = 1, .cards = {8}, .cumulative = {0.3}, .length_median = 2385e6, .length_max = 3600e6};
    jobclass_prepare(&fixed);
    assert_true(jobclass_mean_length(&fixed) == 2385e6);
    for (uint32_t n = 0; n < 50; n++) {
        sample_near(jobclass_draw(&fixed, seed, 0, 0, 0, n).length, 2385e6, 1);
        assert_int_equal(jobclass_draw(&fixed, seed, 0, 0, 0, n).cards, 8);
    }
    fixed.length_max = 2000e6;
    jobclass_prepare(&fixed);
    assert_true(jobclass_mean_length(&fixed) == 2000e6);
    assert_true(jobclass_draw(&fixed, seed, 0, 0, 0, 7).length == 2000e6);
    fixed.length_median = 1e-9; /* at least a microsecond */
    jobclass_prepare(&fixed);
    assert_true(jobclass_draw(&fixed, seed, 0, 0, 0, 7).length == 1);
}

/* Each attribute of a job keeps its dice whatever is said of the others. */
static void test_common_numbers(void **state)
{
    (void)state;
    const struct jobclass base = base_class();
    struct jobclass longer = base, larger = base;
    longer.length_median *= 2.385;
    longer.length_max *= 2.385;
    longer.length_sigma = 1.3;
    jobclass_prepare(&larger);
    for (int i = 0; i < SIZES; i++) {
        larger.cards[i] = 4 * cards[i];
        larger.cumulative[i] = weights[SIZES - 1 - i] + 1;
        longer.cumulative[i] = weights[i];
    }
    jobclass_prepare(&larger);
    jobclass_prepare(&longer);
    struct jobclass wider = longer;
    wider.length_sigma = 2.9;
    memcpy(wider.cumulative, weights, sizeof weights);
    jobclass_prepare(&wider);
    int moved = 0;
    for (uint32_t n = 0; n < 20000; n++) {
        struct jobclass_draw a = jobclass_draw(&base, seed, 1, 2, 3, n);
        struct jobclass_draw b = jobclass_draw(&longer, seed, 1, 2, 3, n);
        struct jobclass_draw c = jobclass_draw(&larger, seed, 1, 2, 3, n);
        struct jobclass_draw d = jobclass_draw(&wider, seed, 1, 2, 3, n);
        assert_true(a.gap == b.gap && a.gap == c.gap && a.gap == d.gap);
        assert_true(a.estimate == b.estimate && a.estimate == c.estimate && a.estimate == d.estimate);
        assert_int_equal(a.cards, b.cards);
        assert_int_equal(a.cards, d.cards);
        assert_true(a.length == c.length);
        sample_near(b.length, 2.385 * a.length, 1e-9 * b.length);
        moved += a.cards * 4 != c.cards;
    }
    assert_true(moved > 1000);
    /* a more spread length keeps the order of the jobs by length */
    for (uint32_t n = 1; n < 2000; n++) {
        double a = jobclass_draw(&longer, seed, 1, 2, 3, n).length,
               b = jobclass_draw(&longer, seed, 1, 2, 3, n - 1).length;
        double c = jobclass_draw(&wider, seed, 1, 2, 3, n).length,
               d = jobclass_draw(&wider, seed, 1, 2, 3, n - 1).length;
        assert_true((a < b) == (c < d));
    }
}

/* Seed, replication, site, class and number all name another job; sites and classes do not run into each
 * other. */
static void test_names(void **state)
{
    (void)state;
    const struct jobclass class = base_class();
    const struct jobclass_draw draws[] = {
        jobclass_draw(&class, 7, 5, 1, 2, 3),          jobclass_draw(&class, 8, 5, 1, 2, 3),
        jobclass_draw(&class, 7, 6, 1, 2, 3),          jobclass_draw(&class, 7, 5, 2, 2, 3),
        jobclass_draw(&class, 7, 5, 1, 3, 3),          jobclass_draw(&class, 7, 5, 1, 2, 4),
        jobclass_draw(&class, 7, 5, 2, 1, 3),          jobclass_draw(&class, 7, 5, 0, 15, 3),
        jobclass_draw(&class, 7, 5, 254, 15, 3),       jobclass_draw(&class, 7, 3, 1, 2, 5),
        jobclass_draw(&class, 7, 5, 1, 2, UINT32_MAX), jobclass_draw(&class, 7, 5, 1, 0, 3),
    };
    enum { DRAWS = sizeof draws / sizeof *draws };
    for (int i = 0; i < DRAWS; i++)
        for (int k = 0; k < i; k++) {
            assert_true(draws[i].gap != draws[k].gap);
            assert_true(draws[i].length != draws[k].length);
            assert_true(draws[i].estimate != draws[k].estimate);
        }
    struct jobclass_draw again = jobclass_draw(&class, 7, 5, 1, 2, 3);
    assert_true(again.gap == draws[0].gap && again.length == draws[0].length &&
                again.cards == draws[0].cards && again.estimate == draws[0].estimate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prepare),     cmocka_unit_test(test_closed_forms),
        cmocka_unit_test(test_mean_length), cmocka_unit_test(test_common_numbers),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
