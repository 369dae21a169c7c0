/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan_site: the sites of a plan, from what the scenario says of them; part of plan.
 *
 * A centre with cards of several chips becomes as many sites of the plan, one after the other: the first one
 * gets the arrivals and hands jobs to the others.
 */
#ifndef TENK_WORLD_PLAN_SITE_H
#define TENK_WORLD_PLAN_SITE_H

#include "world/plan.h"

/* Fills plan->sites from `first` on with a centre; returns the number of the next site. */
int plan_site_centre(struct plan *plan, const struct scenario *scenario, const struct scenario_site *site,
                     int first);

/* Gang sizes at which the bins of the results begin; NULL or an empty list: the usual ones. */
void plan_site_sizes(struct plan_site *to, const struct schema_list *bins);

#endif
