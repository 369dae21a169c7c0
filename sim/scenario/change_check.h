/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * change_check: would the scenario still hold after an event?
 *
 * A value in its range can still break what two settings promise each other: a table of other length than its
 * years, a floor above its ceiling. Such promises are between two settings of one group, so it is enough to
 * try each event alone, and two at a time where they set different settings of one group and may hold at the
 * same time, in each order in which they may begin. Ownership: nothing is kept. Complexity: one check of the
 * scenario an event, two a pair that meets.
 */
#ifndef TENK_SCENARIO_CHANGE_CHECK_H
#define TENK_SCENARIO_CHANGE_CHECK_H

#include "scenario/change.h"

/* Adds what is wrong of the scenario after the change, and after the one before it (NULL: none). */
void change_check(const struct scenario *scenario, const char *place, const struct change_set *set,
                  const struct change_set *before, struct error_list *errors);

/* The same of `set` while `before` holds, if that can matter. */
void change_check_pair(const struct scenario *scenario, const struct change_set *before,
                       const struct change_set *set, struct error_list *errors);

#endif
