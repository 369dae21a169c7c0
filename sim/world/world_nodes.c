/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_nodes: nodes join, fail and come back. */
#include "engine/clock.h"
#include "world/world_internal.h"

/* Failures of different sites draw from different streams: the site sits above the failure's number. */
static struct failure_draw draw_of(const struct world *world, const struct world_site *site, int32_t node)
{
    return failure_draw(&site->plan->failures, world->plan->seed, world->request->replication, (uint32_t)node,
                        site->nodes[node].failures | (uint32_t)site->index << 24);
}

static void plan_failure(struct world *world, struct world_site *site, int32_t node)
{
    if (!site->plan->fails)
        return;
    int64_t uptime = draw_of(world, site, node).uptime;
    if (uptime < world->plan->horizon - world->now)
        calendar_push(
            &world->calendar, world->now + uptime, CLASS_ENDS, 0,
            (struct calendar_event){.kind = EVENT_NODE_FAIL, .subject = node, .detail = site->index});
}

static void come_up(struct world *world, struct world_site *site, int32_t node)
{
    scheduler_node_up(&site->scheduler, node);
    timeweight_set(&site->idle, world->now, site->scheduler.free_now.free_cards);
    plan_failure(world, site, node);
    world_touch(world, site);
}

void world_node_join(struct world *world, struct world_site *site, int32_t node)
{
    int64_t cards = site->plan->cards_per_node;
    site->nodes[node].online = true;
    timeweight_add(&site->online, world->now, cards);
    world_lack_less(world, site, cards);
    if (site->online.value >= site->plan->cards && site->full_online_at < 0)
        site->full_online_at = world->now;
    if (site->online.value >= site->plan->opens_at_cards)
        site->open = true;
    come_up(world, site, node);
}

static bool runs_on(const struct job *job, int32_t node)
{
    for (int32_t i = 0; i < job->part_count; i++)
        if (job->parts[i].node == node)
            return true;
    return false;
}

void world_node_fail(struct world *world, struct world_site *site, int32_t node)
{
    int64_t repair = draw_of(world, site, node).repair;
    int32_t victims[NODES_MAX_CARDS];
    int32_t count = 0;
    /* failures are rare against starts: a walk over the running jobs beats keeping an index of nodes */
    const struct ordered_entry *entry = ordered_first(&site->scheduler.running);
    for (; entry; entry = ordered_after(&site->scheduler.running, entry->key, entry->tie))
        if (runs_on(job_at(&site->jobs, entry->job), node))
            victims[count++] = entry->job;
    int64_t lost = 0;
    for (int32_t i = 0; i < count; i++) {
        struct job *job = job_at(&site->jobs, victims[i]);
        int64_t before = job->lost;
        world_interrupt(world, site, victims[i]);
        lost += (job->lost - before) * job->cards;
    }
    scheduler_node_down(&site->scheduler, node);
    site->nodes[node].down = true;
    site->nodes[node].failures++;
    site->node_failures++;
    timeweight_add(&site->down, world->now, site->plan->cards_per_node);
    timeweight_set(&site->idle, world->now, site->scheduler.free_now.free_cards);
    world_row_failure(world, site, node, repair, count, lost);
    if (repair < world->plan->horizon - world->now)
        calendar_push(
            &world->calendar, world->now + repair, CLASS_CHANGES, 0,
            (struct calendar_event){.kind = EVENT_NODE_REPAIR, .subject = node, .detail = site->index});
}

void world_node_repair(struct world *world, struct world_site *site, int32_t node)
{
    site->nodes[node].down = false;
    timeweight_add(&site->down, world->now, -site->plan->cards_per_node);
    come_up(world, site, node);
}
