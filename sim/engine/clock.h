/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock: simulated time and civil dates.
 *
 * Time is int64 microseconds since a start date (UTC, proleptic Gregorian calendar, no leap
 * seconds); there is no floating clock, so equal instants are exactly equal. The range is +-292,000
 * years; CLOCK_NEVER stands for "not planned" and compares later than everything.
 * Dates use days since 1970-01-01. Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms" (days_from_civil, civil_from_days). All functions are O(1).
 */
#ifndef TENK_ENGINE_CLOCK_H
#define TENK_ENGINE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_SECOND INT64_C(1000000)
#define CLOCK_HOUR   (3600 * CLOCK_SECOND)
#define CLOCK_DAY    (86400 * CLOCK_SECOND)
#define CLOCK_NEVER  INT64_MAX

struct clock_date {
    int year;
    int month; /* 1-12 */
    int day;   /* 1-31 */
};

/* Days since 1970-01-01 of a civil date. */
int64_t clock_days(struct clock_date date);

struct clock_date clock_civil(int64_t days);

/* 0 = Monday ... 6 = Sunday. */
int clock_weekday(int64_t days);

/* "2025-01-01", optionally followed by " 13:45" or "T13:45:10"; microseconds since 1970. False when
 * malformed. */
bool clock_parse(const char *text, int64_t *since_1970);

/* Writes YYYY-MM-DD of an instant since 1970 (11 bytes with the NUL; 16 to be safe with odd years). */
void clock_write_date(char out[16], int64_t since_1970);

/* First day of the month that is `months` after the one which holds `days`. */
int64_t clock_month_start(int64_t days, int months);

#endif
