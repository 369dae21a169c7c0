/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench queue: an M/M/1 queue through calendar, random streams and statistics, and nothing else.
 *
 * Problem: what does a simulated customer cost when there is no scheduler, no placement, no account? It is
 * the case with which discrete-event libraries are compared; cimba (C, assembly-coded coroutines) reports 6.7
 * million customers a second a core for it. Choice: a million customers at load 0.9 and mean service of 1 s;
 * arrivals and departures are events of engine/calendar, gaps and services draws from two streams of
 * engine/random, the wait of each customer goes into an accumulator, the length of the queue into a
 * time-weighted value. The customers that wait stand in a ring. The answer is checked after each run: the
 * mean number in the system against rho / (1 - rho) = 9, within 4 standard errors of such a run (about 0.2 of
 * it).
 */
#include "bench.h"

#include "engine/calendar.h"
#include "engine/clock.h"
#include "engine/random.h"
#include "stats/accumulator.h"
#include "stats/timeweight.h"

#include <assert.h>
#include <math.h>

enum { CUSTOMERS = 1000000, RING = 1 << 16, ARRIVAL = 0, DEPARTURE = 1 };

static const double load = 0.9;
static const double service = 1e6; /* us, mean */

struct system {
    struct arena arena;
    int64_t arrived[RING]; /* us, of who is in the system */
};

static void push(struct calendar *calendar, int64_t at, unsigned class, int kind)
{
    calendar_push(calendar, at, class, 0, (struct calendar_event){.kind = kind});
}

static double serve(void *context)
{
    struct system *system = context;
    struct calendar calendar;
    struct random_stream gaps = random_open(1, 0, 0, RANDOM_TEST),
                         services = random_open(1, 0, 1, RANDOM_TEST);
    struct accumulator stays = {0};
    struct timeweight inside = {0};
    struct calendar_event event;
    uint32_t first = 0, count = 0;
    int32_t come = 0, gone = 0;
    arena_reset(&system->arena);
    calendar_init(&calendar, &system->arena);
    push(&calendar, (int64_t)random_exponential(&gaps, service / load), 1, ARRIVAL);
    while (gone < CUSTOMERS && calendar_pop(&calendar, &event)) {
        int64_t now = event.time;
        if (event.kind == ARRIVAL) {
            system->arrived[(first + count++) % RING] = now;
            assert(count < RING);
            timeweight_set(&inside, now, count);
            if (count == 1)
                push(&calendar, now + (int64_t)random_exponential(&services, service), 0, DEPARTURE);
            if (++come < CUSTOMERS)
                push(&calendar, now + (int64_t)random_exponential(&gaps, service / load), 1, ARRIVAL);
            continue;
        }
        accumulator_add(&stays, (double)(now - system->arrived[first++ % RING]) * 1e-6);
        gone++;
        timeweight_set(&inside, now, --count);
        if (count)
            push(&calendar, now + (int64_t)random_exponential(&services, service), 0, DEPARTURE);
    }
    double mean = number_int128_real(inside.integral) / (double)calendar.now;
    if (fabs(mean - load / (1 - load)) > 0.2 * load / (1 - load) || stays.n != CUSTOMERS) {
        fprintf(stderr, "bench queue: %g customers in the system on average, expected 9\n", mean);
        exit(1);
    }
    return CUSTOMERS;
}

static void measure(const void *argument)
{
    (void)argument;
    struct system *system = calloc(1, sizeof *system);
    struct bench_line line = {
        .bench = "queue", .name = "M/M/1 load 0.9", .size = CUSTOMERS, .unit = "customers/s"};
    if (!system)
        exit(1);
    bench_measure(&line, serve, system);
    arena_free(&system->arena);
    free(system);
}

int main(void)
{
    bench_apart(measure, NULL);
    return EXIT_SUCCESS;
}
