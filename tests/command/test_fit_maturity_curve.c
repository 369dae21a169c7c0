/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fitted maturity curves against exact data, a brute-force search, and their own claims of coverage. */
#include "command/fit_maturity_curve.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "stats/sample_case.h"

enum { MOST = 40, SETS = 400 };

static const double all_free[FIT_MATURITY_PARAMETERS] = {NAN, NAN, NAN};

static double curve(double floor, double ceiling, double tau, double days)
{
    return ceiling - (ceiling - floor) * exp(-days / tau);
}

static double normal(struct dice *dice)
{
    return sqrt(2 * dice_gap(dice)) * cos(2 * M_PI * dice_unit(dice));
}

static struct fit_maturity_curve fit(const double *days, const double *values, int count, const double *held)
{
    struct fit_maturity_curve made;
    const struct fit_maturity_points points = {days, values, count};
    fit_maturity_curve_make(&made, &points, held);
    return made;
}

/* Least squares of a + b exp(-x / tau) by centred sums: another basis, other formulas. Held ones: one
 * unknown. */
static double squares_at(const double *x, const double *y, int n, double tau, double floor, double ceiling)
{
    double mx = 0, my = 0, xx = 0, xy = 0, sum = 0, slope, shift;
    for (int i = 0; i < n; i++) {
        mx += exp(-x[i] / tau) / n;
        my += y[i] / n;
    }
    for (int i = 0; i < n; i++) {
        double e = exp(-x[i] / tau);
        if (isnan(floor) && isnan(ceiling)) {
            xx += (e - mx) * (e - mx);
            xy += (e - mx) * (y[i] - my);
        } else if (isnan(floor)) { /* y - ceiling = -rise e */
            xx += e * e;
            xy += e * (y[i] - ceiling);
        } else { /* y - floor = rise (1 - e) */
            xx += (1 - e) * (1 - e);
            xy += (1 - e) * (y[i] - floor);
        }
    }
    slope = xy / xx;
    shift = isnan(floor) && isnan(ceiling) ? my - slope * mx : isnan(floor) ? ceiling : floor + slope;
    if (!isnan(floor))
        slope = -slope;
    for (int i = 0; i < n; i++) {
        double residual = y[i] - shift - slope * exp(-x[i] / tau);
        sum += residual * residual;
    }
    return sum;
}

static double squares_least(const double *x, const double *y, int n, double floor, double ceiling)
{
    double least = INFINITY;
    for (double tau = x[n - 1] * 1e-3; tau < x[n - 1] * 1e3; tau *= 1.005)
        least = fmin(least, squares_at(x, y, n, tau, floor, ceiling));
    return least;
}

static void test_exact_data_come_back(void **state)
{
    (void)state;
    struct dice dice = {2718281};
    for (int i = 0; i < 200; i++) {
        double x[MOST], y[MOST], floor = dice_unit(&dice) * pow(10, (double)dice_whole(&dice, -3, 6));
        double ceiling = floor * (1.1 + 5 * dice_unit(&dice)), tau = 20 + 900 * dice_unit(&dice);
        int n = (int)dice_whole(&dice, 3, MOST);
        for (int k = 0; k < n; k++) {
            x[k] = k ? x[k - 1] + tau * (0.05 + dice_unit(&dice)) * 6 / n : 0;
            y[k] = curve(floor, ceiling, tau, x[k]);
        }
        struct fit_maturity_curve made = fit(x, y, n, all_free);
        assert_int_equal(made.verdict, FIT_MATURITY_FITTED);
        sample_near(made.value[FIT_MATURITY_TAU].value / tau, 1, 1e-4);
        sample_near(made.value[FIT_MATURITY_FLOOR].value / floor, 1, 1e-5);
        sample_near(made.value[FIT_MATURITY_CEILING].value / ceiling, 1, 1e-4);
        sample_near(fit_maturity_curve_at(&made, x[n / 2]) / y[n / 2], 1, 1e-6);
        assert_true(n > 3 ? made.r_squared > 1 - 1e-8 : isnan(made.r_squared));
        assert_true(isnan(made.se[FIT_MATURITY_TAU]) == (n == 3));
    }
}

/* No tau of a fine grid does better, and at the ends of the intervals the profile is where t says. */
static void test_minimum_and_profiles(void **state)
{
    (void)state;
    /* 0.975 quantiles of Student's distribution with 1 to 12 degrees of freedom */
    static const double t[] = {12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912,
                               2.364624,  2.306004, 2.262157, 2.228139, 2.200985, 2.178813};
    struct dice dice = {3141592};
    int fitted = 0, ends = 0, open = 0;
    for (int i = 0; i < 70; i++) {
        double x[MOST], y[MOST], tau = 50 + 500 * dice_unit(&dice), noise = 0.005 + 0.1 * dice_unit(&dice);
        int n = (int)dice_whole(&dice, 4, 15);
        for (int k = 0; k < n; k++) {
            x[k] = k ? x[k - 1] + 5 + 100 * dice_unit(&dice) : 0;
            y[k] = curve(0.313, 0.941, tau, x[k]) + noise * normal(&dice);
        }
        struct fit_maturity_curve made = fit(x, y, n, all_free);
        if (made.verdict != FIT_MATURITY_FITTED)
            continue;
        fitted++;
        double least = squares_least(x, y, n, NAN, NAN);
        assert_true(made.squares <= least * (1 + 1e-12) && made.squares >= least * (1 - 1e-2));
        double sum = 0, largest = 0, mean = 0, around = 0;
        for (int k = 0; k < n; k++)
            mean += y[k] / n;
        for (int k = 0; k < n; k++) {
            double residual = y[k] - fit_maturity_curve_at(&made, x[k]);
            sum += residual * residual;
            around += (y[k] - mean) * (y[k] - mean);
            largest = fmax(largest, fabs(residual));
        }
        sample_near(sum, made.squares, 1e-9 * sum);
        sample_near(made.residual_sd, sqrt(sum / (n - 3)), 1e-9);
        sample_near(made.r_squared, 1 - sum / around, 1e-9);
        sample_near(fabs(made.largest), largest, 1e-12);
        double most = made.squares * (1 + t[n - 4] * t[n - 4] / (n - 3));
        for (int p = 0; p < FIT_MATURITY_PARAMETERS; p++) {
            double end[2] = {made.value[p].low, made.value[p].high};
            assert_true(end[0] <= made.value[p].value && end[1] >= made.value[p].value);
            for (int k = 0; k < 2; k++) {
                if (isinf(end[k]) || end[k] == 0) {
                    open++;
                    continue;
                }
                double there = p == FIT_MATURITY_TAU     ? squares_at(x, y, n, end[k], NAN, NAN)
                               : p == FIT_MATURITY_FLOOR ? squares_least(x, y, n, end[k], NAN)
                                                         : squares_least(x, y, n, NAN, end[k]);
                sample_near(there / most, 1, 1e-2);
                ends++;
            }
        }
    }
    assert_true(fitted > 35 && ends > 120 && open > 12);
}

/* Of many repetitions 95 % hold the truth, and the standard errors are those of the estimates. */
static void test_intervals_cover(void **state)
{
    (void)state;
    static const double truth[FIT_MATURITY_PARAMETERS] = {0.2731, 0.9143, 141.7};
    struct dice dice = {1618033};
    static double estimate[FIT_MATURITY_PARAMETERS][SETS], se[FIT_MATURITY_PARAMETERS][SETS];
    size_t covered[FIT_MATURITY_PARAMETERS] = {0};
    for (int s = 0; s < SETS; s++) {
        enum { POINTS = 14 };
        double x[POINTS], y[POINTS];
        for (int k = 0; k < POINTS; k++) {
            x[k] = 45.0 * k;
            y[k] = curve(truth[0], truth[1], truth[2], x[k]) + 0.008 * normal(&dice);
        }
        struct fit_maturity_curve made = fit(x, y, POINTS, all_free);
        assert_int_equal(made.verdict, FIT_MATURITY_FITTED);
        for (int p = 0; p < FIT_MATURITY_PARAMETERS; p++) {
            covered[p] += made.value[p].low <= truth[p] && truth[p] <= made.value[p].high;
            estimate[p][s] = made.value[p].value;
            se[p][s] = made.se[p];
        }
    }
    for (int p = 0; p < FIT_MATURITY_PARAMETERS; p++) {
        sample_has_share(covered[p], SETS, 0.95);
        double sd = sqrt(sample_variance(estimate[p], SETS));
        sample_near(sample_mean(se[p], SETS) / sd, 1, 0.1);
        sample_near(sample_mean(estimate[p], SETS), truth[p], 4 * sd / sqrt(SETS) + 0.005 * truth[p]);
    }
}

/* Two points and a held ceiling, three with one more: closed forms. */
static void test_held(void **state)
{
    (void)state;
    static const double x[] = {0, 181, 317}, y[] = {0.25, 0.73, 0.8};
    const double ceiling[] = {NAN, 0.95, NAN}, floor[] = {0.25, NAN, NAN}, both[] = {0.31, 0.87, NAN};
    struct fit_maturity_curve made = fit(x, y, 2, ceiling);
    assert_int_equal(made.verdict, FIT_MATURITY_FITTED);
    sample_near(made.value[FIT_MATURITY_TAU].value, 181 / log((0.95 - 0.25) / (0.95 - 0.73)), 1e-4);
    sample_near(made.value[FIT_MATURITY_FLOOR].value, 0.25, 1e-9);
    assert_true(made.value[FIT_MATURITY_CEILING].value == 0.95 && isnan(made.se[FIT_MATURITY_CEILING]));
    assert_true(isnan(made.residual_sd) && isnan(made.value[FIT_MATURITY_TAU].high) && isnan(made.line_sd));
    assert_true(made.largest == 0);
    made = fit(x, y, 2, floor); /* two dates, two unknowns, but all tau fit: the step is as good as any */
    assert_int_not_equal(made.verdict, FIT_MATURITY_FITTED);
    made = fit(x, y, 3, floor);
    assert_int_equal(made.verdict, FIT_MATURITY_FITTED);
    assert_int_equal(made.parameters, 2);
    assert_true(made.residual_sd < 1e-4 && made.value[FIT_MATURITY_TAU].high < INFINITY);
    made = fit(x, y, 3, both);
    assert_int_equal(made.parameters, 1);
    sample_near(made.squares, squares_least(x, y, 3, NAN, 0.87), 0.006);
    assert_true(made.squares > squares_least(x, y, 3, NAN, 0.87));
    assert_true(made.value[FIT_MATURITY_TAU].low < made.value[FIT_MATURITY_TAU].value);
    const double every[] = {0.25, 0.95, 156.0};
    made = fit(x, y, 3, every);
    assert_int_equal(made.parameters, 0);
    sample_near(made.largest, 0.8 - curve(0.25, 0.95, 156, 317), 1e-12);
}

static void test_data_without_an_answer(void **state)
{
    (void)state;
    enum { N = 6 };
    static const double x[N] = {0, 31, 67, 103, 211, 307};
    double y[N];
    const double more_than_one[] = {0, 0, 0, 31, 31, 31};
    static const struct {
        const char *what;
        enum fit_maturity_verdict verdict;
        double y[N];
    } cases[] = {
        {"constant", FIT_MATURITY_CONSTANT, {0.731, 0.731, 0.731, 0.731, 0.731, 0.731}},
        {"a line", FIT_MATURITY_LINE, {1, 1.31, 1.67, 2.03, 3.11, 4.07}},
        {"ever faster", FIT_MATURITY_LINE, {1, 1.0961, 1.4489, 2.0609, 5.4521, 10.4249}},
        {"a step", FIT_MATURITY_STEP, {1, 2, 2, 2, 2, 2}},
        {"a noisy step", FIT_MATURITY_STEP, {1.03, 2.13, 1.94, 2.01, 1.93, 1.97}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        enum fit_maturity_verdict got = fit(x, cases[c].y, N, all_free).verdict;
        if (got != cases[c].verdict)
            fail_msg("%s: verdict %d, expected %d", cases[c].what, (int)got, (int)cases[c].verdict);
    }
    for (int k = 0; k < N; k++)
        y[k] = curve(0.93, 0.21, 77, x[k]);
    assert_int_equal(fit(x, y, N, all_free).verdict, FIT_MATURITY_FALLING);
    for (int k = 0; k < N; k++)
        y[k] = curve(0.21, 0.93, 77, x[k]);
    assert_int_equal(fit(x, y, 2, all_free).verdict, FIT_MATURITY_FEW);
    assert_int_equal(fit(x, y, 1, all_free).verdict, FIT_MATURITY_FEW);
    assert_int_equal(fit(x, y, 0, all_free).verdict, FIT_MATURITY_FEW);
    assert_int_equal(fit(x, y, 3, all_free).verdict, FIT_MATURITY_FITTED);
    struct fit_maturity_curve made = fit(more_than_one, y, N, all_free); /* six points, two dates */
    assert_int_equal(made.verdict, FIT_MATURITY_FEW);
    assert_int_equal(made.dates, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_data_come_back),   cmocka_unit_test(test_minimum_and_profiles),
        cmocka_unit_test(test_intervals_cover),        cmocka_unit_test(test_held),
        cmocka_unit_test(test_data_without_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
