/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_costs: what a stretch of running costs besides computing, and how fast it computes. */
#include "engine/clock.h"
#include "world/world_internal.h"

#include <math.h>

/* Servers of a gang of so many cards. */
static double servers_of(const struct world_site *site, int32_t cards)
{
    double nodes = ceil((double)cards / site->plan->cards_per_node);
    return ceil(nodes / world_server_nodes(site));
}

/* us of a transfer of the job's checkpoint, beside the other writers. */
static int64_t transfer(const struct world_site *site, const struct job *job)
{
    double nodes = ceil((double)job->detail->wanted / site->plan->cards_per_node);
    double bytes = storage_bytes(job->detail->parameters, site->plan->risks->bytes);
    return storage_time(&site->plan->risks->storage, bytes, nodes, site->duty - job->detail->counted_duty);
}

/* Mean time between failures that stop a gang, by what is believed or what has been seen. */
static double mtbf_of(const struct world_site *site, double servers)
{
    const struct plan_risks *risks = site->plan->risks;
    double prior = plan_risks_mtbf(risks, servers);
    if (site->plan->rule != CHECKPOINT_ADAPTIVE)
        return prior;
    /* of all gangs of the site together: server-us on which jobs ran, and what stopped them */
    double cards = (double)site->plan->cards_per_node * world_server_nodes(site);
    double exposure = number_int128_real(site->tally.card_time) / cards;
    return checkpoint_mtbf_seen(plan_risks_mtbf(risks, 1), 2, (double)site->seen_failures, exposure) /
           servers;
}

/* us of computing between the checkpoints of the job. */
static int64_t interval_of(const struct world_site *site, const struct job *job, int64_t cost)
{
    const struct plan_site *plan = site->plan;
    if (plan->rule == CHECKPOINT_FIXED)
        return plan->fixed_interval;
    return checkpoint_interval(plan->rule, (double)cost,
                               mtbf_of(site, servers_of(site, job->detail->wanted)));
}

struct checkpoint_costs world_costs(const struct world_site *site, const struct job *job, bool in_place)
{
    const struct plan_site *plan = site->plan;
    const struct plan_risks *risks = plan->risks;
    const struct job_detail *detail = job->detail;
    struct checkpoint_costs costs = {.cost = plan->checkpoint_cost};
    if (!detail)
        return costs;
    bool sized = detail->parameters > 0 && risks->bytes > 0;
    int64_t moved = sized ? transfer(site, job) : 0;
    if (job_restarts(job))
        costs.restart =
            detail->pending + plan->restart +
            restart_time(&risks->restart, in_place ? RESTART_IN_PLACE : RESTART_FULL, detail->wanted, moved);
    if (!detail->saves)
        return costs;
    costs.flush = risks->flush;
    if (sized) {
        costs.cost = risks->async ? plan->checkpoint_cost : moved;
        costs.flush = risks->async ? moved : 0;
    }
    if (risks->memory_checkpoints) {
        costs.deep_every = risks->memory_checkpoints + 1;
        costs.deep_cost = costs.cost;
        costs.deep_flush = costs.flush;
        costs.cost = risks->memory_cost;
        costs.flush = 0;
        costs.deep_done = detail->deep_done;
    }
    costs.interval = interval_of(site, job, costs.cost);
    /* a gang that writes a thousand times as long as it computes gets nowhere: beyond that its checkpoints
     * come less often, and times stay within 64 bits */
    int64_t standing = (costs.cost + (costs.deep_every ? costs.deep_cost / costs.deep_every : 0)) / 1000;
    int64_t least = checkpoint_least_interval(&costs);
    least = least > standing ? least : standing;
    if (costs.interval && costs.interval < least)
        costs.interval = least;
    if (detail->first && detail->first < costs.interval)
        costs.first = detail->first;
    return costs;
}

struct checkpoint_costs world_stretch_costs(const struct job *job)
{
    const struct job_detail *detail = job->detail;
    if (!detail)
        return (struct checkpoint_costs){0};
    return (struct checkpoint_costs){
        .restart = detail->detect + detail->restart,
        .interval = detail->interval,
        .cost = detail->write,
        .first = detail->first,
        .flush = detail->flush,
        .deep_cost = detail->deep_write,
        .deep_flush = detail->deep_flush,
        .deep_every = detail->deep_every,
        .deep_done = detail->deep_done,
    };
}

void world_count_writer(struct world_site *site, struct job *job, bool runs)
{
    struct job_detail *detail = job->detail;
    if (!detail || !(detail->parameters > 0) || !(site->plan->risks->bytes > 0))
        return;
    site->duty -= detail->counted_duty;
    detail->counted_duty = 0;
    if (!runs || !detail->interval)
        return;
    bool levels = detail->deep_every > 1;
    int64_t pause = levels ? detail->deep_write : detail->write,
            flush = levels ? detail->deep_flush : detail->flush;
    int64_t every = levels ? (detail->interval + detail->write) * detail->deep_every : detail->interval;
    detail->counted_duty = storage_duty(flush ? flush : pause, every, flush > 0);
    site->duty += detail->counted_duty;
}

void world_fix_costs(struct world_site *site, struct job *job)
{
    struct job_detail *detail = job->detail;
    if (!detail)
        return;
    struct checkpoint_costs costs = world_costs(site, job, detail->in_place);
    detail->detect = job_restarts(job) ? detail->pending : 0;
    detail->pending = 0;
    detail->restart = costs.restart - detail->detect;
    detail->interval = costs.interval;
    detail->write = costs.cost;
    detail->flush = costs.flush;
    detail->deep_write = costs.deep_cost;
    detail->deep_flush = costs.deep_flush;
    detail->deep_every = costs.deep_every;
    detail->first = costs.first;
    world_count_writer(site, job, true);
}

int64_t world_computing_left(const struct job *job)
{
    int64_t left = job->work - job_done(job);
    double speed = job->detail ? job->detail->speed : 1;
    return speed < 1 || speed > 1 ? (int64_t)ceil((double)left / speed) : left;
}

/* What the slowest of its nodes leaves of its speed. */
static double slowest(const struct world_site *site, const struct job *job)
{
    double slow = 1;
    for (int32_t i = 0; i < job->part_count && site->slow_nodes; i++) {
        double of = site->nodes[job->parts[i].node].slow;
        slow = of > 0 && of < slow ? of : slow;
    }
    return slow;
}

void world_set_speed(const struct world *world, const struct world_site *site, struct job *job)
{
    if (!job->detail)
        return;
    struct job_detail *detail = job->detail;
    int32_t active = world_active(job);
    double speed = active == detail->wanted ? 1 : plan_speed(site->plan, detail->wanted, active);
    detail->locality = world_locality(site, job);
    detail->maturity =
        detail->ported == INT64_MIN ? 1 : world_maturity(world, &world->sites[detail->home], detail->ported);
    detail->slow = slowest(site, job);
    detail->speed = speed * detail->locality;
    if (detail->maturity < 1)
        detail->speed *= detail->maturity;
    if (detail->slow < 1)
        detail->speed *= detail->slow;
}
