/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/check.h"

#include "scenario/checker.h"

void check_scenario(const struct scenario *scenario, struct error_list *errors)
{
    struct checker checker = {.scenario = scenario, .errors = errors};
    check_catalogues(&checker);
    check_sites(&checker);
    check_supply(&checker);
    check_country(&checker);
}
