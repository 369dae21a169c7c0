/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench schedule: jobs a second through a whole replay in memory: calendar, queue, passes, account.
 *
 *   bench_schedule [KTH-SP2.swf.gz | - [CASE]]
 *
 * With CASE, only cases whose name begins so are run ("-" stands for no trace), for instance under a
 * profiler. `kth-sp2` replays the recorded trace given; without one `generated` stands in for it, with as
 * many jobs. `gang` submits generated gang jobs at load 0.9: under EASY queues stay short and only the number
 * of jobs grows; under FCFS large gangs hold up what is behind them, and a longer trace has longer queues.
 * `deep` submits all of them at once, so the queue is as long as the trace and its cost shows.
 * `standing` is a machine of 100,000 cards and gangs 80 times as large, with a backlog that is there at the
 * start and is kept up by arrivals at load 0.95; it ends with the last arrival, so the queue never runs
 * empty. Its memory is told apart: what a replay takes beyond the trace it is given, by the jobs of the
 * backlog. The generated jobs are like those of gang-10k: gangs of 1 to 512 cards on 1,250, lengths
 * lognormal, estimates up to five times too long. They are drawn here and not by the program's own job
 * classes, so that two commits replay the same jobs. Placement counts; reading a file and writing results are
 * not measured.
 */
#include "bench.h"

#include "engine/clock.h"
#include "engine/random.h"
#include "world/world.h"

#include <math.h>

enum { MACHINE = 1250, KTH_JOBS = 28481, SCALE = 80, LARGE = 1000000 };

struct setup {
    const char *name;
    const char *file; /* NULL: generated jobs */
    int64_t jobs;
    int64_t backlog; /* so many of them are submitted at the start */
    double load;     /* that the others bring */
    int32_t scale;   /* of machine and gangs; 0: 1 */
    bool standing;   /* ends with the last arrival, jobs of the backlog are the size of the case */
    int depth;
    bool event_pass;
};

struct replay {
    struct plan plan;
    struct metric_slots slots;
    struct world_result result;
    struct arena arena;
    int started; /* slot of the metric */
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
static void generate(struct trace *trace, const struct setup *setup)
{
    static const double factors[] = {1, 1, 1.5, 2, 3, 5};
    int64_t count = setup->jobs;
    int32_t scale = setup->scale ? setup->scale : 1;
    *trace = (struct trace){.jobs = memory_alloc((size_t)count, sizeof *trace->jobs),
                            .count = count,
                            .max_cards = (int64_t)MACHINE * scale};
    struct random_stream stream = random_open(1, 0, 0, RANDOM_TEST);
    double gaps = 0, area = 0;
    double *arrivals = memory_alloc((size_t)count, sizeof *arrivals);
    for (int64_t i = 0; i < count; i++) {
        struct trace_job *job = &trace->jobs[i];
        double gap = random_exponential(&stream, 1);
        double seconds = round(fmax(60, random_lognormal(&stream, 3500, 1.6)));
        double factor = factors[(int)(6 * random_uniform(&stream))];
        job->id = i + 1;
        job->cards = draw_cards(random_uniform(&stream)) * scale;
        job->run = (int64_t)seconds * CLOCK_SECOND;
        job->request = (int64_t)(seconds * factor) * CLOCK_SECOND;
        if (i >= setup->backlog) {
            gaps += gap;
            area += seconds * job->cards;
        }
        arrivals[i] = gaps;
    }
    double stretch = gaps > 0 ? area / (setup->load * (double)trace->max_cards * gaps) : 0;
    for (int64_t i = 0; i < count; i++)
        trace->jobs[i].submit = (int64_t)(arrivals[i] * stretch) * CLOCK_SECOND;
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
    return replay->result.values[replay->started];
}

/*
 * What a replay took beyond what was there before it, by the jobs of the backlog. The peak of the process may
 * be that of an earlier moment, so it is asked before and after: a peak that has not risen is no answer.
 */
static void print_memory(const char *name, int64_t backlog, int64_t before)
{
    int64_t peak = bench_peak_memory();
    double bytes = (double)(peak - before) / (double)backlog;
    printf("schedule,%s memory,%lld,1,bytes/job,%.4f,%.4f,%.4f,1,%lld\n", name, (long long)backlog, bytes,
           bytes, bytes, (long long)peak);
    fflush(stdout);
}

static void measure(const void *argument)
{
    const struct setup *setup = argument;
    struct trace trace = {0};
    if (setup->file)
        read_file(&trace, setup->file);
    else
        generate(&trace, setup);
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
    if (setup->standing)
        replay.plan.horizon = trace.jobs[trace.count - 1].submit;
    metric_slots_build(&replay.slots, &replay.plan);
    replay.started = metric_slot_find(&replay.slots, "all", METRIC_JOBS_STARTED);
    replay.result.values = memory_alloc((size_t)replay.slots.count, sizeof(double));
    struct bench_line line = {.bench = "schedule",
                              .name = setup->name,
                              .size = setup->standing ? setup->backlog : trace.count,
                              .unit = "jobs/s"};
    int64_t before = bench_peak_memory();
    bench_measure(&line, run_replay, &replay);
    if (setup->standing && setup->backlog >= LARGE)
        print_memory(setup->name, setup->backlog, before);
    free(replay.result.values);
    arena_free(&replay.arena);
    metric_slots_free(&replay.slots);
    plan_free(&replay.plan);
    trace_free(&trace);
}

static const char *only = ""; /* what the names of the cases to be run begin with; set once, by main */

static void try(const struct setup *setup)
{
    if (!strncmp(setup->name, only, strlen(only)))
        bench_apart(measure, setup);
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
        setup.load = 0.9;
        try(&setup);
    }
}

static void measure_standing(const char *name, int depth, int64_t backlog, int64_t further, double load)
{
    try(&(struct setup){.name = name,
                        .jobs = backlog + further,
                        .backlog = backlog,
                        .load = load,
                        .scale = SCALE,
                        .standing = true,
                        .depth = depth});
}

int main(int argc, char **argv)
{
    if (argc > 3) {
        fputs("usage: bench_schedule [KTH-SP2.swf.gz | - [CASE]]\n", stderr);
        return 2;
    }
    only = argc > 2 ? argv[2] : "";
    measure_log(argc > 1 && strcmp(argv[1], "-") != 0 ? argv[1] : NULL);
    for (int64_t jobs = 10000; jobs <= 1000000; jobs *= 10)
        try(&(struct setup){.name = "gang fcfs", .jobs = jobs, .load = 0.9});
    for (int64_t jobs = 10000; jobs <= 1000000; jobs *= 10)
        try(&(struct setup){.name = "gang easy", .jobs = jobs, .load = 0.9, .depth = 1});
    for (int64_t jobs = 1000; jobs <= 100000; jobs *= 10)
        try(&(struct setup){.name = "deep easy", .jobs = jobs, .backlog = jobs, .depth = 1});
    /* short jobs leave a short backlog at once: the load is such that the queue is about as long on average
     */
    measure_standing("standing easy", SCHEDULER_EASY, 1000, 20000, 1.3);
    measure_standing("standing easy", SCHEDULER_EASY, 10000, 20000, 1.3);
    measure_standing("standing easy", SCHEDULER_EASY, 100000, 100000, 1.1);
    measure_standing("standing easy", SCHEDULER_EASY, LARGE, LARGE, 1.05);
    measure_standing("standing conservative", SCHEDULER_CONSERVATIVE, 1000, 2000, 2);
    return EXIT_SUCCESS;
}
