/* SPDX-License-Identifier: GPL-3.0-or-later */
/* home: every job stays where it was submitted; among several pools there, where it ends first. */
#include "scheduler/dispatch/dispatch_pick.h"
#include "scheduler/dispatch/dispatch_rules.h"

const struct dispatch_rule dispatch_home = {
    .name = "home",
    .summary = "stays at home",
    .home_only = true,
    .choose = dispatch_pick_soonest,
};
