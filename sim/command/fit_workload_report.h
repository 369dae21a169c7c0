/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_workload_report: a fitted job mix as an entry of configs/workloads.cfg's schema, as fit.csv and as a
 * table. */
#ifndef TENK_COMMAND_FIT_WORKLOAD_REPORT_H
#define TENK_COMMAND_FIT_WORKLOAD_REPORT_H

#include "command/fit_jobs.h"

struct fit_mix_words {
    const char *name;    /* of the entry */
    const char *file;    /* base name of the trace */
    const char *command; /* that made it */
    const char *chip, *kind;
};

void fit_workload_entry(struct text *text, const struct fit_jobs *jobs, const struct fit_mix_words *words);

/* The rows of fit.csv. */
void fit_workload_rows(struct text *text, const struct fit_jobs *jobs);

void fit_workload_print(const struct fit_jobs *jobs);

#endif
