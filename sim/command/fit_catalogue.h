/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_catalogue: fits as entries of configs/reliability.cfg's schema.
 *
 * The simulator's failures are exponential, so an entry takes the rate whatever distribution fits best; its
 * comment says which one does, because a Weibull shape far from 1 is worth knowing. What the data do not tell
 * (repair where there are only lives, restart, cost of a checkpoint) is filled with the assumptions of the
 * catalogue, marked as such.
 */
#ifndef TENK_COMMAND_FIT_CATALOGUE_H
#define TENK_COMMAND_FIT_CATALOGUE_H

#include "base/error.h"
#include "command/fit_report.h"

struct fit_catalogue {
    const char *name;    /* of the entries; groups follow behind a "-" */
    const char *file;    /* base name */
    const char *command; /* that made it */
    double units;        /* units of the data that make a node */
};

/*
 * The entry of one group: lives, and repairs or NULL. False with a warning added when a scenario could not
 * hold it (nothing failed, a rate beyond the schema).
 */
bool fit_catalogue_reliability(struct text *text, const struct fit_catalogue *catalogue,
                               struct fit_names *used, const struct fit_result *lives,
                               const struct fit_result *repairs, struct error_list *errors);

/* NAME, NAME-GROUP, with a number behind it when it is taken; longer than FIT_NAME never. */
void fit_catalogue_name(char out[FIT_NAME], const char *name, const char *group, struct fit_names *used);

#endif
