/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * timeweight: the exact integral over time of a quantity that changes in steps.
 *
 * Busy cards, queued jobs, cards online: integers that hold between events. Their integral in
 * (unit x microseconds) is kept in 128-bit integers, so that an account made of several of them
 * adds up to the microsecond and Little's law holds exactly, not within a tolerance.
 */
#ifndef TENK_STATS_TIMEWEIGHT_H
#define TENK_STATS_TIMEWEIGHT_H

#include "base/number.h"

#include <stdint.h>

struct timeweight {
    int64_t value;
    int64_t since; /* time of the last change */
    int128 integral;
};

static inline void timeweight_settle(struct timeweight *weight, int64_t now)
{
    weight->integral += (int128)weight->value * (now - weight->since);
    weight->since = now;
}

static inline void timeweight_set(struct timeweight *weight, int64_t now, int64_t value)
{
    timeweight_settle(weight, now);
    weight->value = value;
}

static inline void timeweight_add(struct timeweight *weight, int64_t now, int64_t delta)
{
    timeweight_settle(weight, now);
    weight->value += delta;
}

#endif
