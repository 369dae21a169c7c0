/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * planner: passes with more than one reservation, or with cards set aside in advance.
 *
 * Problem: EASY protects one job, and one number and one time (reservation.h) say all about it. With k
 * protected jobs, or windows of cards set aside, what is free depends on when. Choice: at each pass that
 * could start something a profile of planned free cards is made anew from the running jobs and the windows.
 * The queue is read in order: a job whose earliest slot is now starts; the first k that must wait get their
 * earliest slots, in order, reserved in the profile; then candidates start whose whole planned time fits into
 * what is left. Reservations are made anew at each pass, so they may move up and, but for the head's, back;
 * conservative backfilling (promises.h) is the one that never moves anybody back. k = 1 without windows
 * starts the same jobs as reservation.h does, which is tested. By node the head's reservation is the one of
 * reservation.h, which knows nodes; the others count cards. Source: Maui's ReservationDepth, Jackson, Snell &
 * Clement, "Core algorithms of the Maui scheduler", JSSPP'01.
 *
 * Complexity: O(running + k pieces + candidates tried x pieces) a pass that could start something.
 */
#ifndef TENK_SCHEDULER_PLANNER_H
#define TENK_SCHEDULER_PLANNER_H

#include "scheduler/scheduler.h"

/* Starts what may start at `now`. */
void planner_pass(struct scheduler *scheduler, int64_t now);

/* When a job that starts at `start` ends by plan; a length of 0 counts as 1 us. */
int64_t planner_end(int64_t start, int64_t planned);

/*
 * The view from which a job that starts now and is planned for so long may be placed: all free cards, or
 * without the nodes of windows that it would run into. Valid until the next call.
 */
const struct nodes *planner_view(struct scheduler *scheduler, int64_t now, int64_t planned);

#endif
