/* SPDX-License-Identifier: GPL-3.0-or-later */
/* allocation_rules: what the registry knows; each is defined in the file of its name. */
#ifndef TENK_SUPPLY_ALLOCATION_RULES_H
#define TENK_SUPPLY_ALLOCATION_RULES_H

#include "supply/allocation.h"

extern const struct allocation_rule allocation_first_come;
extern const struct allocation_rule allocation_highest_bid;
extern const struct allocation_rule allocation_longest_queue;
extern const struct allocation_rule allocation_max_min;
extern const struct allocation_rule allocation_priority;
extern const struct allocation_rule allocation_pro_rata;
extern const struct allocation_rule allocation_quota;

#endif
