/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lifelog_table: a CSV file, plain or gzipped, whose columns are found by name.
 *
 * Operators' tables differ in their columns' names, order and number. Names are compared without regard to
 * case, "_" and " " count as the same. A first line of nothing but numbers is no header: a table of two
 * columns then has the names "time" and "censored".
 *
 * A row is a line; quoted fields are understood, but a line end within quotes damages both halves.
 * Ownership: lifelog_table_close releases everything; fields stay valid until the next row. Complexity:
 * O(bytes).
 */
#ifndef TENK_RELIABILITY_LIFELOG_TABLE_H
#define TENK_RELIABILITY_LIFELOG_TABLE_H

#include "base/error.h"
#include "base/lines.h"
#include "base/text.h"

#include <csv.h>
#include <stdint.h>

enum { FIT_TABLE_COLUMNS = 256 };

enum lifelog_table_row {
    FIT_TABLE_ROW,
    FIT_TABLE_DAMAGED, /* table->message says how; reading can go on */
    FIT_TABLE_END
};

/* The bytes of one row, field after field, each ended by NUL. */
struct lifelog_table_fields {
    struct text bytes;
    size_t start[FIT_TABLE_COLUMNS];
    int count, rows;
};

struct lifelog_table {
    const char *file;
    struct lines *lines;
    struct csv_parser parser;
    struct lifelog_table_fields header, row;
    bool first_waits; /* the first line was a row */
    bool noted;       /* lines that begin with # are notes, not rows */
    int64_t line;     /* of the row, 1-based */
    char message[160];
};

/* Opens the file and reads the header. False with an error added: missing, empty, no table. */
bool lifelog_table_open(struct lifelog_table *table, const char *file, struct error_list *errors);

/* The same for a file with notes: lines that begin with # are passed over, before and behind the header. */
bool lifelog_table_open_noted(struct lifelog_table *table, const char *file, struct error_list *errors);

enum lifelog_table_row lifelog_table_next(struct lifelog_table *table);

/* Index of a column, -1 when there is none of the name. */
int lifelog_table_find(const struct lifelog_table *table, const char *name);

const char *lifelog_table_name(const struct lifelog_table *table, int column);

/* The text of a field without blanks around it; "" when column is -1. */
const char *lifelog_table_field(const struct lifelog_table *table, int column);

/* Appends the names of all columns, as far as they fit into a message. */
void lifelog_table_list(const struct lifelog_table *table, struct text *text);

/* Accepts a table that was never opened (zeroed). */
void lifelog_table_close(struct lifelog_table *table);

#endif
