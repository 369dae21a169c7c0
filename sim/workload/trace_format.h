/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace_format: what one log format knows, behind an interface; for the readers only.
 *
 * A format turns one line into one job or says why not. Everything that formats have in common (opening,
 * selection, order, limits, messages) is in trace.c. To add a format: one file trace_NAME.c that ends in
 * a `const struct trace_format`, one line in the table of trace_format.c.
 *
 * Ownership: begin may allocate reader->state, end releases it. Complexity: line is O(length).
 */
#ifndef TENK_WORKLOAD_TRACE_FORMAT_H
#define TENK_WORKLOAD_TRACE_FORMAT_H

#include "base/text.h"
#include "engine/clock.h"
#include "workload/trace_rules.h"

#include <math.h>
#include <stddef.h>

/* Beyond these a value is a mistake rather than a job; they also keep every sum within the clock. */
#define TRACE_SECONDS_MAX 1e9  /* run and requested time: 31 years */
#define TRACE_SUBMIT_MAX  1e11 /* submission after the log's zero: 3,170 years */
#define TRACE_CARDS_MAX   1e9

enum trace_line {
    TRACE_JOB,
    TRACE_COMMENT, /* or a header line */
    TRACE_DAMAGED, /* cannot be read: reader->message */
    TRACE_UNFIT    /* nor can any line after it: reader->message */
};

struct trace_reader {
    void *state;         /* the format's own */
    const char *cluster; /* virtual cluster of the last line, valid until the next; NULL: not known */
    const char *tenant;  /* the same; set when tenants are asked for */
    enum trace_processors processors;
    enum trace_tenants tenants;
    int64_t max_cards; /* machine size by the header, 0 when not stated */
    int64_t zero;      /* us since 1970 of submission time 0, by the header */
    bool zero_known;
    char message[400];
};

struct trace_format {
    const char *name;
    const char *summary;
    const char *ending; /* how its file names end, in lower case, before a .gz */
    bool own_ids;       /* jobs bring an id */
    bool own_zero;      /* submission times count from the log's zero, else they are dates since 1970 */
    bool own_clusters;  /* jobs belong to virtual clusters */
    bool two_counts;    /* allocated and requested processors may differ */
    unsigned tenants;   /* bits 1 << enum trace_tenants that a line tells */
    void (*begin)(struct trace_reader *reader);
    /*
     * Reads a line that is not blank and holds no NUL byte; may change the text. Fills id, submit, run,
     * request and cards of *job for TRACE_JOB, run -1 and cards 0 where they are not known, and
     * reader->cluster whenever the line names one.
     */
    enum trace_line (*line)(struct trace_reader *reader, char *text, size_t length, struct trace_job *job);
    void (*end)(struct trace_reader *reader);
};

extern const struct trace_format trace_format_swf;
extern const struct trace_format trace_format_philly;

/* Seconds as microseconds, rounded; in two parts, as the product of a large time is not exact in a double. */
static inline int64_t trace_microseconds(double seconds)
{
    double whole = floor(seconds);
    return (int64_t)whole * CLOCK_SECOND + llround((seconds - whole) * 1e6);
}

/* The format called `name`, or when name is NULL the one of the file name's ending; NULL with an error added.
 */
const struct trace_format *trace_format_choose(const char *file, const char *name, struct error_list *errors);

/* Appends "swf (.swf), philly (.csv)". */
void trace_format_list(struct text *text);

/* Copies text into out (size >= 4) for a message: clipped, and plain ASCII whatever the file holds. */
void trace_quote(char *out, size_t size, const char *text);

#endif
