/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cheapest: the least CNY for the whole job, of the sites that start it at once; none does: where it ends
 * first. */
#include "scheduler/dispatch/dispatch_pick.h"
#include "scheduler/dispatch/dispatch_rules.h"

static double cost(const struct dispatch_site *site)
{
    return site->cost;
}

static int32_t choose(const struct dispatch_view *view)
{
    return dispatch_pick_least(view, cost);
}

const struct dispatch_rule dispatch_cheapest = {
    .name = "cheapest",
    .summary = "the least cost among sites that start it at once, else where it ends first",
    .choose = choose,
};
