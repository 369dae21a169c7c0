/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay_setup: from the words of the command line to a machine and a scheduler.
 *
 * The machine comes from --cards or --nodes x --cards-per-node, else from the trace's header. Whatever
 * contradicts itself or cannot work is an input error with its remedy; whatever works but not as a user may
 * believe (EASY without requested times) is a warning.
 */
#ifndef TENK_COMMAND_REPLAY_SETUP_H
#define TENK_COMMAND_REPLAY_SETUP_H

#include "base/error.h"
#include "scheduler/order_plugin.h"
#include "world/plan.h"

struct replay_words {
    const char *cards, *nodes, *cards_per_node; /* NULL when not given */
    const char *domain, *leaf, *pod;            /* likewise */
    const char *order, *backfill, *reservations, *candidates, *examine, *preempt, *slice, *half_life, *plan,
        *pass, *place;
};

/* Index of a word among names (NULL beyond the last), 0 with an error added when it is none of them. */
int replay_setup_pick(const char *option, const char *word, const char *(*name)(int),
                      struct error_list *errors);

/* Policies alone; can be judged before the trace is read. Those from outside are loaded into plugins. */
void replay_setup_policies(const struct replay_words *words, struct order_plugins *plugins,
                           struct plan_replay *replay, struct error_list *errors);

/* The machine; the trace may tell its size. */
void replay_setup_machine(const struct replay_words *words, const struct trace *trace,
                          struct plan_replay *replay, struct error_list *errors);

/* Adds warnings about what the trace lacks for these policies. */
void replay_setup_warn(const char *file, const struct trace *trace, const struct plan_replay *replay,
                       struct error_list *errors);

#endif
