/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/failure.h"

#include "engine/clock.h"
#include "engine/random.h"

#include <math.h>

/* Beyond this nobody simulates; keeps sums of times far from overflow. */
static const double longest = 1e17;

static int64_t whole(double microseconds)
{
    return microseconds < 1 ? 1 : (int64_t)llround(microseconds);
}

/* us of uptime that so much of an exponential life with mean 1 is. */
static int64_t uptime_of(const struct failure_model *model, double life)
{
    return model->per_node_us > 0 && life / model->per_node_us < longest ? whole(life / model->per_node_us)
                                                                         : CLOCK_NEVER;
}

int64_t failure_uptime(const struct failure_model *model, uint64_t seed, uint32_t replication, uint32_t node,
                       uint32_t number)
{
    struct random_stream stream = random_open(seed, replication, number, RANDOM_FAILURE | node << 8);
    return uptime_of(model, random_exponential(&stream, 1));
}

struct failure_draw failure_draw(const struct failure_model *model, uint64_t seed, uint32_t replication,
                                 uint32_t node, uint32_t number)
{
    struct random_stream stream = random_open(seed, replication, number, RANDOM_FAILURE | node << 8);
    struct failure_draw draw = {.repair = 1};
    double uptime = random_exponential(&stream, 1);
    double repair = random_lognormal(&stream, model->repair_median, model->repair_sigma);
    draw.uptime = uptime_of(model, uptime);
    draw.repair = whole(fmin(repair, longest));
    return draw;
}
