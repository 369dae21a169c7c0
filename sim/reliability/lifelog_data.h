/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lifelog_data: what the fits of `tenk fit failures` are made from, whatever the file looked like.
 *
 * Lives: how long each unit (card, node) was up until it failed or was last seen. Repairs: how long it was
 * away. Both in groups, in the order in which they are reported. Times are seconds.
 * Ownership: lifelog_data_free releases everything.
 */
#ifndef TENK_RELIABILITY_LIFELOG_DATA_H
#define TENK_RELIABILITY_LIFELOG_DATA_H

#include "stats/survival.h"

#include <stdint.h>

enum { FIT_GROUPS = 1000, FIT_KINDS_OF_FAILURE = 16, FIT_NAME = 64, FIT_ROWS = 100000000 };

struct fit_series {
    struct survival_life *lives;
    int32_t count, room;
};

void fit_series_add(struct fit_series *series, double time, bool failed);

struct fit_group {
    char name[FIT_NAME];
    struct fit_series lives, repairs;
    double extra; /* failures during somebody's life that ended none: for rates only */
};

struct lifelog_data {
    struct fit_group *groups;
    int32_t count;
    const char *format; /* "lives" or "outages"; static */
    double resolution;  /* of the file's times, s */
    int64_t rows;
    int64_t damaged;  /* left out with --skip-damaged */
    int64_t no_time;  /* censored lives of length 0: left out */
    int64_t zero;     /* failures and repairs of length 0: taken as half of the resolution */
    int64_t no_start; /* failures without a start: for rates only */
    int64_t merged;   /* outages that continue another one of their node */
    int64_t silent;   /* nodes that never failed, known from their number alone */
};

/* A new group, or NULL when there are FIT_GROUPS already. Pointers to groups die. */
struct fit_group *lifelog_data_group(struct lifelog_data *data, const char *name);

void lifelog_data_free(struct lifelog_data *data);

/* Texts as numbers from 0, in order of appearance. O(1) a look-up. */
struct fit_names {
    char **names;
    int32_t *slots; /* open addressing; number + 1, 0: empty */
    int32_t count, size;
};

int32_t fit_names_number(struct fit_names *names, const char *name);

void fit_names_free(struct fit_names *names);

/* Orders names for people: whole numbers by value and before words, words by bytes. */
int fit_names_compare(const char *a, const char *b);

#endif
