/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_report: the short table that a planner reads first, on stdout. */
#ifndef TENK_COMMAND_RUN_REPORT_H
#define TENK_COMMAND_RUN_REPORT_H

#include "study/study.h"
#include "study/summary.h"

void run_report(const struct scenario *scenario, const struct plan *plan, const struct metric_slots *slots,
                const struct summary_row *rows, struct study_facts facts, int count, double seconds,
                const char *folder);

#endif
