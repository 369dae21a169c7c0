/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * journal: the units of a study that are finished, on disk.
 *
 * Problem: a study of hours ends by Ctrl-C, kill -9 or a full disk, and what was computed should not be lost.
 * Choice: one text file that only grows. The first line says what it is a journal of: version, commit,
 * command, shape, hash of the scenarios, shard, arguments. Then a line a finished unit, in the order in which
 * they finished: hash of the scenario, replication, events, values as the hexadecimal digits of their bits
 * (trailing zeros left out), and where its rows lie. Every line ends in its FNV-1a checksum and is written by
 * one write(2). So a process that is killed leaves at most one torn line, the last, which is cut off. A wrong
 * checksum anywhere else is damage, and another version, hash or shape another study: refused, with a
 * sentence that says so. Rows of CSV go to a spool file beside it (PATH.rows), block first, then the line: a
 * block without a line is cut off, a line without its block (after a power failure) counts as not computed.
 *
 * The file is locked while it is written (flock), so two runs do not share one. Nothing is synced: a kill
 * needs none, a power failure costs the last seconds. Complexity: O(bytes) to read and write. Ownership:
 * journal_close releases all.
 */
#ifndef TENK_STUDY_JOURNAL_H
#define TENK_STUDY_JOURNAL_H

#include "base/error.h"
#include "base/text.h"
#include "study/store.h"

struct journal_header {
    const char *command;
    const char *shape;     /* what is kept of a unit, one word: values, rows, rows+jobs, ... */
    uint64_t hash;         /* of the scenarios and the question */
    int shard, shards;     /* 0, 0: all */
    const char *arguments; /* without line feed; may be "" */
};

/* A finished unit. */
struct journal_unit {
    uint64_t scenario;
    int32_t replication;
    int64_t events;
    int32_t count;
    const double *values;
    bool has_rows;
    struct store_rows rows; /* source: as journal_open was told */
};

struct journal {
    char *path, *spool_path;
    int file, spool; /* descriptors, -1: none */
    int64_t end, spool_end;
    int64_t units; /* in the file */
    int source;
    bool read_only;
    struct text line;
};

enum journal_mode {
    JOURNAL_NEW,      /* an older journal is overwritten */
    JOURNAL_CONTINUE, /* what is there is read; made when there is none */
    JOURNAL_SOURCE    /* only read; its shard may be any */
};

/* Called for each unit that is read; false: it does not fit, which ends the reading as damage does. */
typedef bool journal_take(void *context, const struct journal_unit *unit);

/* False with an error added: ERROR_INPUT when it is of something else or damaged, ERROR_SYSTEM by the
 * machine. */
bool journal_open(struct journal *journal, const char *path, const struct journal_header *header,
                  enum journal_mode mode, int source, journal_take *take, void *context,
                  struct error_list *errors);

/*
 * Adds a unit; `parts` are its rows, NULL for none, and *unit gets their place. False: errno says why, the
 * file is as it was before.
 */
bool journal_add(struct journal *journal, struct journal_unit *unit, const struct text *const *parts);

/* Reads the rows of a unit back into `parts`. False with an error added. */
bool journal_rows(const struct journal *journal, const struct store_rows *rows,
                  struct text *parts[STORE_PARTS], struct error_list *errors);

/* Closes; removes the files, too, when `remove` or when no unit is in them. Sources stay. */
void journal_close(struct journal *journal, bool remove);

/* What a file is a journal of, for those who only have its path. free() command and arguments. */
struct journal_about {
    char *command, *arguments;
    int shard, shards;
};

/* False with an error added when the file is no journal of this version of tenk. */
bool journal_about(const char *path, struct journal_about *about, struct error_list *errors);

/* Whether anything stands at the path. */
bool journal_exists(const char *path);

#endif
