/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench schedule: jobs a second through a whole replay in memory: calendar, queue, passes, account.
 *
 *   bench_schedule [KTH-SP2.swf.gz]
 *
 * `kth-sp2` replays the recorded trace given; without one `generated` stands in for it, with as many jobs.
 * `gang` submits generated gang jobs at load 0.9: under EASY queues stay short and only the number of jobs
 * grows; under FCFS large gangs hold up what is behind them, and a longer trace has longer queues.
 * `deep` submits all of them at once, so the queue is as long as the trace and its cost shows.
 * The generated jobs are like those of gang-10k: gangs of 1 to 512 cards on 1,250, lengths lognormal,
 * estimates up to five times too long. They are drawn here and not by the program's own job classes, so that
 * two commits replay the same jobs. Placement counts; reading a file and writing results are not measured.
 */
#include "bench.h"

#include "engine/clock.h"
#include "engine/random.h"
#include "world/world.h"

#include <math.h>

enum { MACHINE = 1250, KTH_JOBS = 28481 };

static const double load = 0.9;

struct setup {
    const char *name;
    const char *file; /* NULL: generated jobs */
    int64_t jobs;
    bool at_once;
    int depth;
    bool event_pass;
};

struct replay {
    struct plan plan;
    struct metric_slots slots;
    struct world_result result;
    struct arena arena;
};

static int32_t draw_cards(double u)
{
    static const double percent[] = {40, 15, 12, 11, 8, 6, 4.5, 2.2, 1, 0.3};
    int size = 0;
    for (double rest = 100 * u - percent[0]; rest >= 0 && size < 9; rest -= percent[size])
        size++;
    return 1 << size;
}

/* Whole seconds, as logs have them. Submission times are scaled at the end, so that the load is exact. */
static void generate(struct trace *trace, int64_t count, bool at_once)
{
    static const double factors[] = {1, 1, 1.5, 2, 3, 5};
    *trace = (struct trace){
        .jobs = memory_alloc((size_t)count, sizeof *trace->jobs), .count = count, .max_cards = MACHINE};
    struct random_stream stream = random_open(1, 0, 0, RANDOM_TEST);
    double gaps = 0, area = 0;
    double *arrivals = memory_alloc((size_t)count, sizeof *arrivals);
    for (int64_t i = 0; i < count; i++) {
        struct trace_job *job = &trace->jobs[i];
        arrivals[i] = gaps += random_exponential(&stream, 1);
        double seconds = round(fmax(60, random_lognormal(&stream, 3500, 1.6)));
        double factor = factors[(int)(6 * random_uniform(&stream))];
        job->id = i + 1;
        job->cards = draw_cards(random_uniform(&stream));
        job->run = (int64_t)seconds * CLOCK_SECOND;
        job->request = (int64_t)(seconds * factor) * CLOCK_SECOND;
        area += seconds * job->cards;
    }
    double scale = at_once ? 0 : area / (load * MACHINE * gaps);
    for (int64_t i = 0; i < count; i++)
        trace->jobs[i].submit = (int64_t)(arrivals[i] * scale) * CLOCK_SECOND;
    free(arrivals);
}

static void read_file(struct trace *trace, const char *file)
{
    struct error_list errors = {0};
    trace_read(file, &(struct trace_options){0}, trace, &errors);
    int status = error_exit_status(&errors);
    if (status || trace->max_cards <= 0) {
        error_print(&errors, 0, stderr);
        fprintf(stderr, "bench: %s cannot be replayed\n", file);
        exit(status ? status : 2);
    }
    error_list_free(&errors);
}

static double run_replay(void *context)
{
    struct replay *replay = context;
    struct world_request request = {.plan = &replay->plan, .slots = &replay->slots};
    world_run(&request, &replay->arena, &replay->result);
    if (replay->result.problem[0]) {
        fprintf(stderr, "bench: a built-in check failed: %s\n", replay->result.problem);
        exit(EXIT_FAILURE);
    }
    return (double)replay->plan.trace_count;
}

static void measure(const void *argument)
{
    const struct setup *setup = argument;
    struct trace trace = {0};
    if (setup->file)
        read_file(&trace, setup->file);
    else
        generate(&trace, setup->jobs, setup->at_once);
    struct plan_replay machine = {
        .cards = trace.max_cards,
        .cards_per_node = 8,
        .scheduler = {.order = order_policy_named("fcfs"),
                      .candidates = order_policy_named("fcfs"),
                      .place = place_policy_named("count"),
                      .depth = setup->depth,
                      .event_pass = setup->event_pass},
    };
    struct replay replay = {0};
    plan_from_trace(&replay.plan, &trace, &machine);
    metric_slots_build(&replay.slots, &replay.plan);
    replay.result.values = memory_alloc((size_t)replay.slots.count, sizeof(double));
    struct bench_line line = {
        .bench = "schedule", .name = setup->name, .size = trace.count, .unit = "jobs/s"};
    bench_measure(&line, run_replay, &replay);
    free(replay.result.values);
    arena_free(&replay.arena);
    metric_slots_free(&replay.slots);
    plan_free(&replay.plan);
    trace_free(&trace);
}

static void measure_log(const char *file)
{
    const struct setup setups[] = {
        {.name = file ? "kth-sp2 fcfs" : "generated fcfs"},
        {.name = file ? "kth-sp2 easy event" : "generated easy event", .depth = 1, .event_pass = true},
        {.name = file ? "kth-sp2 easy instant" : "generated easy instant", .depth = 1},
    };
    for (size_t i = 0; i < sizeof setups / sizeof *setups; i++) {
        struct setup setup = setups[i];
        setup.file = file;
        setup.jobs = KTH_JOBS;
        bench_apart(measure, &setup);
    }
}

int main(int argc, char **argv)
{
    if (argc > 2) {
        fputs("usage: bench_schedule [KTH-SP2.swf.gz]\n", stderr);
        return 2;
    }
    measure_log(argc == 2 ? argv[1] : NULL);
    for (int64_t jobs = 10000; jobs <= 1000000; jobs *= 10)
        bench_apart(measure, &(struct setup){.name = "gang fcfs", .jobs = jobs});
    for (int64_t jobs = 10000; jobs <= 1000000; jobs *= 10)
        bench_apart(measure, &(struct setup){.name = "gang easy", .jobs = jobs, .depth = 1});
    for (int64_t jobs = 1000; jobs <= 100000; jobs *= 10)
        bench_apart(measure, &(struct setup){.name = "deep easy", .jobs = jobs, .at_once = true, .depth = 1});
    return EXIT_SUCCESS;
}
