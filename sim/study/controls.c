/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/controls.h"

#include "engine/clock.h"
#include "engine/random.h"

#include <math.h>

static const int64_t most_jobs = 100000; /* of a class */

const char *controls_name(int control)
{
    static const char *const names[CONTROLS] = {"work that jobs bring", "cards made against the plan",
                                                "demand of buyers"};
    return names[control];
}

/* Jobs that a class is expected to bring until the horizon. */
static int64_t expected_jobs(const struct plan *plan, const struct arrivals_model *model)
{
    double jobs = 0;
    for (int64_t at = 0; at < plan->horizon && jobs < (double)most_jobs; at += CLOCK_HOUR)
        jobs += arrivals_rate(model, at) / 24;
    return jobs < (double)most_jobs ? (int64_t)floor(jobs) : most_jobs;
}

static void add_class(const struct plan *plan, uint32_t site, uint32_t index, uint32_t replication,
                      double *off, double *expected)
{
    const struct plan_class *class = &plan->sites[site].classes[index];
    const struct jobclass *draw = &class->draw;
    double mean = jobclass_mean_cards(draw) * jobclass_mean_length(draw);
    int64_t jobs = expected_jobs(plan, &class->arrivals);
    for (int64_t n = 0; n < jobs; n++) {
        struct jobclass_draw job = jobclass_draw(draw, plan->seed, replication, site, index, (uint32_t)n);
        *off += (job.cards * job.length - mean) - mean * (job.gap - 1);
    }
    *expected += mean * (double)jobs;
}

static double load_off(const struct plan *plan, uint32_t replication)
{
    double off = 0, expected = 0;
    if (plan->trace_jobs || plan->horizon == CLOCK_NEVER)
        return 0;
    for (int s = 0; s < plan->site_count; s++) {
        const struct plan_site *site = &plan->sites[s];
        for (int c = 0; c < site->class_count && !site->is_pool && site->report != PLAN_GROUPED; c++)
            if (site->classes[c].generated)
                add_class(plan, (uint32_t)s, (uint32_t)c, replication, &off, &expected);
    }
    return expected > 0 ? off / expected : 0;
}

/* Over the first year of the first estimates, so that it is a share. */
static double cards_off(const struct plan *plan, const struct metric_slots *slots, const double *values)
{
    double planned = 0;
    for (int i = 0; i < plan->line_count; i++) {
        if (plan->lines[i].staged)
            return 0;
        planned += plan->lines[i].models[0].cards[0];
    }
    int made = metric_slot_find(slots, "all", METRIC_CARDS_MADE);
    int plans = metric_slot_find(slots, "all", METRIC_CARDS_PLANNED);
    return made >= 0 && plans >= 0 && planned > 0 ? (values[made] - values[plans]) / planned : 0;
}

static double demand_off(const struct plan *plan, uint32_t replication)
{
    double off = 0, all = 0;
    if (plan->horizon == CLOCK_NEVER)
        return 0;
    for (int b = 0; b < plan->buyer_count; b++) {
        const struct plan_buyer *buyer = &plan->buyers[b];
        double months = (double)plan->horizon / (double)CLOCK_DAY / 365 * 12;
        double cards = (double)buyer->backlog + buyer->per_month * months;
        double sigma = buyer->demand_sigma;
        struct random_stream stream = random_open(plan->seed, replication, (uint32_t)b, RANDOM_BUYER);
        off += cards * (random_lognormal(&stream, 1, sigma) - exp(sigma * sigma / 2));
        all += cards;
    }
    return all > 0 ? off / all : 0;
}

void controls_fill(const struct plan *plan, const struct metric_slots *slots, const double *values,
                   uint32_t replication, double *off)
{
    off[0] = load_off(plan, replication);
    off[2] = demand_off(plan, replication);
    off[1] = cards_off(plan, slots, values);
}
