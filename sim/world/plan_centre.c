/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_centre: the centres that an entry of `site` makes: copies, pools, pools of substitutes, and what
 * they are in the country. */
#include "engine/clock.h"
#include "engine/random.h"
#include "world/plan_site.h"
#include "world/plan_supply.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *plan_site_group(const struct scenario_site *site)
{
    return *site->group ? site->group : site->copies > 1 ? site->name : "";
}

/* Substitutes that some line makes, other than the site's own chip. */
static struct market_terms substitutes_of(const struct plan *plan, const struct scenario_site *site)
{
    struct market_terms terms = {.chip_count = 0};
    int own = plan_supply_chip(plan, site->chip, strlen(site->chip));
    if (own >= 0)
        terms.chips[terms.chip_count++] = (int16_t)own;
    if (!strcmp(site->delivery, "supply"))
        plan_supply_chips(plan, site->substitutes, &terms);
    return terms;
}

static int substitute_count(const struct plan *plan, const struct scenario_site *site)
{
    struct market_terms terms = substitutes_of(plan, site);
    return terms.chip_count > 1 ? terms.chip_count - 1 : 0;
}

int plan_site_pools(const struct plan *plan, const struct scenario_site *site)
{
    return (int)site->copies * (1 + site->pools.count + substitute_count(plan, site));
}

static char *joined(struct arena *arena, const char *format, const char *name, const char *more, int number)
{
    size_t bytes = strlen(name) + strlen(more) + 16;
    char *text = arena_alloc(arena, bytes, 1);
    if (number)
        snprintf(text, bytes, "%s-%03d", name, number);
    else
        snprintf(text, bytes, format, name, more);
    return text;
}

/*
 * One of the copies: its size drawn once for all futures, lognormal about the entry's; what the size drives
 * goes along. The streams are the entry's own: copies of one entry shift no other's.
 */
static struct scenario_site copy_of(const struct plan *plan, const struct scenario_site *site, int entry,
                                    int number, struct arena *arena)
{
    struct scenario_site copy = *site;
    if (site->copies == 1)
        return copy;
    copy.name = joined(arena, "", site->name, "", number + 1);
    copy.ordered += (int64_t)((double)site->order_spread * (number + 0.5) / (double)site->copies);
    struct random_stream stream =
        random_open(plan->seed, 0, (uint32_t)number, RANDOM_COPY | (uint32_t)entry << 8);
    double cards = random_lognormal(&stream, (double)site->cards, site->cards_sigma);
    double nodes = fmin(fmax(round(cards / (double)site->cards_per_node), 1), 1e6);
    copy.cards = (int64_t)nodes * site->cards_per_node;
    double factor = (double)copy.cards / (double)site->cards;
    copy.jobs_per_day *= factor;
    copy.opens_at_cards = copy.opens_at_cards < copy.cards ? copy.opens_at_cards : copy.cards;
    copy.refresh.cards = copy.refresh.cards < copy.cards ? copy.refresh.cards : copy.cards;
    copy.install_cards_per_day *= factor;
    copy.energy.power_kw *= factor;
    return copy;
}

static void add_energy(struct plan_site *to, const struct scenario_chip *chip,
                       const struct scenario_energy *energy)
{
    to->has_energy = chip->power_w > 0 && (energy->tariff > 0 || energy->carbon > 0);
    to->energy = (struct energy_model){
        .card_busy_w = chip->power_w,
        .card_idle_w = chip->idle_w,
        .host_w = chip->server_w,
        .pue = energy->pue,
        .tariff_cny_kwh = energy->tariff,
        .carbon_kg_kwh = energy->carbon,
        .price_cny = chip->price_cny,
        .depreciation_years = (double)energy->depreciation / (double)ENERGY_YEAR,
        .subsidy_power_share = energy->power_subsidy,
        .subsidy_capital_share = energy->capital_subsidy,
        .other_opex_share = energy->other_share,
    };
    to->node_kw = (chip->power_w + chip->server_w) * energy->pue * to->cards_per_node / 1000;
    to->power_kw = energy->power_kw;
}

/* What the site is in the country, and as one who buys. */
static void add_country(struct plan *plan, struct plan_site *to, const struct scenario *scenario,
                        const struct scenario_site *site, int lead)
{
    const struct scenario_chip *chip = scenario_chip(scenario, site->chip);
    plan_site_alone(to, (int)(to - plan->sites));
    to->lead = lead;
    to->group = plan_group(plan, plan_site_group(site));
    to->report = site->copies > 1 || !strcmp(site->report, "group") ? PLAN_GROUPED
                 : !strcmp(site->report, "brief")                   ? PLAN_BRIEF
                                                                    : PLAN_FULL;
    to->delay_ms = site->delay_ms;
    to->state_funded = site->state_funded;
    to->domestic_only = site->state_funded && scenario->supply.domestic_only;
    to->order_parts = site->order_months;
    to->buys = !to->at_once;
    to->terms = (struct market_terms){.tier = (int32_t)site->tier,
                                      .weight = site->weight,
                                      .bid = site->bid * chip->price_cny,
                                      .patience = site->patience,
                                      .cancels = site->gives_up};
    const struct scenario_workload *workloads = scenario->workloads.entries;
    for (int i = 0; i < scenario->workloads.count; i++)
        if (!strcmp(workloads[i].name, site->workload))
            to->workload = i;
    const struct scenario_software *software = scenario->software.entries;
    for (int i = 0; i < scenario->software.count; i++)
        if (!strcmp(software[i].name, site->software))
            to->software = i;
    to->stack = to->software >= 0 || *chip->stack ? plan_stack(plan, chip->stack) : -1;
    to->firms = (struct software_firms){.start = site->firms.start,
                                        .end = site->firms.end > site->firms.start ? site->firms.end
                                                                                   : site->firms.start,
                                        .to = site->firms.over};
    add_energy(to, chip, &site->energy);
}

/*
 * A pool is a site of its own that gets its jobs from the first pool of its centre: the same classes at the
 * pool's rates, no arrivals, runs or windows.
 */
static void add_pool(struct plan *plan, int at, const struct scenario *scenario,
                     const struct scenario_site *own, int lead)
{
    struct scenario_site pool = *own;
    struct plan_site *to = &plan->sites[at];
    pool.opens_at_cards = 0;
    pool.topology = (struct scenario_topology){.units_per_server = 1};
    pool.runs = pool.maintenance = (struct schema_map){0};
    pool.refresh.cards = 0;
    plan_site_make(to, scenario, &pool, &plan->arena);
    for (int c = 0; c < to->class_count; c++)
        to->classes[c].generated = false;
    to->is_pool = true;
    add_country(plan, to, scenario, &pool, lead);
}

static void add_own_pool(struct plan *plan, int at, const struct scenario *scenario,
                         const struct scenario_site *site, const struct scenario_pool *pool, int lead)
{
    struct scenario_site own = *site;
    own.name = joined(&plan->arena, "%s/%s", site->name, pool->name, 0);
    own.chip = pool->chip;
    own.delivery = pool->delivery;
    own.reliability = pool->reliability;
    own.cards = pool->cards;
    own.ordered = pool->ordered;
    own.tier = pool->tier;
    own.cards_per_node = pool->cards_per_node;
    own.burn_in = pool->burn_in;
    own.install_cards_per_day = pool->install_cards_per_day;
    add_pool(plan, at, scenario, &own, lead);
    struct plan_site *to = &plan->sites[at];
    int chip = plan_supply_chip(plan, to->chip_name, strlen(to->chip_name));
    if (to->buys && chip >= 0) {
        to->terms.chips[to->terms.chip_count++] = (int16_t)chip;
        to->pool_of[chip] = (int16_t)at;
    }
}

/* Cards of a substitute go to a pool of their own, which can hold the whole order. */
static void add_substitute(struct plan *plan, int at, const struct scenario *scenario,
                           const struct scenario_site *site, int chip, int lead)
{
    struct scenario_site own = *site;
    own.name = joined(&plan->arena, "%s/%s", site->name, plan->chips[chip].name, 0);
    own.chip = plan->chips[chip].name;
    add_pool(plan, at, scenario, &own, lead);
    plan->sites[at].buys = false;
    plan->sites[at].owner = lead;
    plan->sites[lead].pool_of[chip] = (int16_t)at;
}

/* Which pools the jobs of a class run on, as site numbers, the first one preferred. */
static void add_accepts(struct plan *plan, int first, int pools, const struct scenario_class *from, int class)
{
    struct plan_class *to = &plan->sites[first].classes[class];
    const char *at = from->accepts;
    while (*at) {
        at += strspn(at, ", ");
        size_t length = strcspn(at, ", ");
        for (int s = first; length && s < first + pools; s++)
            if (strlen(plan->sites[s].chip_name) == length && !strncmp(plan->sites[s].chip_name, at, length))
                to->accepts[to->accept_count++] = s;
        at += length;
    }
    for (int s = first; !*from->accepts && s < first + pools; s++)
        to->accepts[to->accept_count++] = s;
}

static int add_centre(struct plan *plan, const struct scenario *scenario, const struct scenario_site *site,
                      int first)
{
    const struct scenario_pool *pools = site->pools.entries;
    struct plan_site *lead = &plan->sites[first];
    plan_site_make(lead, scenario, site, &plan->arena);
    add_country(plan, lead, scenario, site, first);
    int next = first + 1;
    for (int p = 0; p < site->pools.count; p++)
        add_own_pool(plan, next++, scenario, site, &pools[p], first);
    struct market_terms chips = substitutes_of(plan, site);
    lead->terms.chip_count = chips.chip_count;
    memcpy(lead->terms.chips, chips.chips, sizeof chips.chips);
    if (chips.chip_count)
        lead->pool_of[chips.chips[0]] = (int16_t)first;
    for (int c = 1; c < chips.chip_count; c++)
        add_substitute(plan, next++, scenario, site, chips.chips[c], first);
    int count = next - first;
    lead->pool_count = count;
    const struct scenario_workload *workload =
        *site->workload ? schema_entry(&scenario->workloads, &scenario_workload_schema, site->workload)
                        : NULL;
    const struct scenario_class *classes = workload ? workload->classes.entries : NULL;
    for (int c = 0, made = 0; workload && c < workload->classes.count; c++)
        if (classes[c].share > 0)
            add_accepts(plan, first, count, &classes[c], made++);
    return next;
}

int plan_site_add(struct plan *plan, const struct scenario *scenario, const struct scenario_site *site,
                  int first)
{
    int entry = (int)(site - (const struct scenario_site *)scenario->site.entries);
    for (int i = 0; i < site->copies; i++) {
        struct scenario_site copy = copy_of(plan, site, entry, i, &plan->arena);
        first = add_centre(plan, scenario, &copy, first);
    }
    return first;
}
