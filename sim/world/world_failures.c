/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_failures: failures and repairs as they happen.
 *
 * A clock with a constant rate that fails "only while busy" runs all the time, and what strikes an idle node
 * does not count: the same by the exponential law.
 */
#include "engine/clock.h"
#include "world/world_clocks.h"

#include <math.h>

/* The repair where it is one lognormal time: drawn with the failure. */
static int64_t simple_repair(const struct world *world, const struct world_site *site, int32_t server,
                             uint32_t number)
{
    return failure_draw(&site->plan->failures, world->plan->seed, world->request->replication,
                        (uint32_t)server, world_clock_entity(site, number))
        .repair;
}

/* Some job computes on the server now. */
static bool computes(const struct world *world, const struct world_site *site, int32_t server)
{
    for (int32_t node = server; node < server + world_server_nodes(site); node++) {
        if (node >= site->scheduler.free_now.count || world_node_state(&site->nodes[node]) != WORLD_UP)
            continue;
        int32_t jobs[NODES_MAX_CARDS];
        int32_t count = world_jobs_on(site, node, jobs);
        for (int32_t i = 0; i < count; i++) {
            const struct job *job = job_at(&site->jobs, jobs[i]);
            bool stands_by = site->held_by[node] == jobs[i] &&
                             (int64_t)site->held_at[node] * site->plan->cards_per_node >= world_active(job);
            if (!stands_by && world->now >= job->started + job->detail->detect + job->detail->restart)
                return true;
        }
    }
    return false;
}

/* What becomes of a server that failed; `number` is that of the failure. `simple`: its repair, drawn with the
 * failure; 0: it is drawn here. `found`: which server it is, is known. */
static struct repair_draw repair_of(const struct world *world, const struct world_site *site, int32_t first,
                                    int c, uint32_t number, int64_t simple, bool found)
{
    const struct plan_cause *cause = &site->plan->risks->causes[c];
    struct repair_model model = site->plan->risks->repair;
    struct repair_draw draw = {.automatic = simple, .repaired = true};
    uint32_t entity = (number & 0x7ff) | (uint32_t)c << 11;
    if (found)
        model.wrong_chance = 0;
    if (!simple) {
        struct random_stream stream = world_clock_stream(world, site, (uint32_t)first, entity, RANDOM_REPAIR);
        draw = repair_draw(&model, &stream);
    }
    draw.detect = cause->detect;
    if (cause->repair_median > 0) {
        struct random_stream stream =
            world_clock_stream(world, site, (uint32_t)first, entity, RANDOM_CAUSE_REPAIR);
        double length = random_lognormal(&stream, cause->repair_median, cause->repair_sigma);
        draw.automatic = length < 1 ? 1 : (int64_t)llround(fmin(length, 1e17));
        draw.manual = 0;
    }
    if (found)
        draw.detect = draw.diagnose = 0;
    return draw;
}

static int64_t until_back(const struct repair_draw *draw)
{
    return draw->detect + draw->diagnose + draw->automatic + draw->manual;
}

static void push_repair(struct world *world, const struct world_site *site, enum world_event kind,
                        int32_t subject, int64_t after)
{
    if (after < world->plan->horizon - world->now)
        calendar_push(&world->calendar, world->now + after, CLASS_CHANGES, 0,
                      (struct calendar_event){.kind = (int)kind, .subject = subject, .detail = site->index});
}

/* A server that failed too often does not come back; a new one may. Returns when, us from now. */
static int64_t retire(struct world *world, struct world_site *site, int32_t server, int64_t repair)
{
    const struct plan_risks *risks = site->plan->risks;
    if (!repair_offenders_note(&site->offences, server, world->now))
        return repair;
    repair_offenders_forget(&site->offences, server);
    site->retired++;
    bool lemon = world_clock_lemon(world, site, server);
    for (int32_t n = server; n < server + world_server_nodes(site) && n < site->scheduler.free_now.count; n++)
        site->nodes[n].lemon = lemon;
    return risks->replace_after ? risks->replace_after : CLOCK_NEVER;
}

static int32_t other_node(const struct world_site *site, int32_t server)
{
    int32_t index = world_holder(site, server);
    if (index < 0)
        return -1;
    const struct job *job = job_at(&site->jobs, index);
    return job->part_count > 1 ? job->parts[(site->held_at[server] + 1) % job->part_count].node : -1;
}

/* The nodes of the strike go to repair. `right`: they are those with the fault. */
static void send_to_repair(struct world *world, struct world_site *site, struct world_strike *strike,
                           const struct repair_draw *draw, bool right)
{
    world_strike(world, site, strike);
    int64_t repair = until_back(draw);
    site->repairs_manual += draw->escalated;
    site->repairs_good += draw->repaired;
    if (right) {
        if (site->nodes[strike->first].lemon && draw->repaired) {
            site->repairs_cured++;
            for (int32_t node = strike->first; node < strike->last; node++)
                site->nodes[node].lemon = false;
        }
        repair = retire(world, site, strike->first, repair);
    }
    site->node_failures++;
    world_row_failure(world, site, strike, repair);
    push_repair(world, site, EVENT_NODE_REPAIR, strike->first, repair);
}

/* The server is lost, or the one that is taken for it. */
static void lose_server(struct world *world, struct world_site *site, int32_t server, int c, uint32_t number)
{
    const struct plan_risks *risks = site->plan->risks;
    bool simply = risks->repairs_simply && !risks->causes[c].apart;
    int64_t simple = simply ? simple_repair(world, site, server, number) : 0;
    struct repair_draw draw = repair_of(world, site, server, c, number, simple, false);
    int32_t struck = server;
    int32_t other = draw.misdiagnosed ? other_node(site, server) : -1;
    if (other >= 0) {
        struck = world_server_of(site, other);
        struct random_stream stream =
            world_clock_stream(world, site, (uint32_t)server, number, RANDOM_RELAPSE);
        const struct job *job = job_at(&site->jobs, site->held_by[server]);
        double computing = random_exponential(&stream, 1) * risks->relapse;
        struct checkpoint_costs costs = world_costs(site, job, true);
        world_clock_push(world, site, server,
                         draw.detect + draw.diagnose + costs.restart + 1 + (int64_t)fmin(computing, 1e17));
    }
    struct world_strike strike = {.first = struck,
                                  .last = struck + world_server_nodes(site),
                                  .cause = c,
                                  .pending = draw.detect + draw.diagnose,
                                  .end = WORLD_FAILED,
                                  .takes_nodes = true};
    send_to_repair(world, site, &strike, &draw, struck == server);
}

void world_lose_found(struct world *world, struct world_site *site, int32_t node, int32_t cause,
                      enum world_end end)
{
    int32_t server = world_server_of(site, node);
    struct repair_draw draw = repair_of(world, site, server, cause, site->nodes[server].failures, 0, true);
    struct world_strike strike = {.first = server,
                                  .last = server + world_server_nodes(site),
                                  .cause = cause,
                                  .end = end,
                                  .takes_nodes = true,
                                  .counted = true};
    send_to_repair(world, site, &strike, &draw, true);
}

/* Only the jobs on the server are stopped. */
static void stop_jobs(struct world *world, struct world_site *site, int32_t server, int c, uint32_t number)
{
    struct repair_draw draw = repair_of(world, site, server, c, number, 0, false);
    struct world_strike strike = {.first = server,
                                  .last = server + world_server_nodes(site),
                                  .cause = c,
                                  .pending = draw.detect + draw.diagnose,
                                  .end = WORLD_FAILED};
    world_strike(world, site, &strike);
    if (strike.interrupted)
        world_row_failure(world, site, &strike, 0);
}

/* The server goes on and fails again. */
static void next_failure(struct world *world, struct world_site *site, int32_t server)
{
    if (world_node_state(&site->nodes[server]) >= WORLD_SPARE)
        world_plan_failure(world, site, server);
}

void world_node_fail(struct world *world, struct world_site *site, int32_t server)
{
    struct world_node *node = &site->nodes[server];
    if (node->fails_at != world->now)
        return; /* another rate has moved it since this event was pushed */
    const struct plan_risks *risks = site->plan->risks;
    uint32_t number = node->failures++;
    node->fails_at = -1;
    if (world_node_state(node) < WORLD_SPARE)
        return; /* switched off: the next failure is drawn when it comes back */
    int c = world_clock_cause(world, site, server, number);
    const struct plan_cause *cause = &risks->causes[c];
    if (risks->busy_only && !computes(world, site, server)) {
        next_failure(world, site, server);
        return;
    }
    if (cause->effect == PLAN_SLOW)
        world_begin_slow(world, site, server, c);
    else if (cause->effect == PLAN_SILENT)
        world_begin_silent(world, site, server, c);
    else if (cause->scope == PLAN_JOB)
        stop_jobs(world, site, server, c, number);
    else
        lose_server(world, site, server, c, number);
    next_failure(world, site, server);
}

void world_unit_fail(struct world *world, struct world_site *site, int32_t subject)
{
    int c = subject % PLAN_CAUSES;
    int32_t unit = subject / PLAN_CAUSES;
    const struct plan_risks *risks = site->plan->risks;
    const struct plan_cause *cause = &risks->causes[c];
    struct world_unit *state = &site->units[c][unit];
    int32_t first = unit * cause->nodes;
    state->fails_at = -1;
    uint32_t number = state->failures++;
    bool node_only = cause->scope == PLAN_NODE;
    if (node_only && (world_node_state(&site->nodes[first]) < WORLD_SPARE ||
                      (risks->busy_only && !computes(world, site, first)))) {
        if (world_node_state(&site->nodes[first]) >= WORLD_SPARE)
            world_clock_unit(world, site, c, unit);
        return;
    }
    if (cause->effect == PLAN_SLOW || cause->effect == PLAN_SILENT) {
        if (cause->effect == PLAN_SLOW)
            world_begin_slow(world, site, first, c);
        else
            world_begin_silent(world, site, first, c);
        world_clock_unit(world, site, c, unit);
        return;
    }
    if (node_only) {
        lose_server(world, site, first, c, number);
        return;
    }
    struct repair_draw draw = repair_of(world, site, first, c, number, 0, false);
    struct world_strike strike = {.first = first,
                                  .last = first + cause->nodes,
                                  .cause = c,
                                  .pending = draw.detect + draw.diagnose,
                                  .end = WORLD_DEEP,
                                  .takes_nodes = true};
    world_strike(world, site, &strike);
    world_row_failure(world, site, &strike, until_back(&draw));
    push_repair(world, site, EVENT_UNIT_REPAIR, subject, until_back(&draw));
}

void world_node_repair(struct world *world, struct world_site *site, int32_t server)
{
    world_repaired(world, site, server, server + world_server_nodes(site));
}

void world_unit_repair(struct world *world, struct world_site *site, int32_t subject)
{
    int c = subject % PLAN_CAUSES;
    int32_t unit = subject / PLAN_CAUSES, nodes = site->plan->risks->causes[c].nodes;
    world_repaired(world, site, unit * nodes, unit * nodes + nodes);
    world_clock_unit(world, site, c, unit);
}
