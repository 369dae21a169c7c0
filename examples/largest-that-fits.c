/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * largest-that-fits: of the waiting jobs that fit the free cards the largest starts, until none fits.
 *
 * That keeps few cards idle, but a very large job, or a small one, might wait for ever. So once the oldest
 * job has waited for a day nobody else starts until it has, which leaves cards idle again: on a machine that
 * is full for days EASY does better. An example of `pick`: it names one job at a time and is asked again.
 *
 *   cc -O2 -shared -fPIC -I include -o largest-that-fits.so examples/largest-that-fits.c
 *   tenk replay log.swf --order ./largest-that-fits.so
 */
#include <tenk/order.h>

static const int64_t patience = INT64_C(86400) * 1000000; /* us */

/* What limits a job: the cards that have a place for it, and its tenant's limit. */
static bool fits(const struct tenk_job *job, const struct tenk_site *site)
{
    return job->cards <= site->largest_cards && job->cards <= job->tenant_room;
}

static int32_t pick(const struct tenk_job *jobs, int32_t count, const struct tenk_site *site, int32_t *starts,
                    void *state)
{
    (void)state;
    int32_t oldest = 0, best = -1;
    for (int32_t i = 0; i < count; i++) {
        if (jobs[i].waited_us > jobs[oldest].waited_us)
            oldest = i;
        if (fits(&jobs[i], site) && (best < 0 || jobs[i].cards > jobs[best].cards))
            best = i;
    }
    if (jobs[oldest].waited_us >= patience && jobs[oldest].cards <= jobs[oldest].tenant_room)
        best = fits(&jobs[oldest], site) ? oldest : -1;
    starts[0] = best;
    return best >= 0;
}

const struct tenk_order tenk_order_policy = {
    .abi = TENK_ORDER_ABI,
    .name = "largest-that-fits",
    .summary = "the largest job that fits, but nobody passes one that has waited for a day",
    .pick = pick,
    .pick_limit = 128,
};
