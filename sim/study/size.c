/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/size.h"

#include "base/memory.h"
#include "stats/accumulator.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double against_monotone = 0.01; /* error of all tests of monotonicity together */

static bool met(const struct size_goal *goal, double value)
{
    return goal->below ? value <= goal->bound : value >= goal->bound; /* NaN does not */
}

/* p at which a binomial tail of n trials is alpha: bisection, since GSL's inverse of the beta may not end. */
static double clopper(int k, int n, double alpha, bool upper)
{
    double low = 0, high = 1;
    if (k == (upper ? n : 0))
        return upper ? 1 : 0;
    for (int i = 0; i < 60; i++) {
        double p = (low + high) / 2;
        double tail = upper ? gsl_cdf_binomial_P((unsigned)k, p, (unsigned)n)
                            : gsl_cdf_binomial_Q((unsigned)(k - 1), p, (unsigned)n);
        if ((tail > alpha) == upper)
            low = p;
        else
            high = p;
    }
    return (low + high) / 2;
}

static struct size_evidence judge_share(const struct size_goal *goal, int k, int n, double alpha_meets,
                                        double alpha_fails)
{
    struct size_evidence evidence = {.verdict = SIZE_UNDECIDED, .estimate = (double)k / n};
    evidence.low = clopper(k, n, alpha_meets, false);
    evidence.high = clopper(k, n, alpha_fails, true);
    if (evidence.low >= goal->share)
        evidence.verdict = SIZE_MEETS;
    else if (evidence.high < goal->share)
        evidence.verdict = SIZE_FAILS;
    return evidence;
}

struct size_evidence size_judge(const struct size_goal *goal, const double *values, int n, int stride,
                                double alpha_meets, double alpha_fails)
{
    struct accumulator over = {0};
    int k = 0;
    for (int r = 0; r < n; r++) {
        accumulator_add(&over, values[r * stride]);
        k += met(goal, values[r * stride]);
    }
    struct size_evidence evidence = {.verdict = SIZE_UNDECIDED, .estimate = NAN, .low = NAN, .high = NAN};
    if (!isnan(goal->share)) {
        evidence = judge_share(goal, k, n, alpha_meets, alpha_fails);
        evidence.missing = n - (int)over.n;
        return evidence;
    }
    evidence.missing = n - (int)over.n;
    evidence.estimate = over.n ? over.mean : NAN;
    if (evidence.missing)
        evidence.verdict = SIZE_FAILS;
    if (over.n < 2)
        return evidence;
    double error = accumulator_stddev(&over) / sqrt((double)over.n), freedom = (double)(over.n - 1);
    double meets = gsl_cdf_tdist_Qinv(alpha_meets, freedom) * error;
    double fails = gsl_cdf_tdist_Qinv(alpha_fails, freedom) * error;
    evidence.low = over.mean - (goal->below ? fails : meets);
    evidence.high = over.mean + (goal->below ? meets : fails);
    if (evidence.missing)
        return evidence;
    if (goal->below ? evidence.high <= goal->bound : evidence.low >= goal->bound)
        evidence.verdict = SIZE_MEETS;
    else if (goal->below ? evidence.low > goal->bound : evidence.high < goal->bound)
        evidence.verdict = SIZE_FAILS;
    return evidence;
}

/* Number of times that something can be halved until one is left. */
static int halvings(int64_t count)
{
    int times = 0;
    for (; count > 1; count = (count + 1) / 2)
        times++;
    return times;
}

struct search {
    const struct size_question *question;
    struct size_answer *answer;
    int most_trials;
    double alpha; /* of a look */
};

static void set_errors(struct search *search)
{
    const struct size_question *question = search->question;
    int looks = 1;
    for (int n = SIZE_FIRST; n < question->most; n *= 2)
        looks++;
    search->most_trials = 4 + (question->start < 0 ? 1 : 2) * halvings(question->candidates);
    search->alpha = (1 - question->confidence) / search->most_trials / looks;
}

static enum size_verdict judge(const struct search *search, struct size_trial *trial)
{
    const struct size_question *question = search->question;
    bool meets = true, fails = false;
    for (int g = 0; g < question->goal_count; g++) {
        trial->goals[g] = size_judge(&question->goals[g], trial->values + g, trial->n, question->goal_count,
                                     search->alpha, search->alpha / question->goal_count);
        meets &= trial->goals[g].verdict == SIZE_MEETS;
        fails |= trial->goals[g].verdict == SIZE_FAILS;
    }
    return meets ? SIZE_MEETS : fails ? SIZE_FAILS : SIZE_UNDECIDED;
}

/* How much worse the higher candidate is in a future: more above the bound, or no longer met. */
static double worse_by(const struct size_goal *goal, double lower, double higher)
{
    if (!isnan(goal->share))
        return met(goal, lower) - met(goal, higher);
    return goal->below ? higher - lower : lower - higher;
}

/* Looks at trial `at` against an earlier one; true when they speak against monotonicity. */
static bool contradicts(struct search *search, int earlier, int at)
{
    struct size_answer *answer = search->answer;
    int lower = earlier, higher = at;
    if (answer->trials[lower].candidate > answer->trials[higher].candidate) {
        lower = at;
        higher = earlier;
    }
    const struct size_trial *low = &answer->trials[lower], *high = &answer->trials[higher];
    if (high->verdict == SIZE_MEETS)
        return false;
    answer->lower = lower;
    answer->higher = higher;
    int goals = search->question->goal_count, n = low->n < high->n ? low->n : high->n;
    double alpha = against_monotone / goals / (search->most_trials * (search->most_trials - 1) / 2.0);
    for (int g = 0; g < goals; g++) {
        const struct size_goal *goal = &search->question->goals[g];
        answer->goal = g;
        if (low->verdict == SIZE_MEETS && high->goals[g].verdict == SIZE_FAILS)
            return true;
        struct accumulator worse = {0};
        for (int r = 0; r < n; r++)
            accumulator_add(&worse, worse_by(goal, low->values[r * goals + g], high->values[r * goals + g]));
        if (high->goals[g].verdict == SIZE_MEETS || worse.n < SIZE_FIRST / 2)
            continue;
        double half = gsl_cdf_tdist_Qinv(alpha, (double)(worse.n - 1)) * accumulator_stddev(&worse) /
                      sqrt((double)worse.n);
        if (worse.mean > half)
            return true;
    }
    return false;
}

/* Tries a candidate; NULL when the search is over. A candidate that was tried is not tried again. */
static const struct size_trial *try_one(struct search *search, int64_t candidate)
{
    const struct size_question *question = search->question;
    struct size_answer *answer = search->answer;
    for (int i = 0; i < answer->trial_count; i++)
        if (answer->trials[i].candidate == candidate)
            return &answer->trials[i];
    assert(answer->trial_count < search->most_trials && answer->trial_count < SIZE_TRIALS);
    int at = answer->trial_count++;
    struct size_trial *trial = &answer->trials[at];
    *trial = (struct size_trial){.candidate = candidate};
    trial->values = memory_alloc((size_t)question->most * (size_t)question->goal_count, sizeof(double));
    for (int n = SIZE_FIRST;; n *= 2) {
        trial->n = n < question->most ? n : question->most;
        if (!question->observe(question->context, candidate, trial->n, trial->values)) {
            answer->trial_count--;
            free(trial->values);
            answer->outcome = SIZE_STOPPED;
            return NULL;
        }
        trial->verdict = judge(search, trial);
        if (trial->verdict != SIZE_UNDECIDED || trial->n == question->most)
            break;
    }
    for (int i = 0; i < at; i++) {
        if (contradicts(search, i, at)) {
            answer->outcome = SIZE_NOT_MONOTONE;
            return NULL;
        }
    }
    return trial;
}

/* Both ends; when the last does not meet, what lies in the middle may show that it should not be the last. */
static bool bracket_ends(struct search *search, int64_t *low, int64_t *high)
{
    int64_t last = search->question->candidates - 1;
    const struct size_trial *trial = try_one(search, last);
    if (!trial)
        return false;
    *high = trial->verdict == SIZE_MEETS ? last : last + 1;
    trial = try_one(search, 0);
    if (!trial)
        return false;
    *low = -1;
    if (trial->verdict == SIZE_MEETS)
        *high = 0;
    else
        *low = 0;
    if (*high > last) {
        trial = try_one(search, last / 2);
        if (!trial)
            return false;
        if (trial->verdict == SIZE_MEETS) /* and the last was undecided */
            *high = last / 2;
    }
    return true;
}

/* From the start, doubling or halving the number until the verdict turns. */
static bool bracket_start(struct search *search, int64_t *low, int64_t *high)
{
    int64_t last = search->question->candidates - 1, at = search->question->start;
    *low = -1;
    *high = last + 1;
    for (;;) {
        const struct size_trial *trial = try_one(search, at);
        if (!trial)
            return false;
        if (trial->verdict == SIZE_MEETS)
            *high = at;
        else
            *low = at;
        if (*high == 0 || *low == last || (*low >= 0 && *high <= last))
            return true;
        if (trial->verdict == SIZE_MEETS)
            at = at / 2;
        else
            at = 2 * at + 1 < last ? 2 * at + 1 : last;
    }
}

void size_search(const struct size_question *question, struct size_answer *answer)
{
    memset(answer, 0, sizeof *answer);
    struct search search = {.question = question, .answer = answer};
    set_errors(&search);
    int64_t low, high; /* the last that does not meet, the first that does */
    if (!(question->start < 0 ? bracket_ends : bracket_start)(&search, &low, &high))
        return;
    if (high >= question->candidates) {
        answer->outcome = SIZE_NONE;
        return;
    }
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        const struct size_trial *trial = try_one(&search, middle);
        if (!trial)
            return;
        if (trial->verdict == SIZE_MEETS)
            high = middle;
        else
            low = middle;
    }
    answer->outcome = SIZE_FOUND;
    answer->candidate = high;
    answer->exact = low < 0 || try_one(&search, low)->verdict == SIZE_FAILS;
}

void size_free(struct size_answer *answer)
{
    for (int i = 0; i < answer->trial_count; i++)
        free(answer->trials[i].values);
    answer->trial_count = 0;
}
