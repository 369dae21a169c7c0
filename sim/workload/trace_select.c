/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload/trace_select.h"

#include "base/memory.h"
#include "engine/clock.h"

#include <stdlib.h>
#include <string.h>

int64_t trace_select_dates(struct trace *trace, int64_t zero, int64_t from, int64_t to, int64_t covered[2])
{
    int64_t kept = 0;
    covered[0] = INT64_MAX;
    covered[1] = INT64_MIN;
    for (int64_t i = 0; i < trace->count; i++) {
        int64_t date = trace->jobs[i].submit + zero;
        covered[0] = date < covered[0] ? date : covered[0];
        covered[1] = date > covered[1] ? date : covered[1];
        if (date >= from && date < to)
            trace->jobs[kept++] = trace->jobs[i];
    }
    trace->outside += trace->count - kept;
    trace->count = kept;
    return kept;
}

int64_t trace_select_midnight(const struct trace *trace)
{
    int64_t first = trace->jobs[0].submit;
    for (int64_t i = 1; i < trace->count; i++)
        first = trace->jobs[i].submit < first ? trace->jobs[i].submit : first;
    int64_t into_day = first % CLOCK_DAY;
    return first - (into_day < 0 ? into_day + CLOCK_DAY : into_day);
}

void trace_select_shift(struct trace *trace, int64_t zero)
{
    for (int64_t i = 0; i < trace->count; i++)
        trace->jobs[i].submit -= zero;
}

/* Line numbers make both orders total, so that qsort, which need not be stable, has no choice. */
static int compare_lines(const struct trace_job *x, const struct trace_job *y)
{
    return (x->line > y->line) - (x->line < y->line);
}

static int compare_jobs(const void *a, const void *b)
{
    const struct trace_job *x = a, *y = b;
    if (x->submit != y->submit)
        return x->submit < y->submit ? -1 : 1;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return compare_lines(x, y);
}

static int compare_ids(const void *a, const void *b)
{
    const struct trace_job *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return compare_lines(x, y);
}

void trace_select_order(struct trace *trace)
{
    struct trace_job *jobs = trace->jobs;
    size_t count = (size_t)trace->count;
    int64_t latest = INT64_MIN;
    bool ordered = true;
    for (size_t i = 0; i < count; i++) {
        trace->out_of_order += jobs[i].submit < latest;
        latest = jobs[i].submit > latest ? jobs[i].submit : latest;
        ordered = ordered && (i == 0 || compare_jobs(&jobs[i - 1], &jobs[i]) <= 0);
    }
    if (!ordered)
        qsort(jobs, count, sizeof *jobs, compare_jobs);
}

int64_t trace_select_window(struct trace *trace, int64_t first, int64_t count)
{
    int64_t left = first < trace->count ? trace->count - first : 0;
    int64_t kept = count < left ? count : left;
    if (kept && first)
        memmove(trace->jobs, trace->jobs + first, (size_t)kept * sizeof *trace->jobs);
    trace->outside += trace->count - kept;
    trace->count = kept;
    return kept;
}

void trace_select_assume(struct trace *trace, int64_t run, int64_t request)
{
    for (int64_t i = 0; i < trace->count; i++) {
        struct trace_job *job = &trace->jobs[i];
        if (job->run < 0) {
            job->run = run;
            trace->assumed_run++;
        }
        if (job->request < 0 && request != TRACE_UNKNOWN) {
            job->request = request == TRACE_AS_RUN ? job->run : request;
            trace->assumed_request++;
        }
    }
}

void trace_select_number(struct trace *trace, bool own_ids)
{
    for (int64_t i = 0; i < trace->count; i++) {
        trace->no_request += trace->jobs[i].request < 0;
        if (!own_ids)
            trace->jobs[i].id = i;
    }
}

int64_t trace_select_duplicates(struct trace *trace)
{
    size_t count = (size_t)trace->count, ascending = 1;
    while (ascending < count && trace->jobs[ascending - 1].id < trace->jobs[ascending].id)
        ascending++;
    if (ascending == count) /* most logs number jobs as they come */
        return 0;
    struct trace_job *sorted = memory_alloc(count, sizeof *sorted);
    memcpy(sorted, trace->jobs, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_ids);
    int64_t id = 0;
    for (size_t i = 1; i < count; i++) {
        if (sorted[i].id != sorted[i - 1].id)
            continue;
        trace->duplicate_ids++;
        if (!trace->first_duplicate_line || sorted[i].line < trace->first_duplicate_line) {
            trace->first_duplicate_line = sorted[i].line;
            id = sorted[i].id;
        }
    }
    free(sorted);
    return id;
}

int128 trace_select_total(const struct trace *trace)
{
    int128 total = trace->jobs[trace->count - 1].submit;
    for (int64_t i = 0; i < trace->count; i++)
        total += trace->jobs[i].run;
    return total;
}
