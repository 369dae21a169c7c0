/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_files: what `tenk run` writes into its result folder.
 *
 * Files of rows (timeline.csv, jobs.csv, ...) are put together from the spool of the study, future by future;
 * those made of values (summary.csv, replications.csv) come from its matrix; then the manifest and
 * run_info.json.
 */
#ifndef TENK_COMMAND_RUN_FILES_H
#define TENK_COMMAND_RUN_FILES_H

#include "output/folder.h"
#include "study/precision.h"
#include "study/summary.h"

struct run_files {
    struct study *study;
    int64_t count; /* futures */
    const double *values;
    const struct summary_row *rows;
    bool want_jobs, warm_up;
    const struct precision *precision; /* NULL: the number was given */
    const struct precision_found *found;
    double seconds;
};

/* Writes everything and puts the folder in place; frees it in any case. False with errors added. */
bool run_files_write(const struct run_files *files, struct folder *folder, struct error_list *errors);

#endif
