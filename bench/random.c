/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench random: what a random number, a stream and a job cost.
 *
 * `uniform` draws from one long stream. `open` only names a stream after an entity; `open+uniform` also takes
 * its first number, which is where the block of Philox is made. `jobclass` draws whole jobs: a stream of
 * its own, the gap, the gang size among ten, the cut lognormal length, the estimate.
 */
#include "bench.h"

#include "engine/clock.h"
#include "engine/random.h"
#include "workload/jobclass.h"

#include <assert.h>

struct setup {
    const char *name;
    const char *unit;
    bench_once *once;
};

enum { DRAWS = 1000000 };

static const uint64_t seed = 1;

static double draw_uniforms(void *context)
{
    (void)context;
    struct random_stream stream = random_open(seed, 0, 0, RANDOM_TEST);
    double sum = 0;
    for (uint32_t i = 0; i < DRAWS; i++)
        sum += random_uniform(&stream);
    assert(sum > 0);
    return DRAWS;
}

static double open_streams(void *context)
{
    (void)context;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < DRAWS; i++)
        sum += random_open(seed, 0, i, RANDOM_TEST).counter[2];
    assert(sum > 0);
    return DRAWS;
}

static double open_and_draw(void *context)
{
    (void)context;
    double sum = 0;
    for (uint32_t i = 0; i < DRAWS; i++) {
        struct random_stream stream = random_open(seed, 0, i, RANDOM_TEST);
        sum += random_uniform(&stream);
    }
    assert(sum > 0);
    return DRAWS;
}

static double draw_jobs(void *context)
{
    (void)context;
    struct jobclass jobclass = {
        .share = 1,
        .sizes = 10,
        .cards = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512},
        .cumulative = {40, 15, 12, 11, 8, 6, 4.5, 2, 0.8, 0.2},
        .length_median = 1.0 * (double)CLOCK_HOUR,
        .length_sigma = 1.6,
        .length_max = 14.0 * (double)CLOCK_DAY,
    };
    jobclass_prepare(&jobclass);
    double sum = 0;
    for (uint32_t i = 0; i < DRAWS; i++)
        sum += jobclass_draw(&jobclass, seed, 0, 0, 0, i).length;
    assert(sum > 0);
    return DRAWS;
}

static void measure(const void *argument)
{
    const struct setup *setup = argument;
    struct bench_line line = {.bench = "random", .name = setup->name, .size = DRAWS, .unit = setup->unit};
    bench_measure(&line, setup->once, NULL);
}

int main(void)
{
    static const struct setup setups[] = {
        {"uniform", "uniforms/s", draw_uniforms},
        {"open", "streams/s", open_streams},
        {"open+uniform", "streams/s", open_and_draw},
        {"jobclass", "draws/s", draw_jobs},
    };
    for (size_t i = 0; i < sizeof setups / sizeof *setups; i++)
        bench_apart(measure, &setups[i]);
    return EXIT_SUCCESS;
}
