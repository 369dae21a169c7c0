/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dispatch_pick: what several rules do: the candidate that ends first, the one with least of something.
 *
 * Ties are settled in one way everywhere, by a total order, so that the order of the candidates never counts:
 * earlier end, then home, then lower index.
 */
#ifndef TENK_SCHEDULER_DISPATCH_PICK_H
#define TENK_SCHEDULER_DISPATCH_PICK_H

#include "scheduler/dispatch.h"

/* Does the job end on a before it does on b, ties settled? */
bool dispatch_pick_before(const struct dispatch_site *a, const struct dispatch_site *b);

/* Position of the candidate on which the job ends first. */
int32_t dispatch_pick_soonest(const struct dispatch_view *view);

/*
 * Position of the candidate with the least measure among those that start at once; of the one that ends first
 * when none does.
 *
 * Why not simply the least: the cheapest site stays the cheapest however long its queue grows, so every job
 * would wait there while other sites stand idle. And why not least among equals in time: with chips of
 * several speeds no two ends are equal. A site that starts the job at once loses nobody's time to a queue;
 * once all have queues, all cards are busy whoever goes where, so what a choice could save is small and the
 * waits are not.
 */
int32_t dispatch_pick_least(const struct dispatch_view *view,
                            double (*measure)(const struct dispatch_site *site));

#endif
