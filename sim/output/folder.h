/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * folder: a result folder that is either whole or not there.
 *
 * All files are written into `DIR.partial`, a sibling; only when everything is written, flushed and
 * synced does one rename make it `DIR`. Killed, interrupted or out of disk, a run leaves the old
 * results as they were and at most a `.partial` folder, which the next run to the same place
 * clears away. A folder that holds anything is refused; with `force` it is replaced, but only when tenk
 * could have written every file in it.
 * Two runs to one folder at a time are refused (a lock on the partial folder).
 */
#ifndef TENK_OUTPUT_FOLDER_H
#define TENK_OUTPUT_FOLDER_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>

struct folder {
    char *path;
    char *partial;
    int lock; /* descriptor of the partial folder, -1 when closed */
};

struct folder_file {
    FILE *stream; /* NULL after an error */
    const char *name;
    char *path;
    bool failed;
    int problem; /* errno of the first failure */
};

/* Makes the partial folder (and missing parents). False with an error added. */
bool folder_open(struct folder *folder, const char *path, bool force, struct error_list *errors);

/* Makes the folders above a path where they are missing. False with an error added. */
bool folder_parents(const char *path, struct error_list *errors);

/* Opens a file in it. Writing to a failed file does nothing; folder_close tells. */
void folder_create(const struct folder *folder, struct folder_file *file, const char *name);
void folder_write(struct folder_file *file, const struct text *text);

/* Flushes, syncs and closes. False with an error added when anything failed since the file was opened. */
bool folder_close(struct folder_file *file, struct error_list *errors);

/* Writes a whole file at once. */
bool folder_put(const struct folder *folder, const char *name, const struct text *text,
                struct error_list *errors);

/* Makes the results visible under their name; frees the folder. False with an error added. */
bool folder_commit(struct folder *folder, struct error_list *errors);

/* Removes what was written; frees the folder. Harmless on a folder that was never opened. */
void folder_discard(struct folder *folder);

#endif
