/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/calendar.h"
#include "engine/clock.h"
#include "engine/dice_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The reference: all pending events in a sorted array. */
struct pending {
    int64_t time;
    unsigned class;
    uint32_t tie;
    int64_t sequence;
    struct calendar_handle handle;
    struct calendar_event event;
};

enum { MOST = 6000, STALE = 512, OPERATIONS = 100000 };

struct reference {
    struct pending list[MOST];
    int count;
    int64_t sequence;
    struct calendar_handle stale[STALE]; /* of events that have gone */
    int stale_count;
};

static bool earlier(const struct pending *a, const struct pending *b)
{
    if (a->time != b->time)
        return a->time < b->time;
    if (a->class != b->class)
        return a->class < b->class;
    return a->tie != b->tie ? a->tie < b->tie : a->sequence < b->sequence;
}

static void reference_add(struct reference *reference, struct pending pending)
{
    assert_true(reference->count < MOST);
    int low = 0, high = reference->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (earlier(&reference->list[middle], &pending))
            low = middle + 1;
        else
            high = middle;
    }
    memmove(&reference->list[low + 1], &reference->list[low],
            (size_t)(reference->count - low) * sizeof *reference->list);
    reference->list[low] = pending;
    reference->count++;
}

static struct pending reference_take(struct reference *reference, int at)
{
    struct pending taken = reference->list[at];
    reference->count--;
    memmove(&reference->list[at], &reference->list[at + 1],
            (size_t)(reference->count - at) * sizeof *reference->list);
    reference->stale[reference->stale_count++ % STALE] = taken.handle;
    return taken;
}

static void push_both(struct calendar *calendar, struct reference *reference, int64_t time, struct dice *dice)
{
    struct pending pending = {
        .time = time,
        .class = (unsigned)(dice_once_in(dice, 3) ? dice_whole(dice, 0, 15) : dice_whole(dice, 3, 4)),
        .tie = (uint32_t)(dice_once_in(dice, 5) ? (int64_t)UINT32_MAX - dice_whole(dice, 0, 1)
                                                : dice_whole(dice, 0, 2)),
        .sequence = reference->sequence++,
        .event = {.kind = (int)dice_whole(dice, -7, 11),
                  .subject = (int32_t)dice_whole(dice, INT32_MIN, INT32_MAX),
                  .detail = (int64_t)dice_bits(dice)},
    };
    pending.handle = calendar_push(calendar, time, pending.class, pending.tie, pending.event);
    reference_add(reference, pending);
}

static void pop_both(struct calendar *calendar, struct reference *reference)
{
    struct calendar_event event = {.time = -1, .kind = 99};
    if (!reference->count) {
        assert_false(calendar_pop(calendar, &event));
        assert_int_equal(calendar_next_time(calendar), CLOCK_NEVER);
        assert_int_equal(calendar_next_class(calendar), 16);
        return;
    }
    struct pending first = reference_take(reference, 0);
    assert_int_equal(calendar_next_time(calendar), first.time);
    assert_int_equal(calendar_next_class(calendar), first.class);
    assert_true(calendar_pop(calendar, &event));
    assert_int_equal(event.time, first.time);
    assert_int_equal(event.kind, first.event.kind);
    assert_int_equal(event.subject, first.event.subject);
    assert_int_equal(event.detail, first.event.detail);
    assert_int_equal(calendar->now, first.time);
}

/* Random pushing, taking and cancelling; the number of pending events swings between few and thousands. */
static void test_reference(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct calendar calendar;
    struct reference *reference = calloc(1, sizeof *reference);
    assert_non_null(reference);
    calendar_init(&calendar, &arena);
    struct dice dice = {4093};
    int64_t now = -5000000, operations = 0;
    for (int i = 0; i < OPERATIONS; i++) {
        bool grow = i / 12000 % 2 == 0;
        int64_t what = dice_whole(&dice, 0, 99);
        if (what < (grow ? 60 : 35)) {
            if (reference->count >= MOST)
                continue;
            int64_t ahead = dice_once_in(&dice, 4) ? dice_whole(&dice, 0, 1000000) : dice_whole(&dice, 0, 30);
            push_both(&calendar, reference, now + ahead, &dice);
            operations++;
        } else if (what < 85) {
            operations += reference->count > 0;
            pop_both(&calendar, reference);
            if (calendar.now > now)
                now = calendar.now;
        } else if (what < 95 && reference->count) {
            int at = (int)dice_whole(&dice, 0, reference->count - 1);
            assert_true(calendar_cancel(&calendar, reference->list[at].handle));
            reference_take(reference, at);
            operations++;
        } else if (reference->stale_count) {
            int known = reference->stale_count < STALE ? reference->stale_count : STALE;
            assert_false(calendar_cancel(&calendar, reference->stale[dice_whole(&dice, 0, known - 1)]));
        }
        assert_int_equal(calendar.count, reference->count);
        assert_int_equal(calendar.operations, operations);
    }
    assert_true(calendar.capacity >= 2048); /* it has grown on the way */
    while (reference->count)
        pop_both(&calendar, reference);
    pop_both(&calendar, reference);
    arena_free(&arena);
    free(reference);
}

/* Equal times and classes: by tie, then in the order of pushing, whatever was cancelled between. */
static void test_ties(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct calendar calendar;
    calendar_init(&calendar, &arena);
    enum { EVENTS = 700 };
    struct calendar_handle handles[EVENTS];
    for (int32_t i = 0; i < EVENTS; i++)
        handles[i] = calendar_push(&calendar, 2385, 7, i % 5 ? 3 : 2, (struct calendar_event){.subject = i});
    for (int32_t i = 0; i < EVENTS; i += 3)
        assert_true(calendar_cancel(&calendar, handles[i]));
    struct calendar_event event;
    for (int round = 0; round < 2; round++)
        for (int32_t i = 0; i < EVENTS; i++) {
            if (i % 3 == 0 || (i % 5 == 0) != (round == 0))
                continue;
            assert_true(calendar_pop(&calendar, &event));
            assert_int_equal(event.subject, i);
        }
    assert_false(calendar_pop(&calendar, &event));
    /* a lower class goes first even when it is pushed later with a higher tie */
    calendar_push(&calendar, 9000, 1, 0, (struct calendar_event){.subject = 1});
    calendar_push(&calendar, 9000, 0, UINT32_MAX, (struct calendar_event){.subject = 2});
    assert_int_equal(calendar_next_class(&calendar), 0);
    assert_true(calendar_pop(&calendar, &event));
    assert_int_equal(event.subject, 2);
    arena_free(&arena);
}

/* The handle of an event that has gone stays harmless when its slot is used again. */
static void test_stale_handles(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct calendar calendar;
    struct calendar_event event;
    calendar_init(&calendar, &arena);
    assert_false(calendar_cancel(&calendar, CALENDAR_NONE));
    struct calendar_handle first = calendar_push(&calendar, 17, 2, 0, (struct calendar_event){.kind = 1});
    assert_true(calendar_pop(&calendar, &event));
    assert_false(calendar_cancel(&calendar, first));
    struct calendar_handle second = calendar_push(&calendar, 23, 2, 0, (struct calendar_event){.kind = 2});
    assert_int_equal(second.slot, first.slot);
    assert_false(calendar_cancel(&calendar, first));
    assert_int_equal(calendar.count, 1);
    assert_true(calendar_cancel(&calendar, second));
    assert_false(calendar_cancel(&calendar, second));
    calendar_push(&calendar, 29, 2, 0, (struct calendar_event){.kind = 3});
    assert_false(calendar_cancel(&calendar, second));
    assert_false(calendar_cancel(&calendar, first));
    assert_false(calendar_cancel(&calendar, CALENDAR_NONE));
    assert_false(calendar_cancel(&calendar, (struct calendar_handle){1 << 20, 0}));
    assert_true(calendar_pop(&calendar, &event));
    assert_int_equal(event.kind, 3);
    assert_int_equal(event.time, 29);
    arena_free(&arena);
}

/* However long it runs, memory follows the number of pending events. */
static void test_slots_are_reused(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct calendar calendar;
    struct calendar_event event;
    calendar_init(&calendar, &arena);
    for (int i = 0; i < 64; i++)
        calendar_push(&calendar, i * 37 % 64, 5, 0, (struct calendar_event){.subject = i});
    size_t total = arena.total, used = arena.used;
    for (int i = 0; i < 50000; i++) {
        assert_true(calendar_pop(&calendar, &event));
        struct calendar_handle handle = calendar_push(&calendar, event.time + 64, 5, 0, event);
        if (i % 7 == 0) {
            assert_true(calendar_cancel(&calendar, handle));
            calendar_push(&calendar, event.time + 64, 5, 0, event);
        }
        assert_int_equal(event.time, i); /* 64 events at distinct times, each put off by 64 */
        assert_int_equal(event.subject * 37 % 64, i % 64);
    }
    assert_int_equal(calendar.capacity, 64);
    assert_int_equal(arena.total, total);
    assert_int_equal(arena.used, used);
    arena_free(&arena);
}

static void test_extreme_times(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct calendar calendar;
    struct calendar_event event;
    calendar_init(&calendar, &arena);
    const int64_t times[] = {0, CLOCK_NEVER - 1, INT64_MIN, -1, INT64_MIN + 1, 1, INT64_C(-9000000000000000)};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        calendar_push(&calendar, times[i], 0, 0, (struct calendar_event){.detail = times[i]});
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        assert_true(calendar_pop(&calendar, &event));
        assert_int_equal(event.time, event.detail);
        assert_true(event.time >= last);
        last = event.time;
    }
    assert_int_equal(last, CLOCK_NEVER - 1);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference),     cmocka_unit_test(test_ties),
        cmocka_unit_test(test_stale_handles), cmocka_unit_test(test_slots_are_reused),
        cmocka_unit_test(test_extreme_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
