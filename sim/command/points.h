/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * points: what sweep and sensitivity share: a study file, and points of its factors' space as variants.
 *
 * A point is a text per factor; "" leaves the scenario's own setting. Values of a metric at a point come as
 * the mean over its futures. points_free releases it all.
 */
#ifndef TENK_COMMAND_POINTS_H
#define TENK_COMMAND_POINTS_H

#include "command/method.h"
#include "study/study_file.h"

struct points {
    struct method method;
    const char *name; /* of the study file */
    struct study_file file;
    int count, futures;
    char **texts; /* [count][factors] */
};

/* The argument of the command, and the method's options; `example` shows what is missing. */
error_t points_parse(struct points *points, int key, char *text, struct argp_state *state,
                     const char *example);

/* Reads the study file; the futures of a point are its own, unless -n says else. False with errors. */
bool points_read(struct points *points);

/* Adds a point at unit[factors] of the cube. False with errors. */
bool points_add(struct points *points, const double *unit);

/* The same with one factor at a level of its two ends (0 or 1), all others as the scenario has them; -1:
 * none. */
bool points_add_one(struct points *points, int factor, int end);

const char *points_text(const struct points *points, int point, int factor);

/* Slot of a metric of the file at a point; -1 with an error. */
int points_slot(struct points *points, int point, int metric);

/* values[futures] of a slot at a point. */
void points_values(const struct points *points, int point, int slot, double *values);

/* A field of a CSV file, in quotes where it needs them. */
void points_field(struct text *text, const char *field);

/* Members of the manifest. */
void points_manifest(void *context, struct json *json);

void points_free(struct points *points);

#endif
