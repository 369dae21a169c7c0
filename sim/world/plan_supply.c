/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/plan_supply.h"

#include "base/text.h"
#include "engine/clock.h"

#include <string.h>

/* Calls for every name of a list with commas. */
#define FOR_NAMES(list, at, length)                                                                          \
    for (const char *at = (list) + strspn(list, ", "); *at; at += length, at += strspn(at, ", "))            \
        for (bool once = (length = strcspn(at, ", ")) > 0; once; once = false)

int plan_supply_line(const struct plan *plan, const char *name)
{
    for (int i = 0; i < plan->line_count; i++)
        if (!strcmp(plan->lines[i].name, name))
            return i;
    return -1;
}

int plan_supply_chip(const struct plan *plan, const char *name, size_t length)
{
    for (int i = 0; i < plan->chip_count; i++)
        if (strlen(plan->chips[i].name) == length && !strncmp(plan->chips[i].name, name, length))
            return i;
    return -1;
}

void plan_supply_chips(const struct plan *plan, const char *names, struct market_terms *terms)
{
    size_t length = 0;
    FOR_NAMES(names, at, length)
    {
        int chip = plan_supply_chip(plan, at, length);
        bool there = chip < 0;
        for (int i = 0; i < terms->chip_count; i++)
            there |= terms->chips[i] == chip;
        if (!there && terms->chip_count < MARKET_CHIPS)
            terms->chips[terms->chip_count++] = (int16_t)chip;
    }
}

static int16_t chip_of(struct plan *plan, const struct scenario *scenario, const char *name)
{
    int known = plan_supply_chip(plan, name, strlen(name));
    if (known >= 0)
        return (int16_t)known;
    const struct scenario_chip *chip = scenario_chip(scenario, name);
    plan->chips[plan->chip_count] =
        (struct plan_chip){.name = chip->name, .price = chip->price_cny, .domestic = chip->domestic};
    return (int16_t)plan->chip_count++;
}

static void table_of(struct stages_table *to, const struct schema_list *years,
                     const struct schema_list *values)
{
    to->years = years->count;
    for (int i = 0; i < years->count; i++) {
        to->year[i] = (int)years->values[i];
        to->rate[i] = values->values[i];
    }
}

static int32_t month_of(int64_t since_1970)
{
    struct clock_date date = clock_civil(since_1970 / CLOCK_DAY);
    return date.year * 12 + date.month - 1;
}

void plan_supply_stages(struct stages_model *to, const struct scenario_line *line)
{
    const struct scenario_stages *from = &line->stages;
    *to = (struct stages_model){
        .first_month = month_of(from->from),
        .lag_min = (int32_t)from->lag_min_months,
        .lag_max = (int32_t)from->lag_max_months,
        .dies_per_wafer = (int32_t)from->dies_per_wafer,
        .readings = from->yields.count,
        .yield_sd_future = line->yield_sd_future,
        .yield_sd_lot = line->yield_sd_lot,
        .bought = from->die_stock,
        .bought_month = month_of(from->from),
        .dies_per_package = (int32_t)from->dies_per_package,
        .stacks_per_package = *from->memory ? (int32_t)from->stacks_per_package : 0,
        .package_yield = from->package_yield,
        .lead_median = (double)line->lead_time_median,
        .lead_sigma = line->lead_time_sigma,
    };
    table_of(&to->wafers, &from->wafer_years, &from->wafers_per_month);
    table_of(&to->packaging, &from->package_years, &from->packages_per_month);
    for (int i = 0; i < from->yields.count; i++) {
        to->reading_year[i] = from->yield_years.values[i];
        to->reading[i] = from->yields.values[i];
    }
}

static void add_model(struct plan_line *to, const struct scenario_line *line,
                      const struct scenario_estimate *estimate)
{
    struct line_model *model = &to->models[to->estimate_count];
    to->estimates[to->estimate_count] = estimate->name;
    to->weights[to->estimate_count] = estimate->weight;
    to->estimate_count++;
    model->years = estimate->years.count;
    for (int i = 0; i < estimate->years.count; i++) {
        model->year[i] = (int)estimate->years.values[i];
        model->cards[i] = estimate->cards.values[i];
    }
    model->yield_mean = line->yield_mean;
    model->yield_sd_future = line->yield_sd_future;
    model->yield_sd_lot = line->yield_sd_lot;
    model->lead_median = (double)line->lead_time_median;
    model->lead_sigma = line->lead_time_sigma;
}

/* The estimate of that name; a line that has only one is asked for no name. */
static void add_estimates(struct plan *plan, struct plan_line *to, const struct scenario *scenario,
                          const struct scenario_line *line)
{
    const char *wanted = scenario->supply.estimate;
    const struct scenario_estimate *estimates = line->estimates.entries;
    to->models = arena_alloc(&plan->arena, PLAN_ESTIMATES, sizeof *to->models);
    for (int i = 0; i < line->estimates.count && !strcmp(wanted, "ensemble"); i++)
        if (estimates[i].weight > 0)
            add_model(to, line, &estimates[i]);
    if (to->estimate_count)
        return;
    const struct scenario_estimate *named = schema_entry(&line->estimates, &scenario_estimate_schema, wanted);
    add_model(to, line, named ? named : estimates);
}

static void add_line(struct plan *plan, const struct scenario *scenario, const struct scenario_line *line)
{
    struct plan_line *to = &plan->lines[plan->line_count++];
    to->name = line->name;
    to->chip = chip_of(plan, scenario, line->chip);
    to->open = line->open;
    to->factor = line->output_factor;
    to->memory = -1;
    to->staged = !strcmp(scenario->supply.estimate, "stages") && line->stages.yields.count;
    if (!to->staged) {
        add_estimates(plan, to, scenario, line);
        return;
    }
    plan_supply_stages(&to->stages, line);
    const struct scenario_memory *memories = scenario->memories.entries;
    for (int i = 0; i < plan->memory_count; i++)
        if (!strcmp(memories[i].name, line->stages.memory))
            to->memory = i;
}

static void add_buyer(struct plan *plan, const struct scenario *scenario, const struct scenario_buyer *buyer)
{
    struct plan_buyer *to = &plan->buyers[plan->buyer_count++];
    *to = (struct plan_buyer){
        .name = buyer->name,
        .terms = {.tier = (int32_t)buyer->tier,
                  .weight = buyer->weight,
                  .patience = buyer->patience,
                  .cancels = buyer->gives_up},
        .backlog = buyer->backlog,
        .per_month = buyer->cards_per_month,
        .growth_per_year = buyer->growth_per_year,
        .demand_sigma = buyer->demand_sigma,
        .budget_per_year = buyer->budget_per_year,
        .hoard = buyer->hoard,
        .waiting_cards = buyer->waiting_cards,
        .group = plan_group(plan, buyer->group),
        .domestic_only = buyer->state_funded && scenario->supply.domestic_only,
    };
    plan_supply_chips(plan, buyer->accepts, &to->terms);
    if (!to->terms.chip_count)
        to->terms.chips[to->terms.chip_count++] = plan->lines[0].chip;
    to->terms.bid = buyer->bid * plan->chips[to->terms.chips[0]].price;
}

void plan_supply_add(struct plan *plan, const struct scenario *scenario)
{
    plan->rule = allocation_rule_named(scenario->supply.allocation);
    const char *names = scenario->supply.line;
    size_t length = 0;
    int count = 0;
    FOR_NAMES(names, at, length)
    count++;
    plan->lines = arena_alloc(&plan->arena, (size_t)count, sizeof *plan->lines);
    const struct scenario_memory *memories = scenario->memories.entries;
    plan->memory_count = scenario->memories.count;
    plan->memories = arena_alloc(&plan->arena, (size_t)plan->memory_count, sizeof *plan->memories);
    for (int i = 0; i < plan->memory_count; i++) {
        plan->memories[i].stock = memories[i].stock;
        table_of(&plan->memories[i].flow, &memories[i].years, &memories[i].stacks_per_month);
    }
    const struct scenario_line *lines = scenario->lines.entries;
    FOR_NAMES(names, at, length)
    {
        for (int i = 0; i < scenario->lines.count; i++)
            if (strlen(lines[i].name) == length && !strncmp(lines[i].name, at, length))
                add_line(plan, scenario, &lines[i]);
    }
    plan->has_supply = plan->line_count > 0;
    if (!plan->has_supply)
        return;
    const struct scenario_buyer *buyers = scenario->buyers.entries;
    plan->buyers = arena_alloc(&plan->arena, (size_t)scenario->buyers.count, sizeof *plan->buyers);
    for (int i = 0; i < scenario->buyers.count; i++)
        add_buyer(plan, scenario, &buyers[i]);
}
