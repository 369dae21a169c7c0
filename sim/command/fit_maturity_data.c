/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fit_maturity_data.h"

#include "base/memory.h"
#include "base/number.h"
#include "engine/clock.h"
#include "reliability/lifelog_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD = 20, FIRST_YEAR = 1980, LAST_YEAR = 2100 };

static const double value_most = 1e15;

enum column { DATE, VALUE, REFERENCE, SERIES, COLUMNS };

static const char *const column_names[COLUMNS] = {"date", "value", "reference", "series"};

struct reading {
    struct lifelog_table table;
    struct fit_maturity_data *data;
    struct fit_names names;
    struct error_list *errors;
    const char *file;
    bool relative;
    int column[COLUMNS];
    int told;
};

static void say(struct reading *r, const char *message)
{
    if (r->told++ < TOLD)
        error_add(r->errors, ERROR_INPUT, r->file, (int)r->table.line, NULL, "%s", message);
}

static void blame(struct reading *r, enum column column, const char *allowed)
{
    char message[300];
    snprintf(message, sizeof message, "%s \"%.60s\": must be %s", column_names[column],
             lifelog_table_field(&r->table, r->column[column]), allowed);
    say(r, message);
}

/* A column of another name is worth a word: it may be a reference with a slip of the pen. */
static bool columns_find(struct reading *r)
{
    struct text text = {0};
    lifelog_table_list(&r->table, &text);
    for (int c = 0; c < COLUMNS; c++) {
        r->column[c] = lifelog_table_find(&r->table, column_names[c]);
        if (r->column[c] < 0 && c <= VALUE)
            error_add(r->errors, ERROR_INPUT, r->file, (int)r->table.line, NULL,
                      "no column \"%s\"; needed are date and value, reference and series may be there; "
                      "columns: %s",
                      column_names[c], text_string(&text));
    }
    for (int i = 0; i < r->table.header.count; i++) {
        bool known = false;
        for (int c = 0; c < COLUMNS; c++)
            known = known || r->column[c] == i;
        if (!known)
            error_add(r->errors, ERROR_WARNING, r->file, (int)r->table.line, NULL,
                      "column \"%.60s\" is not read", lifelog_table_name(&r->table, i));
    }
    text_free(&text);
    return r->column[DATE] >= 0 && r->column[VALUE] >= 0;
}

static bool date_read(struct reading *r, int64_t *date)
{
    if (!clock_parse(lifelog_table_field(&r->table, r->column[DATE]), date)) {
        blame(r, DATE, "a date like 2024-03-07");
        return false;
    }
    if (*date >= clock_days((struct clock_date){FIRST_YEAR, 1, 1}) * CLOCK_DAY &&
        *date < clock_days((struct clock_date){LAST_YEAR + 1, 1, 1}) * CLOCK_DAY)
        return true;
    blame(r, DATE, "in a year from 1980 to 2100");
    return false;
}

static bool speed_read(struct reading *r, enum column column, double *value)
{
    if (number_parse_real(lifelog_table_field(&r->table, r->column[column]), value) && *value > 0 &&
        *value <= value_most)
        return true;
    blame(r, column, "a number above 0, at most 1e15");
    return false;
}

/* The series that the row belongs to; NULL with an error added. */
static struct fit_maturity_series *series_find(struct reading *r)
{
    struct fit_maturity_data *data = r->data;
    const char *name = r->column[SERIES] >= 0 ? lifelog_table_field(&r->table, r->column[SERIES]) : "all";
    if (!*name || strlen(name) > FIT_MATURITY_LETTERS) {
        blame(r, SERIES, "a name of at most 40 letters");
        return NULL;
    }
    int32_t number = fit_names_number(&r->names, name);
    if (number >= FIT_MATURITY_SERIES) {
        blame(r, SERIES, "one of the 100 series before it; more are not fitted");
        return NULL;
    }
    if (number == data->count) {
        data->series = memory_grow(data->series, (size_t)data->count + 1, sizeof *data->series);
        memset(&data->series[number], 0, sizeof *data->series);
        snprintf(data->series[number].name, FIT_NAME, "%s", name);
        data->count++;
    }
    return &data->series[number];
}

static void row_take(struct reading *r)
{
    struct fit_maturity_row row = {.reference = NAN, .line = (int)r->table.line};
    bool relative = r->relative && *lifelog_table_field(&r->table, r->column[REFERENCE]);
    bool good = date_read(r, &row.date);
    good = speed_read(r, VALUE, &row.value) && good;
    good = (!relative || speed_read(r, REFERENCE, &row.reference)) && good;
    struct fit_maturity_series *series = good ? series_find(r) : NULL;
    if (!series)
        return;
    if (series->count && series->relative != relative) {
        blame(r, REFERENCE,
              relative ? "empty, as in the rows of this series before" : "there, as in the rows before");
        return;
    }
    if (series->count == FIT_MATURITY_POINTS) {
        say(r, "more than 1000 points of one series: give means, of a day or a week");
        return;
    }
    series->relative = relative;
    if (series->count == series->room) {
        series->room = series->room ? 2 * series->room : 16;
        series->rows = memory_grow(series->rows, (size_t)series->room, sizeof *series->rows);
    }
    series->rows[series->count++] = row;
}

static int by_date(const void *a, const void *b)
{
    const struct fit_maturity_row *x = a, *y = b;
    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

static void points_make(struct fit_maturity_series *series)
{
    size_t count = (size_t)series->count;
    if (count)
        qsort(series->rows, count, sizeof *series->rows, by_date);
    series->days = memory_alloc(count + 1, sizeof *series->days);
    series->values = memory_alloc(count + 1, sizeof *series->values);
    for (int32_t i = 0; i < series->count; i++) {
        const struct fit_maturity_row *row = &series->rows[i];
        series->days[i] = (double)(row->date - series->rows[0].date) / (double)CLOCK_DAY;
        series->values[i] = series->relative ? row->value / row->reference : row->value;
    }
}

bool fit_maturity_data_read(struct fit_maturity_data *data, const char *file, bool relative,
                            struct error_list *errors)
{
    struct reading r = {.data = data, .errors = errors, .file = file, .relative = relative};
    int before = errors->inputs;
    memset(data, 0, sizeof *data);
    if (!lifelog_table_open_noted(&r.table, file, errors))
        return false;
    bool found = columns_find(&r);
    for (enum lifelog_table_row kind; found && (kind = lifelog_table_next(&r.table)) != FIT_TABLE_END;) {
        data->rows++;
        if (kind == FIT_TABLE_ROW)
            row_take(&r);
        else
            say(&r, r.table.message);
    }
    if (r.told > TOLD)
        error_add(errors, ERROR_INPUT, file, 0, NULL, "%d more rows are wrong", r.told - TOLD);
    if (errors->inputs == before && !data->rows)
        error_add(errors, ERROR_INPUT, file, 0, NULL, "has a header and no row");
    for (int32_t s = 0; s < data->count; s++)
        points_make(&data->series[s]);
    fit_names_free(&r.names);
    lifelog_table_close(&r.table);
    return errors->inputs == before;
}

void fit_maturity_data_free(struct fit_maturity_data *data)
{
    for (int32_t s = 0; s < data->count; s++) {
        free(data->series[s].rows);
        free(data->series[s].days);
        free(data->series[s].values);
    }
    free(data->series);
    memset(data, 0, sizeof *data);
}
