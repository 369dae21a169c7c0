/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fits against computations that share nothing with sim/stats: closed forms, the Weibull's score equation by
 * bisection, likelihoods summed unit by unit and their differences, and the coverage of the intervals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "stats/fit.h"
#include "stats/sample_case.h"

#include <string.h>

enum { MOST = 3000 };

struct sample {
    int count;
    struct survival_life lives[MOST];
    double cut;
};

static double dice_normal(struct dice *dice)
{
    double radius = sqrt(2 * dice_gap(dice));
    return radius * cos(6.283185307179586 * dice_unit(dice));
}

static double draw(struct dice *dice, enum fit_kind kind, double location, double scale)
{
    return exp(location + scale * (kind == FIT_LOGNORMAL ? dice_normal(dice) : log(dice_gap(dice))));
}

/* Censored at exponential times with mean `follow`; INFINITY: not at all. */
static void sample_draw(struct sample *sample, struct dice *dice, int count, enum fit_kind kind,
                        double location, double scale, double follow)
{
    sample->count = count;
    sample->cut = INFINITY;
    for (int i = 0; i < count; i++) {
        double life = draw(dice, kind, location, scale);
        double end = isfinite(follow) ? follow * dice_gap(dice) : INFINITY;
        sample->lives[i] = (struct survival_life){fmin(life, end), life <= end};
    }
}

static bool sample_fit(const struct sample *sample, enum fit_kind kind, struct fit *fit)
{
    static struct survival_life copy[MOST];
    struct survival survival;
    memcpy(copy, sample->lives, (size_t)sample->count * sizeof *copy);
    survival_build(&survival, copy, sample->count);
    bool made = fit_make(fit, kind, &survival, sample->cut);
    survival_free(&survival);
    return made;
}

/* Log likelihood unit by unit, from the densities as books write them. */
static double likelihood(const struct sample *sample, enum fit_kind kind, double first, double second)
{
    double sum = 0;
    for (int i = 0; i < sample->count; i++) {
        double t = sample->lives[i].time;
        if (kind == FIT_LOGNORMAL) { /* median, sigma */
            double z = log(t / first) / second;
            sum += sample->lives[i].failed ? -log(t * second * 2.5066282746310002) - z * z / 2
                                           : log(erfc(z / 1.4142135623730951) / 2);
            if (isfinite(sample->cut))
                sum -= log(erfc(-log(sample->cut / first) / second / 1.4142135623730951) / 2);
        } else { /* shape, scale */
            double power = pow(t / second, first);
            sum += (sample->lives[i].failed ? log(first / t * power) : 0) - power;
        }
    }
    return sum;
}

/* Is (first, second) the maximum, and is the standard error what second differences say? */
static void maximum_check(const struct sample *sample, const struct fit *fit)
{
    const struct fit_value *v = fit->value;
    double best = likelihood(sample, fit->kind, v[0].value, v[1].value);
    sample_near(fit->log_likelihood, best, 1e-9 * (1 + fabs(best)));
    assert_true(fit->aic == 4 - 2 * fit->log_likelihood);
    double step[2] = {1e-3 * v[0].value, 1e-3 * v[1].value}, at[3][3];
    for (int i = -1; i <= 1; i++)
        for (int j = -1; j <= 1; j++)
            at[i + 1][j + 1] =
                likelihood(sample, fit->kind, v[0].value + i * step[0], v[1].value + j * step[1]);
    for (int i = 0; i < 9; i++)
        assert_true(i == 4 || at[i / 3][i % 3] < best);
    /* gradient, by the step that would remove it, in standard errors */
    sample_near((at[2][1] - at[0][1]) / (2 * step[0]) * v[0].se, 0, 2e-4 * sample->count / 100);
    sample_near((at[1][2] - at[1][0]) / (2 * step[1]) * v[1].se, 0, 2e-4 * sample->count / 100);
    double aa = (at[2][1] - 2 * best + at[0][1]) / step[0] / step[0];
    double bb = (at[1][2] - 2 * best + at[1][0]) / step[1] / step[1];
    double ab = (at[2][2] - at[2][0] - at[0][2] + at[0][0]) / 4 / step[0] / step[1];
    double determinant = aa * bb - ab * ab;
    sample_near(v[0].se / sqrt(-bb / determinant), 1, 2e-4);
    sample_near(v[1].se / sqrt(-aa / determinant), 1, 2e-4);
    for (int i = 0; i < 2; i++) {
        sample_near(v[i].low, v[i].value * exp(-1.959963984540054 * v[i].se / v[i].value), 1e-9 * v[i].value);
        sample_near(v[i].low * v[i].high, v[i].value * v[i].value, 1e-9 * v[i].value * v[i].value);
    }
}

static void test_exponential(void **state)
{
    (void)state;
    static struct sample sample;
    struct dice dice = {1907};
    for (int round = 0; round < 50; round++) {
        sample_draw(&sample, &dice, (int)dice_whole(&dice, 5, 200), FIT_EXPONENTIAL, 3.875, 1, 29.5);
        double total = 0, failures = 0;
        for (int i = 0; i < sample.count; i++) {
            total += sample.lives[i].time;
            failures += sample.lives[i].failed;
        }
        struct fit fit;
        if (failures < 1)
            continue;
        assert_true(sample_fit(&sample, FIT_EXPONENTIAL, &fit));
        assert_int_equal(fit.parameters, 1);
        sample_near(fit.value[0].value, total / failures, 1e-12 * total);
        sample_near(fit.value[0].se, total / failures / sqrt(failures), 1e-12 * total);
        sample_near(fit.log_likelihood, failures * log(failures / total) - failures, 1e-9 * failures);
        sample_near(fit_mean(&fit), total / failures, 1e-10 * total);
        sample_near(fit_survival(&fit, 11.25), exp(-11.25 * failures / total), 1e-13);
    }
}

/* d/dshape of the profile likelihood, over the number of failures; falls with the shape. */
static double weibull_score(const struct sample *sample, double shape)
{
    double powers = 0, weighted = 0, logs = 0, failures = 0;
    for (int i = 0; i < sample->count; i++) {
        double t = sample->lives[i].time;
        powers += pow(t, shape);
        weighted += pow(t, shape) * log(t);
        logs += sample->lives[i].failed ? log(t) : 0;
        failures += sample->lives[i].failed;
    }
    return 1 / shape + logs / failures - weighted / powers;
}

static void test_weibull(void **state)
{
    (void)state;
    static struct sample sample;
    struct dice dice = {1939};
    for (int round = 0; round < 60; round++) {
        double shape = exp(2.5 * dice_unit(&dice) - 1), location = 3 * dice_unit(&dice) - 1;
        double follow = round % 3 ? exp(location) * exp(1.5 * dice_unit(&dice) - 1) : INFINITY;
        sample_draw(&sample, &dice, (int)dice_whole(&dice, 12, 500), FIT_WEIBULL, location, 1 / shape,
                    follow);
        double low = 1e-3, high = 200, powers = 0, failures = 0;
        for (int i = 0; i < 200; i++)
            *(weibull_score(&sample, (low + high) / 2) > 0 ? &low : &high) = (low + high) / 2;
        for (int i = 0; i < sample.count; i++) {
            powers += pow(sample.lives[i].time, low);
            failures += sample.lives[i].failed;
        }
        struct fit fit;
        if (failures < 2)
            continue;
        assert_true(sample_fit(&sample, FIT_WEIBULL, &fit));
        sample_near(fit.value[0].value / low, 1, 1e-7);
        sample_near(fit.value[1].value / pow(powers / failures, 1 / low), 1, 1e-7);
        maximum_check(&sample, &fit);
    }
}

static void test_lognormal(void **state)
{
    (void)state;
    static struct sample sample;
    struct dice dice = {1947};
    for (int round = 0; round < 60; round++) {
        double sigma = exp(2.5 * dice_unit(&dice) - 1.25), location = 16 * dice_unit(&dice) - 3;
        double follow = round % 3 ? exp(location) * exp(2 * dice_unit(&dice)) : INFINITY;
        sample_draw(&sample, &dice, (int)dice_whole(&dice, 15, 500), FIT_LOGNORMAL, location, sigma, follow);
        struct fit fit;
        assert_true(sample_fit(&sample, FIT_LOGNORMAL, &fit));
        maximum_check(&sample, &fit);
        if (isfinite(follow))
            continue;
        double logs[MOST], n = sample.count;
        for (int i = 0; i < sample.count; i++)
            logs[i] = log(sample.lives[i].time);
        double mean = sample_mean(logs, (size_t)sample.count);
        double spread = sqrt(sample_moment(logs, (size_t)sample.count, 2));
        sample_near(log(fit.value[0].value), mean, 1e-9);
        sample_near(fit.value[1].value / spread, 1, 1e-9);
        sample_near(fit.value[0].se / (fit.value[0].value * spread / sqrt(n)), 1, 1e-8);
        sample_near(fit.value[1].se / (spread / sqrt(2 * n)), 1, 1e-8);
        sample_near(fit_mean(&fit) / exp(mean + spread * spread / 2), 1, 1e-8);
    }
}

/* Given that times do not pass a cut; and a sample for which no cut lognormal is the best. */
static void test_cut(void **state)
{
    (void)state;
    static struct sample sample;
    struct dice dice = {1961};
    struct fit fit;
    for (int round = 0; round < 20; round++) {
        double cut = exp(7.5 + 0.5 * dice_unit(&dice));
        sample_draw(&sample, &dice, (int)dice_whole(&dice, 400, MOST), FIT_LOGNORMAL, 6.875, 1.3125,
                    INFINITY);
        sample.cut = cut;
        int kept = 0;
        for (int i = 0; i < sample.count; i++)
            if (sample.lives[i].time <= cut)
                sample.lives[kept++] = sample.lives[i];
        sample.count = kept;
        assert_true(sample_fit(&sample, FIT_LOGNORMAL, &fit));
        maximum_check(&sample, &fit);
        assert_true(fit.value[1].low < 1.3125 * 1.1 && fit.value[1].high > 1.3125 / 1.1);
        assert_true(fit_survival(&fit, cut) == 0 && fit_survival(&fit, 0) == 1);
        sample_near(fit_survival(&fit, fit_quantile(&fit, 0.625)), 0.375, 1e-9);
        assert_true(fit_quantile(&fit, 1 - 1e-16) <= cut);
    }
    sample.cut = 1000; /* squeezed against the cut */
    sample.count = 600;
    for (int i = 0; i < sample.count; i++)
        sample.lives[i] = (struct survival_life){1000 * exp(-3 * pow(dice_unit(&dice), 4)), true};
    assert_false(sample_fit(&sample, FIT_LOGNORMAL, &fit) && fit.location < log(sample.cut));
}

static void test_none(void **state)
{
    (void)state;
    static struct sample sample;
    struct fit fit;
    sample.cut = INFINITY;
    sample.count = 3;
    for (int i = 0; i < 3; i++)
        sample.lives[i] = (struct survival_life){2.5 + i, false};
    for (enum fit_kind kind = 0; kind < FIT_KINDS; kind++)
        assert_false(sample_fit(&sample, kind, &fit));
    sample.lives[1].failed = true; /* one failure */
    assert_true(sample_fit(&sample, FIT_EXPONENTIAL, &fit));
    sample_near(fit.value[0].value, 10.5, 1e-12);
    assert_false(sample_fit(&sample, FIT_WEIBULL, &fit));
    assert_false(sample_fit(&sample, FIT_LOGNORMAL, &fit));
    for (int i = 0; i < 3; i++) /* three at one time */
        sample.lives[i] = (struct survival_life){4.75, true};
    assert_false(sample_fit(&sample, FIT_WEIBULL, &fit));
    assert_false(sample_fit(&sample, FIT_LOGNORMAL, &fit));
    sample.count = 0;
    assert_false(sample_fit(&sample, FIT_EXPONENTIAL, &fit));
}

/* Far from 1, nearly all censored, and a spread of twenty orders of magnitude. */
static void test_extremes(void **state)
{
    (void)state;
    static struct sample sample;
    struct dice dice = {1999};
    for (enum fit_kind kind = FIT_WEIBULL; kind < FIT_KINDS; kind++) {
        static const double location[] = {-40, 60, 12, 3}, scale[] = {0.004, 5.5, 0.9, 0.6};
        for (int i = 0; i < 4; i++) {
            double follow =
                i == 2 ? exp(12) / (kind == FIT_WEIBULL ? 60 : 6) : INFINITY; /* few of a hundred fail */
            sample_draw(&sample, &dice, MOST, kind, location[i], scale[i], follow);
            struct fit fit;
            assert_true(sample_fit(&sample, kind, &fit));
            double found = kind == FIT_WEIBULL ? 1 / fit.value[0].value : fit.value[1].value;
            double se = kind == FIT_WEIBULL ? fit.value[0].se / fit.value[0].value
                                            : fit.value[1].se / fit.value[1].value;
            sample_near(log(found / scale[i]) / se, 0, 3.3);
            sample_near(fit_survival(&fit, fit_quantile(&fit, 0.0625)), 0.9375, 1e-9);
        }
    }
}

/*
 * Each 95 % interval holds what the data were drawn from in 93.5 to 96.5 of 100 samples. The limits are 2.2
 * standard deviations of such a count away; with 20,000 samples it is 94.7 to 95.1.
 */
static void test_coverage(void **state)
{
    (void)state;
    enum { ROUNDS = 1000 };
    static struct sample sample;
    struct dice dice = {2025};
    for (enum fit_kind kind = 0; kind < FIT_KINDS; kind++) {
        int held[2] = {0, 0};
        double location = 6.4375, scale = kind == FIT_EXPONENTIAL ? 1 : kind == FIT_WEIBULL ? 1.25 : 0.8125;
        for (int round = 0; round < ROUNDS; round++) {
            sample_draw(&sample, &dice, 300, kind, location, scale, 1.5 * exp(location));
            struct fit fit;
            assert_true(sample_fit(&sample, kind, &fit));
            double truth[2] = {exp(location), scale};
            if (kind == FIT_WEIBULL) {
                truth[0] = 1 / scale;
                truth[1] = exp(location);
            }
            for (int i = 0; i < fit.parameters; i++)
                held[i] += fit.value[i].low <= truth[i] && truth[i] <= fit.value[i].high;
        }
        for (int i = 0; i < (kind == FIT_EXPONENTIAL ? 1 : 2); i++)
            sample_near((double)held[i] / ROUNDS, 0.95, 0.015);
    }
}

/* The tails of the two Poisson means, summed term by term, are 2.5 %. */
static void test_poisson(void **state)
{
    (void)state;
    static const int counts[] = {1, 2, 7, 31, 419};
    for (int c = 0; c < 5; c++) {
        double low, high, below = 0, above = 1, term_low, term_high;
        fit_poisson(counts[c], &low, &high);
        term_low = exp(-low);
        term_high = exp(-high);
        for (int k = 0; k <= counts[c]; k++) {
            below += term_high;
            above -= k < counts[c] ? term_low : 0;
            term_high *= high / (k + 1);
            term_low *= low / (k + 1);
        }
        sample_near(below, 0.025, 1e-9);
        sample_near(above, 0.025, 1e-9);
    }
    double low, high;
    for (double count = 1e4; count < 2e8;
         count *= 7) { /* nearly normal: count + (z^2 - 1) / 3 +- z sqrt(count) */
        fit_poisson(count, &low, &high);
        sample_near((low - count - 0.947) / sqrt(count), -1.959964, 0.02);
        sample_near((high - count - 1.947) / sqrt(count), 1.959964, 0.02);
    }
    fit_poisson(0, &low, &high);
    assert_true(low == 0);
    sample_near(high, -log(0.025), 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exponential), cmocka_unit_test(test_weibull), cmocka_unit_test(test_lognormal),
        cmocka_unit_test(test_cut),         cmocka_unit_test(test_none),    cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_coverage),    cmocka_unit_test(test_poisson),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
