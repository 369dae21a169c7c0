/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supply/line.h"

#include "engine/clock.h"
#include "engine/random.h"

#include <assert.h>
#include <math.h>

double line_by_year(const int *years, const double *values, int count, int year)
{
    double value = values[0];
    for (int i = 0; i < count && years[i] <= year; i++)
        value = values[i];
    return value;
}

double line_plan(const struct line_model *model, int year)
{
    return line_by_year(model->year, model->cards, model->years, year);
}

int64_t line_made(int32_t month)
{
    struct clock_date next = {.year = (month + 1) / 12, .month = (month + 1) % 12 + 1, .day = 1};
    return clock_days(next) * CLOCK_DAY;
}

int64_t line_lead(double median, double sigma, uint64_t seed, uint32_t replication, uint32_t line,
                  int32_t month)
{
    struct random_stream lead = random_open(seed, replication, (uint32_t)month, RANDOM_LEAD_TIME | line << 8);
    return (int64_t)llround(fmin(random_lognormal(&lead, median, sigma), 1e17));
}

struct line_lot line_draw(const struct line_model *model, uint64_t seed, uint32_t replication, uint32_t line,
                          int32_t month)
{
    struct random_stream future = random_open(seed, replication, line, RANDOM_YIELD_LINE);
    struct random_stream lot = random_open(seed, replication, (uint32_t)month, RANDOM_YIELD_LOT | line << 8);
    double mean = random_beta(&future, model->yield_mean, model->yield_sd_future);
    /* a beta with mean m has a spread below sqrt(m (1 - m)); an extreme future keeps half of that */
    double spread = fmin(model->yield_sd_lot, 0.5 * sqrt(mean * (1 - mean)));
    struct line_lot result = {
        .month = month,
        .made = line_made(month),
        .yield = random_beta(&lot, mean, spread),
    };
    double plan = line_plan(model, month / 12) / 12;
    result.planned = (int64_t)llround(plan);
    result.cards = (int64_t)llround(plan * result.yield / model->yield_mean);
    result.arrives =
        result.made + line_lead(model->lead_median, model->lead_sigma, seed, replication, line, month);
    return result;
}

int line_pick(const double *weights, int count, uint64_t seed, uint32_t replication)
{
    struct random_stream stream = random_open(seed, replication, 0, RANDOM_ESTIMATE);
    double total = 0, below = 0;
    int pick = -1;
    for (int i = 0; i < count; i++)
        total += weights[i];
    double mark = random_uniform(&stream) * total;
    /* the same sum in the same order: the last `below` is `total`, and the mark lies at most there */
    for (int i = 0; i < count && below <= mark; i++) {
        below += weights[i];
        if (weights[i] > 0)
            pick = i;
    }
    assert(pick >= 0);
    return pick;
}
