/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/lifelog_read.h"

#include "base/memory.h"
#include "base/number.h"
#include "reliability/lifelog_dates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOLD = 20, ALIASES = 6, NODES = 10000000 };

static const double longest = 1e12; /* s; 30,000 years: beyond it a time is a mistake */

/* A role's name and what headers call it; the first that is there is taken. */
static const char *const aliases[FIT_ROLES][ALIASES] = {
    [FIT_START] = {"start", "insert", "begin", "prob started", "started", "installed"},
    [FIT_END] = {"end", "remove", "fixed", "prob fixed", "ended", "removed"},
    [FIT_TIME] = {"time", "duration", "life", "lifetime"},
    [FIT_FAILED] = {"failed", "event", "dead", "failure"},
    [FIT_CENSORED] = {"censored", "alive"},
    [FIT_NODE] = {"node", "nodenum", "host", "machine"},
    [FIT_SYSTEM] = {"system", "cluster"},
    [FIT_NODES] = {"nodes"},
    [FIT_NODE_BEGIN] = {"node begin", "node prod", "in service"},
    [FIT_NODE_END] = {"node end", "node decom", "out of service"},
};

static const char *const role_names[FIT_ROLES] = {
    [FIT_START] = "start",       [FIT_END] = "end",           [FIT_TIME] = "time",
    [FIT_FAILED] = "failed",     [FIT_CENSORED] = "censored", [FIT_NODE] = "node",
    [FIT_SYSTEM] = "system",     [FIT_NODES] = "nodes",       [FIT_NODE_BEGIN] = "node-begin",
    [FIT_NODE_END] = "node-end",
};

const char *fit_role_name(enum fit_role role)
{
    return role_names[role];
}

enum fit_role fit_role_find(const char *name)
{
    enum fit_role role = 0;
    while (role < FIT_ROLES && strcmp(role_names[role], name) != 0)
        role++;
    return role;
}

static void say(struct lifelog_reading *r, const char *message)
{
    r->data->damaged++;
    if (r->told++ < TOLD)
        error_add(r->errors, r->options->skip_damaged ? ERROR_WARNING : ERROR_INPUT, r->file,
                  (int)r->table.line, NULL, "%s", message);
}

/* A field that cannot be what its column holds. */
static void blame(struct lifelog_reading *r, enum fit_role role, const char *allowed)
{
    char message[400];
    snprintf(message, sizeof message, "%.60s: \"%.60s\" is not %s",
             lifelog_table_name(&r->table, r->column[role]), lifelog_table_field(&r->table, r->column[role]),
             allowed);
    say(r, message);
}

static void column_missing(struct lifelog_reading *r, const char *what, const char *name)
{
    struct text text = {0};
    text_format(&text, "no column \"%.60s\" for %s; columns: ", name, what);
    lifelog_table_list(&r->table, &text);
    error_add(r->errors, ERROR_INPUT, r->file, 1, NULL, "%s", text_string(&text));
    text_free(&text);
}

static void columns_find(struct lifelog_reading *r)
{
    for (enum fit_role role = 0; role < FIT_ROLES; role++) {
        r->column[role] = -1;
        const char *given = r->options->columns[role];
        if (given && (r->column[role] = lifelog_table_find(&r->table, given)) < 0)
            column_missing(r, role_names[role], given);
        for (int i = 0; !given && i < ALIASES && aliases[role][i] && r->column[role] < 0; i++)
            r->column[role] = lifelog_table_find(&r->table, aliases[role][i]);
    }
    r->by = -1;
    if (r->options->by && (r->by = lifelog_table_find(&r->table, r->options->by)) < 0)
        column_missing(r, "--by", r->options->by);
    /* a column of censoring that was asked for beats one of failures that was merely found, and so on */
    const char *const *given = r->options->columns;
    if (r->column[FIT_CENSORED] >= 0 && r->column[FIT_FAILED] >= 0)
        r->column[given[FIT_CENSORED] && !given[FIT_FAILED] ? FIT_FAILED : FIT_CENSORED] = -1;
    if (given[FIT_TIME] && !given[FIT_START])
        r->column[FIT_START] = -1;
}

static bool has(const struct lifelog_reading *r, enum fit_role role)
{
    return r->column[role] >= 0;
}

/* Which shape the header has; NULL with an error added. */
static const char *format_choose(struct lifelog_reading *r)
{
    const char *asked = r->options->format;
    bool spans = has(r, FIT_START) && has(r, FIT_END), ends = has(r, FIT_FAILED) || has(r, FIT_CENSORED);
    bool lives = (spans || has(r, FIT_TIME)) && ends, outages = spans && has(r, FIT_NODE);
    if (lives && (!asked || !strcmp(asked, "lives")))
        return "lives";
    if (outages && (!asked || !strcmp(asked, "outages")))
        return "outages";
    struct text text = {0};
    text_format(&text,
                "%s; lives need start and end, or time, and failed or censored; outages need node, start and "
                "end (--column ROLE=NAME says which is which); columns: ",
                asked ? "the columns are not those of the format asked for" : "neither lives nor outages");
    lifelog_table_list(&r->table, &text);
    error_add(r->errors, ERROR_INPUT, r->file, 1, NULL, "%s", text_string(&text));
    text_free(&text);
    return NULL;
}

/* An instant: a date, or a number in the unit. An empty field is NaN. */
static bool instant_read(struct lifelog_reading *r, enum fit_role role, double *seconds)
{
    const char *text = lifelog_table_field(&r->table, r->column[role]);
    *seconds = NAN;
    if (!*text || !strcasecmp(text, "na"))
        return true;
    if (number_parse_real(text, seconds)) {
        *seconds *= r->options->unit;
        r->numbers = true;
    } else if (lifelog_dates_parse(text, seconds)) {
        r->dates = true;
    } else {
        blame(r, role, "a date like 2017-04-09 21:36:19 or 4/9/2017 21:36, nor a number");
        return false;
    }
    if (r->dates && r->numbers) {
        blame(r, role, "written as the times before: a file has dates or numbers");
        return false;
    }
    if (!(fabs(*seconds) <= longest)) {
        blame(r, role, "within 30,000 years");
        return false;
    }
    while (r->step > 1 && fmod(*seconds, r->step) != 0)
        r->step = r->step > 3600 ? 3600 : r->step > 60 ? 60 : 1;
    return true;
}

static bool word_is(const char *word, const char *const *words)
{
    while (*words && strcasecmp(word, *words) != 0)
        words++;
    return *words != NULL;
}

/* -1: not failed, 0: failed, otherwise 1 + number of a word. */
static bool failed_read(struct lifelog_reading *r, int32_t *kind)
{
    static const char *const no[] = {"", "0", "false", "no", "f", "n", "none", "na", NULL};
    static const char *const yes[] = {"1", "true", "yes", "t", "y", NULL};
    bool inverse = !has(r, FIT_FAILED);
    enum fit_role role = inverse ? FIT_CENSORED : FIT_FAILED;
    const char *text = lifelog_table_field(&r->table, r->column[role]);
    double value;
    *kind = word_is(text, no) ? -1 : 0;
    if (*kind < 0 || word_is(text, yes)) {
        if (inverse)
            *kind = -1 - *kind;
        return true;
    }
    if (inverse || number_parse_real(text, &value)) {
        blame(r, role,
              inverse ? "yes or no (1, 0, true, false)" : "yes, no or a word for the kind of failure");
        return false;
    }
    *kind = 1 + fit_names_number(&r->kinds, text);
    if (*kind <= FIT_KINDS_OF_FAILURE)
        return true;
    blame(r, role, "one of the 16 kinds of failure before it; more are not told apart");
    return false;
}

static bool life_read(struct lifelog_reading *r, struct fit_row *row)
{
    if (!failed_read(r, &row->kind))
        return false;
    if (has(r, FIT_START) && has(r, FIT_END)) {
        if (!instant_read(r, FIT_START, &row->start) || !instant_read(r, FIT_END, &row->end))
            return false;
        if (isnan(row->start) && (row->kind < 0 || isnan(row->end))) {
            say(r, "neither the start of a life nor a failure within one");
            return false;
        }
        if (isnan(row->end) && row->kind >= 0) {
            say(r, "a failure without an end");
            return false;
        }
        return true;
    }
    double value;
    if (!number_parse_real(lifelog_table_field(&r->table, r->column[FIT_TIME]), &value)) {
        blame(r, FIT_TIME, "a number");
        return false;
    }
    if (!(value >= 0 && value * r->options->unit <= longest)) {
        blame(r, FIT_TIME, "a time from 0 to 30,000 years");
        return false;
    }
    row->start = 0;
    row->end = value * r->options->unit;
    while (r->step > 1 && fmod(row->end, r->step) != 0)
        r->step = r->step > 3600 ? 3600 : r->step > 60 ? 60 : 1;
    return true;
}

static bool outage_read(struct lifelog_reading *r, struct fit_row *row)
{
    if (!instant_read(r, FIT_START, &row->start) || !instant_read(r, FIT_END, &row->end))
        return false;
    if (isnan(row->start) || isnan(row->end)) {
        say(r, "an outage without a start or an end");
        return false;
    }
    static const enum fit_role service[2] = {FIT_NODE_BEGIN, FIT_NODE_END};
    double *found[2] = {&row->begin, &row->finish};
    for (int i = 0; i < 2; i++) {
        *found[i] = NAN;
        if (has(r, service[i]) &&
            !lifelog_dates_month(lifelog_table_field(&r->table, r->column[service[i]]), i == 1, found[i])) {
            blame(r, service[i], "a month like 2003-08, Nov-96 or 5-Jun (2005), a date, or a word");
            return false;
        }
    }
    int64_t nodes = 0;
    const char *text = has(r, FIT_NODES) ? lifelog_table_field(&r->table, r->column[FIT_NODES]) : "";
    if (*text && (!number_parse_int(text, &nodes) || nodes < 0 || nodes > NODES)) {
        blame(r, FIT_NODES, "a number of nodes up to 10,000,000");
        return false;
    }
    row->nodes = (int32_t)nodes;
    row->kind = 0;
    row->system = fit_names_number(&r->systems, lifelog_table_field(&r->table, r->column[FIT_SYSTEM]));
    row->node = fit_names_number(&r->nodes, lifelog_table_field(&r->table, r->column[FIT_NODE]));
    return true;
}

static void row_take(struct lifelog_reading *r, bool lives)
{
    struct fit_row row = {0};
    if (!(lives ? life_read(r, &row) : outage_read(r, &row)))
        return;
    if (row.end < row.start) { /* false where one is not known */
        char message[200];
        snprintf(message, sizeof message, "%.60s \"%.40s\" is before %.60s",
                 lifelog_table_name(&r->table, r->column[FIT_END]),
                 lifelog_table_field(&r->table, r->column[FIT_END]),
                 lifelog_table_name(&r->table, r->column[FIT_START]));
        say(r, message);
        return;
    }
    row.group = fit_names_number(&r->groups, r->by >= 0 ? lifelog_table_field(&r->table, r->by) : "all");
    r->record_end = fmax(r->record_end, isnan(row.end) ? row.start : row.end);
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 1024;
        r->rows = memory_grow(r->rows, (size_t)r->room, sizeof *r->rows);
    }
    r->rows[r->count++] = row;
}

static bool rows_read(struct lifelog_reading *r, bool lives)
{
    enum lifelog_table_row kind;
    while ((kind = lifelog_table_next(&r->table)) != FIT_TABLE_END) {
        r->data->rows++;
        if (r->data->rows > FIT_ROWS) {
            error_add(r->errors, ERROR_INPUT, r->file, (int)r->table.line, NULL,
                      "more than 100,000,000 rows; take a part of them");
            return false;
        }
        if (kind == FIT_TABLE_DAMAGED)
            say(r, r->table.message);
        else
            row_take(r, lives);
    }
    bool skip = r->options->skip_damaged;
    if (r->told > TOLD)
        error_add(r->errors, skip ? ERROR_WARNING : ERROR_INPUT, r->file, 0, NULL,
                  "%lld damaged rows in all; the first %d are named above", (long long)r->told, TOLD);
    if (r->told && !skip) {
        error_add(r->errors, ERROR_INPUT, r->file, 0, NULL,
                  "--skip-damaged leaves such rows out and counts them");
        return false;
    }
    if (r->groups.count > FIT_GROUPS / (1 + r->kinds.count)) {
        error_add(r->errors, ERROR_INPUT, r->file, 0, NULL,
                  "--by %s: %d groups; at most %d are fitted at a time", r->options->by, r->groups.count,
                  FIT_GROUPS / (1 + r->kinds.count));
        return false;
    }
    if (!r->count)
        error_add(r->errors, ERROR_INPUT, r->file, 0, NULL, "has no row to fit");
    return r->count > 0;
}

void fit_put(struct lifelog_reading *r, struct fit_series *series, double time, bool failed)
{
    if (time > 0) {
        fit_series_add(series, time, failed);
    } else if (failed) {
        fit_series_add(series, r->data->resolution / 2, true);
        r->data->zero++;
    } else {
        r->data->no_time++;
    }
}

int32_t *fit_groups_sorted(const struct fit_names *names)
{
    int32_t *order = memory_alloc((size_t)names->count + 1, sizeof *order);
    for (int32_t i = 0; i < names->count; i++) { /* few: insertion */
        int32_t at = i;
        for (; at > 0 && fit_names_compare(names->names[order[at - 1]], names->names[i]) > 0; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return order;
}

static bool file_read(struct lifelog_reading *r)
{
    int before = r->errors->inputs;
    columns_find(r);
    if (r->errors->inputs > before)
        return false;
    r->data->format = format_choose(r);
    if (!r->data->format)
        return false;
    bool lives = !strcmp(r->data->format, "lives");
    if (!rows_read(r, lives))
        return false;
    r->data->resolution = fmin(r->step, r->dates ? r->step : r->options->unit);
    (lives ? lifelog_lives_finish : lifelog_outages_finish)(r);
    return r->errors->inputs == before;
}

bool lifelog_read(const char *file, const struct lifelog_read_options *options, struct lifelog_data *data,
                  struct error_list *errors)
{
    struct lifelog_reading r = {.file = file,
                                .options = options,
                                .data = data,
                                .errors = errors,
                                .step = 86400,
                                .record_end = -INFINITY};
    memset(data, 0, sizeof *data);
    bool good = lifelog_table_open(&r.table, file, errors) && file_read(&r);
    lifelog_table_close(&r.table);
    free(r.rows);
    fit_names_free(&r.groups);
    fit_names_free(&r.kinds);
    fit_names_free(&r.systems);
    fit_names_free(&r.nodes);
    if (!good)
        lifelog_data_free(data);
    return good;
}
