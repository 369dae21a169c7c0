/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lifelog_dates: instants as operators write them.
 *
 * Dates: 2017-04-09 21:36:19 (engine/clock.h) and 6/21/2005 10:54, month first, as spreadsheets of the
 * United States have it; seconds may follow. Months, for when a node went into service: 2003-08, Nov-96, and
 * 3-Aug, which is what a spreadsheet makes of "Aug 2003": the number is the year, below 70 after 2000.
 * Whatever else stands there without a digit ("current", "before tracking") means not known. Seconds since
 * 1970, UTC; nobody's clock changes are undone. O(length).
 */
#ifndef TENK_RELIABILITY_LIFELOG_DATES_H
#define TENK_RELIABILITY_LIFELOG_DATES_H

#include <stdbool.h>

/* False when text is no date. */
bool lifelog_dates_parse(const char *text, double *seconds);

/*
 * The first instant of a date's day or a month, or with `end` the first one after it. NaN when it is not
 * known. False when the text has digits but is neither.
 */
bool lifelog_dates_month(const char *text, bool end, double *seconds);

#endif
