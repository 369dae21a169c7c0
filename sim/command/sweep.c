/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep: `tenk sweep STUDY`: many settings at once, by a grid or a random design. */
#include "base/memory.h"
#include "base/number.h"
#include "command/command.h"
#include "command/points.h"
#include "engine/random.h"
#include "stats/accumulator.h"
#include "stats/design.h"
#include "stats/quantile.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_POINTS = 100000, MOST_SHOWN = 64 };

static const char about[] =
    "Simulates a scenario at many values of several settings.\v"
    "The study file names the scenario, the settings and their values, and the design: every combination "
    "(grid), a "
    "Latin hypercube or Sobol points. Every point sees the same futures. sweep.csv in the folder given with "
    "-o has a "
    "row for each point and result, ready for a plot (docs/compare.md, docs/results.md).\n\n"
    "  scenario = \"../wuxi-10k.cfg\";\n"
    "  replications = 10;\n"
    "  factors: {\n"
    "    cards: { path = \"site.wuxi.cards\"; from = 4096; to = 16384; steps = 4; };\n"
    "    rule: { path = \"supply.allocation\"; values = [\"priority\", \"pro-rata\"]; };\n"
    "  };\n"
    "  metrics = [\"cards_delivered[wuxi]\", \"wait_p95[cards>=1024]\"];\n\n"
    "Examples:\n"
    "  tenk sweep scenarios/studies/wuxi-sweep.cfg\n"
    "  tenk sweep scenarios/studies/wuxi-sweep.cfg -n 20 --set horizon=2y -o out/sweep\n\n"
    "Exit status: 0 done, 1 the results could not be written, 2 a mistake in study, scenario or options, 3 "
    "interrupted.";

static const char example[] = "scenarios/studies/wuxi-sweep.cfg";

static error_t parse(int key, char *text, struct argp_state *state)
{
    return points_parse(state->input, key, text, state, example);
}

static double draw(void *stream)
{
    return random_uniform(stream);
}

/* unit[*count][factors], to be freed; NULL with an error. */
static double *make_design(struct points *points, int *count)
{
    const struct study_file *file = &points->file;
    struct error_list *errors = &points->method.errors;
    int factors = file->factor_count, levels[DESIGN_FACTORS];
    if (factors > DESIGN_FACTORS) {
        source_error(&file->source, errors, "factors", "%d factors at most", DESIGN_FACTORS);
        return NULL;
    }
    int64_t wanted = file->points;
    if (file->design == STUDY_GRID) {
        for (int f = 0; f < factors; f++) {
            levels[f] = (int)factor_levels(&file->factors[f].factor);
            char path[200];
            snprintf(path, sizeof path, "factors.%.100s", file->factors[f].name);
            if (!levels[f])
                source_error(&file->source, errors, path, "a range needs steps = N or step in a grid");
        }
        if (error_any(errors))
            return NULL;
        wanted = design_grid_points(levels, factors, MOST_POINTS);
        if (wanted < 0)
            source_error(&file->source, errors, "factors",
                         "the grid has more than %d points; fewer steps, or design = \"sobol\" with points",
                         MOST_POINTS);
        else if (file->points)
            source_error(&file->source, errors, "points", "a grid has as many points as its factors make");
    } else if (!wanted) {
        source_error(&file->source, errors, "points", "a random design needs to know how many points");
    }
    if (error_any(errors))
        return NULL;
    *count = (int)wanted;
    double *unit = memory_alloc((size_t)wanted * (size_t)factors, sizeof *unit);
    struct random_stream stream = random_open((uint64_t)file->seed, 0, 0, RANDOM_DESIGN);
    struct bootstrap_dice dice = {draw, &stream};
    if (file->design == STUDY_GRID)
        design_grid(levels, factors, unit);
    else if (file->design == STUDY_LATIN)
        design_latin(*count, factors, &dice, unit);
    else
        design_sobol(*count, factors, &dice, unit);
    return unit;
}

struct estimate {
    struct accumulator over;
    double half, p05, p50, p95;
};

static struct estimate estimate_of(double *values, int count, double level)
{
    struct estimate estimate = {0};
    size_t present = 0;
    for (int r = 0; r < count; r++) {
        accumulator_add(&estimate.over, values[r]);
        if (!isnan(values[r]))
            values[present++] = values[r];
    }
    estimate.half = accumulator_half_width(&estimate.over, level);
    quantile_sort(values, present);
    estimate.p05 = quantile_sorted(values, present, 0.05);
    estimate.p50 = quantile_sorted(values, present, 0.50);
    estimate.p95 = quantile_sorted(values, present, 0.95);
    return estimate;
}

static struct estimate put_row(const struct points *points, int point, int slot, double *values,
                               struct text *text)
{
    const struct metric_slots *slots = study_slots(points->method.study, point);
    const struct metric_info *info = metric_info(slots->slots[slot].metric);
    text_int(text, point);
    for (int f = 0; f < points->file.factor_count; f++) {
        text_char(text, ',');
        points_field(text, points_text(points, point, f));
    }
    points_values(points, point, slot, values);
    struct estimate estimate = estimate_of(values, points->futures, points->method.confidence);
    const struct accumulator *over = &estimate.over;
    text_format(text, ",%s,%s,%s,%lld", slots->scopes[slots->slots[slot].scope].name, info->name, info->unit,
                (long long)over->n);
    double mean = over->n ? over->mean : NAN;
    const double numbers[] = {mean,
                              over->n > 1 ? accumulator_stddev(over) : NAN,
                              points->method.confidence,
                              mean - estimate.half,
                              mean + estimate.half,
                              estimate.p05,
                              estimate.p50,
                              estimate.p95};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        text_char(text, ',');
        text_real(text, numbers[i]);
    }
    text_char(text, '\n');
    return estimate;
}

static void show_cell(const struct estimate *estimate, enum metric_id metric)
{
    struct reference_unit unit = reference_unit(metric);
    char mean[NUMBER_TEXT] = "-", half[NUMBER_TEXT] = "-";
    int decimals = number_decimals(estimate->over.mean / unit.scale);
    if (estimate->over.n)
        number_write_grouped(mean, estimate->over.mean / unit.scale, decimals);
    if (estimate->over.n > 1)
        number_write_grouped(half, estimate->half / unit.scale, decimals);
    printf("  %14s ± %-10s", mean, half);
}

static void show_header(const struct points *points)
{
    printf("%d points, %d futures each\n  %5s", points->count, points->futures, "point");
    for (int f = 0; f < points->file.factor_count; f++)
        printf("  %-14s", points->file.factors[f].name);
    for (int m = 0; m < points->file.metric_count; m++)
        printf("  %27.27s", metric_info(points->file.metrics[m].metric)->name);
    putchar('\n');
}

static void report(struct points *points, bool shown)
{
    struct text text = {0};
    text_put(&text, "point");
    for (int f = 0; f < points->file.factor_count; f++)
        text_format(&text, ",%s", points->file.factors[f].name);
    text_put(&text, ",scope,metric,unit,n,mean,stddev,confidence,lo,hi,p05,p50,p95\n");
    double *values = memory_alloc((size_t)points->futures, sizeof *values);
    int metrics = points->file.metric_count;
    if (shown)
        show_header(points);
    for (int p = 0; p < points->count; p++) {
        bool line = shown && p < MOST_SHOWN;
        if (line)
            printf("  %5d", p);
        for (int f = 0; line && f < points->file.factor_count; f++)
            printf("  %-14s", points_text(points, p, f));
        for (int m = 0; m < metrics; m++) {
            struct estimate estimate = put_row(points, p, points_slot(points, p, m), values, &text);
            if (line)
                show_cell(&estimate, points->file.metrics[m].metric);
        }
        for (int s = 0; !metrics && s < study_slots(points->method.study, p)->count; s++)
            put_row(points, p, s, values, &text);
        if (line)
            putchar('\n');
    }
    if (shown)
        printf("\n%sAll of it, a row a point and result: %s/sweep.csv\n",
               points->count > MOST_SHOWN ? "...\n" : "", points->method.path);
    method_put(&points->method, "sweep.csv", &text);
    text_free(&text);
    free(values);
}

static bool work(struct points *points, int *status)
{
    int count;
    double *unit = make_design(points, &count);
    bool ok = unit != NULL;
    /* the mistakes of the first point are those of all; later ones are told for themselves */
    for (int p = 0; ok && p < count; p++)
        ok = points_add(points, unit + (size_t)p * (size_t)points->file.factor_count);
    free(unit);
    for (int p = 0; ok && p < count; p++)
        for (int m = 0; m < points->file.metric_count && ok; m++)
            ok = points_slot(points, p, m) >= 0;
    if (!ok)
        return false;
    bool known = method_run(&points->method, 0, count, points->futures, false);
    if (!method_whole(&points->method, status) || !known)
        return false;
    report(points, !points->method.study_options.quiet);
    return true;
}

int command_sweep(int argc, char **argv)
{
    struct points points = {0};
    const struct argp argp = {NULL, parse, "STUDY", about, method_children, NULL, NULL};
    method_start(&points.method, "sweep", argc, argv);
    argp_parse(&argp, argc, argv, 0, NULL, &points);
    int status = 0;
    bool whole = points_read(&points) && work(&points, &status);
    status = method_close(&points.method, whole, status, points_manifest, &points);
    points_free(&points);
    return status;
}
