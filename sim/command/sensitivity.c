/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sensitivity: `tenk sensitivity STUDY`: which setting a result depends on most: a tornado and Sobol indices.
 */
#include "base/memory.h"
#include "base/number.h"
#include "command/command.h"
#include "command/points.h"
#include "engine/random.h"
#include "stats/paired.h"
#include "stats/sobol.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RESAMPLES = 1000, OPTION_METHOD = 256 };

static const char about[] =
    "Finds which of several settings a result depends on most.\v"
    "The tornado takes each setting to both ends of its range, all others as the scenario has them, and "
    "tells what "
    "that changes. Sobol's indices let all settings vary at once: the first order is the share of the "
    "variance that "
    "a setting explains alone, the total what it explains with others. Every point sees the same futures, so "
    "neither counts chance. The study file is that of tenk sweep; it must name metrics, and `samples` is the "
    "number "
    "of rows for the indices (samples x (factors + 2) points). sensitivity.csv has both "
    "(docs/compare.md, docs/results.md).\n\n"
    "Examples:\n"
    "  tenk sensitivity scenarios/studies/wuxi-sensitivity.cfg --method tornado\n"
    "  tenk sensitivity scenarios/studies/wuxi-sensitivity.cfg -n 4 -o out/sensitivity\n\n"
    "Exit status: 0 done, 1 the results could not be written, 2 a mistake in study, scenario or options, 3 "
    "interrupted.";

static const struct argp_option option_table[] = {
    {"method", OPTION_METHOD, "NAME", 0, "tornado, sobol or both (default)", 0},
    {0},
};

struct sensitivity {
    struct points points;
    bool no_tornado, no_sobol;
    int tornado; /* points of the tornado: the first ones */
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct sensitivity *job = state->input;
    if (key != OPTION_METHOD)
        return points_parse(&job->points, key, text, state, "scenarios/studies/wuxi-sensitivity.cfg");
    job->no_tornado = !strcmp(text, "sobol");
    job->no_sobol = !strcmp(text, "tornado");
    if (!job->no_tornado && !job->no_sobol && strcmp(text, "both"))
        error_input(&job->points.method.errors, "--method %s: not one of tornado, sobol, both", text);
    return 0;
}

static double draw(void *stream)
{
    return random_uniform(stream);
}

static bool check(struct points *points)
{
    struct error_list *errors = &points->method.errors;
    const struct study_file *file = &points->file;
    if (!file->metric_count)
        source_error(&file->source, errors, "metrics",
                     "of what? metrics = [\"full_online_days[wuxi]\"]; `tenk list metrics` shows all");
    if (file->factor_count > SOBOL_FACTORS)
        source_error(&file->source, errors, "factors", "%d factors at most", SOBOL_FACTORS);
    for (int f = 0; f < file->factor_count; f++) {
        char path[200];
        snprintf(path, sizeof path, "factors.%.100s", file->factors[f].name);
        if (factor_levels(&file->factors[f].factor) == 1)
            source_error(&file->source, errors, path, "one value shows no sensitivity");
    }
    return !error_any(errors);
}

/* The scenario as it is, and each factor at both ends; then the rows of the indices. */
static bool add_points(struct sensitivity *job)
{
    struct points *points = &job->points;
    int factors = points->file.factor_count, rows = (int)points->file.samples;
    bool ok = points_add_one(points, -1, 0);
    for (int f = 0; f < factors && !job->no_tornado; f++)
        for (int end = 0; end < 2; end++)
            ok &= points_add_one(points, f, end);
    job->tornado = points->count;
    if (!ok || job->no_sobol)
        return ok;
    size_t count = (size_t)rows * (size_t)(factors + 2);
    double *unit = memory_alloc(count * (size_t)factors, sizeof *unit);
    struct random_stream stream = random_open((uint64_t)points->file.seed, 0, 0, RANDOM_DESIGN);
    sobol_points(rows, factors, &(struct bootstrap_dice){draw, &stream}, unit);
    for (size_t p = 0; p < count && ok; p++)
        ok = points_add(points, unit + p * (size_t)factors);
    free(unit);
    return ok;
}

static void put_row(const struct points *points, struct text *text, const char *method, int metric,
                    int factor, const char *what, const char *setting, const double numbers[3], int64_t n)
{
    const struct metric_slots *slots = study_slots(points->method.study, 0);
    char problem[256];
    int slot = reference_slot(&points->file.metrics[metric], slots, problem);
    const struct metric_info *info = metric_info(slots->slots[slot].metric);
    text_format(text, "%s,%s,%s,%s,%s,%s,", method, slots->scopes[slots->slots[slot].scope].name, info->name,
                info->unit, factor >= 0 ? points->file.factors[factor].name : "", what);
    points_field(text, setting);
    for (int i = 0; i < 3; i++) {
        text_char(text, ',');
        text_real(text, numbers[i]);
    }
    text_format(text, ",%lld\n", (long long)n);
}

struct bar {
    int factor;
    struct paired ends[2]; /* against the scenario as it is */
    double half[2];
};

/* Longest first; a bar without values last. */
static int by_length(const void *a, const void *b)
{
    double length[2];
    for (int i = 0; i < 2; i++) {
        const struct bar *bar = i ? b : a;
        length[i] = fmax(fabs(bar->ends[0].difference.mean), fabs(bar->ends[1].difference.mean));
        length[i] = fmax(length[i], fabs(bar->ends[0].difference.mean - bar->ends[1].difference.mean));
    }
    return (length[0] < length[1]) - (length[0] > length[1]);
}

static void show_bar(const struct points *points, const struct bar *bar, struct reference_unit unit)
{
    printf("    %-16s", points->file.factors[bar->factor].name);
    for (int end = 0; end < 2; end++) {
        char text[NUMBER_TEXT] = "-", half[NUMBER_TEXT] = "-";
        double mean = bar->ends[end].difference.mean / unit.scale, width = bar->half[end] / unit.scale;
        int decimals = number_decimals(fmax(fabs(mean), width));
        if (bar->ends[end].difference.n > 1) {
            number_write_grouped(text, mean, decimals);
            number_write_grouped(half, width, decimals);
        }
        printf("  at %-14s %s%s ± %-12s", points_text(points, 1 + 2 * bar->factor + end, bar->factor),
               mean > 0 ? "+" : "", text, half);
    }
    putchar('\n');
}

static void tornado(struct points *points, int metric, bool shown, struct text *text)
{
    int factors = points->file.factor_count, futures = points->futures;
    struct reference_unit unit = reference_unit(points->file.metrics[metric].metric);
    double *base = memory_alloc((size_t)futures, sizeof *base), *x = memory_alloc((size_t)futures, sizeof *x);
    struct bar bars[SOBOL_FACTORS] = {0};
    points_values(points, 0, points_slot(points, 0, metric), base);
    struct accumulator own = {0};
    for (int r = 0; r < futures; r++)
        accumulator_add(&own, base[r]);
    double half = accumulator_half_width(&own, points->method.confidence), mean = own.n ? own.mean : NAN;
    put_row(points, text, "tornado", metric, -1, "base", "", (double[]){mean, mean - half, mean + half},
            own.n);
    for (int f = 0; f < factors; f++) {
        bars[f].factor = f;
        for (int end = 0; end < 2; end++) {
            int point = 1 + 2 * f + end;
            points_values(points, point, points_slot(points, point, metric), x);
            struct paired *paired = &bars[f].ends[end];
            for (int r = 0; r < futures; r++)
                paired_add(paired, x[r], base[r]);
            double width = paired_half_width(&paired->difference, points->method.confidence, 2 * factors);
            double by = paired->difference.n ? paired->difference.mean : NAN;
            bars[f].half[end] = width;
            put_row(points, text, "tornado", metric, f, end ? "high" : "low", points_text(points, point, f),
                    (double[]){by, by - width, by + width}, paired->difference.n);
        }
    }
    qsort(bars, (size_t)factors, sizeof *bars, by_length);
    if (shown)
        printf("  %s: %.6g %s as the scenario is; one setting at a time (all at once, %.4g%%)\n",
               metric_info(points->file.metrics[metric].metric)->name, mean / unit.scale, unit.name,
               100 * points->method.confidence);
    for (int f = 0; shown && f < factors; f++)
        show_bar(points, &bars[f], unit);
    free(x);
    free(base);
}

static double mean_of(const double *values, int count)
{
    struct accumulator over = {0};
    for (int r = 0; r < count; r++)
        accumulator_add(&over, values[r]);
    return over.n ? over.mean : NAN;
}

static void indices(struct sensitivity *job, int metric, bool shown, struct text *text)
{
    struct points *points = &job->points;
    int factors = points->file.factor_count, rows = (int)points->file.samples;
    int count = rows * (factors + 2);
    double *values = memory_alloc((size_t)count, sizeof *values);
    double *futures = memory_alloc((size_t)points->futures, sizeof *futures);
    for (int p = 0; p < count; p++) {
        points_values(points, job->tornado + p, points_slot(points, job->tornado + p, metric), futures);
        values[p] = mean_of(futures, points->futures);
    }
    struct random_stream stream = random_open((uint64_t)points->file.seed, 0, 1, RANDOM_DESIGN);
    struct sobol_index found[SOBOL_FACTORS];
    int used = sobol_indices(values, rows, factors, RESAMPLES, points->method.confidence,
                             &(struct bootstrap_dice){draw, &stream}, found);
    if (shown)
        printf("  %s: shares of the variance over the ranges, %d rows\n    %-16s  %-26s  %s\n",
               metric_info(points->file.metrics[metric].metric)->name, used, "", "alone", "with others");
    for (int f = 0; f < factors; f++) {
        const struct sobol_index *index = &found[f];
        put_row(points, text, "sobol", metric, f, "first", "",
                (double[]){index->first, index->first_low, index->first_high}, used);
        put_row(points, text, "sobol", metric, f, "total", "",
                (double[]){index->total, index->total_low, index->total_high}, used);
        if (shown)
            printf("    %-16s  %5.3f (%6.3f to %5.3f)    %5.3f (%6.3f to %5.3f)\n",
                   points->file.factors[f].name, index->first, index->first_low, index->first_high,
                   index->total, index->total_low, index->total_high);
    }
    if (shown && used < rows)
        printf("    %d rows without a value at some point are left out\n", rows - used);
    free(futures);
    free(values);
}

static bool work(struct sensitivity *job, int *status)
{
    struct points *points = &job->points;
    bool ok = check(points) && add_points(job);
    for (int p = 0; ok && p < points->count; p++)
        for (int m = 0; m < points->file.metric_count && ok; m++)
            ok = points_slot(points, p, m) >= 0;
    if (!ok)
        return false;
    bool known = method_run(&points->method, 0, points->count, points->futures, false);
    if (!method_whole(&points->method, status) || !known)
        return false;
    bool shown = !points->method.study_options.quiet;
    struct text text = {0};
    text_put(&text, "method,scope,metric,unit,factor,what,setting,estimate,lo,hi,n\n");
    if (shown)
        printf("%d points, %d futures each\n", points->count, points->futures);
    for (int m = 0; m < points->file.metric_count; m++) {
        if (!job->no_tornado)
            tornado(points, m, shown, &text);
        if (!job->no_sobol)
            indices(job, m, shown, &text);
    }
    if (shown)
        printf("\nAll of it: %s/sensitivity.csv\n", points->method.path);
    method_put(&points->method, "sensitivity.csv", &text);
    text_free(&text);
    return true;
}

int command_sensitivity(int argc, char **argv)
{
    struct sensitivity job = {0};
    const struct argp argp = {option_table, parse, "STUDY", about, method_children, NULL, NULL};
    method_start(&job.points.method, "sensitivity", argc, argv);
    argp_parse(&argp, argc, argv, 0, NULL, &job);
    int status = 0;
    bool whole = points_read(&job.points) && work(&job, &status);
    status = method_close(&job.points.method, whole, status, points_manifest, &job.points);
    points_free(&job.points);
    return status;
}
