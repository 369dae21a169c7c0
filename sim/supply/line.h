/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * line: the monthly lots of a production line.
 *
 * A line is planned to put out so many good cards a year; a twelfth of it is a month's lot. What comes
 * out is the plan times the yield of the lot over the yield that the plan counted on. The yield of
 * a future is uncertain as a whole (nobody knows how good the process really is) and each lot varies
 * around it; both are beta distributed. A lot leaves at the end of its month and reaches the buyers
 * after a lead time (lognormal: packaging, boards, test, shipping).
 * Lots are numbered by calendar month, so moving a scenario's start does not shift the draws.
 * Lines described by their stages (stages.h) share the calendar, the lead time and the estimates with these.
 */
#ifndef TENK_SUPPLY_LINE_H
#define TENK_SUPPLY_LINE_H

#include <stdint.h>

enum { LINE_YEARS = 32 };

struct line_model {
    int years;                /* entries of the two arrays below; at least 1 */
    int year[LINE_YEARS];     /* ascending */
    double cards[LINE_YEARS]; /* good cards planned in that year; held before the first and after the last */
    double yield_mean;        /* in (0, 1) */
    double yield_sd_future;   /* of the mean yield between futures */
    double yield_sd_lot;      /* of lots within a future */
    double lead_median;       /* us */
    double lead_sigma;        /* of the logarithm */
};

struct line_lot {
    int32_t month;   /* months since year 0: 12 year + month - 1 */
    int64_t made;    /* us since 1970: first instant after its month */
    int64_t arrives; /* us since 1970 */
    double yield;
    int64_t planned; /* cards */
    int64_t cards;   /* cards that came out */
};

/* The value of a year in a table by ascending years; held before the first and after the last. O(count). */
double line_by_year(const int *years, const double *values, int count, int year);

/* Planned cards of a year. */
double line_plan(const struct line_model *model, int year);

/* The lot of a month in a future; `line` numbers the line among several. O(1). */
struct line_lot line_draw(const struct line_model *model, uint64_t seed, uint32_t replication, uint32_t line,
                          int32_t month);

/* When the lot of a month leaves: us since 1970, the first instant after the month. */
int64_t line_made(int32_t month);

/* How long the lot of a month needs to its buyers, us, by median and deviation of the logarithm. */
int64_t line_lead(double median, double sigma, uint64_t seed, uint32_t replication, uint32_t line,
                  int32_t month);

/*
 * Which of `count` estimates a future believes in, when the published ones disagree: i with probability
 * weights[i] / sum; an estimate without weight never. At least one weight is positive, none negative.
 * A future draws one uniform and all lines look it up in their cumulative weights, so lines that name the
 * same estimates with the same weights in the same order pick the same one, and lines whose lists go from
 * low to high are low together: who is wrong about one chip of a maker is wrong about the next. O(count).
 */
int line_pick(const double *weights, int count, uint64_t seed, uint32_t replication);

#endif
