/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_failures: the clocks of failures and repairs.
 *
 * Each server has one clock for all causes with a constant rate that strike nodes or the jobs on them; causes
 * with lives of another shape and larger units (a leaf switch, a rack, the storage) have a clock for each
 * unit. Draws come from streams of their own, by unit and number of the failure, so no policy shifts them. A
 * clock with a constant rate that fails "only while busy" runs all the time, and what strikes an idle node
 * does not count: the same by the exponential law.
 */
#include "engine/clock.h"
#include "world/world_internal.h"

#include <math.h>

/* Failures of different sites draw from different streams: the site sits above the failure's number, of which
 * a server never has 65,536. */
static uint32_t entity_of(const struct world_site *site, uint32_t number)
{
    return number | ((uint32_t)site->index & 0xff) << 24 | ((uint32_t)site->index >> 8) << 16;
}

static double rate_of(const struct world_site *site, int32_t server)
{
    const struct plan_risks *risks = site->plan->risks;
    return site->nodes[server].lemon ? risks->lemon_us : risks->good_us;
}

static int64_t uptime_of(const struct world *world, const struct world_site *site, int32_t server)
{
    struct failure_model model = {.per_node_us = rate_of(site, server)};
    return failure_uptime(&model, world->plan->seed, world->request->replication, (uint32_t)server,
                          entity_of(site, site->nodes[server].failures));
}

/* The repair where it is one lognormal time: drawn with the failure. */
static int64_t simple_repair(const struct world *world, const struct world_site *site, int32_t server,
                             uint32_t number)
{
    return failure_draw(&site->plan->failures, world->plan->seed, world->request->replication,
                        (uint32_t)server, entity_of(site, number))
        .repair;
}

/* What else chance decides of the failure: its cause, its repair. */
static struct random_stream stream_of(const struct world *world, const struct world_site *site, uint32_t unit,
                                      uint32_t number, enum random_purpose purpose)
{
    return random_open(world->plan->seed, world->request->replication, entity_of(site, number),
                       purpose | unit << 8);
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

static int32_t subject_of(int cause, int32_t unit)
{
    return unit * PLAN_CAUSES + cause;
}

/* The next failure of a unit by a cause that has a clock for each. */
static void plan_unit(struct world *world, struct world_site *site, int c, int32_t unit)
{
    const struct plan_cause *cause = &site->plan->risks->causes[c];
    struct world_unit *state = &site->units[c][unit];
    bool lemon = cause->scope == PLAN_NODE && site->nodes[unit * cause->nodes].lemon;
    if (state->fails_at >= 0 || (cause->lemons_only && !lemon))
        return;
    struct random_stream stream =
        stream_of(world, site, (uint32_t)unit, state->failures, RANDOM_UNIT + (uint32_t)c);
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
                      (struct calendar_event){
                          .kind = EVENT_UNIT_FAIL, .subject = subject_of(c, unit), .detail = site->index});
}

void world_plan_failure(struct world *world, struct world_site *site, int32_t node)
{
    int32_t server = world_server_of(site, node);
    struct world_node *state = &site->nodes[server];
    if (server == node && state->fails_at < 0 && rate_of(site, server) > 0)
        push_failure(world, site, server, uptime_of(world, site, server));
    if (!site->units)
        return;
    const struct plan_risks *risks = site->plan->risks;
    for (int c = 0; c < risks->cause_count; c++)
        if (site->units[c] && node % risks->causes[c].nodes == 0)
            plan_unit(world, site, c, node / risks->causes[c].nodes);
}

/* Whether the server that comes for the retired one is bad too. */
static bool is_lemon(const struct world *world, const struct world_site *site, int32_t server)
{
    uint32_t number = site->nodes[server].failures & 0xffff;
    struct random_stream stream = stream_of(world, site, (uint32_t)server, number, RANDOM_LEMON);
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
    struct random_stream stream = stream_of(world, site, 0xffffff, 0, RANDOM_LEMON);
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
static int pick_cause(const struct world *world, const struct world_site *site, int32_t server,
                      uint32_t number)
{
    const struct plan_risks *risks = site->plan->risks;
    bool lemon = site->nodes[server].lemon;
    if (risks->cause_count == 1)
        return 0;
    struct random_stream stream = stream_of(world, site, (uint32_t)server, number, RANDOM_CAUSE);
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

/* What becomes of a server that failed; `number` is that of the failure. */
static struct repair_draw repair_of(const struct world *world, const struct world_site *site, int32_t first,
                                    int c, uint32_t number, int64_t simple)
{
    const struct plan_risks *risks = site->plan->risks;
    const struct plan_cause *cause = &risks->causes[c];
    struct repair_draw draw = {.automatic = simple, .repaired = true};
    if (!risks->repairs_simply || cause->apart) {
        struct random_stream stream =
            stream_of(world, site, (uint32_t)first, (number & 0x7ff) | (uint32_t)c << 11, RANDOM_REPAIR);
        draw = repair_draw(&risks->repair, &stream);
    }
    draw.detect = cause->detect;
    if (cause->repair_median > 0) {
        struct random_stream stream = stream_of(world, site, (uint32_t)first,
                                                (number & 0x7ff) | (uint32_t)c << 11, RANDOM_CAUSE_REPAIR);
        double length = random_lognormal(&stream, cause->repair_median, cause->repair_sigma);
        draw.automatic = length < 1 ? 1 : (int64_t)llround(fmin(length, 1e17));
        draw.manual = 0;
    }
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
    bool lemon = is_lemon(world, site, server);
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

/* The server is lost, or the one that is taken for it. */
static void lose_server(struct world *world, struct world_site *site, int32_t server, int c, uint32_t number,
                        int64_t simple)
{
    struct repair_draw draw = repair_of(world, site, server, c, number, simple);
    struct world_node *failed = &site->nodes[server];
    int32_t struck = server;
    int32_t other = draw.misdiagnosed ? other_node(site, server) : -1;
    if (other >= 0) {
        struck = world_server_of(site, other);
        struct random_stream stream = stream_of(world, site, (uint32_t)server, number, RANDOM_RELAPSE);
        const struct job *job = job_at(&site->jobs, site->held_by[server]);
        double computing = random_exponential(&stream, 1) * site->plan->risks->relapse;
        struct checkpoint_costs costs = world_costs(world, site, job, true);
        push_failure(world, site, server,
                     draw.detect + draw.diagnose + costs.restart + 1 + (int64_t)fmin(computing, 1e17));
    }
    struct world_strike strike = {.first = struck,
                                  .last = struck + world_server_nodes(site),
                                  .cause = c,
                                  .pending = draw.detect + draw.diagnose,
                                  .end = WORLD_FAILED,
                                  .takes_nodes = true};
    world_strike(world, site, &strike);
    int64_t repair = until_back(&draw);
    site->repairs_manual += draw.escalated;
    site->repairs_good += draw.repaired;
    if (struck == server) {
        if (failed->lemon && draw.repaired) {
            site->repairs_cured++;
            for (int32_t n = server; n < strike.last && n < site->scheduler.free_now.count; n++)
                site->nodes[n].lemon = false;
        }
        repair = retire(world, site, server, repair);
    }
    site->node_failures++;
    world_row_failure(world, site, &strike, repair);
    push_repair(world, site, EVENT_NODE_REPAIR, struck, repair);
}

/* Only the jobs on the server are stopped. */
static void stop_jobs(struct world *world, struct world_site *site, int32_t server, int c, uint32_t number)
{
    struct repair_draw draw = repair_of(world, site, server, c, number, 0);
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
    int c = pick_cause(world, site, server, number);
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
        lose_server(world, site, server, c, number,
                    risks->repairs_simply ? simple_repair(world, site, server, number) : 1);
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
            plan_unit(world, site, c, unit);
        return;
    }
    if (cause->effect == PLAN_SLOW || cause->effect == PLAN_SILENT) {
        if (cause->effect == PLAN_SLOW)
            world_begin_slow(world, site, first, c);
        else
            world_begin_silent(world, site, first, c);
        plan_unit(world, site, c, unit);
        return;
    }
    if (node_only) {
        lose_server(world, site, first, c, number, 1);
        return;
    }
    struct repair_draw draw = repair_of(world, site, first, c, number, 1);
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
    plan_unit(world, site, c, unit);
}

void world_change_failures(struct world *world, struct world_site *site, const struct plan_site *before)
{
    if (!site->nodes)
        return;
    for (int32_t node = 0; node < site->scheduler.free_now.count; node += world_server_nodes(site)) {
        struct world_node *state = &site->nodes[node];
        double was = state->lemon ? before->risks->lemon_us : before->risks->good_us,
               is = rate_of(site, node);
        if (was >= is && was <= is)
            continue;
        if (state->fails_at >= 0)
            state->hazard = (double)(state->fails_at - world->now) * was;
        bool drawn = state->fails_at >= 0 || state->hazard > 0;
        state->fails_at = -1;
        if (!(is > 0))
            continue; /* what is left waits for a rate */
        if (drawn && state->hazard / is < 1e17)
            push_failure(world, site, node, (int64_t)ceil(state->hazard / is));
        else if (drawn)
            state->fails_at = CLOCK_NEVER;
        else if (world_node_state(state) >= WORLD_SPARE)
            world_plan_failure(world, site, node);
        state->hazard = 0;
    }
}
