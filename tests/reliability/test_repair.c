/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "reliability/repair.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/sample_case.h"

static const double minute = 60e6, day = 86400e6;

/* The default study of AIReSim: arXiv:2603.07041. */
static struct repair_model airesim(void)
{
    return (struct repair_model){
        .automatic = repair_by_mean(REPAIR_EXPONENTIAL, 120 * minute, 0),
        .escalate_chance = 0.8,
        .manual = repair_by_mean(REPAIR_EXPONENTIAL, 2 * day, 0),
        .automatic_success = 0.6,
        .manual_success = 0.8,
    };
}

/* All of it at once, no two values alike. */
static struct repair_model all(void)
{
    return (struct repair_model){
        .detect = 11000000,
        .hang = 1800000000,
        .hang_chance = 0.0988,
        .diagnose = repair_by_median(REPAIR_LOGNORMAL, 9.3 * minute, 0.81),
        .wrong_chance = 0.13,
        .automatic = repair_by_median(REPAIR_EXPONENTIAL, 47 * minute, 0),
        .escalate_chance = 0.37,
        .manual = repair_by_mean(REPAIR_LOGNORMAL, 1.7 * day, 0.62),
        .automatic_success = 0.71,
        .manual_success = 0.93,
    };
}

enum { MANY = 60000 };

static double first[MANY], second[MANY], third[MANY];

static void test_moments(void **state)
{
    (void)state;
    struct repair_model model = all();
    struct random_stream stream = random_open(420, 2, 7, RANDOM_TEST);
    size_t hung = 0, wrong = 0, escalated = 0, by_hand = 0, by_itself = 0, quick = 0, half = 0;
    for (int i = 0; i < MANY; i++) {
        struct repair_draw draw = repair_draw(&model, &stream);
        assert_int_equal(draw.detect, draw.hung ? 1800000000 : 11000000);
        assert_true(draw.escalated ? draw.manual > 0 : draw.manual == 0);
        assert_int_equal(repair_away(&draw), draw.automatic + draw.manual);
        assert_true(!(draw.misdiagnosed && draw.repaired));
        hung += draw.hung;
        wrong += draw.misdiagnosed;
        escalated += draw.escalated;
        by_hand += draw.escalated && draw.repaired;
        by_itself += !draw.escalated && draw.repaired;
        quick += (double)draw.diagnose < 9.3 * minute;
        half += (double)draw.automatic < 47 * minute;
        first[i] = (double)draw.diagnose;
        second[i] = (double)draw.automatic;
        third[i] = (double)draw.manual;
    }
    sample_has_share(hung, MANY, 0.0988);
    sample_has_share(wrong, MANY, 0.13);
    sample_has_share(escalated, MANY, 0.37);
    sample_has_share(by_hand, MANY, 0.37 * 0.93 * 0.87);
    sample_has_share(by_itself, MANY, 0.63 * 0.71 * 0.87);
    sample_has_share(quick, MANY, 0.5);
    sample_has_share(half, MANY, 0.5);
    sample_has_mean(first, MANY, 9.3 * minute * exp(0.81 * 0.81 / 2));
    sample_has_mean(second, MANY, 47 * minute / log(2));
    sample_has_variance(second, MANY, pow(47 * minute / log(2), 2));
    sample_has_mean(third, MANY, 0.37 * 1.7 * day);
    sample_is_independent(first, second, MANY);
    sample_is_independent(second, third, MANY);
    sample_is_independent(first, third, MANY);
}

/* The published shares: 8,922.9 of 11,145.6 repairs escalate, 8,469.4 succeed, within the published interval
 * of the means (30 replications), and a repair takes 2 h and in eight of ten cases two days more. */
static void test_airesim(void **state)
{
    (void)state;
    struct repair_model model = airesim();
    struct random_stream stream = random_open(42, 71, 0, RANDOM_TEST);
    double escalated = 0, repaired = 0;
    for (int i = 0; i < MANY; i++) {
        struct repair_draw draw = repair_draw(&model, &stream);
        assert_true(!draw.misdiagnosed && !draw.hung && draw.detect == 0 && draw.diagnose == 0);
        escalated += draw.escalated;
        repaired += draw.repaired;
        first[i] = (double)repair_away(&draw);
    }
    /* sd 91.4 and 74.8 of the counts; they vary with the failures, whose share of it is left in */
    double failures = 11145.6;
    sample_near(failures * escalated / MANY, 8922.9,
                SAMPLE_Z99 * (91.4 / sqrt(30) + sqrt(0.16 / MANY) * failures));
    sample_near(failures * repaired / MANY, 8469.4,
                SAMPLE_Z99 * (74.8 / sqrt(30) + sqrt(0.24 * 0.76 / MANY) * failures));
    sample_has_mean(first, MANY, 120 * minute + 0.8 * 2 * day);
}

static void test_by_mean_and_median(void **state)
{
    (void)state;
    struct repair_time fixed = repair_by_mean(REPAIR_FIXED, 222e6, 9),
                       random = repair_by_mean(REPAIR_EXPONENTIAL, 222e6, 9),
                       skew = repair_by_mean(REPAIR_LOGNORMAL, 352.4 * minute, 1.891);
    sample_near(fixed.scale, 222e6, 0);
    sample_near(random.scale, 222e6, 0);
    sample_near(skew.scale, 59 * minute, 0.3 * minute); /* Los Alamos: mean 352.4 min, median 59 min */
    sample_near(repair_mean(&fixed), 222e6, 0);
    sample_near(repair_mean(&random), 222e6, 0);
    sample_near(repair_mean(&skew), 352.4 * minute, 1e-6 * minute);
    skew = repair_by_median(REPAIR_LOGNORMAL, 59 * minute, 1.891);
    sample_near(repair_mean(&skew), 59 * minute * exp(1.7879405), 1e-4 * minute);
    random = repair_by_median(REPAIR_EXPONENTIAL, 59 * minute, 0);
    sample_near(repair_mean(&random), 59 * minute / 0.69314718055994531, 1e-6 * minute);
    fixed = repair_by_median(REPAIR_FIXED, 59 * minute, 0);
    sample_near(repair_mean(&fixed), 59 * minute, 0);
}

/* Field by field: there are gaps between them. */
static void assert_same(const struct repair_draw *a, const struct repair_draw *b)
{
    assert_true(a->detect == b->detect && a->diagnose == b->diagnose && a->automatic == b->automatic &&
                a->manual == b->manual && a->hung == b->hung && a->escalated == b->escalated &&
                a->repaired == b->repaired && a->misdiagnosed == b->misdiagnosed);
}

/* Certain chances are certain, no times are none, endless ones are bounded. */
static void test_edges(void **state)
{
    (void)state;
    struct repair_model never = {.detect = 3, .hang = 5}, always = {.detect = 3, .hang = 5};
    always.hang_chance = always.wrong_chance = always.escalate_chance = always.manual_success = 1;
    always.manual = repair_by_mean(REPAIR_FIXED, 77, 0);
    struct repair_model endless = {.automatic = repair_by_mean(REPAIR_EXPONENTIAL, 1e300, 0),
                                   .automatic_success = 1};
    struct random_stream stream = random_open(1, 2, 3, RANDOM_TEST);
    for (int i = 0; i < 5000; i++) {
        struct repair_draw draw = repair_draw(&never, &stream), none = {.detect = 3};
        assert_same(&draw, &none);
        draw = repair_draw(&always, &stream);
        assert_true(draw.hung && draw.escalated && draw.misdiagnosed && !draw.repaired);
        assert_true(draw.detect == 5 && draw.manual == 77 && draw.automatic == 0);
        draw = repair_draw(&endless, &stream);
        assert_true(draw.automatic == INT64_C(100000000000000000) && draw.repaired);
    }
}

/* Each value moves its own field alone: the others are drawn from the same numbers. */
static void test_common_numbers(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 5000; i++) {
        struct repair_model model = all(), other = all();
        other.hang_chance = 0.9;
        other.diagnose = repair_by_mean(REPAIR_FIXED, 5, 0);
        other.automatic = repair_by_mean(REPAIR_EXPONENTIAL, 2 * repair_mean(&model.automatic), 0);
        other.automatic_success = other.manual_success = 0.1;
        struct random_stream one = random_open(i, 0, 9, RANDOM_TEST), two = one;
        struct repair_draw a = repair_draw(&model, &one), b = repair_draw(&other, &two);
        assert_true(a.misdiagnosed == b.misdiagnosed && a.escalated == b.escalated && a.manual == b.manual);
        sample_near((double)b.automatic, 2 * (double)a.automatic, 2);
        assert_true(b.hung || !a.hung);
        assert_true(a.repaired || !b.repaired);
        sample_near(random_uniform(&one), random_uniform(&two), 0); /* as many were drawn */
        struct random_stream three = random_open(i, 0, 9, RANDOM_TEST);
        struct repair_draw again = repair_draw(&model, &three);
        assert_same(&again, &a);
    }
}

/* Against a list of all failures. */
static void test_offenders(void **state)
{
    (void)state;
    enum { SERVERS = 13, FAILURES = 400 };
    struct dice dice = {14};
    struct arena arena = {0};
    int retired = 0, kept = 0;
    for (int round = 0; round < 300; round++) {
        int32_t limit = (int32_t)dice_whole(&dice, 0, dice_once_in(&dice, 9) ? 60 : 5);
        int64_t window = dice_whole(&dice, 0, 2000), now = 0;
        struct repair_offenders offenders = repair_offenders_init(&arena, SERVERS, limit, window);
        static int64_t times[SERVERS][FAILURES];
        int32_t count[SERVERS] = {0};
        for (int i = 0; i < FAILURES; i++) {
            now += dice_whole(&dice, 0, 60);
            int32_t server = (int32_t)dice_whole(&dice, 0, SERVERS - 1);
            times[server][count[server]++] = now;
            int32_t within = 0;
            for (int32_t k = 0; k < count[server]; k++)
                within += now - times[server][k] <= window;
            bool want = limit > 0 && within >= limit;
            assert_int_equal(repair_offenders_note(&offenders, server, now), want);
            retired += want;
            kept += !want;
            if (want || dice_once_in(&dice, 50)) { /* another in its place; also before it has come so far */
                repair_offenders_forget(&offenders, server);
                count[server] = 0;
            }
        }
        arena_reset(&arena);
    }
    arena_free(&arena);
    assert_true(retired > 5000 && kept > 20000);
}

/* Both ends of the window count, a microsecond more does not; the largest limit. */
static void test_window(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct repair_offenders offenders = repair_offenders_init(&arena, 2, 3, 1000);
    assert_false(repair_offenders_note(&offenders, 1, 0));
    assert_false(repair_offenders_note(&offenders, 0, 0));
    assert_false(repair_offenders_note(&offenders, 1, 300));
    assert_false(repair_offenders_note(&offenders, 0, 400));
    assert_true(repair_offenders_note(&offenders, 1, 1000));
    assert_false(repair_offenders_note(&offenders, 0, 1001));
    assert_true(repair_offenders_note(&offenders, 0, 1400));
    offenders = repair_offenders_init(&arena, 2, 256, INT64_MAX);
    for (int i = 0; i < 600; i++)
        assert_int_equal(repair_offenders_note(&offenders, 1, i), i >= 255);
    assert_false(repair_offenders_note(&offenders, 0, 600));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_airesim),
        cmocka_unit_test(test_by_mean_and_median),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_common_numbers),
        cmocka_unit_test(test_offenders),
        cmocka_unit_test(test_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
