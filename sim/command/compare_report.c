/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/compare.h"

#include "base/memory.h"
#include "base/number.h"
#include "study/controls.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char header[] =
    "scope,metric,unit,a,b,n,mean_a,mean_b,difference,half_width,lo,hi,confidence,pairs,verdict,"
    "paired_ratio,antithetic_ratio,control_ratio,total_ratio,controlled\n";

/* Ratios that are infinite (nothing is left of the variance) are written inf. */
static void put_ratio(struct text *text, double ratio)
{
    text_char(text, ',');
    if (isinf(ratio))
        text_put(text, "inf");
    else
        text_real(text, ratio);
}

/* A name that may hold commas, brackets and quotes. */
static void put_quoted(struct text *text, const char *name)
{
    bool plain = !strpbrk(name, ",\"\n");
    if (!plain)
        text_char(text, '"');
    for (; *name; name++) {
        if (*name == '"')
            text_char(text, '"');
        text_char(text, *name);
    }
    if (!plain)
        text_char(text, '"');
}

static void put_row(const struct compare_job *job, int number, const struct compare_pair *pair,
                    struct text *text)
{
    const struct metric_info *info = metric_info(job->common.metric[number]);
    text_format(text, "%s,%s,%s,", job->common.scope[number], info->name, info->unit);
    put_quoted(text, job->names[pair->a]);
    text_char(text, ',');
    put_quoted(text, job->names[pair->b]);
    text_char(text, ',');
    text_int(text, pair->n);
    const double numbers[] = {pair->mean_a,
                              pair->mean_b,
                              pair->difference,
                              pair->half_width,
                              pair->difference - pair->half_width,
                              pair->difference + pair->half_width,
                              job->method.confidence};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        text_char(text, ',');
        text_real(text, numbers[i]);
    }
    text_format(text, ",%d,%s", compare_pair_count(job->variants),
                pair->verdict < 0   ? "b less"
                : pair->verdict > 0 ? "b more"
                                    : "not shown");
    put_ratio(text, pair->paired_ratio);
    put_ratio(text, pair->antithetic_ratio);
    put_ratio(text, pair->control_ratio);
    put_ratio(text, pair->total_ratio);
    text_format(text, ",%d\n", pair->controlled);
}

/* "2.41 h"; the decimals are those of the difference, more where two digits of the half width need them. */
static void write_amount(char out[NUMBER_TEXT + 24], double value, int decimals, const char *unit)
{
    char number[NUMBER_TEXT];
    number_write_grouped(number, value, decimals);
    snprintf(out, NUMBER_TEXT + 24, "%s%s%.20s", number, *unit ? " " : "", unit);
}

static int decimals_of(double difference, double half_width)
{
    int decimals = number_decimals(fmax(fabs(difference), half_width));
    int finer = half_width > 0 ? (int)ceil(1 - log10(half_width)) : 0;
    return finer > decimals && finer < 9 ? finer : decimals;
}

static char letter(int variant)
{
    return (char)(variant < 26 ? 'A' + variant : 'a' + (variant - 26) % 26);
}

static void name_of(const struct compare_job *job, int variant, char out[16])
{
    if (job->variants <= 52)
        snprintf(out, 16, "%c", letter(variant));
    else
        snprintf(out, 16, "#%d", variant + 1);
}

/* One line: who has less or more of what than whom. */
static void say_pair(const struct compare_job *job, enum metric_id metric, const struct compare_pair *pair)
{
    char a[16], b[16], by[NUMBER_TEXT + 24], half[NUMBER_TEXT + 24];
    name_of(job, pair->a, a);
    name_of(job, pair->b, b);
    struct reference_unit unit = reference_unit(metric);
    const char *label = metric_info(metric)->name;
    bool waits = !strncmp(label, "wait_", 5);
    double difference = pair->difference / unit.scale, width = pair->half_width / unit.scale;
    if (pair->n < 2) {
        printf("    %s, %s: too few futures have a value in both (%lld)\n", a, b, (long long)pair->n);
        return;
    }
    int decimals = decimals_of(difference, width);
    write_amount(by, fabs(difference), decimals, unit.name);
    write_amount(half, width, decimals, unit.name);
    const char *less = waits ? "waits less" : "has less", *more = waits ? "waits longer" : "has more";
    if (pair->verdict)
        printf("    %s %s than %s by %s ± %s", b, pair->verdict < 0 ? less : more, a, by, half);
    else
        printf("    %s, %s: no difference shown (%s%s ± %s)", a, b, difference < 0 ? "-" : "", by, half);
    printf(" (%s%.4g%%)", job->variants > 2 ? "all pairs at once, " : "", 100 * job->method.confidence);
    if (pair->n < job->futures)
        printf(", in %lld of %d futures", (long long)pair->n, job->futures);
    putchar('\n');
}

/* What the methods were worth, as a range over the pairs of a metric. */
static void say_ratio(const char *what, const struct compare_pair *pairs, int count, size_t offset)
{
    double low = INFINITY, high = 0;
    for (int i = 0; i < count; i++) {
        double ratio;
        memcpy(&ratio, (const char *)&pairs[i] + offset, sizeof ratio);
        if (!isnan(ratio)) {
            low = fmin(low, ratio);
            high = fmax(high, ratio);
        }
    }
    if (high <= 0)
        return;
    printf("    %s: variance / %.3g", what, low);
    if (high > low)
        printf(" to / %.3g", high);
    putchar('\n');
}

/* The means of all variants, then the pairs. */
static void say_metric(const struct compare_job *job, int number, const struct compare_pair *pairs)
{
    enum metric_id metric = job->common.metric[number];
    struct reference_unit unit = reference_unit(metric);
    int count = compare_pair_count(job->variants);
    printf("  %s[%s], %s:", metric_info(metric)->name, job->common.scope[number], unit.name);
    for (int v = 0; v < job->variants; v++) {
        char name[16], text[NUMBER_TEXT];
        name_of(job, v, name);
        double mean = v ? pairs[v * (v - 1) / 2].mean_b : pairs[0].mean_a;
        if (isnan(mean))
            snprintf(text, sizeof text, "-");
        else
            number_write_grouped(text, mean / unit.scale, number_decimals(mean / unit.scale));
        printf("  %s %s", name, text);
    }
    putchar('\n');
    for (int i = 0; i < count && count <= 45; i++)
        say_pair(job, metric, &pairs[i]);
    if (count > 45)
        printf("    %d pairs: compare.csv tells of each\n", count);
    say_ratio("paired against independent runs", pairs, count, offsetof(struct compare_pair, paired_ratio));
    say_ratio("antithetic partners", pairs, count, offsetof(struct compare_pair, antithetic_ratio));
    say_ratio("control variates", pairs, count, offsetof(struct compare_pair, control_ratio));
    if (job->antithetic || job->controls)
        say_ratio("all together", pairs, count, offsetof(struct compare_pair, total_ratio));
}

/* Shown without --metric: what a planner asks of a site first. */
static bool is_headline(const struct compare_job *job, int number)
{
    static const enum metric_id site[] = {METRIC_FULL_ONLINE_DAYS, METRIC_WAIT_MEAN, METRIC_ALLOCATED_SHARE,
                                          METRIC_DELIVERED};
    const struct metric_slots *slots = study_slots(job->method.study, 0);
    const struct metric_slot *slot = &slots->slots[job->common.slots[(size_t)number * (size_t)job->variants]];
    const struct metric_scope *scope = &slots->scopes[slot->scope];
    if (scope->site > 0)
        return false; /* the first site only */
    if (scope->kind == SCOPE_LARGE)
        return slot->metric == METRIC_WAIT_P95;
    for (size_t i = 0; scope->kind == SCOPE_SITE && i < sizeof site / sizeof *site; i++)
        if (slot->metric == site[i])
            return true;
    return false;
}

static bool is_shown(const struct compare_job *job, int number)
{
    if (!job->metric_count)
        return is_headline(job, number);
    for (int i = 0; i < job->metric_count; i++) {
        struct reference reference;
        char problem[256];
        reference_parse(&reference, job->metrics[i], problem);
        if (common_find(&job->common,
                        reference_slot(&reference, study_slots(job->method.study, 0), problem)) == number)
            return true;
    }
    return false;
}

/* off[futures][variants][CONTROLS] */
static double *find_controls(const struct compare_job *job)
{
    const struct study *study = job->method.study;
    size_t count = (size_t)job->futures * (size_t)job->variants;
    double *off = memory_alloc(count * CONTROLS, sizeof *off), *at = off;
    for (int r = 0; r < job->futures; r++) {
        for (int v = 0; v < job->variants; v++, at += CONTROLS) {
            const struct plan *plan = study_plan(study, v);
            const struct metric_slots *slots = study_slots(study, v);
            controls_fill(plan, slots, study_values(study, v, r), (uint32_t)r, at);
        }
    }
    return off;
}

void compare_report(struct compare_job *job, bool shown)
{
    struct text text = {0};
    text_put(&text, header);
    size_t size = (size_t)job->futures * (size_t)job->variants;
    int count = compare_pair_count(job->variants);
    double *values = memory_alloc(size, sizeof *values);
    double *mirrors = job->antithetic ? memory_alloc(size, sizeof *mirrors) : NULL;
    double *off = job->controls ? find_controls(job) : NULL;
    struct compare_pair *pairs = memory_alloc((size_t)count, sizeof *pairs);
    struct compare_input input = {.variants = job->variants,
                                  .futures = job->futures,
                                  .values = values,
                                  .mirrors = mirrors,
                                  .off = off,
                                  .controls = off ? CONTROLS : 0,
                                  .confidence = job->method.confidence};
    if (shown) {
        printf("%d variants, %d futures%s\n", job->variants, job->futures,
               job->antithetic ? " and their mirrors" : "");
        for (int v = 0; v < job->variants; v++) {
            char name[16];
            name_of(job, v, name);
            printf("  %s  %s\n", name, job->names[v]);
        }
    }
    for (int i = 0; i < job->common.count; i++) {
        common_values(&job->common, job->method.study, i, job->futures, 0, values);
        if (mirrors)
            common_values(&job->common, job->method.study, i, job->futures, STUDY_MIRROR, mirrors);
        compare_pairs(&input, pairs);
        for (int p = 0; p < count; p++)
            put_row(job, i, &pairs[p], &text);
        if (shown && is_shown(job, i))
            say_metric(job, i, pairs);
    }
    if (shown)
        printf("\nEvery metric: %s/compare.csv. What the words mean: docs/compare.md\n", job->method.path);
    method_put(&job->method, "compare.csv", &text);
    text_free(&text);
    free(pairs);
    free(off);
    free(mirrors);
    free(values);
}
