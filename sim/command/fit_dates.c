/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fit_dates.h"

#include "engine/clock.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Month, day and year make a date when they come back from its number of days. */
static bool civil(int year, int month, int day, double *seconds)
{
    if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    int64_t days = clock_days((struct clock_date){year, month, day});
    struct clock_date back = clock_civil(days);
    *seconds = (double)days * 86400;
    return back.month == month && back.day == day;
}

/* "6/21/2005", then perhaps " 10:54" and ":30". */
static bool slashed(const char *text, double *seconds)
{
    int month, day, year, hour = 0, minute = 0, second = 0, used = 0;
    if (sscanf(text, "%2d/%2d/%4d%n", &month, &day, &year, &used) != 3 || !civil(year, month, day, seconds))
        return false;
    text += used;
    if (*text == ' ' || *text == 'T') {
        if (sscanf(text + 1, "%2d:%2d%n", &hour, &minute, &used) != 2)
            return false;
        text += 1 + used;
        if (*text == ':') {
            if (sscanf(text + 1, "%2d%n", &second, &used) != 1)
                return false;
            text += 1 + used;
        }
    }
    *seconds += hour * 3600 + minute * 60 + second;
    return !*text && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
}

bool fit_dates_parse(const char *text, double *seconds)
{
    int64_t instant;
    if (clock_parse(text, &instant)) {
        *seconds = (double)instant / 1e6;
        return true;
    }
    return slashed(text, seconds);
}

static int month_named(const char *text)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int month = 0; month < 12; month++)
        if (!strncasecmp(text, names + 3 * (size_t)month, 3))
            return month + 1;
    return 0;
}

/* "Nov-96", "5-Jun", "2003-08". */
static bool month_parse(const char *text, int *year, int *month)
{
    char word[4];
    int used = 0;
    if (sscanf(text, "%3[A-Za-z]-%4d%n", word, year, &used) == 2 ||
        sscanf(text, "%4d-%3[A-Za-z]%n", year, word, &used) == 2)
        *month = month_named(word);
    else if (sscanf(text, "%4d-%2d%n", year, month, &used) != 2)
        return false;
    if (*year >= 0 && *year < 100)
        *year += *year < 70 ? 2000 : 1900;
    return !text[used];
}

bool fit_dates_month(const char *text, bool end, double *seconds)
{
    int year, month;
    *seconds = NAN;
    if (!text[strcspn(text, "0123456789")])
        return true;
    if (month_parse(text, &year, &month))
        return end ? civil(month == 12 ? year + 1 : year, month % 12 + 1, 1, seconds) && month >= 1
                   : civil(year, month, 1, seconds);
    if (!fit_dates_parse(text, seconds))
        return false;
    *seconds = floor(*seconds / 86400) * 86400 + (end ? 86400 : 0);
    return true;
}
