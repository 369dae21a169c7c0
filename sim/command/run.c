/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run: `tenk run SCENARIO`: many futures of a scenario. */
#include "base/memory.h"
#include "base/number.h"
#include "command/command.h"
#include "command/run_files.h"
#include "command/run_report.h"
#include "command/sets.h"
#include "command/study_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct options {
    struct study_options study;
    const char *scenario;
    struct sets sets, metrics;
    double precision;           /* 0: as many futures as the scenario says */
    int64_t replications, most; /* given; 0: not */
    bool jobs, warm_up;
    struct error_list errors;
};

static const char about[] =
    "Simulates a scenario: one replication is one possible future, a study is many.\v"
    "The table at the end tells, for each site, mean, 95% interval and 5th and 95th percentile over futures. "
    "The folder given with -o gets summary.csv, replications.csv, timeline.csv, deliveries.csv, "
    "failures.csv, "
    "manifest.json and run_info.json (docs/results.md explains every column). The same scenario and "
    "seed give the same files for any number of threads, processes, shares and interruptions.\n\n"
    "Finished futures are kept in DIR.journal until the results are written. After Ctrl-C, kill -9 or a full "
    "disk the same command with --resume goes on where it was. --shard computes a share, on this machine or "
    "another one; tenk merge puts shares together (docs/studies.md: Slurm, GNU parallel, MPI).\n\n"
    "--precision computes as many futures as are needed until the 95% interval of each --metric is within "
    "that "
    "share of its mean.\n\n"
    "Examples:\n"
    "  tenk run scenarios/wuxi-10k.cfg\n"
    "  tenk run scenarios/wuxi-10k.cfg -n 20 --set supply.allocation=pro-rata -o out/pro-rata\n"
    "  tenk run scenarios/wuxi-10k.cfg --set site.wuxi.backfill=none -o out/no-backfill\n"
    "  tenk run scenarios/shared-centre.cfg --precision 5% --metric centre/delivered_compute\n"
    "  tenk run scenarios/wuxi-10k.cfg -n 1000 --shard 3/8 -o out/large\n\n"
    "Exit status: 0 done, 1 the results could not be written, 2 a mistake in scenario or options, 3 "
    "interrupted.";

enum { OPTION_JOBS = 256, OPTION_SET, OPTION_PRECISION, OPTION_METRIC, OPTION_MOST, OPTION_WARM_UP };

static const struct argp_option option_table[] = {
    {"set", OPTION_SET, "PATH=VALUE", 0, "change a setting, e.g. site.wuxi.cards=8192; may be repeated", 0},
    {"replications", 'n', "N", 0, "number of futures (instead of the scenario's)", 0},
    {"seed", 's', "N", 0, "seed of the random streams (instead of the scenario's)", 0},
    {"jobs", OPTION_JOBS, 0, 0, "also write jobs.csv, a row per job and future (large)", 0},
    {"precision", OPTION_PRECISION, "P", 0,
     "futures until the 95% interval of each metric is +- P (such as 2%) of its mean or closer; -n is then "
     "the "
     "least number, 32 without",
     0},
    {"metric", OPTION_METRIC, "SCOPE/METRIC", 0,
     "metric for --precision, e.g. wuxi/wait_p95; may be repeated (default: useful compute and mean wait of "
     "the "
     "sites)",
     0},
    {"most", OPTION_MOST, "N", 0, "futures at most with --precision (default 10000)", 0},
    {"warm-up", OPTION_WARM_UP, "RULE", 0,
     "mser5: waits leave out the first jobs, which met an empty centre; none: they count (default)", 0},
    {0},
};

/* -n and -s are short for --set: one way in, one check, after a first one that names the option. */
static int64_t add_number(struct options *options, const char *option, const char *path, const char *value,
                          int64_t low, int64_t high)
{
    int64_t number = command_number(&options->errors, option, value, low, high);
    sets_add_pair(&options->sets, path, value);
    return number;
}

/* "2%" or 0.02 */
static void parse_precision(struct options *options, const char *text)
{
    char number[32];
    size_t length = strlen(text);
    bool percent = length && text[length - 1] == '%';
    double value = 0;
    snprintf(number, sizeof number, "%.*s", (int)(percent ? length - 1 : length), text);
    bool good = length < sizeof number && number_parse_real(number, &value);
    options->precision = percent ? value / 100 : value;
    if (!good || !(options->precision > 0 && options->precision < 1))
        error_input(&options->errors,
                    "--precision %s: must be above 0%% and below 100%%, such as 2%% or 0.02", text);
}

static void parse_warm_up(struct options *options, const char *text)
{
    options->warm_up = !strcmp(text, "mser5");
    if (!options->warm_up && strcmp(text, "none") != 0)
        error_input(&options->errors, "--warm-up %s: must be mser5 or none", text);
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->study;
        return 0;
    case OPTION_SET:
        sets_add(&options->sets, text);
        return 0;
    case 'n':
        options->replications = add_number(options, "-n", "replications", text, 1, 1000000);
        return 0;
    case 's':
        add_number(options, "-s", "seed", text, 0, INT64_C(9000000000000000));
        return 0;
    case OPTION_JOBS:
        options->jobs = true;
        return 0;
    case OPTION_PRECISION:
        parse_precision(options, text);
        return 0;
    case OPTION_METRIC:
        sets_add(&options->metrics, text);
        return 0;
    case OPTION_MOST:
        options->most = command_number(&options->errors, "--most", text, 2, 1000000);
        return 0;
    case OPTION_WARM_UP:
        parse_warm_up(options, text);
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

/* Options that say nothing together, or contradict each other. */
static void check_options(struct options *options)
{
    if (options->precision > 0 && study_options_is_share(&options->study))
        error_input(&options->errors,
                    "--precision needs all futures to know when they are enough: not with --shard");
    if (!(options->precision > 0) && (options->metrics.count || options->most))
        error_input(&options->errors, "--metric and --most are for --precision");
    if (options->most && options->most < options->replications)
        error_input(&options->errors, "--most %lld: is below -n %lld, the least number",
                    (long long)options->most, (long long)options->replications);
}

/* How many futures, and by which metrics that is decided. False with errors. */
static bool make_precision(struct options *options, const struct metric_slots *slots,
                           struct precision *precision)
{
    *precision = (struct precision){
        .relative = options->precision,
        .least = options->replications ? options->replications : PRECISION_LEAST,
        .most = options->most ? options->most : PRECISION_MOST,
    };
    if (precision->most < precision->least)
        precision->most = precision->least;
    for (int i = 0; i < options->metrics.count; i++)
        precision_add_metric(precision, slots, options->metrics.texts[i], &options->errors);
    if (!options->metrics.count)
        precision_add_default(precision, slots);
    return !error_any(&options->errors);
}

/* Asks for futures 0 ... count - 1. */
static void run_fixed(struct study *study, int64_t count)
{
    struct study_unit *units = memory_alloc((size_t)count, sizeof *units);
    for (int64_t r = 0; r < count; r++)
        units[r] = (struct study_unit){.replication = (int32_t)r};
    study_run(study, units, count);
    free(units);
}

/* The values of all futures, one after the other; free(). */
static double *gather(const struct study *study, int64_t count)
{
    size_t slots = (size_t)study_slots(study, 0)->count;
    double *values = memory_alloc((size_t)count * slots, sizeof *values);
    for (int64_t r = 0; r < count; r++)
        memcpy(values + (size_t)r * slots, study_values(study, 0, (int32_t)r), slots * sizeof *values);
    return values;
}

static void tell_unreached(const struct study *study, const struct precision *precision,
                           const struct precision_found *found)
{
    const struct metric_slots *slots = study_slots(study, 0);
    const struct metric_slot *slot = &slots->slots[found->slot];
    fprintf(stderr, "tenk: %lld futures are the most that were allowed (--most), and %s/%s is ",
            (long long)found->count, slots->scopes[slot->scope].name, metric_info(slot->metric)->name);
    if (isnan(found->worst))
        fputs("known of fewer than two of them\n", stderr);
    else
        fprintf(stderr, "known to %.3g%% only, not %.3g%%\n", 100 * found->worst, 100 * precision->relative);
}

/* All futures are known: writes the files, and the table. */
static void conclude(struct options *options, struct run_files *files, struct folder *folder,
                     const char *shown)
{
    struct study *study = files->study;
    const struct metric_slots *slots = study_slots(study, 0);
    double *values = gather(study, files->count);
    struct summary_row *rows = summary_make(slots, values, (int)files->count);
    files->values = values;
    files->rows = rows;
    if (files->precision && !files->found->reached)
        tell_unreached(study, files->precision, files->found);
    if (run_files_write(files, folder, &options->errors)) {
        study_done(study);
        if (!options->study.quiet)
            run_report(study_scenario(study, 0), study_plan(study, 0), slots, rows, study_facts(study),
                       (int)files->count, files->seconds, shown);
    } else if (!options->study.source_count) {
        fprintf(stderr, "tenk: %s keeps all futures: the same command with --resume writes the results\n",
                text_string(&options->study.journal));
    }
    free(rows);
    free(values);
}

static int simulate(struct options *options, struct study *study, struct folder *folder, const char *shown)
{
    struct precision precision = {0};
    struct precision_found found = {.count = study_scenario(study, 0)->replications};
    bool sequential = options->precision > 0;
    int status = 0;
    if (sequential && !make_precision(options, study_slots(study, 0), &precision)) {
        folder_discard(folder);
        precision_free(&precision);
        return 0;
    }
    double before = progress_now();
    if (sequential)
        precision_run(study, 0, &precision, &found);
    else
        run_fixed(study, found.count);
    struct run_files files = {
        .study = study,
        .count = found.count,
        .want_jobs = options->jobs,
        .warm_up = options->warm_up,
        .precision = sequential ? &precision : NULL,
        .found = &found,
        .seconds = progress_now() - before,
    };
    if (study_options_whole(&options->study, study, &status))
        conclude(options, &files, folder, shown);
    else
        folder_discard(folder);
    precision_free(&precision);
    return status;
}

/* Reads the scenario and makes folder and journal ready. */
static int begin(struct options *options)
{
    struct study_config config;
    struct folder folder = {.lock = -1};
    struct error_list *errors = &options->errors;
    char *fallback = study_options_folder(options->scenario);
    const char *path = options->study.folder ? options->study.folder : fallback;
    study_options_config(&options->study, "run", path, &config);
    config.want_rows = true;
    config.want_jobs = options->jobs;
    config.warm_up = options->warm_up;
    int status = 0;
    struct study *study = study_open(&config, errors);
    if (study && study_add_point(study, options->scenario, (const char *const *)options->sets.texts,
                                 options->sets.count, errors) == 0) {
        bool ready = study_options_is_share(&options->study)
                         ? folder_parents(path, errors)
                         : folder_open(&folder, path, options->study.force, errors);
        if (ready)
            status = simulate(options, study, &folder, path);
    }
    study_close(study);
    free(fallback);
    return status;
}

int command_run(int argc, char **argv)
{
    struct options options = {.study = {.argc = argc, .argv = argv}};
    options.study.errors = &options.errors;
    const struct argp argp = {option_table, parse, "SCENARIO", about, study_options_children, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    check_options(&options);
    int status = error_any(&options.errors) ? 0 : begin(&options);
    study_options_free(&options.study);
    sets_free(&options.sets);
    sets_free(&options.metrics);
    int failed = command_fail(&options.errors);
    return failed ? failed : status;
}
