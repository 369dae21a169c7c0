/* SPDX-License-Identifier: GPL-3.0-or-later */
/* place_policies: what the registry knows, and what whole-node policies share. */
#ifndef TENK_SCHEDULER_PLACE_POLICIES_H
#define TENK_SCHEDULER_PLACE_POLICIES_H

#include "scheduler/place.h"

extern const struct place_policy place_count;
extern const struct place_policy place_consolidate;
extern const struct place_policy place_first_fit;
extern const struct place_policy place_best_fit;
extern const struct place_policy place_spread;
extern const struct place_policy place_random;
extern const struct place_policy place_subtree;

/* Largest gang when whole eights take wholly free nodes and the rest sits on one further node. */
int64_t place_whole_largest(const struct nodes *view);

/* Takes the `whole` lowest wholly free nodes from `from` on; returns the number behind the last one taken. */
int32_t place_whole_nodes(const struct nodes *view, int32_t from, int32_t whole, struct job_part *parts);

#endif
