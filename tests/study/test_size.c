/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The smallest value that meets: queues against Erlang C, shares against binomial tails, what is not
 * monotone. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "engine/random.h"
#include "stats/erlang_case.h"
#include "study/size.h"

#include <gsl/gsl_cdf.h>

struct queue {
    double offered;
    uint32_t salt;
    int tried;
};

/* Kiefer and Wolfowitz, as the world schedules it (tests/world/test_queues.c holds it to that). */
static double mean_wait(const struct queue *queue, int servers, uint32_t future)
{
    enum { WARM_UP = 500, JOBS = 6000 };
    struct random_stream gaps = random_open(queue->salt, future, 0, RANDOM_TEST);
    struct random_stream lengths = random_open(queue->salt, future, 1, RANDOM_TEST);
    double free_at[40] = {0}, now = 0, sum = 0;
    for (int i = 0; i < WARM_UP + JOBS; i++) {
        int first = 0;
        for (int s = 1; s < servers; s++)
            if (free_at[s] < free_at[first])
                first = s;
        now += random_exponential(&gaps, 1 / queue->offered);
        double start = fmax(now, free_at[first]);
        free_at[first] = start + random_exponential(&lengths, 1);
        sum += i >= WARM_UP ? start - now : 0;
    }
    return sum / JOBS;
}

static bool observe_queue(void *context, int64_t candidate, int futures, double *values)
{
    struct queue *queue = context;
    for (int r = queue->tried == candidate ? futures / 2 : 0; r < futures; r++)
        values[r] = mean_wait(queue, (int)candidate + 1, (uint32_t)r);
    queue->tried = (int)candidate;
    return true;
}

static void test_erlang(void **state)
{
    (void)state;
    static struct size_answer answer;
    struct dice dice = {0xe71a96};
    int exact = 0;
    for (int setting = 0; setting < 20; setting++) {
        struct queue queue = {1 + 9 * dice_unit(&dice), (uint32_t)dice_bits(&dice), -1};
        struct size_goal goal = {true, exp(log(0.02) + dice_unit(&dice) * log(25)), NAN};
        struct size_question question = {.candidates = 24,
                                         .start = setting % 2 ? -1 : dice_whole(&dice, 0, 23),
                                         .goal_count = 1,
                                         .goals = &goal,
                                         .confidence = 0.95,
                                         .most = 640,
                                         .observe = observe_queue,
                                         .context = &queue};
        int want = 1;
        while (erlang_wait(want, queue.offered / want) > goal.bound)
            want++;
        size_search(&question, &answer);
        print_message("offered %5.2f, wait <= %.4f: %d servers, found %lld in %d trials\n", queue.offered,
                      goal.bound, want, (long long)answer.candidate + 1, answer.trial_count);
        assert_int_equal(answer.outcome, SIZE_FOUND);
        exact += answer.candidate + 1 == want;
        assert_in_range(answer.candidate + 1, want - 1, want + 1);
        size_free(&answer);
    }
    print_message("exact in %d of 20\n", exact);
    assert_true(exact >= 19);
}

/* A made-up response: mean by candidate, normal noise that all candidates share but for a part. */
struct response {
    const double *mean;
    double common, own;
    int stop_at; /* observations after which it refuses; 0: never */
    int observations;
    int64_t seen[64];
};

static bool observe_response(void *context, int64_t candidate, int futures, double *values)
{
    struct response *response = context;
    response->seen[response->observations % 64] = candidate;
    if (response->stop_at && ++response->observations >= response->stop_at)
        return false;
    response->observations += !response->stop_at;
    for (int r = 0; r < futures; r++) {
        struct dice common = {(uint64_t)r * 7919 + 17},
                    own = {(uint64_t)r * 104729 + (uint64_t)candidate * 31};
        values[r] = response->mean[candidate] +
                    response->common * gsl_cdf_ugaussian_Pinv(dice_unit(&common)) +
                    response->own * gsl_cdf_ugaussian_Pinv(dice_unit(&own));
    }
    return true;
}

static struct size_question question_of(struct response *response, const struct size_goal *goal,
                                        int64_t count)
{
    return (struct size_question){.candidates = count,
                                  .start = -1,
                                  .goal_count = 1,
                                  .goals = goal,
                                  .confidence = 0.95,
                                  .most = 320,
                                  .observe = observe_response,
                                  .context = response};
}

/* Every start finds the same, in few trials, and no candidate is tried twice. */
static void test_bracket(void **state)
{
    (void)state;
    static struct size_answer answer;
    static double mean[1000];
    int refused = 0;
    for (int64_t want = 0; want < 1000; want += 37) {
        for (int i = 0; i < 1000; i++)
            mean[i] = i < want ? 10 + 0.001 * (double)(1000 - i) : 2;
        for (int64_t start = -1; start < 1000; start += 250) {
            struct response response = {mean, 1, 0.5, 0, 0, {0}};
            struct size_goal goal = {true, 6, NAN};
            struct size_question question = question_of(&response, &goal, 1000);
            question.start = start;
            size_search(&question, &answer);
            if (answer.outcome == SIZE_NOT_MONOTONE) { /* what fails is almost flat: 1 in 100 may look so */
                refused++;
                size_free(&answer);
                continue;
            }
            assert_int_equal(answer.outcome, SIZE_FOUND);
            assert_int_equal(answer.candidate, want);
            assert_true(answer.exact);
            assert_true(answer.trial_count <= 22);
            for (int i = 0; i < answer.trial_count; i++)
                for (int j = 0; j < i; j++)
                    assert_true(answer.trials[i].candidate != answer.trials[j].candidate);
            size_free(&answer);
        }
    }
    assert_true(refused <= 3);
}

static void test_above(void **state)
{
    (void)state;
    static struct size_answer answer;
    const double mean[] = {1, 3, 5, 7, 9, 11, 13};
    struct response response = {mean, 2, 0.3, 0, 0, {0}};
    struct size_goal goal = {false, 8, NAN};
    struct size_question question = question_of(&response, &goal, 7);
    size_search(&question, &answer);
    assert_int_equal(answer.outcome, SIZE_FOUND);
    assert_int_equal(answer.candidate, 4);
    size_free(&answer);
    goal.bound = 60;
    size_search(&question, &answer);
    assert_int_equal(answer.outcome, SIZE_NONE);
    size_free(&answer);
    goal.bound = -60;
    size_search(&question, &answer);
    assert_int_equal(answer.outcome, SIZE_FOUND);
    assert_int_equal(answer.candidate, 0);
    size_free(&answer);
}

/* On the bound itself nothing can be shown; the next one is the answer, and it says that it may not be exact.
 */
static void test_undecided(void **state)
{
    (void)state;
    static struct size_answer answer;
    const double mean[] = {9, 8, 5.999, 3, 2};
    struct response response = {mean, 2, 0.3, 0, 0, {0}};
    struct size_goal goal = {true, 6, NAN};
    struct size_question question = question_of(&response, &goal, 5);
    size_search(&question, &answer);
    assert_int_equal(answer.outcome, SIZE_FOUND);
    assert_int_equal(answer.candidate, 3);
    assert_false(answer.exact);
    size_free(&answer);
}

/* A valley: the last is worse than what lies in the middle. A hill: something above the first fails. */
static void test_not_monotone(void **state)
{
    (void)state;
    static struct size_answer answer;
    const double valley[] = {9, 8, 7, 4, 3, 4, 7, 8, 9};
    struct response response = {valley, 3, 0.4, 0, 0, {0}};
    struct size_goal goal = {true, 5, NAN};
    struct size_question question = question_of(&response, &goal, 9);
    size_search(&question, &answer);
    assert_int_equal(answer.outcome, SIZE_NOT_MONOTONE);
    assert_true(answer.trials[answer.lower].candidate < answer.trials[answer.higher].candidate);
    assert_true(valley[answer.trials[answer.lower].candidate] <
                valley[answer.trials[answer.higher].candidate]);
    size_free(&answer);
    goal.share = 0.9; /* by the futures that meet it */
    size_search(&question, &answer);
    assert_int_equal(answer.outcome, SIZE_NOT_MONOTONE);
    size_free(&answer);
    goal.share = NAN;
    question.start = 2; /* 2 fails, 5 meets, 3 meets: found, as far as it looks */
    size_search(&question, &answer);
    assert_int_equal(answer.outcome, SIZE_FOUND);
    assert_int_equal(answer.candidate, 3);
    size_free(&answer);
    const double rising[] = {4, 7, 8, 9, 10}; /* the wrong way round: the first meets and the last does not */
    response.mean = rising;
    question = question_of(&response, &goal, 5);
    size_search(&question, &answer);
    assert_int_equal(answer.outcome, SIZE_NOT_MONOTONE);
    size_free(&answer);
    const double worse[] = {7, 8, 9, 10, 11}; /* all fail, and more is worse */
    response.mean = worse;
    size_search(&question, &answer);
    assert_int_equal(answer.outcome, SIZE_NOT_MONOTONE);
    size_free(&answer);
}

/* Flat and just failing: noise alone must not look like evidence. */
static void test_flat(void **state)
{
    (void)state;
    static struct size_answer answer;
    static double mean[64];
    int refused = 0;
    for (int i = 0; i < 64; i++)
        mean[i] = 8;
    for (int s = 0; s < 200; s++) {
        struct response response = {mean, 1, 1, 0, 0, {0}};
        struct size_goal goal = {true, 7 + s * 1e-9, NAN};
        struct size_question question = question_of(&response, &goal, 2 + s % 60);
        size_search(&question, &answer);
        refused += answer.outcome == SIZE_NOT_MONOTONE;
        size_free(&answer);
    }
    assert_true(refused <= 6);
}

/* Two goals: both must be met. */
static bool observe_two(void *context, int64_t candidate, int futures, double *values)
{
    double one[640];
    if (!observe_response(context, candidate, futures, one))
        return false;
    for (int r = 0; r < futures; r++) {
        values[2 * r] = one[r];
        values[2 * r + 1] = 100 - 5 * one[r];
    }
    return true;
}

static void test_two_goals(void **state)
{
    (void)state;
    static struct size_answer answer;
    const double mean[] = {10, 8, 6, 4, 2};
    struct response response = {mean, 0.5, 0.1, 0, 0, {0}};
    struct size_goal goals[] = {{true, 9, NAN}, {false, 85, NAN}}; /* from 1 on, from 4 on (100 - 15 > 85) */
    struct size_question question = question_of(&response, goals, 5);
    question.goal_count = 2;
    question.observe = observe_two;
    size_search(&question, &answer);
    assert_int_equal(answer.outcome, SIZE_FOUND);
    assert_int_equal(answer.candidate, 4);
    size_free(&answer);
}

static void test_stopped(void **state)
{
    (void)state;
    static struct size_answer answer;
    const double mean[] = {10, 8, 6, 4, 2};
    for (int at = 1; at < 4; at++) {
        struct response response = {mean, 0.5, 0.1, at, 0, {0}};
        struct size_goal goal = {true, 7, NAN};
        struct size_question question = question_of(&response, &goal, 5);
        size_search(&question, &answer);
        assert_int_equal(answer.outcome, SIZE_STOPPED);
        size_free(&answer);
    }
}

/* Shares against the binomial tails themselves. */
static void test_judge(void **state)
{
    (void)state;
    struct size_goal goal = {true, 10, 0.9};
    double values[60];
    for (int k = 0; k <= 60; k++) {
        for (int i = 0; i < 60; i++)
            values[i] = i < k ? 9.5 : i % 2 ? NAN : 10.5;
        struct size_evidence got = size_judge(&goal, values, 60, 1, 0.05, 0.01);
        bool meets = k && gsl_cdf_binomial_Q((unsigned)(k - 1), 0.9, 60) <= 0.05;
        bool fails = k < 60 && gsl_cdf_binomial_P((unsigned)k, 0.9, 60) < 0.01;
        assert_int_equal(got.verdict, meets ? SIZE_MEETS : fails ? SIZE_FAILS : SIZE_UNDECIDED);
        assert_true(fabs(got.estimate - k / 60.0) < 1e-12);
        assert_true(got.low <= got.estimate && got.estimate <= got.high);
    }
    goal.share = NAN; /* a mean: one future without a value fails it */
    for (int i = 0; i < 60; i++)
        values[i] = 1 + i % 3;
    assert_int_equal(size_judge(&goal, values, 60, 1, 0.01, 0.01).verdict, SIZE_MEETS);
    assert_int_equal(size_judge(&goal, values, 30, 2, 0.01, 0.01).verdict, SIZE_MEETS);
    values[17] = NAN;
    struct size_evidence got = size_judge(&goal, values, 60, 1, 0.01, 0.01);
    assert_int_equal(got.verdict, SIZE_FAILS);
    assert_int_equal(got.missing, 1);
    assert_int_equal(size_judge(&goal, values, 17, 1, 0.01, 0.01).missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_erlang),    cmocka_unit_test(test_bracket),      cmocka_unit_test(test_above),
        cmocka_unit_test(test_undecided), cmocka_unit_test(test_not_monotone), cmocka_unit_test(test_flat),
        cmocka_unit_test(test_two_goals), cmocka_unit_test(test_stopped),      cmocka_unit_test(test_judge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
