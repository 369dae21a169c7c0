/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/survival.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double z95 = 1.959963984540054; /* 0.975 quantile of the normal distribution */

static int by_time(const void *a, const void *b)
{
    double x = ((const struct survival_life *)a)->time, y = ((const struct survival_life *)b)->time;
    return (x > y) - (x < y);
}

void survival_build(struct survival *survival, struct survival_life *lives, int32_t count)
{
    size_t room = count > 0 ? (size_t)count : 1;
    memset(survival, 0, sizeof *survival);
    survival->time = memory_alloc(3 * room, sizeof(double));
    survival->failed = survival->time + room;
    survival->lost = survival->failed + room;
    if (count > 0)
        qsort(lives, (size_t)count, sizeof *lives, by_time);
    for (int32_t i = 0; i < count; i++) {
        int32_t last = survival->count - 1;
        if (last < 0 || survival->time[last] < lives[i].time) {
            last = survival->count++;
            survival->time[last] = lives[i].time;
        }
        (lives[i].failed ? survival->failed : survival->lost)[last] += 1;
        survival->failures += lives[i].failed;
        survival->exposure += lives[i].time;
    }
    survival->units = (double)count;
}

void survival_free(struct survival *survival)
{
    free(survival->time); /* the other columns lie in the same block */
    memset(survival, 0, sizeof *survival);
}

int32_t survival_estimate(const struct survival *survival, struct survival_point *points)
{
    double at_risk = survival->units, s = 1, greenwood = 0;
    int32_t count = 0;
    for (int32_t i = 0; i < survival->count; i++) {
        double failed = survival->failed[i];
        if (failed > 0) {
            s *= (at_risk - failed) / at_risk;
            greenwood += failed / (at_risk * (at_risk - failed));
            double spread = z95 * sqrt(greenwood) / log(s);
            points[count++] = (struct survival_point){
                .time = survival->time[i],
                .at_risk = at_risk,
                .failed = failed,
                .survival = s,
                .low = s > 0 ? pow(s, exp(-spread)) : NAN, /* log(s) < 0, so exp(-spread) > 1 */
                .high = s > 0 ? pow(s, exp(spread)) : NAN,
            };
        }
        at_risk -= failed + survival->lost[i];
    }
    return count;
}

double survival_at(const struct survival_point *points, int32_t count, double time)
{
    int32_t low = 0, high = count; /* points[low - 1].time <= time < points[high].time */
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (points[middle].time <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? points[low - 1].survival : 1;
}
