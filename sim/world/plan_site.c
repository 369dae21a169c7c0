/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/plan_site.h"

#include "engine/clock.h"
#include "scenario/units.h"

#include <stdio.h>
#include <stdlib.h>
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

/* What the scattered gangs of a class lose: its own entry, else the site's, else nothing. */
static struct locality_model locality_of(const struct scenario *scenario, const struct scenario_site *site,
                                         const char *own)
{
    struct locality_model model = {.cross = {1, 1, 1}};
    const char *name = *own ? own : site->locality;
    const struct scenario_locality *from =
        *name ? schema_entry(&scenario->localities, &scenario_locality_schema, name) : NULL;
    if (!from)
        return model;
    model.count = from->scatter.count;
    for (int i = 0; i < from->scatter.count; i++) {
        model.scatter[i] = from->scatter.values[i];
        model.factor[i] = from->factor.values[i];
    }
    model.cross[LOCALITY_DOMAIN] = from->cross_domain;
    model.cross[LOCALITY_LEAF] = from->cross_leaf;
    model.cross[LOCALITY_POD] = from->cross_pod;
    return model;
}

static void add_class(struct plan_site *to, const struct scenario *scenario, const struct scenario_site *site,
                      const struct scenario_workload *workload, const struct scenario_class *class)
{
    struct plan_class *made = &to->classes[to->class_count++];
    made->name = class->name;
    made->generated = true;
    made->checkpoints = class->checkpoints;
    made->large_code = !strcmp(class->kind, "pretraining");
    made->priority = (int16_t) class->priority;
    made->parameters_per_card = class->parameters_per_card;
    made->standby_share = class->standby_share;
    made->elastic_least = class->elastic_least;
    made->elastic_most = class->elastic_most;
    made->locality = locality_of(scenario, site, class->locality);
    to->has_locality |= made->locality.count > 0;
    to->elastic |= class->elastic_least < 1 || class->elastic_most > 1;
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
    made->arrivals.ramp = site->firms.end > site->firms.start ? site->firms.end / site->firms.start : 1;
    made->arrivals.ramp_over = site->firms.over;
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

/* Dated jobs have a class of their own. */
static void add_runs_class(struct plan_site *to, const struct scenario *scenario,
                           const struct scenario_site *site)
{
    struct plan_class *class = &to->classes[to->class_count++];
    *class =
        (struct plan_class){.name = "runs", .large_code = true, .locality = locality_of(scenario, site, "")};
    to->has_locality |= class->locality.count > 0;
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
            .standby = (int32_t)runs[i].standby,
            .parameters = runs[i].parameters,
            .mfu_rate = rate_of(chip, runs[i].kind),
            .rate = rate_of(chip, runs[i].kind) * speed_scale(&to->scale, (double)runs[i].cards),
            .priority = (int16_t)runs[i].priority,
            .checkpoints = runs[i].checkpoints,
            .reserved = runs[i].notice > 0,
        };
    if (to->run_count)
        add_runs_class(to, scenario, site);
}

/* The trainings of the city's model, from the order on to the horizon. */
static void add_refreshes(struct plan_site *to, const struct scenario *scenario,
                          const struct scenario_site *site, struct arena *arena)
{
    const struct scenario_refresh *refresh = &site->refresh;
    int64_t first = to->ordered + refresh->first;
    if (!refresh->cards || first >= scenario->horizon)
        return;
    int count = (int)((scenario->horizon - 1 - first) / refresh->every) + 1;
    to->runs = arena_grow(arena, to->runs, (size_t)to->run_count, (size_t)to->run_count + (size_t)count,
                          sizeof *to->runs);
    double small = rate_of(scenario_chip(scenario, site->chip), "pretraining");
    double rate = small * speed_scale(&to->scale, (double)refresh->cards);
    if (!to->run_count)
        add_runs_class(to, scenario, site);
    for (int i = 0; i < count; i++)
        to->runs[to->run_count++] = (struct plan_run){.at = first + i * refresh->every,
                                                      .work = refresh->length,
                                                      .cards = (int32_t)refresh->cards,
                                                      .rate = rate,
                                                      .mfu_rate = small,
                                                      .checkpoints = true};
}

static void add_reliability(struct plan_site *to, const struct scenario *scenario,
                            const struct scenario_site *site, struct arena *arena)
{
    to->risks = plan_risks_make(to, site, NULL, arena);
    if (!*site->reliability)
        return;
    const struct scenario_reliability *row =
        schema_entry(&scenario->reliability, &scenario_reliability_schema, site->reliability);
    to->failures.repair_median = (double)row->repair_median;
    to->failures.repair_sigma = row->repair_sigma;
    to->risks = plan_risks_make(to, site, row, arena);
    to->restart = row->restart;
    to->checkpoint_cost = row->checkpoint_cost;
    to->rule = CHECKPOINT_FIXED;
    if (!strcmp(row->checkpoint_interval, "young"))
        to->rule = CHECKPOINT_YOUNG;
    else if (!strcmp(row->checkpoint_interval, "daly"))
        to->rule = CHECKPOINT_DALY;
    else if (!strcmp(row->checkpoint_interval, "adaptive"))
        to->rule = CHECKPOINT_ADAPTIVE;
    else
        units_duration(row->checkpoint_interval, &to->fixed_interval);
}

static int by_known(const void *a, const void *b)
{
    const struct plan_window *x = a, *y = b;
    return (x->known > y->known) - (x->known < y->known);
}

/* How often a window comes within the horizon. */
static int times_of(const struct scenario *scenario, const struct scenario_maintenance *window)
{
    int64_t left = scenario->start + scenario->horizon - window->at;
    return window->every > 0 && left > 0 ? (int)((left - 1) / window->every) + 1 : 1;
}

/* Maintenance, and the cards of runs that were promised. */
static void add_windows(struct plan_site *to, const struct scenario *scenario,
                        const struct scenario_site *site, struct arena *arena)
{
    const struct scenario_maintenance *windows = site->maintenance.entries;
    const struct scenario_planned *runs = site->runs.entries;
    size_t count = (size_t)site->runs.count;
    for (int i = 0; i < site->maintenance.count; i++)
        count += (size_t)times_of(scenario, &windows[i]);
    to->windows = arena_alloc(arena, count, sizeof *to->windows);
    for (int i = 0; i < site->maintenance.count; i++) {
        int times = times_of(scenario, &windows[i]);
        for (int k = 0; k < times; k++) {
            int64_t from = windows[i].at - scenario->start + k * windows[i].every;
            int64_t known = from - windows[i].notice;
            to->windows[to->window_count++] = (struct plan_window){.known = known > 0 ? known : 0,
                                                                   .from = from,
                                                                   .to = from + windows[i].length,
                                                                   .cards = windows[i].cards,
                                                                   .run = -1};
        }
    }
    for (int i = 0; i < site->runs.count; i++) {
        if (runs[i].notice <= 0)
            continue;
        int64_t from = runs[i].at - scenario->start;
        int64_t known = from - runs[i].notice;
        to->windows[to->window_count++] = (struct plan_window){.known = known > 0 ? known : 0,
                                                               .from = from,
                                                               .to = from + runs[i].length,
                                                               .cards = runs[i].cards,
                                                               .run = i};
    }
    qsort(to->windows, (size_t)to->window_count, sizeof *to->windows, by_known);
}

static void add_tenants(struct plan_site *to, const struct scenario_site *site, struct arena *arena)
{
    const struct scenario_tenant *tenants = site->tenants.entries;
    to->tenant_count = site->tenants.count;
    to->tenants = arena_alloc(arena, (size_t)to->tenant_count, sizeof *to->tenants);
    struct tenant_terms *terms = arena_alloc(arena, (size_t)to->tenant_count, sizeof *terms);
    double sum = 0, before = 0;
    for (int i = 0; i < to->tenant_count; i++)
        sum += tenants[i].share;
    for (int i = 0; i < to->tenant_count; i++) {
        before += tenants[i].share / sum;
        to->tenants[i] = (struct plan_tenant){.name = tenants[i].name, .cumulative = before};
        terms[i] = (struct tenant_terms){.guarantee = tenants[i].guarantee,
                                         .limit = tenants[i].limit ? tenants[i].limit : INT64_MAX,
                                         .weight = tenants[i].weight};
    }
    to->scheduler.tenant_count = to->tenant_count;
    to->scheduler.tenants = to->tenant_count ? terms : NULL;
}

void plan_site_sizes(struct plan_site *to, const struct schema_list *bins)
{
    static const int32_t usual[] = {1, 2, 9, 65, 513};
    int count = bins && bins->count ? bins->count : (int)(sizeof usual / sizeof *usual);
    for (int i = 0; i < count && i < PLAN_SIZES; i++) {
        int32_t from = bins && bins->count ? (int32_t)bins->values[i] : usual[i];
        if (from <= to->cards)
            to->sizes[to->size_count++] = from;
    }
}

static void add_network(struct plan_site *to, const struct scenario_site *site)
{
    struct topology_shape shape = {
        .nodes = (int32_t)(to->cards / to->cards_per_node),
        .cards_per_node = to->cards_per_node,
        .units_per_server = (int32_t)site->topology.units_per_server,
        .domain = (int32_t)site->topology.domain,
        .leaf = (int32_t)site->topology.leaf,
        .pod = (int32_t)site->topology.pod,
    };
    to->topology = topology_build(&shape);
    to->scheduler.topology = &to->topology;
}

static void add_scheduler(struct plan_site *to, const struct scenario_site *site)
{
    to->scheduler = (struct scheduler_config){
        .order = site->order_policy,
        .candidates = site->candidates_policy,
        .place = place_policy_named(site->place),
        .depth = scheduler_depth_named(site->backfill),
        .reservations = (int32_t)site->reservations,
        .examine = (int32_t)site->examine,
        .preempt = scheduler_preempt_named(site->preempt),
        .reclaim = site->reclaim,
        .slice = site->slice,
        .half_life = site->half_life,
        .resize_every = site->resize_every,
    };
}

void plan_site_make(struct plan_site *to, const struct scenario *scenario, const struct scenario_site *site,
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
    to->units_per_server = (int32_t)site->topology.units_per_server;
    to->install_cards_per_day = site->install_cards_per_day;
    to->burn_in = site->burn_in;
    to->opens_at_cards = site->opens_at_cards;
    to->large_job_cards = site->large_job_cards;
    to->estimate_min = to->estimate_max = 1;
    to->by_preference = !strcmp(site->choose, "preference");
    to->pool_count = 1;
    if (*site->workload)
        add_workload(to, scenario, site);
    add_runs(to, scenario, site, arena);
    add_refreshes(to, scenario, site, arena);
    add_windows(to, scenario, site, arena);
    add_scheduler(to, site);
    add_network(to, site);
    add_tenants(to, site, arena);
    plan_site_sizes(to, &site->size_bins);
    add_reliability(to, scenario, site, arena);
}
