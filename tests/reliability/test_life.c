/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/clock.h"
#include "engine/dice_case.h"
#include "engine/random.h"
#include "reliability/life.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/sample_case.h"

static const int64_t longest = INT64_C(100000000000000000);

/* P and Q as GSL has them. */
static double cdf(const struct life *life, double t)
{
    if (life->kind == LIFE_WEIBULL)
        return gsl_cdf_weibull_P(t, life->scale, life->shape);
    if (life->kind == LIFE_LOGNORMAL)
        return gsl_cdf_lognormal_P(t, log(life->scale), life->shape);
    return gsl_cdf_exponential_P(t, life->scale);
}

static double survival(const struct life *life, double t)
{
    if (life->kind == LIFE_WEIBULL)
        return gsl_cdf_weibull_Q(t, life->scale, life->shape);
    if (life->kind == LIFE_LOGNORMAL)
        return gsl_cdf_lognormal_Q(t, log(life->scale), life->shape);
    return gsl_cdf_exponential_Q(t, life->scale);
}

/* -log S in long double: far beyond where S has a place in a double. */
static long double used_up(const struct life *life, long double t)
{
    long double relative = t / life->scale;
    if (life->kind == LIFE_WEIBULL)
        return powl(relative, life->shape);
    if (life->kind == LIFE_LOGNORMAL) {
        long double z = logl(relative) / life->shape / sqrtl(2);
        return z < 0 ? -log1pl(-erfcl(-z) / 2) : -logl(erfcl(z) / 2);
    }
    return relative;
}

static struct life any_life(struct dice *dice)
{
    struct life life = {.kind = (enum life_kind)dice_whole(dice, 0, 2)};
    life.scale = exp(log(1e3) + (log(1e16) - log(1e3)) * dice_unit(dice));
    life.shape = exp(log(0.2) + (log(20) - log(0.2)) * dice_unit(dice));
    return life;
}

/* Often near 0 or 1, at the ends what a stream can give. */
static double any_uniform(struct dice *dice)
{
    double u = dice_unit(dice), tail = exp2(-1 - 51 * dice_unit(dice));
    switch (dice_whole(dice, 0, 5)) {
    case 0:
        return tail;
    case 1:
        return 1 - tail;
    case 2:
        return dice_once_in(dice, 2) ? 0x1p-53 : 1 - 0x1p-53;
    default:
        return u;
    }
}

static void say_wrong(const struct life *life, double age, double u, int64_t time)
{
    fail_msg("kind %d, scale %.17g, shape %.17g, age %.17g, u %.17g: %lld", (int)life->kind, life->scale,
             life->shape, age, u, (long long)time);
}

/* The uniform lies between the probabilities at half a microsecond before and after the time. */
static void test_inverts(void **state)
{
    (void)state;
    struct dice dice = {1951};
    int inside = 0;
    for (int i = 0; i < 300000; i++) {
        struct life life = any_life(&dice);
        double u = any_uniform(&dice);
        int64_t time = life_time(&life, u);
        assert_true(time >= 1 && (time < longest || time == CLOCK_NEVER));
        double slack = 0.5 + 1e-12 * (double)time;
        double low = time == 1 ? 0 : (double)time - slack, high = (double)time + slack;
        if (time == CLOCK_NEVER) {
            low = (double)longest * (1 - 1e-12);
            high = INFINITY;
        }
        /* from the side on which there are digits; GSL's own are good to about 1e-13 */
        bool right = u < 0.5 ? (low <= 0 || cdf(&life, low) <= u * (1 + 1e-12)) &&
                                   (isinf(high) || cdf(&life, high) >= u * (1 - 1e-12))
                             : (low <= 0 || survival(&life, low) >= (1 - u) * (1 - 1e-12)) &&
                                   (isinf(high) || survival(&life, high) <= (1 - u) * (1 + 1e-12));
        if (!right)
            say_wrong(&life, 0, u, time);
        inside += time > 1 && time != CLOCK_NEVER;
        assert_int_equal(life_residual(&life, 0, u), time);
    }
    assert_true(inside > 200000);
}

/* What is left at an age uses up -log(1 - u) of hazard, to half a microsecond; also where S(age) is 1e-1000.
 */
static void test_residual(void **state)
{
    (void)state;
    struct dice dice = {1972};
    int inside = 0, deep = 0;
    for (int i = 0; i < 300000; i++) {
        struct life life = any_life(&dice);
        double u = any_uniform(&dice);
        double age = life.scale * exp((dice_unit(&dice) - 0.4) * (life.kind == LIFE_LOGNORMAL ? 60 : 12));
        age = fmin(age, 1e17);
        long double before = used_up(&life, age), use = -log1pl(-(long double)u);
        if (before > 3000)
            continue; /* the reference has no digits there; finite results are asked for below */
        int64_t time = life_residual(&life, age, u);
        assert_true(time >= 1 && (time < longest || time == CLOCK_NEVER));
        /* ages are doubles: what cannot be told apart from them is not an error; x - z has the digits of z */
        double z = life.kind == LIFE_LOGNORMAL ? fabs(log(age / life.scale)) + life.shape : 1;
        long double slack = 0.5L + 1e-12L * (long double)time + 2e-15L * z * age;
        long double low = time == 1 ? 0 : (long double)time - slack, high = (long double)time + slack;
        if (time == CLOCK_NEVER) {
            low = longest * (1 - 1e-9L) - slack;
            high = INFINITY;
        }
        long double tolerance = 1e-12L * use + 1e-17L * (1 + before);
        if ((low > 0 && used_up(&life, age + low) - before > use + tolerance) ||
            (high < 1e30L && used_up(&life, age + high) - before < use - tolerance))
            say_wrong(&life, age, u, time);
        inside += time > 1 && time != CLOCK_NEVER;
        deep += before > 650 && time > 1;
    }
    assert_true(inside > 150000);
    assert_true(deep > 300);
}

/* A later uniform never gives an earlier time, nor across the seams of the methods. */
static void test_grows(void **state)
{
    (void)state;
    struct dice dice = {9600};
    for (int i = 0; i < 3000; i++) {
        struct life life = any_life(&dice);
        double age = life.scale * exp((dice_unit(&dice) - 0.4) * 40);
        int64_t last = 0, last_residual = 0;
        for (double u = 0x1p-53; u < 1; u += fmax(u, 1e-3) * 0.05) {
            assert_true(life_time(&life, u) >= last);
            last = life_time(&life, u);
            int64_t residual = life_residual(&life, age, u);
            if ((double)residual < (double)last_residual - 1 - 1e-13 * fmax((double)residual, 40 * age))
                say_wrong(&life, age, u, residual);
            last_residual = residual;
        }
    }
}

/* Whatever the values, the times are whole and in range. */
static void test_extremes(void **state)
{
    (void)state;
    static const double shapes[] = {0.01, 0.05, 0.2, 1, 20, 100},
                        scales[] = {1e-30, 1, 1e9, 1e17, 1e300, INFINITY};
    static const double ages[] = {0, 1e-300, 1, 1e9, 1e17, 1e200}, us[] = {0x1p-53, 0.3, 0.5, 1 - 0x1p-53};
    for (int kind = LIFE_EXPONENTIAL; kind <= LIFE_LOGNORMAL; kind++)
        for (size_t s = 0; s < 6; s++)
            for (size_t c = 0; c < 6; c++)
                for (size_t a = 0; a < 6; a++)
                    for (size_t u = 0; u < 4; u++) {
                        struct life life = {(enum life_kind)kind, scales[c], shapes[s]};
                        int64_t time = life_time(&life, us[u]), left = life_residual(&life, ages[a], us[u]);
                        assert_true(time >= 1 && (time <= longest || time == CLOCK_NEVER));
                        assert_true(left >= 1 && (left <= longest || left == CLOCK_NEVER));
                        assert_true(life_hazard(&life, ages[a]) >= 0); /* not NaN */
                        if (isinf(scales[c])) {
                            assert_true(time == CLOCK_NEVER && left == CLOCK_NEVER);
                            assert_true(life_hazard(&life, ages[a]) <= 0);
                        }
                    }
}

/* By hand. */
static void test_closed_forms(void **state)
{
    (void)state;
    const double third = 1 - exp(-3); /* -log(1 - u) = 3 */
    const struct life plain = {LIFE_EXPONENTIAL, 86400e6, 0}, early = {LIFE_WEIBULL, 86400e6, 0.5},
                      wear = {LIFE_WEIBULL, 86400e6, 3}, normal = {LIFE_LOGNORMAL, 59 * 60e6, 1.891},
                      fixed = {LIFE_LOGNORMAL, 222e6, 0};
    sample_near((double)life_time(&plain, third), 3 * 86400e6, 1);
    sample_near((double)life_time(&early, third), 9 * 86400e6, 1);
    sample_near((double)life_time(&wear, third), 1.4422495703074083 * 86400e6, 1);
    assert_int_equal(life_time(&normal, 0.5), INT64_C(3540000000));
    /* sqrt(1 + 3) = 2: a unit of one day with shape 0.5 goes on to (1 + 3)^2 = 16 days, one with 3 to 4^(1/3)
     */
    sample_near((double)life_residual(&early, 86400e6, third), 15 * 86400e6, 2);
    sample_near((double)life_residual(&wear, 86400e6, third), 0.5874010519681994 * 86400e6, 1);
    sample_near((double)life_residual(&plain, 7 * 86400e6, third), 3 * 86400e6, 1);
    sample_near(life_hazard(&plain, 5), 1 / 86400e6, 1e-25);
    sample_near(life_hazard(&early, 4 * 86400e6), 0.25 / 86400e6, 1e-25);
    sample_near(life_hazard(&wear, 2 * 86400e6), 12 / 86400e6, 1e-24);
    sample_near(life_hazard(&normal, 59 * 60e6), sqrt(2 / 3.14159265358979323846) / (1.891 * 59 * 60e6),
                1e-24);
    assert_true(isinf(life_hazard(&early, 0)));
    assert_true(life_hazard(&wear, 0) <= 0 && life_hazard(&normal, 0) <= 0);
    assert_int_equal(life_time(&fixed, 0.013), 222000000);
    assert_int_equal(life_residual(&fixed, 200e6, 0.99), 22000000);
    assert_int_equal(life_residual(&fixed, 300e6, 0.99), 1);
    assert_true(life_hazard(&fixed, 221e6) <= 0 && isinf(life_hazard(&fixed, 222e6)));
}

/* The hazard is the slope of -log S. */
static void test_hazard(void **state)
{
    (void)state;
    struct dice dice = {55};
    int compared = 0;
    for (int i = 0; i < 100000; i++) {
        struct life life = any_life(&dice);
        long double age = life.scale * exp((dice_unit(&dice) - 0.5) * 30), step = age * 1e-5L;
        long double before = used_up(&life, age - step), after = used_up(&life, age + step);
        if (!(before > 1e-300L && after < 1e4L))
            continue;
        double slope = (double)((after - before) / (2 * step));
        double bend =
            life.kind == LIFE_LOGNORMAL ? 1 / life.shape * (1 + sqrt(2 * (double)before + 100)) : 20;
        sample_near(life_hazard(&life, (double)age) / slope, 1, 1e-9 + 1e-10 * bend * bend * 10);
        compared++;
    }
    assert_true(compared > 50000);
}

enum { MANY = 40000 };

static double times[MANY];

/* Samples from the program's own streams have the mean that was asked for, and Weibull's and the lognormal's
 * variance. */
static void test_means(void **state)
{
    (void)state;
    const double mean = 47.7 * 86400e6; /* days between failures of 8 cards at RSC-1 */
    static const double shapes[] = {0.7, 1, 2.385, 9.3};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int kind = LIFE_EXPONENTIAL; kind <= LIFE_LOGNORMAL; kind++) {
            double shape = kind == LIFE_LOGNORMAL ? shapes[s] / 10 : shapes[s];
            struct life life = life_by_mean((enum life_kind)kind, mean, shape);
            sample_near(life_mean(&life), mean, 1e-12 * mean);
            struct random_stream stream = random_open(2024, 3, (uint32_t)s, RANDOM_TEST);
            for (int i = 0; i < MANY; i++)
                times[i] = (double)life_time(&life, random_uniform(&stream));
            sample_has_mean(times, MANY, mean);
            double square = tgamma(1 + 2 / shape), first = tgamma(1 + 1 / shape);
            double spread = kind == LIFE_WEIBULL     ? square / (first * first) - 1
                            : kind == LIFE_LOGNORMAL ? expm1(shape * shape)
                                                     : 1;
            sample_has_variance(times, MANY, spread * mean * mean);
        }
    assert_true(isinf(life_by_mean(LIFE_WEIBULL, INFINITY, 2).scale));
}

/* Those that are left at an age are, by the residual, as those of a large sample that lived so long. */
static void test_survivors(void **state)
{
    (void)state;
    struct dice dice = {160};
    for (int kind = LIFE_EXPONENTIAL; kind <= LIFE_LOGNORMAL; kind++) {
        struct life life = life_by_mean((enum life_kind)kind, 1e12, 0.8);
        const double age = 0.9e12;
        int found = 0;
        while (found < MANY) {
            double time = (double)life_time(&life, dice_unit(&dice));
            if (time > age)
                times[found++] = time - age;
        }
        /* the residual's distribution function, by bisection of its inverse */
        for (int i = 0; i < MANY; i += 1) {
            double low = 0, high = 1;
            for (int step = 0; step < 30; step++) {
                double middle = (low + high) / 2;
                if ((double)life_residual(&life, age, middle) < times[i])
                    low = middle;
                else
                    high = middle;
            }
            times[i] = low;
        }
        sample_is_uniform(times, MANY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inverts),  cmocka_unit_test(test_residual),     cmocka_unit_test(test_grows),
        cmocka_unit_test(test_extremes), cmocka_unit_test(test_closed_forms), cmocka_unit_test(test_hazard),
        cmocka_unit_test(test_means),    cmocka_unit_test(test_survivors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
