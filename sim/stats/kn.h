/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kn: which of k systems is the best, with a promise.
 *
 * Kim & Nelson's fully sequential procedure (ACM TOMACS 11(3), 2001): all systems are observed `first` times,
 * then one observation at a time is taken of each that is still in; one that lies behind another by more than
 * a triangular allowance is out for good. When one is left it is the best with probability >= confidence,
 * whenever the best is better than the second by at least delta (a difference that matters to the planner).
 * It allows common random numbers: the allowance of a pair is made of the variance of its differences, so
 * what makes systems alike makes it end sooner. Observations are assumed normal; means over a future are near
 * it. eta = ((2 alpha / (k - 1))^(-2 / (first - 1)) - 1) / 2,   h^2 = 2 eta (first - 1)     (c = 1) W_il(r) =
 * max(0, delta / (2 r) (h^2 S_il^2 / delta^2 - r)) i stays in at stage r while its mean is >= every other
 * mean that is in minus W_il(r).
 *
 * The caller delivers observations stage by stage; no memory but the state. O(k^2) a stage.
 */
#ifndef TENK_STATS_KN_H
#define TENK_STATS_KN_H

#include <stdbool.h>

enum { KN_SYSTEMS = 64 };

struct kn {
    int systems, in; /* in all; still in */
    int first, stage;
    double delta, h2;
    bool smaller; /* the smaller mean is the better one */
    bool out[KN_SYSTEMS];
    int stage_out[KN_SYSTEMS]; /* where it was found worse; 0: still in */
    double sum[KN_SYSTEMS];    /* of what a system was ever given, the sign turned when smaller is better */
    double variance[KN_SYSTEMS][KN_SYSTEMS]; /* of differences in the first observations */
};

/*
 * First observations as [first][systems], all finite; 2 <= systems <= KN_SYSTEMS, first >= 2, delta > 0,
 * 1 / systems < confidence < 1. Screens once.
 */
void kn_start(struct kn *kn, const double *observations, int systems, int first, double delta,
              double confidence, bool smaller);

/* One more observation [systems] of each system that is in (others are not looked at). Screens. */
void kn_add(struct kn *kn, const double *observations);

/* The best one; -1 while several are in. */
int kn_best(const struct kn *kn);

/* Stages after which one must be left at the latest. */
double kn_longest(const struct kn *kn);

#endif
