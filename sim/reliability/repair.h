/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * repair: what becomes of a server after a failure, and which servers fail too often.
 *
 *   failure -- detect -- diagnose -+- right --- automatic -+- done
 *                                  |                       +- escalated -- manual -- done
 *                                  +- wrong: another server goes through the same; the failed one stays as it
 * is
 *
 * Detection takes a fixed time, or the time-out of the job where the failure shows only as a hang. Diagnosis
 * and both repairs take times by distribution. The automatic repair comes always first and escalates with a
 * chance; the manual one then comes after it. Whichever was last succeeds with its own chance: a server that
 * was bad is good after a repair that succeeded, and a bad one still after one that did not. (The stages,
 * their chances and the two kinds of servers are those of AIReSim, arXiv:2603.07041.) What the outcome means
 * for pools, standbys and rates is for the caller.
 *
 * One draw takes seven uniforms always, in the order of the fields: no chance or time shifts another, and two
 * variants of a scenario keep in step. O(1), pure but for the stream.
 *
 * The offenders remember the last failures of each server in a ring of their own: a server that fails
 * `limit` times within `window` is to be retired (a lemon, arXiv:2410.21680). O(1) a failure, limit - 1
 * times a server in one array, none when there is no limit; the memory is the arena's.
 *
 * Times in us.
 */
#ifndef TENK_RELIABILITY_REPAIR_H
#define TENK_RELIABILITY_REPAIR_H

#include "base/memory.h"
#include "engine/random.h"

#include <stdbool.h>
#include <stdint.h>

enum repair_spread { REPAIR_FIXED, REPAIR_EXPONENTIAL, REPAIR_LOGNORMAL };

/* How long a stage takes. All 0: no time. */
struct repair_time {
    enum repair_spread spread;
    double scale; /* us: the fixed time, the exponential's mean, the lognormal's median */
    double sigma; /* of the logarithm; lognormal only */
};

struct repair_time repair_by_mean(enum repair_spread spread, double mean, double sigma);

struct repair_time repair_by_median(enum repair_spread spread, double median, double sigma);

double repair_mean(const struct repair_time *time);

/* Chances are from 0 to 1. */
struct repair_model {
    int64_t detect;     /* us until a failure is noticed */
    int64_t hang;       /* us instead when the job only hangs: its time-out */
    double hang_chance; /* that a failure shows only so */
    struct repair_time diagnose;
    double wrong_chance; /* that the diagnosis names another server */
    struct repair_time automatic;
    double escalate_chance;
    struct repair_time manual;
    double automatic_success, manual_success;
};

struct repair_draw {
    int64_t detect, diagnose;  /* us, before the server leaves the job */
    int64_t automatic, manual; /* us, after that; manual 0 unless escalated */
    bool hung;
    bool escalated;
    bool repaired;     /* the last repair succeeded, on the server that failed: false when misdiagnosed */
    bool misdiagnosed; /* another server was taken for the one that failed */
};

struct repair_draw repair_draw(const struct repair_model *model, struct random_stream *stream);

/* us that a server is away: both repairs. */
int64_t repair_away(const struct repair_draw *draw);

struct repair_offenders {
    int64_t *times; /* per server keep slots: time of a failure + 1; 0: none yet */
    uint8_t *next;  /* per server: the slot of the oldest */
    int32_t keep;   /* limit - 1; -1: no limit */
    int64_t window;
};

/* limit 0: nobody is retired; at most 256. */
struct repair_offenders repair_offenders_init(struct arena *arena, int32_t servers, int32_t limit,
                                              int64_t window);

/* Notes a failure at `now`, from 0, not before the server's last; true: the `limit`-th within the window,
 * both ends counted. */
bool repair_offenders_note(struct repair_offenders *offenders, int32_t server, int64_t now);

/* Another server stands in that place now: nothing is held against it. O(limit). */
void repair_offenders_forget(struct repair_offenders *offenders, int32_t server);

#endif
