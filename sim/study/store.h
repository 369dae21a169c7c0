/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store: the values of the units of a study, by scenario and replication.
 *
 * Problem: a driver asks again and again for units it had, in any order, and keeps the pointers; a journal
 * knows units of scenarios that the driver has not named yet. Choice: a shelf for each scenario hash; in it
 * rows of values, cut from large blocks so that they never move, and a table from replication to row.
 * Antithetic partners have a table of their own. Complexity: O(1) a look-up, O(shelves) to find a shelf;
 * memory: the values and 16 bytes a unit, 96 more where rows of CSV are kept. Ownership: store_free releases
 * everything.
 */
#ifndef TENK_STUDY_STORE_H
#define TENK_STUDY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STORE_PARTS = 7 }; /* row buffers of a world_result */

/* Where the rows of a unit lie. */
struct store_rows {
    int32_t source; /* number of the journal */
    int64_t offset; /* bytes, in its spool */
    int64_t length[STORE_PARTS];
    uint64_t sum; /* FNV-1a of them all */
};

struct store_table {
    double **values; /* [capacity], NULL: not known */
    struct store_rows **rows;
    int64_t *events;
    int32_t capacity;
};

struct store_block;

struct store_shelf {
    uint64_t hash;                /* of the scenario */
    int32_t slots;                /* values of a unit; -1: not known yet */
    int32_t known;                /* units */
    struct store_table tables[2]; /* plain, mirrored */
    struct store_block *blocks;
    struct store_shelf *next;
};

struct store {
    struct store_shelf *shelves, *last; /* last: found last */
};

/* The shelf of a scenario, made when there is none. */
struct store_shelf *store_shelf(struct store *store, uint64_t hash);

/* A unit's values, NULL when not known. `replication` may hold STUDY_MIRROR. */
const double *store_values(const struct store_shelf *shelf, int32_t replication);
const struct store_rows *store_rows(const struct store_shelf *shelf, int32_t replication);
int64_t store_events(const struct store_shelf *shelf, int32_t replication);

/* Copies a unit in; shelf->slots must be set. `rows` may be NULL. Keeps what is known already. */
void store_add(struct store_shelf *shelf, int32_t replication, const double *values, int64_t events,
               const struct store_rows *rows);

void store_free(struct store *store);

#endif
