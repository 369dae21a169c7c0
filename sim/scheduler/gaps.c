/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/gaps.h"

#include "engine/clock.h"

#include <assert.h>
#include <string.h>

void gaps_init(struct gaps *gaps, struct arena *arena)
{
    *gaps = (struct gaps){.arena = arena};
}

void gaps_forget(struct gaps *gaps)
{
    for (int i = 0; i < GAPS_CLASSES; i++)
        gaps->classes[i].valid = false;
}

static void reserve(struct gaps *gaps, struct gaps_list *list, int32_t count)
{
    if (count <= list->capacity)
        return;
    int32_t capacity = list->capacity ? list->capacity : 32;
    while (capacity < count)
        capacity *= 2;
    size_t old = (size_t)list->count;
    list->start = arena_grow(gaps->arena, list->start, old, (size_t)capacity, sizeof *list->start);
    list->end = arena_grow(gaps->arena, list->end, old, (size_t)capacity, sizeof *list->end);
    list->capacity = capacity;
}

static void add(struct gaps *gaps, struct gaps_list *list, int64_t start, int64_t end)
{
    if (list->count == list->capacity)
        reserve(gaps, list, list->count + 1);
    list->start[list->count] = start;
    list->end[list->count++] = end;
}

/* Lists what is free in [from, to), piece `first` holding at from; `open` is the start of a stretch that reaches
 * from (or CLOCK_NEVER), `beyond` the end of one that goes on at `to` (or `to`). */
static void list_between(struct gaps *gaps, struct gaps_list *list, const struct profile *profile,
                         int64_t cards, int32_t first, int64_t from, int64_t to, int64_t open, int64_t beyond)
{
    const int64_t *time = profile->time, *free = profile->free;
    int64_t here = from;
    for (int32_t i = first; i < profile->count && here < to; i++) {
        if (free[i] >= cards) {
            open = open == CLOCK_NEVER ? here : open;
        } else if (open != CLOCK_NEVER) {
            add(gaps, list, open, here);
            open = CLOCK_NEVER;
        }
        here = i + 1 < profile->count ? time[i + 1] : CLOCK_NEVER;
    }
    if (open != CLOCK_NEVER)
        add(gaps, list, open, beyond);
    else if (beyond > to)
        add(gaps, list, to, beyond);
}

static void build(struct gaps *gaps, struct gaps_class *class, const struct profile *profile)
{
    class->list.count = 0;
    list_between(gaps, &class->list, profile, class->cards, 0, profile->time[0], CLOCK_NEVER, CLOCK_NEVER,
                 CLOCK_NEVER);
    class->valid = true;
}

/* Index of the first stretch that ends at or after `at`. */
static int32_t reaching(const struct gaps_list *list, int64_t at)
{
    int32_t low = 0, high = list->count;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (list->end[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Puts the scratch list in the place of the stretches first .. end - 1. */
static void replace(struct gaps *gaps, struct gaps_list *list, int32_t first, int32_t end)
{
    const struct gaps_list *scratch = &gaps->scratch;
    int32_t to = first + scratch->count;
    reserve(gaps, list, list->count + to - end);
    if (to != end) {
        size_t rest = (size_t)(list->count - end) * sizeof *list->start;
        memmove(list->start + to, list->start + end, rest);
        memmove(list->end + to, list->end + end, rest);
        list->count += to - end;
    }
    for (int32_t i = 0; i < scratch->count; i++) {
        list->start[first + i] = scratch->start[i];
        list->end[first + i] = scratch->end[i];
    }
}

/* The profile has changed in [from, to), which begins in piece `piece`. */
static void repair(struct gaps *gaps, struct gaps_class *class, const struct profile *profile, int32_t piece,
                   int64_t from, int64_t to)
{
    struct gaps_list *list = &class->list;
    int32_t first = reaching(list, from), end = first;
    while (end < list->count && list->start[end] <= to)
        end++;
    int64_t open = first < end && list->start[first] < from ? list->start[first] : CLOCK_NEVER;
    int64_t beyond = first < end && list->end[end - 1] > to ? list->end[end - 1] : to;
    gaps->scratch.count = 0;
    list_between(gaps, &gaps->scratch, profile, class->cards, piece, from, to, open, beyond);
    replace(gaps, list, first, end);
}

void gaps_follow(struct gaps *gaps, const struct profile *profile, int64_t from, int64_t to, int64_t delta)
{
    if (from < profile->time[0])
        from = profile->time[0];
    if (from >= to)
        return;
    int32_t piece = profile_piece_at(profile, from);
    int64_t least = profile->free[piece], most = least;
    for (int32_t i = piece + 1; i < profile->count && profile->time[i] < to; i++) {
        least = profile->free[i] < least ? profile->free[i] : least;
        most = profile->free[i] > most ? profile->free[i] : most;
    }
    /* a class is touched when the cards in some piece were enough before or after, and not both times */
    if (delta < 0)
        most -= delta;
    else
        least -= delta;
    for (int i = 0; i < GAPS_CLASSES; i++) {
        struct gaps_class *class = &gaps->classes[i];
        if (class->valid && least < class->cards && class->cards <= most)
            repair(gaps, class, profile, piece, from, to);
    }
}

void gaps_trim(struct gaps *gaps, int64_t now)
{
    for (int i = 0; i < GAPS_CLASSES; i++) {
        struct gaps_list *list = &gaps->classes[i].list;
        if (!gaps->classes[i].valid)
            continue;
        int32_t gone = 0;
        while (gone < list->count && list->end[gone] <= now)
            gone++;
        gaps->scratch.count = 0;
        if (gone)
            replace(gaps, list, 0, gone);
        if (list->count && list->start[0] < now)
            list->start[0] = now;
    }
}

/* A stretch [start, end) does for a job: long enough, or its own slot goes on where it ends. */
static bool does(int64_t start, int64_t end, int64_t duration, int64_t slot)
{
    return end >= slot || end - start >= duration;
}

/* The earliest start within a stretch that is free for a smaller number of cards; `slot` when there is none. */
static int64_t look_into(const struct profile *profile, int64_t start, int64_t end, int64_t cards,
                         int64_t duration, int64_t slot)
{
    int32_t count = profile->count;
    for (int32_t i = profile_piece_at(profile, start); i < count && profile->time[i] < end; i++) {
        if (profile->free[i] < cards)
            continue;
        int64_t from = profile->time[i] > start ? profile->time[i] : start;
        if (from >= slot)
            break;
        int64_t to;
        do {
            i++;
            to = i < count ? profile->time[i] : CLOCK_NEVER;
        } while (i < count && profile->free[i] >= cards && !does(from, to, duration, slot));
        if (does(from, to, duration, slot))
            return from;
    }
    return slot;
}

int64_t gaps_earlier(struct gaps *gaps, const struct profile *profile, int64_t cards, int64_t duration,
                     int64_t slot)
{
    assert(cards >= 1 && cards <= INT32_MAX);
    struct gaps_class *class = &gaps->classes[31 - __builtin_clz((unsigned)cards)];
    if (!class->cards || cards < class->cards) {
        class->cards = cards;
        class->valid = false;
    }
    if (!class->valid)
        build(gaps, class, profile);
    duration = duration < 1 ? 1 : duration;
    const int64_t *start = class->list.start, *end = class->list.end;
    for (int32_t k = 0; k < class->list.count && start[k] < slot; k++) {
        if (!does(start[k], end[k], duration, slot))
            continue;
        if (class->cards == cards)
            return start[k];
        int64_t found = look_into(profile, start[k], end[k], cards, duration, slot);
        if (found < slot)
            return found;
    }
    return slot;
}
