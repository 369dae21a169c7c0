/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/clock.h"
#include "engine/dice_case.h"
#include "workload/arrivals.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/sample_case.h"

/* Hours and weekdays with means of 1; at three in the morning and on Sundays hardly anything. */
static const struct arrivals_rhythm rhythm = {
    .hour = {0.5, 0.4, 0.3, 0.1, 0.2, 0.3, 0.6, 0.9, 1.2, 1.7, 1.9, 1.6,
             1.1, 1.4, 1.8, 2.0, 1.7, 1.3, 1.0, 1.1, 0.9, 0.8, 0.7, 0.5},
    .weekday = {1.15, 1.25, 1.35, 1.2, 1.05, 0.6, 0.4},
};

static const struct arrivals_rhythm even = {
    .hour = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    .weekday = {1, 1, 1, 1, 1, 1, 1},
};

/* 2025-07-03 13:45:10.123457 UTC, a Thursday. */
#define START (INT64_C(1751550310) * CLOCK_SECOND + 123457)

static const struct arrivals_model model = {.rhythm = &rhythm, .per_day = 4003.7, .start = START};

static int64_t floor_of(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* The cumulative rate from the start to `time`, hour by hour. */
static double cumulative(const struct arrivals_model *of, int64_t time)
{
    double sum = 0;
    for (int64_t now = 0; now < time;) {
        int64_t hour = floor_of(of->start + now, CLOCK_HOUR), end = (hour + 1) * CLOCK_HOUR - of->start;
        int64_t day = floor_of(hour, 24), weekday = floor_of(day + 3, 7);
        weekday = day + 3 - 7 * weekday; /* 1970-01-01, day 0, was a Thursday: 3 */
        if (end > time)
            end = time;
        sum += of->per_day / (double)CLOCK_DAY * of->rhythm->hour[hour - 24 * day] *
               of->rhythm->weekday[weekday] * (double)(end - now);
        now = end;
    }
    return sum;
}

static void test_rhythm_is_fair(void **state)
{
    (void)state;
    double hours = 0, days = 0;
    for (int i = 0; i < 24; i++)
        hours += rhythm.hour[i];
    for (int i = 0; i < 7; i++)
        days += rhythm.weekday[i];
    sample_near(hours, 24, 1e-12);
    sample_near(days, 7, 1e-12);
    sample_near(cumulative(&model, 7 * CLOCK_DAY), 7 * 4003.7, 1e-6);
}

/* Any week has per_day x 7 arrivals on average; each week a Poisson number, so their spread is that of one.
 */
static void test_week(void **state)
{
    (void)state;
    enum { WEEKS = 30 };
    struct dice dice = {604800};
    struct arrivals arrivals;
    arrivals_init(&arrivals, &model);
    size_t counts[WEEKS] = {0}, all = 0;
    int64_t time, last = 0;
    while ((time = arrivals_next(&arrivals, dice_gap(&dice), WEEKS * 7 * CLOCK_DAY)) != CLOCK_NEVER) {
        assert_true(time >= last && time < WEEKS * 7 * CLOCK_DAY);
        last = time;
        counts[time / (7 * CLOCK_DAY)]++;
        all++;
    }
    sample_has_count(counts[0], 7 * 4003.7);
    sample_has_count(all, WEEKS * 7 * 4003.7);
    /* sum (n - mean)^2 / mean is chi-square with 30 degrees of freedom: 99 % within 13.79 and 53.67 */
    double chi = 0;
    for (int week = 0; week < WEEKS; week++)
        chi += pow((double)counts[week] - 7 * 4003.7, 2) / (7 * 4003.7);
    assert_true(chi > 13.79 && chi < 53.67);
}

/* Pearson's chi-square of counts against weights with a mean of 1. */
static double chi_square(const size_t *counts, const double *weights, int cells, size_t all)
{
    double sum = 0;
    for (int i = 0; i < cells; i++) {
        double want = weights[i] / cells * (double)all;
        sum += ((double)counts[i] - want) * ((double)counts[i] - want) / want;
    }
    return sum;
}

/* Counts by hour of the day and by weekday follow the weights. */
static void test_hours_and_weekdays(void **state)
{
    (void)state;
    enum { WEEKS = 20 };
    struct dice dice = {86400};
    struct arrivals arrivals;
    arrivals_init(&arrivals, &model);
    size_t hours[24] = {0}, days[7] = {0}, busy = 0, all = 0;
    int64_t time;
    while ((time = arrivals_next(&arrivals, dice_gap(&dice), WEEKS * 7 * CLOCK_DAY)) != CLOCK_NEVER) {
        int64_t hour = (START + time) / CLOCK_HOUR;
        int weekday = clock_weekday(hour / 24);
        hours[hour % 24]++;
        days[weekday]++;
        busy += weekday == 2 && hour % 24 == 15; /* the busiest hour of all, Wednesdays at three */
        all++;
    }
    assert_true(chi_square(hours, rhythm.hour, 24, all) < 41.64);  /* 99 % at 23 degrees of freedom */
    assert_true(chi_square(days, rhythm.weekday, 7, all) < 16.81); /* 99 % at 6 */
    sample_has_count(busy, WEEKS * 4003.7 / 24 * 2.0 * 1.35);
}

/* The n-th arrival is where the cumulative rate passes the sum of the first n gaps. */
static void test_time_rescaling(void **state)
{
    (void)state;
    static const int64_t starts[] = {START, 0, -CLOCK_HOUR / 3, -INT64_C(987654321012345)};
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++) {
        struct arrivals_model slow = model;
        slow.per_day = 37.41;
        slow.start = starts[s];
        struct dice dice = {1975 + s};
        struct arrivals arrivals;
        arrivals_init(&arrivals, &slow);
        double sum = 0;
        for (int n = 1; n <= 400; n++) {
            double gap = dice_gap(&dice);
            sum += gap;
            int64_t time = arrivals_next(&arrivals, gap, CLOCK_NEVER);
            /* each arrival is cut to whole microseconds, at most 37.41 * 2.7 / 86400e6 of rate a time */
            sample_near(cumulative(&slow, time), sum, n * 1.2e-9 + 1e-9);
        }
    }
}

/* The same gaps at another rate are the same jobs in the same order, only sooner; at an even rate exactly in
 * proportion. */
static void test_other_rate(void **state)
{
    (void)state;
    struct arrivals_model flat = model, flat_faster, faster = model;
    flat.rhythm = &even;
    flat_faster = flat;
    flat_faster.per_day *= 2.385;
    faster.per_day *= 2.385;
    struct dice dice = {2385};
    struct arrivals at[4];
    arrivals_init(&at[0], &model);
    arrivals_init(&at[1], &faster);
    arrivals_init(&at[2], &flat);
    arrivals_init(&at[3], &flat_faster);
    int64_t last[4] = {0};
    for (int n = 1; n <= 20000; n++) {
        double gap = dice_gap(&dice);
        for (int i = 0; i < 4; i++) {
            int64_t time = arrivals_next(&at[i], gap, CLOCK_NEVER);
            assert_true(time >= last[i]);
            last[i] = time;
        }
        assert_true(last[1] < last[0]);
        sample_near((double)last[2], 2.385 * (double)last[3], 4.0 * n);
    }
    double days = (double)last[2] / (double)CLOCK_DAY;
    sample_near(days, 20000 / 4003.7, SAMPLE_Z99 * sqrt(20000) / 4003.7);
}

/* 30 % growth a year: in the second year 4003.7 * 365 (1.3^2 - 1.3) / ln 1.3 arrive. */
static void test_growth(void **state)
{
    (void)state;
    struct arrivals_model growing = model;
    growing.per_day = 403.7;
    growing.growth_per_year = 0.3;
    struct dice dice = {365};
    struct arrivals arrivals;
    arrivals_init(&arrivals, &growing);
    size_t counts[3] = {0};
    int64_t time;
    while ((time = arrivals_next(&arrivals, dice_gap(&dice), 3 * 365 * CLOCK_DAY)) != CLOCK_NEVER)
        counts[time / (365 * CLOCK_DAY)]++;
    double first = 403.7 * 365 * 0.3 / log(1.3);
    sample_has_count(counts[0], first);
    sample_has_count(counts[1], first * 1.3);
    sample_has_count(counts[2], first * 1.3 * 1.3);
    growing.growth_per_year = -0.45; /* decline */
    arrivals_init(&arrivals, &growing);
    memset(counts, 0, sizeof counts);
    while ((time = arrivals_next(&arrivals, dice_gap(&dice), 2 * 365 * CLOCK_DAY)) != CLOCK_NEVER)
        counts[time / (365 * CLOCK_DAY)]++;
    first = 403.7 * 365 * -0.45 / log(0.55);
    sample_has_count(counts[0], first);
    sample_has_count(counts[1], first * 0.55);
}

static void test_rate(void **state)
{
    (void)state;
    /* the start is a Thursday, 13:45 */
    sample_near(arrivals_rate(&model, 0), 4003.7 * 1.4 * 1.2, 1e-9);
    sample_near(arrivals_rate(&model, 14 * 60 * CLOCK_SECOND), 4003.7 * 1.4 * 1.2, 1e-9);
    sample_near(arrivals_rate(&model, 15 * 60 * CLOCK_SECOND), 4003.7 * 1.8 * 1.2, 1e-9);
    sample_near(arrivals_rate(&model, 3 * CLOCK_DAY), 4003.7 * 1.4 * 0.4, 1e-9); /* Sunday */
    sample_near(arrivals_rate(&model, 4 * CLOCK_DAY - 10 * CLOCK_HOUR), 4003.7 * 0.1 * 1.15,
                1e-9); /* Monday, 3:45 */
    struct arrivals_model growing = model;
    growing.growth_per_year = 0.3;
    /* 728 days later the same weekday and hour, growth counted from the begin of the hour */
    double years = (728.0 * 24 - 0.75) / (365 * 24);
    sample_near(arrivals_rate(&growing, 728 * CLOCK_DAY), 4003.7 * 1.4 * 1.2 * pow(1.3, years), 0.05);
    sample_near(arrivals_rate(&growing, 0), arrivals_rate(&model, 0),
                1e-9); /* never less than at the start */
}

/* Looked up, computed, and beyond the end of the table: the same to the last bit. */
static void test_growth_table(void **state)
{
    (void)state;
    enum { HOURS = 5003 };
    struct arena arena = {0};
    struct dice dice = {271};
    for (int i = 0; i < 20; i++) {
        struct arrivals_model plain = model;
        plain.start = START - i * INT64_C(1234567890123456); /* some before 1970 */
        plain.growth_per_year = i % 3 ? dice_unit(&dice) - 0.4 : 0;
        plain.ramp = i % 2 ? 1 + 40 * dice_unit(&dice) : 0;
        plain.ramp_over = dice_whole(&dice, 1, 400 * CLOCK_DAY);
        struct arrivals_model known = plain;
        known.growth = arrivals_growth(&arena, &plain, HOURS);
        known.growth_hours = HOURS;
        for (int k = 0; k < 2000; k++) {
            int64_t time = dice_whole(&dice, -3 * CLOCK_DAY, (HOURS + 50) * CLOCK_HOUR);
            assert_true(arrivals_rate(&known, time) == arrivals_rate(&plain, time));
        }
    }
    arena_free(&arena);
}

/* Hours in which nobody works are passed over, and what lies beyond the horizon never comes. */
static void test_edges(void **state)
{
    (void)state;
    struct arrivals_rhythm office = even;
    for (int i = 0; i < 24; i++)
        office.hour[i] = i == 9 || i == 16 ? 12 : 0;
    for (int i = 0; i < 7; i++)
        office.weekday[i] = i == 4 ? 7 : 0; /* Fridays */
    const struct arrivals_model rare = {.rhythm = &office, .per_day = 3.1, .start = START};
    struct dice dice = {9};
    struct arrivals arrivals;
    arrivals_init(&arrivals, &rare);
    for (int n = 0; n < 3000; n++) {
        int64_t time = arrivals_next(&arrivals, dice_gap(&dice), CLOCK_NEVER),
                hour = (START + time) / CLOCK_HOUR;
        assert_int_equal(clock_weekday(hour / 24), 4);
        assert_true(hour % 24 == 9 || hour % 24 == 16);
    }
    /* the first gap of 0.25 at an even rate of 3.1 a day comes after 0.0806 days */
    struct arrivals_model simple = {.rhythm = &even, .per_day = 3.1, .start = START};
    const int64_t first = (int64_t)(0.25 / 3.1 * (double)CLOCK_DAY);
    arrivals_init(&arrivals, &simple);
    sample_near((double)arrivals_next(&arrivals, 0.25, CLOCK_DAY), (double)first, 1);
    arrivals_init(&arrivals, &simple);
    assert_int_equal(arrivals_next(&arrivals, 0.25, first - 2), CLOCK_NEVER);
    arrivals_init(&arrivals, &simple);
    assert_int_equal(arrivals_next(&arrivals, 3.2, CLOCK_DAY), CLOCK_NEVER);
    simple.per_day = 0; /* nobody at all: must end at the horizon */
    arrivals_init(&arrivals, &simple);
    assert_int_equal(arrivals_next(&arrivals, 0.25, 3650 * CLOCK_DAY), CLOCK_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rhythm_is_fair),
        cmocka_unit_test(test_week),
        cmocka_unit_test(test_hours_and_weekdays),
        cmocka_unit_test(test_time_rescaling),
        cmocka_unit_test(test_other_rate),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_growth_table),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
