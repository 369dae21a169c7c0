/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_maturity_data: measured speeds of software over the time it was tuned, from a CSV file.
 *
 * Columns: date, value, perhaps reference (the speed of the same work elsewhere at that time; the values are
 * then divided by it) and series. Lines that begin with # are notes, such as the source. A wrong row is told
 * with its line and the file refused. Rows may stand in any order; points of a series are sorted by date,
 * equal dates as in the file. Ownership: fit_maturity_data_free releases everything. Complexity: O(n log n).
 */
#ifndef TENK_COMMAND_FIT_MATURITY_DATA_H
#define TENK_COMMAND_FIT_MATURITY_DATA_H

#include "base/error.h"
#include "reliability/lifelog_data.h"

#include <stdbool.h>

enum { FIT_MATURITY_SERIES = 100, FIT_MATURITY_POINTS = 1000, FIT_MATURITY_LETTERS = 40 };

struct fit_maturity_row {
    int64_t date;            /* us since 1970 */
    double value, reference; /* as given; reference is NAN when there is none */
    int line;
};

struct fit_maturity_series {
    char name[FIT_NAME]; /* "all" without a column of series */
    struct fit_maturity_row *rows;
    double *days;   /* since the first row's date */
    double *values; /* over the reference, if there is one */
    int32_t count, room;
    bool relative;
};

struct fit_maturity_data {
    struct fit_maturity_series *series; /* in order of appearance */
    int32_t count;
    int64_t rows;
};

/* `relative`: divide by the references. False with errors added. */
bool fit_maturity_data_read(struct fit_maturity_data *data, const char *file, bool relative,
                            struct error_list *errors);

void fit_maturity_data_free(struct fit_maturity_data *data);

#endif
