/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sobol indices against closed forms: Ishigami's function and Sobol's g-function. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "stats/sample_case.h"

#include "stats/sobol.h"

static double unit(void *context)
{
    return dice_unit(context);
}

static int called;

/* Ishigami & Homma (ISUMA 1990): sin x + 7 sin^2 y + z^4 sin x / 10 over (-pi, pi)^3. */
static double ishigami(void *context, const double *u)
{
    (void)context;
    called++;
    double x = M_PI * (2 * u[0] - 1), y = M_PI * (2 * u[1] - 1), z = M_PI * (2 * u[2] - 1);
    return sin(x) + 7 * sin(y) * sin(y) + 0.1 * pow(z, 4) * sin(x);
}

static void inside(const char *what, double want, double got, double low, double high, double widest)
{
    print_message("%-10s %.4f in %.4f .. %.4f\n", what, want, low, high);
    assert_true(low <= want && want <= high);
    assert_true(low <= got && got <= high);
    assert_true(high - low <= widest);
}

static void test_ishigami(void **state)
{
    (void)state;
    double a = 7, b = 0.1, p4 = pow(M_PI, 4), p8 = p4 * p4;
    double v1 = 0.5 * pow(1 + b * p4 / 5, 2), v2 = a * a / 8, v13 = b * b * p8 * (1 / 18.0 - 1 / 50.0);
    double v = v1 + v2 + v13;
    const double first[] = {v1 / v, v2 / v, 0}, total[] = {(v1 + v13) / v, v2 / v, v13 / v};
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct dice dice = {seed};
        struct bootstrap_dice of = {unit, &dice};
        struct sobol_index indices[3];
        called = 0;
        assert_int_equal(sobol_function(ishigami, NULL, 4096, 3, 500, 0.95, &of, indices), 4096);
        assert_int_equal(called, 4096 * 5);
        for (int f = 0; f < 3; f++) {
            char what[16];
            snprintf(what, sizeof what, "S%d", f + 1);
            inside(what, first[f], indices[f].first, indices[f].first_low, indices[f].first_high, 0.12);
            what[0] = 'T';
            inside(what, total[f], indices[f].total, indices[f].total_low, indices[f].total_high, 0.12);
        }
    }
}

/* Saltelli & Sobol' (1995): product of (|4 u - 2| + a) / (1 + a); the factors' partial variances multiply. */
static const double g_a[] = {0, 1, 4.5, 9, 99, 99, 99, 99};

static double g_function(void *context, const double *u)
{
    (void)context;
    double product = 1;
    for (int i = 0; i < 8; i++)
        product *= (fabs(4 * u[i] - 2) + g_a[i]) / (1 + g_a[i]);
    return product;
}

static void test_g_function(void **state)
{
    (void)state;
    double v = 1, own[8];
    for (int i = 0; i < 8; i++) {
        own[i] = 1 / (3 * (1 + g_a[i]) * (1 + g_a[i]));
        v *= 1 + own[i];
    }
    struct dice dice = {0x6f};
    struct bootstrap_dice of = {unit, &dice};
    struct sobol_index indices[8];
    sobol_function(g_function, NULL, 4096, 8, 500, 0.95, &of, indices);
    for (int f = 0; f < 8; f++) {
        inside("S", own[f] / (v - 1), indices[f].first, indices[f].first_low, indices[f].first_high, 0.12);
        inside("T", own[f] * v / (1 + own[f]) / (v - 1), indices[f].total, indices[f].total_low,
               indices[f].total_high, 0.12);
    }
}

/* Jansen's sums by hand, a row without a value left out. */
static void test_matrix(void **state)
{
    (void)state;
    struct dice dice = {3};
    struct bootstrap_dice of = {unit, &dice};
    /* a, b, ab0, ab1 */
    const double values[] = {1, 4, 2, 3, 5, NAN, 0, 0, 7, 2, 5, 6, 3, 3.5, 3.25, 1};
    struct sobol_index indices[2];
    assert_int_equal(sobol_indices(values, 4, 2, 0, 0.95, &of, indices), 3);
    const double all[] = {1, 4, 7, 2, 3, 3.5};
    double v = sample_moment(all, 6, 2);
    sample_near(indices[0].first, 1 - (4 + 9 + 0.0625) / 6 / v, 1e-12);
    sample_near(indices[1].first, 1 - (1 + 16 + 6.25) / 6 / v, 1e-12);
    sample_near(indices[0].total, (1 + 4 + 0.0625) / 6 / v, 1e-12);
    sample_near(indices[1].total, (4 + 1 + 4) / 6.0 / v, 1e-12);
    assert_true(isnan(indices[0].first_low));
    const double flat[] = {2, 2, 2, 2, 2, 2, 2, 2};
    assert_int_equal(sobol_indices(flat, 2, 2, 10, 0.95, &of, indices), 2);
    assert_true(isnan(indices[0].first) && isnan(indices[1].total_high));
    const double none[] = {NAN, 1, 1, 1};
    assert_int_equal(sobol_indices(none, 1, 2, 10, 0.95, &of, indices), 0);
}

/* Column f of AB_f is B's, all others A's. */
static void test_points(void **state)
{
    (void)state;
    struct dice dice = {12};
    struct bootstrap_dice of = {unit, &dice};
    double unit_points[64 * 6 * 4];
    sobol_points(64, 4, &of, unit_points);
    for (int r = 0; r < 64; r++) {
        const double *row = unit_points + (size_t)r * 24;
        for (int f = 0; f < 4; f++)
            for (int i = 0; i < 4; i++)
                assert_true(row[(2 + f) * 4 + i] == row[(i == f) * 4 + i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ishigami),
        cmocka_unit_test(test_g_function),
        cmocka_unit_test(test_matrix),
        cmocka_unit_test(test_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
