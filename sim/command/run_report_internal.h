/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_report_internal: what the parts of the report share; for run_report*.c alone. */
#ifndef TENK_COMMAND_RUN_REPORT_INTERNAL_H
#define TENK_COMMAND_RUN_REPORT_INTERNAL_H

#include "study/summary.h"
#include "world/plan.h"

struct reporter {
    const struct metric_slots *slots;
    const struct summary_row *rows;
    int futures;
};

/* Where sites stand in groups, tables by group take the place of a block for each site. */
bool run_report_is_country(const struct plan *plan);
void run_report_country(const struct reporter *reporter);

/* Bars of the site; nothing where it has no such metrics. */
void run_report_waterfall(const struct reporter *reporter, const char *site);

#endif
