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

struct failure_draw failure_draw(const struct failure_model *model, uint64_t seed, uint32_t replication,
                                 uint32_t node, uint32_t number)
{
    struct random_stream stream = random_open(seed, replication, number, RANDOM_FAILURE | node << 8);
    struct failure_draw draw = {.uptime = CLOCK_NEVER, .repair = 1};
    double uptime = random_exponential(&stream, 1);
    double repair = random_lognormal(&stream, model->repair_median, model->repair_sigma);
    if (model->per_node_us > 0 && uptime / model->per_node_us < longest)
        draw.uptime = whole(uptime / model->per_node_us);
    draw.repair = whole(fmin(repair, longest));
    return draw;
}

double failure_mtbf(const struct failure_model *model, double nodes)
{
    return model->per_node_us > 0 ? 1 / (model->per_node_us * nodes) : INFINITY;
}
