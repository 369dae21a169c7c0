/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planned free cards over time, against an array with one cell per microsecond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "engine/random.h"
#include "scheduler/profile.h"

enum { CELLS = 211, MACHINE = 37 };

static int64_t cells[CELLS]; /* the last one holds for ever */

static int64_t at(int64_t time)
{
    return cells[time < CELLS ? time : CELLS - 1];
}

static int64_t earliest(int64_t from, int64_t cards, int64_t duration)
{
    for (int64_t start = from; start < 2 * CELLS; start++) {
        bool fits = true;
        int64_t end = duration == CLOCK_NEVER ? 4 * CELLS : start + (duration < 1 ? 1 : duration);
        for (int64_t t = start; t < end && fits; t++)
            fits = at(t) >= cards;
        if (fits)
            return start;
    }
    return CLOCK_NEVER;
}

static void change(struct profile *profile, int64_t from, int64_t to, int64_t delta)
{
    profile_change(profile, from, to, delta);
    for (int64_t t = from; t < CELLS && t < to; t++)
        cells[t] += delta;
}

static int64_t below(struct random_stream *stream, int64_t limit)
{
    return (int64_t)(random_uniform(stream) * (double)limit);
}

static void check(const struct profile *profile, struct random_stream *stream, int64_t now)
{
    const struct pairs *pieces = &profile->pieces;
    struct pairs_place place = {0, 0}, next;
    for (; next = pairs_next(pieces, place), pairs_valid(pieces, next); place = next) {
        assert_true(pairs_key(pieces, place) < pairs_key(pieces, next));
        assert_true(pairs_value(pieces, place) != pairs_value(pieces, next)); /* neighbours are merged */
    }
    for (int trial = 0; trial < 8; trial++) {
        int64_t from = now + below(stream, CELLS / 2), cards = 1 + below(stream, MACHINE + 2);
        int64_t duration = trial == 7 ? CLOCK_NEVER : below(stream, 60);
        assert_int_equal(profile_earliest(profile, from, cards, duration), earliest(from, cards, duration));
        int64_t to = from + 1 + below(stream, 90), least = at(from);
        for (int64_t t = from; t < to; t++)
            least = at(t) < least ? at(t) : least;
        assert_int_equal(profile_least(profile, from, to), least);
    }
}

static void test_against_cells(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 200; seed++) {
        struct arena arena = {0};
        struct random_stream stream = random_open(31, seed, 0, RANDOM_TEST);
        struct profile profile;
        profile_init(&profile, &arena);
        profile_reset(&profile, 0, MACHINE);
        for (int t = 0; t < CELLS; t++)
            cells[t] = MACHINE;
        int64_t now = 0;
        for (int step = 0; step < 60; step++) {
            int64_t from = now + below(&stream, CELLS - 80 - now), length = below(&stream, 70);
            int64_t to = step % 17 == 16 ? CLOCK_NEVER : from + length;
            change(&profile, from, to, below(&stream, 2) ? -below(&stream, 12) : below(&stream, 9));
            check(&profile, &stream, now);
            if (step % 5 == 4) {
                now += below(&stream, 3);
                profile_trim(&profile, now);
                check(&profile, &stream, now);
            }
        }
        arena_free(&arena);
    }
}

static void test_append(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct profile profile;
    profile_init(&profile, &arena);
    profile_reset(&profile, 13, 5);
    profile_append(&profile, 13, 2); /* at the start of the last piece */
    profile_append(&profile, 29, 11);
    profile_append(&profile, 29, 1);
    profile_append(&profile, 47, 3);
    assert_int_equal(profile.pieces.entries[0].count, 3);
    assert_int_equal(profile_earliest(&profile, 13, 7, 1000), 13);
    assert_int_equal(profile_earliest(&profile, 13, 8, 1000), 29);
    assert_int_equal(profile_earliest(&profile, 13, 19, 1000), 29);
    assert_int_equal(profile_earliest(&profile, 13, 20, 1), 47);
    assert_int_equal(profile_earliest(&profile, 13, 22, CLOCK_NEVER), 47);
    assert_true(profile_earliest(&profile, 13, 23, 1) == CLOCK_NEVER);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_cells), cmocka_unit_test(test_append)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
