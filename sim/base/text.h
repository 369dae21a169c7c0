/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text: a growing byte buffer for result rows, and the "did you mean" distance.
 *
 * Result files are produced per replication, possibly by several threads, and written in order of
 * index. Each replication therefore formats its rows into buffers of its own; appending is O(length)
 * amortised. A buffer owns its bytes; text_free releases them, text_clear keeps them for reuse.
 */
#ifndef TENK_BASE_TEXT_H
#define TENK_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes; /* NUL-terminated once anything was appended */
    size_t length;
    size_t capacity;
};

void text_append(struct text *text, const char *bytes, size_t length);
void text_put(struct text *text, const char *string);
void text_char(struct text *text, char c);
void text_int(struct text *text, int64_t value);
void text_real(struct text *text, double value);            /* number_write_real */
void text_seconds(struct text *text, int64_t microseconds); /* number_write_seconds */
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The bytes as a C string, "" when empty. */
const char *text_string(const struct text *text);

void text_clear(struct text *text);
void text_free(struct text *text);

/*
 * Index of the candidate nearest to `word` (optimal string alignment distance: insertions,
 * deletions, substitutions, neighbour swaps), or -1 when none is near enough to be a typing slip
 * (more than a third of the letters, at least 2, differ). O(count * length^2).
 */
int text_nearest(const char *word, const char *const *candidates, int count);

#endif
