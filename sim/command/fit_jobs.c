/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fit_jobs.h"

#include "base/memory.h"
#include "engine/clock.h"
#include "stats/accumulator.h"
#include "stats/quantile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double sigma_most = 6; /* of the schema */

static int ascending(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* A size, or several that became one: cards * jobs and jobs. */
struct heap {
    double cards, jobs;
};

/* Merges the neighbours with the fewest jobs until FIT_SIZES are left. O(distinct^2), for some thousand at
 * most. */
static int heaps_shrink(struct heap *heaps, int count)
{
    while (count > FIT_SIZES) {
        int least = 0;
        for (int i = 1; i + 1 < count; i++)
            if (heaps[i].jobs + heaps[i + 1].jobs < heaps[least].jobs + heaps[least + 1].jobs)
                least = i;
        heaps[least].cards += heaps[least + 1].cards;
        heaps[least].jobs += heaps[least + 1].jobs;
        memmove(&heaps[least + 1], &heaps[least + 2], (size_t)(count - least - 2) * sizeof *heaps);
        count--;
    }
    return count;
}

static void sizes_make(struct fit_class *class, int32_t *cards)
{
    struct heap *heaps = memory_alloc((size_t) class->jobs, sizeof *heaps);
    int count = 0;
    qsort(cards, (size_t) class->jobs, sizeof *cards, ascending);
    for (int64_t i = 0; i < class->jobs; i++) {
        if (!i || cards[i] != cards[i - 1])
            count++;
        heaps[count - 1].cards += cards[i];
        heaps[count - 1].jobs++;
    }
    class->distinct = count;
    class->sizes = heaps_shrink(heaps, count);
    for (int i = 0; i < class->sizes; i++) {
        class->cards[i] = (int32_t)lround(heaps[i].cards / heaps[i].jobs);
        class->weight[i] = heaps[i].jobs;
    }
    free(heaps);
}

static void lengths_make(struct fit_class *class, struct fit_series *series, uint32_t number,
                         const struct fit_choice *choice)
{
    for (int32_t i = 0; i < series->count; i++)
        class->longest = fmax(class->longest, series->lives[i].time);
    memcpy(class->lengths.group, class->name, sizeof class->lengths.group);
    class->lengths.what = "run_time";
    struct fit_analysis *analysis = &class->lengths.analysis;
    const struct fit *fit = &analysis->fits[FIT_LOGNORMAL];
    fit_analysis_make(analysis, series, number, class->longest, choice);
    class->cut =
        analysis->made[FIT_LOGNORMAL] && fit->value[0].value <= class->longest && fit->scale <= sigma_most;
    if (!class->cut) {
        fit_analysis_free(analysis);
        fit_analysis_make(analysis, series, number, INFINITY, choice);
    }
    class->median = analysis->made[FIT_LOGNORMAL] ? fit->value[0].value : class->longest;
    class->sigma = analysis->made[FIT_LOGNORMAL] ? fmin(fit->scale, sigma_most) : 0;
}

static void class_make(struct fit_jobs *jobs, const struct trace *trace, int32_t from, int32_t to,
                       const struct fit_choice *choice)
{
    struct fit_class *class = &jobs->class[jobs->classes];
    struct fit_series series = {0};
    int32_t *cards = memory_alloc((size_t)trace->count, sizeof *cards);
    for (int64_t i = 0; i < trace->count; i++) {
        const struct trace_job *job = &trace->jobs[i];
        if (job->cards < from || (to && job->cards >= to) || job->run <= 0)
            continue;
        cards[class->jobs++] = job->cards;
        fit_series_add(&series, (double)job->run / 1e6, true);
    }
    if (class->jobs) {
        if (to && to == from + 1)
            snprintf(class->name, sizeof class->name, "cards-%d", (int)from);
        else if (to)
            snprintf(class->name, sizeof class->name, "cards-%d-to-%d", (int)from, (int)to - 1);
        else
            snprintf(class->name, sizeof class->name, "cards-%d-up", (int)from);
        sizes_make(class, cards);
        lengths_make(class, &series, (uint32_t)jobs->classes, choice);
        jobs->jobs += class->jobs;
        jobs->classes++;
    }
    free(cards);
    free(series.lives);
}

static int64_t day_of(int64_t time)
{
    return time / CLOCK_DAY - (time % CLOCK_DAY < 0);
}

/* Counts by hour, weekday and day; jobs are in order of submission. */
static void rhythm_make(struct fit_jobs *jobs, const struct trace *trace)
{
    int64_t zero = trace->dated ? trace->zero : 0;
    int64_t first = day_of(zero + trace->jobs[0].submit);
    int64_t last = zero + trace->jobs[trace->count - 1].submit;
    int64_t days = day_of(last) - first; /* whole ones: the last day is not over */
    if (days >= 7)
        days -= days % 7;
    jobs->hours = trace->dated && days >= 1;
    jobs->weekdays = trace->dated && days >= 7;
    if (days < 1) {
        jobs->counted = (double)trace->count;
        jobs->days = fmax((double)(last - zero - trace->jobs[0].submit) / (double)CLOCK_DAY, 1.0 / 24);
        return;
    }
    struct accumulator daily = {0};
    int64_t i = 0;
    for (int64_t day = first; day < first + days; day++) {
        double count = 0;
        for (; i < trace->count && zero + trace->jobs[i].submit < (day + 1) * CLOCK_DAY; i++, count++) {
            int64_t time = zero + trace->jobs[i].submit - day * CLOCK_DAY;
            jobs->hour[time / CLOCK_HOUR]++;
        }
        jobs->weekday[clock_weekday(day)] += count;
        jobs->counted += count;
        accumulator_add(&daily, count);
    }
    jobs->days = (double)days;
    double deviation = accumulator_stddev(&daily);
    jobs->dispersion = days > 1 && daily.mean > 0 ? deviation * deviation / daily.mean : NAN;
}

static void factors_make(struct fit_jobs *jobs, const struct trace *trace)
{
    double *factors = memory_alloc((size_t)trace->count, sizeof *factors);
    size_t count = 0;
    for (int64_t i = 0; i < trace->count; i++)
        if (trace->jobs[i].request > 0 && trace->jobs[i].run > 0)
            factors[count++] = (double)trace->jobs[i].request / (double)trace->jobs[i].run;
    jobs->requests = (int64_t)count;
    if (count) {
        quantile_sort(factors, count);
        jobs->factor_p10 = quantile_sorted(factors, count, 0.1);
        jobs->factor_p50 = quantile_sorted(factors, count, 0.5);
        jobs->factor_p90 = quantile_sorted(factors, count, 0.9);
        double eighth = (jobs->factor_p90 - jobs->factor_p10) / 8;
        jobs->factor_min = fmin(fmax(jobs->factor_p10 - eighth, 1), 100);
        jobs->factor_max = fmin(fmax(jobs->factor_p90 + eighth, jobs->factor_min), 100);
        double width = jobs->factor_max - jobs->factor_min;
        for (size_t i = 0; i < count; i++) {
            double u = width > 0 ? (factors[i] - jobs->factor_min) / width : factors[i] >= jobs->factor_min;
            u = fmin(fmax(u, 0), 1);
            double above = (double)(i + 1) / (double)count - u, below = u - (double)i / (double)count;
            jobs->factor_ks = fmax(jobs->factor_ks, fmax(above, below));
        }
    }
    free(factors);
}

void fit_jobs_make(struct fit_jobs *jobs, const struct trace *trace, const int32_t *starts, int count,
                   const struct fit_choice *choice)
{
    memset(jobs, 0, sizeof *jobs);
    jobs->dispersion = NAN;
    for (int64_t i = 0; i < trace->count; i++)
        jobs->zero_run += trace->jobs[i].run <= 0;
    for (int i = 0; i < count && !(choice->stop && *choice->stop); i++)
        class_make(jobs, trace, starts[i], i + 1 < count ? starts[i + 1] : 0, choice);
    rhythm_make(jobs, trace);
    factors_make(jobs, trace);
}

void fit_jobs_free(struct fit_jobs *jobs)
{
    for (int i = 0; i < jobs->classes; i++)
        fit_analysis_free(&jobs->class[i].lengths.analysis);
    memset(jobs, 0, sizeof *jobs);
}
