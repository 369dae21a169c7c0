/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shortest: what sjf does, from outside. */
#include <tenk/order.h>

static double score(const struct tenk_job *job, const struct tenk_site *site, void *state)
{
    (void)site, (void)state;
    return (double)job->remaining_us;
}

const struct tenk_order tenk_order_policy = {
    .abi = TENK_ORDER_ABI,
    .name = "shortest",
    .summary = "planned length",
    .score = score,
};
