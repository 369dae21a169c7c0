/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check: what one setting alone cannot tell.
 *
 * References that must exist, lists that must have equal lengths, settings that exclude each other. Every
 * finding is an input error with the place of the setting that is easiest to mend. Works on
 * scenarios of which some settings could not be read (they are zero or NULL).
 */
#ifndef TENK_SCENARIO_CHECK_H
#define TENK_SCENARIO_CHECK_H

#include "scenario/scenario.h"

void check_scenario(const struct scenario *scenario, struct error_list *errors);

#endif
