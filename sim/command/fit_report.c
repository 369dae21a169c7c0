/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fit_report.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double day = 86400;

struct fit_rate fit_rate_make(const struct fit_result *result, double units)
{
    const struct survival *survival = &result->analysis.survival;
    struct fit_rate rate = {.failures = survival->failures + result->extra,
                            .node_days = survival->exposure / day / units};
    double low, high;
    fit_poisson(rate.failures, &low, &high);
    double scale = 1000 / rate.node_days, exposure = survival->exposure / units;
    rate.per_1000_node_days = (struct fit_range){rate.failures * scale, low * scale, high * scale};
    rate.mtbf = (struct fit_range){exposure / rate.failures, exposure / high, exposure / low};
    return rate;
}

void fit_report_csv(struct text *text, const char *words)
{
    if (!words[strcspn(words, ",\"\r\n")]) {
        text_put(text, words);
        return;
    }
    text_char(text, '"');
    for (; *words; words++) {
        if (*words == '"')
            text_char(text, '"');
        text_char(text, *words);
    }
    text_char(text, '"');
}

/* Infinite values are missing ones to a reader of CSV. */
static void real_put(struct text *text, double value)
{
    text_char(text, ',');
    text_real(text, isfinite(value) ? value : NAN);
}

void fit_report_header(struct text *text)
{
    text_put(text, "group,what,distribution,parameter,unit,value,se,ci95_lo,ci95_hi\n");
}

void fit_report_value(struct text *text, const char *group, const char *what, const char *distribution,
                      const char *parameter, const char *unit, struct fit_range range, double se)
{
    fit_report_csv(text, group);
    text_format(text, ",%s,%s,%s,%s", what, distribution, parameter, unit);
    real_put(text, range.value);
    real_put(text, se);
    real_put(text, range.low);
    real_put(text, range.high);
    text_char(text, '\n');
}

static void plain(struct text *text, const struct fit_result *result, const char *distribution,
                  const char *parameter, const char *unit, double value)
{
    fit_report_value(text, result->group, result->what, distribution, parameter, unit,
                     (struct fit_range){value, NAN, NAN}, NAN);
}

void fit_report_rate(struct text *text, const struct fit_result *result, double units)
{
    struct fit_rate rate = fit_rate_make(result, units);
    const char *group = result->group, *what = result->what;
    plain(text, result, "data", "rate_failures", "1", rate.failures);
    plain(text, result, "data", "node_days", "d", rate.node_days);
    fit_report_value(text, group, what, "data", "failures_per_1000_node_days", "1/1000d",
                     rate.per_1000_node_days, NAN);
    fit_report_value(text, group, what, "data", "mtbf", "s", rate.mtbf, NAN);
}

void fit_report_fits(struct text *text, const struct fit_result *result)
{
    const struct fit_analysis *analysis = &result->analysis;
    plain(text, result, "data", "units", "1", analysis->survival.units);
    plain(text, result, "data", "failures", "1", analysis->survival.failures);
    for (int kind = 0; kind < FIT_KINDS; kind++) {
        if (!analysis->made[kind])
            continue;
        const struct fit *fit = &analysis->fits[kind];
        const struct fit_test *test = &analysis->tests[kind];
        const char *name = fit_name((enum fit_kind)kind);
        for (int i = 0; i < fit->parameters; i++) {
            const struct fit_value *value = &fit->value[i];
            fit_report_value(text, result->group, result->what, name, value->name, value->is_time ? "s" : "1",
                             (struct fit_range){value->value, value->low, value->high}, value->se);
        }
        plain(text, result, name, "log_likelihood", "1", fit->log_likelihood);
        plain(text, result, name, "aic", "1", fit->aic);
        plain(text, result, name, "chosen", "1", kind == analysis->best);
        plain(text, result, name, "ks", "1", test->distance.ks);
        plain(text, result, name, "ks_p", "1", test->ks_p);
        plain(text, result, name, "cvm", "1", test->distance.cvm);
        plain(text, result, name, "cvm_p", "1", test->cvm_p);
        plain(text, result, name, "resamples", "1", test->resamples);
    }
}

void fit_report_km_header(struct text *text)
{
    text_put(text, "group,what,time_s,at_risk,failed,survival,ci95_lo,ci95_hi");
    for (int kind = 0; kind < FIT_KINDS; kind++)
        text_format(text, ",%s", fit_name((enum fit_kind)kind));
    text_char(text, '\n');
}

void fit_report_km(struct text *text, const struct fit_result *result)
{
    const struct fit_analysis *analysis = &result->analysis;
    for (int32_t i = 0; i < analysis->point_count; i++) {
        const struct survival_point *point = &analysis->points[i];
        fit_report_csv(text, result->group);
        text_format(text, ",%s", result->what);
        real_put(text, point->time);
        real_put(text, point->at_risk);
        real_put(text, point->failed);
        real_put(text, point->survival);
        real_put(text, point->low);
        real_put(text, point->high);
        for (int kind = 0; kind < FIT_KINDS; kind++)
            real_put(text, analysis->made[kind] ? fit_survival(&analysis->fits[kind], point->time) : NAN);
        text_char(text, '\n');
    }
}

void fit_report_clean(char *name)
{
    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
            *c = '-';
}

void fit_report_name(char out[FIT_NAME], const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash ? slash + 1 : file;
    int length = (int)strcspn(base, ".");
    bool letter = isalpha((unsigned char)*base) != 0; /* names of libconfig begin with one */
    snprintf(out, FIT_NAME, "%s%.*s", letter ? "" : "fit-", length < 40 ? length : 40, base);
    fit_report_clean(out);
}

bool fit_report_name_good(const char *name)
{
    bool good = isalpha((unsigned char)*name) && strlen(name) <= 40;
    for (const char *c = name; *c; c++)
        good = good && (isalnum((unsigned char)*c) || *c == '-' || *c == '_');
    return good;
}

void fit_report_quote(struct text *text, const char *words)
{
    text_char(text, '"');
    for (; *words; words++) {
        unsigned char c = (unsigned char)*words;
        if (c == '"' || c == '\\')
            text_char(text, '\\');
        text_char(text, c < 0x20 || c == 0x7f ? '?' : *words);
    }
    text_char(text, '"');
}
