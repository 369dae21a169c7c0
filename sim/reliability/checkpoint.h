/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * checkpoint: what a stretch of running costs and what of it survives a failure.
 *
 * From a start on, a job spends `restart` bringing itself up (only when it restarts), then repeats:
 * `interval` of computing, `cost` of writing a checkpoint (computing stands still). After the last
 * piece of work no checkpoint is written: the result is. A failure loses the computing since the
 * last valid checkpoint. No event is needed per checkpoint: all follows from the elapsed time, in
 * whole microseconds, so that the account adds up exactly.
 *
 * A checkpoint may be written on in the background: it is valid only `flush` after the computing has
 * gone on, and until then a failure loses back to the one before. At most one is on its way, so the
 * interval must not be shorter than checkpoint_least_interval.
 *
 * Two levels: each checkpoint goes to the memory of a neighbour, every deep_every-th one also to disk,
 * for which computing stands still for deep_cost more and which is valid deep_flush after that. A
 * failure that takes a neighbour too loses back to the last one on disk: `shallow` says how much more.
 * The job is told apart by `work` alone, so a stretch that goes on where another was stopped says by
 * `first` how far it is from its next checkpoint, and by `deep_done` how many it is past the last deep one.
 * Fields that are 0 switch all this off.
 *
 * Intervals, for a checkpoint cost C and a mean time between failures M of the job's own cards:
 *   Young    sqrt(2 C M)                                            (Young, CACM 17(9), 1974)
 *   Daly     sqrt(2 C M) (1 + sqrt(C / 2M) / 3 + (C / 2M) / 9) - C  for C < 2M, else M
 *                                                                   (Daly, FGCS 22(3), 2006, eq. 37)
 *   adaptive Daly with M as seen so far, checkpoint_mtbf_seen
 * C is the time for which computing stands still: a flush delays what is valid by the same time at any
 * interval.
 */
#ifndef TENK_RELIABILITY_CHECKPOINT_H
#define TENK_RELIABILITY_CHECKPOINT_H

#include <stdint.h>

enum checkpoint_rule { CHECKPOINT_FIXED, CHECKPOINT_YOUNG, CHECKPOINT_DALY, CHECKPOINT_ADAPTIVE };

struct checkpoint_costs {
    int64_t restart; /* us before computing begins, in this stretch */
    int64_t
        interval;  /* us of computing between checkpoints; 0: none are taken, and what follows is not used */
    int64_t cost;  /* us for which computing stands still for one */
    int64_t first; /* us of computing until the first one of this stretch; 0: `interval` */
    int64_t flush; /* us from then until it is valid, while the job computes */
    int64_t deep_cost;  /* us more of standing still for a deep one */
    int64_t deep_flush; /* us from then until it is valid on disk */
    int32_t deep_every; /* every so many go to disk too; 0 or 1: one level, all are on disk for `cost` and
                           `flush` */
    int32_t deep_done;  /* checkpoints since the last deep one when the stretch begins; below deep_every */
};

/* How the elapsed time of a stretch was spent; the first four add up to it. us each. */
struct checkpoint_account {
    int64_t restart;
    int64_t saved; /* computing that the last valid checkpoint (or the end of the job) keeps */
    int64_t loose; /* computing since then: lost when the stretch ends by a failure */
    int64_t writing;
    int64_t shallow; /* part of `saved` that only memory keeps; 0 with one level and at the end of the job */
};

/* The shortest interval at which each checkpoint is valid, on both levels, before the next of its level is
 * due: the one to use is the longer of the two. At least 1. */
int64_t checkpoint_least_interval(const struct checkpoint_costs *costs);

/* Wall time of a stretch that computes `work` without interruption. O(1). */
int64_t checkpoint_length(const struct checkpoint_costs *costs, int64_t work);

/* The account `elapsed` us after the start of a stretch that has `work` to compute. O(1). */
struct checkpoint_account checkpoint_settle(const struct checkpoint_costs *costs, int64_t work,
                                            int64_t elapsed);

/* us of computing between checkpoints; mtbf in us, may be infinite (then 0: no checkpoints). At least 1 s,
 * which is also what free checkpoints (cost 0) come to. */
int64_t checkpoint_interval(enum checkpoint_rule rule, double cost, double mtbf);

/*
 * The mean time between failures after `failures` were seen in `exposure`, when before that `prior` was
 * believed with the weight of so many failures: (weight prior + exposure) / (weight + failures), which is the
 * inverse of the posterior mean of a rate with a gamma prior. `prior` and `exposure` in one unit: us of a
 * gang, or us of a node when gangs of all sizes count (then divide by the nodes of the gang). No belief:
 * weight 0, or an infinite prior. Infinite as long as nothing was seen and nothing believed. Never 0.
 */
double checkpoint_mtbf_seen(double prior, double weight, double failures, double exposure);

#endif
