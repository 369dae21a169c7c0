/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario: what the user wrote, as plain structs.
 *
 * scenario_read reads the file, applies --set, fills these structs by the tables in
 * scenario_tables.c and checks what one field alone cannot tell (check.c). Dates are us since 1970,
 * durations us. Policy names are left as names: the world resolves them. Orders, which may come from files,
 * are resolved here (policies.h).
 * Ownership: scenario_free releases everything.
 */
#ifndef TENK_SCENARIO_SCENARIO_H
#define TENK_SCENARIO_SCENARIO_H

#include "base/memory.h"
#include "scenario/schema.h"
#include "scenario/source.h"
#include "scheduler/order_plugin.h"

#include <stdint.h>

struct scenario_efficiency { /* chips.X.efficiency.KIND */
    const char *name;
    double mfu;
    const char *source, *confidence;
};

struct scenario_scale { /* chips.X.scale */
    struct schema_list cards, factor;
    const char *source, *confidence;
};

struct scenario_chip {
    const char *name;
    const char *vendor, *model, *count_unit, *source, *confidence, *note;
    double peak_tflops, memory_gb;
    bool usable;
    struct schema_map efficiency;
    struct scenario_scale scale;
};

struct scenario_estimate { /* lines.X.estimates.NAME */
    const char *name;
    struct schema_list years, cards;
    const char *source, *confidence;
};

struct scenario_line {
    const char *name;
    const char *chip, *yield_source, *lead_time_source;
    struct schema_map estimates;
    double yield_mean, yield_sd_future, yield_sd_lot, lead_time_sigma;
    int64_t lead_time_median;
};

struct scenario_supply {
    const char *line, *estimate, *allocation;
};

struct scenario_buyer {
    const char *name;
    const char *source, *confidence;
    int64_t tier, backlog;
    double cards_per_month, growth_per_year, demand_sigma;
};

struct scenario_class { /* workloads.X.classes.NAME */
    const char *name;
    const char *kind, *source;
    const char *accepts;
    double share, length_sigma, elastic_least, elastic_most;
    struct schema_list sizes, size_weights;
    int64_t length_median, length_max, priority;
    bool checkpoints;
};

struct scenario_workload {
    const char *name;
    const char *reference_chip, *source, *confidence, *rhythm_source, *estimate_source;
    struct schema_list hour_weights, weekday_weights;
    double estimate_factor_min, estimate_factor_max;
    struct schema_map classes;
};

struct scenario_reliability {
    const char *name;
    const char *source, *confidence, *repair_source, *restart_source, *checkpoint_source,
        *checkpoint_interval;
    double failures_per_1000_node_days, repair_sigma;
    int64_t repair_median, restart, checkpoint_cost;
};

struct scenario_planned { /* site.X.runs.NAME: one dated job */
    const char *name;
    const char *kind;
    int64_t at, cards, length, priority, notice;
    bool checkpoints;
};

struct scenario_tenant { /* site.X.tenants.NAME */
    const char *name;
    const char *source;
    double share, weight;
    int64_t guarantee, limit;
};

struct scenario_maintenance { /* site.X.maintenance.NAME */
    const char *name;
    int64_t at, cards, length, notice;
};

struct scenario_pool { /* site.X.pools.NAME: cards of another chip in the same centre */
    const char *name;
    const char *chip, *delivery, *reliability;
    int64_t cards, ordered, tier, cards_per_node, burn_in;
    double install_cards_per_day;
};

struct scenario_topology { /* site.X.topology */
    int64_t units_per_server, domain, leaf, pod;
};

struct scenario_locality {
    const char *name;
    struct schema_list scatter, factor;
    double cross_domain, cross_leaf, cross_pod;
    const char *source, *confidence, *cross_source;
};

struct scenario_site {
    const char *name;
    const char *chip, *delivery, *workload, *order, *backfill, *candidates, *place, *reliability, *preempt,
        *locality, *choose;
    int64_t cards, ordered, tier, cards_per_node, burn_in, opens_at_cards, large_job_cards, reservations,
        examine, slice, half_life, resize_every;
    double install_cards_per_day, jobs_per_day, jobs_growth_per_year;
    bool reclaim;
    struct schema_list size_bins;
    struct schema_map runs, tenants, maintenance, pools;
    struct scenario_topology topology;
    /* no settings: what order and candidates stand for */
    const struct order_policy *order_policy, *candidates_policy;
};

struct scenario {
    const char *title;
    int64_t start, horizon, sample, replications, seed;
    struct schema_map chips, lines, buyers, workloads, reliability, localities, site;
    struct scenario_supply supply;
    /* not settings */
    const char *file;
    const char *name; /* of the file, without folder and ending */
    struct source source;
    struct arena arena;
    struct order_plugins plugins;
};

extern const struct schema scenario_schema;
extern const struct schema scenario_chip_schema;
extern const struct schema scenario_efficiency_schema;
extern const struct schema scenario_line_schema;
extern const struct schema scenario_estimate_schema;
extern const struct schema scenario_workload_schema;
extern const struct schema scenario_reliability_schema;
extern const struct schema scenario_locality_schema;
extern const struct schema scenario_site_schema;

/* Reads and checks; false with every mistake added to errors. Call scenario_free in both cases. */
bool scenario_read(struct scenario *scenario, const char *file, const char *const *sets, int set_count,
                   struct error_list *errors);

/* FNV-1a over all resolved settings and the files of policies: the same number means the same question. */
uint64_t scenario_hash(const struct scenario *scenario);

void scenario_free(struct scenario *scenario);

/* Lookups by name; NULL when there is none. */
const struct scenario_chip *scenario_chip(const struct scenario *scenario, const char *name);
const struct scenario_efficiency *scenario_efficiency(const struct scenario_chip *chip, const char *kind);

#endif
