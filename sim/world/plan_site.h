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

/* Sites and pools that an entry makes: its copies, each with its pools and its substitutes' ones. */
int plan_site_pools(const struct plan *plan, const struct scenario_site *site);

/* Fills plan->sites from `first` on with an entry's centres; returns the number of the next site. */
int plan_site_add(struct plan *plan, const struct scenario *scenario, const struct scenario_site *site,
                  int first);

/* One pool as a site of its own, but for its place among others (plan_site.c). */
void plan_site_make(struct plan_site *to, const struct scenario *scenario, const struct scenario_site *site,
                    struct arena *arena);

/* Name of the group of an entry: its own, or that of its copies; "" for none. */
const char *plan_site_group(const struct scenario_site *site);

/* Gang sizes at which the bins of the results begin; NULL or an empty list: the usual ones. */
void plan_site_sizes(struct plan_site *to, const struct schema_list *bins);

#endif
