/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_failures: `tenk fit failures FILE`: rates, life and repair time distributions of recorded failures. */
#include "base/memory.h"
#include "base/number.h"
#include "command/command.h"
#include "command/fit.h"
#include "command/fit_answer.h"
#include "command/fit_report.h"

#include <argp.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *file, *folder, *name, *unit, *units_per_node, *resamples, *seed;
    struct lifelog_read_options read;
    bool force, quiet;
    char *columns[FIT_ROLES]; /* heap; what read.columns point to */
};

static const char about[] =
    "Fits how often cards or nodes fail, how long they live and how long repairs take, by maximum "
    "likelihood from data in which most still live (censored).\v"
    "FILE is a CSV table, plain or gzipped, in one of two shapes, told by its header:\n"
    "  lives    a row a unit: start and end (or time), and failed or censored. Words in `failed` are kinds "
    "of failure, each fitted by itself too.\n"
    "  outages  a row an outage: node, start, end; perhaps system, nodes (how many it has), node-begin, "
    "node-end (in and out of service).\n"
    "Without a header, two columns are time and censored. Columns of other names: --column time=days. "
    "Times are dates (2017-04-09 21:36:19, 4/9/2017 21:36) or numbers in --unit.\n\n"
    "The table gives, for each group: failures per 1,000 node-days and the mean time between failures with "
    "exact Poisson intervals; exponential, Weibull and lognormal with 95% intervals (from the observed "
    "information, on the scale of "
    "the logarithm); AIC, * at the least; the distances of Kolmogorov-Smirnov and Cramer-von Mises from the "
    "Kaplan-Meier estimate, with p-values by resampling: small means that the distribution is not the "
    "data's.\n\n"
    "The folder gets fit.csv, km.csv, catalogue.cfg (entries that a scenario includes as members of "
    "`reliability`), manifest.json and run_info.json.\n\n"
    "Examples:\n"
    "  tenk fit failures outages.csv.gz --by system -o out/outages\n"
    "  tenk fit failures cards.csv --units-per-node 8 --name ours\n"
    "  tenk fit failures lives.csv --column time=days --column failed=dead --unit d\n\n"
    "Exit status: 0 done, 1 the results could not be written, 2 a mistake in file or options, 3 "
    "interrupted.";

enum {
    OPTION_FORMAT = 256,
    OPTION_COLUMN,
    OPTION_BY,
    OPTION_UNIT,
    OPTION_SKIP,
    OPTION_UNITS,
    OPTION_RESAMPLES,
    OPTION_NAME,
    OPTION_FORCE
};

static const struct argp_option option_table[] = {
    {0, 0, 0, 0, "The data", 1},
    {"format", OPTION_FORMAT, "NAME", 0, "lives or outages (default: by the header)", 1},
    {"column", OPTION_COLUMN, "ROLE=NAME", 0,
     "which column is start, end, time, failed, censored, node, system, nodes, node-begin or node-end; may "
     "be "
     "repeated",
     1},
    {"by", OPTION_BY, "COLUMN", 0, "a fit for each value of this column", 1},
    {"unit", OPTION_UNIT, "UNIT", 0, "of times that are numbers: s (default), min, h, d", 1},
    {"skip-damaged", OPTION_SKIP, 0, 0, "leave damaged rows out, named and counted, instead of refusing", 1},
    {0, 0, 0, 0, "The fit", 2},
    {"units-per-node", OPTION_UNITS, "N", 0,
     "so many units of the data are a node of the catalogue: 8 for cards (default 1)", 2},
    {"resamples", OPTION_RESAMPLES, "N", 0, "resamples behind each p-value (default 200; 0: no tests)", 2},
    {"seed", 's', "N", 0, "of the resamples (default 1)", 2},
    {0, 0, 0, 0, "Results", 3},
    {"name", OPTION_NAME, "NAME", 0, "of the catalogue's entries (default: from the file's name)", 3},
    {"output", 'o', "DIR", 0, "folder for the results (default out/fit)", 3},
    {"force", OPTION_FORCE, 0, 0, "replace results that are in that folder", 3},
    {"quiet", 'q', 0, 0, "no table", 3},
    {0},
};

static void column_take(struct options *options, const char *text, const struct argp_state *state)
{
    const char *equals = strchr(text, '=');
    char role[32];
    snprintf(role, sizeof role, "%.*s", equals ? (int)(equals - text) : 0, text);
    enum fit_role found = fit_role_find(role);
    if (!equals || !equals[1] || found == FIT_ROLES)
        argp_error(
            state,
            "--column %s: must be ROLE=NAME, the role one of start, end, time, failed, censored, node, "
            "system, nodes, node-begin, node-end",
            text);
    else {
        free(options->columns[found]);
        options->read.columns[found] = options->columns[found] = memory_text(equals + 1);
    }
}

/* Options that only keep their text. */
static const struct command_text text_options[] = {
    {.key = OPTION_FORMAT, .offset = offsetof(struct options, read.format)},
    {.key = OPTION_BY, .offset = offsetof(struct options, read.by)},
    {.key = OPTION_UNIT, .offset = offsetof(struct options, unit)},
    {.key = OPTION_UNITS, .offset = offsetof(struct options, units_per_node)},
    {.key = OPTION_RESAMPLES, .offset = offsetof(struct options, resamples)},
    {.key = 's', .offset = offsetof(struct options, seed)},
    {.key = OPTION_NAME, .offset = offsetof(struct options, name)},
    {.key = 'o', .offset = offsetof(struct options, folder)},
};

enum { TEXT_OPTIONS = sizeof text_options / sizeof *text_options };

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    if (command_keep_text(text_options, TEXT_OPTIONS, options, key, text))
        return 0;
    switch (key) {
    case OPTION_COLUMN:
        column_take(options, text, state);
        return 0;
    case OPTION_SKIP:
        options->read.skip_damaged = true;
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
        argp_error(state, "which file? a CSV table of life times or outages");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void command_compose(const struct options *options, struct fit_question *question)
{
    struct text *text = &question->command;
    const struct lifelog_read_options *read = &options->read;
    text_format(text, "tenk fit failures %s", question->base);
    for (int role = 0; role < FIT_ROLES; role++)
        if (read->columns[role])
            text_format(text, " --column %s=%s", fit_role_name((enum fit_role)role), read->columns[role]);
    if (read->format)
        text_format(text, " --format %s", read->format);
    if (read->by)
        text_format(text, " --by %s", read->by);
    if (options->unit)
        text_format(text, " --unit %s", options->unit);
    if (options->units_per_node)
        text_format(text, " --units-per-node %s", options->units_per_node);
    if (read->skip_damaged)
        text_put(text, " --skip-damaged");
}

static void question_read(struct options *options, struct fit_question *question, struct error_list *errors)
{
    const char *format = options->read.format, *slash = strrchr(options->file, '/');
    question->file = options->file;
    question->folder = options->folder;
    question->force = options->force;
    question->quiet = options->quiet;
    question->base = slash ? slash + 1 : options->file;
    question->choice.resamples =
        options->resamples ? (int32_t)command_number(errors, "--resamples", options->resamples, 0, 100000)
                           : 200;
    question->choice.seed =
        options->seed ? (uint64_t)command_number(errors, "--seed", options->seed, 0, 9000000000000000) : 1;
    question->choice.stop = command_catch_interrupts();
    question->units = 1;
    if (options->units_per_node && (!number_parse_real(options->units_per_node, &question->units) ||
                                    !(question->units > 0) || question->units > 1e6))
        error_input(errors, "--units-per-node %s: must be a number above 0, at most 1000000",
                    options->units_per_node);
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};
    options->read.unit = options->unit ? 0 : 1;
    for (size_t i = 0; options->unit && i < sizeof units / sizeof *units; i++)
        if (!strcmp(options->unit, units[i].name))
            options->read.unit = units[i].seconds;
    if (options->read.unit <= 0)
        error_input(errors, "--unit %s: not one of s, min, h, d", options->unit);
    if (format && strcmp(format, "lives") != 0 && strcmp(format, "outages") != 0)
        error_input(errors, "--format %s: not one of lives, outages", format);
    if (options->name && !fit_report_name_good(options->name))
        error_input(errors, "--name %s: must be a letter, then letters, digits, - and _, 40 in all",
                    options->name);
    if (options->name)
        snprintf(question->name, sizeof question->name, "%s", options->name);
    else
        fit_report_name(question->name, options->file);
    command_compose(options, question);
    question->read = options->read;
}

int fit_failures(int argc, char **argv)
{
    struct options options = {.folder = "out/fit"};
    const struct argp argp = {option_table, parse, "FILE", about, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    struct error_list errors = {0};
    struct fit_question question = {0};
    struct lifelog_data data = {0};
    int status = 0;
    question_read(&options, &question, &errors);
    if (!error_any(&errors) && lifelog_read(options.file, &options.read, &data, &errors))
        status = fit_answer(&question, &data, &errors);
    lifelog_data_free(&data);
    text_free(&question.command);
    for (int role = 0; role < FIT_ROLES; role++)
        free(options.columns[role]);
    int failed = command_fail(&errors);
    return failed ? failed : status;
}
