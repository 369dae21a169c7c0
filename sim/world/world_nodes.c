/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_nodes: nodes join, fail and come back; servers of several nodes fail as one. */
#include "engine/clock.h"
#include "world/world_internal.h"

#include <math.h>

/* Failures of different sites draw from different streams: the site sits above the failure's number, of which
 * a server never has 65,536. */
static struct failure_draw draw_of(const struct world *world, const struct world_site *site, int32_t server)
{
    return failure_draw(&site->plan->failures, world->plan->seed, world->request->replication,
                        (uint32_t)server,
                        site->nodes[server].failures | ((uint32_t)site->index & 0xff) << 24 |
                            ((uint32_t)site->index >> 8) << 16);
}

/* Nodes of a server. */
static int32_t units_of(const struct world_site *site)
{
    return site->plan->units_per_server > 1 ? site->plan->units_per_server : 1;
}

/* First node of the server that the node belongs to; the server's failures are counted there. */
static int32_t server_of(const struct world_site *site, int32_t node)
{
    return node - node % units_of(site);
}

static void push_failure(struct world *world, struct world_site *site, int32_t node, int64_t after)
{
    bool ever = after < CLOCK_NEVER - world->now;
    site->nodes[node].fails_at = ever ? world->now + after : CLOCK_NEVER;
    if (!ever || site->nodes[node].fails_at >= world->plan->horizon)
        return; /* not in this run, unless the rate rises */
    calendar_push(&world->calendar, world->now + after, CLASS_ENDS, 0,
                  (struct calendar_event){.kind = EVENT_NODE_FAIL, .subject = node, .detail = site->index});
}

static void plan_failure(struct world *world, struct world_site *site, int32_t node)
{
    if (!site->plan->fails || server_of(site, node) != node || site->nodes[node].fails_at >= 0)
        return;
    push_failure(world, site, node, draw_of(world, site, node).uptime);
}

static bool is_up(const struct world_node *node)
{
    return node->online && !node->broken && !node->maintained;
}

static void come_up(struct world *world, struct world_site *site, int32_t node)
{
    scheduler_node_up(&site->scheduler, node);
    timeweight_set(&site->idle, world->now, site->scheduler.free_now.free_cards);
    plan_failure(world, site, node);
    world_touch(world, site);
}

/* Cards of substitutes fill the owner's order too. */
static int64_t online_of(const struct world *world, const struct world_site *owner, int64_t *loose)
{
    int64_t online = owner->online.value;
    *loose = owner->buildout.loose_cards;
    for (int p = owner->index + 1; p < owner->index + owner->plan->pool_count; p++)
        if (world->sites[p].plan->owner == owner->index) {
            online += world->sites[p].online.value;
            *loose += world->sites[p].buildout.loose_cards;
        }
    return online;
}

void world_note_complete(const struct world *world, struct world_site *owner)
{
    int64_t loose, online = online_of(world, owner, &loose);
    /* an order that came in two chips can leave a few cards of each that make no node */
    if (online + loose >= owner->plan->cards && owner->full_online_at < 0)
        owner->full_online_at = world->now;
}

/* What cards online mean to the site whose order they fill. */
static void note_size(const struct world *world, struct world_site *owner)
{
    int64_t loose;
    world_note_complete(world, owner);
    if (online_of(world, owner, &loose) >= owner->plan->opens_at_cards)
        owner->open = true;
}

void world_node_join(struct world *world, struct world_site *site, int32_t node)
{
    int64_t cards = site->plan->cards_per_node;
    struct world_site *lead = &world->sites[site->plan->lead];
    double power = lead->power_kw + site->plan->node_kw;
    if (lead->plan->power_kw > 0 && power > lead->plan->power_kw * (1 + 1e-12)) {
        site->dark_nodes++;
        return; /* built, but the centre has no power for it */
    }
    lead->power_kw = power;
    site->nodes[node].online = true;
    timeweight_add(&site->online, world->now, cards);
    world_lack_less(world, site, cards);
    note_size(world, &world->sites[site->plan->owner]);
    if (is_up(&site->nodes[node]))
        come_up(world, site, node);
    else
        timeweight_add(&site->down, world->now, cards); /* its server is under repair */
}

static bool runs_on(const struct job *job, int32_t node)
{
    for (int32_t i = 0; i < job->part_count; i++)
        if (job->parts[i].node == node)
            return true;
    return false;
}

/* Jobs on a node; returns their number. Rare against starts: a walk over the running jobs beats keeping an
 * index of nodes. */
static int32_t jobs_on(const struct world_site *site, int32_t node, int32_t jobs[NODES_MAX_CARDS])
{
    int32_t count = 0;
    const struct ordered_entry *entry = ordered_first(&site->scheduler.running);
    for (; entry; entry = ordered_after(&site->scheduler.running, entry->key, entry->tie))
        if (runs_on(job_at(&site->jobs, entry->job), node))
            jobs[count++] = entry->job;
    return count;
}

/* The node, free of jobs, leaves the machine. */
static void go_down(struct world *world, struct world_site *site, int32_t node)
{
    scheduler_node_down(&site->scheduler, node);
    timeweight_add(&site->down, world->now, site->plan->cards_per_node);
    timeweight_set(&site->idle, world->now, site->scheduler.free_now.free_cards);
}

void world_node_fail(struct world *world, struct world_site *site, int32_t server)
{
    if (site->nodes[server].fails_at != world->now)
        return; /* another rate has moved it since this event was pushed */
    int64_t repair = draw_of(world, site, server).repair;
    site->nodes[server].fails_at = -1;
    site->nodes[server].failures++;
    if (site->nodes[server].maintained)
        return; /* switched off: the next failure is drawn when it comes back */
    int32_t interrupted = 0;
    int64_t lost = 0;
    int32_t nodes = site->scheduler.free_now.count;
    for (int32_t node = server; node < server + units_of(site) && node < nodes; node++) {
        bool was_up = is_up(&site->nodes[node]);
        site->nodes[node].broken = true;
        if (!was_up)
            continue;
        int32_t victims[NODES_MAX_CARDS];
        int32_t count = jobs_on(site, node, victims);
        for (int32_t i = 0; i < count; i++) {
            struct job *job = job_at(&site->jobs, victims[i]);
            int64_t before = job->detail->lost;
            int32_t cards = job->cards;
            world_interrupt(world, site, victims[i]);
            lost += (job->detail->lost - before) * cards;
        }
        interrupted += count;
        go_down(world, site, node);
    }
    site->node_failures++;
    world_row_failure(world, site, server, repair, interrupted, lost);
    if (repair < world->plan->horizon - world->now)
        calendar_push(
            &world->calendar, world->now + repair, CLASS_CHANGES, 0,
            (struct calendar_event){.kind = EVENT_NODE_REPAIR, .subject = server, .detail = site->index});
}

void world_change_failures(struct world *world, struct world_site *site, const struct plan_site *before)
{
    double was = before->failures.per_node_us, is = site->plan->failures.per_node_us;
    if (!site->nodes || (was >= is && was <= is))
        return;
    for (int32_t node = 0; node < site->scheduler.free_now.count; node++) {
        struct world_node *state = &site->nodes[node];
        if (state->fails_at >= 0)
            state->hazard = (double)(state->fails_at - world->now) * was;
        bool drawn = state->fails_at >= 0 || state->hazard > 0;
        state->fails_at = -1;
        if (!site->plan->fails)
            continue; /* what is left waits for a rate */
        if (drawn && state->hazard / is < 1e17)
            push_failure(world, site, node, (int64_t)ceil(state->hazard / is));
        else if (drawn)
            state->fails_at = CLOCK_NEVER;
        else if (is_up(state))
            plan_failure(world, site, node);
        state->hazard = 0;
    }
}

/* A node under repair or maintenance, whose flag has just been cleared, comes back unless the other holds it.
 */
static void come_back(struct world *world, struct world_site *site, int32_t node)
{
    if (!is_up(&site->nodes[node]))
        return;
    timeweight_add(&site->down, world->now, -site->plan->cards_per_node);
    come_up(world, site, node);
}

void world_node_repair(struct world *world, struct world_site *site, int32_t server)
{
    int32_t nodes = site->scheduler.free_now.count;
    for (int32_t node = server; node < server + units_of(site) && node < nodes; node++) {
        site->nodes[node].broken = false;
        come_back(world, site, node);
    }
}

void world_clear_node(struct world *world, struct world_site *site, int32_t node)
{
    int32_t running[NODES_MAX_CARDS];
    int32_t count = jobs_on(site, node, running);
    for (int32_t i = 0; i < count; i++)
        world_stop(world, site, running[i]);
}

void world_node_out(struct world *world, struct world_site *site, int32_t node)
{
    bool was_up = is_up(&site->nodes[node]);
    site->nodes[node].maintained = true;
    if (was_up)
        go_down(world, site, node);
}

void world_node_back(struct world *world, struct world_site *site, int32_t node)
{
    site->nodes[node].maintained = false;
    come_back(world, site, node);
}
