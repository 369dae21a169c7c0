/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/clock.h"

#include <stdio.h>

int64_t clock_days(struct clock_date date)
{
    int64_t y = date.year - (date.month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct clock_date clock_civil(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    struct clock_date date;
    date.day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    date.month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    date.year = (int)(year_of_era + era * 400 + (date.month <= 2));
    return date;
}

int clock_weekday(int64_t days)
{
    int64_t from_monday = (days + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(from_monday < 0 ? from_monday + 7 : from_monday);
}

/* Exactly `width` digits at *text; moves *text behind them. */
static bool digits(const char **text, int width, int *value)
{
    *value = 0;
    for (int i = 0; i < width; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return false;
        *value = *value * 10 + (c - '0');
    }
    *text += width;
    return true;
}

bool clock_parse(const char *text, int64_t *since_1970)
{
    struct clock_date date;
    int hour = 0, minute = 0, second = 0;
    if (!digits(&text, 4, &date.year) || *text++ != '-' || !digits(&text, 2, &date.month) || *text++ != '-' ||
        !digits(&text, 2, &date.day))
        return false;
    if (*text == ' ' || *text == 'T') {
        text++;
        if (!digits(&text, 2, &hour) || *text++ != ':' || !digits(&text, 2, &minute))
            return false;
        if (*text == ':' && (text++, !digits(&text, 2, &second)))
            return false;
    }
    if (*text || date.month < 1 || date.month > 12 || date.day < 1 || hour > 23 || minute > 59 || second > 59)
        return false;
    int64_t days = clock_days(date);
    struct clock_date back = clock_civil(days);
    if (back.day != date.day || back.month != date.month) /* 2025-02-30 */
        return false;
    *since_1970 = days * CLOCK_DAY + (int64_t)(hour * 3600 + minute * 60 + second) * CLOCK_SECOND;
    return true;
}

void clock_write_date(char out[16], int64_t since_1970)
{
    int64_t days = since_1970 / CLOCK_DAY - (since_1970 % CLOCK_DAY < 0);
    struct clock_date date = clock_civil(days);
    int year = date.year < 0 ? 0 : date.year > 9999 ? 9999 : date.year;
    snprintf(out, 16, "%04d-%02d-%02d", year, date.month % 13, date.day % 32);
}

int64_t clock_month_start(int64_t days, int months)
{
    struct clock_date date = clock_civil(days);
    int64_t month = (int64_t)date.year * 12 + (date.month - 1) + months;
    int64_t year = (month >= 0 ? month : month - 11) / 12;
    struct clock_date first = {.year = (int)year, .month = (int)(month - year * 12) + 1, .day = 1};
    return clock_days(first);
}
