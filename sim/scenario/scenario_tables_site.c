/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario_tables_site: the tables of a site and what belongs to it. */
#include "scenario/scenario_rows.h"

static const struct schema_field run_fields[] = {
    DATE(scenario_planned, at, NULL, "the date of submission"),
    WHOLE(scenario_planned, cards, 1, 1e7, NULL, "cards", "the size of the gang"),
    DURATION(scenario_planned, length, 1e-8, 36500, NULL,
             "computing time on this site's chip, without interruptions"),
    CHOICE(scenario_planned, kind, choices_kind, "pretraining",
           "the kind of work: picks the MFU of the chip"),
    FLAG(scenario_planned, checkpoints, "true", "whether it writes checkpoints"),
    WHOLE(scenario_planned, priority, -1000, 1000, "0", NULL, "urgency: larger is more urgent"),
    DURATION(scenario_planned, notice, 0, 3650, "0s",
             "its cards are set aside so long ahead, so that it starts on its date; 0: it queues"),
    WHOLE(scenario_planned, standby, 0, 1e7, "0", "cards",
          "cards that it holds besides, to take the place of failed ones"),
    REAL(scenario_planned, parameters, 0, 1e15, "0", NULL,
         "of its model: the size of its checkpoints; 0: not known"),
};
static const struct schema run_schema = SCHEMA(scenario_planned, run_fields);

static const struct schema_field tenant_fields[] = {
    REAL(scenario_tenant, share, 0, 1e9, "1", NULL, "its share of the workload's jobs, any positive scale"),
    REAL(scenario_tenant, weight, 1e-6, 1e9, "1", NULL, "the share of the site that is fair (fair-share)"),
    WHOLE(scenario_tenant, guarantee, 0, 1e7, "0", "cards",
          "cards that it gets when it asks; others borrow them while it does not"),
    WHOLE(scenario_tenant, limit, 0, 1e7, "0", "cards", "it never holds more; 0: no limit"),
    TEXT(scenario_tenant, source, "", "where the figures are from"),
};
static const struct schema tenant_schema = SCHEMA(scenario_tenant, tenant_fields);

static const struct schema_field maintenance_fields[] = {
    DATE(scenario_maintenance, at, NULL, "when it begins"),
    DURATION(scenario_maintenance, length, 1e-8, 3650, NULL, "how long it takes"),
    WHOLE(scenario_maintenance, cards, 1, 1e7, NULL, "cards", "how many cards are taken out"),
    DURATION(scenario_maintenance, notice, 0, 3650, "14d",
             "how long before it is known: jobs that would run into it do not start on its nodes"),
    DURATION(scenario_maintenance, every, 0, 3650, "0s", "it comes again so long after it began; 0: once"),
};
static const struct schema maintenance_schema = SCHEMA(scenario_maintenance, maintenance_fields);

static const struct schema_field pool_fields[] = {
    TEXT(scenario_pool, chip, NULL, "the chip (of `chips`) of the pool"),
    WHOLE(scenario_pool, cards, 1, 1e7, NULL, "cards", "the cards ordered"),
    DATE(scenario_pool, ordered, NULL, "the date of the order"),
    CHOICE(scenario_pool, delivery, choices_delivery, "at-once",
           "\"supply\": by the market; \"at-once\": on that date"),
    WHOLE(scenario_pool, tier, 1, 99, "2", NULL, "rank under `priority`: 1 is served first"),
    WHOLE(scenario_pool, cards_per_node, 1, 64, "8", "cards", "the cards of a node"),
    REAL(scenario_pool, install_cards_per_day, 0, 1e7, "0", "cards/day",
         "how fast cards are installed; 0: at once"),
    DURATION(scenario_pool, burn_in, 0, 365, "0s", "from installation until a node takes jobs"),
    TEXT(scenario_pool, reliability, "", "failures (of `reliability`); none: nothing fails"),
};
static const struct schema pool_schema = SCHEMA(scenario_pool, pool_fields);

static const struct schema_field topology_fields[] = {
    WHOLE(scenario_topology, units_per_server, 1, 64, "1", "nodes",
          "nodes that are one server and fail together (2 nodes of 4 cards: domains of 4 in a server of 8)"),
    WHOLE(scenario_topology, domain, 0, 1e6, "0", "nodes",
          "nodes of a high-bandwidth domain (rack, super-node); 0: the node is the domain"),
    WHOLE(scenario_topology, leaf, 0, 1e6, "0", "nodes", "nodes under a leaf switch; 0: no such level"),
    WHOLE(scenario_topology, pod, 0, 1e6, "0", "nodes", "nodes of a pod; 0: no such level"),
};
static const struct schema topology_schema = SCHEMA(scenario_topology, topology_fields);

static const struct schema_field locality_fields[] = {
    REALS(scenario_locality, scatter, 1, 1e4, "", "nodes used over the fewest possible, ascending from 1"),
    REALS(scenario_locality, factor, 0.01, 1, "", "relative speed at those"),
    REAL(scenario_locality, cross_domain, 0.01, 1, "1", NULL,
         "speed when a gang that fits one domain is spread over several"),
    REAL(scenario_locality, cross_leaf, 0.01, 1, "1", NULL, "the same for leaf switches"),
    REAL(scenario_locality, cross_pod, 0.01, 1, "1", NULL, "the same for pods"),
    TEXT(scenario_locality, source, "", "where the figures are from"),
    CHOICE(scenario_locality, confidence, choices_confidence, "assumption", "how far to trust them"),
    TEXT(scenario_locality, cross_source, "", "where the figures of crossings are from"),
};
const struct schema scenario_locality_schema = SCHEMA(scenario_locality, locality_fields);

static const struct schema_field site_fields[] = {
    TEXT(scenario_site, chip, NULL, "the chip (of `chips`) of the site"),
    WHOLE(scenario_site, cards, 1, 1e7, NULL, "cards", "the cards ordered"),
    DATE(scenario_site, ordered, NULL, "the date of the order"),
    CHOICE(scenario_site, delivery, choices_delivery, "supply",
           "\"supply\": by the market; \"at-once\": on that date"),
    WHOLE(scenario_site, tier, 1, 99, "2", NULL, "rank under `priority`: 1 is served first"),
    WHOLE(scenario_site, cards_per_node, 1, 64, "8", "cards", "the cards of a node"),
    REAL(scenario_site, install_cards_per_day, 0, 1e7, "0", "cards/day",
         "how fast cards are installed; 0: at once"),
    DURATION(scenario_site, burn_in, 0, 365, "0s", "from installation until a node takes jobs"),
    TEXT(scenario_site, workload, "", "the workload (of `workloads`); none: only the runs"),
    REAL(scenario_site, jobs_per_day, 0, 1e7, "0", "jobs/day", "the mean arrivals at the scenario's start"),
    REAL(scenario_site, jobs_growth_per_year, -0.99, 20, "0", NULL, "their growth (0.3: 30% a year)"),
    WHOLE(scenario_site, opens_at_cards, 0, 1e7, "0", "cards",
          "jobs are turned away until so many are online"),
    WHOLE(scenario_site, large_job_cards, 1, 1e7, "1024", "cards",
          "from this size on a job is counted as large"),
    ORDER(scenario_site, order, "fcfs", "the order of the queue"),
    CHOICE(scenario_site, backfill, choices_backfill, "easy", "who may pass the head of the queue"),
    ORDER(scenario_site, candidates, "fcfs", "the order in which backfill candidates are tried"),
    CHOICE(scenario_site, place, choices_place, "consolidate", "on which nodes jobs run"),
    TEXT(scenario_site, reliability, "", "failures (of `reliability`); none: nothing fails"),
    WHOLE(scenario_site, spare_nodes, 0, 1e6, "0", "nodes",
          "nodes kept for gangs that lose some (reliability.X.spares), the last of its order"),
    GROUP(scenario_site, storage, &scenario_storage_schema, "where checkpoints are written"),
    MAP(scenario_site, runs, &run_schema, "", "dated jobs besides the workload"),
    WHOLE(scenario_site, reservations, 1, 1e6, "1", "jobs",
          "under easy: how many jobs at the front of the queue hold a reservation"),
    WHOLE(scenario_site, examine, 0, 1e9, "0", "jobs",
          "under easy: only so many jobs behind the head are candidates; 0: all"),
    CHOICE(scenario_site, preempt, choices_preempt, "none", "for whom running jobs are stopped"),
    FLAG(scenario_site, reclaim, "false", "jobs within their tenant's guarantee stop those that borrow it"),
    DURATION(scenario_site, slice, 1.0 / 86400, 3650, "1h",
             "under preempt = slice: how long a job runs undisturbed"),
    DURATION(scenario_site, half_life, 0, 3650, "7d",
             "usage counts half after that time (fair-share); 0: it never fades"),
    DURATION(scenario_site, resize_every, 0, 3650, "1h",
             "an elastic job grows at the earliest so long after its last change"),
    MAP(scenario_site, tenants, &tenant_schema, "", "who shares the site"),
    MAP(scenario_site, maintenance, &maintenance_schema, "", "dated windows in which cards are taken out"),
    MAP(scenario_site, pools, &pool_schema, "", "cards of other chips in the same centre"),
    CHOICE(scenario_site, choose, choices_choose, "completion",
           "which of the chips that a job accepts: the one that ends it first, or the first it likes"),
    TEXT(scenario_site, group, "", "results are also summed over the sites and buyers of a group"),
    CHOICE(scenario_site, report, choices_report, "full",
           "results of its own: \"full\", \"brief\" (without classes and sizes), \"group\" (only in its "
           "group's)"),
    WHOLE(scenario_site, copies, 1, 5000, "1", "sites", "so many sites like this one"),
    REAL(scenario_site, cards_sigma, 0, 3, "0", NULL,
         "the copies' sizes: sd of the logarithm about `cards` (work scales with them)"),
    DURATION(scenario_site, order_spread, 0, 3650, "0s", "the copies order evenly over that time"),
    WHOLE(scenario_site, order_months, 1, 600, "1", "months",
          "its order comes in so many equal monthly parts"),
    TEXT(scenario_site, substitutes, "", "other chips that its order takes after `patience`, with commas"),
    REAL(scenario_site, weight, 0, 1e9, "1", NULL, "its share under `quota`, any positive scale"),
    REAL(scenario_site, bid, 0.01, 100, "1", NULL, "what it offers under `highest-bid`, times the price"),
    DURATION(scenario_site, patience, 0, 3650, "0s",
             "after so long its order also takes the next substitute; 0: never"),
    FLAG(scenario_site, gives_up, "false", "the order is cancelled when patience is over with the last chip"),
    FLAG(scenario_site, state_funded, "false", "whether supply.domestic_only binds it"),
    TEXT(scenario_site, software, "",
         "porting and tuning of its tenants' code (of `software`); none: all runs at full speed at once"),
    GROUP(scenario_site, firms, &scenario_firms_schema, "the firms that use it, growing in number"),
    GROUP(scenario_site, refresh, &scenario_refresh_schema, "the city's model and its refreshes"),
    GROUP(scenario_site, energy, &scenario_energy_schema, "its energy and money"),
    REAL(scenario_site, delay_ms, 0, 1000, "0", "ms", "from the site to the backbone of the country"),
    GROUP(scenario_site, topology, &topology_schema, "the network's levels above the node"),
    TEXT(scenario_site, locality, "", "what scattered gangs lose (of `localities`); none: nothing"),
    REALS(scenario_site, size_bins, 1, 1e7, "",
          "gang sizes at which the classes of size in the results begin; none: 1, 2, 9, 65, 513"),
    TEXT(scenario_site, source, "", "where its figures are from"),
    CHOICE(scenario_site, confidence, choices_confidence, "assumption", "how far to trust its cards"),
};
const struct schema scenario_site_schema = SCHEMA(scenario_site, site_fields);
