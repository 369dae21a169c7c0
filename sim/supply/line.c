/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supply/line.h"

#include "engine/clock.h"
#include "engine/random.h"

#include <math.h>

double line_plan(const struct line_model *model, int year)
{
    double plan = model->cards[0];
    for (int i = 0; i < model->years && model->year[i] <= year; i++)
        plan = model->cards[i];
    return plan;
}

struct line_lot line_draw(const struct line_model *model, uint64_t seed, uint32_t replication, uint32_t line,
                          int32_t month)
{
    struct random_stream future = random_open(seed, replication, line, RANDOM_YIELD_LINE);
    struct random_stream lot = random_open(seed, replication, (uint32_t)month, RANDOM_YIELD_LOT | line << 8);
    struct random_stream lead = random_open(seed, replication, (uint32_t)month, RANDOM_LEAD_TIME | line << 8);
    double mean = random_beta(&future, model->yield_mean, model->yield_sd_future);
    /* a beta with mean m has a spread below sqrt(m (1 - m)); an extreme future keeps half of that */
    double spread = fmin(model->yield_sd_lot, 0.5 * sqrt(mean * (1 - mean)));
    struct clock_date next = {.year = (month + 1) / 12, .month = (month + 1) % 12 + 1, .day = 1};
    struct line_lot result = {
        .month = month,
        .made = clock_days(next) * CLOCK_DAY,
        .yield = random_beta(&lot, mean, spread),
    };
    double plan = line_plan(model, month / 12) / 12;
    result.planned = (int64_t)llround(plan);
    result.cards = (int64_t)llround(plan * result.yield / model->yield_mean);
    double wait = random_lognormal(&lead, model->lead_median, model->lead_sigma);
    result.arrives = result.made + (int64_t)llround(fmin(wait, 1e17));
    return result;
}
