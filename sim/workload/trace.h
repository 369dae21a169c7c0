/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace: recorded jobs of a real machine, read from a file.
 *
 * Problem: logs come in several formats, compressed or not, and none is clean: fields of -1, jobs out
 * of order, ids twice, lines cut short. A replay must use what is sound, say what it left out, and
 * never guess silently.
 * Choice: one reader per format behind `struct trace_format`; this module opens the file (plain or
 * gzip, told by its bytes), hands over line by line, and does what all formats share: selection,
 * order, numbering, duplicates, limits.
 *
 * Lines are of three kinds besides jobs: comments (silently skipped), damaged (cannot be read: each
 * named with its line number up to a limit, counted, skipped; with `strict` an input error), and
 * unusable (read well, but no job to simulate: no run time, no cards; counted by reason over the whole
 * file, inside and outside the selection). So count, damaged, no_run, zero_run, no_cards and outside add up
 * to all lines that are neither comments nor blank.
 *
 * The selection is by cluster, then by date, then by position: `first` and `count` cut a window out of
 * what is left, in order of submission. A window keeps the times of the log: orders such as f1 need them, and
 * nothing is counted before the first submission.
 * Times: microseconds. Submission times count from the trace's own zero, or from `from` when given. A
 * trace that states dates instead (philly) has no zero of its own: without `from` its times count from
 * 00:00 of the day of the first kept submission. Dates are UTC, those of a log as it writes them.
 * Ownership: trace_free releases the jobs. Complexity: O(n log n) for n jobs, one pass over the file.
 */
#ifndef TENK_WORKLOAD_TRACE_H
#define TENK_WORKLOAD_TRACE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct trace_job {
    int64_t id;      /* the trace's own, or the number within the selection where the format has none */
    int64_t submit;  /* us; >= 0 */
    int64_t run;     /* us of actual run time; >= 0 */
    int64_t request; /* us of requested (estimated) run time; -1 when the trace has none for this job */
    int32_t cards;   /* processors or cards; > 0 */
    int32_t line;    /* 1-based line of the file, for messages */
    int32_t tenant;  /* from 0 in order of first appearance among the kept jobs; 0 where none are asked for */
};

/* What the user wrote; NULL: the default, named first. trace_rules.h has the words. */
struct trace_options {
    const char *format;     /* by file name; "swf", "philly" */
    const char *cluster;    /* all; only this virtual cluster (philly) */
    const char *from;       /* from the beginning; "2017-10-01", inclusive */
    const char *to;         /* to the end; exclusive */
    const char *first;      /* "0"; position in the selection of the first job, in order of submission */
    const char *count;      /* to the end; so many jobs */
    const char *processors; /* "most"; "allocated", "requested" (swf) */
    const char *no_request; /* "unknown"; "run", seconds: what a missing requested time means */
    const char *no_run;     /* "skip"; seconds: what a missing run time means */
    const char *zero_run;   /* "keep"; "skip": jobs with a run time of 0 */
    const char *tenants;    /* "none"; "user", "group", "queue", "partition" (swf), "cluster" (philly) */
    bool strict;            /* damaged lines are errors */
};

struct trace {
    struct trace_job *jobs; /* ascending (submit, id, file order) */
    int64_t count;
    const char *format;           /* name of the format used; static storage */
    int64_t max_cards;            /* machine size by the file's header, 0 when not stated */
    int64_t zero;                 /* us since 1970 of time 0; only when dated */
    bool dated;                   /* the log tells the date of its beginning, or of each submission */
    int64_t damaged;              /* lines that could not be read */
    int64_t no_run;               /* jobs without a run time (cancelled before their start) */
    int64_t zero_run;             /* jobs with a run time of 0, where those are to be skipped */
    int64_t no_cards;             /* jobs without a number of cards */
    int64_t no_request;           /* kept jobs without a requested time, now unknown */
    int64_t assumed_request;      /* kept jobs whose requested time the options give */
    int64_t assumed_run;          /* kept jobs whose run time the options give */
    int64_t outside;              /* sound jobs outside the selection (cluster, dates, positions) */
    int64_t out_of_order;         /* jobs that the file lists after a later submission */
    int64_t duplicate_ids;        /* kept jobs whose id another kept job has, first ones not counted */
    int32_t first_duplicate_line; /* line of the first of them, 0 when none */
    int32_t tenant_count;         /* of the kept jobs; 1 where none are asked for */
    char **tenant_names;          /* as the file writes them ("-1": unknown); NULL where none are asked for */
};

/*
 * Reads file into *trace. Returns true with 0 or more warnings added to errors; false with at least one
 * error added and *trace empty: file cannot be opened or read, unknown format, unknown cluster, bad
 * or unusable dates, a word or number that an option does not take, no job left, damaged lines under strict.
 */
bool trace_read(const char *file, const struct trace_options *options, struct trace *trace,
                struct error_list *errors);

void trace_free(struct trace *trace);

/* Names and one-line summaries of the formats, NULL-terminated names; for help texts. */
int trace_format_count(void);
const char *trace_format_name(int index);
const char *trace_format_summary(int index);

#endif
