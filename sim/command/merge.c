/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * merge: `tenk merge`: the shares of a study, computed by several calls of tenk, become its results.
 *
 * A journal knows the arguments it was begun with. So the command runs once more, with --from for each share:
 * every unit is known, nothing is computed, and the files are those of one undivided run, whatever the
 * command is.
 */
#include "base/memory.h"
#include "command/command.h"
#include "command/study_options.h"
#include "study/journal.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct options {
    const char *folder;
    bool force, quiet;
    glob_t journals;
    struct error_list errors;
};

static const char about[] =
    "Puts the shares of a study together that were computed with --shard, here or on several machines.\v"
    "DIR is the folder that was given to the shares: theirs are DIR.1-of-N.journal to DIR.N-of-N.journal, "
    "each with "
    "a file .rows beside it; or name the journals themselves. The results go to the same folder, or to -o, "
    "and are "
    "the same bytes as those of one run that was not shared. The journals stay: remove them when you have "
    "looked "
    "at the results.\n\n"
    "The scenario is read again, so it and its catalogues must be what they were.\n\n"
    "Examples:\n"
    "  for i in 1 2 3; do tenk run scenarios/wuxi-10k.cfg --shard $i/3 -o out/wuxi & done; wait\n"
    "  tenk merge out/wuxi\n"
    "  tenk merge a/wuxi.*.journal b/wuxi.*.journal -o out/wuxi\n\n"
    "Exit status: 0 done, 1 the results could not be written, 2 a share is missing, unfinished, or of "
    "another "
    "study.";

enum { OPTION_FORCE = 256 };

static const struct argp_option option_table[] = {
    {"output", 'o', "DIR", 0, "folder for the results (default: the one of the shares)", 0},
    {"force", OPTION_FORCE, 0, 0, "replace results that are in that folder", 0},
    {"quiet", 'q', 0, 0, "no table", 0},
    {0},
};

/* A text with a backslash before what glob would read as a pattern. */
static void put_literally(struct text *text, const char *path)
{
    for (; *path; path++) {
        if (strchr("*?[\\", *path))
            text_char(text, '\\');
        text_char(text, *path);
    }
}

/* Adds a journal by its path, or the journals beside a result folder. */
static void add(struct options *options, const char *path)
{
    struct stat status;
    struct text pattern = {0};
    size_t length = strlen(path);
    int more = options->journals.gl_pathc ? GLOB_APPEND : 0;
    char *copy = memory_text(path);
    while (length > 1 && copy[length - 1] == '/')
        copy[--length] = 0;
    put_literally(&pattern, copy);
    if (stat(copy, &status) || S_ISDIR(status.st_mode))
        text_put(&pattern, ".*-of-*.journal");
    if (glob(text_string(&pattern), more, NULL, &options->journals))
        error_input(&options->errors, "%s: there is no journal of a share, such as %s.1-of-8.journal", path,
                    copy);
    text_free(&pattern);
    free(copy);
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
    case 'q':
        options->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        add(options, text);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which study? give the folder of its shares, or their journals");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct command *command_named(const char *name)
{
    for (int i = 0; command_at(i); i++)
        if (!strcmp(command_at(i)->name, name))
            return command_at(i);
    return NULL;
}

/* The arguments of the command that puts the results together. */
struct call {
    char **argv;
    int argc;
};

static void add_argument(struct call *call, const char *text)
{
    call->argv = memory_grow(call->argv, (size_t)call->argc + 2, sizeof *call->argv);
    call->argv[call->argc++] = memory_text(text);
    call->argv[call->argc] = NULL;
}

static void free_call(struct call *call)
{
    for (int i = 0; i < call->argc; i++)
        free(call->argv[i]);
    free(call->argv);
}

/* argp moves the texts about, so the list that owns them is another one. */
static int run_call(const struct command *command, const struct call *call)
{
    char **argv = memory_alloc((size_t)call->argc + 1, sizeof *argv);
    memcpy(argv, call->argv, (size_t)call->argc * sizeof *argv);
    int status = command->run(call->argc, argv);
    free(argv);
    return status;
}

/* The command with the arguments of the first share, and then ours, which take the place of theirs. */
static int merge(const struct options *options, const struct command *command, const char *arguments)
{
    struct call call = {0};
    int count;
    char **recorded = study_options_recorded(arguments, &count);
    char name[64];
    snprintf(name, sizeof name, "tenk %s", command->name);
    add_argument(&call, name);
    for (int i = 0; i < count; i++) {
        add_argument(&call, recorded[i]);
        free(recorded[i]);
    }
    free(recorded);
    for (size_t i = 0; i < options->journals.gl_pathc; i++) {
        add_argument(&call, "--from");
        add_argument(&call, options->journals.gl_pathv[i]);
    }
    if (options->folder) {
        add_argument(&call, "-o");
        add_argument(&call, options->folder);
    }
    if (options->force)
        add_argument(&call, "--force");
    if (options->quiet)
        add_argument(&call, "--quiet");
    int status = run_call(command, &call);
    free_call(&call);
    return status;
}

int command_merge(int argc, char **argv)
{
    struct options options = {0};
    struct journal_about first = {0};
    const struct argp argp = {option_table, parse, "DIR|JOURNAL...", about, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    int status = 0;
    if (!error_any(&options.errors) && journal_about(options.journals.gl_pathv[0], &first, &options.errors)) {
        const struct command *command = command_named(first.command);
        if (command)
            status = merge(&options, command, first.arguments);
        else
            error_input(&options.errors, "%s: is of a command that there is not: %s",
                        options.journals.gl_pathv[0], first.command);
    }
    free(first.command);
    free(first.arguments);
    globfree(&options.journals);
    int failed = command_fail(&options.errors);
    return failed ? failed : status;
}
