/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload/arrivals.h"

#include "engine/clock.h"

#include <math.h>

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Of the rate at the start, in an hour counted from 1970. */
static double growth_in(const struct arrivals_model *model, int64_t hour)
{
    double years = (double)(hour * CLOCK_HOUR - model->start) / (365.0 * (double)CLOCK_DAY);
    double growth = model->growth_per_year != 0 ? pow(1 + model->growth_per_year, years > 0 ? years : 0) : 1;
    if (model->ramp > 0 && years > 0)
        growth *= 1 + (model->ramp - 1) *
                          fmin((double)(hour * CLOCK_HOUR - model->start) / (double)model->ramp_over, 1);
    return growth;
}

const double *arrivals_growth(struct arena *arena, const struct arrivals_model *model, int64_t hours)
{
    double *growth = arena_alloc(arena, (size_t)hours, sizeof *growth);
    int64_t first = floor_divide(model->start, CLOCK_HOUR);
    for (int64_t i = 0; i < hours; i++)
        growth[i] = growth_in(model, first + i);
    return growth;
}

/* Jobs per microsecond in an hour counted from 1970. */
static double hour_rate(const struct arrivals_model *model, int64_t hour)
{
    int64_t day = floor_divide(hour, 24), since = hour - floor_divide(model->start, CLOCK_HOUR);
    double growth = since >= 0 && since < model->growth_hours ? model->growth[since] : growth_in(model, hour);
    return model->per_day / (double)CLOCK_DAY * growth * model->rhythm->hour[hour - day * 24] *
           model->rhythm->weekday[clock_weekday(day)];
}

void arrivals_init(struct arrivals *arrivals, const struct arrivals_model *model)
{
    arrivals->model = model;
    arrivals->time = 0;
    arrivals->hour = floor_divide(model->start, CLOCK_HOUR);
    arrivals->rate = hour_rate(model, arrivals->hour);
}

int64_t arrivals_next(struct arrivals *arrivals, double gap, int64_t horizon)
{
    arrivals->asked_hour = arrivals->hour;
    arrivals->asked_time = arrivals->time;
    arrivals->asked_gap = gap;
    for (;;) {
        int64_t hour_end = (arrivals->hour + 1) * CLOCK_HOUR - arrivals->model->start;
        double left = arrivals->rate * (double)(hour_end - arrivals->time);
        if (gap < left) {
            arrivals->time += (int64_t)(gap / arrivals->rate);
            return arrivals->time < horizon ? arrivals->time : CLOCK_NEVER;
        }
        if (hour_end >= horizon)
            return CLOCK_NEVER;
        gap -= left;
        arrivals->time = hour_end;
        arrivals->hour++;
        arrivals->rate = hour_rate(arrivals->model, arrivals->hour);
    }
}

static bool same_rates(const struct arrivals_model *a, const struct arrivals_model *b)
{
    bool same = a->per_day == b->per_day && a->growth_per_year == b->growth_per_year &&
                a->start == b->start && a->ramp == b->ramp && a->ramp_over == b->ramp_over;
    for (int i = 0; i < 24; i++)
        same &= a->rhythm->hour[i] == b->rhythm->hour[i];
    for (int i = 0; i < 7; i++)
        same &= a->rhythm->weekday[i] == b->rhythm->weekday[i];
    return same;
}

bool arrivals_change(struct arrivals *arrivals, const struct arrivals_model *model, int64_t now,
                     int64_t horizon, int64_t *next)
{
    const struct arrivals_model *before = arrivals->model;
    arrivals->model = model;
    if (same_rates(before, model))
        return false;
    double gap = arrivals->asked_gap;
    int64_t hour = arrivals->asked_hour, time = arrivals->asked_time;
    while (time < now) {
        int64_t hour_end = (hour + 1) * CLOCK_HOUR - before->start;
        int64_t until = hour_end < now ? hour_end : now;
        gap -= hour_rate(before, hour) * (double)(until - time);
        time = until;
        hour += until == hour_end;
    }
    arrivals->time = time;
    arrivals->hour = hour;
    arrivals->rate = hour_rate(model, hour);
    *next = arrivals_next(arrivals, gap > 0 ? gap : 0, horizon);
    return true;
}

double arrivals_rate(const struct arrivals_model *model, int64_t time)
{
    return hour_rate(model, floor_divide(model->start + time, CLOCK_HOUR)) * (double)CLOCK_DAY;
}
