/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fit_maturity_report.h"

#include "base/number.h"
#include "engine/clock.h"

#include <math.h>
#include <string.h>

enum { POINTS_SHOWN = 40 };

static const double month = 30, day = 86400; /* days of workload/software.h's month; s */

/* Four significant digits, for people. */
static const char *number(char out[NUMBER_TEXT], double value)
{
    if (!isfinite(value)) {
        snprintf(out, NUMBER_TEXT, "%s", isnan(value) ? "-" : value > 0 ? "inf" : "-inf");
    } else if (fabs(value) >= 1e4 && fabs(value) < 1e15) {
        number_write_grouped(out, value, 0);
    } else {
        snprintf(out, NUMBER_TEXT, "%.4g", value);
    }
    return out;
}

/* The point after the largest rise from one date to a later one, and that rise over the whole range of the
 * values. */
static int32_t largest_jump(const struct fit_maturity_series *series, double *share)
{
    double low = series->values[0], high = low, jump = -INFINITY;
    int32_t at = 0;
    for (int32_t i = 0; i < series->count; i++) {
        low = fmin(low, series->values[i]);
        high = fmax(high, series->values[i]);
        if (i && series->days[i] > series->days[i - 1] && series->values[i] - series->values[i - 1] > jump) {
            jump = series->values[i] - series->values[i - 1];
            at = i;
        }
    }
    *share = jump / (high - low);
    return at;
}

static void parameter_print(const struct fit_maturity_curve *curve, int p)
{
    char value[NUMBER_TEXT], se[NUMBER_TEXT], low[NUMBER_TEXT], high[NUMBER_TEXT];
    const struct fit_range *range = &curve->value[p];
    printf("  %-8s %10s %s", fit_maturity_parameter_name((enum fit_maturity_parameter)p),
           number(value, range->value), p == FIT_MATURITY_TAU ? "d" : " ");
    if (!isnan(curve->held[p]))
        puts("  held");
    else if (isnan(curve->se[p]))
        puts("  no interval: no points are left over");
    else
        printf("  se %-9s 95%% (%s to %s)\n", number(se, curve->se[p]), number(low, range->low),
               number(high, range->high));
}

void fit_maturity_print(const struct fit_maturity_series *series, const struct fit_maturity_curve *curve)
{
    char from[16], to[16], a[NUMBER_TEXT], b[NUMBER_TEXT], c[NUMBER_TEXT], d[NUMBER_TEXT];
    clock_write_date(from, series->rows[0].date);
    clock_write_date(to, series->rows[series->count - 1].date);
    printf("\n%s: %d points from %s to %s, %s\n", series->name, (int)series->count, from, to,
           series->relative ? "value over reference" : "values as given");
    for (int p = 0; p < FIT_MATURITY_PARAMETERS; p++)
        parameter_print(curve, p);
    clock_write_date(from, series->rows[curve->worst].date);
    printf("  residual standard deviation %s (a straight line: %s), largest %s on %s; R^2 %s\n",
           number(a, curve->residual_sd), number(b, curve->line_sd), number(c, curve->largest), from,
           number(d, curve->r_squared));
    double share;
    int32_t at = largest_jump(series, &share);
    clock_write_date(from, series->rows[at - 1].date);
    clock_write_date(to, series->rows[at].date);
    printf("  largest jump: %.0f%% of the range, from %s to %s\n", 100 * share, from, to);
    if (series->count > POINTS_SHOWN)
        return;
    printf("  %-10s %10s %10s %10s\n", "date", series->relative ? "share" : "value", "fitted", "residual");
    for (int32_t i = 0; i < series->count; i++) {
        double fitted = fit_maturity_curve_at(curve, series->days[i]);
        clock_write_date(from, series->rows[i].date);
        printf("  %-10s %10s %10s %10s\n", from, number(a, series->values[i]), number(b, fitted),
               number(c, fit_maturity_curve_residual(curve, series->days[i], series->values[i])));
    }
}

static void plain(struct text *text, const char *group, const char *name, const char *unit, double value)
{
    fit_report_value(text, group, "maturity", "exponential", name, unit, (struct fit_range){value, NAN, NAN},
                     NAN);
}

void fit_maturity_rows(struct text *text, const struct fit_maturity_series *series,
                       const struct fit_maturity_curve *curve)
{
    const char *unit = series->relative ? "1" : "as given";
    double share;
    largest_jump(series, &share);
    for (int p = 0; p < FIT_MATURITY_PARAMETERS; p++) {
        bool is_time = p == FIT_MATURITY_TAU;
        double scale = is_time ? day : 1;
        struct fit_range range = curve->value[p];
        range = (struct fit_range){range.value * scale, range.low * scale, range.high * scale};
        fit_report_value(text, series->name, "maturity", "exponential",
                         fit_maturity_parameter_name((enum fit_maturity_parameter)p), is_time ? "s" : unit,
                         range, curve->se[p] * scale);
    }
    plain(text, series->name, "points", "1", series->count);
    plain(text, series->name, "parameters", "1", curve->parameters);
    plain(text, series->name, "residual_sd", unit, curve->residual_sd);
    plain(text, series->name, "line_residual_sd", unit, curve->line_sd);
    plain(text, series->name, "largest_residual", unit, curve->largest);
    plain(text, series->name, "r_squared", "1", curve->r_squared);
    plain(text, series->name, "largest_jump", "1", share);
}

void fit_maturity_points_header(struct text *text)
{
    text_put(text, "group,date,days,value,reference,share,fitted,residual\n");
}

void fit_maturity_points_rows(struct text *text, const struct fit_maturity_series *series,
                              const struct fit_maturity_curve *curve)
{
    for (int32_t i = 0; i < series->count; i++) {
        const struct fit_maturity_row *row = &series->rows[i];
        double fitted = fit_maturity_curve_at(curve, series->days[i]);
        char date[16];
        clock_write_date(date, row->date);
        fit_report_csv(text, series->name);
        text_format(text, ",%s", date);
        const double columns[] = {
            series->days[i], row->value,
            row->reference,  series->relative ? series->values[i] : NAN,
            fitted,          fit_maturity_curve_residual(curve, series->days[i], series->values[i])};
        for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
            text_char(text, ',');
            text_real(text, columns[c]);
        }
        text_char(text, '\n');
    }
}

/* As the entries of configs/software.cfg have it where nothing is measured. */
static const char assumed[] =
    "  stack = \"cuda\";\n"
    "  native_share = 0.0;\n"
    "  port_large_median = \"183d\"; port_large_sigma = 0.5;\n"
    "  port_fine_median = \"10d\"; port_fine_sigma = 0.35;\n"
    "  port_source = \"assumption: half a year for large models, weeks for fine-tuning, as in "
    "configs/software.cfg; these data hold no porting times\";\n";

static const char assumed_rest[] =
    "  architectures_per_year = 1.0; architecture_loss = 1.0;\n"
    "  architecture_source = \"assumption: as in configs/software.cfg; these data hold no new "
    "architectures\";\n"
    "  family_share = 0.5; rebase_median = \"43d\"; rebase_sigma = 0.35;\n"
    "  rebase_source = \"assumption: as in configs/software.cfg; these data hold no withdrawal\";\n"
    "  confidence = \"derived\";\n";

void fit_maturity_entry(struct text *text, const struct fit_maturity_series *series,
                        const struct fit_maturity_curve *curve, const char *name, const char *file,
                        const char *command)
{
    double floor = curve->value[FIT_MATURITY_FLOOR].value, top = curve->value[FIT_MATURITY_CEILING].value;
    double tau = curve->value[FIT_MATURITY_TAU].value;
    bool as_is = series->relative && top <= 1;
    double scale = as_is ? 1 : top;
    char from[16], to[16], doubt[400], a[NUMBER_TEXT], b[NUMBER_TEXT];
    struct text words = {0};
    clock_write_date(from, series->rows[0].date);
    clock_write_date(to, series->rows[series->count - 1].date);
    text_format(text, "%s: {\n", name);
    if (fit_maturity_doubt(doubt, series, curve))
        text_format(text, "  /* %s. */\n", doubt);
    text_put(text, assumed);
    /* a point: libconfig would read a whole number where a real one is due */
    text_format(text, "  maturity_floor = %#.4g; maturity_ceiling = %#.4g; maturity_months = %#.4g;\n",
                fmax(floor / scale, 0), as_is ? top : 1.0, tau / month);
    text_format(&words, "%s, %s: %d points from %s to %s, ", file, command, (int)series->count, from, to);
    if (isnan(curve->residual_sd))
        text_put(&words, "as many parameters; ");
    else
        text_format(&words, "residual standard deviation %s, R^2 %s; ", number(a, curve->residual_sd),
                    number(b, curve->r_squared));
    if (as_is)
        text_put(&words, "shares of the reference, taken for shares of what tuned code reaches");
    else
        text_format(&words, "divided by the ceiling of %s%s", number(b, top),
                    series->relative ? " of the reference" : "");
    if (!isnan(curve->held[FIT_MATURITY_CEILING]))
        text_put(&words, "; assumption: the ceiling, held");
    text_put(text, "  maturity_source = ");
    fit_report_quote(text, text_string(&words));
    text_put(text, ";\n");
    text_put(text, assumed_rest);
    text_put(text, "};\n");
    text_free(&words);
}

const char *fit_maturity_doubt(char out[400], const struct fit_maturity_series *series,
                               const struct fit_maturity_curve *curve)
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT], date[16];
    switch (curve->verdict) {
    case FIT_MATURITY_FEW:
        snprintf(out, 400,
                 "%d different dates for %d parameters; at least 2 and as many are needed, and --ceiling or "
                 "--floor holds one",
                 (int)curve->dates, curve->parameters);
        return out;
    case FIT_MATURITY_CONSTANT:
        snprintf(out, 400, "all values are %s: nothing was learned, so no tau can be told",
                 number(low, series->values[0]));
        return out;
    case FIT_MATURITY_STEP: {
        int32_t second = 0;
        while (series->days[second] <= 0)
            second++;
        clock_write_date(date, series->rows[second].date);
        snprintf(out, 400, "the rise is over by the second date, %s: a step, from which no tau can be told",
                 date);
        return out;
    }
    case FIT_MATURITY_LINE:
        snprintf(out, 400,
                 "the values rise as a straight line or ever faster: no ceiling is within sight (--ceiling "
                 "holds one)");
        return out;
    case FIT_MATURITY_FALLING:
        snprintf(out, 400, "the values fall: the best curve goes down, so there is nothing to learn");
        return out;
    case FIT_MATURITY_FITTED:
        break;
    }
    if (isnan(curve->residual_sd))
        snprintf(out, 400,
                 "as many parameters as points: the curve goes through them and nothing tells how "
                 "well it holds");
    else if (isinf(curve->value[FIT_MATURITY_TAU].high))
        snprintf(out, 400,
                 "the data do not bound tau above: a straight line leaves a residual standard deviation of "
                 "%s, the curve %s",
                 number(low, curve->line_sd), number(high, curve->residual_sd));
    else if (curve->value[FIT_MATURITY_TAU].low <= 0)
        snprintf(out, 400, "the data do not bound tau below: a step at the second date would do as well");
    else
        return NULL;
    return out;
}
