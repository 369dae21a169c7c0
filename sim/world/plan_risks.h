/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan_risks: what can go wrong at a site and what it costs, resolved from an entry of `reliability`.
 *
 * Causes are numbered; the entry's own rate, if it has one, comes first, as the cause "node". Causes with a
 * constant rate that strike nodes share one clock a server (the sum of their rates; which one it was is drawn
 * then); all others have a clock for each unit: a server, a leaf, a rack, the site. Ownership: the plan's
 * arena.
 */
#ifndef TENK_WORLD_PLAN_RISKS_H
#define TENK_WORLD_PLAN_RISKS_H

#include "reliability/checkpoint.h"
#include "reliability/life.h"
#include "reliability/repair.h"
#include "reliability/restart.h"
#include "reliability/spares.h"
#include "reliability/storage.h"
#include "scenario/scenario.h"

enum { PLAN_CAUSES = 32 };

enum plan_scope { PLAN_NODE, PLAN_JOB, PLAN_GROUP, PLAN_STORAGE, PLAN_SITE_WIDE };
enum plan_effect { PLAN_STOP, PLAN_SLOW, PLAN_SILENT };

struct plan_cause {
    const char *name;
    enum plan_scope scope;
    enum plan_effect effect;
    double per_node_us; /* of nodes and jobs: failures per server and us */
    struct life life;   /* of a unit that has a clock of its own; us */
    int32_t nodes;      /* of such a unit; all of the site's for the largest */
    int64_t detect;     /* us */
    double found_after; /* us, mean */
    double slow_factor;
    double repair_median, repair_sigma; /* us; 0: as the site's repair */
    bool lemons_only;
    bool apart; /* units have a clock of their own */
};

struct plan_risks {
    int cause_count; /* also those without a rate */
    bool fails;      /* something has a rate */
    bool busy_only;
    bool repairs_simply; /* one lognormal time and nothing else: drawn with the failure */
    bool pool_serves;    /* a gang that is queued again is given nodes of the pool */
    struct plan_cause causes[PLAN_CAUSES];
    double good_us, lemon_us; /* failures of a server and us by the causes that share its clock */
    double lemon_share, lemon_factor;
    struct repair_model repair;
    double misdiagnosed, relapse;
    int64_t replace_after; /* us; 0: never */
    int64_t retire_within;
    int32_t retire_after;
    int32_t spare_nodes;
    const struct spares_policy *spares;
    int64_t spare_delay;
    struct restart_model restart;
    struct storage_bandwidth storage;
    int64_t flush, memory_cost;
    double bytes; /* per parameter; 0: the cost holds for all */
    int32_t memory_checkpoints;
    bool async;
    double stops_per_node_us,
        stops_per_us; /* failures that stop a gang: for each of its servers, and besides */
    bool rich;        /* gangs change their nodes, or are looked for by node: who holds which node is kept */
};

struct plan_site;

/* The entry may be NULL: nothing fails. */
const struct plan_risks *plan_risks_make(const struct plan_site *site, const struct scenario_site *from,
                                         const struct scenario_reliability *entry, struct arena *arena);

/* Mean time between failures that stop a gang on so many servers, us; infinite without failures. */
double plan_risks_mtbf(const struct plan_risks *risks, double servers);

#endif
