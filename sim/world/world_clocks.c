/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_clocks: when what fails, by which cause.
 *
 * Each server has one clock for all causes with a constant rate that strike nodes or the jobs on them; causes
 * with lives of another shape and larger units (a leaf switch, a rack, the storage) have a clock for each
 * unit. Draws come from streams of their own, by unit and number of the failure, so no policy shifts them.
 */
#include "world/world_clocks.h"

#include "engine/clock.h"

#include <math.h>

/* Failures of different sites draw from different streams: the site sits above the failure's number, of which
 * a server never has 65,536. */
uint32_t world_clock_entity(const struct world_site *site, uint32_t number)
{
    return (number & 0xffff) | ((uint32_t)site->index & 0xff) << 24 | ((uint32_t)site->index >> 8) << 16;
}

double world_clock_rate(const struct world_site *site, int32_t server)
{
    const struct plan_risks *risks = site->plan->risks;
    return site->nodes[server].lemon ? risks->lemon_us : risks->good_us;
}

static int64_t uptime_of(const struct world *world, const struct world_site *site, int32_t server)
{
    struct failure_model model = {.per_node_us = world_clock_rate(site, server)};
    return failure_uptime(&model, world->plan->seed, world->request->replication, (uint32_t)server,
                          world_clock_entity(site, site->nodes[server].failures));
}

/* What else chance decides of the failure: its cause, its repair. */
struct random_stream world_clock_stream(const struct world *world, const struct world_site *site,
                                        uint32_t unit, uint32_t number, enum random_purpose purpose)
{
    return random_open(world->plan->seed, world->request->replication, world_clock_entity(site, number),
                       purpose | unit << 8);
}

void world_clock_push(struct world *world, struct world_site *site, int32_t node, int64_t after)
{
    bool ever = after < CLOCK_NEVER - world->now;
    site->nodes[node].fails_at = ever ? world->now + after : CLOCK_NEVER;
    if (!ever || site->nodes[node].fails_at >= world->plan->horizon)
        return; /* not in this run, unless the rate rises */
    calendar_push(&world->calendar, world->now + after, CLASS_ENDS, 0,
                  (struct calendar_event){.kind = EVENT_NODE_FAIL, .subject = node, .detail = site->index});
}

int32_t world_clock_subject(int cause, int32_t unit)
{
    return unit * PLAN_CAUSES + cause;
}

/* The next failure of a unit by a cause that has a clock for each. */
void world_clock_unit(struct world *world, struct world_site *site, int c, int32_t unit)
{
    const struct plan_cause *cause = &site->plan->risks->causes[c];
    struct world_unit *state = &site->units[c][unit];
    bool lemon = cause->scope == PLAN_NODE && site->nodes[unit * cause->nodes].lemon;
    if (state->fails_at >= 0 || (cause->lemons_only && !lemon))
        return;
    struct random_stream stream =
        world_clock_stream(world, site, (uint32_t)unit, state->failures, RANDOM_UNIT + (uint32_t)c);
    struct life life = cause->life;
    if (lemon)
        life.scale /= site->plan->risks->lemon_factor;
    int64_t after = life_time(&life, random_uniform(&stream));
    if (after >= CLOCK_NEVER - world->now) {
        state->fails_at = CLOCK_NEVER;
        return;
    }
    state->fails_at = world->now + after;
    if (state->fails_at < world->plan->horizon)
        calendar_push(&world->calendar, state->fails_at, CLASS_ENDS, 0,
                      (struct calendar_event){.kind = EVENT_UNIT_FAIL,
                                              .subject = world_clock_subject(c, unit),
                                              .detail = site->index});
}

void world_plan_failure(struct world *world, struct world_site *site, int32_t node)
{
    int32_t server = world_server_of(site, node);
    struct world_node *state = &site->nodes[server];
    if (server == node && state->fails_at < 0 && world_clock_rate(site, server) > 0)
        world_clock_push(world, site, server, uptime_of(world, site, server));
    if (!site->units)
        return;
    const struct plan_risks *risks = site->plan->risks;
    for (int c = 0; c < risks->cause_count; c++)
        if (site->units[c] && node % risks->causes[c].nodes == 0)
            world_clock_unit(world, site, c, node / risks->causes[c].nodes);
}

/* Whether the server that comes for the retired one is bad too. */
bool world_clock_lemon(const struct world *world, const struct world_site *site, int32_t server)
{
    uint32_t number = site->nodes[server].failures & 0xffff;
    struct random_stream stream = world_clock_stream(world, site, (uint32_t)server, number, RANDOM_LEMON);
    return random_uniform(&stream) < site->plan->risks->lemon_share;
}

/* Which servers are bad from the start: exactly the share of them, up to a fraction that chance decides.
 * Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S). O(servers). */
static void draw_lemons(const struct world *world, struct world_site *site)
{
    int32_t size = world_server_nodes(site), nodes = site->scheduler.free_now.count;
    int32_t servers = (nodes + size - 1) / size;
    if (!(site->plan->risks->lemon_share > 0))
        return;
    struct random_stream stream = world_clock_stream(world, site, 0xffffff, 0, RANDOM_LEMON);
    int32_t wanted = (int32_t)(site->plan->risks->lemon_share * servers + random_uniform(&stream));
    for (int32_t server = 0; server < servers; server++) {
        bool lemon = random_uniform(&stream) * (servers - server) < wanted;
        wanted -= lemon;
        for (int32_t node = server * size; lemon && node < server * size + size && node < nodes; node++)
            site->nodes[node].lemon = true;
    }
}

void world_start_failures(struct world *world, struct world_site *site)
{
    const struct plan_risks *risks = site->plan->risks;
    int32_t nodes = site->scheduler.free_now.count;
    site->causes = arena_alloc(world->arena, (size_t)risks->cause_count, sizeof *site->causes);
    if (risks->rich) {
        site->held_by = arena_alloc(world->arena, (size_t)nodes, sizeof *site->held_by);
        site->held_at = arena_alloc(world->arena, (size_t)nodes, sizeof *site->held_at);
    }
    site->offences = repair_offenders_init(world->arena, nodes, risks->retire_after, risks->retire_within);
    for (int32_t node = 0; node < nodes; node++) {
        site->nodes[node].fails_at = site->nodes[node].found_at = -1;
        if (site->held_by)
            site->held_by[node] = -1;
    }
    draw_lemons(world, site);
    for (int c = 0; c < risks->cause_count; c++) {
        if (!risks->causes[c].apart)
            continue;
        if (!site->units)
            site->units = arena_alloc(world->arena, (size_t)risks->cause_count, sizeof *site->units);
        int32_t units = (nodes + risks->causes[c].nodes - 1) / risks->causes[c].nodes;
        site->units[c] = arena_alloc(world->arena, (size_t)units, sizeof **site->units);
        for (int32_t unit = 0; unit < units; unit++)
            site->units[c][unit].fails_at = -1;
    }
}
/* The cause that struck, among those that share the server's clock. */
int world_clock_cause(const struct world *world, const struct world_site *site, int32_t server,
                      uint32_t number)
{
    const struct plan_risks *risks = site->plan->risks;
    bool lemon = site->nodes[server].lemon;
    if (risks->cause_count == 1)
        return 0;
    struct random_stream stream = world_clock_stream(world, site, (uint32_t)server, number, RANDOM_CAUSE);
    double left = random_uniform(&stream) * (lemon ? risks->lemon_us : risks->good_us);
    int last = 0;
    for (int c = 0; c < risks->cause_count; c++) {
        const struct plan_cause *cause = &risks->causes[c];
        if (cause->apart || (cause->lemons_only && !lemon))
            continue;
        last = c;
        left -= cause->per_node_us * (lemon ? risks->lemon_factor : 1);
        if (left < 0)
            break;
    }
    return last;
}

void world_change_failures(struct world *world, struct world_site *site, const struct plan_site *before)
{
    if (!site->nodes)
        return;
    for (int32_t node = 0; node < site->scheduler.free_now.count; node += world_server_nodes(site)) {
        struct world_node *state = &site->nodes[node];
        double was = state->lemon ? before->risks->lemon_us : before->risks->good_us,
               is = world_clock_rate(site, node);
        if (was >= is && was <= is)
            continue;
        if (state->fails_at >= 0)
            state->hazard = (double)(state->fails_at - world->now) * was;
        bool drawn = state->fails_at >= 0 || state->hazard > 0;
        state->fails_at = -1;
        if (!(is > 0))
            continue; /* what is left waits for a rate */
        if (drawn && state->hazard / is < 1e17)
            world_clock_push(world, site, node, (int64_t)ceil(state->hazard / is));
        else if (drawn)
            state->fails_at = CLOCK_NEVER;
        else if (world_node_state(state) >= WORLD_SPARE)
            world_plan_failure(world, site, node);
        state->hazard = 0;
    }
}
