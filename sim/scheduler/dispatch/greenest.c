/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * greenest: the least carbon for the whole job, of the sites that start it at once; none does: where it ends
 * first. Carbon is energy times the factor of the grid there, so a thirsty chip on a clean grid may win.
 */
#include "scheduler/dispatch/dispatch_pick.h"
#include "scheduler/dispatch/dispatch_rules.h"

static double carbon(const struct dispatch_site *site)
{
    return site->carbon;
}

static int32_t choose(const struct dispatch_view *view)
{
    return dispatch_pick_least(view, carbon);
}

const struct dispatch_rule dispatch_greenest = {
    .name = "greenest",
    .summary = "the least carbon among sites that start it at once, else where it ends first",
    .choose = choose,
};
