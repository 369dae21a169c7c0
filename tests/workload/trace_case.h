/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace_case: one file, one reading of it, for the tests of trace.
 *
 * case_read writes bytes to a temporary file with the given ending, reads it and removes it; case_done
 * releases what was read. A test program has one case at a time.
 */
#ifndef TENK_TESTS_WORKLOAD_TRACE_CASE_H
#define TENK_TESTS_WORKLOAD_TRACE_CASE_H

#include "workload/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND INT64_C(1000000)

struct trace_case {
    struct trace trace;
    struct error_list errors;
    bool good;
};

/* Creates an empty temporary file and writes its name to path. */
static inline void case_path(char *path, size_t size, const char *ending)
{
    const char *folder = getenv("TMPDIR");
    snprintf(path, size, "%s/tenk-trace-XXXXXX%s", folder && *folder ? folder : "/tmp", ending);
    int descriptor = mkstemps(path, (int)strlen(ending));
    assert_true(descriptor >= 0);
    close(descriptor);
}

static inline void case_file(struct trace_case *c, const char *path, const struct trace_options *options)
{
    static const struct trace_options none = {0};
    memset(c, 0, sizeof *c);
    c->good = trace_read(path, options ? options : &none, &c->trace, &c->errors);
    assert_int_equal(c->good, !error_any(&c->errors));
    if (!c->good) {
        assert_null(c->trace.jobs);
        assert_int_equal(c->trace.count, 0);
    }
}

static inline void case_bytes(struct trace_case *c, const char *ending, const void *bytes, size_t length,
                              const struct trace_options *options)
{
    char path[512];
    case_path(path, sizeof path, ending);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    case_file(c, path, options);
    unlink(path);
}

static inline void case_text(struct trace_case *c, const char *ending, const char *text,
                             const struct trace_options *options)
{
    case_bytes(c, ending, text, strlen(text), options);
}

/* Fails unless item `index` is of this kind and line and its message holds the text. */
static inline void case_item(const struct trace_case *c, int index, enum error_kind kind, int line,
                             const char *part)
{
    assert_true(index < c->errors.count);
    const struct error_item *item = &c->errors.items[index];
    if (!strstr(item->message, part))
        fail_msg("\"%s\" lacks \"%s\"", item->message, part);
    assert_int_equal(item->kind, kind);
    assert_int_equal(item->line, line);
}

/* One SWF line from the six fields that matter. */
static inline const char *case_swf(const char *id, const char *submit, const char *run, const char *allocated,
                                   const char *requested, const char *request)
{
    static char lines[4][256];
    static int next;
    char *line = lines[next++ % 4];
    snprintf(line, sizeof lines[0], "%s %s 17 %s %s 81.25 -1 %s %s 2048 1 53 7 19 2 -1 -1 -1\n", id, submit,
             run, allocated, requested, request);
    return line;
}

/* Fails unless job `index` is as expected in every field. */
static inline void case_job(const struct trace_case *c, int64_t index, struct trace_job expected)
{
    assert_true(c->good);
    assert_true(index < c->trace.count);
    const struct trace_job *job = &c->trace.jobs[index];
    assert_int_equal(job->id, expected.id);
    assert_int_equal(job->submit, expected.submit);
    assert_int_equal(job->run, expected.run);
    assert_int_equal(job->request, expected.request);
    assert_int_equal(job->cards, expected.cards);
    assert_int_equal(job->line, expected.line);
}

static inline void case_done(struct trace_case *c)
{
    trace_free(&c->trace);
    error_list_free(&c->errors);
}

#endif
