/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Earlier slots by lists of gaps, against a profile from which the job's own reservation is taken out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "engine/random.h"
#include "scheduler/gaps.h"

enum { JOBS = 60, MACHINE = 97 };

struct holder {
    int64_t slot, duration, cards; /* slot CLOCK_NEVER: holds none */
};

struct plan {
    struct random_stream stream;
    struct profile profile;
    struct gaps gaps;
    struct holder jobs[JOBS];
    int64_t now;
};

static int64_t below(struct plan *plan, int64_t limit)
{
    return (int64_t)(random_uniform(&plan->stream) * (double)limit);
}

static int64_t end_of(const struct holder *job)
{
    if (job->slot == CLOCK_NEVER || job->duration == CLOCK_NEVER)
        return CLOCK_NEVER;
    return job->slot + (job->duration < 1 ? 1 : job->duration);
}

static void change(struct plan *plan, int64_t from, int64_t to, int64_t delta)
{
    profile_change(&plan->profile, from, to, delta);
    gaps_follow(&plan->gaps, &plan->profile, from, to, delta);
}

/* Every list that is in use holds what a walk through the profile finds. */
static void check_lists(const struct plan *plan)
{
    const struct pairs *pieces = &plan->profile.pieces;
    for (int c = 0; c < GAPS_CLASSES; c++) {
        const struct gaps_class *class = &plan->gaps.classes[c];
        if (!class->valid)
            continue;
        struct pairs_place gap = {0, 0}, at = {0, 0};
        while (pairs_valid(pieces, at)) {
            if (pairs_value(pieces, at) < class->cards) {
                at = pairs_next(pieces, at);
                continue;
            }
            int64_t start = pairs_key(pieces, at);
            while (pairs_valid(pieces, at) && pairs_value(pieces, at) >= class->cards)
                at = pairs_next(pieces, at);
            assert_true(pairs_valid(&class->list, gap));
            assert_true(pairs_key(&class->list, gap) == start);
            assert_true(pairs_value(&class->list, gap) ==
                        (pairs_valid(pieces, at) ? pairs_key(pieces, at) : CLOCK_NEVER));
            gap = pairs_next(&class->list, gap);
        }
        assert_false(pairs_valid(&class->list, gap));
    }
}

/* Takes the slot out, looks, and puts it where it is to be: the rule itself. */
static void move_up(struct plan *plan, struct holder *job)
{
    int64_t fast = gaps_earlier(&plan->gaps, &plan->profile, job->cards, job->duration, job->slot);
    if (job->slot != CLOCK_NEVER)
        change(plan, job->slot, end_of(job), job->cards);
    job->slot = profile_earliest(&plan->profile, plan->now, job->cards, job->duration);
    assert_true(fast == job->slot);
    if (job->slot != CLOCK_NEVER)
        change(plan, job->slot, end_of(job), -job->cards);
}

static void renew(struct plan *plan, struct holder *job)
{
    static const int64_t powers[] = {1, 2, 4, 8, 16, 32, 64};
    job->slot = CLOCK_NEVER;
    job->cards = below(plan, 2) ? powers[below(plan, 7)] : 1 + below(plan, MACHINE + 3);
    job->duration = below(plan, 25) ? below(plan, 1013) : CLOCK_NEVER;
    if (job->duration == CLOCK_NEVER && job->cards > 5)
        job->cards = MACHINE + 1; /* fits never */
}

static void test_against_profile(void **state)
{
    (void)state;
    static struct plan plan;
    for (uint32_t seed = 0; seed < 60; seed++) {
        struct arena arena = {0};
        plan = (struct plan){.stream = random_open(43, seed, 0, RANDOM_TEST)};
        profile_init(&plan.profile, &arena);
        gaps_init(&plan.gaps, &arena);
        profile_reset(&plan.profile, 0, MACHINE);
        for (int i = 0; i < JOBS; i++)
            renew(&plan, &plan.jobs[i]);
        for (int step = 0; step < 1500; step++) {
            struct holder *job = &plan.jobs[below(&plan, JOBS)];
            if (step % 2 && job->slot != CLOCK_NEVER && job->slot > plan.now && !below(&plan, 3)) {
                change(&plan, job->slot, end_of(job), job->cards); /* it goes away: others may move up */
                renew(&plan, job);
            } else if (job->slot > plan.now) {
                move_up(&plan, job);
            } else if (end_of(job) <= plan.now) {
                renew(&plan, job); /* it was there */
            }
            if (step % 7 == 6) {
                plan.now += below(&plan, 90);
                profile_trim(&plan.profile, plan.now);
                gaps_trim(&plan.gaps, plan.now);
            }
            if (step % 400 == 399)
                gaps_forget(&plan.gaps);
            check_lists(&plan);
        }
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_profile)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
