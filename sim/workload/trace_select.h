/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace_select: from the jobs as a file lists them to the jobs as they are replayed; part of trace.
 *
 * Works on trace->jobs in place and knows neither files nor formats. Times are microseconds; the number of
 * jobs must be above 0 but for trace_select_dates and _window. Nothing is owned. Complexity: O(n), O(n log n)
 * where jobs or ids are not yet in order.
 */
#ifndef TENK_WORKLOAD_TRACE_SELECT_H
#define TENK_WORKLOAD_TRACE_SELECT_H

#include "base/number.h"
#include "workload/trace_rules.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Keeps the jobs with from <= submit + zero < to and adds the others to trace->outside. covered: earliest
 * and latest submit + zero of all. Returns the number of jobs kept.
 */
int64_t trace_select_dates(struct trace *trace, int64_t zero, int64_t from, int64_t to, int64_t covered[2]);

/* 00:00 of the day of the earliest submission, where submissions are dates since 1970. */
int64_t trace_select_midnight(const struct trace *trace);

/* Makes `zero` time 0. */
void trace_select_shift(struct trace *trace, int64_t zero);

/* Counts out_of_order, then sorts by (submit, id, file order). */
void trace_select_order(struct trace *trace);

/*
 * Keeps `count` jobs from position `first` on, fewer where there are no more, and adds the others to
 * trace->outside. Returns the number of jobs kept.
 */
int64_t trace_select_window(struct trace *trace, int64_t first, int64_t count);

/*
 * Gives jobs without a run time (-1) that of `run`, and jobs without a requested time that of `request`:
 * us, TRACE_UNKNOWN or TRACE_AS_RUN. Counts assumed_run and assumed_request.
 */
void trace_select_assume(struct trace *trace, int64_t run, int64_t request);

/* Counts no_request; without own_ids numbers the jobs from 0. */
void trace_select_number(struct trace *trace, bool own_ids);

/* Sets duplicate_ids and first_duplicate_line; returns the id on that line, 0 when there is none. */
int64_t trace_select_duplicates(struct trace *trace);

/* Latest submission and all run times: no schedule of these jobs that never idles needs longer. */
int128 trace_select_total(const struct trace *trace);

#endif
