/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * summary: what many futures say of each metric.
 *
 * Mean with a 95% interval (Student's t over replications), spread and exact quantiles. A future without a
 * value (NaN) does not count, so n tells of how many futures the row speaks.
 */
#ifndef TENK_STUDY_SUMMARY_H
#define TENK_STUDY_SUMMARY_H

#include "base/text.h"
#include "world/metric.h"

struct summary_row {
    int64_t n;
    double mean, stddev, half_width; /* of the 95% interval; NaN for n < 2 */
    double p05, p50, p95;
};

/* One row per slot; values is [count][slots->count]. free() the rows. O(count log count) per slot. */
struct summary_row *summary_make(const struct metric_slots *slots, const double *values, int count);

/* summary.csv as text. */
void summary_write(const struct metric_slots *slots, const struct summary_row *rows, struct text *text);

/* quantiles.csv as text: the quantiles of the summary with their 95% intervals; values as for summary_make.
 */
void summary_write_quantiles(const struct metric_slots *slots, const double *values, int count,
                             struct text *text);

/* The header of replications.csv, and the lines of one future of a point. */
extern const char summary_values_header[];
void summary_write_values(const struct metric_slots *slots, int point, int replication, const double *values,
                          struct text *text);

#endif
