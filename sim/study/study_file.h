/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_file: what a sweep or a sensitivity analysis is to do, as a file.
 *
 *     scenario = "../wuxi-10k.cfg";          # seen from the folder of the study file
 *     replications = 20;                     # futures of each point; 0: the scenario's
 *     factors: {
 *       cards: { path = "site.wuxi.cards"; from = 4096; to = 16384; steps = 4; };
 *       rule:  { path = "supply.allocation"; values = ["priority", "pro-rata"]; };
 *     };
 *     design = "grid";                       # or latin-hypercube, sobol, with `points`
 *     set = ["site.wuxi.jobs_per_day=1"];    # changes of all points
 *     metrics = ["full_online_days[wuxi]"];  # empty: all
 *
 * Read with the tables of the scenario room (scenario/schema.h), so a mistake is told with its place, and all
 * at once. Ownership: study_file_free.
 */
#ifndef TENK_STUDY_STUDY_FILE_H
#define TENK_STUDY_STUDY_FILE_H

#include "scenario/schema.h"
#include "study/factor.h"
#include "study/reference.h"

enum study_design { STUDY_GRID, STUDY_LATIN, STUDY_SOBOL };

struct study_factor {
    const char *name;
    struct factor factor;
};

struct study_file {
    char *scenario; /* as seen from where we stand */
    int64_t replications, points, samples, seed;
    enum study_design design;
    int factor_count, metric_count, set_count;
    struct study_factor *factors;
    struct reference *metrics;
    char **sets;
    struct source source;
    struct arena arena;
};

/* False with errors added. */
bool study_file_read(struct study_file *file, const char *name, struct error_list *errors);

void study_file_free(struct study_file *file);

#endif
