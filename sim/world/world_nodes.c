/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_nodes: what nodes are: not there yet, away, standing by or up; the accounts of their time follow. */
#include "world/world_internal.h"

enum world_state world_node_state(const struct world_node *node)
{
    if (!node->online)
        return WORLD_OFFLINE;
    if (node->broken || node->maintained)
        return WORLD_DOWN;
    return node->spare ? WORLD_SPARE : WORLD_UP;
}

void world_node_changed(struct world *world, struct world_site *site, int32_t node, enum world_state before)
{
    enum world_state state = world_node_state(&site->nodes[node]);
    int64_t cards = site->plan->cards_per_node;
    if (state == before)
        return;
    if (before == WORLD_UP)
        scheduler_node_down(&site->scheduler, node);
    if ((state == WORLD_DOWN) != (before == WORLD_DOWN))
        timeweight_add(&site->down, world->now, state == WORLD_DOWN ? cards : -cards);
    if ((state == WORLD_SPARE) != (before == WORLD_SPARE)) {
        timeweight_add(&site->spare, world->now, state == WORLD_SPARE ? cards : -cards);
        site->pool_nodes += state == WORLD_SPARE ? 1 : -1;
    }
    if (state == WORLD_UP) {
        scheduler_node_up(&site->scheduler, node);
        world_touch(world, site);
    }
    timeweight_set(&site->idle, world->now, site->scheduler.free_now.free_cards);
    if (state >= WORLD_SPARE)
        world_plan_failure(world, site, node);
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
    struct world_node *state = &site->nodes[node];
    state->online = true;
    /* the last nodes of the order are the spares */
    state->spare = node >= site->scheduler.free_now.count - site->plan->risks->spare_nodes;
    timeweight_add(&site->online, world->now, cards);
    world_lack_less(world, site, cards);
    note_size(world, &world->sites[site->plan->owner]);
    world_node_changed(world, site, node, WORLD_OFFLINE);
}

/* Whether a repaired node joins the pool. Spares that stand by are replaced by any node; such as come from
 * elsewhere go back where they came from, unless somebody waits for nodes. A gang that a failure has stopped
 * comes first: the pool is for such. */
static bool joins_pool(struct world_site *site, int32_t node)
{
    const struct plan_risks *risks = site->plan->risks;
    if (risks->spare_delay)
        return node >= site->scheduler.free_now.count - risks->spare_nodes && !site->queued_jobs.value;
    return !site->short_jobs && site->pool_nodes < risks->spare_nodes && !world_restart_waits(site);
}

void world_repaired(struct world *world, struct world_site *site, int32_t first, int32_t last)
{
    int32_t nodes = site->scheduler.free_now.count;
    for (int32_t node = first; node < last && node < nodes; node++) {
        struct world_node *state = &site->nodes[node];
        enum world_state before = world_node_state(state);
        state->broken--;
        if (state->online && !state->broken && !state->maintained) {
            state->spare = joins_pool(site, node);
        }
        world_node_changed(world, site, node, before);
        if (world_node_state(state) == WORLD_UP && site->short_jobs)
            world_refill(world, site, node);
    }
}

void world_clear_node(struct world *world, struct world_site *site, int32_t node)
{
    int32_t running[NODES_MAX_CARDS];
    int32_t count = world_jobs_on(site, node, running);
    for (int32_t i = 0; i < count; i++)
        world_stop(world, site, running[i]);
}

void world_node_out(struct world *world, struct world_site *site, int32_t node)
{
    enum world_state before = world_node_state(&site->nodes[node]);
    site->nodes[node].maintained = true;
    world_node_changed(world, site, node, before);
}

void world_node_back(struct world *world, struct world_site *site, int32_t node)
{
    enum world_state before = world_node_state(&site->nodes[node]);
    site->nodes[node].maintained = false;
    world_node_changed(world, site, node, before);
}
