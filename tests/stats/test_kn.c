/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kim and Nelson's procedure: its constant, its screen against one written from the paper, its promise. */
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

#include "engine/random.h"
#include "stats/kn.h"

#include <gsl/gsl_cdf.h>

static double normal(struct dice *dice)
{
    return gsl_cdf_ugaussian_Pinv(dice_unit(dice));
}

/* g(eta) = (1 + 2 eta)^(-(n0 - 1) / 2) / 2 = alpha / (k - 1) for c = 1. */
static void test_constant(void **state)
{
    (void)state;
    const double observations[20] = {1, 5, 2, 4, 0, 9, 3, 3, 1, 7, 2, 2, 8, 1, 1, 1, 5, 2, 0, 4};
    for (int k = 2; k <= 5; k++) {
        if (20 % k)
            continue;
        int first = 20 / k;
        struct kn kn;
        kn_start(&kn, observations, k, first, 1, 0.9, false);
        double eta = kn.h2 / 2 / (first - 1);
        sample_near(0.5 * pow(1 + 2 * eta, -(first - 1) / 2.0), 0.1 / (k - 1), 1e-12);
    }
}

/* Observations of one study: means, a common part, own parts. */
struct systems {
    int k;
    const double *mean;
    double common, own;
};

static void observe(const struct systems *systems, struct dice *dice, double *x)
{
    double common = systems->common * normal(dice);
    for (int i = 0; i < systems->k; i++)
        x[i] = systems->mean[i] + common + systems->own * normal(dice);
}

/* The paper, figure 1, on all observations at once; the largest mean wins. */
static int reference(const double *x, int k, int n0, double delta, double alpha, int *stages)
{
    double eta = 0.5 * (pow(2 * alpha / (k - 1), -2.0 / (n0 - 1)) - 1), h2 = 2 * eta * (n0 - 1);
    bool in[8] = {true, true, true, true, true, true, true, true};
    for (int r = n0;; r++) {
        bool next[8];
        for (int i = 0; i < k; i++) {
            next[i] = in[i];
            for (int l = 0; l < k; l++) {
                if (l == i || !in[l] || !in[i])
                    continue;
                double d[64], mi = 0, ml = 0;
                for (int j = 0; j < n0; j++)
                    d[j] = x[j * k + i] - x[j * k + l];
                for (int j = 0; j < r; j++) {
                    mi += x[j * k + i] / r;
                    ml += x[j * k + l] / r;
                }
                double s2 = sample_variance(d, (size_t)n0);
                double w = fmax(0, delta / (2 * r) * (h2 * s2 / (delta * delta) - r));
                next[i] &= mi >= ml - w;
            }
        }
        memcpy(in, next, sizeof in);
        int left = 0, best = -1;
        for (int i = 0; i < k; i++)
            if (in[i]) {
                left++;
                best = i;
            }
        if (left <= 1) {
            *stages = r;
            return best;
        }
    }
}

static void test_reference(void **state)
{
    (void)state;
    struct dice dice = {0x5eed};
    const double mean[] = {3, 3.4, 2.2, 3.1, 1};
    struct systems systems = {5, mean, 2, 1.5};
    static double x[20000 * 5];
    for (int study = 0; study < 60; study++) {
        for (int r = 0; r < 4000; r++)
            observe(&systems, &dice, x + r * 5);
        bool smaller = study % 2;
        static double turned[20000 * 5];
        for (int i = 0; i < 4000 * 5; i++)
            turned[i] = smaller ? -x[i] : x[i];
        int stages, best = reference(turned, 5, 10, 0.5, 0.05, &stages);
        struct kn kn;
        kn_start(&kn, x, 5, 10, 0.5, 0.95, smaller);
        assert_true(kn_best(&kn) >= 0 || kn_longest(&kn) < 4000);
        double longest = kn_longest(&kn);
        int r = 10;
        while (kn_best(&kn) < 0)
            kn_add(&kn, x + r++ * 5);
        assert_int_equal(kn_best(&kn), best);
        assert_int_equal(kn.stage, stages);
        assert_true(kn.stage <= longest);
    }
}

/* Slippage: the best is exactly delta better than all others, the hardest case. */
static double share_right(double common, int studies, double *stages)
{
    struct dice dice = {0xfeed};
    const double mean[] = {0, 0, 0.7, 0};
    struct systems systems = {4, mean, common, 1.4};
    int right = 0;
    *stages = 0;
    for (int s = 0; s < studies; s++) {
        double x[12 * 4];
        for (int r = 0; r < 12; r++)
            observe(&systems, &dice, x + r * 4);
        struct kn kn;
        kn_start(&kn, x, 4, 12, 0.7, 0.95, false);
        while (kn_best(&kn) < 0) {
            observe(&systems, &dice, x);
            kn_add(&kn, x);
        }
        right += kn_best(&kn) == 2;
        *stages += (double)kn.stage / studies;
    }
    return (double)right / studies;
}

static void test_promise(void **state)
{
    (void)state;
    double alone, together;
    double apart = share_right(0, 2000, &alone), common = share_right(20, 2000, &together);
    print_message("right in %.1f%% (%.0f stages) apart, %.1f%% (%.0f) with common random numbers\n",
                  100 * apart, alone, 100 * common, together);
    assert_true(apart >= 0.95 && common >= 0.95);
    sample_near(together / alone, 1, 0.02); /* what all have in common costs nothing */
}

/* Mean wait of M/M/c queues that differ in the speed of their servers: 1 of 4 is better by delta or more. */
static double queue_wait(int servers, double speed, uint32_t future)
{
    struct random_stream gaps = random_open(83, future, 0, RANDOM_TEST);
    struct random_stream lengths = random_open(83, future, 1, RANDOM_TEST);
    double free_at[8] = {0}, now = 0, sum = 0;
    for (int i = 0; i < 900; i++) {
        int first = 0;
        for (int s = 1; s < servers; s++)
            if (free_at[s] < free_at[first])
                first = s;
        now += random_exponential(&gaps, 1);
        double start = fmax(now, free_at[first]);
        free_at[first] = start + random_exponential(&lengths, servers / speed);
        sum += i >= 100 ? start - now : 0;
    }
    return sum / 800;
}

static void test_queues(void **state)
{
    (void)state;
    /* Erlang C: 1/0.8/(1/0.8-1)... the waits differ by more than 0.25; the third is the shortest */
    static const double speed[] = {1.45, 1.5, 1.7, 1.55};
    int right = 0, studies = 300;
    for (int s = 0; s < studies; s++) {
        double x[10 * 4];
        uint32_t future = (uint32_t)s << 12;
        for (int r = 0; r < 10; r++, future++)
            for (int i = 0; i < 4; i++)
                x[r * 4 + i] = queue_wait(3, speed[i], future);
        struct kn kn;
        kn_start(&kn, x, 4, 10, 0.25, 0.95, true);
        for (; kn_best(&kn) < 0; future++) {
            for (int i = 0; i < 4; i++)
                x[i] = queue_wait(3, speed[i], future);
            kn_add(&kn, x);
        }
        right += kn_best(&kn) == 2;
    }
    print_message("M/M/3: the best of four is found in %d of %d studies\n", right, studies);
    assert_true(right >= 0.95 * studies);
}

static void test_equal(void **state)
{
    (void)state;
    const double x[] = {4, 4, 4, 4, 4, 4}; /* no variance and no difference: the first is as good as any */
    struct kn kn;
    kn_start(&kn, x, 3, 2, 0.1, 0.95, true);
    assert_int_equal(kn_best(&kn), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant), cmocka_unit_test(test_reference), cmocka_unit_test(test_promise),
        cmocka_unit_test(test_queues),   cmocka_unit_test(test_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
