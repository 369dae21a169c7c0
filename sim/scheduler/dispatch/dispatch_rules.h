/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dispatch_rules: what the registry knows; each is defined in the file of its name. */
#ifndef TENK_SCHEDULER_DISPATCH_RULES_H
#define TENK_SCHEDULER_DISPATCH_RULES_H

#include "scheduler/dispatch.h"

extern const struct dispatch_rule dispatch_home;
extern const struct dispatch_rule dispatch_least_wait;
extern const struct dispatch_rule dispatch_cheapest;
extern const struct dispatch_rule dispatch_greenest;
extern const struct dispatch_rule dispatch_efficient;
extern const struct dispatch_rule dispatch_preference;

#endif
