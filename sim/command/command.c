/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/command.h"

#include "base/number.h"

#include <string.h>

static const struct command commands[] = {
    {"run", "simulate a scenario's futures and write tables and CSV files", command_run},
    {"compare", "which variant is better, by how much, and how sure that is", command_compare},
    {"sweep", "simulate a scenario at many values of several settings", command_sweep},
    {"sensitivity", "which setting a result depends on most", command_sensitivity},
    {"size", "the smallest value of a setting that meets a target", command_size},
    {"merge", "put the shares of a study together, computed by several machines", command_merge},
    {"replay", "schedule the jobs of a recorded trace on a machine", command_replay},
    {"check", "read a scenario, tell every mistake, print every resolved setting", command_check},
    {"fit", "fit failures or a workload to recorded data, as a catalogue entry", command_fit},
    {"list", "list chips, policies, metrics, workloads and trace formats", command_list},
};

const struct command *command_at(int index)
{
    return index >= 0 && index < (int)(sizeof commands / sizeof *commands) ? &commands[index] : NULL;
}

int command_fail(struct error_list *errors)
{
    error_print(errors, 0, stderr);
    int status = error_exit_status(errors);
    error_list_free(errors);
    return status;
}

int64_t command_number(struct error_list *errors, const char *option, const char *text, int64_t low,
                       int64_t high)
{
    int64_t value;
    if (number_parse_int(text, &value) && value >= low && value <= high)
        return value;
    error_input(errors, "%s %s: must be a whole number from %lld to %lld", option, text, (long long)low,
                (long long)high);
    return low;
}

void command_blame_policy(struct error_list *errors, const char *problem)
{
    error_input(errors,
                "a policy from outside misbehaved, which is no bug of tenk (docs/plugins.md says what is "
                "allowed); nothing was written: %s",
                problem);
}

static volatile sig_atomic_t interrupted;

static void note_interrupt(int number)
{
    interrupted = 1;
    signal(number, SIG_DFL); /* whoever asks twice means it */
}

const volatile sig_atomic_t *command_catch_interrupts(void)
{
    signal(SIGINT, note_interrupt);
    signal(SIGTERM, note_interrupt);
    return &interrupted;
}

bool command_keep_text(const struct command_text *table, int count, void *options, int key, const char *text)
{
    for (int i = 0; i < count; i++)
        if (table[i].key == key) {
            memcpy((char *)options + table[i].offset, &text, sizeof text);
            return true;
        }
    return false;
}

const char *command_kept_text(const struct command_text *option, const void *options)
{
    const char *text;
    memcpy(&text, (const char *)options + option->offset, sizeof text);
    return text;
}
