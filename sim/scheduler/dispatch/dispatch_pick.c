/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/dispatch/dispatch_pick.h"

#include "base/number.h"
#include "engine/clock.h"

/* us; a start that cannot be said is after all that can, however short the job. */
static int64_t end_of(const struct dispatch_site *site)
{
    return site->start > CLOCK_NEVER - site->length ? CLOCK_NEVER : site->start + site->length;
}

bool dispatch_pick_before(const struct dispatch_site *a, const struct dispatch_site *b)
{
    int64_t end_a = end_of(a), end_b = end_of(b);
    if (end_a != end_b)
        return end_a < end_b;
    if (a->home != b->home)
        return a->home;
    return a->index < b->index;
}

int32_t dispatch_pick_soonest(const struct dispatch_view *view)
{
    int32_t best = 0;
    for (int32_t i = 1; i < view->count; i++)
        if (dispatch_pick_before(&view->sites[i], &view->sites[best]))
            best = i;
    return best;
}

int32_t dispatch_pick_least(const struct dispatch_view *view,
                            double (*measure)(const struct dispatch_site *site))
{
    int32_t best = -1;
    int64_t least = 0;
    for (int32_t i = 0; i < view->count; i++) {
        const struct dispatch_site *site = &view->sites[i];
        if (site->start > view->prompt)
            continue;
        int64_t key = number_real_key(measure(site)); /* unknown: NaN, after all others */
        if (best < 0 || key < least || (key == least && dispatch_pick_before(site, &view->sites[best]))) {
            best = i;
            least = key;
        }
    }
    return best >= 0 ? best : dispatch_pick_soonest(view);
}
