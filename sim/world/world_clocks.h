/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_clocks: the clocks of failures (world_clocks.c), for world_failures.c and world_faults.c. */
#ifndef TENK_WORLD_WORLD_CLOCKS_H
#define TENK_WORLD_WORLD_CLOCKS_H

#include "world/world_internal.h"

/* The number of a failure, of which a unit never has 65,536, with that of the site: failures of different
 * sites draw from different streams. */
uint32_t world_clock_entity(const struct world_site *site, uint32_t number);

/* What else chance decides of a failure: its cause, its repair. `unit` is below 2^24. */
struct random_stream world_clock_stream(const struct world *world, const struct world_site *site,
                                        uint32_t unit, uint32_t number, enum random_purpose purpose);

/* Failures of a server and us, by all causes that share its clock. */
double world_clock_rate(const struct world_site *site, int32_t server);

/* The server fails next in so many us. */
void world_clock_push(struct world *world, struct world_site *site, int32_t server, int64_t after);

/* Draws the next failure of a unit by a cause that has a clock for each, unless one is drawn. */
void world_clock_unit(struct world *world, struct world_site *site, int cause, int32_t unit);

/* The subject of a unit's events. */
int32_t world_clock_subject(int cause, int32_t unit);

/* Whether the server that comes for the retired one is bad too. */
bool world_clock_lemon(const struct world *world, const struct world_site *site, int32_t server);

/* The cause that struck, among those that share the server's clock. */
int world_clock_cause(const struct world *world, const struct world_site *site, int32_t server,
                      uint32_t number);

#endif
