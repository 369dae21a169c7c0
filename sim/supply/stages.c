/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supply/stages.h"

#include "base/number.h"
#include "engine/random.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

/* A unit in the fixed-point fractions: decimal, so that rates and yields as people write them are exact. */
static const int64_t nano = 1000000000;

enum { RING = STAGES_LAG + 1 };

struct stages_state {
    int32_t month;      /* of the next step */
    int32_t turn;       /* the lag, from the shortest on, that the next wafer takes */
    int64_t out[RING];  /* wafers that come out in a month, by month modulo RING */
    int64_t in_process; /* wafers: the sum of the ring */
    int64_t die_stock;
    int64_t bought;      /* dies received of the purchase */
    int64_t wafer_carry; /* carries: 1e-9 unit */
    int64_t die_carry;
    int64_t room_carry;
    int64_t package_carry;
};

const char *stages_name(enum stage stage)
{
    static const char *const names[STAGE_COUNT] = {"dies", "memory", "packaging", "plan"};
    assert((unsigned)stage < STAGE_COUNT);
    return names[stage];
}

/*
 * Whole units of an amount, the rest carried: from -1/2 up to below 1/2. So what has been handed out in all
 * is the nearest whole number to the sum of the amounts (a plain cut would be one short after three times
 * 1000/3), never less for larger amounts, and never more than n for n amounts of at most 1.
 */
static int64_t whole(int128 amount, int64_t *carry)
{
    amount += *carry;
    int128 units = (amount + nano / 2) / nano; /* no sum below 0: amounts are not negative */
    *carry = (int64_t)(amount - units * nano);
    return (int64_t)units;
}

static int64_t fixed(double value)
{
    return (int64_t)llround(value * (double)nano);
}

static int64_t table_rate(const struct stages_table *table, int32_t month)
{
    return table->years ? fixed(line_by_year(table->year, table->rate, table->years, month / 12)) : 0;
}

double stages_reading(const struct stages_model *model, int32_t month)
{
    double at = (month + 0.5) / 12;
    int next = 0;
    while (next < model->readings && model->reading_year[next] <= at)
        next++;
    if (next == 0 || next == model->readings)
        return model->reading[next ? next - 1 : 0];
    double from = model->reading_year[next - 1], to = model->reading_year[next];
    double share = (at - from) / (to - from);
    return (1 - share) * model->reading[next - 1] + share * model->reading[next];
}

double stages_yield(const struct stages_model *model, uint64_t seed, uint32_t replication, uint32_t line,
                    int32_t month)
{
    struct random_stream future = random_open(seed, replication, line, RANDOM_STAGE_YIELD);
    struct random_stream lot = random_open(seed, replication, (uint32_t)month, RANDOM_STAGE_LOT | line << 8);
    double reading = stages_reading(model, month);
    double odds = random_lognormal(&future, reading / (1 - reading), 4 * model->yield_sd_future);
    /* a step of the fixed point away from 0 and 1: a beta needs a mean inside */
    double mean = fmin(fmax(odds / (1 + odds), 1e-9), 1 - 1e-9);
    /* a beta with mean m has a spread below sqrt(m (1 - m)); an extreme future keeps half of that */
    double spread = fmin(model->yield_sd_lot, 0.5 * sqrt(mean * (1 - mean)));
    return random_beta(&lot, mean, spread);
}

struct stages_state *stages_open(const struct stages_model *model, struct arena *arena)
{
    struct stages_state *state = arena_alloc(arena, 1, sizeof *state);
    state->month = model->first_month;
    return state;
}

void stages_receive(struct stages_memory *memory, int32_t month)
{
    memory->stock += whole(table_rate(&memory->flow, month), &memory->carry);
}

/*
 * Wafers are dealt one by one to the months of the lag, in turn over the months of start too: each lag has
 * its even share of all wafers so far, odd ones by largest remainder (of equal ones the earlier). Beginning
 * each month's deal at the shortest lag would favour it, and four wafers and then three come out before seven
 * at once.
 */
static void start_wafers(const struct stages_model *model, struct stages_state *state,
                         struct stages_month *result)
{
    int64_t wafers = whole(table_rate(&model->wafers, result->month), &state->wafer_carry);
    int32_t months = model->lag_max - model->lag_min + 1;
    int32_t turn = state->turn % months; /* an event may have made the lags fewer */
    for (int32_t i = 0; i < months; i++) {
        int32_t lag = model->lag_min + (turn + i) % months;
        state->out[(result->month + lag) % RING] += wafers / months + (i < wafers % months);
    }
    state->turn = (int32_t)((turn + wafers) % months);
    state->in_process += wafers;
    result->wafers_started = wafers;
}

static void finish_wafers(const struct stages_model *model, struct stages_state *state, double yield,
                          struct stages_month *result)
{
    int64_t *out = &state->out[result->month % RING];
    result->wafers_out = *out;
    *out = 0;
    state->in_process -= result->wafers_out;
    result->wafers_in_process = state->in_process;
    result->dies_gross = result->wafers_out * model->dies_per_wafer;
    result->dies_good = whole((int128)result->dies_gross * fixed(yield), &state->die_carry);
    /* a purchase that an event makes larger brings the rest; one that it makes smaller takes nothing back */
    if (result->month >= model->bought_month && model->bought > state->bought) {
        result->dies_bought = model->bought - state->bought;
        state->bought = model->bought;
    }
    state->die_stock += result->dies_good + result->dies_bought;
}

/* Room for packages in a month, with what the last month left of a package. */
static int64_t room_month(const struct stages_table *table, const struct stages_state *state)
{
    return table->years ? table_rate(table, state->month) + state->room_carry : STAGES_NO_LIMIT;
}

static int64_t room_whole(int64_t room)
{
    return room == STAGES_NO_LIMIT ? STAGES_NO_LIMIT : (room + nano / 2) / nano;
}

/*
 * Starts as many packages as the tightest limit says; a later stage binds only when it is tighter. Stocks are
 * whole packages that wait. Room (packaging, plan) is a rate: packages so far are the nearest whole number to
 *
 *     S(t) = min(S(t - 1) + room, what dies and stacks ever sufficed for)
 *
 * so room left idle is lost, but not what rounding leaves of a package. (Whole numbers of room by themselves
 * would lose a package whenever one falls on a month without dies, and two limits each other's.)
 */
static void start_packages(const struct stages_model *model, const struct stages_memory *memory,
                           struct stages_state *state, struct stages_month *result)
{
    int64_t *limit = result->limit;
    int64_t packaging = room_month(&model->packaging, state), plan = room_month(&model->plan, state);
    limit[STAGE_DIES] = state->die_stock / model->dies_per_package;
    limit[STAGE_MEMORY] =
        model->stacks_per_package ? memory->stock / model->stacks_per_package : STAGES_NO_LIMIT;
    limit[STAGE_PACKAGING] = room_whole(packaging);
    limit[STAGE_PLAN] = room_whole(plan);
    int best = 0;
    for (int i = 1; i < STAGE_COUNT; i++)
        if (limit[i] < limit[best])
            best = i;
    result->binding = (enum stage)best;
    result->packages_started = limit[best];

    int128 left = (packaging < plan ? packaging : plan) - (int128)result->packages_started * nano;
    bool out_of_stock = limit[STAGE_DIES] == limit[best] || limit[STAGE_MEMORY] == limit[best];
    state->room_carry = (int64_t)(out_of_stock && left > 0 ? 0 : left);
}

static void package(const struct stages_model *model, struct stages_memory *memory,
                    struct stages_state *state, struct stages_month *result)
{
    start_packages(model, memory, state, result);
    result->dies_used = result->packages_started * model->dies_per_package;
    state->die_stock -= result->dies_used;
    result->die_stock = state->die_stock;
    result->stacks_used = result->packages_started * model->stacks_per_package;
    if (memory) {
        memory->stock -= result->stacks_used;
        result->stacks_left = memory->stock;
    }
    result->packages_good =
        whole((int128)result->packages_started * fixed(model->package_yield), &state->package_carry);
    result->packages_failed = result->packages_started - result->packages_good;
}

void stages_step(const struct stages_model *model, struct stages_memory *memory, struct stages_state *state,
                 double yield, int32_t month, struct stages_month *result)
{
    assert(month == state->month);
    assert(memory || !model->stacks_per_package);
    assert(yield >= 0 && yield <= 1);
    *result = (struct stages_month){.month = month};
    start_wafers(model, state, result);
    finish_wafers(model, state, yield, result);
    package(model, memory, state, result);
    state->month++;
}
