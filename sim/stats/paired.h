/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * paired: two series that saw the same dice, and what that was worth.
 *
 * Two variants of a scenario are run with the same streams (common random numbers), so future r of one
 * belongs to future r of the other and the differences a - b are what is averaged. Their variance is Var A +
 * Var B - 2 Cov(A, B); the ratio (Var A + Var B) / Var(A - B) tells how many independent runs of both one
 * pair is worth (Law, Simulation Modeling and Analysis, 5th ed., 11.2). Several intervals that must all hold
 * at once get Bonferroni's share of the error each: no assumption about how they depend on one another, which
 * under common random numbers they do. Antithetic partners are the same with the sign of b turned: (Var A +
 * Var B) / Var(A + B).
 *
 * A pair of which one value is missing (NaN) does not count. O(1) a pair.
 */
#ifndef TENK_STATS_PAIRED_H
#define TENK_STATS_PAIRED_H

#include "stats/accumulator.h"

struct paired {
    struct accumulator a, b, difference; /* of the pairs that have both values */
};

void paired_add(struct paired *paired, double a, double b);

/*
 * Half width of an interval of the mean of `over`, when `family` of them hold all at once with probability
 * `level`; NaN for n < 2.
 */
double paired_half_width(const struct accumulator *over, double level, int64_t family);

/* (Var A + Var B) / Var(A - B); INFINITY when all differences are equal, NaN for n < 2 or without any
 * variance.
 */
double paired_ratio(const struct paired *paired);

/* -1: a is smaller, 1: larger, 0: not shown. An interval of no width around 0 shows nothing. */
int paired_verdict(double difference, double half_width);

#endif
