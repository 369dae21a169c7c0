/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Control variates against GSL's least squares, and their intervals against what they promise. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "stats/sample_case.h"

#include "stats/control.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multifit.h>

enum { MOST = 300 };

static double normal(struct dice *dice)
{
    return gsl_cdf_ugaussian_Pinv(dice_unit(dice));
}

/* Two controls that depend on each other, and a value that depends on both. */
static void draw(struct dice *dice, int n, double *y, double *off)
{
    for (int r = 0; r < n; r++) {
        off[2 * r] = 40 * normal(dice);
        off[2 * r + 1] = off[2 * r] / 30 + normal(dice);
        y[r] = 711.5 + 0.31 * off[2 * r] - 2.4 * off[2 * r + 1] + 1.3 * normal(dice);
    }
}

static void test_least_squares(void **state)
{
    (void)state;
    struct dice dice = {0xc0ffee};
    double y[MOST], off[2 * MOST];
    for (int n = 5; n <= MOST; n = n * 2 - 3) {
        draw(&dice, n, y, off);
        gsl_matrix *x = gsl_matrix_alloc((size_t)n, 3), *cov = gsl_matrix_alloc(3, 3);
        gsl_vector *c = gsl_vector_alloc(3);
        gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc((size_t)n, 3);
        for (int r = 0; r < n; r++)
            for (int i = 0; i < 3; i++)
                gsl_matrix_set(x, (size_t)r, (size_t)i, i ? off[2 * r + i - 1] : 1);
        gsl_vector_view view = gsl_vector_view_array(y, (size_t)n);
        double chisq;
        gsl_multifit_linear(x, &view.vector, c, cov, &chisq, work);
        struct control_result got = control_adjust(y, off, n, 2, 0.9);
        assert_int_equal(got.used, 2);
        assert_int_equal(got.n, n);
        sample_near(got.mean, gsl_vector_get(c, 0), 1e-8);
        double half = gsl_cdf_tdist_Pinv(0.95, n - 3) * sqrt(gsl_matrix_get(cov, 0, 0));
        sample_near(got.half_width, half, 1e-8 * half);
        double plain = sample_variance(y, (size_t)n) / n;
        sample_near(got.ratio, plain / gsl_matrix_get(cov, 0, 0), 1e-6 * got.ratio);
        gsl_multifit_linear_free(work);
        gsl_vector_free(c);
        gsl_matrix_free(cov);
        gsl_matrix_free(x);
    }
}

static void test_covers(void **state)
{
    (void)state;
    struct dice dice = {0xd1ce};
    double y[20], off[40], ratio = 0;
    int held = 0;
    for (int s = 0; s < 4000; s++) {
        draw(&dice, 20, y, off);
        struct control_result got = control_adjust(y, off, 20, 2, 0.95);
        held += fabs(got.mean - 711.5) <= got.half_width;
        ratio += got.ratio / 4000;
    }
    sample_has_share((size_t)held, 4000, 0.95);
    assert_true(ratio > 20); /* variance of y is 154 + 5 + 2 - ..., of the rest 1.7 */
}

/* A control twice, one that never varies, one that is all there is. */
static void test_degenerate(void **state)
{
    (void)state;
    struct dice dice = {99};
    double y[50], off[150];
    for (int r = 0; r < 50; r++) {
        off[3 * r] = normal(&dice);
        off[3 * r + 1] = 7 * off[3 * r];
        off[3 * r + 2] = 4;
        y[r] = 3 + off[3 * r] + normal(&dice);
    }
    struct control_result got = control_adjust(y, off, 50, 3, 0.95);
    assert_int_equal(got.used, 1);
    assert_true(got.ratio > 1 && got.half_width < 0.6);
    for (int r = 0; r < 50; r++)
        y[r] = 12 - 3 * off[3 * r];
    got = control_adjust(y, off, 50, 3, 0.95);
    sample_near(got.mean, 12, 1e-10);
    assert_true(got.half_width == 0 && isinf(got.ratio));
    for (int r = 0; r < 50; r++)
        y[r] = 5;
    got = control_adjust(y, off, 50, 3, 0.95);
    sample_near(got.mean, 5, 1e-12);
    assert_true(got.half_width == 0 && isnan(got.ratio));
    y[0] = NAN; /* a future without a value, and its control with it */
    off[0] = 1e30;
    got = control_adjust(y, off, 50, 3, 0.95);
    assert_int_equal(got.n, 49);
    sample_near(got.mean, 5, 1e-12);
}

static void test_few(void **state)
{
    (void)state;
    const double y[] = {1, 4, 9}, off[] = {0.5, -1, 0.25};
    struct control_result got = control_adjust(y, off, 0, 1, 0.95);
    assert_true(got.n == 0 && isnan(got.mean));
    got = control_adjust(y, off, 1, 1, 0.95);
    assert_true(got.n == 1 && got.mean == 1 && isnan(got.half_width));
    got = control_adjust(y, off, 3, 1, 0.95); /* too few to spend one on a slope */
    assert_int_equal(got.used, 0);
    sample_near(got.mean, 14 / 3.0, 1e-12);
    got = control_adjust(y, NULL, 3, 0, 0.95);
    sample_near(got.half_width, 4.302652729911275 * sqrt(sample_variance(y, 3) / 3), 1e-9);
    assert_true(isnan(got.ratio));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_least_squares),
        cmocka_unit_test(test_covers),
        cmocka_unit_test(test_degenerate),
        cmocka_unit_test(test_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
