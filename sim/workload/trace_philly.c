/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace_philly: GPU jobs of Microsoft's Philly clusters as one CSV table.
 *
 * Columns are found by name: timestamp (submission), duration (of the run, seconds), num_gpus, cluster
 * (virtual cluster); others are ignored. Jeon et al., "Analysis of Large-Scale Multi-Tenant GPU Clusters
 * for DNN Training Workloads" (USENIX ATC 2019). The table has no ids and no requested times.
 *
 * A row is a line: quoted fields are understood, but a line end within quotes damages both halves.
 */
#include "base/memory.h"
#include "base/number.h"
#include "workload/trace_format.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum philly_column { PHILLY_TIMESTAMP, PHILLY_DURATION, PHILLY_GPUS, PHILLY_CLUSTER, PHILLY_COLUMNS };

static const char *const philly_names[PHILLY_COLUMNS] = {"timestamp", "duration", "num_gpus", "cluster"};

enum { VALUE_BYTES = 256, STAMP_LENGTH = 19 };

struct philly_state {
    struct csv_parser parser;
    bool header_known;
    bool twice;                /* a column's name occurs twice in the header */
    int columns;               /* of the header */
    int place[PHILLY_COLUMNS]; /* index of the column in a row, -1 when missing */
    int fields;                /* of the row being read */
    int rows;                  /* within the line being read: a bare carriage return ends a row */
    bool clipped;              /* a value needed did not fit */
    char value[PHILLY_COLUMNS][VALUE_BYTES];
};

static void parser_start(struct philly_state *state)
{
    csv_init(&state->parser, CSV_STRICT | CSV_STRICT_FINI);
}

static void philly_begin(struct trace_reader *reader)
{
    struct philly_state *state = memory_alloc(1, sizeof *state);
    for (int i = 0; i < PHILLY_COLUMNS; i++)
        state->place[i] = -1;
    parser_start(state);
    reader->state = state;
    reader->zero_known = true; /* timestamps are dates */
}

static void philly_end(struct trace_reader *reader)
{
    struct philly_state *state = reader->state;
    csv_free(&state->parser);
    free(state);
}

/* The parser reuses its buffer for the next field, so what is needed is copied. */
static void field_take(void *bytes, size_t length, void *context)
{
    struct philly_state *state = context;
    for (int i = 0; i < PHILLY_COLUMNS; i++) {
        if (!state->header_known) {
            if (length == strlen(philly_names[i]) && memcmp(bytes, philly_names[i], length) == 0) {
                state->twice = state->twice || state->place[i] >= 0;
                state->place[i] = state->fields;
            }
        } else if (state->place[i] == state->fields) {
            size_t kept = length < VALUE_BYTES ? length : VALUE_BYTES - 1;
            state->clipped = state->clipped || kept < length;
            if (kept)
                memcpy(state->value[i], bytes, kept);
            state->value[i][kept] = 0;
        }
    }
    state->fields++;
}

static void row_end(int terminator, void *context)
{
    struct philly_state *state = context;
    (void)terminator;
    state->rows++;
}

static bool row_parse(struct trace_reader *reader, const char *text, size_t length)
{
    struct philly_state *state = reader->state;
    state->fields = 0;
    state->rows = 0;
    state->clipped = false;
    if (csv_parse(&state->parser, text, length, field_take, row_end, state) != length ||
        csv_fini(&state->parser, field_take, row_end, state) != 0) {
        /* The parser stays inside the bad field: begin anew, so that the next line is read by itself. */
        csv_free(&state->parser);
        parser_start(state);
        snprintf(
            reader->message, sizeof reader->message,
            "field %d: quotes out of place; a quoted field begins and ends with \", and \"\" stands for one",
            state->fields + 1);
        return false;
    }
    if (state->rows == 1)
        return true;
    snprintf(reader->message, sizeof reader->message, "a carriage return within the line");
    return false;
}

static enum trace_line header_read(struct trace_reader *reader, const char *text, size_t length)
{
    struct philly_state *state = reader->state;
    if (!row_parse(reader, text, length))
        return TRACE_UNFIT;
    for (int i = 0; i < PHILLY_COLUMNS; i++) {
        if (state->place[i] < 0) {
            snprintf(reader->message, sizeof reader->message,
                     "no column \"%s\" in the header; needed are timestamp, duration, num_gpus and cluster",
                     philly_names[i]);
            return TRACE_UNFIT;
        }
    }
    if (state->twice) {
        snprintf(reader->message, sizeof reader->message,
                 "one of the columns timestamp, duration, num_gpus and cluster is in the header twice");
        return TRACE_UNFIT;
    }
    state->columns = state->fields;
    state->header_known = true;
    return TRACE_COMMENT;
}

static enum trace_line damage(struct trace_reader *reader, enum philly_column column, const char *allowed)
{
    const struct philly_state *state = reader->state;
    char quoted[48];
    trace_quote(quoted, sizeof quoted, state->value[column]);
    snprintf(reader->message, sizeof reader->message, "%s: \"%s\" is not %s", philly_names[column], quoted,
             allowed);
    return TRACE_DAMAGED;
}

/* An empty field is a missing value, as a negative one is; it reads as -1. */
static bool value_read(const char *text, double most, double *value)
{
    if (!*text) {
        *value = -1;
        return true;
    }
    return number_parse_real(text, value) && fabs(*value) <= most;
}

static enum trace_line row_read(struct trace_reader *reader, struct trace_job *job)
{
    const struct philly_state *state = reader->state;
    const char *stamp = state->value[PHILLY_TIMESTAMP];
    double duration, gpus;
    /* clock_parse also takes shorter dates; here one means that something was cut off */
    if (strlen(stamp) != STAMP_LENGTH || !clock_parse(stamp, &job->submit))
        return damage(reader, PHILLY_TIMESTAMP, "a date like 2017-10-03 07:45:12");
    if (!value_read(state->value[PHILLY_DURATION], TRACE_SECONDS_MAX, &duration))
        return damage(reader, PHILLY_DURATION, "a number of at most 1000000000 seconds");
    if (!value_read(state->value[PHILLY_GPUS], TRACE_CARDS_MAX, &gpus) || gpus != floor(gpus))
        return damage(reader, PHILLY_GPUS, "a whole number of at most 1000000000");
    reader->cluster = state->value[PHILLY_CLUSTER];
    reader->tenant = reader->cluster;
    job->id = 0;
    job->run = duration < 0 ? -1 : trace_microseconds(duration);
    job->request = -1;
    job->cards = gpus > 0 ? (int32_t)gpus : 0;
    return TRACE_JOB;
}

static enum trace_line philly_line(struct trace_reader *reader, char *text, size_t length,
                                   struct trace_job *job)
{
    struct philly_state *state = reader->state;
    if (!state->header_known)
        return header_read(reader, text, length);
    if (!row_parse(reader, text, length))
        return TRACE_DAMAGED;
    if (state->fields != state->columns) {
        snprintf(reader->message, sizeof reader->message, "%d fields; the header has %d columns",
                 state->fields, state->columns);
        return TRACE_DAMAGED;
    }
    if (state->clipped) {
        snprintf(reader->message, sizeof reader->message,
                 "a value of timestamp, duration, num_gpus or cluster has more than %d bytes",
                 VALUE_BYTES - 1);
        return TRACE_DAMAGED;
    }
    return row_read(reader, job);
}

const struct trace_format trace_format_philly = {
    .name = "philly",
    .summary = "CSV with columns timestamp, duration, num_gpus, cluster: Microsoft's Philly GPU jobs",
    .ending = ".csv",
    .own_ids = false,
    .own_zero = false,
    .own_clusters = true,
    .two_counts = false,
    .tenants = 1u << TRACE_TENANTS_CLUSTER | 1u << TRACE_TENANTS_GROUP, /* each belongs to a group */
    .begin = philly_begin,
    .line = philly_line,
    .end = philly_end,
};
