/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fit_catalogue.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Limits of the schema (scenario_tables.c). */
static const double rate_most = 1e5, sigma_most = 4;

/* As the entries of configs/reliability.cfg have it where nothing is measured. */
static const char assumed_repair[] = "  repair_median = \"59min\"; repair_sigma = 1.891;\n"
                                     "  repair_source = \"assumption: repair as at Los Alamos, LA-UR-05-7318 "
                                     "(median 59 min, mean 352 min); these "
                                     "data hold no repair times\";\n";
static const char assumed_rest[] =
    "  restart = \"222s\";\n"
    "  restart_source = \"OLMo, median restart of 3 min 42 s, read at second hand; assumption: holds for "
    "this "
    "cluster\";\n"
    "  checkpoint_cost = \"40s\";\n"
    "  checkpoint_source = \"BLOOM-176B, 2.3 TB in 40 s, read at second hand; assumption: holds for this "
    "cluster\";\n"
    "  checkpoint_interval = \"young\";\n";

void fit_catalogue_name(char out[FIT_NAME], const char *name, const char *group, struct fit_names *used)
{
    char base[FIT_NAME];
    bool all = !strcmp(group, "all");
    snprintf(base, sizeof base, "%.40s%s%.16s", name, all ? "" : "-", all ? "" : group);
    fit_report_clean(base);
    snprintf(out, FIT_NAME, "%s", base);
    for (int number = 2;; number++) {
        int32_t before = used->count;
        if (fit_names_number(used, out) == before)
            return;
        snprintf(out, FIT_NAME, "%.52s-%d", base, number);
    }
}

/* The distribution that fits best as a cause of failures, to be taken instead of the constant rate. Only
 * where a unit of the data is a node: several lives of another shape together have no life of that shape. */
static void cause_put(struct text *text, const struct fit_analysis *analysis)
{
    const struct fit *fit = &analysis->fits[analysis->best];
    double rate = 1000 / (fit_mean(fit) / 86400), shape = fit->value[fit->kind == FIT_WEIBULL ? 0 : 1].value;
    bool weibull = fit->kind == FIT_WEIBULL;
    if (fit->kind == FIT_EXPONENTIAL || !(rate > 0 && rate <= rate_most) || shape < (weibull ? 0.2 : 0.01) ||
        shape > (weibull ? 20 : sigma_most))
        return;
    text_format(text,
                "\n     As a life of that shape, with failures_per_1000_node_days = 0.0:"
                "\n     causes: { fitted: { scope = \"node\"; life = \"%s\"; %s = %#.5g; "
                "failures_per_1000_node_days = %#.6g; }; };",
                fit_name(fit->kind), weibull ? "shape" : "sigma", shape, rate);
}

static void comment(struct text *text, const struct fit_result *lives, const struct fit_rate *rate,
                    double units)
{
    const struct fit_analysis *analysis = &lives->analysis;
    text_format(text, "  /* %.0f failures / %.6g node-days * 1,000; 95 %% interval %.4g to %.4g.",
                rate->failures, rate->node_days, rate->per_1000_node_days.low, rate->per_1000_node_days.high);
    if (analysis->made[FIT_WEIBULL]) {
        const struct fit_value *shape = &analysis->fits[FIT_WEIBULL].value[0];
        text_format(
            text,
            "\n     Of the distributions the %s fits best; Weibull shape %.3g (%.3g to %.3g), 1 would be "
            "the constant rate assumed here.",
            fit_name((enum fit_kind)analysis->best), shape->value, shape->low, shape->high);
    }
    if (units >= 1 && units <= 1)
        cause_put(text, analysis);
    text_put(text, " */\n");
}

static void repair_put(struct text *text, const struct fit_catalogue *catalogue,
                       const struct fit_result *repairs)
{
    const struct fit_analysis *analysis = repairs ? &repairs->analysis : NULL;
    if (!analysis || !analysis->made[FIT_LOGNORMAL] || analysis->fits[FIT_LOGNORMAL].value[0].value < 1) {
        text_put(text, assumed_repair);
        return;
    }
    const struct fit *fit = &analysis->fits[FIT_LOGNORMAL];
    const struct survival *data = &analysis->survival;
    text_format(text,
                "  repair_median = \"%.7gs\"; repair_sigma = %.5f;\n  repair_source = ", fit->value[0].value,
                fmin(fit->value[1].value, sigma_most));
    struct text words = {0};
    text_format(
        &words,
        "%s, %s: %.0f repairs, lognormal by maximum likelihood; mean of the data %.4g s, of the fit %.4g s",
        catalogue->file, catalogue->command, data->failures, data->exposure / data->units, fit_mean(fit));
    fit_report_quote(text, text_string(&words));
    text_put(text, ";\n");
    text_free(&words);
}

bool fit_catalogue_reliability(struct text *text, const struct fit_catalogue *catalogue,
                               struct fit_names *used, const struct fit_result *lives,
                               const struct fit_result *repairs, struct error_list *errors)
{
    struct fit_rate rate = fit_rate_make(lives, catalogue->units);
    if (!(rate.per_1000_node_days.value > 0 && rate.per_1000_node_days.value <= rate_most)) {
        error_add(errors, ERROR_WARNING, catalogue->file, 0, NULL,
                  "group %s has no catalogue entry: %g failures per 1,000 node-days; a scenario takes more "
                  "than 0 and up to %g",
                  lives->group, rate.per_1000_node_days.value, rate_most);
        return false;
    }
    char name[FIT_NAME];
    struct text source = {0};
    fit_catalogue_name(name, catalogue->name, lives->group, used);
    text_format(&source, "%s, %s: %.0f failures in %.6g node-days", catalogue->file, catalogue->command,
                rate.failures, rate.node_days);
    text_format(text, "%s: {\n", name);
    comment(text, lives, &rate, catalogue->units);
    /* six digits, and a point: libconfig would read a whole number where a real one is due */
    text_format(text, "  failures_per_1000_node_days = %#.6g;\n  source = ", rate.per_1000_node_days.value);
    fit_report_quote(text, text_string(&source));
    text_put(text, ";\n  confidence = \"derived\";\n");
    repair_put(text, catalogue, repairs);
    text_put(text, assumed_rest);
    text_put(text, "};\n");
    text_free(&source);
    return true;
}
