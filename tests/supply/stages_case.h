/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stages_case: models of stages for tests, drawn or certain, and sums over months. */
#ifndef TENK_TESTS_SUPPLY_STAGES_CASE_H
#define TENK_TESTS_SUPPLY_STAGES_CASE_H

#include "engine/dice_case.h"
#include "supply/stages.h"

static const int32_t stages_case_first = 12 * 2023 + 4;

/* Dies are all that limits: 80 a wafer, one a package, out within the month; one wafer rate of 0. */
static inline struct stages_model stages_case_certain(int year, double yield)
{
    return (struct stages_model){
        .first_month = 12 * year,
        .wafers = {.years = 1, .year = {year}},
        .dies_per_wafer = 80,
        .readings = 1,
        .reading_year = {year},
        .reading = {yield},
        .dies_per_package = 1,
        .package_yield = 1,
    };
}

static inline void stages_case_table(struct stages_table *table, double most, struct dice *dice)
{
    *table = (struct stages_table){.years = (int)dice_whole(dice, 1, 4)};
    int year = 2022 + (int)dice_whole(dice, 0, 2);
    for (int i = 0; i < table->years; i++) {
        table->year[i] = year;
        table->rate[i] = most * dice_unit(dice);
        year += (int)dice_whole(dice, 1, 3);
    }
}

/* Rates of stages of about the same strength, about 10,000 packages a month, or very few. */
static inline void stages_case_draw(struct stages_model *model, struct dice *dice)
{
    double strength = dice_once_in(dice, 3) ? 3.7 : 20000;
    *model = (struct stages_model){
        .first_month = stages_case_first,
        .lag_min = (int32_t)dice_whole(dice, 0, 11),
        .dies_per_wafer = (int32_t)dice_whole(dice, 1, 120),
        .readings = (int)dice_whole(dice, 1, 4),
        .dies_per_package = (int32_t)dice_whole(dice, 1, 4),
        .stacks_per_package = (int32_t)dice_whole(dice, 0, 12),
        .package_yield = 0.5 + 0.5 * dice_unit(dice),
        .bought_month = stages_case_first + (int32_t)dice_whole(dice, -4, 20),
    };
    model->lag_max = model->lag_min + (int32_t)dice_whole(dice, 0, 6);
    stages_case_table(&model->wafers, 4 * strength * model->dies_per_package / model->dies_per_wafer, dice);
    double year = 2022.7;
    for (int i = 0; i < model->readings; i++) {
        model->reading_year[i] = year += 2 * dice_unit(dice);
        model->reading[i] = dice_unit(dice);
    }
    if (dice_once_in(dice, 2))
        stages_case_table(&model->packaging, 1.4 * strength, dice);
    if (dice_once_in(dice, 3))
        stages_case_table(&model->plan, 1.2 * strength, dice);
    if (dice_once_in(dice, 2))
        model->bought = dice_whole(dice, 1, (int64_t)(20 * strength));
}

static inline void stages_case_pool(struct stages_memory *memory, struct dice *dice)
{
    *memory = (struct stages_memory){.stock = dice_once_in(dice, 2) ? dice_whole(dice, 1, 654321) : 0};
    stages_case_table(&memory->flow, dice_once_in(dice, 3) ? 40 : 180000, dice);
}

struct stages_totals {
    int64_t wafers, out, good, bought, used, stacks, started, packages, failed;
};

static inline void stages_case_add(struct stages_totals *t, const struct stages_month *m)
{
    t->wafers += m->wafers_started;
    t->out += m->wafers_out;
    t->good += m->dies_good;
    t->bought += m->dies_bought;
    t->used += m->dies_used;
    t->stacks += m->stacks_used;
    t->started += m->packages_started;
    t->packages += m->packages_good;
    t->failed += m->packages_failed;
}

#endif
