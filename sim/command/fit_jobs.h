/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_jobs: the parameters of workload/jobclass.h and arrivals.h from the jobs of a trace.
 *
 * Classes are ranges of size; within one, size and run time count as independent, as jobclass.h has them. A
 * class keeps its sizes with their shares, up to the 32 that a class holds; of more, the two neighbours with
 * the fewest jobs become one, at their mean, until it is so. Run times: lognormal by maximum likelihood, cut
 * at the longest run; where the cut one has no maximum or its median lies beyond the longest run, the plain
 * lognormal.
 *
 * Rhythm: submissions by hour of day and by day of week over the whole weeks from midnight of the first day
 * (whole days when there is no whole week, and then no days of the week), as parts of their mean. Intervals
 * are those of Poisson counts; bulk submissions make them too narrow, and `dispersion`, the variance of the
 * daily counts over their mean, says by how much (1: Poisson).
 *
 * Estimates: the requested over the actual run time. The model draws the factor evenly between two limits;
 * they are set so that the 10 % and 90 % quantiles are the data's, within 1 and 100. The likelihood of an
 * even distribution would take the smallest and the largest factor instead, which one careless user decides.
 *
 * Times are seconds. Ownership: fit_jobs_free. Complexity: O(n log n) and that of the tests.
 */
#ifndef TENK_COMMAND_FIT_JOBS_H
#define TENK_COMMAND_FIT_JOBS_H

#include "command/fit_report.h"
#include "workload/trace.h"

enum { FIT_CLASSES = 15, FIT_SIZES = 32 };

struct fit_class {
    char name[FIT_NAME];
    int64_t jobs;
    int sizes;
    int32_t cards[FIT_SIZES];
    double weight[FIT_SIZES]; /* jobs */
    int32_t distinct;         /* sizes before neighbours became one */
    double longest;           /* s */
    double median, sigma;     /* as the entry has them */
    bool cut;                 /* the fit is that of the cut lognormal */
    struct fit_result lengths;
};

struct fit_jobs {
    int64_t jobs, zero_run; /* used; left out, as 0 has no logarithm */
    int classes;
    struct fit_class class[FIT_CLASSES];
    double days; /* over which arrivals are counted */
    bool hours, weekdays;
    double hour[24], weekday[7]; /* submissions */
    double counted;              /* in those days */
    double dispersion;
    int64_t requests; /* jobs with a requested time */
    double factor_p10, factor_p50, factor_p90, factor_ks, factor_min, factor_max;
};

/* `starts`: the sizes at which classes begin, ascending, the first is 1. */
void fit_jobs_make(struct fit_jobs *jobs, const struct trace *trace, const int32_t *starts, int count,
                   const struct fit_choice *choice);

void fit_jobs_free(struct fit_jobs *jobs);

#endif
