/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run: `tenk run SCENARIO`: many futures of a scenario. */
#include "command/command.h"
#include "command/records.h"
#include "command/run_report.h"
#include "command/sets.h"
#include "output/progress.h"
#include "study/replicate.h"
#include "study/summary.h"

#include <argp.h>
#include <stdlib.h>

struct options {
    const char *scenario;
    const char *folder;
    struct sets sets;
    int threads;
    bool force, jobs, quiet;
    struct error_list errors;
};

static const char about[] =
    "Simulates a scenario: one replication is one possible future, a study is many.\v"
    "The table at the end tells, for each site, mean, 95% interval and 5th and 95th percentile over futures. "
    "The folder given with -o gets summary.csv, replications.csv, timeline.csv, deliveries.csv, "
    "failures.csv, "
    "manifest.json and run_info.json (docs/results.md explains every column). The same scenario and "
    "seed give the same files for any number of threads.\n\n"
    "Examples:\n"
    "  tenk run scenarios/wuxi-10k.cfg\n"
    "  tenk run scenarios/wuxi-10k.cfg -n 20 --set supply.allocation=pro-rata -o out/pro-rata\n"
    "  tenk run scenarios/wuxi-10k.cfg --set site.wuxi.backfill=none -o out/no-backfill\n\n"
    "Exit status: 0 done, 1 the results could not be written, 2 a mistake in scenario or options, 3 "
    "interrupted.";

enum { OPTION_FORCE = 256, OPTION_JOBS, OPTION_SET };

static const struct argp_option option_table[] = {
    {"output", 'o', "DIR", 0, "folder for the results (default out/NAME of the scenario)", 0},
    {"force", OPTION_FORCE, 0, 0, "replace results that are in that folder", 0},
    {"set", OPTION_SET, "PATH=VALUE", 0, "change a setting, e.g. site.wuxi.cards=8192; may be repeated", 0},
    {"replications", 'n', "N", 0, "number of futures (instead of the scenario's)", 0},
    {"seed", 's', "N", 0, "seed of the random streams (instead of the scenario's)", 0},
    {"threads", 'j', "N", 0, "threads (default: all processors); the results do not depend on it", 0},
    {"jobs", OPTION_JOBS, 0, 0, "also write jobs.csv, a row per job and future (large)", 0},
    {"quiet", 'q', 0, 0, "no progress and no table", 0},
    {0},
};

/* -n and -s are short for --set: one way in, one check, after a first one that names the option. */
static void add_number(struct options *options, const char *option, const char *path, const char *value,
                       int64_t low, int64_t high)
{
    command_number(&options->errors, option, value, low, high);
    sets_add_pair(&options->sets, path, value);
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 'o':
        options->folder = text;
        return 0;
    case OPTION_FORCE:
        options->force = true;
        return 0;
    case OPTION_SET:
        sets_add(&options->sets, text);
        return 0;
    case 'n':
        add_number(options, "-n", "replications", text, 1, 1000000);
        return 0;
    case 's':
        add_number(options, "-s", "seed", text, 0, INT64_C(9000000000000000));
        return 0;
    case 'j':
        options->threads = (int)command_number(&options->errors, "-j", text, 1, 1024);
        return 0;
    case OPTION_JOBS:
        options->jobs = true;
        return 0;
    case 'q':
        options->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->scenario)
            argp_error(state, "one scenario at a time; \"%s\" is a second one", text);
        options->scenario = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which scenario? for example scenarios/wuxi-10k.cfg");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Where the rows of finished futures go, and the progress line. */
struct sink {
    struct folder_file timeline, deliveries, failures, lots, market, events, jobs;
    bool want_supply, want_events;
    bool want_jobs;
    struct progress progress;
};

static bool take_rows(void *context, const struct world_result *result)
{
    struct sink *sink = context;
    folder_write(&sink->timeline, &result->timeline);
    folder_write(&sink->deliveries, &result->deliveries);
    folder_write(&sink->failures, &result->failures);
    if (sink->want_supply) {
        folder_write(&sink->lots, &result->lots);
        folder_write(&sink->market, &result->market);
    }
    if (sink->want_events)
        folder_write(&sink->events, &result->events_seen);
    if (sink->want_jobs)
        folder_write(&sink->jobs, &result->jobs);
    /* a full disk is no better in an hour: stop at once */
    return !(sink->timeline.failed || sink->deliveries.failed || sink->failures.failed || sink->lots.failed ||
             sink->market.failed || sink->events.failed || sink->jobs.failed);
}

static void show_progress(void *context, int done, int count)
{
    struct sink *sink = context;
    progress_update(&sink->progress, done, count);
}

static void open_file(const struct folder *folder, struct folder_file *file, const char *name,
                      const char *header)
{
    struct text text = {0};
    text_put(&text, header);
    folder_create(folder, file, name);
    folder_write(file, &text);
    text_free(&text);
}

static void open_sink(struct sink *sink, const struct folder *folder, const struct plan *plan, bool want_jobs,
                      bool quiet)
{
    open_file(folder, &sink->timeline, "timeline.csv", world_timeline_header);
    open_file(folder, &sink->deliveries, "deliveries.csv", world_deliveries_header);
    open_file(folder, &sink->failures, "failures.csv", world_failures_header);
    sink->want_supply = plan->has_supply;
    sink->want_events = plan->event_count > 0;
    if (sink->want_supply) {
        open_file(folder, &sink->lots, "lots.csv", world_lots_header);
        open_file(folder, &sink->market, "market.csv", world_market_header);
    }
    if (sink->want_events)
        open_file(folder, &sink->events, "events.csv", world_events_header);
    sink->want_jobs = want_jobs;
    if (want_jobs)
        open_file(folder, &sink->jobs, "jobs.csv", world_jobs_header);
    progress_start(&sink->progress, "futures", !quiet);
}

static void close_sink(struct sink *sink, struct error_list *errors)
{
    progress_end(&sink->progress);
    folder_close(&sink->timeline, errors);
    folder_close(&sink->deliveries, errors);
    folder_close(&sink->failures, errors);
    if (sink->want_supply) {
        folder_close(&sink->lots, errors);
        folder_close(&sink->market, errors);
    }
    if (sink->want_events)
        folder_close(&sink->events, errors);
    if (sink->want_jobs)
        folder_close(&sink->jobs, errors);
}

static void put_setting(void *context, const char *path, const struct schema_field *field, const char *value)
{
    (void)field;
    json_string(context, path, value);
}

/* The files of policies from outside, when there are any. */
static void put_policies(struct json *json, const struct scenario *scenario)
{
    const struct scenario_site *sites = scenario->site.entries;
    if (!scenario->plugins.count)
        return;
    json_open(json, "policies");
    for (int i = 0; i < scenario->site.count; i++) {
        char key[200];
        snprintf(key, sizeof key, "site.%.150s.order", sites[i].name);
        records_policy(json, key, sites[i].order_policy);
        snprintf(key, sizeof key, "site.%.150s.candidates", sites[i].name);
        records_policy(json, key, sites[i].candidates_policy);
    }
    json_close(json);
}

static void write_manifest(const struct scenario *scenario, const struct folder *folder,
                           struct error_list *errors)
{
    struct json json;
    char hash[20];
    records_manifest_start(&json, "run");
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)scenario_hash(scenario));
    json_string(&json, "scenario", scenario->name);
    json_string(&json, "scenario_hash", hash);
    json_int(&json, "seed", scenario->seed);
    json_int(&json, "replications", scenario->replications);
    json_open(&json, "settings");
    schema_visit(&scenario_schema, scenario, put_setting, &json);
    json_close(&json);
    put_policies(&json, scenario);
    records_manifest_put(&json, folder, errors);
}

/* Writes everything that is made of the values of all futures, then puts the folder in place. */
static void write_results(const struct scenario *scenario, const struct metric_slots *slots,
                          const struct replicate_result *result, const struct summary_row *rows,
                          double seconds, struct folder *folder, struct error_list *errors)
{
    struct text text = {0};
    summary_write(slots, rows, &text);
    folder_put(folder, "summary.csv", &text, errors);
    text_clear(&text);
    summary_write_values(slots, result->values, result->done, &text);
    folder_put(folder, "replications.csv", &text, errors);
    text_free(&text);
    write_manifest(scenario, folder, errors);
    struct records_run run = {.seconds = seconds,
                              .threads = result->threads,
                              .events = result->events,
                              .replications = result->done,
                              .arena_bytes = result->arena_bytes};
    records_run_info(&run, folder, errors);
    if (error_any(errors))
        folder_discard(folder);
    else
        folder_commit(folder, errors);
}

static int simulate(const struct options *options, const struct scenario *scenario, struct folder *folder,
                    const char *shown_folder, struct error_list *errors)
{
    struct plan plan;
    struct metric_slots slots;
    plan_from_scenario(&plan, scenario);
    metric_slots_build(&slots, &plan);
    struct sink sink = {0};
    open_sink(&sink, folder, &plan, options->jobs, options->quiet);
    struct replicate_request request = {
        .plan = &plan,
        .slots = &slots,
        .count = (int)scenario->replications,
        .threads = options->threads,
        .want_jobs = options->jobs,
        .want_series = true,
        .stop = command_catch_interrupts(),
        .rows = take_rows,
        .progress = show_progress,
        .context = &sink,
    };
    struct replicate_result result;
    double before = progress_now();
    replicate_run(&request, &result);
    double seconds = progress_now() - before;
    close_sink(&sink, errors);
    int status = 0;
    if (error_any(errors)) {
        folder_discard(folder);
    } else if (result.by_policy) {
        folder_discard(folder);
        command_blame_policy(errors, result.problem);
    } else if (result.done < request.count) {
        folder_discard(folder);
        fprintf(stderr, "tenk: interrupted after %d of %d futures; nothing was written\n", result.done,
                request.count);
        status = COMMAND_INTERRUPTED;
    } else if (result.problem[0]) {
        folder_discard(folder);
        error_system(errors, NULL, 0,
                     "a built-in check failed, which is a bug of tenk; nothing was written: %s",
                     result.problem);
    } else {
        struct summary_row *rows = summary_make(&slots, result.values, result.done);
        write_results(scenario, &slots, &result, rows, seconds, folder, errors);
        if (!options->quiet && !error_any(errors))
            run_report(scenario, &plan, &slots, rows, &result, seconds, shown_folder);
        free(rows);
    }
    free(result.values);
    metric_slots_free(&slots);
    plan_free(&plan);
    return status;
}

int command_run(int argc, char **argv)
{
    struct options options = {0};
    const struct argp argp = {option_table, parse, "SCENARIO", about, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    struct scenario scenario = {0};
    int status = 0;
    if (!error_any(&options.errors) &&
        scenario_read(&scenario, options.scenario, (const char *const *)options.sets.texts,
                      options.sets.count, &options.errors)) {
        char fallback[300];
        snprintf(fallback, sizeof fallback, "out/%.250s", scenario.name);
        const char *path = options.folder ? options.folder : fallback;
        struct folder folder;
        if (folder_open(&folder, path, options.force, &options.errors))
            status = simulate(&options, &scenario, &folder, path, &options.errors);
    }
    scenario_free(&scenario);
    sets_free(&options.sets);
    int failed = command_fail(&options.errors);
    return failed ? failed : status;
}
