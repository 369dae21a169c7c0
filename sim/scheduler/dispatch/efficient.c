/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * efficient: the least energy per useful FLOP, of the sites that start it at once; none does: where it ends
 * first. The job's FLOP are the same wherever it runs, so that is the least energy for the job.
 */
#include "scheduler/dispatch/dispatch_pick.h"
#include "scheduler/dispatch/dispatch_rules.h"

static double energy(const struct dispatch_site *site)
{
    return site->energy;
}

static int32_t choose(const struct dispatch_view *view)
{
    return dispatch_pick_least(view, energy);
}

const struct dispatch_rule dispatch_efficient = {
    .name = "efficient",
    .summary = "the least energy per useful FLOP among sites that start it at once, else where it ends first",
    .choose = choose,
};
