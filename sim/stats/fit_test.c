/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/fit_test.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The integral of (level - u)^2 over u from `from` to `to`. */
static double piece(double level, double from, double to)
{
    double low = from - level, high = to - level;
    return (high * high * high - low * low * low) / 3;
}

struct fit_distance fit_distance(const struct fit *fit, const struct survival *survival)
{
    struct fit_distance distance = {0, 0};
    double at_risk = survival->units, level = 0, u = 0; /* F_km and F at the time before */
    for (int32_t i = 0; i < survival->count; i++) {
        double next = 1 - fit_survival(fit, survival->time[i]);
        distance.cvm += piece(level, u, next);
        u = next;
        distance.ks = fmax(distance.ks, fabs(level - u));
        if (survival->failed[i] > 0) {
            level += (1 - level) * survival->failed[i] / at_risk;
            distance.ks = fmax(distance.ks, fabs(level - u));
        }
        at_risk -= survival->failed[i] + survival->lost[i];
    }
    if (survival->count && survival->lost[survival->count - 1] <= 0) /* F_km has come to 1 and stays */
        distance.cvm += piece(1, u, 1);
    distance.cvm *= survival->units;
    return distance;
}

/* What a resample is drawn from, and where it goes. */
struct resampling {
    const struct fit *fit;
    const struct survival *data;
    double *beyond; /* Kaplan-Meier of the censoring times, just after time[i] */
    double *fails;  /* probability of a failure up to time[i] */
    double *failed; /* times of the failures drawn, any order */
    int32_t failures;
    double *lost; /* units censored at time[i] of the data */
    struct survival drawn;
};

static void resampling_begin(struct resampling *r, const struct fit *fit, const struct survival *data)
{
    size_t distinct = (size_t)data->count, units = (size_t)data->units;
    memset(r, 0, sizeof *r);
    r->fit = fit;
    r->data = data;
    r->beyond = memory_alloc(3 * distinct + units, sizeof(double));
    r->fails = r->beyond + distinct;
    r->lost = r->fails + distinct;
    r->failed = r->lost + distinct;
    r->drawn.time = memory_alloc(3 * (distinct + units), sizeof(double));
    r->drawn.failed = r->drawn.time + distinct + units;
    r->drawn.lost = r->drawn.failed + distinct + units;
    double at_risk = data->units, survival = 1;
    for (size_t i = 0; i < distinct; i++) {
        at_risk -= data->failed[i]; /* a loss counts as after the failures of its time */
        if (data->lost[i] > 0)
            survival *= (at_risk - data->lost[i]) / at_risk;
        at_risk -= data->lost[i];
        r->beyond[i] = survival;
        r->fails[i] = 1 - fit_survival(fit, data->time[i]);
    }
}

static void resampling_end(struct resampling *r)
{
    free(r->beyond);
    survival_free(&r->drawn);
}

/* The first index whose survival of the censoring is at most `share`; the count of times when there is none.
 */
static int32_t censoring_find(const struct resampling *r, int32_t from, double share)
{
    int32_t low = from, high = r->data->count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (r->beyond[middle] > share)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* One unit that is censored at time[at], or never when `at` is the count of times. */
static void unit_draw(struct resampling *r, int32_t at, double u)
{
    bool never = at == r->data->count;
    if (never || u < r->fails[at]) {
        double time = fit_quantile(r->fit, u);
        if (!never) /* rounding must not carry it past its censoring */
            time = fmin(time, r->data->time[at]);
        r->failed[r->failures++] = fmax(time, 1e-300);
    } else {
        r->lost[at] += 1;
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double *time_slot(struct survival *drawn, double time)
{
    if (!drawn->count || drawn->time[drawn->count - 1] < time) {
        drawn->time[drawn->count] = time;
        drawn->failed[drawn->count] = drawn->lost[drawn->count] = 0;
        drawn->count++;
    }
    return &drawn->failed[drawn->count - 1];
}

/* Merges the failures, sorted, with the losses at the data's own times. */
static void drawn_merge(struct resampling *r)
{
    struct survival *drawn = &r->drawn;
    int32_t next = 0;
    drawn->count = 0;
    drawn->exposure = 0;
    for (int32_t i = 0; i <= r->data->count; i++) {
        bool end = i == r->data->count;
        if (!end && r->lost[i] <= 0)
            continue;
        for (; next < r->failures && (end || r->failed[next] <= r->data->time[i]); next++) {
            *time_slot(drawn, r->failed[next]) += 1;
            drawn->exposure += r->failed[next];
        }
        if (!end) {
            time_slot(drawn, r->data->time[i]);
            drawn->lost[drawn->count - 1] += r->lost[i];
            drawn->exposure += r->lost[i] * r->data->time[i];
        }
    }
    drawn->failures = r->failures;
    drawn->units = r->data->units;
}

static void sample_draw(struct resampling *r, const struct fit_dice *dice)
{
    const struct survival *data = r->data;
    r->failures = 0;
    for (int32_t i = 0; i < data->count; i++)
        r->lost[i] = 0;
    for (int32_t i = 0; i < data->count; i++) {
        for (int64_t unit = (int64_t)data->failed[i]; unit > 0; unit--) {
            double before =
                i ? r->beyond[i - 1] : 1; /* a loss at this very time counts as after the failure */
            int32_t at = data->count;
            if (data->failures < data->units) {
                at = censoring_find(r, i, before * dice->uniform(dice->context));
                at = at < data->count ? at : data->count - 1;
            }
            unit_draw(r, at, dice->uniform(dice->context));
        }
        for (int64_t unit = (int64_t)data->lost[i]; unit > 0; unit--)
            unit_draw(r, i, dice->uniform(dice->context));
    }
    if (r->failures > 1)
        qsort(r->failed, (size_t)r->failures, sizeof *r->failed, ascending);
    drawn_merge(r);
}

void fit_test(struct fit_test *test, const struct fit *fit, const struct survival *survival,
              int32_t resamples, const struct fit_dice *dice, const volatile sig_atomic_t *stop)
{
    struct resampling r;
    int32_t ks = 0, cvm = 0;
    memset(test, 0, sizeof *test);
    test->distance = fit_distance(fit, survival);
    resampling_begin(&r, fit, survival);
    for (int32_t i = 0; i < resamples && !(stop && *stop); i++) {
        dice->open(dice->context, i);
        sample_draw(&r, dice);
        struct fit again;
        if (!fit_make(&again, fit->kind, &r.drawn, fit->cut))
            continue; /* too few failures in it, or none */
        struct fit_distance distance = fit_distance(&again, &r.drawn);
        test->resamples++;
        ks += distance.ks >= test->distance.ks;
        cvm += distance.cvm >= test->distance.cvm;
    }
    resampling_end(&r);
    test->ks_p = test->resamples ? (1 + ks) / (1.0 + test->resamples) : NAN;
    test->cvm_p = test->resamples ? (1 + cvm) / (1.0 + test->resamples) : NAN;
}
