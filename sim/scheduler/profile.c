/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/profile.h"

#include "engine/clock.h"

#include <assert.h>
#include <stdbool.h>
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

int32_t profile_piece_at(const struct profile *profile, int64_t at)
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
    if (to == from)
        return;
    size_t bytes = (size_t)(profile->count - from) * sizeof *profile->time;
    memmove(profile->time + to, profile->time + from, bytes);
    memmove(profile->free + to, profile->free + from, bytes);
    profile->count += to - from;
}

/* Adds delta to pieces first .. end and moves them by `shift`. */
static void add_and_move(struct profile *profile, int32_t first, int32_t end, int32_t shift, int64_t delta)
{
    for (int32_t i = first; i <= end; i++)
        profile->free[i] += delta;
    if (shift == 0)
        return;
    size_t bytes = (size_t)(end - first + 1) * sizeof *profile->time;
    memmove(profile->time + first + shift, profile->time + first, bytes);
    memmove(profile->free + first + shift, profile->free + first, bytes);
}

/*
 * Both ends of the change may need a new piece or lose one that has become equal to its neighbour. What that
 * moves is known beforehand, so every piece is moved at most once, and those behind the change not at all
 * when a piece comes and another goes.
 */
void profile_change(struct profile *profile, int64_t from, int64_t to, int64_t delta)
{
    if (from < profile->time[0])
        from = profile->time[0];
    if (from >= to || delta == 0)
        return;
    make_room(profile, profile->count + 2);
    int64_t *time = profile->time, *free = profile->free;
    int32_t first = profile_piece_at(profile, from); /* holds at from */
    int32_t end = first;                             /* holds just before `to` */
    while (end + 1 < profile->count && time[end + 1] < to)
        end++;
    int32_t next = end + 1; /* the first piece behind the change, if it is not cut out of `end` */
    int64_t left_over = free[end];
    bool cut_from = time[first] < from;
    bool merge_from = !cut_from && first > 0 && free[first - 1] == free[first] + delta;
    bool cut_to = to != CLOCK_NEVER && (next == profile->count || time[next] > to);
    bool merge_to = !cut_to && next < profile->count && free[next] == free[end] + delta;
    int32_t shift = cut_from - merge_from;
    int32_t behind = end + 1 + shift + cut_to;
    next += merge_to;
    int64_t begin = merge_from ? time[first - 1] : from;
    if (shift > 0) {
        move_pieces(profile, behind, next);
        add_and_move(profile, first, end, shift, delta);
        free[first] -= delta; /* before the cut */
    } else {
        add_and_move(profile, first, end, shift, delta);
        move_pieces(profile, behind, next);
    }
    time[first + shift] = begin;
    if (cut_to) {
        time[behind - 1] = to;
        free[behind - 1] = left_over;
    }
}

int64_t profile_earliest(const struct profile *profile, int64_t from, int64_t cards, int64_t duration)
{
    if (duration < 1)
        duration = 1;
    if (from < profile->time[0])
        from = profile->time[0];
    int32_t piece = profile_piece_at(profile, from);
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

int64_t profile_least(const struct profile *profile, int64_t from, int64_t to)
{
    int32_t piece = profile_piece_at(profile, from < profile->time[0] ? profile->time[0] : from);
    int64_t least = profile->free[piece];
    for (int32_t i = piece + 1; i < profile->count && profile->time[i] < to; i++)
        least = profile->free[i] < least ? profile->free[i] : least;
    return least;
}

void profile_trim(struct profile *profile, int64_t now)
{
    if (now <= profile->time[0])
        return;
    int32_t piece = profile_piece_at(profile, now);
    if (piece > 0)
        move_pieces(profile, 0, piece);
    profile->time[0] = now;
}
