/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * least-wait: where the job ends first, queue and chip counted: minimum completion time (MCT; Maheswaran et
 * al., JPDC 59, 1999). Least time until the result, not until the start: a slow chip that is free is no gain.
 */
#include "scheduler/dispatch/dispatch_pick.h"
#include "scheduler/dispatch/dispatch_rules.h"

const struct dispatch_rule dispatch_least_wait = {
    .name = "least-wait",
    .summary = "where it ends first; of equal ends home, then the lower index",
    .choose = dispatch_pick_soonest,
};
