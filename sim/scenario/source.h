/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * source: a scenario file as a libconfig tree, with its traps closed.
 *
 * preflight.h looks at the raw text before libconfig does. Includes are relative to the folder of the
 * scenario file. Settings given on the command line (override.h) have "--set" for their place.
 * Ownership: source_free releases the tree; texts that were read from it die with it.
 */
#ifndef TENK_SCENARIO_SOURCE_H
#define TENK_SCENARIO_SOURCE_H

#include "base/error.h"

#include <libconfig.h>
#include <stdbool.h>

enum { SOURCE_NAME = 256 }; /* bytes of a file's name in messages */

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

/* Place of the setting with that path, or of its nearest ancestor: file and line for messages. */
void source_locate(const struct source *source, const char *path, char file[SOURCE_NAME], int *line);

/* True when the setting (or what holds it) came from the command line. */
bool source_overridden(const struct source *source, const char *path);

/* Adds an input error about a path, with its place. */
void source_error(const struct source *source, struct error_list *errors, const char *path,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

void source_free(struct source *source);

#endif
