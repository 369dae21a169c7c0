/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/plan.h"

#include "engine/clock.h"
#include "scenario/units.h"

#include <math.h>
#include <string.h>

static struct speed_curve curve_of(const struct scenario_scale *scale)
{
    struct speed_curve curve = {.count = scale->cards.count};
    for (int i = 0; i < curve.count; i++) {
        curve.cards[i] = scale->cards.values[i];
        curve.factor[i] = scale->factor.values[i];
    }
    return curve;
}

static double rate_of(const struct scenario_chip *chip, const char *kind)
{
    return speed_rate(chip->peak_tflops, scenario_efficiency(chip, kind)->mfu, 1);
}

/* Weights scaled to a mean of 1; even when none are given. */
static void weights(double *out, int count, const struct schema_list *list)
{
    double sum = 0;
    for (int i = 0; i < count; i++) {
        out[i] = list->count ? list->values[i] : 1;
        sum += out[i];
    }
    for (int i = 0; i < count; i++)
        out[i] *= count / sum;
}

static void add_class(struct plan_site *to, const struct scenario *scenario, const struct scenario_site *site,
                      const struct scenario_workload *workload, const struct scenario_class *class)
{
    struct plan_class *made = &to->classes[to->class_count++];
    made->name = class->name;
    made->generated = true;
    made->checkpoints = class->checkpoints;
    made->draw.share = class->share;
    made->draw.sizes = class->sizes.count;
    for (int i = 0; i < class->sizes.count; i++) {
        made->draw.cards[i] = (int32_t) class->sizes.values[i];
        made->draw.cumulative[i] = class->size_weights.values[i];
    }
    made->draw.length_median = (double)class->length_median;
    made->draw.length_sigma = class->length_sigma;
    made->draw.length_max = (double)class->length_max;
    jobclass_prepare(&made->draw);
    made->arrivals.rhythm = &to->rhythm;
    made->arrivals.per_day = site->jobs_per_day * class->share;
    made->arrivals.growth_per_year = site->jobs_growth_per_year;
    made->arrivals.start = scenario->start;
    made->reference_rate = rate_of(scenario_chip(scenario, workload->reference_chip), class->kind);
    made->rate = rate_of(scenario_chip(scenario, site->chip), class->kind);
}

static void add_workload(struct plan_site *to, const struct scenario *scenario,
                         const struct scenario_site *site)
{
    const struct scenario_workload *workload =
        schema_entry(&scenario->workloads, &scenario_workload_schema, site->workload);
    to->reference_scale = curve_of(&scenario_chip(scenario, workload->reference_chip)->scale);
    weights(to->rhythm.hour, 24, &workload->hour_weights);
    weights(to->rhythm.weekday, 7, &workload->weekday_weights);
    to->estimate_min = workload->estimate_factor_min;
    to->estimate_max = workload->estimate_factor_max;
    const struct scenario_class *classes = workload->classes.entries;
    for (int i = 0; i < workload->classes.count; i++)
        if (classes[i].share > 0)
            add_class(to, scenario, site, workload, &classes[i]);
}

static void add_runs(struct plan_site *to, const struct scenario *scenario, const struct scenario_site *site,
                     struct arena *arena)
{
    const struct scenario_planned *runs = site->runs.entries;
    to->run_count = site->runs.count;
    to->runs = arena_alloc(arena, (size_t)to->run_count, sizeof *to->runs);
    const struct scenario_chip *chip = scenario_chip(scenario, site->chip);
    for (int i = 0; i < to->run_count; i++)
        to->runs[i] = (struct plan_run){
            .at = runs[i].at - scenario->start,
            .work = runs[i].length,
            .cards = (int32_t)runs[i].cards,
            .rate = rate_of(chip, runs[i].kind) * speed_scale(&to->scale, (double)runs[i].cards),
            .checkpoints = runs[i].checkpoints,
        };
    if (to->run_count)
        to->classes[to->class_count++] = (struct plan_class){.name = "runs"};
}

static void add_reliability(struct plan_site *to, const struct scenario *scenario,
                            const struct scenario_site *site)
{
    if (!*site->reliability)
        return;
    const struct scenario_reliability *row =
        schema_entry(&scenario->reliability, &scenario_reliability_schema, site->reliability);
    to->failures.per_node_us = row->failures_per_1000_node_days / 1000 / (double)CLOCK_DAY;
    to->failures.repair_median = (double)row->repair_median;
    to->failures.repair_sigma = row->repair_sigma;
    to->fails = to->failures.per_node_us > 0;
    to->restart = row->restart;
    to->checkpoint_cost = row->checkpoint_cost;
    to->rule = CHECKPOINT_FIXED;
    if (!strcmp(row->checkpoint_interval, "young"))
        to->rule = CHECKPOINT_YOUNG;
    else if (!strcmp(row->checkpoint_interval, "daly"))
        to->rule = CHECKPOINT_DALY;
    else
        units_duration(row->checkpoint_interval, &to->fixed_interval);
}

static void add_site(struct plan_site *to, const struct scenario *scenario, const struct scenario_site *site,
                     struct arena *arena)
{
    const struct scenario_chip *chip = scenario_chip(scenario, site->chip);
    to->name = site->name;
    to->chip_name = chip->name;
    to->peak = speed_rate(chip->peak_tflops, 1, 1);
    to->scale = curve_of(&chip->scale);
    to->cards = site->cards;
    to->ordered = site->ordered - scenario->start;
    to->tier = (int32_t)site->tier;
    to->at_once = !strcmp(site->delivery, "at-once");
    to->cards_per_node = (int32_t)site->cards_per_node;
    to->install_cards_per_day = site->install_cards_per_day;
    to->burn_in = site->burn_in;
    to->opens_at_cards = site->opens_at_cards;
    to->large_job_cards = site->large_job_cards;
    to->estimate_min = to->estimate_max = 1;
    if (*site->workload)
        add_workload(to, scenario, site);
    add_runs(to, scenario, site, arena);
    to->scheduler = (struct scheduler_config){
        .order = order_policy_named(site->order),
        .candidates = order_policy_named(site->candidates),
        .place = place_policy_named(site->place),
        .depth = scheduler_depth_named(site->backfill),
    };
    add_reliability(to, scenario, site);
}

static void add_supply(struct plan *plan, const struct scenario *scenario)
{
    plan->rule = allocation_rule_named(scenario->supply.allocation);
    const struct scenario_line *line =
        schema_entry(&scenario->lines, &scenario_line_schema, scenario->supply.line);
    const struct scenario_estimate *estimate =
        line ? schema_entry(&line->estimates, &scenario_estimate_schema, scenario->supply.estimate) : NULL;
    if (!estimate)
        return;
    plan->has_supply = true;
    plan->line_chip = line->chip;
    plan->line.years = estimate->years.count;
    for (int i = 0; i < estimate->years.count; i++) {
        plan->line.year[i] = (int)estimate->years.values[i];
        plan->line.cards[i] = estimate->cards.values[i];
    }
    plan->line.yield_mean = line->yield_mean;
    plan->line.yield_sd_future = line->yield_sd_future;
    plan->line.yield_sd_lot = line->yield_sd_lot;
    plan->line.lead_median = (double)line->lead_time_median;
    plan->line.lead_sigma = line->lead_time_sigma;
    const struct scenario_buyer *buyers = scenario->buyers.entries;
    plan->buyer_count = scenario->buyers.count;
    plan->buyers = arena_alloc(&plan->arena, (size_t)plan->buyer_count, sizeof *plan->buyers);
    for (int i = 0; i < plan->buyer_count; i++)
        plan->buyers[i] = (struct plan_buyer){
            .name = buyers[i].name,
            .tier = (int32_t)buyers[i].tier,
            .backlog = buyers[i].backlog,
            .per_month = buyers[i].cards_per_month,
            .growth_per_year = buyers[i].growth_per_year,
            .demand_sigma = buyers[i].demand_sigma,
        };
}

void plan_from_scenario(struct plan *plan, const struct scenario *scenario)
{
    memset(plan, 0, sizeof *plan);
    plan->start = scenario->start;
    plan->horizon = scenario->horizon;
    plan->sample = scenario->sample;
    plan->seed = (uint64_t)scenario->seed;
    add_supply(plan, scenario);
    plan->site_count = scenario->site.count;
    plan->sites = arena_alloc(&plan->arena, (size_t)plan->site_count, sizeof *plan->sites);
    const struct scenario_site *sites = scenario->site.entries;
    for (int i = 0; i < plan->site_count; i++)
        add_site(&plan->sites[i], scenario, &sites[i], &plan->arena);
}

void plan_from_trace(struct plan *plan, const struct trace *trace, const struct plan_replay *replay)
{
    memset(plan, 0, sizeof *plan);
    plan->horizon = CLOCK_NEVER;
    plan->trace_jobs = trace->jobs;
    plan->trace_count = trace->count;
    plan->plan_actual = replay->plan_actual;
    plan->site_count = 1;
    plan->sites = arena_alloc(&plan->arena, 1, sizeof *plan->sites);
    struct plan_site *site = plan->sites;
    site->name = "all";
    site->chip_name = "";
    site->cards = replay->cards;
    site->at_once = true;
    site->cards_per_node = replay->cards_per_node;
    site->large_job_cards = INT64_MAX;
    site->estimate_min = site->estimate_max = 1;
    site->scheduler = replay->scheduler;
    site->class_count = 1;
    site->classes[0].name = "trace";
}

void plan_free(struct plan *plan)
{
    arena_free(&plan->arena);
    memset(plan, 0, sizeof *plan);
}

int64_t plan_work(const struct plan_site *site, const struct plan_class *class, int32_t cards, double length)
{
    double reference = class->reference_rate * speed_scale(&site->reference_scale, cards);
    double rate = class->rate * speed_scale(&site->scale, cards);
    double work = length * reference / rate;
    return work < 1 ? 1 : (int64_t)llround(fmin(work, 1e17));
}
