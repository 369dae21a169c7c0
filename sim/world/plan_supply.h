/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_supply: the lines, their chips, memories and buyers of a plan (plan.h). */
#ifndef TENK_WORLD_PLAN_SUPPLY_H
#define TENK_WORLD_PLAN_SUPPLY_H

#include "world/plan.h"

/* Lines as supply.line names them; nothing when it names none. */
void plan_supply_add(struct plan *plan, const struct scenario *scenario);

/* Number of the line of that name among those that serve; -1: it does not. */
int plan_supply_line(const struct plan *plan, const char *name);

/* Number of the chip among those that lines make; -1: none makes it. */
int plan_supply_chip(const struct plan *plan, const char *name, size_t length);

/* Appends the chips of a list of names with commas that some line makes, each once. */
void plan_supply_chips(const struct plan *plan, const char *names, struct market_terms *terms);

#endif
