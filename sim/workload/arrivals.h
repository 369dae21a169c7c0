/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * arrivals: when the jobs of a class are submitted.
 *
 * A Poisson process whose rate follows the hour of the day, the day of the week and a growth over the
 * years. Choice: time rescaling. The n-th arrival is where the cumulative rate passes the n-th point
 * of a unit-rate process (Cinlar 1975, theorem 7.4): one exponential per job, no rejection, and two
 * variants of a scenario see the same jobs, only sooner or later.
 * The rate is constant within an hour of the calendar. Times are UTC.
 */
#ifndef TENK_WORKLOAD_ARRIVALS_H
#define TENK_WORKLOAD_ARRIVALS_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

struct arrivals_rhythm {
    double hour[24];   /* relative rate, mean 1 */
    double weekday[7]; /* Monday first, mean 1 */
};

struct arrivals_model {
    const struct arrivals_rhythm *rhythm;
    double per_day;         /* mean at the start */
    double growth_per_year; /* 0.3: a factor 1.3 a year, continuously */
    int64_t start;          /* us since 1970 of time 0 */
    double ramp;            /* besides, evenly to this factor; 0 or 1: none */
    int64_t ramp_over;      /* us in which it is reached, from the start on; held afterwards */
    const double *growth; /* [growth_hours] of arrivals_growth, to look up rather than compute; may be NULL */
    int64_t growth_hours;
};

struct arrivals {
    const struct arrivals_model *model;
    int64_t hour;                   /* current hour since 1970 */
    double rate;                    /* jobs per us in it */
    int64_t time;                   /* us since the start: time of the last arrival found */
    int64_t asked_hour, asked_time; /* where the search for it began */
    double asked_gap;
};

/*
 * What growth and ramp make of the rate in each of so many hours from the start on, from the arena. Depends
 * on growth_per_year, start, ramp and ramp_over alone, so models that have these in common can share it: a
 * country asks for a power of each hour, class and site otherwise.
 */
const double *arrivals_growth(struct arena *arena, const struct arrivals_model *model, int64_t hours);

void arrivals_init(struct arrivals *arrivals, const struct arrivals_model *model);

/*
 * Goes on by another model from `now` on, which lies between the arrival before the last one found and that
 * one. What the old rates have used up of the gap is used up; the rest passes at the new ones. True when the
 * arrival moves: then *next is its new time or CLOCK_NEVER. The same rates move nothing. O(hours passed).
 */
bool arrivals_change(struct arrivals *arrivals, const struct arrivals_model *model, int64_t now,
                     int64_t horizon, int64_t *next);

/*
 * Time of the next arrival, `gap` units of cumulative rate after the last (gap exponential with mean 1),
 * or CLOCK_NEVER when it lies beyond `horizon`. O(hours passed).
 */
int64_t arrivals_next(struct arrivals *arrivals, double gap, int64_t horizon);

/* Jobs per day at a time, for tests and tables. */
double arrivals_rate(const struct arrivals_model *model, int64_t time);

#endif
