/* SPDX-License-Identifier: GPL-3.0-or-later */
/* in_order: what fcfs without backfilling does, all of a pass named at once; with ONE one by one, which is
 * what nodes need: how large a gang finds a place is known for the next one only. */
#include <tenk/order.h>

static int32_t pick(const struct tenk_job *jobs, int32_t count, const struct tenk_site *site, int32_t *starts,
                    void *state)
{
    (void)state;
#ifdef ONE
    count = 1;
    int64_t left = site->largest_cards;
#else
    int64_t left = site->free_cards;
#endif
    int32_t named = 0;
    while (named < count && jobs[named].cards <= left) {
        left -= jobs[named].cards;
        starts[named] = named;
        named++;
    }
    return named;
}

const struct tenk_order tenk_order_policy = {
    .abi = TENK_ORDER_ABI,
    .name = "in-order",
    .summary = "strictly in order",
    .pick = pick,
    .pick_limit = 3,
};
