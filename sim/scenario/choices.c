/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/choices.h"

#include "reliability/spares.h"
#include "scheduler/dispatch.h"
#include "scheduler/scheduler.h"
#include "supply/allocation.h"

#include <stddef.h>

#define NAMED(function, ...)                                                                                 \
    const char *function(int index)                                                                          \
    {                                                                                                        \
        static const char *const names[] = {__VA_ARGS__};                                                    \
        return index >= 0 && index < (int)(sizeof names / sizeof *names) ? names[index] : NULL;              \
    }

NAMED(choices_confidence, "measured", "official", "analyst estimate", "media", "derived", "assumption")
NAMED(choices_count_unit, "card", "package", "die")
NAMED(choices_kind, "pretraining", "fine-tuning", "evaluation", "debugging")
NAMED(choices_delivery, "supply", "at-once")
NAMED(choices_choose, "completion", "preference")
NAMED(choices_report, "full", "brief", "group")
NAMED(choices_scope, "card", "node", "link", "job", "leaf", "rack", "pod", "storage", "site")
NAMED(choices_effect, "stop", "slow", "silent")
NAMED(choices_fails_when, "up", "busy")
NAMED(choices_life, "exponential", "weibull", "lognormal")
NAMED(choices_time_law, "lognormal", "exponential", "fixed")

const char *choices_allocation(int index)
{
    const struct allocation_rule *rule = allocation_rule_at(index);
    return rule ? rule->name : NULL;
}

const char *choices_dispatch(int index)
{
    const struct dispatch_rule *rule = dispatch_rule_at(index);
    return rule ? rule->name : NULL;
}

const char *choices_order(int index)
{
    const struct order_policy *policy = order_policy_at(index);
    return policy ? policy->name : NULL;
}

const char *choices_backfill(int index)
{
    return scheduler_depth_name(index);
}

const char *choices_place(int index)
{
    const struct place_policy *policy = place_policy_at(index);
    return policy ? policy->name : NULL;
}

const char *choices_preempt(int index)
{
    return scheduler_preempt_name(index);
}

const char *choices_spares(int index)
{
    const struct spares_policy *policy = spares_policy_at(index);
    return policy ? policy->name : NULL;
}
