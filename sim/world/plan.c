/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/plan.h"

#include "engine/clock.h"
#include "world/plan_site.h"

#include <math.h>
#include <string.h>

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
    const struct scenario_site *sites = scenario->site.entries;
    for (int i = 0; i < scenario->site.count; i++)
        plan->site_count += 1 + sites[i].pools.count;
    plan->sites = arena_alloc(&plan->arena, (size_t)plan->site_count, sizeof *plan->sites);
    for (int i = 0, next = 0; i < scenario->site.count; i++)
        next = plan_site_centre(plan, scenario, &sites[i], next);
}

void plan_from_trace(struct plan *plan, const struct trace *trace, const struct plan_replay *replay)
{
    memset(plan, 0, sizeof *plan);
    plan->horizon = CLOCK_NEVER;
    plan->trace_jobs = trace->jobs;
    plan->trace_count = trace->count;
    plan->begin = trace->count ? trace->jobs[0].submit : 0;
    plan->plan_actual = replay->plan_actual;
    plan->site_count = 1;
    plan->sites = arena_alloc(&plan->arena, 1, sizeof *plan->sites);
    struct plan_site *site = plan->sites;
    site->name = "all";
    site->chip_name = "";
    site->cards = replay->cards;
    site->ordered = plan->begin;
    site->at_once = true;
    site->cards_per_node = replay->cards_per_node;
    site->units_per_server = 1;
    site->large_job_cards = INT64_MAX;
    site->estimate_min = site->estimate_max = 1;
    site->scheduler = replay->scheduler;
    if (replay->scheduler.place->by_node && replay->shape.nodes) {
        site->topology = topology_build(&replay->shape);
        site->scheduler.topology = &site->topology;
    }
    if (trace->tenant_count > 1)
        site->tenant_count = site->scheduler.tenant_count = trace->tenant_count;
    site->class_count = 1;
    site->classes[0].name = "trace";
    site->pool_count = 1;
    plan_site_sizes(site, NULL);
}

void plan_free(struct plan *plan)
{
    arena_free(&plan->arena);
    memset(plan, 0, sizeof *plan);
}

double plan_speed(const struct plan_site *site, int32_t wanted, int32_t cards)
{
    return cards * speed_scale(&site->scale, cards) / (wanted * speed_scale(&site->scale, wanted));
}

int64_t plan_work(const struct plan_site *site, const struct plan_class *class, int32_t cards, double length)
{
    double reference = class->reference_rate * speed_scale(&site->reference_scale, cards);
    double rate = class->rate * speed_scale(&site->scale, cards);
    double work = length * reference / rate;
    return work < 1 ? 1 : (int64_t)llround(fmin(work, 1e17));
}
