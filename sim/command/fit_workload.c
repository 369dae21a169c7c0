/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_workload: `tenk fit workload TRACE`: the job mix of a recorded trace. */
#include "base/number.h"
#include "command/command.h"
#include "command/fit.h"
#include "command/fit_workload_report.h"
#include "command/records.h"
#include "output/progress.h"
#include "scenario/choices.h"

#include <argp.h>
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *file, *folder, *name, *chip, *kind, *bins, *resamples, *seed;
    struct trace_options trace;
    bool force, quiet;
};

static const char about[] =
    "Fits the job mix of a trace: classes of size, the run times of each (lognormal, cut at the longest), "
    "how many jobs "
    "arrive, by hour of the day and day of the week, and how far users' estimates are off.\v"
    "TRACE is a file in Standard Workload Format or a Philly CSV, plain or gzipped; damaged lines are named, "
    "counted and "
    "skipped. Jobs with a run time of 0 have no logarithm and are left out of the classes.\n\n"
    "Intervals are 95%: of medians and sigmas from the observed information, on the scale of the logarithm; "
    "of shares "
    "Wilson's; of arrivals those of Poisson counts, which bulk submissions make too narrow. The distances of "
    "Kolmogorov-Smirnov and Cramer-von Mises have p-values by resampling: small means that the run times are "
    "not lognormal.\n\n"
    "The folder gets fit.csv, km.csv, catalogue.cfg (an entry that a scenario includes as a member of "
    "`workloads`), "
    "manifest.json and run_info.json.\n\n"
    "Examples:\n"
    "  tenk fit workload log.swf.gz --bins 1,2,9,65 --chip h100 -o out/mix\n"
    "  tenk fit workload philly.csv --from 2017-10-02 --to 2017-12-04 --name philly\n\n"
    "Exit status: 0 done, 1 the results could not be written, 2 a mistake in trace or options, 3 "
    "interrupted.";

enum {
    OPTION_FORMAT = 256,
    OPTION_CLUSTER,
    OPTION_FROM,
    OPTION_TO,
    OPTION_FIRST,
    OPTION_COUNT,
    OPTION_PROCESSORS,
    OPTION_STRICT,
    OPTION_BINS,
    OPTION_CHIP,
    OPTION_KIND,
    OPTION_RESAMPLES,
    OPTION_NAME,
    OPTION_FORCE
};

static const struct argp_option option_table[] = {
    {0, 0, 0, 0, "The trace", 1},
    {"format", OPTION_FORMAT, "NAME", 0, "swf or philly (default: by file name)", 1},
    {"cluster", OPTION_CLUSTER, "VC", 0, "only this virtual cluster (philly)", 1},
    {"from", OPTION_FROM, "DATE", 0, "only jobs submitted from this date on", 1},
    {"to", OPTION_TO, "DATE", 0, "only jobs submitted before this date", 1},
    {"first", OPTION_FIRST, "INDEX", 0, "only jobs from this position on, from 0 in order of submission", 1},
    {"count", OPTION_COUNT, "N", 0, "only so many jobs", 1},
    {"processors", OPTION_PROCESSORS, "WHICH", 0,
     "what a job takes: most (default), allocated, requested (swf)", 1},
    {"strict", OPTION_STRICT, 0, 0, "refuse a trace with damaged lines", 1},
    {0, 0, 0, 0, "The fit", 2},
    {"bins", OPTION_BINS, "SIZES", 0, "sizes at which classes begin (default 1,2,9,65,513; at most 15)", 2},
    {"resamples", OPTION_RESAMPLES, "N", 0, "resamples behind each p-value (default 50; 0: no tests)", 2},
    {"seed", 's', "N", 0, "of the resamples (default 1)", 2},
    {0, 0, 0, 0, "The entry", 3},
    {"chip", OPTION_CHIP, "CHIP", 0, "the chip on which the run times hold (default a100)", 3},
    {"kind", OPTION_KIND, "KIND", 0,
     "kind of the classes: pretraining, fine-tuning (default), evaluation, debugging", 3},
    {"name", OPTION_NAME, "NAME", 0, "of the entry (default: from the file's name)", 3},
    {0, 0, 0, 0, "Results", 4},
    {"output", 'o', "DIR", 0, "folder for the results (default out/fit)", 4},
    {"force", OPTION_FORCE, 0, 0, "replace results that are in that folder", 4},
    {"quiet", 'q', 0, 0, "no table", 4},
    {0},
};

/* Options that only keep their text: where it goes, and their place in the entry's command (NULL: none). */
static const struct command_text text_options[] = {
    {OPTION_FORMAT, offsetof(struct options, trace.format), "format"},
    {OPTION_CLUSTER, offsetof(struct options, trace.cluster), "cluster"},
    {OPTION_FROM, offsetof(struct options, trace.from), "from"},
    {OPTION_TO, offsetof(struct options, trace.to), "to"},
    {OPTION_FIRST, offsetof(struct options, trace.first), "first"},
    {OPTION_COUNT, offsetof(struct options, trace.count), "count"},
    {OPTION_PROCESSORS, offsetof(struct options, trace.processors), "processors"},
    {OPTION_BINS, offsetof(struct options, bins), "bins"},
    {OPTION_CHIP, offsetof(struct options, chip), "chip"},
    {OPTION_KIND, offsetof(struct options, kind), "kind"},
    {OPTION_RESAMPLES, offsetof(struct options, resamples), NULL},
    {'s', offsetof(struct options, seed), NULL},
    {OPTION_NAME, offsetof(struct options, name), NULL},
    {'o', offsetof(struct options, folder), NULL},
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

/* The options, checked. */
struct question {
    struct fit_choice choice;
    int32_t starts[FIT_CLASSES];
    int bins;
    char name[FIT_NAME];
    struct fit_mix_words words;
    struct text command;
};

static void bins_read(const char *text, struct question *question, struct error_list *errors)
{
    char *copy = strdup(text), *rest = copy;
    bool good = copy != NULL;
    for (const char *part; good && (part = strsep(&rest, ","));) {
        int64_t value;
        int32_t before = question->bins ? question->starts[question->bins - 1] : 0;
        good = number_parse_int(part, &value) && value > before && value <= 10000000 &&
               question->bins < FIT_CLASSES;
        if (good)
            question->starts[question->bins++] = (int32_t)value;
    }
    free(copy);
    if (!good || question->starts[0] != 1)
        error_input(errors, "--bins %s: must be ascending sizes from 1 with commas between, at most 15",
                    text);
}

static bool kind_known(const char *kind)
{
    for (int i = 0; choices_kind(i); i++)
        if (!strcmp(choices_kind(i), kind))
            return true;
    return false;
}

static void question_read(struct options *options, struct question *question, struct error_list *errors)
{
    const char *slash = strrchr(options->file, '/');
    question->choice.resamples =
        options->resamples ? (int32_t)command_number(errors, "--resamples", options->resamples, 0, 100000)
                           : 50;
    question->choice.seed =
        options->seed ? (uint64_t)command_number(errors, "--seed", options->seed, 0, 9000000000000000) : 1;
    question->choice.stop = command_catch_interrupts();
    bins_read(options->bins ? options->bins : "1,2,9,65,513", question, errors);
    if (options->name && !fit_report_name_good(options->name))
        error_input(errors, "--name %s: must be a letter, then letters, digits, - and _, 40 in all",
                    options->name);
    if (options->kind && !kind_known(options->kind))
        error_input(errors, "--kind %s: not one of pretraining, fine-tuning, evaluation, debugging",
                    options->kind);
    if (options->name)
        snprintf(question->name, sizeof question->name, "%s", options->name);
    else
        fit_report_name(question->name, options->file);
    const char *base = slash ? slash + 1 : options->file;
    text_format(&question->command, "tenk fit workload %s", base);
    for (int i = 0; i < TEXT_OPTIONS; i++)
        if (text_options[i].name && command_kept_text(&text_options[i], options))
            text_format(&question->command, " --%s %s", text_options[i].name,
                        command_kept_text(&text_options[i], options));
    question->words = (struct fit_mix_words){question->name, base, text_string(&question->command),
                                             options->chip ? options->chip : "a100",
                                             options->kind ? options->kind : "fine-tuning"};
}

static void files_write(struct options *options, const struct question *question, const struct trace *trace,
                        const struct fit_jobs *jobs, const struct folder *folder, struct error_list *errors)
{
    struct text fit = {0}, km = {0}, entry = {0};
    fit_workload_rows(&fit, jobs);
    fit_report_km_header(&km);
    for (int i = 0; i < jobs->classes; i++)
        fit_report_km(&km, &jobs->class[i].lengths);
    fit_workload_entry(&entry, jobs, &question->words);
    folder_put(folder, "fit.csv", &fit, errors);
    folder_put(folder, "km.csv", &km, errors);
    folder_put(folder, "catalogue.cfg", &entry, errors);
    text_free(&fit);
    text_free(&km);
    text_free(&entry);
    struct json json;
    records_manifest_start(&json, "fit workload");
    json_string(&json, "trace", question->words.file);
    json_string(&json, "format", trace->format);
    json_int(&json, "seed", (int64_t)question->choice.seed);
    json_open(&json, "settings");
    for (int i = 0; i < TEXT_OPTIONS; i++)
        if (text_options[i].name && command_kept_text(&text_options[i], options))
            json_string(&json, text_options[i].name, command_kept_text(&text_options[i], options));
    json_string(&json, "name", question->name);
    json_int(&json, "resamples", question->choice.resamples);
    json_close(&json);
    json_open(&json, "lines");
    json_int(&json, "jobs", trace->count);
    json_int(&json, "damaged", trace->damaged);
    json_int(&json, "without_run_time", trace->no_run);
    json_int(&json, "run_time_zero", jobs->zero_run);
    json_int(&json, "without_cards", trace->no_cards);
    json_int(&json, "outside_selection", trace->outside);
    json_close(&json);
    records_manifest_put(&json, folder, errors);
}

static int answer(struct options *options, const struct question *question, const struct trace *trace,
                  struct error_list *errors)
{
    struct folder folder;
    struct fit_jobs jobs;
    int status = 0;
    if (!folder_open(&folder, options->folder, options->force, errors))
        return 0;
    double before = progress_now();
    fit_jobs_make(&jobs, trace, question->starts, question->bins, &question->choice);
    struct records_run run = {.seconds = progress_now() - before, .threads = 1, .replications = 1};
    if (*question->choice.stop) {
        fputs("tenk: interrupted; nothing was written\n", stderr);
        status = COMMAND_INTERRUPTED;
    } else if (!jobs.jobs) {
        error_add(errors, ERROR_INPUT, options->file, 0, NULL, "no job has a run time above 0");
    } else {
        files_write(options, question, trace, &jobs, &folder, errors);
        records_run_info(&run, &folder, errors);
        if (!error_any(errors) && !options->quiet) {
            printf("%s: %s, p-values from %d resamples\n", options->file, trace->format,
                   (int)question->choice.resamples);
            fit_workload_print(&jobs);
            printf("\nResults: %s/fit.csv, km.csv, catalogue.cfg\n", options->folder);
        }
        if (!error_any(errors))
            folder_commit(&folder, errors);
    }
    folder_discard(&folder);
    fit_jobs_free(&jobs);
    return status;
}

int fit_workload(int argc, char **argv)
{
    struct options options = {.folder = "out/fit"};
    const struct argp argp = {option_table, parse, "TRACE", about, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    struct error_list errors = {0};
    struct question question = {0};
    struct trace trace = {0};
    int status = 0;
    question_read(&options, &question, &errors);
    if (!error_any(&errors) && trace_read(options.file, &options.trace, &trace, &errors))
        status = answer(&options, &question, &trace, &errors);
    trace_free(&trace);
    text_free(&question.command);
    int failed = command_fail(&errors);
    return failed ? failed : status;
}
