/* SPDX-License-Identifier: GPL-3.0-or-later */
/* broken: a policy that must not be loaded; each macro breaks one member. */
#include <tenk/order.h>

#ifndef ABI
#define ABI TENK_ORDER_ABI
#endif
#ifndef NAME
#define NAME "broken"
#endif
#ifndef SUMMARY
#define SUMMARY "may not be loaded"
#endif
#ifndef SCORE
#define SCORE score
#endif
#ifndef LIMIT
#define LIMIT 0
#endif
#ifndef STATE
#define STATE 0
#endif

double score(const struct tenk_job *job, const struct tenk_site *site, void *state);
double score(const struct tenk_job *job, const struct tenk_site *site, void *state)
{
    (void)site, (void)state;
    return (double)job->number;
}

#ifndef WITHOUT
const struct tenk_order tenk_order_policy = {
    .abi = ABI,
    .name = NAME,
    .summary = SUMMARY,
    .score = SCORE,
    .pick_limit = LIMIT,
    .state_size = STATE,
};
#endif
