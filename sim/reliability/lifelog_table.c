/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/lifelog_table.h"

#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { NAMES_TOLD = 300 }; /* bytes */

/* Where a parsed field goes: a header or a row. */
static void field_take(void *bytes, size_t length, void *context)
{
    struct lifelog_table_fields *fields = context;
    if (fields->count < FIT_TABLE_COLUMNS) {
        fields->start[fields->count] = fields->bytes.length;
        text_append(&fields->bytes, bytes,
                    strnlen(bytes ? bytes : "", length)); /* a NUL would hide the rest */
        text_char(&fields->bytes, 0);
    }
    fields->count++;
}

static void row_end(int terminator, void *context)
{
    (void)terminator;
    ((struct lifelog_table_fields *)context)->rows++;
}

static bool line_split(struct lifelog_table *table, const char *text, size_t length,
                       struct lifelog_table_fields *fields)
{
    text_clear(&fields->bytes);
    fields->count = fields->rows = 0;
    if (csv_parse(&table->parser, text, length, field_take, row_end, fields) != length ||
        csv_fini(&table->parser, field_take, row_end, fields)) {
        csv_free(&table->parser); /* it stays inside the bad field: begin anew */
        csv_init(&table->parser, CSV_STRICT | CSV_STRICT_FINI);
        snprintf(table->message, sizeof table->message, "field %d: quotes out of place", fields->count + 1);
        return false;
    }
    if (fields->rows == 1 && fields->count <= FIT_TABLE_COLUMNS)
        return true;
    snprintf(table->message, sizeof table->message,
             fields->rows == 1 ? "%d fields; at most 256 are read" : "a carriage return within the line",
             fields->count);
    return false;
}

/* The next line that is not blank. FIT_TABLE_ROW: text and length are set. */
static enum lifelog_table_row line_next(struct lifelog_table *table, char **text, size_t *length)
{
    for (;;) {
        enum lines_kind kind = lines_next(table->lines, text, length);
        table->line = lines_number(table->lines);
        switch (kind) {
        case LINES_TEXT:
            if (strspn(*text, " \t\r") == *length || (table->noted && **text == '#'))
                continue;
            return FIT_TABLE_ROW;
        case LINES_LONG:
            snprintf(table->message, sizeof table->message, "a line of more than %d bytes", LINES_LIMIT);
            return FIT_TABLE_DAMAGED;
        case LINES_BROKEN:
        case LINES_FAILED:
            snprintf(table->message, sizeof table->message, "%s", lines_problem(table->lines));
            return FIT_TABLE_DAMAGED;
        case LINES_END:
            return FIT_TABLE_END;
        }
    }
}

const char *lifelog_table_name(const struct lifelog_table *table, int column)
{
    return table->header.bytes.bytes + table->header.start[column];
}

const char *lifelog_table_field(const struct lifelog_table *table, int column)
{
    return column < 0 ? "" : table->row.bytes.bytes + table->row.start[column];
}

static bool same_name(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        int x = *a == '_' ? ' ' : tolower((unsigned char)*a),
            y = *b == '_' ? ' ' : tolower((unsigned char)*b);
        if (x != y)
            return false;
    }
    return *a == *b;
}

int lifelog_table_find(const struct lifelog_table *table, const char *name)
{
    for (int i = 0; i < table->header.count; i++)
        if (same_name(lifelog_table_name(table, i), name))
            return i;
    return -1;
}

void lifelog_table_list(const struct lifelog_table *table, struct text *text)
{
    size_t begin = text->length;
    for (int i = 0; i < table->header.count; i++) {
        if (text->length - begin > NAMES_TOLD) {
            text_format(text, " and %d more", table->header.count - i);
            return;
        }
        text_format(text, "%s%.60s", i ? ", " : "", lifelog_table_name(table, i));
    }
}

static void header_put(struct lifelog_table *table, const char *text)
{
    line_split(table, text, strlen(text), &table->header);
}

static bool header_read(struct lifelog_table *table, struct error_list *errors)
{
    char *text;
    size_t length;
    enum lifelog_table_row kind = line_next(table, &text, &length);
    if (kind == FIT_TABLE_END) {
        error_add(errors, ERROR_INPUT, table->file, 0, NULL, "is empty; a CSV file with a header is needed");
        return false;
    }
    if (kind == FIT_TABLE_DAMAGED || !line_split(table, text, length, &table->header)) {
        error_add(errors, ERROR_INPUT, table->file, (int)table->line, NULL, "no header of a CSV file: %s",
                  table->message);
        return false;
    }
    bool numbers = true;
    for (int i = 0; i < table->header.count; i++) {
        double value;
        numbers = numbers && number_parse_real(lifelog_table_name(table, i), &value);
    }
    if (!numbers)
        return true;
    if (table->header.count != 2) {
        error_add(errors, ERROR_INPUT, table->file, (int)table->line, NULL,
                  "the first line holds numbers, so there is no header; without one a table must have two "
                  "columns, time and censored, and this one has %d",
                  table->header.count);
        return false;
    }
    struct lifelog_table_fields first = table->header;
    memset(&table->header, 0, sizeof table->header);
    header_put(table, "time,censored");
    table->row = first;
    table->first_waits = true;
    return true;
}

static bool table_open(struct lifelog_table *table, const char *file, bool noted, struct error_list *errors)
{
    memset(table, 0, sizeof *table);
    table->file = file;
    table->noted = noted;
    table->lines = lines_open(file);
    if (!table->lines) {
        error_add(errors, ERROR_INPUT, file, 0, NULL, "cannot be opened: %s", strerror(errno));
        return false;
    }
    csv_init(&table->parser, CSV_STRICT | CSV_STRICT_FINI);
    if (header_read(table, errors))
        return true;
    lifelog_table_close(table);
    return false;
}

bool lifelog_table_open(struct lifelog_table *table, const char *file, struct error_list *errors)
{
    return table_open(table, file, false, errors);
}

bool lifelog_table_open_noted(struct lifelog_table *table, const char *file, struct error_list *errors)
{
    return table_open(table, file, true, errors);
}

enum lifelog_table_row lifelog_table_next(struct lifelog_table *table)
{
    char *text;
    size_t length;
    if (table->first_waits) {
        table->first_waits = false;
        return FIT_TABLE_ROW;
    }
    enum lifelog_table_row kind = line_next(table, &text, &length);
    if (kind != FIT_TABLE_ROW)
        return kind;
    if (!line_split(table, text, length, &table->row))
        return FIT_TABLE_DAMAGED;
    if (table->row.count == table->header.count)
        return FIT_TABLE_ROW;
    snprintf(table->message, sizeof table->message, "%d fields; the header has %d columns", table->row.count,
             table->header.count);
    return FIT_TABLE_DAMAGED;
}

void lifelog_table_close(struct lifelog_table *table)
{
    if (!table->lines)
        return;
    lines_close(table->lines);
    csv_free(&table->parser);
    text_free(&table->header.bytes);
    text_free(&table->row.bytes);
    memset(table, 0, sizeof *table);
}
