/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay_picture: a replay as a picture of letters: which job has which card, and when.
 *
 * Problem: what a policy does is seen at a glance in a Gantt chart and hardly ever in a table; a small
 * example must be drawable without any other program. Choice: a row a card, a column an equal step of time, a
 * letter a job. The step is the shortest of a list of usual ones (1 s, 2 s, ... 15 min, ...) with which
 * everything fits 72 columns. A step shows the job that has the card for most of it, so a job that is shorter
 * than a step shows where nobody else is; `.` is a card that is free for the whole step. By node a job's rows
 * are cards of its real nodes, the lowest ones free there; where placement only counts, the lowest rows that
 * are free.
 *
 * Times count from the first submission. Complexity: O(stretches x cards x columns); traces are small.
 * Ownership: the text is the caller's.
 */
#ifndef TENK_COMMAND_REPLAY_PICTURE_H
#define TENK_COMMAND_REPLAY_PICTURE_H

#include "base/error.h"
#include "base/text.h"
#include "world/world.h"

enum { REPLAY_PICTURE_JOBS = 40, REPLAY_PICTURE_CARDS = 128, REPLAY_PICTURE_COLUMNS = 72 };

/* Adds an input error when the trace or the machine is too large to be drawn. */
void replay_picture_check(const struct trace *trace, const struct plan_replay *replay,
                          struct error_list *errors);

/* Appends the chart and a table of its jobs; the outcomes must have their stretches. */
void replay_picture_draw(const struct trace *trace, const struct plan_replay *replay,
                         const struct world_job_outcome *outcomes, struct text *text);

#endif
