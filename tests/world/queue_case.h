/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_case: M/M/c as a trace of one-card jobs. */
#ifndef TENK_TESTS_WORLD_QUEUE_CASE_H
#define TENK_TESTS_WORLD_QUEUE_CASE_H

#include "world_case.h"

#include "engine/random.h"
#include "stats/erlang_case.h"

static const double mean_service = 100e6; /* us */

/* One replication; fills trace->jobs[0 .. count - 1]. */
static inline void queue_trace(struct trace *trace, uint64_t seed, int servers, double load,
                               uint32_t replication)
{
    struct random_stream gaps = random_open(seed, replication, (uint32_t)servers, RANDOM_TEST);
    struct random_stream lengths = random_open(seed, replication, (uint32_t)servers, RANDOM_TEST | 1 << 8);
    double now = 0;
    for (int64_t i = 0; i < trace->count; i++) {
        now += random_exponential(&gaps, mean_service / (servers * load));
        trace->jobs[i] = (struct trace_job){
            .id = i + 1,
            .submit = (int64_t)llround(now),
            .run = (int64_t)llround(random_exponential(&lengths, mean_service)),
            .request = -1,
            .cards = 1,
        };
    }
}

#endif
