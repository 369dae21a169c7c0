/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_dispatch: which of a centre's pools a job goes to. A gang never mixes chips, so the choice is one
 * pool. */
#include "engine/clock.h"
#include "world/world_internal.h"

/* us of planned computing on the pool's chip; the estimate is the user's, the same on every chip. */
static double length_on(const struct world_site *pool, int class_index, const struct jobclass_draw *draw)
{
    const struct plan_site *plan = pool->plan;
    return (double)plan_work(plan, &plan->classes[class_index], draw->cards, draw->length);
}

/*
 * When the job would probably start: at once when nobody waits and it fits; otherwise when the pool has
 * worked off what its running and waiting jobs have planned, as if they filled the cards evenly.
 */
static double start_on(const struct world *world, const struct world_site *pool, int32_t cards)
{
    const struct scheduler *scheduler = &pool->scheduler;
    if (!scheduler->queue.count && cards <= scheduler->config.place->largest(&scheduler->free_now))
        return (double)world->now;
    int64_t machine = scheduler_machine(scheduler);
    if (machine < cards)
        return (double)CLOCK_NEVER;
    double area = (double)pool->queued_area;
    const struct ordered_entry *entry = ordered_first(&scheduler->running);
    for (; entry; entry = ordered_after(&scheduler->running, entry->key, entry->tie))
        if (entry->key > world->now && entry->key < CLOCK_NEVER)
            area += (double)(entry->key - world->now) * entry->cards;
    return (double)world->now + area / (double)machine;
}

struct world_site *world_dispatch(struct world *world, struct world_site *site, int class_index,
                                  const struct jobclass_draw *draw)
{
    const struct plan_class *class = &site->plan->classes[class_index];
    struct world_site *best = NULL;
    double earliest = 0;
    for (int i = 0; i < class->accept_count; i++) {
        struct world_site *pool = &world->sites[class->accepts[i]];
        if (draw->cards > pool->plan->cards)
            continue;
        double start = start_on(world, pool, draw->cards);
        if (site->plan->by_preference) {
            if (start <= (double)world->now)
                return pool; /* the first it likes that has room */
            best = best ? best : pool;
            continue;
        }
        double end = start + length_on(pool, class_index, draw);
        if (!best || end < earliest) {
            best = pool;
            earliest = end;
        }
    }
    return best ? best : &world->sites[class->accepts[0]]; /* never where it does not run: it may never fit */
}
