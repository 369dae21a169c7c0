/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "site/energy.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

enum { MICRO_CNY_PER_FEN = 10000 };

static const double HOUR_US = 3.6e9;

/* Ranges far beyond anything real, within which no sum of an account leaves 128 bits. */
static const struct energy_range {
    const char *name;
    size_t offset;
    double least, most;
} ranges[] = {
    {"card_busy_w", offsetof(struct energy_model, card_busy_w), 0, 1e6},
    {"card_idle_w", offsetof(struct energy_model, card_idle_w), 0, 1e6},
    {"host_w", offsetof(struct energy_model, host_w), 0, 1e6},
    {"down_w", offsetof(struct energy_model, down_w), 0, 1e6},
    {"pue", offsetof(struct energy_model, pue), 1, 10},
    {"tariff_cny_kwh", offsetof(struct energy_model, tariff_cny_kwh), 0, 1e4},
    {"carbon_kg_kwh", offsetof(struct energy_model, carbon_kg_kwh), 0, 100},
    {"price_cny", offsetof(struct energy_model, price_cny), 0, 1e7},
    {"depreciation_years", offsetof(struct energy_model, depreciation_years), 0.01, 100},
    {"subsidy_power_share", offsetof(struct energy_model, subsidy_power_share), 0, 1},
    {"subsidy_capital_share", offsetof(struct energy_model, subsidy_capital_share), 0, 1},
    {"other_opex_share", offsetof(struct energy_model, other_opex_share), 0, 0.99},
};

enum { RANGE_COUNT = sizeof ranges / sizeof *ranges };

static_assert(sizeof(struct energy_model) == RANGE_COUNT * sizeof(double), "a range for every field");

static double field(const struct energy_model *model, int i)
{
    return *(const double *)(const void *)((const char *)model + ranges[i].offset);
}

bool energy_problem(const struct energy_model *model, char *text, size_t size)
{
    snprintf(text, size, "%s", "");
    for (int i = 0; i < RANGE_COUNT; i++) {
        double value = field(model, i);
        if (value >= ranges[i].least && value <= ranges[i].most) /* not so when it is NaN */
            continue;
        snprintf(text, size, "%s = %g; allowed: %g to %g", ranges[i].name, value, ranges[i].least,
                 ranges[i].most);
        return true;
    }
    if (model->card_idle_w > model->card_busy_w) {
        snprintf(text, size, "card_idle_w = %g; allowed: no more than card_busy_w = %g", model->card_idle_w,
                 model->card_busy_w);
        return true;
    }
    return false;
}

static bool same(const struct energy_model *a, const struct energy_model *b)
{
    for (int i = 0; i < RANGE_COUNT; i++)
        if (field(a, i) != field(b, i))
            return false;
    return true;
}

int64_t energy_life(const struct energy_model *model)
{
    return llround(model->depreciation_years * (double)ENERGY_YEAR);
}

int64_t energy_buy(struct energy_assets *assets, const struct energy_model *model, int64_t now, int64_t cards)
{
    assert(cards >= 0 && cards <= INT32_MAX); /* times 10^9 fen at most: fits */
    int64_t fen = llround(model->price_cny * 100) * cards;
    timeweight_add(&assets->young, now, fen);
    assets->bought += fen;
    return fen;
}

void energy_write_off(struct energy_assets *assets, int64_t now, int64_t fen)
{
    assert(fen >= 0 && fen <= assets->young.value);
    timeweight_add(&assets->young, now, -fen);
}

static int128 whole(double value)
{
    return (int128)rint(value);
}

/* mWh of card-time at a power. */
static int128 drawn(int128 card_us, double watts)
{
    return whole(number_int128_real(card_us) * watts * 1000 / HOUR_US);
}

/* Millionths of a CNY written off: fen-us / life, to the nearest. */
static int128 written_off(int128 young, int64_t life)
{
    return (2 * MICRO_CNY_PER_FEN * young + life) / (2 * (int128)life);
}

/* The present stretch. */
static struct energy_amounts price(const struct energy_account *account)
{
    const struct energy_model *model = &account->model;
    const struct energy_use *from = &account->from, *to = &account->to;
    int128 busy = to->busy - from->busy, idle = to->idle - from->idle, down = to->down - from->down;
    assert(busy >= 0 && idle >= 0 && down >= 0 && to->young >= from->young);
    struct energy_amounts amounts = {.part = {[ENERGY_BUSY] = drawn(busy, model->card_busy_w),
                                              [ENERGY_IDLE] = drawn(idle, model->card_idle_w),
                                              [ENERGY_HOST] = drawn(busy + idle, model->host_w),
                                              [ENERGY_DOWN] = drawn(down, model->down_w)}};
    double servers = number_int128_real(energy_milliwatt_hours(&amounts));
    amounts.part[ENERGY_OVERHEAD] = whole(servers * (model->pue - 1));
    /* Milli and micro: mWh x CNY/kWh are millionths of a CNY, mWh x kg/kWh are mg. */
    double metered = number_int128_real(energy_milliwatt_hours(&amounts));
    amounts.carbon = whole(metered * model->carbon_kg_kwh);
    int128 power = whole(metered * model->tariff_cny_kwh);
    double other = model->other_opex_share / (1 - model->other_opex_share);
    int64_t life = energy_life(model);
    int128 depreciation = written_off(to->young, life) - written_off(from->young, life);
    amounts.money[ENERGY_POWER] = power;
    amounts.money[ENERGY_OTHER] = whole(number_int128_real(power) * other);
    amounts.money[ENERGY_DEPRECIATION] = depreciation;
    amounts.money[ENERGY_POWER_SUBSIDY] = -whole(number_int128_real(power) * model->subsidy_power_share);
    amounts.money[ENERGY_CAPITAL_SUBSIDY] =
        -whole(number_int128_real(depreciation) * model->subsidy_capital_share);
    return amounts;
}

static struct energy_amounts sum(const struct energy_amounts *a, const struct energy_amounts *b)
{
    struct energy_amounts both = {.carbon = a->carbon + b->carbon};
    for (int i = 0; i < ENERGY_PARTS; i++)
        both.part[i] = a->part[i] + b->part[i];
    for (int i = 0; i < ENERGY_MONEYS; i++)
        both.money[i] = a->money[i] + b->money[i];
    return both;
}

void energy_settle(struct energy_account *account, const struct energy_model *model,
                   const struct energy_use *use)
{
    if (!account->begun || !same(&account->model, model)) {
        char problem[128];
        bool wrong = energy_problem(model, problem, sizeof problem);
        assert(!wrong); /* scenarios are checked */
        assert(!account->begun || energy_life(&account->model) == energy_life(model));
        account->begun = true;
        account->model = *model;
        account->from = account->to;
        account->ended = account->total;
    }
    account->to = *use;
    struct energy_amounts stretch = price(account);
    account->total = sum(&account->ended, &stretch);
}

int128 energy_milliwatt_hours(const struct energy_amounts *amounts)
{
    int128 all = 0;
    for (int i = 0; i < ENERGY_PARTS; i++)
        all += amounts->part[i];
    return all;
}

int128 energy_micro_cny(const struct energy_amounts *amounts)
{
    int128 all = 0;
    for (int i = 0; i < ENERGY_MONEYS; i++)
        all += amounts->money[i];
    return all;
}

double energy_kwh(const struct energy_account *account)
{
    return number_int128_real(energy_milliwatt_hours(&account->total)) / 1e6;
}

double energy_carbon_t(const struct energy_account *account)
{
    return number_int128_real(account->total.carbon) / 1e9;
}

double energy_cost(const struct energy_account *account)
{
    return number_int128_real(energy_micro_cny(&account->total)) / 1e6;
}

double energy_cost_per_pflops_day(const struct energy_account *account, double useful_flop)
{
    return useful_flop > 0 ? energy_cost(account) / (useful_flop / 1e15 / 86400) : NAN;
}

static double per_hour(const struct energy_account *account, int128 card_us)
{
    return card_us > 0 ? energy_cost(account) / (number_int128_real(card_us) / HOUR_US) : NAN;
}

double energy_cost_per_used_hour(const struct energy_account *account)
{
    return per_hour(account, account->to.busy);
}

double energy_cost_per_online_hour(const struct energy_account *account)
{
    return per_hour(account, account->to.busy + account->to.idle + account->to.down);
}

struct energy_job energy_of_job(const struct energy_model *model, int32_t cards, int64_t length)
{
    double hours = (double)length / HOUR_US * cards;
    double kwh = hours * (model->card_busy_w - model->card_idle_w) / 1000 * model->pue;
    return (struct energy_job){.kwh = kwh,
                               .kg = kwh * model->carbon_kg_kwh,
                               .cny = kwh * model->tariff_cny_kwh * (1 - model->subsidy_power_share)};
}
