/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compare: what differs between variants of a scenario, and how sure that is.
 *
 * All variants see the same futures (common random numbers), so each pair is judged by its differences future
 * by future (stats/paired.h). The intervals of all k (k - 1) / 2 pairs of a metric hold at once. Besides:
 *   antithetic partners   future r is run with every uniform u and again with 1 - u; the two are one
 *                         observation, their mean
 *   control variates      the difference is corrected by what known quantities were off their mean
 * (controls.h) Each comes with its measured ratio of variances; a control is only used where its ratio is
 * above 1. Pure functions of a matrix of values. O(pairs * n) a metric.
 */
#ifndef TENK_STUDY_COMPARE_H
#define TENK_STUDY_COMPARE_H

#include "stats/paired.h"

#include <stdbool.h>

struct compare_input {
    int variants, futures; /* futures: observations; two runs each when mirrored */
    const double *values;  /* [futures][variants] of a metric; NaN: none */
    const double *mirrors; /* the same of the partners; NULL: not mirrored */
    const double *off;     /* [futures][variants][controls], partners averaged; NULL: none */
    int controls;
    double confidence;
};

struct compare_pair {
    int a, b; /* a < b; the difference is b - a */
    int64_t n;
    double mean_a, mean_b; /* over those n futures */
    double difference, half_width;
    int verdict;             /* of b against a: -1 less, 1 more, 0 not shown */
    double paired_ratio;     /* what one pair is worth in independent runs of both */
    double antithetic_ratio; /* NaN when not mirrored */
    double control_ratio;    /* NaN without controls */
    double total_ratio;      /* of all that was used */
    int used;                /* controls in the fit */
    bool controlled;         /* difference and half width are those with controls */
};

int compare_pair_count(int variants);

/* Fills pairs[compare_pair_count]: (0, 1), (0, 2), (1, 2), (0, 3), ... */
void compare_pairs(const struct compare_input *input, struct compare_pair *pairs);

#endif
