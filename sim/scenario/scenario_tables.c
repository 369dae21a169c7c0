/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario_tables: the tables of scenario.h: keys, ranges, fallbacks and help (one row is one setting), and
 * lookups by them. */
#include "scenario/choices.h"
#include "scenario/scenario.h"

#define FIELD(structure, member) .key = #member, .offset = offsetof(struct structure, member)
#define TEXT(structure, member, without, about)                                                              \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_TEXT, .fallback = without, .help = about                    \
    }
#define CHOICE(structure, member, names, without, about)                                                     \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_CHOICE, .choice = names, .fallback = without, .help = about \
    }
#define ORDER(structure, member, without, about)                                                             \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_CHOICE, .choice = choices_order,                            \
                                  .file = ORDER_PLUGIN_ENDING, .fallback = without, .help = about            \
    }
#define WHOLE(structure, member, low, high, without, of, about)                                              \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_WHOLE, .min = low, .max = high, .fallback = without,        \
                                  .unit = of, .help = about                                                  \
    }
#define REAL(structure, member, low, high, without, of, about)                                               \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_REAL, .min = low, .max = high, .fallback = without,         \
                                  .unit = of, .help = about                                                  \
    }
#define DURATION(structure, member, low, high, without, about)                                               \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_DURATION, .min = low, .max = high, .fallback = without,     \
                                  .unit = "duration", .help = about                                          \
    }
#define DATE(structure, member, without, about)                                                              \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_DATE, .fallback = without, .help = about                    \
    }
#define FLAG(structure, member, without, about)                                                              \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_FLAG, .fallback = without, .help = about                    \
    }
#define REALS(structure, member, low, high, without, about)                                                  \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_REALS, .min = low, .max = high, .fallback = without,        \
                                  .help = about                                                              \
    }
#define MAP(structure, member, of, without, about)                                                           \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_MAP, .sub = of, .fallback = without, .help = about          \
    }
#define GROUP(structure, member, of, about)                                                                  \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_GROUP, .sub = of, .help = about                             \
    }
#define SCHEMA(structure, rows)                                                                              \
    {                                                                                                        \
        .fields = rows, .count = sizeof rows / sizeof *rows, .size = sizeof(struct structure)                \
    }

static const struct schema_field efficiency_fields[] = {
    REAL(scenario_efficiency, mfu, 0.001, 1, NULL, NULL,
         "the share of peak that becomes model arithmetic (MFU)"),
    TEXT(scenario_efficiency, source, "", "where the figure is from"),
    CHOICE(scenario_efficiency, confidence, choices_confidence, "assumption", "how far to trust it"),
};
const struct schema scenario_efficiency_schema = SCHEMA(scenario_efficiency, efficiency_fields);

static const struct schema_field scale_fields[] = {
    REALS(scenario_scale, cards, 1, 1e7, "", "gang sizes at which the scaling was measured, ascending"),
    REALS(scenario_scale, factor, 0.01, 2, "", "relative speed a card at those sizes"),
    TEXT(scenario_scale, source, "", "where the curve is from"),
    CHOICE(scenario_scale, confidence, choices_confidence, "assumption", "how far to trust it"),
};
static const struct schema scale_schema = SCHEMA(scenario_scale, scale_fields);

static const struct schema_field chip_fields[] = {
    TEXT(scenario_chip, vendor, "", "the maker"),
    TEXT(scenario_chip, model, "", "the product's name"),
    REAL(scenario_chip, peak_tflops, 0.1, 1e5, NULL, "TFLOP/s",
         "the dense BF16 (or FP16) peak of a counted unit"),
    REAL(scenario_chip, memory_gb, 0, 1e5, "0", "GB", "memory of a counted unit"),
    CHOICE(scenario_chip, count_unit, choices_count_unit, "card", "what one unit is"),
    FLAG(scenario_chip, usable, "true",
         "false: sources contradict each other; set it true to use the chip anyway"),
    TEXT(scenario_chip, note, "", "what to know about the row"),
    TEXT(scenario_chip, source, "", "where the figures are from"),
    CHOICE(scenario_chip, confidence, choices_confidence, "assumption", "how far to trust them"),
    MAP(scenario_chip, efficiency, &scenario_efficiency_schema, "", "MFU by kind of work"),
    GROUP(scenario_chip, scale, &scale_schema, "speed a card in large gangs"),
};
const struct schema scenario_chip_schema = SCHEMA(scenario_chip, chip_fields);

static const struct schema_field estimate_fields[] = {
    REALS(scenario_estimate, years, 1990, 2200, NULL, "calendar years, ascending"),
    REALS(scenario_estimate, cards, 0, 1e9, NULL, "good cards put out in those years"),
    TEXT(scenario_estimate, source, "", "whose estimate"),
    CHOICE(scenario_estimate, confidence, choices_confidence, "assumption", "how far to trust it"),
};
const struct schema scenario_estimate_schema = SCHEMA(scenario_estimate, estimate_fields);

static const struct schema_field line_fields[] = {
    TEXT(scenario_line, chip, NULL, "the chip (of `chips`) that the line makes"),
    MAP(scenario_line, estimates, &scenario_estimate_schema, NULL, "named estimates of the yearly output"),
    REAL(scenario_line, yield_mean, 0.01, 0.99, "0.5", NULL, "the yield that the estimates count on"),
    REAL(scenario_line, yield_sd_future, 0, 0.3, "0", NULL,
         "standard deviation of the mean yield between futures"),
    REAL(scenario_line, yield_sd_lot, 0, 0.3, "0", NULL, "standard deviation between the lots of a future"),
    TEXT(scenario_line, yield_source, "", "where the yield is from"),
    DURATION(scenario_line, lead_time_median, 0, 3650, "0s",
             "from the end of a lot's month to its arrival, median"),
    REAL(scenario_line, lead_time_sigma, 0, 3, "0", NULL, "standard deviation of the lead time's logarithm"),
    TEXT(scenario_line, lead_time_source, "", "where the lead time is from"),
};
const struct schema scenario_line_schema = SCHEMA(scenario_line, line_fields);

static const struct schema_field supply_fields[] = {
    TEXT(scenario_supply, line, "", "the production line (of `lines`) that serves buyers and sites"),
    TEXT(scenario_supply, estimate, "", "which of the line's estimates holds"),
    CHOICE(scenario_supply, allocation, choices_allocation, "priority",
           "who gets cards when there are too few"),
};
static const struct schema supply_schema = SCHEMA(scenario_supply, supply_fields);

static const struct schema_field buyer_fields[] = {
    WHOLE(scenario_buyer, tier, 1, 99, "1", NULL, "rank under `priority`: 1 is served first"),
    WHOLE(scenario_buyer, backlog, 0, 1e8, "0", "cards", "the cards on order at the start"),
    REAL(scenario_buyer, cards_per_month, 0, 1e8, "0", "cards",
         "the cards ordered on the first of each month"),
    REAL(scenario_buyer, growth_per_year, -0.99, 20, "0", NULL,
         "growth of the monthly orders (0.3: 30% a year)"),
    REAL(scenario_buyer, demand_sigma, 0, 2, "0", NULL,
         "uncertainty of all its orders: sd of the logarithm of a factor"),
    TEXT(scenario_buyer, source, "", "where the figures are from"),
    CHOICE(scenario_buyer, confidence, choices_confidence, "assumption", "how far to trust them"),
};
static const struct schema buyer_schema = SCHEMA(scenario_buyer, buyer_fields);

static const struct schema_field class_fields[] = {
    CHOICE(scenario_class, kind, choices_kind, NULL, "the kind of work: picks the MFU of a chip"),
    REAL(scenario_class, share, 0, 1, NULL, NULL, "the share of the jobs, by number"),
    REALS(scenario_class, sizes, 1, 1e7, NULL, "gang sizes in cards"),
    REALS(scenario_class, size_weights, 0, 1e9, NULL, "their weights, any positive scale"),
    DURATION(scenario_class, length_median, 1e-8, 3650, NULL,
             "run time on the reference chip, median before the cut"),
    REAL(scenario_class, length_sigma, 0, 6, "0", NULL, "standard deviation of the run time's logarithm"),
    DURATION(scenario_class, length_max, 1e-8, 3650, "3650d",
             "the longest run time; the lognormal is cut there"),
    FLAG(scenario_class, checkpoints, "false",
         "whether jobs write checkpoints; without, a failure loses everything"),
    WHOLE(scenario_class, priority, -1000, 1000, "0", NULL, "urgency: larger is more urgent"),
    REAL(scenario_class, elastic_least, 0.01, 1, "1", NULL,
         "the least share of its cards that a job can run on (1: not elastic)"),
    REAL(scenario_class, elastic_most, 1, 64, "1", NULL, "how many times its cards a job can use"),
    TEXT(scenario_class, locality, "",
         "what its scattered gangs lose (of `localities`); none: what the site says"),
    TEXT(scenario_class, accepts, "",
         "chips (of the site and its pools) that it runs on, by preference, with commas; none: all"),
    TEXT(scenario_class, source, "", "where the figures are from"),
};
static const struct schema class_schema = SCHEMA(scenario_class, class_fields);

static const struct schema_field workload_fields[] = {
    TEXT(scenario_workload, reference_chip, NULL,
         "the chip (of `chips`) on which the run times were measured"),
    REALS(scenario_workload, hour_weights, 0, 1000, "",
          "relative arrival rate by hour of day, 24 numbers; none: even"),
    REALS(scenario_workload, weekday_weights, 0, 1000, "",
          "by day of week from Monday, 7 numbers; none: even"),
    TEXT(scenario_workload, rhythm_source, "", "where the weights are from"),
    REAL(scenario_workload, estimate_factor_min, 1, 100, "1", NULL,
         "a user's estimate is the run time times at least"),
    REAL(scenario_workload, estimate_factor_max, 1, 100, "1", NULL, "and at most this factor, uniform"),
    TEXT(scenario_workload, estimate_source, "", "where the factors are from"),
    MAP(scenario_workload, classes, &class_schema, NULL, "job classes"),
    TEXT(scenario_workload, source, "", "where the mix is from"),
    CHOICE(scenario_workload, confidence, choices_confidence, "assumption", "how far to trust it"),
};
const struct schema scenario_workload_schema = SCHEMA(scenario_workload, workload_fields);

static const struct schema_field reliability_fields[] = {
    REAL(scenario_reliability, failures_per_1000_node_days, 0, 1e5, NULL, NULL,
         "failures per 1,000 node-days"),
    DURATION(scenario_reliability, repair_median, 0, 3650, "0s", "time to repair a node, median"),
    REAL(scenario_reliability, repair_sigma, 0, 4, "0", NULL,
         "standard deviation of the repair time's logarithm"),
    DURATION(scenario_reliability, restart, 0, 365, "0s", "from the restart of a job until it computes"),
    DURATION(scenario_reliability, checkpoint_cost, 0, 365, "0s",
             "computing stands still to write a checkpoint"),
    TEXT(scenario_reliability, checkpoint_interval, "young",
         "\"young\", \"daly\" or a duration such as \"3h\""),
    TEXT(scenario_reliability, source, "", "where the rate is from"),
    CHOICE(scenario_reliability, confidence, choices_confidence, "assumption", "how far to trust it"),
    TEXT(scenario_reliability, repair_source, "", "where the repair time is from"),
    TEXT(scenario_reliability, restart_source, "", "where the restart time is from"),
    TEXT(scenario_reliability, checkpoint_source, "", "where the checkpoint cost is from"),
};
const struct schema scenario_reliability_schema = SCHEMA(scenario_reliability, reliability_fields);

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
    GROUP(scenario_site, topology, &topology_schema, "the network's levels above the node"),
    TEXT(scenario_site, locality, "", "what scattered gangs lose (of `localities`); none: nothing"),
    REALS(scenario_site, size_bins, 1, 1e7, "",
          "gang sizes at which the classes of size in the results begin; none: 1, 2, 9, 65, 513"),
};
const struct schema scenario_site_schema = SCHEMA(scenario_site, site_fields);

static const struct schema_field scenario_fields[] = {
    TEXT(scenario, title, NULL, "one line for the report: what is simulated"),
    DATE(scenario, start, NULL, "the date at which simulated time begins"),
    DURATION(scenario, horizon, 0.01, 36500, NULL, "how long is simulated"),
    DURATION(scenario, sample, 0.01, 36500, "7d", "distance of the samples in timeline.csv"),
    WHOLE(scenario, replications, 1, 1e6, "100", NULL, "the number of futures"),
    WHOLE(scenario, seed, 0, 9e15, "1", NULL, "the seed of all random streams"),
    GROUP(scenario, supply, &supply_schema, "where cards come from"),
    MAP(scenario, buyers, &buyer_schema, "", "who else wants cards"),
    MAP(scenario, site, &scenario_site_schema, NULL, "the sites"),
    MAP(scenario, chips, &scenario_chip_schema, NULL, "chips; @include \"../configs/chips.cfg\""),
    MAP(scenario, lines, &scenario_line_schema, "",
        "production lines; @include \"../configs/suppliers.cfg\""),
    MAP(scenario, workloads, &scenario_workload_schema, "",
        "job mixes; @include \"../configs/workloads.cfg\""),
    MAP(scenario, reliability, &scenario_reliability_schema, "",
        "failures; @include \"../configs/reliability.cfg\""),
    MAP(scenario, localities, &scenario_locality_schema, "",
        "what scattered gangs lose; @include \"../configs/locality.cfg\""),
};
const struct schema scenario_schema = SCHEMA(scenario, scenario_fields);

const struct scenario_chip *scenario_chip(const struct scenario *scenario, const char *name)
{
    return name ? schema_entry(&scenario->chips, &scenario_chip_schema, name) : NULL;
}

const struct scenario_efficiency *scenario_efficiency(const struct scenario_chip *chip, const char *kind)
{
    return kind ? schema_entry(&chip->efficiency, &scenario_efficiency_schema, kind) : NULL;
}
