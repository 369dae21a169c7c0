/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * factor: a setting that a study varies, and the values that it takes.
 *
 * Either a list of texts, or a range from one end to the other: whole numbers, numbers with or without a unit
 * ("10d", "40d"), or dates. A range is walked in equal levels (a grid, a search) or entered anywhere (a
 * random design). Values are texts as `--set` takes them, so the schema of scenarios checks them like
 * anything else, and short: 0.3, not 0.30000000000000004.
 *
 * On the command line: PATH=a,b,c (commas inside brackets or quotes do not part) or PATH=FROM..TO[:STEP].
 * factor_free releases the texts. O(length).
 */
#ifndef TENK_STUDY_FACTOR_H
#define TENK_STUDY_FACTOR_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum factor_kind {
    FACTOR_LIST,
    FACTOR_WHOLE,
    FACTOR_REAL, /* with `unit` behind the number, or none */
    FACTOR_DATE  /* numbers are days since 1970 */
};

struct factor {
    char *path;
    enum factor_kind kind;
    int count; /* of a list */
    char **texts;
    double from, to;
    double step; /* between the levels of a range; 0: none given */
    char unit[16];
};

/* One more text of a list. */
void factor_add(struct factor *factor, const char *text);

/* Makes it a range; on failure the sentence that tells why, else NULL. */
const char *factor_range(struct factor *factor, const char *from, const char *to);

/* The distance of levels, as a text: a number with the unit of the range; days ("7d" or 7) for dates. */
const char *factor_step(struct factor *factor, const char *step);

/* `levels` equal levels of a range, both ends included. */
const char *factor_levels_set(struct factor *factor, int64_t levels);

/* Levels of a list, or of a range with a step; 0: a range without. */
int64_t factor_levels(const struct factor *factor);

/* Appends the text of a level. */
void factor_level(const struct factor *factor, int64_t level, struct text *text);

/* Appends the text at u in [0, 1]: evenly over a range, its levels when it has a step, or over a list. */
void factor_at(const struct factor *factor, double u, struct text *text);

/* PATH=VALUES of an option such as "--vary". False with an error added. */
bool factor_parse(struct factor *factor, const char *option, const char *assignment,
                  struct error_list *errors);

/* PATH=TEXT for study_add_point, to be freed. */
char *factor_assignment(const struct factor *factor, const char *text);

void factor_free(struct factor *factor);

#endif
