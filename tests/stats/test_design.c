/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Designs: every combination once, every stratum once, every elementary box once. */
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

#include "stats/design.h"

static double unit(void *context)
{
    return dice_unit(context);
}

static void test_grid(void **state)
{
    (void)state;
    const int levels[] = {3, 1, 4, 2};
    assert_int_equal(design_grid_points(levels, 4, 24), 24);
    assert_int_equal(design_grid_points(levels, 4, 23), -1);
    const int large[] = {70000, 70000, 70000, 70000, 70000};
    assert_int_equal(design_grid_points(large, 5, INT64_MAX), -1);
    double points[24 * 4];
    design_grid(levels, 4, points);
    int at = 0;
    for (int a = 0; a < 3; a++)
        for (int c = 0; c < 4; c++)
            for (int d = 0; d < 2; d++, at += 4) {
                sample_near(points[at], a / 2.0, 0);
                sample_near(points[at + 1], 0, 0);
                sample_near(points[at + 2], c / 3.0, 0);
                sample_near(points[at + 3], d, 0);
            }
}

static void test_latin(void **state)
{
    (void)state;
    struct dice dice = {0x1a71};
    struct bootstrap_dice of = {unit, &dice};
    double points[97 * 5], columns[5][97];
    design_latin(97, 5, &of, points);
    for (int f = 0; f < 5; f++) {
        bool seen[97] = {false};
        for (int i = 0; i < 97; i++) {
            double u = points[i * 5 + f];
            assert_true(u > 0 && u < 1);
            assert_false(seen[(int)(u * 97)]);
            seen[(int)(u * 97)] = true;
            columns[f][i] = u;
        }
    }
    for (int f = 1; f < 5; f++)
        sample_is_independent(columns[0], columns[f], 97);
    double again[97 * 5];
    dice.state = 0x1a71;
    design_latin(97, 5, &of, again);
    assert_memory_equal(points, again, sizeof points);
}

/* The shift moves the boxes, so look at the net before it: differences to the first point, modulo 1. */
static void test_sobol(void **state)
{
    (void)state;
    enum { N = 256, D = 7 };
    struct dice dice = {0x50b01};
    struct bootstrap_dice of = {unit, &dice};
    double points[N * D];
    design_sobol(N, D, &of, points);
    for (int f = 0; f < D; f++) {
        bool seen[N] = {false};
        for (int i = 0; i < N; i++) {
            double u = points[i * D + f], net = u - points[f];
            assert_true(u >= 0 && u < 1);
            int box = (int)floor((net - floor(net)) * N + 1e-6) % N;
            assert_false(seen[box]);
            seen[box] = true;
        }
    }
    for (int wide = 1; wide <= 128; wide *= 2) { /* a (0, 8, 2)-net: every box of 1/256 has one point */
        bool seen[N] = {false};
        for (int i = 0; i < N; i++) {
            double x = points[i * D] - points[0], y = points[i * D + 1] - points[1];
            int a = (int)floor((x - floor(x)) * wide + 1e-9) % wide;
            int b = (int)floor((y - floor(y)) * (N / wide) + 1e-9) % (N / wide);
            assert_false(seen[a * (N / wide) + b]);
            seen[a * (N / wide) + b] = true;
        }
    }
    design_sobol(3, DESIGN_FACTORS, &of, points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grid),
        cmocka_unit_test(test_latin),
        cmocka_unit_test(test_sobol),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
