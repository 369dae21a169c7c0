/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stages_check: the ranges within which no sum of the stages overflows and no formula loses its meaning. */
#include "supply/stages.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

struct checker {
    const char *path;
    struct error_list *errors;
};

static void complain(const struct checker *checker, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s.%s", checker->path, name);
    error_add(checker->errors, ERROR_INPUT, NULL, 0, path, "%s", text);
}

static void want(const struct checker *checker, bool fine, const char *name, const char *text)
{
    if (!fine)
        complain(checker, name, text);
}

/* NaN is in no range. */
static bool within(double value, double low, double high)
{
    return value >= low && value <= high;
}

static void check_table(const struct checker *checker, const struct stages_table *table, const char *name)
{
    if (table->years < 0 || table->years > LINE_YEARS) {
        complain(checker, name, "must have 0 to 32 entries");
        return;
    }
    bool ascending = true, in_range = true;
    for (int i = 0; i < table->years; i++) {
        ascending = ascending && (i == 0 || table->year[i] > table->year[i - 1]);
        in_range = in_range && within(table->rate[i], 0, 1e9);
    }
    want(checker, ascending, name, "years must ascend");
    want(checker, in_range, name, "must be from 0 to 1e9 a month");
}

static void check_readings(const struct checker *checker, const struct stages_model *model)
{
    if (model->readings < 1 || model->readings > STAGES_READINGS) {
        complain(checker, "yield", "must have 1 to 32 readings");
        return;
    }
    bool ascending = true, share = true;
    for (int i = 0; i < model->readings; i++) {
        ascending = ascending && isfinite(model->reading_year[i]) &&
                    (i == 0 || model->reading_year[i] > model->reading_year[i - 1]);
        share = share && within(model->reading[i], 1e-6, 1 - 1e-6);
    }
    want(checker, ascending, "yield", "dates of readings must ascend");
    want(checker, share, "yield", "must be from 0.000001 to 0.999999");
}

void stages_check(const struct stages_model *model, const char *path, struct error_list *errors)
{
    const struct checker checker = {path, errors};
    want(&checker, model->first_month >= 0 && model->first_month < 12 * 10000, "first_month",
         "must be in the years 0 to 9999");
    check_table(&checker, &model->wafers, "wafers");
    want(&checker, model->lag_min >= 0 && model->lag_min <= model->lag_max && model->lag_max <= STAGES_LAG,
         "lag", "must be from 0 to 60 months, the least first");
    want(&checker, model->dies_per_wafer >= 1 && model->dies_per_wafer <= 100000, "dies_per_wafer",
         "must be from 1 to 100,000");
    check_readings(&checker, model);
    want(&checker, within(model->yield_sd_future, 0, 0.25), "yield_sd_future", "must be from 0 to 0.25");
    want(&checker, within(model->yield_sd_lot, 0, 0.5), "yield_sd_lot", "must be from 0 to 0.5");
    want(&checker, model->bought >= 0 && model->bought <= INT64_C(1000000000000000), "bought",
         "must be from 0 to 1e15");
    want(&checker, model->dies_per_package >= 1 && model->dies_per_package <= 1000, "dies_per_package",
         "must be from 1 to 1,000");
    want(&checker, model->stacks_per_package >= 0 && model->stacks_per_package <= 1000, "stacks_per_package",
         "must be from 0 to 1,000");
    check_table(&checker, &model->packaging, "packaging");
    check_table(&checker, &model->plan, "plan");
    want(&checker, within(model->package_yield, 1e-6, 1), "package_yield", "must be from 0.000001 to 1");
    want(&checker, within(model->lead_median, 0, 1e17), "lead_median", "must be from 0 to 3,000 years");
    want(&checker, within(model->lead_sigma, 0, 10), "lead_sigma", "must be from 0 to 10");
}

void stages_check_memory(const struct stages_memory *memory, const char *path, struct error_list *errors)
{
    const struct checker checker = {path, errors};
    check_table(&checker, &memory->flow, "flow");
    want(&checker, memory->stock >= 0 && memory->stock <= INT64_C(1000000000000000), "stock",
         "must be from 0 to 1e15");
}
