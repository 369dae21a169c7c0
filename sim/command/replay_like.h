/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay_like: other simulators by name, as bundles of options.
 *
 * A published score is repeated only when a dozen choices agree, most of them about reading the log. A name
 * stands for all of them; options given beside it go before it, so a bundle is also a place to start from.
 */
#ifndef TENK_COMMAND_REPLAY_LIKE_H
#define TENK_COMMAND_REPLAY_LIKE_H

#include "command/replay_setup.h"

/* Fills what is NULL in words and trace, from the simulator called `name` (NULL: tenk itself). */
void replay_like_apply(const char *name, struct replay_words *words, struct trace_options *trace,
                       struct error_list *errors);

/* Names, and one line each; NULL beyond the last. */
const char *replay_like_name(int index);
const char *replay_like_summary(int index);

#endif
