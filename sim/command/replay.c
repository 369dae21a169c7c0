/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay: `tenk replay TRACE`: a recorded trace on a machine, start by start. */
#include "command/command.h"
#include "command/records.h"
#include "command/replay_like.h"
#include "command/replay_picture.h"
#include "command/replay_report.h"
#include "command/replay_setup.h"
#include "output/progress.h"

#include <argp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *file;
    const char *folder;
    const char *like;
    struct trace_options trace;
    struct replay_words words;
    bool force, quiet, picture;
};

static const char about[] =
    "Schedules the jobs of a trace on a machine and tells when each would have started.\v"
    "TRACE is a file in Standard Workload Format or a Philly CSV, plain or gzipped. The folder gets jobs.csv "
    "(a row "
    "per job), summary.csv, manifest.json and run_info.json. Damaged lines are named, counted and "
    "skipped.\n\n"
    "--plan says what backfilling plans with: the requested times of the trace or the actual run times. "
    "--pass event repeats the PYSS simulator, which schedules after each single event; --like rlscheduler "
    "repeats that of RLScheduler: tenk list policies says what the names stand for.\n\n"
    "Examples:\n"
    "  tenk replay kth-sp2.swf.gz --backfill easy -o out/kth\n"
    "  tenk replay log.swf --cards 1024 --order sjf --plan actual -o out/sjf\n"
    "  tenk replay philly.csv --cluster 2869ce --nodes 16 --cards-per-node 8 \\\n"
    "       --place consolidate --from 2017-10-01 --to 2017-12-01 -o out/philly\n"
    "  tenk replay docs/policies/ten.swf --backfill easy --picture -o out/ten\n"
    "  tenk replay lublin.swf --like rlscheduler --order f1 --first 1981 --count 1024 \\\n"
    "       --backfill hold-backfill -o out/window\n\n"
    "Exit status: 0 done, 1 the results could not be written, 2 a mistake in trace or options, 3 "
    "interrupted.";

enum {
    OPTION_CARDS = 256,
    OPTION_NODES,
    OPTION_PER_NODE,
    OPTION_ORDER,
    OPTION_BACKFILL,
    OPTION_CANDIDATES,
    OPTION_PLAN,
    OPTION_PASS,
    OPTION_PLACE,
    OPTION_CLUSTER,
    OPTION_FROM,
    OPTION_TO,
    OPTION_FIRST,
    OPTION_COUNT,
    OPTION_PROCESSORS,
    OPTION_NO_REQUEST,
    OPTION_NO_RUN,
    OPTION_ZERO_RUN,
    OPTION_TENANTS,
    OPTION_LIKE,
    OPTION_RESERVATIONS,
    OPTION_EXAMINE,
    OPTION_PREEMPT,
    OPTION_SLICE,
    OPTION_HALF_LIFE,
    OPTION_DOMAIN,
    OPTION_LEAF,
    OPTION_POD,
    OPTION_FORMAT,
    OPTION_STRICT,
    OPTION_FORCE,
    OPTION_PICTURE
};

static const struct argp_option option_table[] = {
    {0, 0, 0, 0, "The machine (default: what the trace's header says)", 1},
    {"cards", OPTION_CARDS, "N", 0, "processors or cards", 1},
    {"nodes", OPTION_NODES, "N", 0, "nodes, with --cards-per-node", 1},
    {"cards-per-node", OPTION_PER_NODE, "K", 0, "cards of a node (default 8)", 1},
    {"domain", OPTION_DOMAIN, "N", 0, "nodes of a high-bandwidth domain (rack, super-node)", 1},
    {"leaf", OPTION_LEAF, "N", 0, "nodes under a leaf switch", 1},
    {"pod", OPTION_POD, "N", 0, "nodes of a pod", 1},
    {0, 0, 0, 0, "The scheduler (tenk list policies explains each)", 2},
    {"order", OPTION_ORDER, "NAME", 0,
     "order of the queue: fcfs (default), sjf, ljf, smallest-area, wfp3, unicef, f1, las, srpt, fair-share, "
     "priority, round-robin, or a policy of your own: ./FILE.so",
     2},
    {"backfill", OPTION_BACKFILL, "NAME", 0, "none (default), easy, conservative, hold, hold-backfill", 2},
    {"reservations", OPTION_RESERVATIONS, "K", 0,
     "under easy: how many jobs at the front of the queue hold one (default 1)", 2},
    {"candidates", OPTION_CANDIDATES, "NAME", 0,
     "order in which EASY tries candidates: fcfs (default), sjf or any other order", 2},
    {"examine", OPTION_EXAMINE, "N", 0, "EASY tries only so many jobs behind the head (default 0: all)", 2},
    {"preempt", OPTION_PREEMPT, "NAME", 0, "none (default), priority, slice", 2},
    {"slice", OPTION_SLICE, "TIME", 0, "how long a job runs before it may be stopped (default 1h)", 2},
    {"half-life", OPTION_HALF_LIFE, "TIME", 0, "usage counts half after that time (default 7d; fair-share)",
     2},
    {"plan", OPTION_PLAN, "WHICH", 0, "plan with requested (default) or actual run times", 2},
    {"pass", OPTION_PASS, "WHEN", 0, "schedule once an instant (default), or after each event", 2},
    {"place", OPTION_PLACE, "NAME", 0,
     "count (default), first-fit, best-fit, consolidate, spread, random, subtree", 2},
    {"like", OPTION_LIKE, "NAME", 0,
     "scheduler and reading of another simulator: pyss, rlscheduler; other options go before it", 2},
    {0, 0, 0, 0, "The trace", 3},
    {"format", OPTION_FORMAT, "NAME", 0, "swf or philly (default: by file name)", 3},
    {"cluster", OPTION_CLUSTER, "VC", 0, "only this virtual cluster (philly)", 3},
    {"from", OPTION_FROM, "DATE", 0, "only jobs submitted from this date on; times count from it", 3},
    {"to", OPTION_TO, "DATE", 0, "only jobs submitted before this date", 3},
    {"first", OPTION_FIRST, "INDEX", 0,
     "only jobs from this position on, from 0 in order of submission; times stay those of the log", 3},
    {"count", OPTION_COUNT, "N", 0, "only so many jobs", 3},
    {"processors", OPTION_PROCESSORS, "WHICH", 0,
     "what a job takes: most (default), allocated, requested (swf)", 3},
    {"no-request", OPTION_NO_REQUEST, "WHAT", 0,
     "a missing requested time is: unknown (default), run (the run time), or so many seconds", 3},
    {"no-run", OPTION_NO_RUN, "WHAT", 0, "jobs without a run time: skip (default), or take so many seconds",
     3},
    {"zero-run", OPTION_ZERO_RUN, "WHAT", 0, "jobs with a run time of 0: keep (default), skip", 3},
    {"tenants", OPTION_TENANTS, "WHICH", 0,
     "who owns jobs: none (default), user, group, queue, partition (swf), cluster (philly)", 3},
    {"strict", OPTION_STRICT, 0, 0, "refuse a trace with damaged lines", 3},
    {0, 0, 0, 0, "Results", 4},
    {"output", 'o', "DIR", 0, "folder for the results (default out/replay)", 4},
    {"force", OPTION_FORCE, 0, 0, "replace results that are in that folder", 4},
    {"picture", OPTION_PICTURE, 0, 0, "draw which job has which card, and when (at most 40 jobs, 128 cards)",
     4},
    {"quiet", 'q', 0, 0, "no table", 4},
    {0},
};

/* Options that only keep their text: where it goes. */
static const struct command_text text_options[] = {
    {.key = OPTION_CARDS, .offset = offsetof(struct options, words.cards)},
    {.key = OPTION_NODES, .offset = offsetof(struct options, words.nodes)},
    {.key = OPTION_PER_NODE, .offset = offsetof(struct options, words.cards_per_node)},
    {.key = OPTION_DOMAIN, .offset = offsetof(struct options, words.domain)},
    {.key = OPTION_LEAF, .offset = offsetof(struct options, words.leaf)},
    {.key = OPTION_POD, .offset = offsetof(struct options, words.pod)},
    {.key = OPTION_ORDER, .offset = offsetof(struct options, words.order)},
    {.key = OPTION_BACKFILL, .offset = offsetof(struct options, words.backfill)},
    {.key = OPTION_RESERVATIONS, .offset = offsetof(struct options, words.reservations)},
    {.key = OPTION_CANDIDATES, .offset = offsetof(struct options, words.candidates)},
    {.key = OPTION_EXAMINE, .offset = offsetof(struct options, words.examine)},
    {.key = OPTION_PREEMPT, .offset = offsetof(struct options, words.preempt)},
    {.key = OPTION_SLICE, .offset = offsetof(struct options, words.slice)},
    {.key = OPTION_HALF_LIFE, .offset = offsetof(struct options, words.half_life)},
    {.key = OPTION_PLAN, .offset = offsetof(struct options, words.plan)},
    {.key = OPTION_PASS, .offset = offsetof(struct options, words.pass)},
    {.key = OPTION_PLACE, .offset = offsetof(struct options, words.place)},
    {.key = OPTION_CLUSTER, .offset = offsetof(struct options, trace.cluster)},
    {.key = OPTION_FROM, .offset = offsetof(struct options, trace.from)},
    {.key = OPTION_TO, .offset = offsetof(struct options, trace.to)},
    {.key = OPTION_FIRST, .offset = offsetof(struct options, trace.first)},
    {.key = OPTION_COUNT, .offset = offsetof(struct options, trace.count)},
    {.key = OPTION_PROCESSORS, .offset = offsetof(struct options, trace.processors)},
    {.key = OPTION_NO_REQUEST, .offset = offsetof(struct options, trace.no_request)},
    {.key = OPTION_NO_RUN, .offset = offsetof(struct options, trace.no_run)},
    {.key = OPTION_ZERO_RUN, .offset = offsetof(struct options, trace.zero_run)},
    {.key = OPTION_TENANTS, .offset = offsetof(struct options, trace.tenants)},
    {.key = OPTION_LIKE, .offset = offsetof(struct options, like)},
    {.key = OPTION_FORMAT, .offset = offsetof(struct options, trace.format)},
    {.key = 'o', .offset = offsetof(struct options, folder)},
};

enum { TEXT_OPTIONS = sizeof text_options / sizeof *text_options };

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    if (command_keep_text(text_options, TEXT_OPTIONS, options, key, text))
        return 0;
    switch (key) {
    case OPTION_STRICT:
        options->trace.strict = true;
        return 0;
    case OPTION_FORCE:
        options->force = true;
        return 0;
    case OPTION_PICTURE:
        options->picture = true;
        return 0;
    case 'q':
        options->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->file)
            argp_error(state, "one trace at a time; \"%s\" is a second one", text);
        options->file = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which trace? a file in Standard Workload Format or a Philly CSV");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const char *word_or_empty(const char *word)
{
    return word ? word : "";
}

static void write_manifest(const struct options *options, const struct trace *trace,
                           const struct plan_replay *replay, const struct folder *folder,
                           struct error_list *errors)
{
    struct json json;
    records_manifest_start(&json, "replay");
    const char *slash = strrchr(options->file, '/');
    json_string(&json, "trace", slash ? slash + 1 : options->file);
    json_string(&json, "format", trace->format);
    json_open(&json, "settings");
    json_int(&json, "cards", replay->cards);
    json_int(&json, "cards_per_node", replay->cards_per_node);
    json_string(&json, "order", options->words.order);
    json_string(&json, "backfill", scheduler_depth_name(replay->scheduler.depth));
    json_int(&json, "reservations", replay->scheduler.reservations);
    json_string(&json, "candidates", options->words.candidates);
    json_int(&json, "examine", replay->scheduler.examine);
    json_string(&json, "preempt", scheduler_preempt_name(replay->scheduler.preempt));
    json_string(&json, "slice", options->words.slice);
    json_string(&json, "half_life", options->words.half_life);
    json_string(&json, "plan", options->words.plan);
    json_string(&json, "pass", options->words.pass);
    json_string(&json, "place", replay->scheduler.place->name);
    json_int(&json, "domain", replay->shape.domain);
    json_int(&json, "leaf", replay->shape.leaf);
    json_int(&json, "pod", replay->shape.pod);
    json_string(&json, "like", word_or_empty(options->like));
    json_string(&json, "cluster", word_or_empty(options->trace.cluster));
    json_string(&json, "from", word_or_empty(options->trace.from));
    json_string(&json, "to", word_or_empty(options->trace.to));
    json_string(&json, "first", word_or_empty(options->trace.first));
    json_string(&json, "count", word_or_empty(options->trace.count));
    json_string(&json, "processors", word_or_empty(options->trace.processors));
    json_string(&json, "no_request", word_or_empty(options->trace.no_request));
    json_string(&json, "no_run", word_or_empty(options->trace.no_run));
    json_string(&json, "zero_run", word_or_empty(options->trace.zero_run));
    json_string(&json, "tenants", word_or_empty(options->trace.tenants));
    json_close(&json);
    if (order_plugin_of(replay->scheduler.order) || order_plugin_of(replay->scheduler.candidates)) {
        json_open(&json, "policies");
        records_policy(&json, "order", replay->scheduler.order);
        records_policy(&json, "candidates", replay->scheduler.candidates);
        json_close(&json);
    }
    json_open(&json, "lines");
    json_int(&json, "jobs", trace->count);
    json_int(&json, "damaged", trace->damaged);
    json_int(&json, "without_run_time", trace->no_run);
    json_int(&json, "run_time_zero", trace->zero_run);
    json_int(&json, "without_cards", trace->no_cards);
    json_int(&json, "without_requested_time", trace->no_request);
    json_int(&json, "run_time_assumed", trace->assumed_run);
    json_int(&json, "requested_time_assumed", trace->assumed_request);
    json_int(&json, "outside_selection", trace->outside);
    json_int(&json, "out_of_order", trace->out_of_order);
    json_int(&json, "duplicate_ids", trace->duplicate_ids);
    json_int(&json, "tenants", trace->tenant_count);
    json_close(&json);
    records_manifest_put(&json, folder, errors);
}

static void print_picture(const struct trace *trace, const struct plan_replay *replay,
                          const struct world_job_outcome *outcomes, bool quiet)
{
    struct text text = {0};
    replay_picture_draw(trace, replay, outcomes, &text);
    printf("%s%s", quiet ? "" : "\n", text_string(&text));
    text_free(&text);
}

static int simulate(const struct options *options, const struct trace *trace,
                    const struct plan_replay *replay, struct folder *folder, struct error_list *errors)
{
    struct plan plan;
    struct metric_slots slots;
    plan_from_trace(&plan, trace, replay);
    metric_slots_build(&slots, &plan);
    struct world_result result = {.values = memory_alloc((size_t)slots.count, sizeof(double))};
    struct world_job_outcome *outcomes = memory_alloc((size_t)trace->count, sizeof *outcomes);
    struct world_request request = {.plan = &plan,
                                    .slots = &slots,
                                    .outcomes = outcomes,
                                    .want_stretches = options->picture,
                                    .stop = command_catch_interrupts()};
    struct arena arena = {0};
    double before = progress_now();
    world_run(&request, &arena, &result);
    struct records_run run = {.seconds = progress_now() - before,
                              .threads = 1,
                              .events = result.events,
                              .replications = 1,
                              .arena_bytes = result.bytes};
    int status = 0;
    if (result.stopped) {
        fputs("tenk: interrupted; nothing was written\n", stderr);
        status = COMMAND_INTERRUPTED;
    } else if (result.by_policy) {
        command_blame_policy(errors, result.problem);
    } else if (result.problem[0]) {
        error_system(errors, NULL, 0,
                     "a built-in check failed, which is a bug of tenk; nothing was written: %s",
                     result.problem);
    } else {
        struct summary_row *rows = summary_make(&slots, result.values, 1);
        replay_write_jobs(trace, outcomes, replay->cards, folder, errors);
        replay_write_summary(&slots, rows, folder, errors);
        write_manifest(options, trace, replay, folder, errors);
        records_run_info(&run, folder, errors);
        if (!error_any(errors) && !options->quiet)
            replay_report(options->file, trace, replay, &slots, rows, &run, folder->path);
        if (!error_any(errors) && options->picture)
            print_picture(trace, replay, outcomes, options->quiet);
        if (!error_any(errors))
            folder_commit(folder, errors);
        free(rows);
    }
    folder_discard(folder);
    arena_free(&arena);
    free(outcomes);
    free(result.values);
    metric_slots_free(&slots);
    plan_free(&plan);
    return status;
}

int command_replay(int argc, char **argv)
{
    struct options options = {.folder = "out/replay"};
    const struct argp argp = {option_table, parse, "TRACE", about, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    struct error_list errors = {0};
    struct plan_replay replay = {0};
    struct order_plugins plugins = {0};
    struct trace trace = {0};
    int status = 0;
    replay_like_apply(options.like, &options.words, &options.trace, &errors);
    replay_setup_policies(&options.words, &plugins, &replay, &errors);
    if (trace_read(options.file, &options.trace, &trace, &errors))
        replay_setup_machine(&options.words, &trace, &replay, &errors);
    if (options.picture)
        replay_picture_check(&trace, &replay, &errors);
    if (!error_any(&errors)) {
        replay_setup_warn(options.file, &trace, &replay, &errors);
        struct folder folder;
        if (folder_open(&folder, options.folder, options.force, &errors))
            status = simulate(&options, &trace, &replay, &folder, &errors);
    }
    trace_free(&trace);
    order_plugins_free(&plugins);
    int failed = command_fail(&errors);
    return failed ? failed : status;
}
