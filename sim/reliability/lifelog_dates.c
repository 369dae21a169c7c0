/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/lifelog_dates.h"

#include "engine/clock.h"

#include <ctype.h>
#include <math.h>
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

/* Reads one to `most` digits; the text behind them, NULL when there is none or `text` is NULL. */
static const char *digits(const char *text, int most, int *value)
{
    int count = 0;
    *value = 0;
    for (; text && count < most && isdigit((unsigned char)text[count]); count++)
        *value = *value * 10 + (text[count] - '0');
    return count ? text + count : NULL;
}

/* The text behind a character that must be there; NULL when it is not. */
static const char *behind(const char *text, char c)
{
    return text && *text == c ? text + 1 : NULL;
}

/* "6/21/2005", then perhaps " 10:54" and ":30". */
static bool slashed(const char *text, double *seconds)
{
    int month, day, year, hour = 0, minute = 0, second = 0;
    text = behind(digits(text, 2, &month), '/');
    text = behind(digits(text, 2, &day), '/');
    text = digits(text, 4, &year);
    if (text && *text) {
        text = behind(text, *text == 'T' ? 'T' : ' ');
        text = digits(behind(digits(text, 2, &hour), ':'), 2, &minute);
        if (text && *text)
            text = digits(behind(text, ':'), 2, &second);
    }
    if (!text || *text || hour > 23 || minute > 59 || second > 59 || !civil(year, month, day, seconds))
        return false;
    *seconds += hour * 3600 + minute * 60 + second;
    return true;
}

bool lifelog_dates_parse(const char *text, double *seconds)
{
    int64_t instant;
    if (clock_parse(text, &instant)) {
        *seconds = (double)instant / 1e6;
        return true;
    }
    return slashed(text, seconds);
}

/* Number of the month whose name begins the text; the text behind the name's letters. */
static const char *month_named(const char *text, int *month)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (*month = 1; text && *month <= 12; ++*month)
        if (!strncasecmp(text, names + 3 * (size_t)(*month - 1), 3))
            return text + 3;
    return NULL;
}

/* "Nov-96", "5-Jun", "2003-08". */
static bool month_parse(const char *text, int *year, int *month)
{
    const char *rest = digits(behind(month_named(text, month), '-'), 4, year);
    if (!rest) {
        const char *name = behind(digits(text, 4, year), '-');
        rest = month_named(name, month);
        if (!rest)
            rest = digits(name, 2, month);
    }
    if (!rest || *rest)
        return false;
    if (*year < 100)
        *year += *year < 70 ? 2000 : 1900;
    return *month >= 1 && *month <= 12;
}

bool lifelog_dates_month(const char *text, bool end, double *seconds)
{
    int year, month;
    *seconds = NAN;
    if (!text[strcspn(text, "0123456789")])
        return true;
    if (month_parse(text, &year, &month))
        return end ? civil(month == 12 ? year + 1 : year, month % 12 + 1, 1, seconds)
                   : civil(year, month, 1, seconds);
    if (!lifelog_dates_parse(text, seconds))
        return false;
    *seconds = floor(*seconds / 86400) * 86400 + (end ? 86400 : 0);
    return true;
}
