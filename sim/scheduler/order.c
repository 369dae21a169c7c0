/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/order.h"

#include "scheduler/order/order_policies.h"

#include <string.h>

static const struct order_policy *const policies[] = {
    &order_fcfs, &order_sjf, &order_ljf,  &order_smallest_area, &order_wfp3,     &order_unicef,
    &order_f1,   &order_las, &order_srpt, &order_fair_share,    &order_priority, &order_round_robin,
};

enum { POLICY_COUNT = sizeof policies / sizeof *policies };

const struct order_policy *order_policy_at(int index)
{
    return index >= 0 && index < POLICY_COUNT ? policies[index] : NULL;
}

const struct order_policy *order_policy_named(const char *name)
{
    for (int i = 0; i < POLICY_COUNT; i++)
        if (!strcmp(policies[i]->name, name))
            return policies[i];
    return NULL;
}
