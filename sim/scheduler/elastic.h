/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * elastic: jobs that run on fewer or more cards than they ask for.
 *
 * An elastic job waits for its least number of cards. While cards are idle after a pass it grows, up to its
 * most; as soon as a waiting job could start on the cards that elastic jobs hold above their least, they
 * shrink, those furthest above what they asked for first, by as much as is needed. Shrinking takes no time,
 * so growing delays nobody; each change costs the job a restart (the world's), so growth waits `resize_every`
 * after a start or a change. Rates follow the scaling curve that the scheduler is given; the planned length
 * that is left is scaled with it. Source: Optimus (Peng et al., EuroSys'18), Pollux (Qiao et al., OSDI'21) on
 * why; the rule here is the simple grow-when-idle of Torque's and Slurm's malleable jobs (D'Amico et al.,
 * ICPP'18).
 *
 * By node, growth takes the policy's choice among free nodes and shrinking gives the last parts back.
 * Complexity: O(elastic jobs) a pass, O(e log e + nodes) when they shrink. Units: us, cards.
 */
#ifndef TENK_SCHEDULER_ELASTIC_H
#define TENK_SCHEDULER_ELASTIC_H

#include "scheduler/scheduler.h"

static inline bool elastic_is(const struct job *job)
{
    return job->detail && job->detail->least < job->detail->most;
}

/* A running job joins or leaves the list of elastic ones. */
void elastic_join(struct scheduler *scheduler, int32_t job);
void elastic_leave(struct scheduler *scheduler, int32_t job);

/* us of its plan that a running job has left, on the least cards it can have. */
int64_t elastic_plan_left(const struct scheduler *scheduler, const struct job *job, int64_t now);

/* Shrinks elastic jobs until a gang of `cards` fits; false, and nothing done, when that cannot be. */
bool elastic_make_room(struct scheduler *scheduler, int64_t cards, int64_t now);

/* Cards that all elastic jobs would give back if they shrank to their least. */
int64_t elastic_spare(const struct scheduler *scheduler);

/* The largest gang that would fit if they did. */
int64_t elastic_largest(struct scheduler *scheduler);

/* Gives idle cards to elastic jobs. */
void elastic_grow(struct scheduler *scheduler, int64_t now);

/* Drops the changes of this pass that left a job, started at this instant, with the cards that it had. */
void elastic_drop_unchanged(struct scheduler *scheduler, int64_t now);

/* When the next job may grow; CLOCK_NEVER when none could. */
int64_t elastic_wake(const struct scheduler *scheduler, int64_t now);

#endif
