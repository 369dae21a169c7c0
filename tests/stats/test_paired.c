/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairs against two passes, their intervals against what they promise, also on queues that share their dice.
 */
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
#include "stats/erlang_case.h"
#include "stats/sample_case.h"

#include "engine/random.h"
#include "stats/paired.h"

#include <gsl/gsl_cdf.h>

static double normal(struct dice *dice)
{
    return gsl_cdf_ugaussian_Pinv(dice_unit(dice));
}

static void test_moments(void **state)
{
    (void)state;
    struct dice dice = {0xa11ce};
    double a[173], b[173], d[173];
    struct paired paired = {0};
    for (int i = 0; i < 173; i++) {
        double common = normal(&dice);
        a[i] = 1e6 + 3 * common + normal(&dice);
        b[i] = 1e6 - 17.25 + 3 * common + 2 * normal(&dice);
        d[i] = a[i] - b[i];
        paired_add(&paired, a[i], b[i]);
        paired_add(&paired, NAN, b[i]); /* half a pair is none */
        paired_add(&paired, a[i], NAN);
    }
    assert_int_equal(paired.difference.n, 173);
    sample_near(paired.difference.mean, sample_mean(d, 173), 1e-9);
    double ratio = (sample_variance(a, 173) + sample_variance(b, 173)) / sample_variance(d, 173);
    sample_near(paired_ratio(&paired) / ratio, 1, 1e-9);
    double t = gsl_cdf_tdist_Qinv(0.05 / 12 / 2, 172);
    sample_near(paired_half_width(&paired.difference, 0.95, 12), t * sqrt(sample_variance(d, 173) / 173),
                1e-9);
}

static void test_edges(void **state)
{
    (void)state;
    struct paired paired = {0};
    assert_true(isnan(paired_ratio(&paired)));
    paired_add(&paired, 3, 4);
    assert_true(isnan(paired_ratio(&paired)));
    assert_true(isnan(paired_half_width(&paired.difference, 0.95, 1)));
    paired_add(&paired, 5, 6); /* always one apart */
    assert_true(isinf(paired_ratio(&paired)));
    assert_int_equal(paired_verdict(-1, paired_half_width(&paired.difference, 0.95, 1)), -1);
    struct paired same = {0};
    paired_add(&same, 2, 2);
    paired_add(&same, 2, 2);
    assert_true(isnan(paired_ratio(&same)));
    assert_int_equal(paired_verdict(0, 0), 0);
    assert_int_equal(paired_verdict(-3.1, 3.1), 0);
    assert_int_equal(paired_verdict(3.2, 3.1), 1);
    assert_int_equal(paired_verdict(1, NAN), 0);
}

/* Four systems, six pairs with strong dependence: all six intervals hold at once in 95 studies of 100 or
 * more. */
static void test_at_once(void **state)
{
    (void)state;
    struct dice dice = {0xb0b};
    int held = 0, studies = 2000;
    for (int s = 0; s < studies; s++) {
        struct paired pairs[6] = {0};
        for (int r = 0; r < 12; r++) {
            double common = normal(&dice), x[4];
            for (int i = 0; i < 4; i++)
                x[i] = i * 1.7 + 5 * common + (i + 1) * normal(&dice);
            for (int i = 0, p = 0; i < 4; i++)
                for (int l = 0; l < i; l++)
                    paired_add(&pairs[p++], x[i], x[l]);
        }
        bool all = true;
        for (int i = 0, p = 0; i < 4; i++)
            for (int l = 0; l < i; l++, p++)
                all &= fabs(pairs[p].difference.mean - (i - l) * 1.7) <=
                       paired_half_width(&pairs[p].difference, 0.95, 6);
        held += all;
    }
    print_message("all six hold at once in %.2f%% of the studies\n", 100.0 * held / studies);
    assert_true(held >= 0.95 * studies - SAMPLE_Z99 * sqrt(0.95 * 0.05 * studies));
    assert_true(held <= 0.985 * studies); /* and are not as wide as a barn */
}

/* Kiefer and Wolfowitz with c servers, as the world schedules it (tests/world/test_queues.c holds it to
 * that). */
static double mean_wait(int servers, double arrivals, uint32_t future, int warm_up, int jobs)
{
    struct random_stream gaps = random_open(41, future, 0, RANDOM_TEST);
    struct random_stream lengths = random_open(41, future, 1, RANDOM_TEST);
    double free_at[8] = {0}, now = 0, sum = 0;
    for (int i = 0; i < warm_up + jobs; i++) {
        int first = 0;
        for (int s = 1; s < servers; s++)
            if (free_at[s] < free_at[first])
                first = s;
        now += random_exponential(&gaps, 1 / arrivals);
        double start = fmax(now, free_at[first]);
        free_at[first] = start + random_exponential(&lengths, 1);
        sum += i >= warm_up ? start - now : 0;
    }
    return sum / jobs;
}

/* 1,000 studies of M/M/2 against M/M/3 with the same dice: the 95% interval covers Erlang's difference. */
static void test_queues_covered(void **state)
{
    (void)state;
    double arrivals = 1.1, exact = erlang_wait(2, arrivals / 2) - erlang_wait(3, arrivals / 3), ratios = 0;
    int held = 0;
    for (uint32_t s = 0; s < 1000; s++) {
        struct paired paired = {0};
        for (uint32_t r = 0; r < 25; r++) {
            uint32_t future = s * 25 + r;
            paired_add(&paired, mean_wait(2, arrivals, future, 100, 1500),
                       mean_wait(3, arrivals, future, 100, 1500));
        }
        ratios += paired_ratio(&paired) / 1000;
        held += fabs(paired.difference.mean - exact) <= paired_half_width(&paired.difference, 0.95, 1);
    }
    print_message("M/M/2 - M/M/3: %.1f%% of 1000 intervals cover; a pair is worth %.2f independent ones\n",
                  held / 10.0, ratios);
    assert_in_range(held, 935, 965);
    assert_true(ratios > 1.15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_at_once),
        cmocka_unit_test(test_queues_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
