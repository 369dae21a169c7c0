/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waited: what wfp3 does, from outside: scores change while jobs wait. */
#include <tenk/order.h>

static double score(const struct tenk_job *job, const struct tenk_site *site, void *state)
{
    (void)state;
    double length = (double)(job->remaining_us > 0 ? job->remaining_us : 1);
    double ratio = (double)(site->now_us - job->submit_us) / length;
    return -(ratio * ratio * ratio * job->cards);
}

const struct tenk_order tenk_order_policy = {
    .abi = TENK_ORDER_ABI,
    .name = "waited",
    .summary = "(wait / length)^3 x cards",
    .score = score,
    .changes = true,
};
