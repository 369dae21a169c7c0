/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The die yield: its readings, what futures and lots make of them; and the ranges of a model. */
#include "engine/dice_case.h"
#include "supply/stages.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/sample_case.h"
#include "supply/stages_case.h"

enum { FUTURES = 3000 };

static const uint64_t seed = 41;
static double values[FUTURES], others[FUTURES];

/* The 910B: about 20 % in mid-2024, 50 % in late 2024 (docs/supply.md). */
static struct stages_model learned(void)
{
    struct stages_model model = stages_case_certain(2024, 0.5);
    model.readings = 2;
    model.reading_year[0] = 2024.49;
    model.reading_year[1] = 2024.89;
    model.reading[0] = 0.2;
    model.reading[1] = 0.5;
    return model;
}

static void test_readings(void **state)
{
    (void)state;
    struct stages_model model = learned();
    for (int32_t month = 12 * 2020; month < 12 * 2030; month++) {
        double at = (month + 0.5) / 12, want = 0.2 + 0.3 * (at - 2024.49) / 0.4;
        sample_near(stages_reading(&model, month), fmin(fmax(want, 0.2), 0.5), 1e-12);
    }
    assert_true(stages_reading(&model, 12 * 2024 + 5) == 0.2);          /* June: 2024.458 */
    sample_near(stages_reading(&model, 12 * 2024 + 8), 0.36375, 1e-9);  /* September: 2024.708 */
    sample_near(stages_reading(&model, 12 * 2024 + 10), 0.48875, 1e-9); /* November: 2024.875 */
    assert_true(stages_reading(&model, 12 * 2024 + 11) == 0.5);
    /* a reading on the middle of a month is that month's */
    struct dice dice = {9};
    model.readings = STAGES_READINGS;
    for (int i = 0; i < STAGES_READINGS; i++) {
        model.reading_year[i] = 2010 + i + 0.5 / 12;
        model.reading[i] = dice_unit(&dice);
    }
    for (int i = 0; i < STAGES_READINGS; i++)
        sample_near(stages_reading(&model, 12 * (2010 + i)), model.reading[i], 1e-9);
    for (int i = 0; i + 1 < STAGES_READINGS; i++)
        for (int m = 1; m < 12; m++)
            sample_near(stages_reading(&model, 12 * (2010 + i) + m),
                        model.reading[i] + (model.reading[i + 1] - model.reading[i]) * m / 12, 1e-9);
}

/* Mean and variance of 1 / (1 + exp(-(logit y + 4 sd z))) by the midpoint rule over z's probability. */
static void moments(double y, double sd, double *mean, double *variance)
{
    const int points = 20000;
    double first = 0, second = 0;
    for (int i = 0; i < points; i++) {
        double z = gsl_cdf_ugaussian_Pinv((i + 0.5) / points);
        double share = 1 / (1 + exp(-(log(y / (1 - y)) + 4 * sd * z)));
        first += share / points;
        second += share * share / points;
    }
    *mean = first;
    *variance = second - first * first;
}

static void test_futures(void **state)
{
    (void)state;
    static const struct {
        double y, sd, mean, deviation; /* as docs/supply.md has them */
    } known[] = {
        {0.5, 0.02, 0.5, 0.0200}, {0.5, 0.05, 0.5, 0.0495},   {0.5, 0.1, 0.5, 0.0963},
        {0.5, 0.25, 0.5, 0.2083}, {0.2, 0.1, 0.2074, 0.0649}, {0.8, 0.1, 0.7926, 0.0649},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        struct stages_model model = stages_case_certain(2025, known[k].y);
        model.yield_sd_future = known[k].sd;
        double mean, variance;
        moments(known[k].y, known[k].sd, &mean, &variance);
        sample_near(mean, known[k].mean, 6e-5);
        sample_near(sqrt(variance), known[k].deviation, 6e-5);
        if (known[k].sd <= 0.02) /* to first order what is stated */
            sample_near(sqrt(variance), 4 * known[k].y * (1 - known[k].y) * known[k].sd, 0.01 * known[k].sd);
        size_t below = 0;
        for (uint32_t future = 0; future < FUTURES; future++) {
            values[future] = stages_yield(&model, seed, future, 1, 12 * 2025 + 3);
            assert_true(values[future] > 0 && values[future] < 1);
            below += values[future] < known[k].y;
            /* of the future as a whole */
            assert_true(stages_yield(&model, seed, future, 1, 12 * 2026) == values[future]);
            others[future] = stages_yield(&model, seed, future, 2, 12 * 2025 + 3);
        }
        sample_has_mean(values, FUTURES, mean);
        sample_has_variance(values, FUTURES, variance);
        sample_has_share(below, FUTURES, 0.5); /* the reading is the median */
        sample_is_independent(values, others, FUTURES);
    }
}

/* A future keeps its rank while the line learns: the logit is shifted by the same in all months. */
static void test_learning(void **state)
{
    (void)state;
    struct stages_model model = learned();
    model.yield_sd_future = 0.08;
    for (uint32_t future = 0; future < 200; future++) {
        double first = stages_yield(&model, seed, future, 0, 12 * 2024),
               shift = log(first / (1 - first)) - log(0.25);
        double last = 0;
        for (int32_t month = 12 * 2024; month < 12 * 2025 + 6; month++) {
            double y = stages_yield(&model, seed, future, 0, month), reading = stages_reading(&model, month);
            sample_near(log(y / (1 - y)) - log(reading / (1 - reading)), shift, 1e-9);
            assert_true(y >= last);
            last = y;
        }
    }
    model.yield_sd_future = 0; /* certain: the readings, to the last digit that a step counts */
    for (int32_t month = 12 * 2024; month < 12 * 2025; month++)
        sample_near(stages_yield(&model, seed, 3, 0, month), stages_reading(&model, month), 1e-15);
}

static void test_lots(void **state)
{
    (void)state;
    struct stages_model model = stages_case_certain(2025, 0.437);
    model.yield_sd_lot = 0.055;
    for (uint32_t future = 0; future < FUTURES; future++) {
        values[future] = stages_yield(&model, seed, future, 0, 12 * 2025 + 7);
        others[future] = stages_yield(&model, seed, future, 0, 12 * 2025 + 8);
    }
    sample_has_mean(values, FUTURES, 0.437);
    sample_has_variance(values, FUTURES, 0.055 * 0.055);
    sample_is_independent(values, others, FUTURES);
    for (uint32_t future = 0; future < FUTURES; future++)
        others[future] = stages_yield(&model, seed, future, 1, 12 * 2025 + 7);
    sample_is_independent(values, others, FUTURES);
    /* draws are named by line and month: nothing else of the model shifts them, and each name counts */
    struct stages_model other = model;
    other.first_month -= 17;
    other.dies_per_wafer = 87;
    other.wafers.rate[0] = 12345;
    double base = stages_yield(&model, seed, 5, 3, 12 * 2025);
    assert_true(stages_yield(&other, seed, 5, 3, 12 * 2025) == base);
    assert_true(stages_yield(&model, seed + 1, 5, 3, 12 * 2025) != base);
    assert_true(stages_yield(&model, seed, 6, 3, 12 * 2025) != base);
    assert_true(stages_yield(&model, seed, 5, 4, 12 * 2025) != base);
    assert_true(stages_yield(&model, seed, 5, 3, 12 * 2026) != base);
}

/* The widest that the ranges allow still gives shares, and the lot's average is its future's. */
static void test_wild(void **state)
{
    (void)state;
    static const double readings[] = {1e-6, 0.01, 0.5, 0.97, 1 - 1e-6};
    for (size_t k = 0; k < sizeof readings / sizeof *readings; k++) {
        struct stages_model model = stages_case_certain(2025, readings[k]), bare;
        model.yield_sd_future = 0.25;
        bare = model;
        model.yield_sd_lot = 0.5;
        for (uint32_t future = 0; future < FUTURES; future++) {
            double lot = stages_yield(&model, seed, future, 0, 12 * 2025);
            assert_true(lot >= 0 && lot <= 1);
            values[future] = lot - stages_yield(&bare, seed, future, 0, 12 * 2025);
        }
        if (k > 0 && k < 4) /* at the ends nearly all of the mean is in a few draws */
            sample_has_mean(values, FUTURES, 0);
    }
}

/* A complaint, and one only, about the setting that was spoilt. */
static void spoilt(const struct stages_model *model, const char *path)
{
    struct error_list errors = {0};
    stages_check(model, "lines.ascend-910b", &errors);
    if (errors.count != 1 || strcmp(errors.items[0].path, path) != 0)
        fail_msg("%d complaints, not one about %s but about %s", errors.count, path,
                 errors.count ? errors.items[0].path : "nothing");
    assert_int_equal(errors.inputs, 1);
    error_list_free(&errors);
}

#define SPOILT(change, name)                                                                                 \
    do {                                                                                                     \
        struct stages_model m = learned();                                                                   \
        m.packaging = m.plan =                                                                               \
            (struct stages_table){.years = 2, .year = {2024, 2026}, .rate = {5000, 9000}};                   \
        change;                                                                                              \
        spoilt(&m, "lines.ascend-910b." name);                                                               \
    } while (0)

static void test_check(void **state)
{
    (void)state;
    struct error_list errors = {0};
    struct stages_model fine = learned();
    stages_check(&fine, "x", &errors);
    assert_int_equal(errors.count, 0);
    SPOILT(m.first_month = -1, "first_month");
    SPOILT(m.first_month = 12 * 10000, "first_month");
    SPOILT(m.wafers.rate[0] = 1.0001e9, "wafers");
    SPOILT(m.wafers.rate[0] = -1e-9, "wafers");
    SPOILT(m.wafers.rate[0] = NAN, "wafers");
    SPOILT(m.wafers.years = LINE_YEARS + 1, "wafers");
    SPOILT(m.wafers.years = -1, "wafers");
    SPOILT(m.packaging.year[1] = 2024, "packaging");
    SPOILT(m.plan.year[1] = 2023, "plan");
    SPOILT(m.lag_min = -1, "lag");
    SPOILT(m.lag_min = 1, "lag");
    SPOILT(m.lag_max = STAGES_LAG + 1, "lag");
    SPOILT(m.dies_per_wafer = 0, "dies_per_wafer");
    SPOILT(m.dies_per_wafer = 100001, "dies_per_wafer");
    SPOILT(m.readings = 0, "yield");
    SPOILT(m.readings = STAGES_READINGS + 1, "yield");
    SPOILT(m.reading[1] = 1, "yield");
    SPOILT(m.reading[0] = 0, "yield");
    SPOILT(m.reading[0] = NAN, "yield");
    SPOILT(m.reading_year[1] = 2024.49, "yield");
    SPOILT(m.reading_year[1] = NAN, "yield");
    SPOILT(m.yield_sd_future = 0.2501, "yield_sd_future");
    SPOILT(m.yield_sd_future = -0.01, "yield_sd_future");
    SPOILT(m.yield_sd_lot = 0.51, "yield_sd_lot");
    SPOILT(m.bought = -1, "bought");
    SPOILT(m.bought = INT64_C(1000000000000001), "bought");
    SPOILT(m.dies_per_package = 0, "dies_per_package");
    SPOILT(m.stacks_per_package = -1, "stacks_per_package");
    SPOILT(m.stacks_per_package = 1001, "stacks_per_package");
    SPOILT(m.package_yield = 0, "package_yield");
    SPOILT(m.package_yield = 1.0000001, "package_yield");
    SPOILT(m.lead_median = -1, "lead_median");
    SPOILT(m.lead_sigma = INFINITY, "lead_sigma");

    struct stages_memory memory = {.stock = 13000000};
    stages_check_memory(&memory, "memory.hbm", &errors);
    assert_int_equal(errors.count, 0);
    memory.stock = -1;
    memory.flow = (struct stages_table){.years = 1, .rate = {2e9}};
    stages_check_memory(&memory, "memory.hbm", &errors);
    assert_int_equal(errors.count, 2);
    assert_string_equal(errors.items[0].path, "memory.hbm.flow");
    assert_string_equal(errors.items[1].path, "memory.hbm.stock");
    error_list_free(&errors);
}

static void test_names(void **state)
{
    (void)state;
    static const char *const want[STAGE_COUNT] = {"dies", "memory", "packaging", "plan"};
    for (int i = 0; i < STAGE_COUNT; i++)
        assert_string_equal(stages_name((enum stage)i), want[i]);
}

int main(void)
{
    gsl_set_error_handler_off(); /* as in the program */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readings), cmocka_unit_test(test_futures), cmocka_unit_test(test_learning),
        cmocka_unit_test(test_lots),     cmocka_unit_test(test_wild),    cmocka_unit_test(test_check),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
