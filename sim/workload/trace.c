/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload/trace.h"

#include "base/lines.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "workload/trace_format.h"
#include "workload/trace_select.h"
#include "workload/trace_tenants.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAMAGED_TOLD = 100,  /* damaged lines named one by one */
    CLUSTERS_KEPT = 100, /* different names remembered while the wanted one was not met */
    CLUSTERS_TOLD = 20
};

/* The clock holds 9.2e12 s; less than half of it leaves a replay room for what no trace states. */
static const int64_t total_max = INT64_C(4000000000000) * CLOCK_SECOND;

struct reading {
    const char *file;
    const struct trace_options *options;
    struct trace_rules rules;
    struct trace_tenants_table tenants;
    struct trace *trace;
    struct error_list *errors;
    struct trace_reader reader;
    int64_t capacity;
    char *clusters[CLUSTERS_KEPT];
    int cluster_count;
    bool cluster_met;
    bool unfit; /* an error was added that makes the rest of the file useless */
};

static void input_error(struct reading *r, int64_t line, const char *message)
{
    error_add(r->errors, ERROR_INPUT, r->file, (int)line, NULL, "%s", message);
}

static void damaged_add(struct reading *r, int64_t line, const char *message)
{
    if (r->trace->damaged++ < DAMAGED_TOLD)
        error_add(r->errors, r->options->strict ? ERROR_INPUT : ERROR_WARNING, r->file, (int)line, NULL, "%s",
                  message);
}

/* True when the last line belongs to the wanted cluster; remembers names for the case that none does. */
static bool cluster_wanted(struct reading *r)
{
    const char *wanted = r->options->cluster, *name = r->reader.cluster;
    if (!wanted)
        return true;
    if (!name)
        return false;
    if (strcmp(name, wanted) == 0) {
        r->cluster_met = true;
        return true;
    }
    if (r->cluster_met || r->cluster_count == CLUSTERS_KEPT)
        return false;
    for (int i = r->cluster_count - 1; i >= 0; i--)
        if (strcmp(r->clusters[i], name) == 0)
            return false;
    r->clusters[r->cluster_count++] = memory_text(name);
    return false;
}

static void job_add(struct reading *r, struct trace_job *job)
{
    struct trace *trace = r->trace;
    if (r->rules.tenants != TRACE_TENANTS_NONE)
        job->tenant = trace_tenants_number(&r->tenants, r->reader.tenant);
    if (trace->count == r->capacity) {
        r->capacity = r->capacity ? 2 * r->capacity : 1024;
        trace->jobs = memory_grow(trace->jobs, (size_t)r->capacity, sizeof *trace->jobs);
    }
    trace->jobs[trace->count++] = *job;
}

/* A line that was read well: kept, or counted by the reason why not. */
static void job_take(struct reading *r, struct trace_job *job)
{
    struct trace *trace = r->trace;
    bool wanted = cluster_wanted(r); /* asked for each job: it remembers names */
    if (job->run < 0 && r->rules.run == TRACE_UNKNOWN)
        trace->no_run++;
    else if (job->run == 0 && r->rules.skip_zero_run)
        trace->zero_run++;
    else if (job->cards <= 0)
        trace->no_cards++;
    else if (!wanted)
        trace->outside++;
    else
        job_add(r, job);
}

static void format_unfit(struct reading *r, int64_t line)
{
    struct text message = {0};
    text_put(&message, r->reader.message);
    if (!r->options->format) {
        text_format(&message, ". Read as format %s by its name; name another one with --format: ",
                    r->rules.format->name);
        trace_format_list(&message);
    }
    input_error(r, line, text_string(&message));
    text_free(&message);
    r->unfit = true;
}

static void line_take(struct reading *r, int64_t number, char *text, size_t length)
{
    if (text[strspn(text, " \t\v\f\r")] == 0 && strlen(text) == length)
        return; /* blank */
    if (memchr(text, 0, length)) {
        damaged_add(r, number, "holds a NUL byte; a trace is plain text");
        return;
    }
    struct trace_job job = {.line = (int32_t)number};
    r->reader.cluster = NULL;
    enum trace_line kind = r->rules.format->line(&r->reader, text, length, &job);
    switch (kind) {
    case TRACE_JOB:
        job_take(r, &job);
        break;
    case TRACE_DAMAGED:
        damaged_add(r, number, r->reader.message);
        break;
    case TRACE_UNFIT:
        format_unfit(r, number);
        break;
    case TRACE_COMMENT:
        break;
    }
}

static void file_read(struct reading *r, struct lines *lines)
{
    char message[200];
    char *text;
    size_t length;
    enum lines_kind kind;
    while (!r->unfit && (kind = lines_next(lines, &text, &length)) != LINES_END) {
        int64_t number = lines_number(lines);
        if (number > INT32_MAX) /* the width of a line number in messages; 80 GB of jobs lie before it */
            number = INT32_MAX;
        switch (kind) {
        case LINES_TEXT:
            line_take(r, number, text, length);
            break;
        case LINES_LONG:
            snprintf(message, sizeof message, "longer than %d bytes", LINES_LIMIT);
            damaged_add(r, number, message);
            break;
        case LINES_BROKEN:
            snprintf(message, sizeof message, "%s after line %lld; the rest is lost", lines_problem(lines),
                     (long long)lines_number(lines) - 1);
            damaged_add(r, number, message);
            break;
        case LINES_FAILED:
            error_system(r->errors, r->file, 0, "cannot be read after line %lld: %s",
                         (long long)lines_number(lines) - 1, lines_problem(lines));
            r->unfit = true;
            break;
        case LINES_END:
            break;
        }
    }
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void cluster_unknown(struct reading *r)
{
    struct text message = {0};
    char quoted[48];
    trace_quote(quoted, sizeof quoted, r->options->cluster);
    text_format(&message, "--cluster: no job of \"%s\"", quoted);
    int near = text_nearest(r->options->cluster, (const char *const *)r->clusters, r->cluster_count);
    if (near >= 0) {
        trace_quote(quoted, sizeof quoted, r->clusters[near]);
        text_format(&message, "; did you mean \"%s\"?", quoted);
    }
    qsort(r->clusters, (size_t)r->cluster_count, sizeof r->clusters[0], compare_text);
    text_put(&message, near >= 0 ? " Clusters: " : "; clusters: ");
    for (int i = 0; i < r->cluster_count && i < CLUSTERS_TOLD; i++) {
        trace_quote(quoted, sizeof quoted, r->clusters[i]);
        text_format(&message, "%s%s", i ? ", " : "", quoted);
    }
    if (r->cluster_count > CLUSTERS_TOLD)
        text_format(&message, " and %s%d more", r->cluster_count == CLUSTERS_KEPT ? "at least " : "",
                    r->cluster_count - CLUSTERS_TOLD);
    input_error(r, 0, text_string(&message));
    text_free(&message);
}

/* Drops what lies outside --from and --to; says which days the log covers when nothing is left. */
static void dates_select(struct reading *r)
{
    int64_t covered[2];
    int64_t kept = trace_select_dates(r->trace, r->reader.zero, r->rules.from, r->rules.to, covered);
    if (kept || covered[0] > covered[1]) /* the latter: there were none before */
        return;
    char days[2][16];
    clock_write_date(days[0], covered[0]);
    clock_write_date(days[1], covered[1]);
    snprintf(r->reader.message, sizeof r->reader.message, "; submissions are from %s to %s", days[0],
             days[1]);
}

/* Cuts the window out of the jobs in order; false with an error added when it lies beyond them. */
static bool window_select(struct reading *r)
{
    int64_t first = r->rules.first, count = r->rules.count, all = r->trace->count;
    if (first >= all) {
        error_add(r->errors, ERROR_INPUT, r->file, 0, NULL,
                  "--first %lld: the selection has %lld jobs, at positions 0 to %lld", (long long)first,
                  (long long)all, (long long)all - 1);
        return false;
    }
    int64_t kept = trace_select_window(r->trace, first, count);
    if (r->options->count && kept < count)
        error_add(r->errors, ERROR_WARNING, r->file, 0, NULL,
                  "--count %lld: only %lld jobs are left from position %lld on", (long long)count,
                  (long long)kept, (long long)first);
    return true;
}

/*
 * Where times are dates the log has no zero of its own: it is then midnight of the day of the first kept
 * submission, so that hours of the day stay visible.
 */
static int64_t zero_find(const struct reading *r)
{
    if (r->options->from)
        return r->rules.from - r->reader.zero;
    return r->rules.format->own_zero ? 0 : trace_select_midnight(r->trace);
}

static bool nothing_left(struct reading *r)
{
    const struct trace *trace = r->trace;
    int64_t no_run = trace->no_run + trace->zero_run;
    struct text message = {0};
    text_format(
        &message,
        "no job left to replay: %lld damaged lines, %lld jobs without a run time, %lld without cards, "
        "%lld outside the selection%s",
        (long long)trace->damaged, (long long)no_run, (long long)trace->no_cards, (long long)trace->outside,
        r->reader.message);
    input_error(r, 0, text_string(&message));
    text_free(&message);
    return false;
}

static bool total_check(struct reading *r)
{
    int128 total = trace_select_total(r->trace);
    if (total < total_max)
        return true;
    char message[160];
    snprintf(message, sizeof message,
             "all run times and the last submission add up to %.4g s; a replay holds less than 4e+12 s",
             number_int128_real(total) / 1e6);
    input_error(r, 0, message);
    return false;
}

static void duplicates_warn(struct reading *r)
{
    struct trace *trace = r->trace;
    int64_t id = trace_select_duplicates(trace);
    if (trace->duplicate_ids)
        error_add(r->errors, ERROR_WARNING, r->file, trace->first_duplicate_line, NULL,
                  "job number %lld occurs again; jobs with the number of an earlier one: %lld, all kept",
                  (long long)id, (long long)trace->duplicate_ids);
}

/* From the jobs as the file lists them to the trace as it is replayed. */
static bool jobs_finish(struct reading *r)
{
    struct trace *trace = r->trace;
    const struct trace_options *options = r->options;
    if (r->unfit)
        return false;
    if (trace->damaged > DAMAGED_TOLD)
        error_add(r->errors, options->strict ? ERROR_INPUT : ERROR_WARNING, r->file, 0, NULL,
                  "%lld damaged lines in all; the first %d are named above", (long long)trace->damaged,
                  DAMAGED_TOLD);
    bool good = !(options->strict && trace->damaged);
    if (options->cluster && !r->cluster_met && r->cluster_count) {
        cluster_unknown(r);
        good = false;
    }
    bool dated = options->from || options->to;
    if (dated && !r->reader.zero_known) {
        input_error(
            r, 0,
            "--from and --to need the date on which the log begins, and its header has no UnixStartTime; "
            "leave them out");
        good = false;
    }
    if (!good)
        return false;
    r->reader.message[0] = 0;
    if (dated)
        dates_select(r);
    if (!trace->count)
        return nothing_left(r);
    trace_select_order(trace);
    if (!window_select(r))
        return false;
    int64_t zero = zero_find(r);
    trace_select_shift(trace, zero);
    trace->zero = r->reader.zero + zero;
    trace->dated = r->reader.zero_known;
    trace_select_assume(trace, r->rules.run, r->rules.request);
    trace_select_number(trace, r->rules.format->own_ids);
    trace->tenant_count = 1;
    if (r->rules.tenants != TRACE_TENANTS_NONE)
        trace_tenants_finish(&r->tenants, trace);
    if (!total_check(r))
        return false;
    if (r->rules.format->own_ids)
        duplicates_warn(r);
    trace->max_cards = r->reader.max_cards;
    trace->format = r->rules.format->name;
    return true;
}

bool trace_read(const char *file, const struct trace_options *options, struct trace *trace,
                struct error_list *errors)
{
    struct reading r = {.file = file, .options = options, .trace = trace, .errors = errors};
    memset(trace, 0, sizeof *trace);
    if (!trace_rules_read(options, file, &r.rules, errors))
        return false;
    r.reader.processors = r.rules.processors;
    r.reader.tenants = r.rules.tenants;
    struct lines *lines = lines_open(file);
    if (!lines) {
        char message[160];
        snprintf(message, sizeof message, "cannot be opened: %s", strerror(errno));
        input_error(&r, 0, message);
        return false;
    }
    r.rules.format->begin(&r.reader);
    file_read(&r, lines);
    r.rules.format->end(&r.reader);
    lines_close(lines);
    bool good = jobs_finish(&r);
    for (int i = 0; i < r.cluster_count; i++)
        free(r.clusters[i]);
    trace_tenants_free(&r.tenants);
    if (!good)
        trace_free(trace);
    return good;
}

void trace_free(struct trace *trace)
{
    free(trace->jobs);
    for (int32_t i = 0; trace->tenant_names && i < trace->tenant_count; i++)
        free(trace->tenant_names[i]);
    free(trace->tenant_names);
    memset(trace, 0, sizeof *trace);
}
