/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shortest-per-card: a job's place in the queue is its planned length over its cards.
 *
 * Smith's rule with cards as weights: on one machine it minimises the sum of completion times, each counted
 * as often as the job has cards (Smith, "Various optimizers for single-stage production", Naval Research
 * Logistics Quarterly 3, 1956). So a large job goes before a small one of the same length.
 *
 *   cc -O2 -shared -fPIC -I include -o shortest-per-card.so examples/shortest-per-card.c
 *   tenk replay log.swf --order ./shortest-per-card.so --backfill easy
 */
#include <tenk/order.h>

static double score(const struct tenk_job *job, const struct tenk_site *site, void *state)
{
    (void)site, (void)state;
    return (double)job->remaining_us / job->cards;
}

const struct tenk_order tenk_order_policy = {
    .abi = TENK_ORDER_ABI,
    .name = "shortest-per-card",
    .summary = "least planned length per card first (Smith's rule)",
    .score = score,
};
