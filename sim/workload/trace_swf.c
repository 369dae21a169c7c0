/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace_swf: the Standard Workload Format of the Parallel Workloads Archive, version 2.
 *
 * Comments begin with `;` and may state the machine: "; MaxProcs: 128". A job is a line of 18 numbers,
 * -1 where nothing is known. Chapin et al., "Benchmarks and Standards for the Evaluation of Parallel
 * Job Schedulers" (JSSPP 1999).
 */
#include "base/memory.h"
#include "base/number.h"
#include "workload/trace_format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum swf_field {
    SWF_ID = 0,
    SWF_SUBMIT = 1,
    SWF_RUN = 3,
    SWF_ALLOCATED = 4,
    SWF_REQUESTED = 7,
    SWF_REQUEST_TIME = 8,
    SWF_USER = 11,
    SWF_GROUP = 12,
    SWF_QUEUE = 14,
    SWF_PARTITION = 15,
    SWF_FIELDS = 18
};

static const char *const swf_names[SWF_FIELDS] = {
    "job number",
    "submit time",
    "wait time",
    "run time",
    "allocated processors",
    "average CPU time",
    "used memory",
    "requested processors",
    "requested time",
    "requested memory",
    "status",
    "user id",
    "group id",
    "executable number",
    "queue number",
    "partition number",
    "preceding job",
    "think time",
};

struct swf_state {
    bool procs_known; /* MaxProcs goes before MaxNodes, whichever comes first */
    char tenant[NUMBER_TEXT];
};

struct swf_line {
    const char *text[SWF_FIELDS];
    double value[SWF_FIELDS];
};

static void swf_begin(struct trace_reader *reader)
{
    reader->state = memory_alloc(1, sizeof(struct swf_state));
}

static void swf_end(struct trace_reader *reader)
{
    free(reader->state);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * "MaxProcs: 128", also "MaxNodes: 336 (32 for tests)". Anything else behind the digits ("1,152", "1e3")
 * would be a guess, so the field then counts as not stated.
 */
static bool header_number(const char *text, const char *label, int64_t *value)
{
    size_t length = strlen(label);
    if (strncasecmp(text, label, length) != 0)
        return false;
    text += length;
    text += strspn(text, " \t");
    if (*text++ != ':')
        return false;
    text += strspn(text, " \t");
    char digits[NUMBER_TEXT];
    size_t width = strcspn(text, " \t\r(");
    if (width == 0 || width >= sizeof digits)
        return false;
    memcpy(digits, text, width);
    digits[width] = 0;
    return number_parse_int(digits, value);
}

static void swf_comment(struct trace_reader *reader, const char *text)
{
    struct swf_state *state = reader->state;
    text += strspn(text, "; \t");
    int64_t value;
    if (header_number(text, "MaxProcs", &value)) {
        if (value > 0 && (double)value <= TRACE_CARDS_MAX) {
            reader->max_cards = value;
            state->procs_known = true;
        }
    } else if (header_number(text, "MaxNodes", &value)) {
        if (value > 0 && (double)value <= TRACE_CARDS_MAX && !state->procs_known)
            reader->max_cards = value;
    } else if (header_number(text, "UnixStartTime", &value)) {
        if (fabs((double)value) <= TRACE_SUBMIT_MAX) {
            reader->zero = value * CLOCK_SECOND;
            reader->zero_known = true;
        }
    }
}

/* Reads the field at *at, ends it with NUL and moves on behind it. False when it is no number. */
static bool field_read(char **at, double *value)
{
    char *start = *at, *c = start;
    bool negative = *c == '-';
    c += negative;
    const char *digits = c;
    int64_t whole = 0;
    /* Nearly all fields are short whole numbers, and a long log has millions: strtod only for the rest. */
    while (*c >= '0' && *c <= '9' && c - digits < 15)
        whole = whole * 10 + (*c++ - '0');
    bool simple = c > digits && (!*c || is_blank(*c));
    while (*c && !is_blank(*c))
        c++;
    *at = *c ? c + 1 : c;
    *c = 0;
    *value = (double)(negative ? -whole : whole);
    return simple || number_parse_real(start, value);
}

static bool damage(struct trace_reader *reader, enum swf_field field, const char *text, const char *allowed)
{
    char quoted[48];
    trace_quote(quoted, sizeof quoted, text);
    snprintf(reader->message, sizeof reader->message, "%s (field %d): \"%s\" is not %s", swf_names[field],
             (int)field + 1, quoted, allowed);
    return false;
}

/* Splits the text into 18 numbers. */
static bool line_split(struct trace_reader *reader, char *text, struct swf_line *line)
{
    int count = 0;
    for (;;) {
        while (is_blank(*text))
            text++;
        if (!*text)
            break;
        double extra;
        const char *start = text;
        bool good = field_read(&text, count < SWF_FIELDS ? &line->value[count] : &extra);
        if (count < SWF_FIELDS) {
            line->text[count] = start;
            if (!good)
                return damage(reader, (enum swf_field)count, start, "a number (-1 stands for unknown)");
        }
        count++;
    }
    if (count == SWF_FIELDS)
        return true;
    if (count < SWF_FIELDS)
        snprintf(reader->message, sizeof reader->message,
                 "%d fields; a job has %d, and the first one missing is %s (field %d)", count, SWF_FIELDS,
                 swf_names[count], count + 1);
    else
        snprintf(reader->message, sizeof reader->message, "%d fields; a job has %d, the last one being %s",
                 count, SWF_FIELDS, swf_names[SWF_FIELDS - 1]);
    return false;
}

static bool line_check(struct trace_reader *reader, const struct swf_line *line)
{
    static const enum swf_field times[] = {SWF_RUN, SWF_REQUEST_TIME};
    static const enum swf_field cards[] = {SWF_ALLOCATED, SWF_REQUESTED};
    double submit = line->value[SWF_SUBMIT];
    if (!(submit >= 0 && submit <= TRACE_SUBMIT_MAX))
        return damage(reader, SWF_SUBMIT, line->text[SWF_SUBMIT], "within 0 and 100000000000 seconds");
    for (int i = 0; i < 2; i++) {
        if (fabs(line->value[times[i]]) > TRACE_SECONDS_MAX)
            return damage(reader, times[i], line->text[times[i]],
                          "at most 1000000000 seconds (-1 stands for unknown)");
        double n = line->value[cards[i]];
        if (n != floor(n) || fabs(n) > TRACE_CARDS_MAX)
            return damage(reader, cards[i], line->text[cards[i]],
                          "a whole number of at most 1000000000 (-1 stands for unknown)");
    }
    return true;
}

/* Ids of up to 15 digits are exact in a double, also "12.0" of spreadsheets; longer ones are read anew. */
static bool line_id(struct trace_reader *reader, const struct swf_line *line, int64_t *id)
{
    double value = line->value[SWF_ID];
    if (value == floor(value) && fabs(value) < 1e15) {
        *id = (int64_t)value;
        return true;
    }
    return number_parse_int(line->text[SWF_ID], id) ||
           damage(reader, SWF_ID, line->text[SWF_ID], "a whole number within 64 bits");
}

/* By value, so that "7" and "7.0" are one; all unknown (negative) ones are one as well. */
static void line_tenant(struct trace_reader *reader, const struct swf_line *line)
{
    static const enum swf_field fields[] = {[TRACE_TENANTS_USER] = SWF_USER,
                                            [TRACE_TENANTS_GROUP] = SWF_GROUP,
                                            [TRACE_TENANTS_QUEUE] = SWF_QUEUE,
                                            [TRACE_TENANTS_PARTITION] = SWF_PARTITION};
    struct swf_state *state = reader->state;
    double value = line->value[fields[reader->tenants]];
    number_write_real(state->tenant, value < 0 ? -1 : value);
    reader->tenant = state->tenant;
}

/*
 * Logs fill one of the two or both; PYSS and RLScheduler take the larger one, and so do the published scores.
 */
static double line_cards(const struct trace_reader *reader, const struct swf_line *line)
{
    if (reader->processors == TRACE_ALLOCATED)
        return line->value[SWF_ALLOCATED];
    if (reader->processors == TRACE_REQUESTED)
        return line->value[SWF_REQUESTED];
    return fmax(line->value[SWF_ALLOCATED], line->value[SWF_REQUESTED]);
}

static enum trace_line swf_line(struct trace_reader *reader, char *text, size_t length, struct trace_job *job)
{
    (void)length;
    while (is_blank(*text))
        text++;
    if (*text == ';') {
        swf_comment(reader, text);
        return TRACE_COMMENT;
    }
    struct swf_line line;
    if (!line_split(reader, text, &line) || !line_id(reader, &line, &job->id) || !line_check(reader, &line))
        return TRACE_DAMAGED;
    if (reader->tenants != TRACE_TENANTS_NONE)
        line_tenant(reader, &line);
    double cards = line_cards(reader, &line);
    job->cards = cards > 0 ? (int32_t)cards : 0;
    job->submit = trace_microseconds(line.value[SWF_SUBMIT]);
    job->run = line.value[SWF_RUN] < 0 ? -1 : trace_microseconds(line.value[SWF_RUN]);
    int64_t request = trace_microseconds(line.value[SWF_REQUEST_TIME]);
    job->request = request > 0 ? request : -1;
    return TRACE_JOB;
}

const struct trace_format trace_format_swf = {
    .name = "swf",
    .summary = "Standard Workload Format: 18 numbers a line, as in the Parallel Workloads Archive",
    .ending = ".swf",
    .own_ids = true,
    .own_zero = true,
    .own_clusters = false,
    .two_counts = true,
    .tenants = 1u << TRACE_TENANTS_USER | 1u << TRACE_TENANTS_GROUP | 1u << TRACE_TENANTS_QUEUE |
               1u << TRACE_TENANTS_PARTITION,
    .begin = swf_begin,
    .line = swf_line,
    .end = swf_end,
};
