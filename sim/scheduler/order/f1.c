/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * f1: small and early jobs first, by a formula that was fitted to simulated schedules.
 *
 * Key: log10(planned) * cards + 870 * log10(submit), both times in seconds; the submission counts from the
 * beginning of the log, so the weight of waiting fades as the log goes on, and a window of a log must keep
 * the log's times. Where a trace has no estimate for the job: its actual length, as under sjf. A time below a
 * tenth of a second counts as a tenth, as in the code of RLScheduler, where 0 becomes 0.1. Source:
 * Carastan-Santos, de Camargo, "Obtaining dynamic scheduling policies with simulation and machine learning"
 * (SC'17), table 3.
 */
#include "base/number.h"
#include "engine/clock.h"
#include "scheduler/order/order_policies.h"

#include <math.h>

static double log_seconds(int64_t microseconds)
{
    return log10(fmax((double)microseconds / (double)CLOCK_SECOND, 0.1));
}

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy;
    int64_t length = job_remaining(job, now);
    return number_real_key(log_seconds(length) * job->cards + 870 * log_seconds(job->submit));
}

const struct order_policy order_f1 = {
    .name = "f1",
    .summary = "small and early first, fitted to simulations (Carastan-Santos and de Camargo, SC'17)",
    .formula = "log10(planned length) * cards + 870 * log10(submit), in seconds",
    .key = key,
};
