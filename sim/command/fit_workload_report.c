/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fit_workload_report.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>

static const double z95 = 1.959963984540054;

/* Weights of mean 1, as the catalogue has them. */
static void weights_put(struct text *text, const char *key, const double *counts, int count, double total)
{
    text_format(text, "  %s = [", key);
    for (int i = 0; i < count; i++)
        text_format(text, "%s%.4f", i ? ", " : "", counts[i] * count / total);
    text_put(text, "];\n");
}

static void rhythm_put(struct text *text, const struct fit_jobs *jobs, const struct fit_mix_words *words)
{
    if (!jobs->hours) {
        text_put(text,
                 "  rhythm_source = \"assumption: even; the log tells no dates, or less than a day\";\n");
        return;
    }
    struct text source = {0};
    weights_put(text, "hour_weights", jobs->hour, 24, jobs->counted);
    if (jobs->weekdays)
        weights_put(text, "weekday_weights", jobs->weekday, 7, jobs->counted);
    text_format(&source, "%s, %s: counted from %.0f submissions in %.0f whole days, by the hour of the log%s",
                words->file, words->command, jobs->counted, jobs->days,
                jobs->weekdays ? "" : "; too short for days of the week");
    text_put(text, "  rhythm_source = ");
    fit_report_quote(text, text_string(&source));
    text_put(text, ";\n");
    text_free(&source);
}

static void estimates_put(struct text *text, const struct fit_jobs *jobs, const struct fit_mix_words *words)
{
    if (!jobs->requests) {
        text_put(text, "  estimate_factor_min = 1.0; estimate_factor_max = 5.0;\n"
                       "  estimate_source = \"assumption: the log holds no requested times; evenly from "
                       "exact to 5 times the "
                       "run time, as in configs/workloads.cfg\";\n");
        return;
    }
    struct text source = {0};
    text_format(text, "  estimate_factor_min = %.4f; estimate_factor_max = %.4f;\n  estimate_source = ",
                jobs->factor_min, jobs->factor_max);
    text_format(
        &source,
        "%s, %s: requested over run time of %lld jobs, 10 %% below %.4g, median %.4g, 90 %% below %.4g; an "
        "even distribution with these tenths, within 1 and 100, is off by %.2g at most",
        words->file, words->command, (long long)jobs->requests, jobs->factor_p10, jobs->factor_p50,
        jobs->factor_p90, jobs->factor_ks);
    fit_report_quote(text, text_string(&source));
    text_put(text, ";\n");
    text_free(&source);
}

static void class_put(struct text *text, const struct fit_jobs *jobs, const struct fit_class *class,
                      const char *kind)
{
    const struct fit_analysis *analysis = &class->lengths.analysis;
    const struct fit_test *test = &analysis->tests[FIT_LOGNORMAL];
    text_format(text, "    /* %lld jobs", (long long)class->jobs);
    if (class->distinct > class->sizes)
        text_format(text, " of %d sizes, the rarest neighbours merged", (int)class->distinct);
    if (analysis->made[FIT_LOGNORMAL])
        text_format(text, ". Run times: lognormal%s; distance from the data %.3g (p %.2g).",
                    class->cut ? " cut at the longest" : "", test->distance.ks, test->ks_p);
    else
        text_put(text, ". Run times: too few for a fit; all as the longest.");
    text_format(text, " */\n    %s: {\n      kind = \"%s\"; share = %.8f;\n      sizes = [", class->name,
                kind, (double)class->jobs / (double)jobs->jobs);
    for (int i = 0; i < class->sizes; i++)
        text_format(text, "%s%d", i ? ", " : "", (int)class->cards[i]);
    text_put(text, "];\n      size_weights = [");
    for (int i = 0; i < class->sizes; i++)
        text_format(text, "%s%.1f", i ? ", " : "", class->weight[i]);
    text_format(text, "];\n      length_median = \"%.7gs\"; length_sigma = %.5f; length_max = \"%.10gs\";\n",
                class->median, class->sigma, class->longest);
    text_put(text, "      checkpoints = true;\n    };\n");
}

void fit_workload_entry(struct text *text, const struct fit_jobs *jobs, const struct fit_mix_words *words)
{
    struct text source = {0};
    text_format(
        text,
        "/* Made by tenk fit workload. A scenario takes it in as a member of a group, after the chips:\n"
        " *     workloads: {\n *     @include \"catalogue.cfg\"\n *     };\n"
        " * How many jobs arrive is the site's: jobs_per_day = %.4g here.\n"
        " * Chosen, not measured: kind and checkpoints of every class, and that run times hold on the chip "
        "named.\n */\n",
        jobs->counted / jobs->days);
    text_format(text, "%s: {\n  reference_chip = ", words->name);
    fit_report_quote(text, words->chip);
    text_format(&source,
                "%s, %s: %lld jobs by size; run times by maximum likelihood; assumption: they hold on the %s",
                words->file, words->command, (long long)jobs->jobs, words->chip);
    text_put(text, ";\n  source = ");
    fit_report_quote(text, text_string(&source));
    text_put(text, ";\n  confidence = \"derived\";\n");
    rhythm_put(text, jobs, words);
    estimates_put(text, jobs, words);
    text_put(text, "  classes: {\n");
    for (int i = 0; i < jobs->classes; i++)
        class_put(text, jobs, &jobs->class[i], words -> kind);
    text_put(text, "  };\n};\n");
    text_free(&source);
}

/* Wilson's interval of a share (JASA 22, 1927): stays within 0 and 1. */
static struct fit_range share(double hits, double count)
{
    double p = hits / count, z2 = z95 * z95 / count, half = z95 * sqrt((p * (1 - p) + z2 / 4) / count);
    return (struct fit_range){p, (p + z2 / 2 - half) / (1 + z2), (p + z2 / 2 + half) / (1 + z2)};
}

/* A count as a multiple of a scale, with its Poisson interval. */
static struct fit_range counted(double count, double scale)
{
    double low, high;
    fit_poisson(count, &low, &high);
    return (struct fit_range){count * scale, low * scale, high * scale};
}

static void plain(struct text *text, const char *distribution, const char *parameter, const char *unit,
                  double value)
{
    fit_report_value(text, "all", "arrivals", distribution, parameter, unit,
                     (struct fit_range){value, NAN, NAN}, NAN);
}

void fit_workload_rows(struct text *text, const struct fit_jobs *jobs)
{
    char name[32];
    fit_report_header(text);
    for (int i = 0; i < jobs->classes; i++) {
        const struct fit_class *class = &jobs->class[i];
        fit_report_value(text, class->name, "size", "data", "share", "1",
                         share((double)class->jobs, (double)jobs->jobs), NAN);
        for (int k = 0; k < class->sizes; k++) {
            snprintf(name, sizeof name, "share_of_%d", (int)class->cards[k]);
            fit_report_value(text, class->name, "size", "data", name, "1",
                             share(class->weight[k], (double)class->jobs), NAN);
        }
        fit_report_fits(text, &class->lengths);
        if (class->cut)
            fit_report_value(text, class->name, "run_time", "lognormal", "cut", "s",
                             (struct fit_range){class->longest, NAN, NAN}, NAN);
    }
    fit_report_value(text, "all", "arrivals", "poisson", "jobs_per_day", "1/d",
                     counted(jobs->counted, 1 / jobs->days), NAN);
    plain(text, "data", "days", "d", jobs->days);
    plain(text, "data", "dispersion", "1", jobs->dispersion);
    for (int i = 0; jobs->hours && i < 24; i++) {
        snprintf(name, sizeof name, "hour_%02d", i);
        fit_report_value(text, "all", "arrivals", "poisson", name, "1",
                         counted(jobs->hour[i], 24 / jobs->counted), NAN);
    }
    for (int i = 0; jobs->weekdays && i < 7; i++) {
        snprintf(name, sizeof name, "weekday_%d", i + 1);
        fit_report_value(text, "all", "arrivals", "poisson", name, "1",
                         counted(jobs->weekday[i], 7 / jobs->counted), NAN);
    }
    if (!jobs->requests)
        return;
    const struct {
        const char *name;
        double value;
    } factors[] = {{"p10", jobs->factor_p10}, {"p50", jobs->factor_p50}, {"p90", jobs->factor_p90},
                   {"min", jobs->factor_min}, {"max", jobs->factor_max}, {"ks", jobs->factor_ks}};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        fit_report_value(text, "all", "estimate_factor", i < 3 ? "data" : "even", factors[i].name, "1",
                         (struct fit_range){factors[i].value, NAN, NAN}, NAN);
}

static void weights_print(const char *label, const double *counts, int count, double total)
{
    printf("  %s", label);
    for (int i = 0; i < count; i++)
        printf("%s%5.2f", i == 12 ? "\n                  " : " ", counts[i] * count / total);
    puts("");
}

void fit_workload_print(const struct fit_jobs *jobs)
{
    char number[NUMBER_TEXT];
    struct fit_range daily = counted(jobs->counted, 1 / jobs->days);
    number_write_grouped(number, (double)jobs->jobs, 0);
    printf("  %s jobs with a run time above 0; %.4g a day over %.4g days (%.4g to %.4g)\n", number,
           daily.value, jobs->days, daily.low, daily.high);
    if (isfinite(jobs->dispersion))
        printf("  variance of the daily counts over their mean: %.4g (1: Poisson; more: the intervals are "
               "too narrow)\n",
               jobs->dispersion);
    if (jobs->hours)
        weights_print("by hour from 00:", jobs->hour, 24, jobs->counted);
    if (jobs->weekdays)
        weights_print("by day from Mon:", jobs->weekday, 7, jobs->counted);
    if (jobs->requests)
        printf("  requested over run time: 10%% below %.4g, median %.4g, 90%% below %.4g; even from %.4g to "
               "%.4g is off by %.2g\n",
               jobs->factor_p10, jobs->factor_p50, jobs->factor_p90, jobs->factor_min, jobs->factor_max,
               jobs->factor_ks);
    for (int i = 0; i < jobs->classes; i++) {
        const struct fit_class *class = &jobs->class[i];
        number_write_grouped(number, (double)class->jobs, 0);
        printf("\n%s: %s jobs, share %.5f, %d size%s; run times%s\n", class->name, number,
               (double)class->jobs / (double)jobs->jobs, class->distinct, class->distinct == 1 ? "" : "s",
               class->cut ? ", the lognormal cut at the longest" : "");
        fit_print_fits(&class->lengths);
    }
}
