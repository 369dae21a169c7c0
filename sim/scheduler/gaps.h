/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gaps: when enough cards are free, by how many are enough.
 *
 * Problem: under conservative backfilling every waiting job asks for an earlier slot at every early end, and
 * most of them ask in vain. A walk through the profile costs as much as the plan has pieces.
 * Choice: for each class of cards that is asked for (the octave of the number of cards), the list of the
 * longest stretches in which at least that many are free, in order of time. A job whose slot begins at s and
 * lasts d can move up exactly when a stretch that begins before s is d long, or reaches s: there the job's
 * own cards take over. So its own reservation need not be taken out of the profile for the question. A class
 * holds for its smallest job; for a larger one a stretch that would do is looked at piece by piece. When a
 * job moves up, its old and new slot overlap nearly always, so little of the profile changes and the lists
 * are repaired there only.
 *
 * Complexity: earlier O(stretches of the class before s), in practice a tenth of the pieces or less; follow
 * O(log stretches + pieces changed) for a class that is touched; a class is built in O(pieces) when it is
 * first asked for. Memory: 16 bytes a stretch, from the arena.
 */
#ifndef TENK_SCHEDULER_GAPS_H
#define TENK_SCHEDULER_GAPS_H

#include "scheduler/pairs.h"
#include "scheduler/profile.h"

#include <stdbool.h>

enum { GAPS_CLASSES = 31 }; /* octaves of an int32 number of cards */

struct gaps {
    struct arena *arena;
    struct gaps_class {
        int64_t cards; /* least number asked for so far; 0: none */
        bool valid;
        struct pairs list; /* (start, end), us; none touches the next; a block's summary is its longest */
    } classes[GAPS_CLASSES];
};

void gaps_init(struct gaps *gaps, struct arena *arena);

/* The profile has become another one: all lists are built anew when they are next asked for. */
void gaps_forget(struct gaps *gaps);

/* profile_change(profile, from, to, delta) has been done: the lists follow. */
void gaps_follow(struct gaps *gaps, const struct profile *profile, int64_t from, int64_t to, int64_t delta);

/* profile_trim(profile, now) has been done. */
void gaps_trim(struct gaps *gaps, int64_t now);

/*
 * The earliest start for a job that needs `cards` for `duration` us (CLOCK_NEVER: for ever) and holds a
 * slot that begins at `slot`, in which the profile counts its cards as taken; `slot` itself when no earlier
 * start is possible. CLOCK_NEVER stands for a job without a slot.
 */
int64_t gaps_earlier(struct gaps *gaps, const struct profile *profile, int64_t cards, int64_t duration,
                     int64_t slot);

#endif
