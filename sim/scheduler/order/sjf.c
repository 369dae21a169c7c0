/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sjf: shortest job first, by planned length. Key: planned microseconds; where a trace has no
 * estimate for the job, its actual length (the Helios and Philly studies rank by it).
 */
#include "scheduler/order/order_policies.h"

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy;
    return job_remaining(job, now);
}

const struct order_policy order_sjf = {
    .name = "sjf",
    .summary = "shortest job first, by planned length (actual where a trace has no estimate)",
    .formula = "planned length",
    .key = key,
};
