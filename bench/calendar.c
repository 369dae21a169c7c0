/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench calendar: the hold model (Vaucher & Duval 1975) on the calendar.
 *
 * `hold` takes the earliest event and pushes it again an exponential time later, so the number of pending
 * events stays what it is. `hold+cancel` also cancels an event picked at random and pushes it anew, as a
 * failing node does with the end of its job. Operations are counted as the calendar counts them: each push,
 * pop and cancellation is one, so a hold is two operations and a hold with a cancellation four.
 * The times come from a table, so that no logarithm is measured.
 */
#include "bench.h"

#include "engine/calendar.h"
#include "engine/random.h"

#include <assert.h>
#include <math.h>

/* The table fits into the caches of the second level; its length shares no factor with the sizes. */
enum { STEPS = 16381, HOLDS = 1000000 };

static const double mean_step = 1e9; /* us; wide enough that equal times are rare with a million pending */

struct setup {
    const char *name;
    int64_t pending;
    bool cancels;
};

struct hold {
    struct calendar calendar;
    struct calendar_handle *handles; /* by subject */
    int64_t *steps;
    int32_t pending;
    bool cancels;
    int next_step;
    uint64_t picks; /* state of the generator of subjects to cancel */
};

static int64_t next_step(struct hold *hold)
{
    if (hold->next_step == STEPS)
        hold->next_step = 0;
    return hold->steps[hold->next_step++];
}

static struct calendar_handle push(struct hold *hold, int64_t now, int32_t subject)
{
    return calendar_push(&hold->calendar, now + next_step(hold), 0, 0,
                         (struct calendar_event){.subject = subject});
}

/* A linear congruential step (Knuth's MMIX): the pick must cost next to nothing. */
static int32_t pick(struct hold *hold)
{
    hold->picks = hold->picks * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int32_t)(((hold->picks >> 32) * (uint64_t)hold->pending) >> 32);
}

static double run_holds(void *context)
{
    struct hold *hold = context;
    struct calendar *calendar = &hold->calendar;
    int64_t before = calendar->operations;
    for (int i = 0; i < HOLDS; i++) {
        struct calendar_event event;
        calendar_pop(calendar, &event);
        hold->handles[event.subject] = push(hold, event.time, event.subject);
        if (hold->cancels) {
            int32_t subject = pick(hold);
            bool was_pending = calendar_cancel(calendar, hold->handles[subject]);
            assert(was_pending);
            (void)was_pending;
            hold->handles[subject] = push(hold, event.time, subject);
        }
    }
    assert(calendar->count == hold->pending);
    return (double)(calendar->operations - before);
}

static void measure(const void *argument)
{
    const struct setup *setup = argument;
    struct arena arena = {0};
    struct hold hold = {.pending = (int32_t)setup->pending, .cancels = setup->cancels, .picks = 1};
    calendar_init(&hold.calendar, &arena);
    hold.handles = arena_alloc(&arena, (size_t)setup->pending, sizeof *hold.handles);
    hold.steps = arena_alloc(&arena, STEPS, sizeof *hold.steps);
    struct random_stream stream = random_open(1, 0, 0, RANDOM_TEST);
    for (int i = 0; i < STEPS; i++)
        hold.steps[i] = llround(random_exponential(&stream, mean_step));
    for (int32_t subject = 0; subject < hold.pending; subject++)
        hold.handles[subject] = push(&hold, 0, subject);
    struct bench_line line = {
        .bench = "calendar", .name = setup->name, .size = setup->pending, .unit = "operations/s"};
    bench_measure(&line, run_holds, &hold);
    arena_free(&arena);
}

int main(void)
{
    for (int variant = 0; variant < 2; variant++)
        for (int64_t pending = 1000; pending <= 1000000; pending *= 10)
            bench_apart(measure, &(struct setup){.name = variant ? "hold+cancel" : "hold",
                                                 .pending = pending,
                                                 .cancels = variant == 1});
    return EXIT_SUCCESS;
}
