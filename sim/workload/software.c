/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload/software.h"

#include "engine/random.h"

#include <math.h>
#include <stdlib.h>

static const double year = 365 * (double)CLOCK_DAY;

/* A delay after a time; what would pass the end of int64 never comes. */
static int64_t later(int64_t time, double delay)
{
    if (time == CLOCK_NEVER || !(delay < 9e18) || (double)time + delay >= 9e18)
        return CLOCK_NEVER;
    return time + (int64_t)delay;
}

static int64_t latest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A delay of a firm; the stream is drawn from once, whatever its parameters. */
static double draw(const struct software_lag *lag, const struct software_place *place, int32_t firm,
                   uint32_t purpose)
{
    struct random_stream stream =
        random_open(place->seed, place->replication, (uint32_t)firm, purpose | place->site << 16);
    return random_lognormal(&stream, lag->median, lag->sigma);
}

int64_t software_firms_joins(const struct software_firms *firms, int32_t firm)
{
    double number = (double)firm + 1, growth = firms->end - firms->start;
    if (number <= firms->start)
        return firms->from < 0 ? firms->from : 0;
    if (!(number <= firms->end))
        return CLOCK_NEVER;
    if (firms->to <= firms->from)
        return firms->from;
    double span = (double)(firms->to - firms->from);
    return firms->from + (int64_t)ceil((number - firms->start) / growth * span);
}

/* Whether a firm is there; one that never joins is not, however late it is. */
static bool is_there(const struct software_firms *firms, int32_t firm, int64_t now)
{
    int64_t joins = software_firms_joins(firms, firm);
    return joins != CLOCK_NEVER && joins <= now;
}

/* An estimate, put right: the times of joining decide, so that both functions agree to the microsecond. */
int32_t software_firms_count(const struct software_firms *firms, int64_t now)
{
    double most = fmax(firms->start, firms->end), share = now >= firms->from;
    if (now < 0 && now < firms->from)
        return 0;
    if (now >= firms->from && now < firms->to)
        share = (double)(now - firms->from) / (double)(firms->to - firms->from);
    double estimate = firms->start + share * (most - firms->start);
    int32_t count = (int32_t)fmin(fmax(estimate, 0), INT32_MAX - 1);
    while (count > 0 && !is_there(firms, count - 1, now))
        count--;
    while (count < INT32_MAX - 1 && is_there(firms, count, now))
        count++;
    return count;
}

/* The firm's own stream: first whether it is native, then whether it builds on the open family. */
static void traits(const struct software_place *place, int32_t firm, double out[2])
{
    struct random_stream stream =
        random_open(place->seed, place->replication, (uint32_t)firm, RANDOM_FIRM | place->site << 16);
    for (int i = 0; i < 2; i++)
        out[i] = random_uniform(&stream);
}

bool software_native(const struct software_model *model, const struct software_place *place, int32_t firm)
{
    double trait[2];
    traits(place, firm, trait);
    return trait[0] < model->native_share;
}

bool software_based(const struct software_model *model, const struct software_place *place, int32_t firm)
{
    double trait[2];
    traits(place, firm, trait);
    return trait[1] < model->family_share;
}

struct software_port software_port(const struct software_model *model, const struct software_place *place,
                                   int32_t firm, bool large)
{
    if (software_native(model, place, firm))
        return (struct software_port){.native = true};
    const struct software_lag *lag = large ? &model->large : &model->fine;
    return (struct software_port){.lag = draw(lag, place, firm, RANDOM_PORT | (uint32_t)large << 8)};
}

int64_t software_port_ends(const struct software_port *port, int64_t joins, int64_t earliest)
{
    return port->native ? joins : later(latest(joins, earliest), port->lag);
}

int64_t software_ported_at(const struct software_model *model, const struct software_place *place,
                           int32_t firm, bool large, int64_t joins, int64_t earliest)
{
    struct software_port port = software_port(model, place, firm, large);
    return software_port_ends(&port, joins, earliest);
}

int64_t *software_architectures(struct arena *arena, double per_year, uint64_t seed, uint32_t replication,
                                int64_t horizon, int32_t *count)
{
    struct random_stream stream = random_open(seed, replication, 0, RANDOM_ARCHITECTURE);
    int32_t room = 0;
    int64_t *times = NULL;
    double units = 0; /* of the process with one a year's worth of rate: the n-th is the sum of n gaps */
    *count = 0;
    while (per_year > 0) {
        units += random_exponential(&stream, 1);
        int64_t time = later(0, ceil(units / per_year * year));
        if (time > horizon || time == CLOCK_NEVER || *count == INT32_MAX / 2)
            break;
        times = arena_room(arena, times, *count, &room, sizeof *times);
        times[(*count)++] = time;
    }
    return times;
}

/* Whole months of code that runs since `ported`. */
static int64_t months(int64_t ported, int64_t now)
{
    return (now - ported) / SOFTWARE_MONTH;
}

/* Index of the first architecture after a time. */
static int32_t first_after(const int64_t *architectures, int32_t count, int64_t time)
{
    int32_t low = 0, high = count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (architectures[middle] > time)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static double decay_of(double tau, int64_t whole_months)
{
    return exp(-(double)whole_months * (double)SOFTWARE_MONTH / tau);
}

const double *software_decay(struct arena *arena, double tau, int32_t count)
{
    double *decay = arena_alloc(arena, (size_t)count, sizeof *decay);
    for (int32_t k = 0; k < count; k++)
        decay[k] = decay_of(tau, k);
    return decay;
}

/* What is left to learn after so many months, as a share. */
static double unlearned(const struct software_model *model, int64_t whole_months)
{
    return whole_months < model->decay_count ? model->decay[whole_months]
                                             : decay_of(model->tau, whole_months);
}

double software_maturity(const struct software_model *model, int64_t ported, const int64_t *architectures,
                         int32_t count, int64_t now)
{
    if (now < ported || ported == CLOCK_NEVER)
        return 0;
    if (!(model->tau > 0))
        return model->ceiling;
    double gap = model->ceiling - model->floor; /* what is still to learn */
    int64_t reached = 0, last = months(ported, now);
    for (int32_t i = first_after(architectures, count, ported); i < count; i++) {
        /* the month that begins at or after it */
        int64_t felt = months(ported, architectures[i] - 1) + 1;
        if (felt > last)
            break;
        gap *= unlearned(model, felt - reached);
        reached = felt;
        double learned = model->ceiling - gap - model->architecture_floor;
        if (learned > 0)
            gap += model->architecture_loss * learned;
    }
    return model->ceiling - gap * unlearned(model, last - reached);
}

int64_t software_next_change(int64_t ported, int64_t now)
{
    if (ported == CLOCK_NEVER || now < ported)
        return ported;
    int64_t begun = ported + months(ported, now) * SOFTWARE_MONTH;
    return begun > CLOCK_NEVER - SOFTWARE_MONTH ? CLOCK_NEVER : begun + SOFTWARE_MONTH;
}

int64_t software_rebase_ends(const struct software_model *model, const struct software_place *place,
                             int32_t firm, int64_t joins, int64_t withdrawn)
{
    if (withdrawn == CLOCK_NEVER || joins > withdrawn || !software_based(model, place, firm))
        return INT64_MIN;
    return later(withdrawn, draw(&model->rebase, place, firm, RANDOM_REBASE));
}

int64_t software_rebased_at(const struct software_model *model, const struct software_place *place,
                            int32_t firm, int64_t joins, int64_t ported, int64_t withdrawn)
{
    return latest(ported, software_rebase_ends(model, place, firm, joins, withdrawn));
}

static int by_time(const void *a, const void *b)
{
    const struct software_retraining *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->firm > y->firm) - (x->firm < y->firm);
}

struct software_retraining *software_retrainings(struct arena *arena, const struct software_model *model,
                                                 const struct software_place *place,
                                                 const struct software_firms *firms, int64_t earliest,
                                                 int64_t withdrawn, int32_t *count)
{
    struct software_retraining *jobs = NULL;
    int32_t room = 0, there = withdrawn == CLOCK_NEVER ? 0 : software_firms_count(firms, withdrawn);
    *count = 0;
    for (int32_t firm = 0; firm < there; firm++) {
        if (!software_based(model, place, firm))
            continue;
        int64_t joins = software_firms_joins(firms, firm);
        int64_t ported = software_ported_at(model, place, firm, true, joins, earliest);
        int64_t time = software_rebased_at(model, place, firm, joins, ported, withdrawn);
        if (time == CLOCK_NEVER)
            continue;
        jobs = arena_room(arena, jobs, *count, &room, sizeof *jobs);
        jobs[(*count)++] = (struct software_retraining){time, firm};
    }
    if (*count > 1)
        qsort(jobs, (size_t)*count, sizeof *jobs, by_time);
    return jobs;
}
