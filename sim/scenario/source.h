/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * source: a scenario file as a libconfig tree, with its traps closed.
 *
 * libconfig 1.5 cuts 5000000000 to 705032704 and 0xFFFFFFFF to -1 without a word; source_read looks at
 * the raw text of the file and of everything it includes and refuses whole numbers that do not fit.
 * Includes are relative to the folder of the scenario file.
 * `--set path=value` changes the tree before anything reads it; the value is libconfig text, or
 * plain text where it is not (90d, easy). Messages about such a setting name the option as its place.
 * Ownership: source_free releases the tree; texts that were read from it die with it.
 */
#ifndef TENK_SCENARIO_SOURCE_H
#define TENK_SCENARIO_SOURCE_H

#include "base/error.h"

#include <libconfig.h>
#include <stdbool.h>

struct source {
    config_t config;
    char *file;
    char **overrides; /* paths set from the command line */
    int override_count;
};

/* False with errors added: cannot be opened, syntax, include missing, number too large. */
bool source_read(struct source *source, const char *file, struct error_list *errors);

/* Reads a catalogue, whose entries stand at its top level, as the group `key` of a tree of its own. */
bool source_read_entries(struct source *source, const char *file, const char *key, struct error_list *errors);

/* Applies "path=value"; false with an error added when the path cannot be walked or the text is no
 * assignment. */
bool source_set(struct source *source, const char *assignment, struct error_list *errors);

/* Place of the setting with that path, or of its nearest ancestor: file and line for messages. */
void source_locate(const struct source *source, const char *path, const char **file, int *line);

/* True when the setting (or what holds it) came from the command line. */
bool source_overridden(const struct source *source, const char *path);

/* Adds an input error about a path, with its place. */
void source_error(const struct source *source, struct error_list *errors, const char *path,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

void source_free(struct source *source);

#endif
