/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command: what `tenk NAME` does.
 *
 * A command takes its arguments (argv[0] is "tenk NAME"), prints what it has to say and returns the exit
 * status: 0 done, 1 the machine failed (disk, rights), 2 the input is at fault and nothing was written, 3
 * interrupted and nothing was written. One file a command, one line in the registry.
 */
#ifndef TENK_COMMAND_COMMAND_H
#define TENK_COMMAND_COMMAND_H

#include "base/error.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COMMAND_INTERRUPTED = 3 };

struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
};

/* NULL beyond the last. */
const struct command *command_at(int index);

int command_run(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_sweep(int argc, char **argv);
int command_sensitivity(int argc, char **argv);
int command_size(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_check(int argc, char **argv);
int command_fit(int argc, char **argv);
int command_list(int argc, char **argv);

/* Prints the errors, frees the list, returns the exit status that they call for. */
int command_fail(struct error_list *errors);

/* A whole number in [low, high] from an option; an error is added otherwise. */
int64_t command_number(struct error_list *errors, const char *option, const char *text, int64_t low,
                       int64_t high);

/* An option that only keeps its text: where it goes in the command's options, and its name where it is
 * recorded. */
struct command_text {
    int key;
    size_t offset; /* of a const char * */
    const char *name;
};

/* Keeps the text of an option of the table; false when it has no such key. */
bool command_keep_text(const struct command_text *table, int count, void *options, int key, const char *text);

/* The text kept for an option. */
const char *command_kept_text(const struct command_text *option, const void *options);

/* Adds the input error that a policy from outside misbehaved, as the world puts it. */
void command_blame_policy(struct error_list *errors, const char *problem);

/* From here on Ctrl-C and SIGTERM set this instead of ending the program; a second one ends it. */
const volatile sig_atomic_t *command_catch_interrupts(void);

#endif
