/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_analysis: one series of times, all that is computed from it.
 *
 * Kaplan-Meier, every distribution that has a maximum, its test, the choice: the least AIC. Resample r of
 * distribution d of the series number s draws from the stream (seed; r, s, RANDOM_RESAMPLE | d << 8), so no
 * option but the seed shifts a p-value of a resample.
 * Ownership: fit_analysis_free releases it. Complexity: stats/fit_test.h.
 */
#ifndef TENK_COMMAND_FIT_ANALYSIS_H
#define TENK_COMMAND_FIT_ANALYSIS_H

#include "reliability/lifelog_data.h"
#include "stats/fit_test.h"

struct fit_choice {
    uint64_t seed;
    int32_t resamples; /* 0: no tests */
    const volatile sig_atomic_t *stop;
};

struct fit_analysis {
    struct survival survival;
    struct survival_point *points;
    int32_t point_count;
    bool made[FIT_KINDS];
    struct fit fits[FIT_KINDS];
    struct fit_test tests[FIT_KINDS];
    int best; /* kind of the least AIC; -1 when nothing failed */
};

/* Sorts the series. `cut`: stats/fit.h; with it only the lognormal is cut, so only it is fitted. */
void fit_analysis_make(struct fit_analysis *analysis, struct fit_series *series, uint32_t number, double cut,
                       const struct fit_choice *choice);

void fit_analysis_free(struct fit_analysis *analysis);

#endif
