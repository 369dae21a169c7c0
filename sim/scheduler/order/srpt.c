/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * srpt: shortest remaining (planned) processing time, preemptive: a waiting job may stop running ones that
 * have longer to go. Minimises the mean flow time on one machine; for gangs it is the yardstick of schedulers
 * that know job lengths. Source: Schrage, "A proof of the optimality of the shortest remaining processing
 * time discipline", Operations Research 16(3), 1968.
 */
#include "scheduler/order/order_policies.h"

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy;
    return job_remaining(job, now);
}

const struct order_policy order_srpt = {
    .name = "srpt",
    .summary = "shortest remaining planned time, preemptive",
    .formula = "planned length left (Schrage, Operations Research 16, 1968)",
    .key = key,
    .preempts = true,
};
