/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/plan_risks.h"

#include "engine/clock.h"
#include "world/plan.h"

#include <math.h>
#include <string.h>

static bool is(const char *a, const char *b)
{
    return !strcmp(a, b);
}

static enum plan_scope scope_of(const char *scope)
{
    if (is(scope, "job"))
        return PLAN_JOB;
    if (is(scope, "leaf") || is(scope, "rack") || is(scope, "pod"))
        return PLAN_GROUP;
    return is(scope, "storage") ? PLAN_STORAGE : is(scope, "site") ? PLAN_SITE_WIDE : PLAN_NODE;
}

/* Nodes that a unit of the cause takes. */
static int32_t unit_nodes(const struct plan_site *site, const struct scenario_site *from,
                          const struct scenario_cause *cause)
{
    const struct scenario_topology *levels = &from->topology;
    int64_t all = site->cards / site->cards_per_node, nodes = 1;
    switch (scope_of(cause->scope)) {
    case PLAN_GROUP:
        nodes = is(cause->scope, "leaf")  ? levels->leaf
                : is(cause->scope, "pod") ? levels->pod
                : cause->nodes            ? cause->nodes
                                          : levels->domain;
        break;
    case PLAN_STORAGE:
    case PLAN_SITE_WIDE:
        nodes = all;
        break;
    default:
        nodes = site->units_per_server;
    }
    return (int32_t)(nodes < 1 ? 1 : nodes > all ? all : nodes);
}

static struct life life_of(const struct scenario_cause *cause, double mean)
{
    if (is(cause->life, "weibull"))
        return life_by_mean(LIFE_WEIBULL, mean, cause->shape);
    if (is(cause->life, "lognormal"))
        return life_by_mean(LIFE_LOGNORMAL, mean, cause->sigma);
    return life_by_mean(LIFE_EXPONENTIAL, mean, 1);
}

static void add_cause(struct plan_risks *to, const struct plan_site *site, const struct scenario_site *from,
                      const struct scenario_reliability *entry, const struct scenario_cause *cause)
{
    struct plan_cause made = {
        .name = cause->name,
        .scope = scope_of(cause->scope),
        .effect = is(cause->effect, "slow")     ? PLAN_SLOW
                  : is(cause->effect, "silent") ? PLAN_SILENT
                                                : PLAN_STOP,
        .nodes = unit_nodes(site, from, cause),
        .detect = cause->detect ? cause->detect : entry->detect,
        .found_after = (double)cause->found_after,
        .slow_factor = cause->slow_factor,
        .repair_median = (double)cause->repair_median,
        .repair_sigma = cause->repair_sigma,
        .lemons_only = cause->lemons_only,
    };
    bool of_nodes = made.scope == PLAN_NODE || made.scope == PLAN_JOB;
    double rate = of_nodes ? cause->failures_per_1000_node_days / 1000 / (double)CLOCK_DAY
                           : cause->per_year / 365 / (double)CLOCK_DAY;
    /* without a rate it keeps its number: an event may give it one */
    made.apart = rate > 0 && (!of_nodes || (!is(cause->life, "exponential") && made.scope == PLAN_NODE));
    if (to->cause_count == PLAN_CAUSES)
        return;
    to->fails |= rate > 0;
    if (made.apart)
        made.life = life_of(cause, 1 / rate);
    else
        made.per_node_us = rate;
    to->causes[to->cause_count++] = made;
}

/* Sums of the causes' rates, for the clocks of servers and for the intervals of checkpoints. */
static void sum_rates(struct plan_risks *risks)
{
    for (int i = 0; i < risks->cause_count; i++) {
        const struct plan_cause *cause = &risks->causes[i];
        double lemons = risks->lemon_share * risks->lemon_factor;
        double mean = cause->lemons_only ? lemons : 1 - risks->lemon_share + lemons;
        if (!cause->apart) {
            risks->good_us += cause->lemons_only ? 0 : cause->per_node_us;
            risks->lemon_us += cause->per_node_us * risks->lemon_factor;
        }
        if (cause->effect != PLAN_STOP)
            continue;
        if (!cause->apart)
            risks->stops_per_node_us += cause->per_node_us * mean;
        else if (cause->scope == PLAN_NODE || cause->scope == PLAN_GROUP)
            risks->stops_per_node_us +=
                (cause->scope == PLAN_NODE ? mean : 1.0 / cause->nodes) / life_mean(&cause->life);
        else
            risks->stops_per_us += 1 / life_mean(&cause->life);
    }
}

static struct repair_time time_of(const char *law, int64_t median, double sigma)
{
    return (struct repair_time){.spread = is(law, "exponential") ? REPAIR_EXPONENTIAL
                                          : is(law, "fixed")     ? REPAIR_FIXED
                                                                 : REPAIR_LOGNORMAL,
                                .scale = (double)median,
                                .sigma = sigma};
}

static void add_repair(struct plan_risks *to, const struct scenario_reliability *entry)
{
    to->repair = (struct repair_model){
        .diagnose = time_of(entry->diagnose_law, entry->diagnose_median, entry->diagnose_sigma),
        .automatic = time_of(entry->repair_law, entry->repair_median, entry->repair_sigma),
        .manual = time_of(entry->manual_law, entry->manual_median, entry->manual_sigma),
        .wrong_chance = entry->misdiagnosed,
        .escalate_chance = entry->escalate,
        .automatic_success = entry->repair_success,
        .manual_success = entry->manual_success,
    };
    to->repairs_simply = is(entry->repair_law, "lognormal") && !entry->diagnose_median &&
                         !(entry->misdiagnosed > 0) && !(entry->escalate > 0) && !(entry->lemon_share > 0);
    to->misdiagnosed = entry->misdiagnosed;
    to->relapse = (double)entry->relapse;
    to->retire_after = (int32_t)entry->retire_after;
    to->retire_within = entry->retire_within;
    to->replace_after = entry->replace_after;
}

static void add_costs(struct plan_risks *to, const struct scenario_site *from,
                      const struct scenario_reliability *entry)
{
    const struct scenario_restart_stage *stages = entry->restart_stages.entries;
    for (int i = 0; i < entry->restart_stages.count; i++) {
        struct restart_stage stage = {
            .fixed = stages[i].fixed, .per_thousand = stages[i].per_1000_cards, .reads = stages[i].reads};
        for (int kind = 0; kind < RESTART_KINDS; kind++)
            if (kind == RESTART_FULL || stages[i].in_place)
                to->restart.row[kind].stage[to->restart.row[kind].count++] = stage;
    }
    to->flush = entry->checkpoint_flush;
    to->bytes = entry->checkpoint_bytes;
    to->async = entry->checkpoint_async;
    to->memory_cost = entry->memory_cost;
    to->memory_checkpoints = (int32_t)entry->memory_checkpoints;
    to->storage = (struct storage_bandwidth){.site = from->storage.gb_per_s * 1e9,
                                             .node = from->storage.node_gb_per_s * 1e9};
}

const struct plan_risks *plan_risks_make(const struct plan_site *site, const struct scenario_site *from,
                                         const struct scenario_reliability *entry, struct arena *arena)
{
    static const struct plan_risks none = {.lemon_factor = 1};
    if (!entry)
        return &none;
    struct plan_risks *to = arena_alloc(arena, 1, sizeof *to);
    to->lemon_share = entry->lemon_share;
    to->lemon_factor = entry->lemon_factor;
    to->busy_only = is(entry->fails_when, "busy");
    struct scenario_cause plain = {.name = "node",
                                   .scope = "node",
                                   .effect = "stop",
                                   .life = "exponential",
                                   .failures_per_1000_node_days = entry->failures_per_1000_node_days};
    add_cause(to, site, from, entry, &plain);
    const struct scenario_cause *causes = entry->causes.entries;
    for (int i = 0; i < entry->causes.count; i++)
        add_cause(to, site, from, entry, &causes[i]);
    sum_rates(to);
    add_repair(to, entry);
    add_costs(to, from, entry);
    to->spares = spares_policy_named(entry->spares);
    to->spare_delay = entry->spare_delay;
    to->spare_nodes = (int32_t)from->spare_nodes;
    to->pool_serves =
        to->spare_delay || !to->spares->choose(&(struct spares_view){.lost = 1, .pool = 1}).requeue;
    to->rich = to->spares->in_place || to->busy_only || to->cause_count > 1 || to->spare_nodes > 0 ||
               to->misdiagnosed > 0;
    return to;
}

double plan_risks_mtbf(const struct plan_risks *risks, double servers)
{
    double rate = risks->stops_per_node_us * servers + risks->stops_per_us;
    return rate > 0 ? 1 / rate : INFINITY;
}
