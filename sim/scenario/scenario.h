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

struct change_set;

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
    const char *stack, *power_source, *price_source;
    double peak_tflops, memory_gb, power_w, idle_w, server_w, price_cny;
    bool usable, domestic;
    struct schema_map efficiency;
    struct scenario_scale scale;
};

struct scenario_estimate { /* lines.X.estimates.NAME */
    const char *name;
    struct schema_list years, cards;
    double weight;
    const char *source, *confidence;
};

struct scenario_memory { /* memories.X: stacks of memory that lines share */
    const char *name;
    const char *source, *confidence;
    int64_t stock;
    struct schema_list years, stacks_per_month;
};

struct scenario_stages { /* lines.X.stages */
    const char *memory, *source, *confidence;
    int64_t from, dies_per_wafer, lag_min_months, lag_max_months, die_stock, dies_per_package,
        stacks_per_package;
    double package_yield;
    struct schema_list wafer_years, wafers_per_month, yield_years, yields, package_years, packages_per_month;
};

struct scenario_line {
    const char *name;
    const char *chip, *yield_source, *lead_time_source;
    struct schema_map estimates;
    double yield_mean, yield_sd_future, yield_sd_lot, lead_time_sigma;
    double output_factor;
    int64_t lead_time_median;
    bool open;
    struct scenario_stages stages;
};

struct scenario_supply {
    const char *line, *estimate, *allocation;
    bool domestic_only;
};

struct scenario_buyer {
    const char *name;
    const char *source, *confidence;
    const char *group, *accepts;
    int64_t tier, backlog, patience, waiting_cards;
    double cards_per_month, growth_per_year, demand_sigma, weight, bid, budget_per_year, hoard;
    bool gives_up, state_funded;
};

struct scenario_event { /* events.X */
    const char *name;
    const char *set, *source, *confidence;
    int64_t at, delay_median, announced, lasts;
    double per_year, chance, delay_sigma;
};

struct scenario_software { /* software.X */
    const char *name;
    const char *stack, *port_source, *maturity_source, *architecture_source, *rebase_source, *confidence;
    int64_t port_large_median, port_fine_median, rebase_median;
    double native_share, port_large_sigma, port_fine_sigma, maturity_floor, maturity_ceiling, maturity_months,
        architectures_per_year, architecture_loss, family_share, rebase_sigma;
    bool family_open, tuned_on_stack;
};

struct scenario_firms { /* site.X.firms */
    const char *source;
    double start, end;
    int64_t over;
};

struct scenario_refresh { /* site.X.refresh */
    const char *source;
    int64_t cards, length, first, every;
};

struct scenario_energy { /* site.X.energy */
    const char *source, *confidence;
    double pue, tariff, carbon, power_subsidy, capital_subsidy, other_share, power_kw;
    int64_t depreciation;
};

struct scenario_dispatch {
    const char *rule, *source;
    double max_delay_ms, home_share, resident_share;
    int64_t patience, slack;
    bool anytime;
};

struct scenario_class { /* workloads.X.classes.NAME */
    const char *name;
    const char *kind, *source;
    const char *accepts, *locality;
    double share, length_sigma, elastic_least, elastic_most, parameters_per_card, standby_share;
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

struct scenario_cause { /* reliability.X.causes.NAME */
    const char *name;
    const char *scope, *effect, *life, *source, *confidence;
    double failures_per_1000_node_days, per_year, shape, sigma, slow_factor, repair_sigma;
    int64_t nodes, detect, found_after, repair_median;
    bool lemons_only;
};

struct scenario_restart_stage { /* reliability.X.restart_stages.NAME */
    const char *name;
    const char *source, *confidence;
    int64_t fixed, per_1000_cards;
    bool reads, in_place;
};

struct scenario_reliability {
    const char *name;
    const char *source, *confidence, *lemon_source, *detect_source, *repair_source, *spares_source,
        *restart_source, *checkpoint_source, *checkpoint_interval, *fails_when, *diagnose_law, *repair_law,
        *manual_law, *spares;
    double failures_per_1000_node_days, lemon_share, lemon_factor, diagnose_sigma, misdiagnosed, repair_sigma,
        repair_success, escalate, manual_sigma, manual_success, checkpoint_bytes;
    int64_t detect, diagnose_median, relapse, repair_median, manual_median, retire_after, retire_within,
        replace_after, spare_delay, restart, checkpoint_cost, checkpoint_flush, memory_checkpoints,
        memory_cost;
    bool checkpoint_async;
    struct schema_map causes, restart_stages;
};

struct scenario_storage { /* site.X.storage */
    const char *source, *confidence;
    double gb_per_s, node_gb_per_s;
};

struct scenario_planned { /* site.X.runs.NAME: one dated job */
    const char *name;
    const char *kind;
    int64_t at, cards, length, priority, notice, standby;
    double parameters;
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
    int64_t at, cards, length, notice, every;
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
        *locality, *choose, *group, *report, *substitutes, *software, *source, *confidence;
    int64_t copies, order_spread, order_months, patience;
    double cards_sigma, weight, bid, delay_ms;
    bool gives_up, state_funded;
    struct scenario_firms firms;
    struct scenario_refresh refresh;
    struct scenario_energy energy;
    struct scenario_storage storage;
    int64_t spare_nodes, cards, ordered, tier, cards_per_node, burn_in, opens_at_cards, large_job_cards,
        reservations, examine, slice, half_life, resize_every;
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
    struct schema_map chips, lines, memories, buyers, workloads, reliability, localities, site, software,
        events;
    struct scenario_supply supply;
    struct scenario_dispatch dispatch;
    const char *take_events;
    /* not settings */
    const char *file;
    const char *name; /* of the file, without folder and ending */
    struct source source;
    struct arena arena;
    struct order_plugins plugins;
    struct change_set *changes; /* of the events that are taken (change.h) */
    int change_count;
};

extern const struct schema scenario_schema;
extern const struct schema scenario_chip_schema;
extern const struct schema scenario_efficiency_schema;
extern const struct schema scenario_line_schema;
extern const struct schema scenario_estimate_schema;
extern const struct schema scenario_memory_schema;
extern const struct schema scenario_software_schema;
extern const struct schema scenario_event_schema;
extern const struct schema scenario_buyer_schema;
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
