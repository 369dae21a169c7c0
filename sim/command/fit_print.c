/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_print: rates and fits as tables for people; part of fit_report. */
#include "base/number.h"
#include "command/fit_report.h"

#include <math.h>
#include <stdio.h>

/* The unit in which a person reads times of about that length. */
struct scale {
    const char *unit;
    double seconds;
};

static struct scale scale_of(double seconds)
{
    static const struct scale scales[] = {{"d", 86400}, {"h", 3600}, {"min", 60}};
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        if (seconds >= 1.5 * scales[i].seconds)
            return scales[i];
    return (struct scale){"s", 1};
}

static const char *number(char out[NUMBER_TEXT], double value)
{
    if (!isfinite(value))
        snprintf(out, NUMBER_TEXT, "%s", isnan(value) ? "-" : "inf");
    else
        number_write_grouped(out, value, number_decimals(value));
    return out;
}

static void range_print(const char *label, struct fit_range range, double divisor, const char *unit)
{
    char value[NUMBER_TEXT], low[NUMBER_TEXT], high[NUMBER_TEXT];
    printf("  %-34s %12s %-4s (%s to %s)\n", label, number(value, range.value / divisor), unit,
           number(low, range.low / divisor), number(high, range.high / divisor));
}

void fit_print_rate(const struct fit_result *result, double units)
{
    struct fit_rate rate = fit_rate_make(result, units);
    char failures[NUMBER_TEXT], days[NUMBER_TEXT];
    number_write_grouped(failures, rate.failures, 0);
    number_write_grouped(days, rate.node_days, 0);
    struct scale scale = scale_of(rate.mtbf.value);
    printf("  %s failures in %s node-days", failures, days);
    if (units != 1) /* NOLINT(clang-diagnostic-float-equal): the default, exactly */
        printf(" (%g units of the data are a node)", units);
    puts("");
    range_print("failures per 1,000 node-days", rate.per_1000_node_days, 1, "");
    if (rate.failures > 0)
        range_print("mean time between failures", rate.mtbf, scale.seconds, scale.unit);
}

static void fit_line(const struct fit_analysis *analysis, int kind, struct scale scale)
{
    const struct fit *fit = &analysis->fits[kind];
    const struct fit_test *test = &analysis->tests[kind];
    char aic[NUMBER_TEXT], p[2][16];
    number_write_grouped(aic, fit->aic, 1);
    double values[2] = {test->ks_p, test->cvm_p};
    for (int i = 0; i < 2; i++)
        snprintf(p[i], sizeof p[i], isnan(values[i]) ? "-" : "%.3f", values[i]);
    for (int i = 0; i < fit->parameters; i++) {
        const struct fit_value *v = &fit->value[i];
        double divisor = v->is_time ? scale.seconds : 1;
        char value[NUMBER_TEXT], low[NUMBER_TEXT], high[NUMBER_TEXT], interval[2 * NUMBER_TEXT + 8];
        snprintf(interval, sizeof interval, "(%s to %s)", number(low, v->low / divisor),
                 number(high, v->high / divisor));
        printf("  %-12s%s %-6s %9s %-3s %-21s", i ? "" : fit_name(fit->kind),
               !i && kind == analysis->best ? "*" : " ", v->name, number(value, v->value / divisor),
               v->is_time ? scale.unit : "", interval);
        if (i)
            puts("");
        else
            printf(" %13s  %.4f %5s %9.4g %5s\n", aic, test->distance.ks, p[0], test->distance.cvm, p[1]);
    }
}

/* Kaplan-Meier and every fit at five times: where a tenth, a quarter, half ... of what was seen to fail has.
 */
static void survival_table(const struct fit_analysis *analysis, struct scale scale)
{
    enum { TIMES = 5 };
    static const double shares[TIMES] = {0.1, 0.25, 0.5, 0.75, 0.9};
    const struct survival_point *points = analysis->points;
    int32_t count = analysis->point_count, at[TIMES];
    char text[NUMBER_TEXT];
    double failed = 0, total = analysis->survival.failures;
    int found = 0, share = 0;
    for (int32_t i = 0; i < count && share < TIMES; i++) {
        failed += points[i].failed;
        while (share < TIMES && failed >= shares[share] * total) {
            share++;
            if (!found || at[found - 1] != i)
                at[found++] = i;
        }
    }
    printf("  still up after (%s)", scale.unit);
    for (int t = 0; t < found; t++)
        printf(" %12s", number(text, points[at[t]].time / scale.seconds));
    printf("\n    %-17s", "Kaplan-Meier");
    for (int t = 0; t < found; t++)
        printf(" %12.4f", points[at[t]].survival);
    puts("");
    for (int kind = 0; kind < FIT_KINDS; kind++) {
        if (!analysis->made[kind])
            continue;
        printf("    %-17s", fit_name((enum fit_kind)kind));
        for (int t = 0; t < found; t++)
            printf(" %12.4f", fit_survival(&analysis->fits[kind], points[at[t]].time));
        puts("");
    }
}

void fit_print_fits(const struct fit_result *result)
{
    const struct fit_analysis *analysis = &result->analysis;
    if (analysis->best < 0)
        return;
    struct scale scale = scale_of(exp(analysis->fits[analysis->best].location));
    printf("  %-13s %-6s %9s %-3s %-21s %13s  %6s %5s %9s %5s\n", "distribution", "", "value", "",
           "95% interval", "AIC", "KS", "p", "CvM", "p");
    for (int kind = 0; kind < FIT_KINDS; kind++)
        if (analysis->made[kind])
            fit_line(analysis, kind, scale);
    survival_table(analysis, scale);
}
