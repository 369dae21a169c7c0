/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/plan.h"

#include "engine/clock.h"
#include "scenario/change.h"
#include "world/plan_site.h"
#include "world/plan_supply.h"

#include <math.h>
#include <string.h>

/* What is looked up rather than computed, at most: months of learning, hours of growth, growths. */
enum { MONTHS_KNOWN = 2048, HOURS_KNOWN = 1 << 18, GROWTHS_KNOWN = 16 };

int plan_group(const struct plan *plan, const char *name)
{
    for (int i = 0; i < plan->group_count; i++)
        if (!strcmp(plan->groups[i], name))
            return i;
    return -1;
}

/* Groups in the order in which buyers, then sites name them; copies are grouped by their site's name at
 * least. */
static void add_groups(struct plan *plan, const struct scenario *scenario)
{
    const struct scenario_buyer *buyers = scenario->buyers.entries;
    const struct scenario_site *sites = scenario->site.entries;
    int most = scenario->buyers.count + scenario->site.count;
    plan->groups = arena_alloc(&plan->arena, (size_t)most, sizeof *plan->groups);
    for (int i = 0; i < most; i++) {
        bool buyer = i < scenario->buyers.count;
        const char *name = buyer ? buyers[i].group : plan_site_group(&sites[i - scenario->buyers.count]);
        if (*name && plan_group(plan, name) < 0)
            plan->groups[plan->group_count++] = name;
    }
}

int16_t plan_stack(struct plan *plan, const char *name)
{
    if (!*name)
        return -1;
    for (int i = 0; i < plan->stack_count; i++)
        if (!strcmp(plan->stacks[i], name))
            return (int16_t)i;
    plan->stacks[plan->stack_count] = name;
    return (int16_t)plan->stack_count++;
}

static void add_software(struct plan *plan, const struct scenario *scenario)
{
    const struct scenario_software *rows = scenario->software.entries;
    plan->software_count = scenario->software.count;
    plan->software = arena_alloc(&plan->arena, (size_t)plan->software_count, sizeof *plan->software);
    int64_t months = plan->horizon / SOFTWARE_MONTH + 2; /* that code can be old, if it joined in time */
    for (int i = 0; i < plan->software_count; i++) {
        plan->software[i] =
            (struct plan_software){.stack = plan_stack(plan, rows[i].stack),
                                   .tuned = rows[i].tuned_on_stack,
                                   .family_open = rows[i].family_open,
                                   .model = {
                                       .native_share = rows[i].native_share,
                                       .large = {(double)rows[i].port_large_median, rows[i].port_large_sigma},
                                       .fine = {(double)rows[i].port_fine_median, rows[i].port_fine_sigma},
                                       .floor = rows[i].maturity_floor,
                                       .ceiling = rows[i].maturity_ceiling,
                                       .tau = rows[i].maturity_months * (double)SOFTWARE_MONTH,
                                       .architectures_per_year = rows[i].architectures_per_year,
                                       .architecture_loss = rows[i].architecture_loss,
                                       .architecture_floor = rows[i].maturity_floor,
                                       .family_share = rows[i].family_share,
                                       .rebase = {(double)rows[i].rebase_median, rows[i].rebase_sigma},
                                   }};
        struct software_model *model = &plan->software[i].model;
        if (model->tau > 0) {
            model->decay_count = (int32_t)(months < MONTHS_KNOWN ? months : MONTHS_KNOWN);
            model->decay = software_decay(&plan->arena, model->tau, model->decay_count);
        }
    }
}

static void add_events(struct plan *plan, const struct scenario *scenario)
{
    plan->event_count = scenario->change_count;
    plan->events = arena_alloc(&plan->arena, (size_t)plan->event_count, sizeof *plan->events);
    for (int i = 0; i < plan->event_count; i++) {
        const struct change_set *set = &scenario->changes[i];
        const struct scenario_event *event = set->event;
        struct plan_event *made = &plan->events[i];
        *made = (struct plan_event){
            .name = event->name,
            .set = set,
            .stream = (uint32_t)set->number,
            .at = event->at ? event->at - scenario->start : CLOCK_NEVER,
            .per_us = event->per_year / (365.0 * (double)CLOCK_DAY),
            .chance = event->chance,
            .delay_median = (double)event->delay_median,
            .delay_sigma = event->delay_sigma,
            .announced = event->announced,
            .lasts = event->lasts,
        };
        for (int c = 0; c < set->count; c++) {
            const struct change *change = &set->changes[c];
            bool line = change->depth == 1 && change->map[0] == offsetof(struct scenario, lines) &&
                        change->offset == offsetof(struct scenario_line, open);
            const struct scenario_line *lines = scenario->lines.entries;
            int served = line ? plan_supply_line(plan, lines[change->entry[0] / sizeof *lines].name) : -1;
            if (served >= 0 && !change->value.flag)
                made->bans |= 1u << served;
        }
    }
}

static void add_dispatch(struct plan *plan, const struct scenario *scenario)
{
    plan->dispatch = dispatch_rule_named(scenario->dispatch.rule);
    plan->limits = (struct dispatch_limits){
        .max_delay_ms = scenario->dispatch.max_delay_ms,
        .home_share = scenario->dispatch.home_share,
        .patience_us = scenario->dispatch.anytime ? -1 : scenario->dispatch.patience,
        .slack_us = scenario->dispatch.slack,
    };
    plan->resident_share = scenario->dispatch.resident_share;
}

/* Who shares a mix of jobs, and a chip besides. O(sites x (chips of a mix)). */
static void add_mixes(struct plan *plan, int mixes)
{
    size_t sites = (size_t)plan->site_count;
    plan->mix_first = arena_alloc(&plan->arena, (size_t)mixes + 1, sizeof *plan->mix_first);
    plan->mix_leads = arena_alloc(&plan->arena, sites, sizeof *plan->mix_leads);
    int32_t *twins = arena_alloc(&plan->arena, sites, sizeof *twins); /* of the mix: one a chip */
    int32_t count = 0;
    for (int mix = 0; mix < mixes; mix++) {
        int32_t chips = 0;
        plan->mix_first[mix] = count;
        for (int s = 0; s < plan->site_count; s++) {
            struct plan_site *site = &plan->sites[s];
            if (site->workload != mix)
                continue;
            if (!site->is_pool)
                plan->mix_leads[count++] = s;
            int32_t chip = 0;
            while (chip < chips && strcmp(plan->sites[twins[chip]].chip_name, site->chip_name) != 0)
                chip++;
            if (chip == chips)
                twins[chips++] = s;
            site->twin = twins[chip];
        }
    }
    plan->mix_first[mixes] = count;
}

/* Sites whose jobs grow alike share one table of it. */
static void add_growths(struct plan *plan)
{
    const struct arrivals_model *known[GROWTHS_KNOWN];
    int64_t hours = plan->horizon / CLOCK_HOUR + 2;
    int count = 0;
    for (int s = 0; s < plan->site_count; s++)
        for (int c = 0; c < plan->sites[s].class_count; c++) {
            struct arrivals_model *model = &plan->sites[s].classes[c].arrivals;
            if (!plan->sites[s].classes[c].generated || (model->growth_per_year == 0 && model->ramp <= 1))
                continue;
            int same = 0;
            while (same < count && !(known[same]->growth_per_year == model->growth_per_year &&
                                     known[same]->start == model->start && known[same]->ramp == model->ramp &&
                                     known[same]->ramp_over == model->ramp_over))
                same++;
            if (same == GROWTHS_KNOWN)
                continue;
            if (same == count) {
                int64_t most = hours < HOURS_KNOWN ? hours : HOURS_KNOWN;
                model->growth = arrivals_growth(&plan->arena, model, most);
                model->growth_hours = most;
                known[count++] = model;
            }
            model->growth = known[same]->growth;
            model->growth_hours = known[same]->growth_hours;
        }
}

void plan_from_scenario(struct plan *plan, const struct scenario *scenario)
{
    memset(plan, 0, sizeof *plan);
    plan->start = scenario->start;
    plan->horizon = scenario->horizon;
    plan->sample = scenario->sample;
    plan->seed = (uint64_t)scenario->seed;
    plan->scenario = scenario;
    add_groups(plan, scenario);
    add_software(plan, scenario);
    add_dispatch(plan, scenario);
    plan_supply_add(plan, scenario);
    const struct scenario_site *sites = scenario->site.entries;
    for (int i = 0; i < scenario->site.count; i++)
        plan->site_count += plan_site_pools(plan, &sites[i]);
    plan->sites = arena_alloc(&plan->arena, (size_t)plan->site_count, sizeof *plan->sites);
    for (int i = 0, next = 0; i < scenario->site.count; i++)
        next = plan_site_add(plan, scenario, &sites[i], next);
    add_mixes(plan, scenario->workloads.count);
    add_growths(plan);
    add_events(plan, scenario);
}

void plan_site_alone(struct plan_site *site, int index)
{
    site->lead = site->owner = site->twin = index;
    site->pool_count = 1;
    site->order_parts = 1;
    site->group = site->workload = site->software = site->stack = -1;
    site->report = PLAN_FULL;
    if (!site->risks)
        site->risks = plan_risks_make(site, NULL, NULL, NULL);
    site->firms = (struct software_firms){.start = 1, .end = 1, .to = 1};
    for (int c = 0; c < PLAN_CHIPS; c++)
        site->pool_of[c] = -1;
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
    plan_site_alone(site, 0);
    plan->dispatch = dispatch_rule_at(0);
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
