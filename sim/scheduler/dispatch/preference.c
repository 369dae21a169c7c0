/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * preference: the best liked of the sites that start the job at once; when none does, the best liked. The job
 * waits there rather than go where nobody wanted it: who prefers time ranks by least-wait. Equal ranks: where
 * it ends first.
 */
#include "scheduler/dispatch/dispatch_pick.h"
#include "scheduler/dispatch/dispatch_rules.h"

static bool liked_more(const struct dispatch_site *a, const struct dispatch_site *b)
{
    return a->rank != b->rank ? a->rank < b->rank : dispatch_pick_before(a, b);
}

static int32_t choose(const struct dispatch_view *view)
{
    int32_t best = 0;
    for (int32_t i = 1; i < view->count; i++) {
        const struct dispatch_site *site = &view->sites[i], *other = &view->sites[best];
        bool prompt = site->start <= view->prompt, other_prompt = other->start <= view->prompt;
        if (prompt != other_prompt ? prompt : liked_more(site, other))
            best = i;
    }
    return best;
}

const struct dispatch_rule dispatch_preference = {
    .name = "preference",
    .summary = "the best liked among sites that start it at once, else the best liked",
    .choose = choose,
};
