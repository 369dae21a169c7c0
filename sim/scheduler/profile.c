/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/profile.h"

#include "engine/clock.h"

#include <assert.h>
#include <string.h>

void profile_init(struct profile *profile, struct arena *arena)
{
    *profile = (struct profile){.arena = arena};
}

static void make_room(struct profile *profile, int32_t count)
{
    if (count <= profile->capacity)
        return;
    int32_t capacity = profile->capacity ? 2 * profile->capacity : 64;
    size_t old = (size_t)profile->count;
    profile->time = arena_grow(profile->arena, profile->time, old, (size_t)capacity, sizeof *profile->time);
    profile->free = arena_grow(profile->arena, profile->free, old, (size_t)capacity, sizeof *profile->free);
    profile->capacity = capacity;
}

void profile_reset(struct profile *profile, int64_t now, int64_t cards)
{
    make_room(profile, 1);
    profile->time[0] = now;
    profile->free[0] = cards;
    profile->count = 1;
}

void profile_append(struct profile *profile, int64_t at, int64_t cards)
{
    int32_t last = profile->count - 1;
    assert(at >= profile->time[last]);
    if (at > profile->time[last]) {
        make_room(profile, profile->count + 1);
        profile->time[profile->count] = at;
        profile->free[profile->count++] = profile->free[last++];
    }
    profile->free[last] += cards;
}

/* Index of the piece that holds at `at`; at must not lie before the first. O(log pieces). */
static int32_t piece_at(const struct profile *profile, int64_t at)
{
    int32_t low = 0, high = profile->count - 1;
    while (low < high) {
        int32_t middle = (low + high + 1) / 2;
        if (profile->time[middle] <= at)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static void move_pieces(struct profile *profile, int32_t to, int32_t from)
{
    size_t bytes = (size_t)(profile->count - from) * sizeof *profile->time;
    memmove(profile->time + to, profile->time + from, bytes);
    memmove(profile->free + to, profile->free + from, bytes);
    profile->count += to - from;
}

/* Makes a piece begin at `at` and returns its index; the number of pieces for CLOCK_NEVER. */
static int32_t cut(struct profile *profile, int64_t at)
{
    if (at == CLOCK_NEVER)
        return profile->count;
    int32_t piece = piece_at(profile, at);
    if (profile->time[piece] == at)
        return piece;
    make_room(profile, profile->count + 1);
    move_pieces(profile, piece + 1, piece);
    profile->time[piece + 1] = at;
    return piece + 1;
}

static void merge(struct profile *profile, int32_t piece)
{
    if (piece > 0 && piece < profile->count && profile->free[piece] == profile->free[piece - 1])
        move_pieces(profile, piece, piece + 1);
}

void profile_change(struct profile *profile, int64_t from, int64_t to, int64_t delta)
{
    if (from < profile->time[0])
        from = profile->time[0];
    if (from >= to)
        return;
    int32_t first = cut(profile, from);
    int32_t end = cut(profile, to);
    for (int32_t i = first; i < end; i++)
        profile->free[i] += delta;
    merge(profile, end);
    merge(profile, first);
}

int64_t profile_earliest(const struct profile *profile, int64_t from, int64_t cards, int64_t duration)
{
    if (duration < 1)
        duration = 1;
    if (from < profile->time[0])
        from = profile->time[0];
    int32_t piece = piece_at(profile, from);
    int64_t start = from;
    while (piece < profile->count) {
        if (profile->free[piece] < cards) {
            piece++;
            start = piece < profile->count ? profile->time[piece] : CLOCK_NEVER;
            continue;
        }
        int64_t end = duration < CLOCK_NEVER - start ? start + duration : CLOCK_NEVER;
        int32_t next = piece + 1;
        while (next < profile->count && profile->time[next] < end && profile->free[next] >= cards)
            next++;
        if (next == profile->count || profile->time[next] >= end)
            return start;
        piece = next; /* too few there: nothing that begins before it can do */
    }
    return CLOCK_NEVER;
}

void profile_trim(struct profile *profile, int64_t now)
{
    if (now <= profile->time[0])
        return;
    int32_t piece = piece_at(profile, now);
    if (piece > 0)
        move_pieces(profile, 0, piece);
    profile->time[0] = now;
}
