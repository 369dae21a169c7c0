/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_dispatch: which site, and which of a centre's pools, a job goes to.
 *
 * A gang never mixes chips, so the choice is one pool. At home it is the site's `choose`; when the scenario's
 * dispatch lets jobs leave home, the pools of all sites with the same job mix are candidates
 * (scheduler/dispatch.h). A pool on whose stack the firm's code does not run yet is none.
 */
#include "engine/clock.h"
#include "engine/random.h"
#include "world/world_internal.h"

#include <math.h>

void world_count_running(struct world_site *site, struct job *job)
{
    int64_t end = job_plan_end(job);
    if (!job->detail || end == CLOCK_NEVER)
        return;
    job->detail->counted_end = end;
    job->detail->counted_cards = job->cards;
    site->planned_ends += (int128)end * job->cards;
    site->planned_cards += job->cards;
}

void world_uncount_running(struct world_site *site, struct job *job)
{
    if (!job->detail || !job->detail->counted_cards)
        return;
    site->planned_ends -= (int128)job->detail->counted_end * job->detail->counted_cards;
    site->planned_cards -= job->detail->counted_cards;
    job->detail->counted_cards = 0;
}

/* us of planned computing on the pool's chip; the estimate is the user's, the same on every chip. */
static double length_on(const struct world_site *pool, const struct world_request_job *job, double maturity)
{
    const struct plan_site *plan = pool->plan;
    return (double)plan_work(plan, &plan->classes[job->class_index], job->draw->cards, job->draw->length) /
           maturity;
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
    double running = number_int128_real(pool->planned_ends - (int128)world->now * pool->planned_cards);
    double area = pool->queued_area + (running > 0 ? running : 0);
    return (double)world->now + area / (double)machine;
}

/* What is known of a pool for a job; false when it cannot go there. */
struct estimate {
    double start, length;
};

static bool estimate_on(const struct world *world, const struct world_site *home,
                        const struct world_site *pool, const struct world_request_job *job,
                        struct estimate *estimate)
{
    bool large = home->plan->classes[job->class_index].large_code;
    int64_t ported = world_ported(world, home, pool, job->firm, large);
    if (ported > world->now)
        return false;
    estimate->start = start_on(world, pool, job->draw->cards);
    estimate->length = length_on(pool, job, world_maturity(world, home, ported));
    return true;
}

/* Among the pools of its own centre. */
static struct world_site *choose_at_home(struct world *world, struct world_site *home,
                                         const struct world_request_job *job)
{
    const struct plan_class *class = &home->plan->classes[job->class_index];
    struct world_site *best = NULL, *any = NULL;
    double earliest = 0;
    for (int i = 0; i < class->accept_count; i++) {
        struct world_site *pool = &world->sites[class->accepts[i]];
        struct estimate estimate;
        if (!estimate_on(world, home, pool, job, &estimate))
            continue;
        any = any ? any : pool; /* never where it does not run: it may never fit */
        if (job->draw->cards > pool->plan->cards)
            continue;
        if (home->plan->by_preference) {
            if (estimate.start <= (double)world->now)
                return pool; /* the first it likes that has room */
            best = best ? best : pool;
            continue;
        }
        double end = estimate.start + estimate.length;
        if (!best || end < earliest) {
            best = pool;
            earliest = end;
        }
    }
    return best ? best : any;
}

static bool is_resident(const struct world *world, const struct world_site *home,
                        const struct world_request_job *job)
{
    if (world->plan->resident_share <= 0)
        return false;
    struct random_stream stream =
        random_open(world->plan->seed, world->request->replication, job->number,
                    RANDOM_RESIDENT | (uint32_t)job->class_index << 8 | (uint32_t)home->index << 16);
    return random_uniform(&stream) < world->plan->resident_share;
}

static bool add_candidate(struct world *world, const struct world_site *home, const struct world_site *pool,
                          const struct world_request_job *job, int32_t rank, struct dispatch_site *to)
{
    struct estimate estimate;
    bool at_home = pool->plan->lead == home->plan->lead;
    if (!estimate_on(world, home, pool, job, &estimate))
        return false;
    int64_t length = (int64_t)(estimate.length < 1e17 ? estimate.length : 1e17);
    struct energy_job energy = energy_of_job(&pool->plan->energy, job->draw->cards, length);
    bool known = pool->plan->has_energy;
    *to = (struct dispatch_site){
        .start = estimate.start < 1e17 ? (int64_t)estimate.start : CLOCK_NEVER,
        .length = length,
        .cost = known ? energy.cny : NAN,
        .carbon = known ? energy.kg : NAN,
        .energy = known ? energy.kwh : NAN,
        .delay_ms = at_home ? 0 : home->plan->delay_ms + pool->plan->delay_ms,
        .foreign_cards = pool->foreign_cards,
        .cards = pool->online.value,
        .index = pool->index,
        .rank = rank,
        .home = at_home,
        .fits = job->draw->cards <= pool->plan->cards && pool->online.value >= job->draw->cards &&
                world->sites[pool->plan->lead].open,
    };
    return true;
}

/* Among the pools of all centres with the same mix; home ones are preferred, then those with less delay. */
static struct world_site *choose_anywhere(struct world *world, struct world_site *home,
                                          const struct world_request_job *job)
{
    const struct plan *plan = world->plan;
    int32_t count = 0;
    bool resident = is_resident(world, home, job);
    for (int s = 0; s < plan->site_count; s++) {
        const struct plan_site *lead = &plan->sites[s];
        if (lead->is_pool || lead->workload != home->plan->workload || (resident && s != home->plan->lead))
            continue;
        const struct plan_class *class = &lead->classes[job->class_index];
        for (int i = 0; i < class->accept_count; i++)
            count += add_candidate(world, home, &world->sites[class->accepts[i]], job,
                                   s == home->plan->lead ? i : PLAN_POOLS + s, &world->candidates[count]);
    }
    bool any_home = false;
    for (int32_t i = 0; i < count; i++)
        any_home |= world->candidates[i].home;
    if (!count)
        return NULL;
    if (!any_home) { /* its code runs nowhere at home: as if home were full for ever */
        struct dispatch_site *stand_in = &world->candidates[count++];
        *stand_in = (struct dispatch_site){
            .start = CLOCK_NEVER, .cost = NAN, .carbon = NAN, .energy = NAN, .index = -1, .home = true};
    }
    const struct dispatch_job asked = {.now = world->now, .cards = job->draw->cards, .resident = resident};
    int32_t index = dispatch_choose(plan->dispatch, &plan->limits, &asked, world->candidates, count);
    return index >= 0 ? &world->sites[index] : NULL;
}

struct world_site *world_dispatch(struct world *world, struct world_site *home,
                                  const struct world_request_job *job)
{
    if (!world->plan->dispatch->home_only && home->plan->workload >= 0)
        return choose_anywhere(world, home, job);
    if (home->plan->pool_count > 1)
        return choose_at_home(world, home, job);
    bool large = home->plan->classes[job->class_index].large_code;
    return world_ported(world, home, home, job->firm, large) > world->now ? NULL : home;
}
