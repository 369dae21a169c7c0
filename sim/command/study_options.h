/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_options: what all commands that compute futures take and say: -o, --force, --resume, --shard, -j, -q.
 *
 * A command has the parser as a child (study_options_child), fills a study_config from it and, when its
 * driver is through or was stopped, asks study_options_whole whether there is anything to write. The journal
 * is FOLDER.journal; of a share FOLDER.I-of-N.journal, which stays for `tenk merge`. The arguments stand in
 * the journal: merge runs the same command on them, with --from for each share.
 * Ownership: study_options_free.
 */
#ifndef TENK_COMMAND_STUDY_OPTIONS_H
#define TENK_COMMAND_STUDY_OPTIONS_H

#include "base/error.h"
#include "base/text.h"
#include "output/progress.h"
#include "study/study.h"

#include <argp.h>

struct study_options {
    /* the command's, before parsing */
    struct error_list *errors;
    int argc; /* of the command; to be recorded */
    char **argv;
    /* what was given */
    const char *folder; /* NULL: none */
    bool force, resume, quiet;
    int threads;
    int shard, shards;    /* shard from 0; 0, 0: all */
    const char **sources; /* --from */
    int source_count;
    /* made of it */
    struct text journal, arguments;
    struct progress progress;
};

extern const struct argp study_options_argp;

/* As children of an argp; in the command's parser at ARGP_KEY_INIT: state->child_inputs[0] = &options->study.
 */
extern const struct argp_child study_options_children[];

/* out/NAME of a scenario's file, where results go without -o; free(). */
char *study_options_folder(const char *scenario);

/* Fills a study_config; the folder is -o or what the command takes without. Starts the line of progress. */
void study_options_config(struct study_options *options, const char *command, const char *folder,
                          struct study_config *config);

/* Nothing is written to the result folder by this call of tenk: it computes a share. */
bool study_options_is_share(const struct study_options *options);

/*
 * Ends the line of progress. True when the study is whole and fine. False: the reason is told or added
 * to the errors, and *status is the exit status where that is not the errors'.
 */
bool study_options_whole(struct study_options *options, const struct study *study, int *status);

void study_options_free(struct study_options *options);

/* Arguments as one line and back; free() the texts and the array. */
void study_options_record(int argc, char **argv, struct text *text);
char **study_options_recorded(const char *line, int *count);

#endif
