/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * size: the smallest of many values at which targets are met, with a given confidence.
 *
 * Candidates are numbered; the higher, the easier the targets are believed to be met. A trial observes one
 * candidate in 20 futures, then 40, 80, ... until it is shown to meet the targets or to fail, or `most` is
 * reached (undecided: not shown to meet). Trials bracket the answer, from a start by doubling or from both
 * ends, and halve the bracket. All trials see the same futures.
 *
 * Error: 1 - confidence is shared evenly among the trials that there can be and the looks of each
 * (Bonferroni), so with that confidence no verdict is wrong: the answer meets, and what is below it does not
 * or is undecided. The tests are one-sided: Student's t for a mean; the binomial tail for a share of futures.
 * A candidate meets when every target is met, each at the full level (intersection-union); it fails when one
 * fails.
 *
 * The belief is tested as well: when a higher candidate that does not meet is worse than a lower one, by the
 * differences future by future, at 1% over all pairs, or meets where a higher one fails, the search gives up
 * and says which two say so. O(log candidates) trials.
 */
#ifndef TENK_STUDY_SIZE_H
#define TENK_STUDY_SIZE_H

#include <stdbool.h>
#include <stdint.h>

enum { SIZE_TRIALS = 160, SIZE_GOALS = 8, SIZE_FIRST = 20 };

struct size_goal {
    bool below; /* value <= bound is wanted, else value >= bound */
    double bound;
    double share; /* of the futures that must meet it; NaN: their mean must */
};

struct size_question {
    int64_t candidates;
    int64_t start; /* tried first; -1: both ends are */
    int goal_count;
    const struct size_goal *goals;
    double confidence;
    int most; /* futures of a trial, at least SIZE_FIRST */
    /* Fills values[futures][goals] with futures 0, 1, ... of a candidate. False: the search ends. */
    bool (*observe)(void *context, int64_t candidate, int futures, double *values);
    void *context;
};

enum size_verdict { SIZE_MEETS, SIZE_FAILS, SIZE_UNDECIDED };

struct size_evidence { /* of one goal at one trial */
    enum size_verdict verdict;
    double estimate;  /* the mean, or the share of futures that meet */
    double low, high; /* one-sided bounds at the level of a look */
    int missing;      /* futures without a value: they do not meet; a mean fails with any */
};

struct size_trial {
    int64_t candidate;
    int n;
    enum size_verdict verdict;
    struct size_evidence goals[SIZE_GOALS];
    double *values; /* [n][goals] */
};

enum size_outcome {
    SIZE_FOUND,
    SIZE_NONE,         /* not even the last candidate is shown to meet */
    SIZE_NOT_MONOTONE, /* see lower, higher, goal */
    SIZE_STOPPED       /* observe was false */
};

struct size_answer {
    enum size_outcome outcome;
    int64_t candidate; /* the smallest that is shown to meet */
    bool exact;        /* the one below it fails, or there is none */
    int trial_count;
    struct size_trial trials[SIZE_TRIALS]; /* in the order in which they were made */
    int lower, higher, goal;               /* trials and goal that speak against monotonicity */
};

void size_search(const struct size_question *question, struct size_answer *answer);
void size_free(struct size_answer *answer);

/* What n values of a goal, `stride` apart, say at an error of alpha each way. */
struct size_evidence size_judge(const struct size_goal *goal, const double *values, int n, int stride,
                                double alpha_meets, double alpha_fails);

#endif
