/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile: planned free cards over time.
 *
 * Conservative backfilling asks for the earliest time at which so many cards are free for so long, given
 * all running jobs and all promises. The plan is a sequence of pieces (time, free cards), in blocks
 * (pairs.h): a piece holds until the next one begins, the last one for ever. Neighbours with equal values are
 * merged. Who asks often, asks gaps.h. Complexity: earliest O(pieces), change O(log pieces + pieces changed);
 * pieces are at most 2 (running + waiting + set aside) + 1.
 */
#ifndef TENK_SCHEDULER_PROFILE_H
#define TENK_SCHEDULER_PROFILE_H

#include "scheduler/pairs.h"

struct profile {
    struct pairs
        pieces; /* key: us, the first <= now; value: cards, negative where more is planned than there is */
};

void profile_init(struct profile *profile, struct arena *arena);

/* One piece: `cards` free from `now` on. */
void profile_reset(struct profile *profile, int64_t now, int64_t cards);

/* So many more cards are free from `at` on, which must not lie before the last piece's start. O(1). */
void profile_append(struct profile *profile, int64_t at, int64_t cards);

/* Adds delta to the free cards in [from, to); `to` may be CLOCK_NEVER; from before the first piece is cut. */
void profile_change(struct profile *profile, int64_t from, int64_t to, int64_t delta);

/*
 * Earliest time >= from at which `cards` are free for `duration` us (at least 1; CLOCK_NEVER: for ever);
 * CLOCK_NEVER when there is none.
 */
int64_t profile_earliest(const struct profile *profile, int64_t from, int64_t cards, int64_t duration);

/* The least number of free cards in [from, to), which must not end before the first piece. */
int64_t profile_least(const struct profile *profile, int64_t from, int64_t to);

/* Where the first piece begins; nothing is known before. */
static inline int64_t profile_begin(const struct profile *profile)
{
    return profile->pieces.entries[0].first;
}

/* Forgets what lies before now. */
void profile_trim(struct profile *profile, int64_t now);

#endif
