/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace_rules: the words of struct trace_options, checked and made numbers; part of trace.
 *
 * Studies read one log in different ways: which of the two processor counts, what a missing time means,
 * whether a job of length 0 is one, which jobs at all. A score can only be compared under the same reading,
 * so each choice is an option with a default that guesses nothing. All mistakes are told at once, before the
 * file is opened. Times are microseconds. Nothing is owned.
 */
#ifndef TENK_WORKLOAD_TRACE_RULES_H
#define TENK_WORKLOAD_TRACE_RULES_H

#include "workload/trace.h"

struct trace_format;

enum trace_processors {
    TRACE_MOST, /* the larger one, as PYSS and RLScheduler take it */
    TRACE_ALLOCATED,
    TRACE_REQUESTED
};

enum trace_tenants {
    TRACE_TENANTS_NONE,
    TRACE_TENANTS_USER,
    TRACE_TENANTS_GROUP,
    TRACE_TENANTS_QUEUE,
    TRACE_TENANTS_PARTITION,
    TRACE_TENANTS_CLUSTER
};

enum { TRACE_UNKNOWN = -1, TRACE_AS_RUN = -2 };

struct trace_rules {
    const struct trace_format *format;
    int64_t from, to; /* us since 1970 */
    int64_t first;
    int64_t count; /* INT64_MAX: to the end */
    enum trace_processors processors;
    int64_t request; /* us for a job without one; TRACE_UNKNOWN, TRACE_AS_RUN */
    int64_t run;     /* us for a job without one; TRACE_UNKNOWN: the job is left out */
    bool skip_zero_run;
    enum trace_tenants tenants;
};

/* False with errors added when an option is wrong, or not one for the file's format. */
bool trace_rules_read(const struct trace_options *options, const char *file, struct trace_rules *rules,
                      struct error_list *errors);

#endif
