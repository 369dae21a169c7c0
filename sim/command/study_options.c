/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/study_options.h"

#include "base/memory.h"
#include "base/number.h"
#include "command/command.h"

#include <stdlib.h>
#include <string.h>

enum { OPTION_FORCE = 0x1000, OPTION_RESUME, OPTION_SHARD, OPTION_FROM, SHARDS_MOST = 1000000 };

static const struct argp_option option_table[] = {
    {"output", 'o', "DIR", 0, "folder for the results (default out/NAME of the scenario)", 0},
    {"force", OPTION_FORCE, 0, 0,
     "replace results that are in that folder, and the journal of a study that was interrupted", 0},
    {"resume", OPTION_RESUME, 0, 0,
     "go on with a study that was interrupted: DIR.journal keeps every finished future", 0},
    {"shard", OPTION_SHARD, "I/N", 0,
     "compute the I-th of N shares only, into DIR.I-of-N.journal; tenk merge puts them together", 0},
    {"threads", 'j', "N", 0, "threads (default: all processors); the results do not depend on it", 0},
    {"quiet", 'q', 0, 0, "no progress and no table", 0},
    {"from", OPTION_FROM, "JOURNAL", OPTION_HIDDEN, "", 0},
    {0},
};

/* "3/8": the third of eight. */
static void parse_shard(struct study_options *options, const char *text)
{
    char first[16] = "";
    const char *slash = strchr(text, '/');
    int64_t shard, shards;
    if (slash && (size_t)(slash - text) < sizeof first) {
        memcpy(first, text, (size_t)(slash - text));
        if (number_parse_int(first, &shard) && number_parse_int(slash + 1, &shards) && shard >= 1 &&
            shard <= shards && shards <= SHARDS_MOST) {
            options->shard = (int)shard - 1;
            options->shards = (int)shards;
            return;
        }
    }
    error_input(options->errors, "--shard %s: must be I/N, the I-th of N shares, such as 3/8", text);
}

/* From here on the arguments are those of `tenk merge`: how the shares were computed does not matter. */
static void add_source(struct study_options *options, const char *path)
{
    if (!options->source_count)
        options->force = options->resume = options->quiet = false;
    options->shard = options->shards = 0;
    options->sources =
        memory_grow(options->sources, (size_t)options->source_count + 1, sizeof *options->sources);
    options->sources[options->source_count++] = path;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct study_options *options = state->input;
    switch (key) {
    case 'o':
        options->folder = text;
        return 0;
    case 'j':
        options->threads = (int)command_number(options->errors, "-j", text, 1, 1024);
        return 0;
    case 'q':
        options->quiet = true;
        return 0;
    case OPTION_FORCE:
        options->force = true;
        return 0;
    case OPTION_RESUME:
        options->resume = true;
        return 0;
    case OPTION_SHARD:
        parse_shard(options, text);
        return 0;
    case OPTION_FROM:
        add_source(options, text);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp study_options_argp = {option_table, parse, NULL, NULL, NULL, NULL, NULL};
const struct argp_child study_options_children[] = {{&study_options_argp, 0, NULL, 0}, {0}};

static void show_progress(void *context, int64_t done, int64_t wanted)
{
    struct study_options *options = context;
    progress_update(&options->progress, done, wanted);
}

char *study_options_folder(const char *scenario)
{
    const char *slash = strrchr(scenario, '/');
    const char *name = slash ? slash + 1 : scenario;
    size_t length = strlen(name);
    if (length > 4 && !strcmp(name + length - 4, ".cfg"))
        length -= 4;
    struct text text = {0};
    text_put(&text, "out/");
    text_append(&text, name, length);
    return text.bytes;
}

/* The path without slashes at its end, as output/folder has it. */
static void put_folder(struct text *text, const char *folder)
{
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/')
        length--;
    text_append(text, folder, length);
}

void study_options_config(struct study_options *options, const char *command, const char *folder,
                          struct study_config *config)
{
    text_clear(&options->journal);
    put_folder(&options->journal, folder);
    if (options->shards)
        text_format(&options->journal, ".%d-of-%d", options->shard + 1, options->shards);
    text_put(&options->journal, ".journal");
    study_options_record(options->argc, options->argv, &options->arguments);
    bool merges = options->source_count > 0;
    *config = (struct study_config){
        .command = command,
        .threads = options->threads,
        .journal = merges ? NULL : text_string(&options->journal),
        .resume = options->resume,
        .fresh = options->force && !options->resume,
        .shard = options->shard,
        .shards = options->shards,
        .stop = command_catch_interrupts(),
        .progress = show_progress,
        .context = options,
        .arguments = text_string(&options->arguments),
        .sources = options->sources,
        .source_count = options->source_count,
        .compute_none = merges,
    };
    progress_start(&options->progress, "futures", !options->quiet);
}

bool study_options_is_share(const struct study_options *options)
{
    return options->shards > 0;
}

static void tell_interrupted(const struct study_options *options, const struct study_facts *facts)
{
    fprintf(stderr, "tenk: interrupted after %lld of %lld futures; ", (long long)facts->known,
            (long long)facts->wanted);
    if (facts->known)
        fprintf(stderr, "%s keeps them, and the same command with --resume goes on\n",
                text_string(&options->journal));
    else
        fputs("nothing was written\n", stderr);
}

static void add_problem(struct study_options *options, const struct study *study,
                        const struct study_facts *facts)
{
    switch (study_state(study)) {
    case STUDY_SYSTEM:
        if (facts->known && !options->source_count)
            error_system(options->errors, NULL, 0,
                         "%s (%lld of %lld futures are kept there; the same command with --resume goes on)",
                         study_problem(study), (long long)facts->known, (long long)facts->wanted);
        else
            error_system(options->errors, NULL, 0, "%s", study_problem(study));
        return;
    case STUDY_POLICY:
        command_blame_policy(options->errors, study_problem(study));
        return;
    case STUDY_BUG:
        error_system(options->errors, NULL, 0,
                     "a built-in check failed, which is a bug of tenk; nothing was written: %s",
                     study_problem(study));
        return;
    default:
        error_input(options->errors, "%s", study_problem(study));
    }
}

bool study_options_whole(struct study_options *options, const struct study *study, int *status)
{
    struct study_facts facts = study_facts(study);
    progress_end(&options->progress);
    if (study_state(study) == STUDY_STOPPED) {
        tell_interrupted(options, &facts);
        *status = COMMAND_INTERRUPTED;
    } else if (study_state(study) != STUDY_FINE) {
        add_problem(options, study, &facts);
    } else if (study_options_is_share(options)) {
        if (!options->quiet)
            printf("share %d of %d: %lld of %lld futures are in %s; when all shares are there: tenk merge\n",
                   options->shard + 1, options->shards, (long long)facts.known, (long long)facts.wanted,
                   text_string(&options->journal));
    } else if (facts.known < facts.wanted) {
        error_input(options->errors,
                    "%lld of %lld futures are in none of the journals: a share is missing or was interrupted "
                    "(the command of the share with --resume ends it)",
                    (long long)(facts.wanted - facts.known), (long long)facts.wanted);
    } else {
        return true;
    }
    return false;
}

void study_options_free(struct study_options *options)
{
    text_free(&options->journal);
    text_free(&options->arguments);
    free(options->sources);
}

void study_options_record(int argc, char **argv, struct text *text)
{
    text_clear(text);
    for (int i = 1; i < argc; i++) {
        if (i > 1)
            text_char(text, ' ');
        if (!argv[i][0])
            text_put(text, "%-"); /* an empty one */
        for (const unsigned char *c = (const unsigned char *)argv[i]; *c; c++) {
            if (*c > ' ' && *c < 0x7f && *c != '%')
                text_char(text, (char)*c);
            else
                text_format(text, "%%%02x", *c);
        }
    }
}

/* One argument back; the end of the line is a blank or a zero. */
static char *decode(const char **at)
{
    struct text text = {0};
    for (; **at && **at != ' '; (*at)++) {
        if (**at != '%') {
            text_char(&text, **at);
        } else if ((*at)[1] == '-') {
            (*at)++;
        } else if ((*at)[1] && (*at)[2]) {
            char digits[3] = {(*at)[1], (*at)[2], 0};
            text_char(&text, (char)strtoul(digits, NULL, 16));
            *at += 2;
        }
    }
    char *argument = memory_text(text_string(&text));
    text_free(&text);
    return argument;
}

char **study_options_recorded(const char *line, int *count)
{
    char **argv = NULL;
    *count = 0;
    while (*line) {
        argv = memory_grow(argv, (size_t)*count + 1, sizeof *argv);
        argv[(*count)++] = decode(&line);
        line += *line == ' ';
    }
    return argv;
}
