/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * change: what an event changes in a scenario while it runs.
 *
 * An event's `set` is a list of assignments, `path=value; path=value`; a `*` in a path stands for every entry
 * of a map. They are resolved and checked when the scenario is read, so nothing can go wrong in the middle of
 * a future: a future takes a copy of the scenario (change_copy), applies the events that hold and makes its
 * plan anew. What a running future has been built from cannot change (the number of sites, a centre's cards
 * and nodes, the order of its queue, the job classes); change_allowed knows, docs/events.md lists it.
 * Ownership: the arena given. Complexity: apply O(assignments), copy O(entries of all maps).
 */
#ifndef TENK_SCENARIO_CHANGE_H
#define TENK_SCENARIO_CHANGE_H

#include "scenario/scenario.h"

enum { CHANGE_DEPTH = 3 }; /* maps within maps */

union change_value {
    const char *text;
    int64_t whole;
    double real;
    bool flag;
    struct schema_list list;
};

/* One setting and its new value. */
struct change {
    const struct schema_field *field;
    const char *path;
    int depth;
    size_t map[CHANGE_DEPTH];   /* offset of the map passed */
    size_t entry[CHANGE_DEPTH]; /* bytes into its entries */
    size_t offset;              /* in the innermost struct */
    union change_value value;
};

/* What an event that is taken does. */
struct change_set {
    const struct scenario_event *event;
    int number; /* of the event in the file */
    int count;
    struct change *changes;
};

/*
 * Resolves the events that scenario->take_events names into scenario->changes; false with errors added: no
 * such event or path, a value out of range, a setting that cannot change, a scenario that would not hold any
 * more.
 */
bool change_resolve(struct scenario *scenario, struct error_list *errors);

/* A copy whose settings can be changed without the original; everything else is shared. */
void change_copy(struct scenario *to, const struct scenario *from, struct arena *arena);

void change_apply(struct scenario *scenario, const struct change_set *set);

/* The n-th pattern of paths that an event may change, NULL behind the last. */
const char *change_pattern(int index);

#endif
