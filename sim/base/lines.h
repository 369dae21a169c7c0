/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lines: a text file line by line, plain or gzip.
 *
 * Problem: logs of machines arrive compressed, cut short in transfer, with foreign line ends, and a
 * reader must be able to say which line is at fault and then go on.
 * Choice: gzip is told by the file's first bytes, not by its name, and unpacked with zlib's inflate
 * rather than gzread: gzread drops what the failing call had already unpacked (up to the whole of a
 * small file whose check sum is wrong), inflate hands over every byte before the fault. Several gzip
 * members one after the other read as one text; zero bytes behind them are padding.
 *
 * A line ends with "\n" or "\r\n"; the last one may lack it. A UTF-8 byte order mark before the first
 * line is dropped. A line above LINES_LIMIT bytes is not held in memory, only counted and reported. The
 * piece of a line before a fault of the compressed data is dropped: it may be half a number.
 *
 * Ownership: lines_close releases everything; a returned text belongs to the reader, is writable, ends
 * with NUL and stays valid until the next call. Complexity: O(bytes), about 0.4 MB of memory.
 */
#ifndef TENK_BASE_LINES_H
#define TENK_BASE_LINES_H

#include <stddef.h>
#include <stdint.h>

enum { LINES_LIMIT = 65536 }; /* bytes of a line without its end */

enum lines_kind {
    LINES_TEXT,   /* *text, *length: the line without its end; may hold NUL bytes */
    LINES_LONG,   /* a line above LINES_LIMIT; reading can go on */
    LINES_BROKEN, /* the compressed data are cut or corrupt: lines_problem says how; LINES_END follows */
    LINES_FAILED, /* the file cannot be read further: lines_problem says why; LINES_END follows */
    LINES_END
};

struct lines;

/* NULL with errno set when the file is missing, forbidden or a folder. */
struct lines *lines_open(const char *file);

enum lines_kind lines_next(struct lines *lines, char **text, size_t *length);

/* 1-based number of the line last returned; for a fault the line that it cuts. */
int64_t lines_number(const struct lines *lines);

/* Words for LINES_BROKEN and LINES_FAILED, such as "the compressed data end early". */
const char *lines_problem(const struct lines *lines);

/* Accepts NULL. */
void lines_close(struct lines *lines);

#endif
