/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supply/allocation.h"

#include "supply/allocation/allocation_rules.h"

#include <string.h>

static const struct allocation_rule *const rules[] = {
    &allocation_priority, &allocation_pro_rata,    &allocation_first_come,    &allocation_max_min,
    &allocation_quota,    &allocation_highest_bid, &allocation_longest_queue,
};

enum { RULE_COUNT = sizeof rules / sizeof *rules };

const struct allocation_rule *allocation_rule_at(int index)
{
    return index >= 0 && index < RULE_COUNT ? rules[index] : NULL;
}

const struct allocation_rule *allocation_rule_named(const char *name)
{
    for (int i = 0; i < RULE_COUNT; i++)
        if (!strcmp(rules[i]->name, name))
            return rules[i];
    return NULL;
}
