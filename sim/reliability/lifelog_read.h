/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lifelog_read: failure data of a file, in one of two shapes, told by the header.
 *
 * lives: a row is a unit's life: columns start and end (or time, its length), and failed or censored. Words
 * other than yes and no in `failed` are kinds of failure; each kind is then a group of its own too, in which
 * other kinds are censoring (competing risks). A row that failed and has no start is a failure within another
 * row's life: it counts in rates alone. A row that lives on may lack an end: it was seen until the record's.
 *
 * outages: a row is an outage of a node: columns node, start, end; perhaps system, nodes (how many the
 * system has), node_begin and node_end (in and out of service). A life runs from a repair, or from the
 * node's begin, to the next outage, or censored to the node's end. Where these are not known, a node is
 * seen from the first outage of its system to the end of the record. An outage that begins before its node's
 * last one has ended continues it. Nodes that `nodes` counts and no row names never failed: each adds a
 * censored life as long as the mean time for which its system's other nodes were seen.
 *
 * Lives and repairs of length 0 have no logarithm: half of the resolution that the file's times have.
 * Mistakes are told with file and line, the first of them; with skip_damaged they are warnings and their rows
 * left out. Complexity: O(n log n) for n rows, 40 to 80 bytes a row.
 */
#ifndef TENK_RELIABILITY_LIFELOG_READ_H
#define TENK_RELIABILITY_LIFELOG_READ_H

#include "base/error.h"
#include "reliability/lifelog_data.h"
#include "reliability/lifelog_table.h"

enum fit_role {
    FIT_START,
    FIT_END,
    FIT_TIME,
    FIT_FAILED,
    FIT_CENSORED,
    FIT_NODE,
    FIT_SYSTEM,
    FIT_NODES,
    FIT_NODE_BEGIN,
    FIT_NODE_END,
    FIT_ROLES
};

/* What the user wrote; NULL: not given. */
struct lifelog_read_options {
    const char *format;             /* "lives", "outages"; by the header */
    const char *columns[FIT_ROLES]; /* names of columns; by fit_role_names */
    const char *by;                 /* a column: a group for each of its values */
    double unit;                    /* of times that are numbers, s */
    bool skip_damaged;
};

const char *fit_role_name(enum fit_role role);

/* The role called `name`, FIT_ROLES when there is none. */
enum fit_role fit_role_find(const char *name);

/* False with errors added and *data empty. */
bool lifelog_read(const char *file, const struct lifelog_read_options *options, struct lifelog_data *data,
                  struct error_list *errors);

/* Part of it, for the shapes: */

struct fit_row {
    double start, end;    /* s; NaN: not known */
    double begin, finish; /* of the node's service; NaN: not known */
    int32_t group, kind;  /* kind: -1 none (lives on), 0 failed, 1 and up a word */
    int32_t system, node;
    int32_t nodes; /* of the system; 0: not told */
};

struct lifelog_reading {
    const char *file;
    const struct lifelog_read_options *options;
    struct lifelog_table table;
    int column[FIT_ROLES], by; /* -1: none */
    bool dates, numbers;       /* what times have been met */
    double step;               /* largest of 1 s, 1 min, 1 h, 1 d that divides all of them */
    struct fit_row *rows;
    int32_t count, room;
    struct fit_names groups, kinds, systems, nodes;
    double record_end;
    int64_t told;
    struct lifelog_data *data;
    struct error_list *errors;
};

/* Makes groups, lives and repairs of the rows. */
void lifelog_lives_finish(struct lifelog_reading *reading);
void lifelog_outages_finish(struct lifelog_reading *reading);

/* Their numbers in the order of fit_names_compare; free it. O(n^2) for the few that there are. */
int32_t *fit_groups_sorted(const struct fit_names *names);

/* A life or repair of a length that may be 0. */
void fit_put(struct lifelog_reading *reading, struct fit_series *series, double time, bool failed);

#endif
