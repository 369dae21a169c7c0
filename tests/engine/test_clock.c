/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/clock.h"
#include "engine/dice_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* 1600-01-01: 370 years of 365 days and 90 leap days (93 fourth years less 1700, 1800, 1900) before 1970. */
enum { DAYS_1600 = -(370 * 365 + 90) };

static int month_length(int year, int month)
{
    static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return lengths[month - 1] + (month == 2 && leap);
}

static void next_day(struct clock_date *date)
{
    if (++date->day <= month_length(date->year, date->month))
        return;
    date->day = 1;
    if (++date->month <= 12)
        return;
    date->month = 1;
    date->year++;
}

/* From 1600 to 2147, day by day, beside a calendar that only counts; crosses 1700, 1800, 1900, 2000, 2100. */
static void test_every_day(void **state)
{
    (void)state;
    struct clock_date date = {1600, 1, 1};
    int weekday = 5; /* 1600-01-01 was a Saturday */
    for (int64_t days = DAYS_1600; days < DAYS_1600 + 200000; days++) {
        struct clock_date got = clock_civil(days);
        if (got.year != date.year || got.month != date.month || got.day != date.day)
            fail_msg("day %lld is %d-%d-%d, not %d-%d-%d", (long long)days, got.year, got.month, got.day,
                     date.year, date.month, date.day);
        assert_int_equal(clock_days(date), days);
        assert_int_equal(clock_weekday(days), weekday);
        if (days == 0) {
            assert_int_equal(date.year, 1970);
            assert_int_equal(date.month * 100 + date.day, 101);
        }
        next_day(&date);
        weekday = (weekday + 1) % 7;
    }
    assert_int_equal(date.year, 2147);
}

static void test_known_days(void **state)
{
    (void)state;
    static const struct {
        struct clock_date date;
        int64_t days; /* INT64_MIN: not checked */
        int weekday;
    } known[] = {
        {{1970, 1, 1}, 0, 3},           {{1969, 12, 31}, -1, 2},
        {{2025, 1, 1}, 20089, 2},       /* a Wednesday; 1735689600 / 86400 */
        {{2000, 2, 29}, 11016, 1},      /* a Tuesday; 951782400 / 86400 */
        {{2038, 1, 19}, 24855, 1},      /* 2^31 - 1 s falls into this Tuesday */
        {{1969, 7, 20}, -165, 6},       /* the landing on the Moon, a Sunday */
        {{1900, 1, 1}, -25567, 0},      /* a Monday; 2208988800 s from the start of NTP to that of Unix */
        {{1815, 6, 18}, INT64_MIN, 6},  /* Waterloo, a Sunday */
        {{1582, 10, 15}, -141427, 4},   /* first day of the Gregorian calendar, a Friday */
        {{2100, 3, 1}, INT64_MIN, 0},   /* the day after 2100-02-28 */
        {{0, 3, 1}, -719468, 2},        /* Hinnant's paper: days_from_civil counts from here */
        {{-4713, 11, 24}, -2440588, 0}, /* Julian day 0, proleptic Gregorian; a Monday */
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        int64_t days = clock_days(known[i].date);
        if (known[i].days != INT64_MIN)
            assert_int_equal(days, known[i].days);
        assert_int_equal(clock_weekday(days), known[i].weekday);
    }
    assert_int_equal(
        clock_days((struct clock_date){2100, 3, 1}) - clock_days((struct clock_date){2100, 2, 28}), 1);
    assert_int_equal(
        clock_days((struct clock_date){2000, 3, 1}) - clock_days((struct clock_date){2000, 2, 28}), 2);
    assert_int_equal(
        clock_days((struct clock_date){1900, 3, 1}) - clock_days((struct clock_date){1900, 2, 28}), 1);
}

/* Far from today the two functions still undo each other, and weeks go on. */
static void test_far_days(void **state)
{
    (void)state;
    struct dice dice = {1582};
    for (int i = 0; i < 100000; i++) {
        int64_t days = dice_whole(&dice, -100000000, 100000000);
        struct clock_date date = clock_civil(days);
        assert_in_range(date.month, 1, 12);
        assert_true(date.day >= 1 && date.day <= 31);
        assert_int_equal(clock_days(date), days);
        assert_int_equal(clock_weekday(days), clock_weekday(days + 7 * dice_whole(&dice, -5000, 5000)));
    }
}

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds; /* since 1970, as date -u has them */
    } good[] = {
        {"1970-01-01", 0},
        {"2025-01-01", 1735689600},
        {"2025-07-03 13:45", 1751550300},
        {"2025-07-03T13:45:10", 1751550310},
        {"2009-02-13 23:31:30", 1234567890},
        {"2001-09-09T01:46:40", 1000000000},
        {"2038-01-19 03:14:07", 2147483647},
        {"1969-12-31 23:59:59", -1},
        {"1900-01-01T00:00:00", -2208988800},
        {"2024-02-29 23:59", 1709251140},
        {"2000-02-29", 951782400},
        {"9999-12-31 23:59:59", 253402300799},
        {"0000-03-01", -62162035200},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t instant = 4711;
        if (!clock_parse(good[i].text, &instant) || instant != good[i].seconds * CLOCK_SECOND)
            fail_msg("\"%s\" gave %lld us", good[i].text, (long long)instant);
    }
    static const char *const bad[] = {
        "",
        "2025",
        "2025-01",
        "2025-01-",
        "2025-1-01",
        "2025-01-1",
        "25-01-01",
        "-2025-01-01",
        "+2025-01-01",
        "12025-01-01",
        " 2025-01-01",
        "2025-01-01 ",
        "2025/01/01",
        "2025-01/01",
        "2025-00-10",
        "2025-13-01",
        "2025-01-00",
        "2025-01-32",
        "2025-04-31",
        "2025-02-29",
        "1900-02-29",
        "2100-02-29",
        "2024-02-30",
        "2025-01-01T",
        "2025-01-01 12",
        "2025-01-01 12:",
        "2025-01-01 1:30",
        "2025-01-01 12:3",
        "2025-01-01 12:30:",
        "2025-01-01 12:30:5",
        "2025-01-01 12:30:15Z",
        "2025-01-01 12:30:15.5",
        "2025-01-01 24:00",
        "2025-01-01 23:60",
        "2025-01-01 23:59:60",
        "2025-01-01  12:30",
        "2025-01-01x12:30",
        "2025-01-01T12.30",
        "2o25-01-01",
        "today",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t instant = 4711;
        if (clock_parse(bad[i], &instant))
            fail_msg("\"%s\" was taken for %lld us", bad[i], (long long)instant);
    }
}

static void test_write(void **state)
{
    (void)state;
    static const struct {
        int64_t instant;
        const char *text;
    } known[] = {
        {0, "1970-01-01"},
        {-1, "1969-12-31"},
        {-CLOCK_DAY, "1969-12-31"},
        {-CLOCK_DAY - 1, "1969-12-30"},
        {CLOCK_DAY - 1, "1970-01-01"},
        {CLOCK_DAY, "1970-01-02"},
        {INT64_C(1735689600000000), "2025-01-01"},
        {INT64_C(1735689599999999), "2024-12-31"},
    };
    char out[16];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        clock_write_date(out, known[i].instant);
        assert_string_equal(out, known[i].text);
    }
    struct dice dice = {2038};
    for (int i = 0; i < 50000; i++) { /* within a day of years 0 to 9999 */
        int64_t days = dice_whole(&dice, -719468, 2932896), instant = 4711;
        clock_write_date(out, days * CLOCK_DAY + dice_whole(&dice, 0, CLOCK_DAY - 1));
        assert_int_equal(strlen(out), 10);
        assert_true(clock_parse(out, &instant));
        assert_int_equal(instant, days * CLOCK_DAY);
    }
    clock_write_date(out, INT64_MAX); /* the ends of time must fit as well */
    assert_true(strlen(out) < 16);
    clock_write_date(out, INT64_MIN);
    assert_true(strlen(out) < 16);
}

static int64_t start_of(int year, int month)
{
    return clock_days((struct clock_date){year, month, 1});
}

static void test_month_start(void **state)
{
    (void)state;
    int64_t day = clock_days((struct clock_date){2024, 1, 31});
    assert_int_equal(clock_month_start(day, 0), start_of(2024, 1));
    assert_int_equal(clock_month_start(day, 1), start_of(2024, 2));
    assert_int_equal(clock_month_start(day, 11), start_of(2024, 12));
    assert_int_equal(clock_month_start(day, 12), start_of(2025, 1));
    assert_int_equal(clock_month_start(day, -1), start_of(2023, 12));
    assert_int_equal(clock_month_start(day, -13), start_of(2022, 12));
    assert_int_equal(clock_month_start(start_of(2024, 3), -1) + 29, start_of(2024, 3));
    assert_int_equal(clock_month_start(-1, 1), 0);
    assert_int_equal(clock_month_start(clock_days((struct clock_date){2, 7, 9}), -40), start_of(-1, 3));
    /* month by month in both directions, from any day */
    struct dice dice = {1752};
    for (int round = 0; round < 300; round++) {
        int64_t from = dice_whole(&dice, -900000, 900000);
        struct clock_date date = clock_civil(from);
        int64_t forward = from - date.day + 1, back = forward;
        struct clock_date later = date, earlier = date;
        for (int months = 0; months < 60; months++) {
            assert_int_equal(clock_month_start(from, months), forward);
            assert_int_equal(clock_month_start(from, -months), back);
            forward += month_length(later.year, later.month);
            later.month = later.month % 12 + 1;
            later.year += later.month == 1;
            earlier.year -= earlier.month == 1;
            earlier.month = earlier.month == 1 ? 12 : earlier.month - 1;
            back -= month_length(earlier.year, earlier.month);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day), cmocka_unit_test(test_known_days),
        cmocka_unit_test(test_far_days),  cmocka_unit_test(test_parse),
        cmocka_unit_test(test_write),     cmocka_unit_test(test_month_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
