/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the methods of compare promise, on matrices with known moments and on a small scenario: the means of
 * the controls are those that are claimed, partners are partners, and the ratios tell what is saved.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "stats/accumulator.h"
#include "stats/sample_case.h"
#include "study/common.h"
#include "study/compare.h"
#include "study/controls.h"

#include <gsl/gsl_cdf.h>

enum { N = 400 };

static double normal(struct dice *dice)
{
    return gsl_cdf_ugaussian_Pinv(dice_unit(dice));
}

/* b - a = 3 + 2 z - c + e: partners turn z around, the control is c. */
static void draw(struct dice *dice, double *values, double *mirrors, double *off, int n)
{
    for (int r = 0; r < n; r++) {
        double common = 5 * normal(dice), z = normal(dice), c = normal(dice);
        values[2 * r] = 100 + common;
        mirrors[2 * r] = 100 - common;
        values[2 * r + 1] = 103 + common + 2 * z - c + 0.5 * normal(dice);
        mirrors[2 * r + 1] = 103 - common - 2 * z - c + 0.5 * normal(dice);
        off[2 * r] = 0;
        off[2 * r + 1] = c;
    }
}

static void test_ratios(void **state)
{
    (void)state;
    struct dice dice = {0xab1e};
    static double values[2 * N], mirrors[2 * N], off[2 * N];
    draw(&dice, values, mirrors, off, N);
    struct compare_pair pair;
    struct compare_input input = {.variants = 2, .futures = N, .values = values, .confidence = 0.95};
    compare_pairs(&input, &pair);
    sample_near(pair.paired_ratio, (25 + 25 + 5.25) / 5.25, 2);
    sample_near(pair.total_ratio, pair.paired_ratio, 0);
    assert_true(isnan(pair.antithetic_ratio) && isnan(pair.control_ratio) && !pair.controlled);
    assert_int_equal(pair.verdict, 1);
    sample_near(pair.half_width, 1.966 * sqrt(5.25 / N), 0.02);
    input.mirrors = mirrors;
    compare_pairs(&input, &pair);
    /* the sum of the two: -2 c + noise of both, 4.5 against 10.5 */
    sample_near(pair.antithetic_ratio, 10.5 / 4.5, 0.4);
    sample_near(pair.half_width, 1.966 * sqrt(4.5 / 4 / N), 0.01);
    sample_near(pair.total_ratio, (25 + 30.25) / 2 / (4.5 / 4), 4);
    input.off = off;
    input.controls = 1;
    compare_pairs(&input, &pair);
    assert_true(pair.controlled && pair.used == 1);
    sample_near(pair.control_ratio, 4.5 / 0.5, 1.5);
    sample_near(pair.difference, 3, 3 * pair.half_width / 1.966);
    sample_near(pair.total_ratio, (25 + 30.25) / 2 / (0.5 / 4), 50);
    values[7] = NAN; /* given that a value exists, the control's mean is not known */
    compare_pairs(&input, &pair);
    assert_false(pair.controlled);
    assert_int_equal(pair.n, N - 1);
}

/* With partners and controls, the interval still holds what it says. */
static void test_covers(void **state)
{
    (void)state;
    struct dice dice = {0x5afe};
    int held = 0;
    for (int s = 0; s < 2000; s++) {
        double values[60], mirrors[60], off[60];
        draw(&dice, values, mirrors, off, 30);
        struct compare_input input = {.variants = 2,
                                      .futures = 30,
                                      .values = values,
                                      .mirrors = mirrors,
                                      .off = off,
                                      .controls = 1,
                                      .confidence = 0.95};
        struct compare_pair pair;
        compare_pairs(&input, &pair);
        held += fabs(pair.difference - 3) <= pair.half_width;
    }
    sample_has_share((size_t)held, 2000, 0.95);
}

/* Pairs come as (0, 1), (0, 2), (1, 2), (0, 3) ... and share the error among them. */
static void test_pairs(void **state)
{
    (void)state;
    const double values[] = {1, 4, 9, 2, 2, 4, 11, 2, 4, 6, 13, 2};
    struct compare_pair pairs[6];
    struct compare_input input = {.variants = 4, .futures = 3, .values = values, .confidence = 0.9};
    assert_int_equal(compare_pair_count(4), 6);
    compare_pairs(&input, pairs);
    static const int want[6][2] = {{0, 1}, {0, 2}, {1, 2}, {0, 3}, {1, 3}, {2, 3}};
    for (int p = 0; p < 6; p++) {
        assert_int_equal(pairs[p].a, want[p][0]);
        assert_int_equal(pairs[p].b, want[p][1]);
        double d[3];
        for (int r = 0; r < 3; r++)
            d[r] = values[4 * r + pairs[p].b] - values[4 * r + pairs[p].a];
        sample_near(pairs[p].difference, sample_mean(d, 3), 1e-12);
        double t = gsl_cdf_tdist_Qinv(0.1 / 6 / 2, 2);
        sample_near(pairs[p].half_width, t * sqrt(sample_variance(d, 3) / 3), 1e-9);
    }
}

static struct study *open_wuxi(struct study_config *config, const char *const *sets, int count, int points)
{
    static struct error_list errors;
    char file[1200];
    const char *source = getenv("TENK_SOURCE"); /* ctest sets it */
    snprintf(file, sizeof file, "%s/scenarios/wuxi-10k.cfg", source ? source : ".");
    *config = (struct study_config){.command = "test"};
    struct study *study = study_open(config, &errors);
    assert_non_null(study);
    for (int p = 0; p < points; p++) {
        const char *all[8] = {"horizon=400d", "site.wuxi.cards=256", "site.wuxi.jobs_per_day=2",
                              "site.wuxi.opens_at_cards=64"};
        for (int i = 0; i < count; i++)
            all[4 + i] = sets[p * count + i];
        if (study_add_point(study, file, all, 4 + count, &errors) != p) {
            error_print(&errors, 0, stderr);
            fail_msg("no point %d", p);
        }
    }
    return study;
}

/* The three controls have mean 0 over futures, vary, and turn around in a mirror as far as they are monotone.
 */
static void test_controls(void **state)
{
    (void)state;
    struct study_config config;
    struct study *study = open_wuxi(&config, NULL, 0, 1);
    enum { FUTURES = 600 };
    static struct study_unit units[2 * FUTURES];
    for (int r = 0; r < FUTURES; r++) {
        units[2 * r] = (struct study_unit){0, r};
        units[2 * r + 1] = (struct study_unit){0, r | STUDY_MIRROR};
    }
    assert_true(study_run(study, units, sizeof units / sizeof *units));
    static double off[CONTROLS][FUTURES], turned[CONTROLS][FUTURES];
    for (int r = 0; r < FUTURES; r++) {
        double row[CONTROLS];
        controls_fill(study_plan(study, 0), study_slots(study, 0), study_values(study, 0, r), (uint32_t)r,
                      row);
        for (int c = 0; c < CONTROLS; c++)
            off[c][r] = row[c];
        controls_fill(study_plan(study, 0), study_slots(study, 0), study_values(study, 0, r | STUDY_MIRROR),
                      (uint32_t)(r | STUDY_MIRROR), row);
        for (int c = 0; c < CONTROLS; c++)
            turned[c][r] = row[c];
    }
    for (int c = 0; c < CONTROLS; c++) {
        print_message("%-28s mean %9.2e +- %.1e, correlation with the mirror %.2f\n", controls_name(c),
                      sample_mean(off[c], FUTURES), sample_half(off[c], FUTURES),
                      sample_correlation(off[c], turned[c], FUTURES));
        assert_true(sample_variance(off[c], FUTURES) > 0);
        static double
            both[FUTURES]; /* a future and its mirror: far less spread, so a sharper look at the mean */
        for (int r = 0; r < FUTURES; r++)
            both[r] = (off[c][r] + turned[c][r]) / 2;
        print_message("  with its mirror: mean %9.2e +- %.1e\n", sample_mean(both, FUTURES),
                      sample_half(both, FUTURES));
        sample_has_mean(both, FUTURES, 0);
        sample_has_mean(off[c], FUTURES, 0);
        sample_has_mean(turned[c], FUTURES, 0);
        assert_true(sample_correlation(off[c], turned[c], FUTURES) <
                    -0.05); /* long lengths are rare: little to turn */
    }
    study_close(study);
}

/* What all variants have, in the order of the first; what only some have is left out. */
static void test_common(void **state)
{
    (void)state;
    static const char *const sets[] = {"site.wuxi.large_job_cards=1024", "site.wuxi.large_job_cards=64"};
    struct study_config config;
    struct study *study = open_wuxi(&config, sets, 1, 2);
    struct common common;
    common_build(&common, study, 2);
    const struct metric_slots *a = study_slots(study, 0), *b = study_slots(study, 1);
    assert_true(common.count > 50 && common.count < a->count);
    for (int i = 0; i < common.count; i++) {
        int x = common.slots[2 * i], y = common.slots[2 * i + 1];
        assert_int_equal(a->slots[x].metric, b->slots[y].metric);
        assert_string_equal(a->scopes[a->slots[x].scope].name, b->scopes[b->slots[y].scope].name);
        assert_null(strstr(common.scope[i], "cards>="));
        assert_int_equal(common_find(&common, x), i);
    }
    int lost = metric_slot_find(a, "wuxi/cards>=1024", METRIC_WAIT_P95);
    assert_true(lost >= 0);
    assert_int_equal(common_find(&common, lost), -1);
    struct study_unit units[] = {{0, 0}, {1, 0}, {0, 1}};
    assert_true(study_run(study, units, 3));
    double matrix[4];
    int made = common_find(&common, metric_slot_find(a, "all", METRIC_CARDS_MADE));
    common_values(&common, study, made, 2, 0, matrix);
    assert_true(matrix[0] == matrix[1] && matrix[2] != matrix[0] && isnan(matrix[3]));
    common_free(&common);
    study_close(study);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ratios),   cmocka_unit_test(test_covers), cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_controls), cmocka_unit_test(test_common),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
