/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * list_sources: where the figures of a catalogue are from: `tenk list sources`.
 *
 * A planner must be able to ask of every default "says who?", and a figure without an answer must not come
 * into a catalogue unnoticed. So the files are walked by the tables they are read by, and what a file writes
 * (never a fallback of the program) is matched with its source by one rule. A setting K of a group is covered
 * by
 *
 *   1. the group's text `P_source` with the longest P that K begins with (price_source: price_cny;
 *      checkpoint_source: checkpoint_cost), or whose P is related to K by the list in list_sources.c
 *      (power_source: idle_w); else
 *   2. the group's `source`; else
 *   3. the `source` of the nearest group around it.
 *
 * Its confidence, likewise: of a P_source the words of confidence that the text says with a colon ("media:
 * ...; assumption: ..."); of a `source` the `confidence` beside it; else the nearest one further out; else
 * "assumption", which is what the tables fall back to.
 * A number (date, duration, list) that no text covers is an error with its place. Names and switches need
 * none; covered ones are printed with their figures.
 *
 * Complexity: settings * members of their groups. Memory: the caller's text.
 */
#ifndef TENK_COMMAND_LIST_SOURCES_H
#define TENK_COMMAND_LIST_SOURCES_H

#include "base/error.h"
#include "base/text.h"
#include "command/list_catalogue.h"

#include <libconfig.h>
#include <stdbool.h>

enum { LIST_CONFIDENCE = 96 };

struct list_source {
    const char *text; /* of the tree; lives as long as it does */
    char confidence[LIST_CONFIDENCE];
};

/* What covers a setting of a tree by the rule above; false when nothing does. */
bool list_sources_find(const config_setting_t *setting, struct list_source *found);

/*
 * Appends a line for every group of settings that one text of a group covers:
 *     chips.a100: peak_tflops = 312, memory_gb = 80 [official] FlagPerf ...
 * Settings without a source become errors. False when errors were added.
 */
bool list_sources_put(const struct list_catalogue *catalogue, const char *file, struct text *out,
                      struct error_list *errors);

/* All catalogues that the folder holds, to standard output. */
void list_sources_print(const char *folder, struct error_list *errors);

#endif
