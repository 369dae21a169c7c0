/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_maturity: `tenk fit maturity FILE`: how fast software was tuned, from measured speeds. */
#include "base/memory.h"
#include "base/number.h"
#include "command/command.h"
#include "command/fit.h"
#include "command/fit_catalogue.h"
#include "command/fit_maturity_report.h"
#include "command/records.h"
#include "output/progress.h"

#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *file, *folder, *name, *floor, *ceiling;
    bool absolute, force, quiet;
};

static const char about[] =
    "Fits m(t) = ceiling - (ceiling - floor) exp(-(t - first) / tau) to measured speeds of software that is "
    "being "
    "tuned, by least squares.\v"
    "FILE is a CSV table, plain or gzipped, with the columns date and value, perhaps reference (the speed of "
    "the same "
    "work elsewhere, at that date; values are divided by it) and series (each value of it is fitted by "
    "itself). "
    "Lines that begin with # are notes.\n\n"
    "The table gives each parameter with its standard error (delta method) and a 95% interval (profile of "
    "the sum of "
    "squares), every point with its residual, the largest jump as a share of the range of the values, and "
    "what a "
    "straight line would leave: speeds that rise in steps fit badly, and that is said. Two points are enough "
    "when "
    "--ceiling or --floor holds a parameter; then nothing is left to tell how well the curve holds. Data "
    "that hold no "
    "answer (too few, constant, falling, a line, a step) are refused.\n\n"
    "The folder gets fit.csv, curve.csv, catalogue.cfg (entries that a scenario includes as members of "
    "`software`), "
    "manifest.json and run_info.json.\n\n"
    "Examples:\n"
    "  tenk fit maturity configs/data/llama2-13b.csv -o out/llama2-13b\n"
    "  tenk fit maturity configs/data/iflytek-new-algorithms.csv --ceiling 0.95\n\n"
    "Exit status: 0 done, 1 the results could not be written, 2 a mistake in file or options.";

enum { OPTION_FLOOR = 256, OPTION_CEILING, OPTION_ABSOLUTE, OPTION_NAME, OPTION_FORCE };

static const struct argp_option option_table[] = {
    {0, 0, 0, 0, "The fit", 1},
    {"floor", OPTION_FLOOR, "VALUE", 0, "hold the floor, in the data's unit or share of the reference", 1},
    {"ceiling", OPTION_CEILING, "VALUE", 0, "hold the ceiling", 1},
    {"absolute", OPTION_ABSOLUTE, 0, 0, "leave references out: fit the values as they are", 1},
    {0, 0, 0, 0, "Results", 2},
    {"name", OPTION_NAME, "NAME", 0, "of the catalogue's entries (default: from the file's name)", 2},
    {"output", 'o', "DIR", 0, "folder for the results (default out/fit)", 2},
    {"force", OPTION_FORCE, 0, 0, "replace results that are in that folder", 2},
    {"quiet", 'q', 0, 0, "no table", 2},
    {0},
};

/* Options that only keep their text, with their place in the entry's command (NULL: none). */
static const struct command_text text_options[] = {
    {OPTION_FLOOR, offsetof(struct options, floor), "floor"},
    {OPTION_CEILING, offsetof(struct options, ceiling), "ceiling"},
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
    case OPTION_ABSOLUTE:
        options->absolute = true;
        return 0;
    case OPTION_FORCE:
        options->force = true;
        return 0;
    case 'q':
        options->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->file)
            argp_error(state, "one file at a time; \"%s\" is a second one", text);
        options->file = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which file? a CSV table with the columns date and value");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The options, checked. */
struct question {
    double held[FIT_MATURITY_PARAMETERS];
    char name[FIT_NAME];
    const char *base;
    bool absolute;
    struct text command;
};

static double held_read(const char *option, const char *text, struct error_list *errors)
{
    double value = NAN;
    if (text && (!number_parse_real(text, &value) || !(value >= 0) || value > 1e15))
        error_input(errors, "%s %s: must be a number from 0 to 1e15", option, text);
    return value;
}

static void question_read(const struct options *options, struct question *question, struct error_list *errors)
{
    const char *slash = strrchr(options->file, '/');
    question->base = slash ? slash + 1 : options->file;
    question->held[FIT_MATURITY_FLOOR] = held_read("--floor", options->floor, errors);
    question->held[FIT_MATURITY_CEILING] = held_read("--ceiling", options->ceiling, errors);
    question->held[FIT_MATURITY_TAU] = NAN;
    if (question->held[FIT_MATURITY_FLOOR] >= question->held[FIT_MATURITY_CEILING])
        error_input(errors, "--floor %s: must be below --ceiling %s", options->floor, options->ceiling);
    if (options->name && !fit_report_name_good(options->name))
        error_input(errors, "--name %s: must be a letter, then letters, digits, - and _, 40 in all",
                    options->name);
    if (options->name)
        snprintf(question->name, sizeof question->name, "%s", options->name);
    else
        fit_report_name(question->name, options->file);
    text_format(&question->command, "tenk fit maturity %s", question->base);
    for (int i = 0; i < TEXT_OPTIONS; i++)
        if (text_options[i].name && command_kept_text(&text_options[i], options))
            text_format(&question->command, " --%s %s", text_options[i].name,
                        command_kept_text(&text_options[i], options));
    if (options->absolute)
        text_put(&question->command, " --absolute");
    question->absolute = options->absolute;
}

static void manifest_write(const struct question *question, const struct fit_maturity_data *data,
                           const struct folder *folder, struct error_list *errors)
{
    struct json json;
    records_manifest_start(&json, "fit maturity");
    json_string(&json, "file", question->base);
    json_open(&json, "settings");
    for (int p = 0; p < FIT_MATURITY_PARAMETERS; p++)
        if (!isnan(question->held[p]))
            json_real(&json, fit_maturity_parameter_name((enum fit_maturity_parameter)p), question->held[p]);
    json_int(&json, "absolute", question->absolute);
    json_string(&json, "name", question->name);
    json_close(&json);
    json_open(&json, "lines");
    json_int(&json, "rows", data->rows);
    json_int(&json, "series", data->count);
    json_close(&json);
    records_manifest_put(&json, folder, errors);
}

static void files_write(const struct question *question, const struct fit_maturity_data *data,
                        const struct fit_maturity_curve *curves, const struct folder *folder,
                        struct error_list *errors)
{
    struct text fit = {0}, points = {0}, entries = {0};
    struct fit_names used = {0};
    fit_report_header(&fit);
    fit_maturity_points_header(&points);
    text_put(&entries, "/* Made by tenk fit maturity. A scenario takes it in as a member of a group:\n"
                       " *     software: {\n *     @include \"catalogue.cfg\"\n *     };\n */\n");
    for (int32_t s = 0; s < data->count; s++) {
        const struct fit_maturity_series *series = &data->series[s];
        if (curves[s].verdict != FIT_MATURITY_FITTED)
            continue;
        char name[FIT_NAME];
        fit_catalogue_name(name, question->name, series->name, &used);
        fit_maturity_rows(&fit, series, &curves[s]);
        fit_maturity_points_rows(&points, series, &curves[s]);
        fit_maturity_entry(&entries, series, &curves[s], name, question->base,
                           text_string(&question->command));
    }
    folder_put(folder, "fit.csv", &fit, errors);
    folder_put(folder, "curve.csv", &points, errors);
    folder_put(folder, "catalogue.cfg", &entries, errors);
    text_free(&fit);
    text_free(&points);
    text_free(&entries);
    fit_names_free(&used);
}

/* Fits every series and says what there is to say; how many hold a curve. One without is a mistake when none
 * has one. */
static int32_t curves_make(struct fit_maturity_curve *curves, const struct options *options,
                           const struct question *question, const struct fit_maturity_data *data,
                           struct error_list *errors)
{
    int32_t fitted = 0;
    for (int32_t s = 0; s < data->count; s++) {
        const struct fit_maturity_series *series = &data->series[s];
        const struct fit_maturity_points points = {series->days, series->values, series->count};
        fit_maturity_curve_make(&curves[s], &points, question->held);
        fitted += curves[s].verdict == FIT_MATURITY_FITTED;
    }
    for (int32_t s = 0; s < data->count; s++) {
        const struct fit_maturity_series *series = &data->series[s];
        char doubt[400];
        if (fit_maturity_doubt(doubt, series, &curves[s]))
            error_add(errors, fitted ? ERROR_WARNING : ERROR_INPUT, options->file, series->rows[0].line, NULL,
                      "series %s: %s%s", series->name, doubt,
                      fitted && curves[s].verdict != FIT_MATURITY_FITTED ? "; left out" : "");
    }
    return fitted;
}

static void answer(const struct options *options, const struct question *question,
                   const struct fit_maturity_data *data, struct error_list *errors)
{
    struct folder folder;
    if (!folder_open(&folder, options->folder, options->force, errors))
        return;
    double before = progress_now();
    struct fit_maturity_curve *curves = memory_alloc((size_t)data->count, sizeof *curves);
    if (curves_make(curves, options, question, data, errors)) {
        struct records_run run = {.seconds = progress_now() - before, .threads = 1, .replications = 1};
        files_write(question, data, curves, &folder, errors);
        manifest_write(question, data, &folder, errors);
        records_run_info(&run, &folder, errors);
        if (!error_any(errors) && !options->quiet) {
            printf("%s: %lld rows, %d series\n", options->file, (long long)data->rows, (int)data->count);
            for (int32_t s = 0; s < data->count; s++)
                if (curves[s].verdict == FIT_MATURITY_FITTED)
                    fit_maturity_print(&data->series[s], &curves[s]);
            printf("\nResults: %s/fit.csv, curve.csv, catalogue.cfg\n", options->folder);
        }
        if (!error_any(errors))
            folder_commit(&folder, errors);
    }
    folder_discard(&folder);
    free(curves);
}

int fit_maturity(int argc, char **argv)
{
    struct options options = {.folder = "out/fit"};
    const struct argp argp = {option_table, parse, "FILE", about, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    struct error_list errors = {0};
    struct question question = {0};
    struct fit_maturity_data data = {0};
    question_read(&options, &question, &errors);
    if (!error_any(&errors) && fit_maturity_data_read(&data, options.file, !options.absolute, &errors))
        answer(&options, &question, &data, &errors);
    fit_maturity_data_free(&data);
    text_free(&question.command);
    return command_fail(&errors);
}
