/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dispatch_case: random candidates, limits and jobs, and what the limits say of them in whole numbers. */
#ifndef TENK_TESTS_SCHEDULER_DISPATCH_CASE_H
#define TENK_TESTS_SCHEDULER_DISPATCH_CASE_H

#include "engine/clock.h"
#include "engine/dice_case.h"
#include "scheduler/dispatch.h"

#include <stddef.h>

enum { DISPATCH_MOST = 12 };

struct dispatch_case {
    struct dispatch_site sites[DISPATCH_MOST];
    int32_t count;
    struct dispatch_limits limits;
    int64_t share_per_mille; /* what limits.home_share was made of */
    struct dispatch_job job;
};

/* One of few values, so that ties happen; now and then none at all. */
static inline double dispatch_case_measure(struct dice *dice)
{
    if (dice_once_in(dice, 25))
        return NAN;
    return dice_once_in(dice, 2) ? (double)dice_whole(dice, 0, 3) : 1e4 * dice_unit(dice);
}

static inline void dispatch_case_site(struct dispatch_case *drawn, int32_t i, struct dice *dice)
{
    int64_t now = drawn->job.now;
    struct dispatch_site *site = &drawn->sites[i];
    *site = (struct dispatch_site){
        .index = 7 * i + (int32_t)dice_whole(dice, 0, 6), /* gaps, no two the same */
        .rank = (int32_t)dice_whole(dice, 0, 4),
        .fits = !dice_once_in(dice, 6),
        .start = dice_once_in(dice, 2) ? now : now + dice_whole(dice, 0, dice_once_in(dice, 2) ? 3 : 1000000),
        .length = dice_once_in(dice, 2) ? 500 + dice_whole(dice, 0, 2) : dice_whole(dice, 0, 2000000),
        .cost = dispatch_case_measure(dice),
        .carbon = dispatch_case_measure(dice),
        .energy = dispatch_case_measure(dice),
        .delay_ms = dice_once_in(dice, 20) ? NAN : (double)dice_whole(dice, 0, 60) / 2,
        .cards = dice_whole(dice, 0, dice_once_in(dice, 3) ? 64 : 20000),
    };
    site->foreign_cards = dice_whole(dice, 0, site->cards);
    if (dice_once_in(dice, 15))
        site->start = CLOCK_NEVER;
}

/* At least one candidate is home; sometimes several are, sometimes all. */
static inline void dispatch_case_draw(struct dispatch_case *drawn, struct dice *dice)
{
    drawn->count = (int32_t)dice_whole(dice, 1, DISPATCH_MOST);
    drawn->job =
        (struct dispatch_job){.now = dice_whole(dice, -5, 4000000000),
                              .cards = (int32_t)dice_whole(dice, 1, dice_once_in(dice, 2) ? 16 : 4096),
                              .resident = dice_once_in(dice, 5)};
    for (int32_t i = 0; i < drawn->count; i++)
        dispatch_case_site(drawn, i, dice);
    int32_t homes = dice_once_in(dice, 3) ? (int32_t)dice_whole(dice, 1, drawn->count) : 1;
    for (; homes > 0; homes--) {
        struct dispatch_site *home = &drawn->sites[dice_whole(dice, 0, drawn->count - 1)];
        home->home = true;
        home->delay_ms = 0;
        if (!dice_once_in(dice, 4)) /* mostly busy, else nobody would leave */
            home->start = drawn->job.now + dice_whole(dice, 1000, 2000000);
    }
    drawn->share_per_mille =
        dice_once_in(dice, 4) ? 1000 * dice_whole(dice, 0, 1) : dice_whole(dice, 0, 1000);
    drawn->limits = (struct dispatch_limits){
        .max_delay_ms = dice_once_in(dice, 3) ? INFINITY : (double)dice_whole(dice, 0, 40) / 2,
        .home_share = (double)drawn->share_per_mille / 1000,
        .patience_us = dice_once_in(dice, 3) ? -1 : dice_whole(dice, 0, 900000),
        .slack_us = dice_once_in(dice, 2) ? 0 : dice_whole(dice, 0, 500000)};
}

/* May the job run there, by the words of the limits? */
static inline bool dispatch_case_allowed(const struct dispatch_case *drawn, const struct dispatch_site *site)
{
    if (!site->fits)
        return false;
    if (site->home)
        return true;
    if (drawn->job.resident)
        return false;
    for (int32_t i = 0; i < drawn->count; i++) { /* a home that starts it in time keeps it */
        const struct dispatch_site *home = &drawn->sites[i];
        if (home->home && home->fits && home->start != CLOCK_NEVER &&
            home->start - drawn->job.now <= drawn->limits.patience_us)
            return false;
    }
    if (isnan(site->delay_ms) || site->delay_ms > drawn->limits.max_delay_ms)
        return false;
    /* taken + asked <= cards - ceil(cards x share), without a real number */
    return 1000 * (site->foreign_cards + drawn->job.cards) <= (1000 - drawn->share_per_mille) * site->cards;
}

static inline int32_t dispatch_case_choose(const struct dispatch_rule *rule,
                                           const struct dispatch_case *drawn)
{
    struct dispatch_site scratch[DISPATCH_MOST];
    for (int32_t i = 0; i < drawn->count; i++)
        scratch[i] = drawn->sites[i];
    return dispatch_choose(rule, &drawn->limits, &drawn->job, scratch, drawn->count);
}

static inline const struct dispatch_site *dispatch_case_site_of(const struct dispatch_case *drawn,
                                                                int32_t index)
{
    for (int32_t i = 0; i < drawn->count; i++)
        if (drawn->sites[i].index == index)
            return &drawn->sites[i];
    return NULL;
}

#endif
