/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policies: the orders that a scenario names, registered ones and those from files.
 *
 * A file that a scenario names is looked for from the scenario's folder, as its includes are; one that --set
 * names from where the user stands. What is wrong with it is a mistake of the setting that names it.
 */
#ifndef TENK_SCENARIO_POLICIES_H
#define TENK_SCENARIO_POLICIES_H

#include "scenario/scenario.h"

/* Fills order_policy and candidates_policy of every site; NULL where an error was added, here or before. */
void policies_resolve(struct scenario *scenario, struct error_list *errors);

#endif
