/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_country: the end of a run as the country sees it: lines, buyers, groups, energy and money.
 *
 * A group's values are the formulas of a site applied to the sums of its members, so a share of a group
 * weighs its members by their card-time and not by their number.
 */
#include "engine/clock.h"
#include "stats/concentration.h"
#include "world/world_internal.h"

#include <math.h>

struct world_group {
    struct world_site sum; /* of its sites; only what sums */
    struct market_account bought, first_year;
};

static struct world_line all_lines(const struct world *world)
{
    struct world_line sum = {0};
    for (int i = 0; i < world->plan->line_count; i++) {
        sum.planned += world->lines[i].planned;
        sum.arrived += world->lines[i].arrived;
        sum.withheld += world->lines[i].withheld;
        sum.under_way += world->lines[i].under_way;
    }
    return sum;
}

static int64_t stock(const struct world *world)
{
    int64_t cards = 0;
    for (int c = 0; c < world->plan->chip_count; c++)
        cards += world->market.chips[c].stock;
    return cards;
}

void world_finish_supply(struct world *world)
{
    const struct plan *plan = world->plan;
    market_settle(&world->market, world->now);
    struct world_line lines = all_lines(world);
    int64_t made = 0, delivered = 0;
    for (int i = 0; i < plan->line_count; i++)
        for (int32_t l = 0; l < world->lines[i].lot_count; l++)
            made += world->lines[i].lots[l].cards;
    for (int32_t b = 0; b < plan->buyer_count + plan->site_count; b++) {
        const struct market_account *account = &world->market.buyers[b].account;
        delivered += account->delivered;
        world_check(world,
                    b < plan->buyer_count ? plan->buyers[b].name : plan->sites[b - plan->buyer_count].name,
                    "cards ordered = delivered + given up + open", account->ordered,
                    (int128)account->delivered + account->cancelled + account->open.value);
    }
    world_check(world, "supply", "cards made = delivered + in stock + in transit + withheld", made,
                (int128)delivered + stock(world) + lines.under_way + lines.withheld);
}

/* Over those that ordered: buyers and sites with an order of their own. */
static double concentration(const struct world *world, bool gini)
{
    int32_t all = world->plan->buyer_count + world->plan->site_count, count = 0;
    int64_t *cards = arena_alloc(world->arena, (size_t)all, sizeof *cards);
    for (int32_t b = 0; b < all; b++)
        if (world->market.buyers[b].account.ordered)
            cards[count++] = world->market.buyers[b].account.delivered;
    return gini ? concentration_gini(cards, count) : 100 * concentration_top_share(cards, count, 5);
}

double world_supply_value(const struct world *world, const struct metric_scope *scope, enum metric_id metric)
{
    struct world_line line = scope->kind == SCOPE_LINE ? world->lines[scope->index] : all_lines(world);
    switch (metric) {
    case METRIC_CARDS_PLANNED:
        return (double)line.planned;
    case METRIC_CARDS_MADE:
        return (double)line.arrived;
    case METRIC_CARDS_IN_TRANSIT:
        return (double)line.under_way;
    case METRIC_CARDS_WITHHELD:
        return (double)line.withheld;
    case METRIC_STOCK_END:
        return (double)stock(world);
    case METRIC_BOUND_DIES:
        return world_share(line.bound[STAGE_DIES], line.months);
    case METRIC_BOUND_MEMORY:
        return world_share(line.bound[STAGE_MEMORY], line.months);
    case METRIC_BOUND_PACKAGING:
        return world_share(line.bound[STAGE_PACKAGING], line.months);
    case METRIC_GINI:
        return concentration(world, true);
    case METRIC_TOP_FIVE:
        return concentration(world, false);
    default:
        return NAN;
    }
}

static double account_value(const struct market_account *account, enum metric_id metric)
{
    switch (metric) {
    case METRIC_CARDS_ORDERED:
        return (double)account->ordered;
    case METRIC_CARDS_DELIVERED:
        return (double)account->delivered;
    case METRIC_FILL_RATE:
        return world_share(account->delivered, account->ordered);
    case METRIC_CARDS_CANCELLED:
        return (double)account->cancelled;
    case METRIC_SHORTAGE:
        return world_card_days(account->open.integral);
    case METRIC_LATENESS:
        return account->delivered ? world_card_days(account->lateness) / (double)account->delivered : NAN;
    case METRIC_SPENT:
        return account->spent / 1e6;
    default:
        return NAN;
    }
}

/* What a site got without the market is its order and its delivery. */
static struct market_account account_of(const struct world *world, int32_t buyer)
{
    const struct plan *plan = world->plan;
    const struct world_site *site =
        buyer < plan->buyer_count ? NULL : &world->sites[buyer - plan->buyer_count];
    if (site && site->plan->at_once)
        return (struct market_account){.ordered = site->delivered, .delivered = site->delivered};
    return plan->has_supply ? world->market.buyers[buyer].account : (struct market_account){0};
}

void world_year(struct world *world)
{
    for (int32_t b = 0; b < world->market.buyer_count; b++)
        world->first_year[b] = world->market.buyers[b].account;
}

double world_buyer_value(const struct world *world, int32_t buyer, enum metric_id metric)
{
    if (metric == METRIC_FILL_FIRST_YEAR)
        return account_value(&world->first_year[buyer], METRIC_FILL_RATE);
    struct market_account account = account_of(world, buyer);
    return account_value(&account, metric);
}

double world_money_value(const struct world_site *site, enum metric_id metric)
{
    const struct energy_account *account = &site->energy;
    const int128 *money = account->total.money;
    switch (metric) {
    case METRIC_ENERGY:
        return energy_kwh(account) / 1000;
    case METRIC_CARBON:
        return energy_carbon_t(account);
    case METRIC_POWER_COST:
        return number_int128_real(money[ENERGY_POWER]) / 1e12;
    case METRIC_OTHER_COST:
        return number_int128_real(money[ENERGY_OTHER]) / 1e12;
    case METRIC_DEPRECIATION:
        return number_int128_real(money[ENERGY_DEPRECIATION]) / 1e12;
    case METRIC_SUBSIDIES:
        return -number_int128_real(money[ENERGY_POWER_SUBSIDY] + money[ENERGY_CAPITAL_SUBSIDY]) / 1e12;
    case METRIC_TOTAL_COST:
        return energy_cost(account) / 1e6;
    case METRIC_COST_PER_COMPUTE:
        return energy_cost_per_pflops_day(account, site->tally.account.useful_flop);
    case METRIC_COST_PER_CARD_HOUR:
        return energy_cost_per_used_hour(account);
    default:
        return NAN;
    }
}

static void add_weight(struct timeweight *to, const struct timeweight *from)
{
    to->value += from->value;
    to->integral += from->integral;
}

static void add_tally(struct world_tally *to, const struct world_tally *from)
{
    to->submitted += from->submitted;
    to->started += from->started;
    to->completed += from->completed;
    to->never_fit += from->never_fit;
    to->interruptions += from->interruptions;
    to->preemptions += from->preemptions;
    to->wait += from->wait;
    to->wait_max = to->wait_max > from->wait_max ? to->wait_max : from->wait_max;
    to->queued += from->queued;
    to->card_time += from->card_time;
    to->in_place += from->in_place;
    world_add_account(&to->account, &from->account);
    to->waiting += from->waiting;
    to->on_cards += from->on_cards;
    accumulator_merge(&to->slowdown, &from->slowdown);
}

static void add_energy(struct energy_account *to, const struct energy_account *from)
{
    for (int i = 0; i < ENERGY_PARTS; i++)
        to->total.part[i] += from->total.part[i];
    for (int i = 0; i < ENERGY_MONEYS; i++)
        to->total.money[i] += from->total.money[i];
    to->total.carbon += from->total.carbon;
    to->to.busy += from->to.busy;
    to->to.idle += from->to.idle;
    to->to.down += from->to.down;
}

static void add_site(struct world_site *to, const struct world_site *from)
{
    add_weight(&to->lacking, &from->lacking);
    add_weight(&to->lacking_first_year, &from->lacking_first_year);
    add_weight(&to->online, &from->online);
    add_weight(&to->down, &from->down);
    add_weight(&to->busy, &from->busy);
    add_weight(&to->idle, &from->idle);
    add_weight(&to->fragmented, &from->fragmented);
    add_weight(&to->installed, &from->installed);
    add_weight(&to->spare, &from->spare);
    to->scattered += from->scattered;
    to->immature += from->immature;
    to->node_failures += from->node_failures;
    to->retired += from->retired;
    to->repairs_manual += from->repairs_manual;
    to->repairs_good += from->repairs_good;
    to->repairs_cured += from->repairs_cured;
    to->called_spares += from->called_spares;
    to->resizes += from->resizes;
    to->unported += from->unported;
    to->sent += from->sent;
    to->received += from->received;
    to->dark_cards += from->dark_cards;
    to->peak_flop += from->peak_flop;
    to->node_us += from->node_us;
    add_tally(&to->tally, &from->tally);
    add_energy(&to->energy, &from->energy);
}

static void add_account(struct market_account *to, const struct market_account *from)
{
    to->ordered += from->ordered;
    to->delivered += from->delivered;
    to->cancelled += from->cancelled;
    add_weight(&to->open, &from->open);
    to->lateness += from->lateness;
    to->spent += from->spent;
}

void world_sample_market(struct world *world)
{
    const struct plan *plan = world->plan;
    for (int32_t g = 0; g < plan->group_count; g++) {
        struct market_account sum = {0};
        for (int32_t b = 0; b < plan->buyer_count + plan->site_count; b++)
            if ((b < plan->buyer_count ? plan->buyers[b].group : plan->sites[b - plan->buyer_count].group) ==
                g)
                add_account(&sum, &world->market.buyers[b].account);
        world_row_account(world, plan->groups[g], &sum);
    }
    for (int32_t b = 0; b < plan->buyer_count; b++)
        world_row_account(world, plan->buyers[b].name, &world->market.buyers[b].account);
    for (int32_t s = 0; s < plan->site_count; s++)
        if (plan->sites[s].buys && plan->sites[s].report != PLAN_GROUPED)
            world_row_account(world, plan->sites[s].name,
                              &world->market.buyers[plan->buyer_count + s].account);
}

void world_sum_groups(struct world *world)
{
    const struct plan *plan = world->plan;
    world->groups = arena_alloc(world->arena, (size_t)plan->group_count, sizeof *world->groups);
    for (int32_t b = 0; b < plan->buyer_count + plan->site_count; b++) {
        int s = b - plan->buyer_count;
        int group = s < 0 ? plan->buyers[b].group : plan->sites[s].group;
        if (group < 0)
            continue;
        struct market_account account = account_of(world, b);
        add_account(&world->groups[group].bought, &account);
        if (plan->has_supply)
            add_account(&world->groups[group].first_year, &world->first_year[b]);
        if (s >= 0)
            add_site(&world->groups[group].sum, &world->sites[s]);
    }
}

/* Card-time and arithmetic add up, each at its site's peak. */
static double waterfall_of(const struct world *world, int32_t group, enum metric_id metric)
{
    double sum = 0;
    for (int s = 0; s < world->plan->site_count; s++)
        if (world->plan->sites[s].group == group)
            sum += world_waterfall_value(&world->sites[s], &world->sites[s].tally, metric);
    return sum;
}

double world_group_value(const struct world *world, const struct metric_scope *scope, enum metric_id metric)
{
    const struct world_group *group = &world->groups[scope->index];
    switch (metric_info(metric)->group) {
    case METRIC_BUYER:
        return metric == METRIC_FILL_FIRST_YEAR ? account_value(&group->first_year, METRIC_FILL_RATE)
                                                : account_value(&group->bought, metric);
    case METRIC_JOBS:
        return world_job_value(&group->sum, scope, metric);
    case METRIC_MONEY:
        return world_money_value(&group->sum, metric);
    case METRIC_WATERFALL:
        return waterfall_of(world, scope->index, metric);
    default:
        return world_site_value(world, &group->sum, metric);
    }
}
