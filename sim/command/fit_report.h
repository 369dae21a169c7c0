/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_report: fits as files and tables; fit_print.c holds what goes to the screen.
 *
 * Times in files are seconds, rates per 1,000 node-days. Nothing is owned.
 */
#ifndef TENK_COMMAND_FIT_REPORT_H
#define TENK_COMMAND_FIT_REPORT_H

#include "base/text.h"
#include "command/fit_analysis.h"

/* One fitted series. */
struct fit_result {
    char group[FIT_NAME];
    const char *what; /* "life", "repair", "run_time" */
    double extra;     /* failures that ended no life */
    struct fit_analysis analysis;
};

/* A value with its interval. */
struct fit_range {
    double value, low, high;
};

struct fit_rate {
    double failures, node_days;
    struct fit_range per_1000_node_days; /* exact Poisson interval */
    struct fit_range mtbf;               /* s, of a node */
};

/* `units`: how many units of the data make a node. */
struct fit_rate fit_rate_make(const struct fit_result *result, double units);

/* Rows of fit.csv: group,what,distribution,parameter,unit,value,se,ci95_lo,ci95_hi. */
void fit_report_header(struct text *text);
void fit_report_rate(struct text *text, const struct fit_result *result, double units);
void fit_report_fits(struct text *text, const struct fit_result *result);
void fit_report_value(struct text *text, const char *group, const char *what, const char *distribution,
                      const char *parameter, const char *unit, struct fit_range range, double se);

/* A field that comes from the file: quoted when it must be. */
void fit_report_csv(struct text *text, const char *words);

/* km.csv: a row a time at which something failed. */
void fit_report_km_header(struct text *text);
void fit_report_km(struct text *text, const struct fit_result *result);

/* A name that libconfig takes: "full.csv.gz" becomes "full", "2 DBE" becomes "2-DBE" behind a prefix. */
void fit_report_name(char out[FIT_NAME], const char *file);
void fit_report_clean(char *name);

/* Whether the user's name for entries can be one: a letter first, at most 40. */
bool fit_report_name_good(const char *name);

/* A libconfig string with what must be escaped. */
void fit_report_quote(struct text *text, const char *words);

/* Tables on stdout. */
void fit_print_rate(const struct fit_result *result, double units);
void fit_print_fits(const struct fit_result *result);

#endif
