/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smallest-area: the job that plans to use the least card-time first.
 * Source: SAF of Carastan-Santos, de Camargo, Trystram & Zrigui, "One can only gain by replacing EASY
 * backfilling", CCGrid'19; smallest area first has long been known from strip packing.
 */
#include "base/number.h"
#include "scheduler/order/order_policies.h"

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy;
    return number_real_key((double)job_remaining(job, now) * job->cards);
}

const struct order_policy order_smallest_area = {
    .name = "smallest-area",
    .summary = "least planned card-time first",
    .formula = "planned length x cards (SAF; Carastan-Santos et al., CCGrid'19)",
    .key = key,
};
