/* SPDX-License-Identifier: GPL-3.0-or-later */
/* first-come: orders are filled one after the other, by date, then in order of arrival; buyers are not told
 * apart. */
#include "supply/allocation/allocation_rules.h"
#include "supply/allocation/shares.h"

static void divide(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant,
                   struct allocation_share *shares)
{
    (void)shares;
    for (int32_t i = 0; i < count; i++)
        grant[i] = 0;
    shares_rest(orders, count, stock, grant);
}

const struct allocation_rule allocation_first_come = {
    .name = "first-come",
    .summary = "orders one after the other, by date",
    .divide = divide,
};
