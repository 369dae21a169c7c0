/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * checkpoint: what a stretch of running costs and what of it survives a failure.
 *
 * From a start on, a job spends `restart` bringing itself up (only when it restarts), then repeats:
 * `interval` of computing, `cost` of writing a checkpoint (computing stands still). After the last
 * piece of work no checkpoint is written: the result is. A failure loses the computing since the
 * last finished checkpoint. No event is needed per checkpoint: all follows from the elapsed time, in
 * whole microseconds, so that the account adds up exactly.
 *
 * Intervals, for a checkpoint cost C and a mean time between failures M of the job's own cards:
 *   Young  sqrt(2 C M)                                            (Young, CACM 17(9), 1974)
 *   Daly   sqrt(2 C M) (1 + sqrt(C / 2M) / 3 + (C / 2M) / 9) - C  for C < 2M, else M
 *                                                                 (Daly, FGCS 22(3), 2006, eq. 37)
 */
#ifndef TENK_RELIABILITY_CHECKPOINT_H
#define TENK_RELIABILITY_CHECKPOINT_H

#include <stdint.h>

enum checkpoint_rule { CHECKPOINT_FIXED, CHECKPOINT_YOUNG, CHECKPOINT_DALY };

struct checkpoint_costs {
    int64_t restart;  /* us before computing begins, in this stretch */
    int64_t interval; /* us of computing between checkpoints; 0: none are taken */
    int64_t cost;     /* us to write one */
};

/* How the elapsed time of a stretch was spent; the four add up to it. us each. */
struct checkpoint_account {
    int64_t restart;
    int64_t saved; /* computing that the last finished checkpoint (or the end of the job) keeps */
    int64_t loose; /* computing since then: lost when the stretch ends by a failure */
    int64_t writing;
};

/* Wall time of a stretch that computes `work` without interruption. O(1). */
int64_t checkpoint_length(const struct checkpoint_costs *costs, int64_t work);

/* The account `elapsed` us after the start of a stretch that has `work` to compute. O(1). */
struct checkpoint_account checkpoint_settle(const struct checkpoint_costs *costs, int64_t work,
                                            int64_t elapsed);

/* us of computing between checkpoints; mtbf in us, may be infinite (then 0: no checkpoints). At least 1 s,
 * which is also what free checkpoints (cost 0) come to. */
int64_t checkpoint_interval(enum checkpoint_rule rule, double cost, double mtbf);

#endif
