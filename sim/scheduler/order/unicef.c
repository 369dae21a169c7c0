/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unicef: quick turnaround for small and short jobs. log2 of one card is 0: such jobs come before all larger
 * ones that wait, by wait / length (the limit of the formula). A planned length of 0 counts as 1 us.
 * Source: Tang, Lan, Desai & Buettner, "Fault-aware, utility-based job scheduling on Blue Gene/P systems",
 * CLUSTER'09.
 */
#include "base/number.h"
#include "scheduler/order/order_policies.h"

#include <math.h>

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy;
    static const double of_one = 1e-10; /* in place of log2(1) */
    int64_t planned = job_remaining(job, now);
    double size = job->cards > 1 ? log2(job->cards) : of_one;
    double length = (double)(planned > 0 ? planned : 1);
    return number_real_key(-(double)(now - job->submit) / (size * length));
}

const struct order_policy order_unicef = {
    .name = "unicef",
    .summary = "small and short jobs that waited first",
    .formula = "- wait / (log2(cards) x planned length) (Tang et al., CLUSTER'09)",
    .key = key,
    .changes = true,
};
