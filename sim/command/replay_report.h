/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay_report: jobs.csv and summary.csv of a replay, and its table on stdout. */
#ifndef TENK_COMMAND_REPLAY_REPORT_H
#define TENK_COMMAND_REPLAY_REPORT_H

#include "command/records.h"
#include "study/summary.h"
#include "world/world.h"

/* A row per job of the selection, in order of submission. `machine`: its cards, which tell jobs that never
 * fit from those that nobody started. */
void replay_write_jobs(const struct trace *trace, const struct world_job_outcome *outcomes, int64_t machine,
                       const struct folder *folder, struct error_list *errors);

void replay_write_summary(const struct metric_slots *slots, const struct summary_row *rows,
                          const struct folder *folder, struct error_list *errors);

void replay_report(const char *file, const struct trace *trace, const struct plan_replay *replay,
                   const struct metric_slots *slots, const struct summary_row *rows,
                   const struct records_run *run, const char *folder);

#endif
