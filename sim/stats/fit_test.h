/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_test: does a fitted distribution agree with the data it was fitted to?
 *
 * Distances between the Kaplan-Meier estimate and the fit, over the times up to the last one seen:
 *     Kolmogorov-Smirnov  D = sup |F_km(t) - F(t)|, on both sides of every jump
 *     Cramer-von Mises    W = n * integral of (F_km - F)^2 dF
 * Without censoring these are the textbook statistics. With parameters estimated and lives censored their
 * tables do not hold, so p-values come from a parametric bootstrap (Stute, Manteiga & Quindimil, Metrika 40,
 * 1993): draw every unit's life from the fit, censor it, fit again, measure again; p = (1 + number of
 * distances at least as large) / (resamples + 1). Censoring times: a unit that was censored keeps its own;
 * one that failed gets one from the Kaplan-Meier estimate of the censoring times, given that it lies beyond
 * the failure (Davison & Hinkley, Bootstrap Methods, 1997, algorithm 3.1);
 * where that estimate ends above 0, the last time seen is the end of the record.
 *
 * Tied and rounded times count against a continuous fit: with tens of thousands of times recorded to the
 * minute, every fit is told to be wrong. D itself says by how much.
 *
 * Randomness: the caller's. open(context, r) starts the stream of resample r, so that p-values do not depend
 * on how many resamples came before. Complexity: O(resamples * (n + failures log failures)).
 */
#ifndef TENK_STATS_FIT_TEST_H
#define TENK_STATS_FIT_TEST_H

#include "stats/fit.h"

#include <signal.h>

struct fit_dice {
    void (*open)(void *context, int32_t resample);
    double (*uniform)(void *context); /* in (0, 1) */
    void *context;
};

struct fit_distance {
    double ks, cvm;
};

struct fit_test {
    struct fit_distance distance;
    double ks_p, cvm_p; /* NaN without resamples */
    int32_t resamples;  /* that could be fitted */
};

/* Distances of a fit from the Kaplan-Meier estimate of the data. */
struct fit_distance fit_distance(const struct fit *fit, const struct survival *survival);

/* Fills *test; stops early, with the resamples so far, when *stop becomes true (NULL: never). */
void fit_test(struct fit_test *test, const struct fit *fit, const struct survival *survival,
              int32_t resamples, const struct fit_dice *dice, const volatile sig_atomic_t *stop);

#endif
