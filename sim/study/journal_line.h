/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal_line: how the lines of a journal are written and read (journal.h says what they hold). */
#ifndef TENK_STUDY_JOURNAL_LINE_H
#define TENK_STUDY_JOURNAL_LINE_H

#include "study/journal.h"

enum journal_line_kind {
    JOURNAL_LINE_GOOD,
    JOURNAL_LINE_DAMAGED, /* the checksum is wrong, or what it covers makes no sense */
    JOURNAL_LINE_FOREIGN  /* no journal */
};

/* Replaces *line by a header or a unit, checksum and line feed included. */
void journal_line_header(struct text *line, const struct journal_header *header);
void journal_line_unit(struct text *line, const struct journal_unit *unit);

/* A header that was read; texts of `length` bytes point into the line. */
struct journal_line_piece {
    const char *at;
    size_t length;
};

struct journal_line_about {
    struct journal_line_piece version, commit, command, shape, arguments;
    uint64_t hash;
    int shard, shards;
};

bool journal_line_is(struct journal_line_piece piece, const char *text);

/* `length` without the line feed. */
enum journal_line_kind journal_line_read_header(const char *line, size_t length,
                                                struct journal_line_about *about);

/* Whether it was written by this version of tenk; an error added when not. */
bool journal_line_ours(const char *path, const struct journal_line_about *about, struct error_list *errors);

/* Values go to *values, which grows (capacity in doubles). */
bool journal_line_read_unit(const char *line, size_t length, struct journal_unit *unit, double **values,
                            size_t *capacity);

#endif
