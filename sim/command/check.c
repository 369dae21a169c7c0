/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check: `tenk check SCENARIO`: every mistake at once, or every resolved setting. */
#include "command/command.h"
#include "command/sets.h"
#include "scenario/scenario.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *scenario;
    struct sets sets;
    bool quiet;
    const char *prefix;
};

static const char about[] =
    "Reads a scenario with everything it includes and tells every mistake in it, each with file, line, "
    "path and remedy. Without mistakes it prints every setting as it holds, with its place: a line of a "
    "file, "
    "--set, or the default.\v"
    "Examples:\n"
    "  tenk check scenarios/wuxi-10k.cfg\n"
    "  tenk check scenarios/wuxi-10k.cfg --only site\n"
    "  tenk check scenarios/wuxi-10k.cfg --set site.wuxi.backfill=none --quiet\n\n"
    "Exit status: 0 no mistakes, 2 mistakes.";

enum { OPTION_SET = 256, OPTION_ONLY };

static const struct argp_option option_table[] = {
    {"set", OPTION_SET, "PATH=VALUE", 0, "change a setting before checking; may be repeated", 0},
    {"only", OPTION_ONLY, "PATH", 0, "print only settings below this path, e.g. site or chips.h20", 0},
    {"quiet", 'q', 0, 0, "print no settings", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case OPTION_SET:
        sets_add(&options->sets, text);
        return 0;
    case OPTION_ONLY:
        options->prefix = text;
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

struct printer {
    const struct scenario *scenario;
    const char *prefix;
    int printed;
};

static void print_setting(void *context, const char *path, const struct schema_field *field,
                          const char *value)
{
    struct printer *printer = context;
    size_t length = printer->prefix ? strlen(printer->prefix) : 0;
    if (length && (strncmp(path, printer->prefix, length) || (path[length] && path[length] != '.')))
        return;
    printer->printed++;
    const char *place = "default";
    char where[320];
    bool given = config_lookup(&printer->scenario->source.config, path) != NULL;
    if (given) {
        char file[SOURCE_NAME];
        int line;
        source_locate(&printer->scenario->source, path, file, &line);
        if (line)
            snprintf(where, sizeof where, "%s:%d", file, line);
        else
            snprintf(where, sizeof where, "%s", file);
        place = where;
    }
    bool text = field->kind == SCHEMA_TEXT || field->kind == SCHEMA_CHOICE || field->kind == SCHEMA_DATE ||
                field->kind == SCHEMA_DURATION;
    printf("%s = %s", path, text ? "\"" : "");
    for (const char *c = value; *c; c++) /* as it would stand in a scenario */
        printf(text && (*c == '"' || *c == '\\') ? "\\%c" : "%c", *c);
    printf("%s;  # %s\n", text ? "\"" : "", place);
}

int command_check(int argc, char **argv)
{
    struct options options = {0};
    const struct argp argp = {option_table, parse, "SCENARIO", about, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    struct error_list errors = {0};
    struct scenario scenario = {0};
    bool sound = scenario_read(&scenario, options.scenario, (const char *const *)options.sets.texts,
                               options.sets.count, &errors);
    if (sound && !options.quiet) {
        struct printer printer = {.scenario = &scenario, .prefix = options.prefix};
        schema_visit(&scenario_schema, &scenario, print_setting, &printer);
        if (!printer.printed)
            error_input(&errors,
                        "--only %s: there is no setting of that path; without --only all are printed",
                        options.prefix);
    }
    if (!error_any(&errors))
        fprintf(stderr, "%s: no mistakes; settings hash %016llx\n", options.scenario,
                (unsigned long long)scenario_hash(&scenario));
    else if (!sound)
        fprintf(stderr, "%d mistake%s:\n", errors.inputs, errors.inputs == 1 ? "" : "s");
    scenario_free(&scenario);
    sets_free(&options.sets);
    return command_fail(&errors);
}
