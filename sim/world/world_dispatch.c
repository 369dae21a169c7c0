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

/*
 * A job that looks for a pool, and what was found out on the way: where thousands are asked, most have a chip
 * of a few, and code that runs there since the same day.
 */
enum { KINDS = 8 };

struct look {
    struct world *world;
    const struct world_site *home;
    const struct world_request_job *job;
    bool large;
    int64_t ported; /* and the maturity of such code; both of the last pool asked */
    double maturity;
    struct {
        int twin; /* -1: nothing */
        int64_t work;
    } works[KINDS]; /* by twin, as far as two do not meet */
};

static struct look look_begin(struct world *world, const struct world_site *home,
                              const struct world_request_job *job)
{
    struct look look = {.world = world,
                        .home = home,
                        .job = job,
                        .large = home->plan->classes[job->class_index].large_code,
                        .ported = INT64_MIN,
                        .maturity = 1};
    for (int i = 0; i < KINDS; i++)
        look.works[i].twin = -1;
    return look;
}

static double maturity_of(struct look *look, int64_t ported)
{
    if (ported != look->ported) {
        look->ported = ported;
        look->maturity = world_maturity(look->world, look->home, ported);
    }
    return look->maturity;
}

/* us of computing on the pool's chip with code at its full speed. */
static double work_on(struct look *look, const struct plan_site *pool)
{
    int at = pool->twin % KINDS;
    if (look->works[at].twin != pool->twin) {
        const struct world_request_job *job = look->job;
        look->works[at].twin = pool->twin;
        look->works[at].work =
            plan_work(pool, &pool->classes[job->class_index], job->draw->cards, job->draw->length);
    }
    return (double)look->works[at].work;
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

/* What is known of a pool for a job. */
struct estimate {
    double start;
    double length; /* us of planned computing; the estimate is the user's, the same on every chip */
};

/* False when the job cannot go there: its code does not run. */
static bool estimate_on(struct look *look, const struct world_site *pool, struct estimate *estimate)
{
    const struct world *world = look->world;
    int64_t ported = world_ported(world, look->home, pool, look->job->firm, look->large);
    if (ported > world->now)
        return false;
    estimate->start = start_on(world, pool, look->job->draw->cards);
    estimate->length = work_on(look, pool->plan) / maturity_of(look, ported);
    return true;
}

/* Among the pools of its own centre. */
static struct world_site *choose_at_home(struct world *world, struct world_site *home,
                                         const struct world_request_job *job)
{
    const struct plan_class *class = &home->plan->classes[job->class_index];
    struct world_site *best = NULL, *any = NULL;
    struct look look = look_begin(world, home, job);
    double earliest = 0;
    for (int i = 0; i < class->accept_count; i++) {
        struct world_site *pool = &world->sites[class->accepts[i]];
        struct estimate estimate;
        if (!estimate_on(&look, pool, &estimate))
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

/* What is known of a pool without looking at the job's code; false where it will never have room. */
static bool describe(const struct look *look, const struct world_site *pool, int32_t rank,
                     struct dispatch_site *to)
{
    const struct plan_site *plan = pool->plan;
    int32_t cards = look->job->draw->cards;
    bool at_home = plan->lead == look->home->plan->lead;
    *to = (struct dispatch_site){
        .delay_ms = at_home ? 0 : look->home->plan->delay_ms + plan->delay_ms,
        .foreign_cards = pool->foreign_cards,
        .cards = pool->online.value,
        .index = pool->index,
        .rank = rank,
        .home = at_home,
        .fits = cards <= plan->cards && pool->online.value >= cards && look->world->sites[plan->lead].open,
    };
    return to->fits;
}

/* When and at what price; false when the job's code does not run there. */
static bool appraise(struct look *look, const struct world_site *pool, struct dispatch_site *to)
{
    struct estimate estimate;
    if (!estimate_on(look, pool, &estimate))
        return false;
    int64_t length = (int64_t)(estimate.length < 1e17 ? estimate.length : 1e17);
    struct energy_job energy = energy_of_job(&pool->plan->energy, look->job->draw->cards, length);
    bool known = pool->plan->has_energy;
    to->start = estimate.start < 1e17 ? (int64_t)estimate.start : CLOCK_NEVER;
    to->length = length;
    to->cost = known ? energy.cny : NAN;
    to->carbon = known ? energy.kg : NAN;
    to->energy = known ? energy.kwh : NAN;
    return true;
}

/* The pools of its own centre, even those where it never fits. */
static int32_t add_home(struct look *look, struct dispatch_site *to)
{
    const struct world *world = look->world;
    const struct plan_class *class = &look->home->plan->classes[look->job->class_index];
    int32_t count = 0;
    for (int i = 0; i < class->accept_count; i++) {
        const struct world_site *pool = &world->sites[class->accepts[i]];
        describe(look, pool, i, &to[count]);
        count += appraise(look, pool, &to[count]);
    }
    return count;
}

/* The pools of all other centres with the same mix that have room and would take it: only for these is it
 * worth to ask when the job would start and how long it would run. */
static int32_t add_others(struct look *look, const struct dispatch_job *asked, struct dispatch_site *to)
{
    const struct world *world = look->world;
    const struct plan *plan = world->plan;
    int mix = look->home->plan->workload;
    int32_t count = 0;
    for (int32_t m = plan->mix_first[mix]; m < plan->mix_first[mix + 1]; m++) {
        int32_t lead = plan->mix_leads[m];
        if (!world->sites[lead].open || lead == look->home->plan->lead)
            continue;
        const struct plan_class *class = &plan->sites[lead].classes[look->job->class_index];
        for (int i = 0; i < class->accept_count; i++) {
            const struct world_site *pool = &world->sites[class->accepts[i]];
            if (describe(look, pool, PLAN_POOLS + lead, &to[count]) &&
                dispatch_may_host(&plan->limits, asked, &to[count]))
                count += appraise(look, pool, &to[count]);
        }
    }
    return count;
}

/* Among the pools of all centres with the same mix; home ones are preferred, then those with less delay. */
static struct world_site *choose_anywhere(struct world *world, struct world_site *home,
                                          const struct world_request_job *job)
{
    const struct plan *plan = world->plan;
    struct look look = look_begin(world, home, job);
    struct dispatch_site *sites = world->candidates;
    const struct dispatch_job asked = {
        .now = world->now, .cards = job->draw->cards, .resident = is_resident(world, home, job)};
    int32_t at_home = add_home(&look, sites), count = at_home;
    if (dispatch_may_leave(&plan->limits, &asked, sites, at_home))
        count += add_others(&look, &asked, sites + at_home);
    if (!count)
        return NULL;
    if (!at_home) /* its code runs nowhere at home: as if home were full for ever */
        sites[count++] = (struct dispatch_site){
            .start = CLOCK_NEVER, .cost = NAN, .carbon = NAN, .energy = NAN, .index = -1, .home = true};
    int32_t index = dispatch_choose(plan->dispatch, &plan->limits, &asked, sites, count);
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
