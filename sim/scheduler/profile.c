/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/profile.h"

#include "engine/clock.h"

#include <assert.h>

void profile_init(struct profile *profile, struct arena *arena)
{
    pairs_init(&profile->pieces, arena);
}

void profile_reset(struct profile *profile, int64_t now, int64_t cards)
{
    pairs_clear(&profile->pieces);
    pairs_append(&profile->pieces, now, cards);
}

void profile_append(struct profile *profile, int64_t at, int64_t cards)
{
    struct pairs *pieces = &profile->pieces;
    struct pairs_place last = pairs_before(pieces, (struct pairs_place){pieces->blocks, 0});
    int64_t time = pairs_key(pieces, last), free = pairs_value(pieces, last) + cards;
    assert(at >= time);
    if (at > time)
        pairs_append(pieces, at, free);
    else
        pairs_set(pieces, last, time, free);
}

/* A piece that holds for as much as the one before it is none of its own; returns the next place. */
static struct pairs_place merge(struct pairs *pieces, struct pairs_place at)
{
    bool first = at.block == 0 && at.at == 0;
    if (!first && pairs_valid(pieces, at) &&
        pairs_value(pieces, at) == pairs_value(pieces, pairs_before(pieces, at)))
        return pairs_remove(pieces, at);
    return at;
}

void profile_change(struct profile *profile, int64_t from, int64_t to, int64_t delta)
{
    struct pairs *pieces = &profile->pieces;
    if (from < profile_begin(profile))
        from = profile_begin(profile);
    if (from >= to || delta == 0)
        return;
    struct pairs_place at = pairs_find(pieces, from);
    int64_t free = pairs_value(pieces, at); /* before the change */
    if (pairs_key(pieces, at) < from) {
        at = pairs_insert(pieces, pairs_next(pieces, at), from, free + delta);
    } else {
        pairs_set(pieces, at, from, free + delta);
        struct pairs_place after = merge(pieces, at);
        bool merged = !pairs_valid(pieces, after) || pairs_key(pieces, after) != from;
        at = merged ? pairs_before(pieces, after) : after;
    }
    at = pairs_next(pieces, at);
    while (pairs_valid(pieces, at) && pairs_key(pieces, at) < to) {
        free = pairs_value(pieces, at);
        pairs_set(pieces, at, pairs_key(pieces, at), free + delta);
        at = pairs_next(pieces, at);
    }
    if (pairs_valid(pieces, at) && pairs_key(pieces, at) == to)
        merge(pieces, at);
    else if (to != CLOCK_NEVER)
        pairs_insert(pieces, at, to, free);
}

int64_t profile_earliest(const struct profile *profile, int64_t from, int64_t cards, int64_t duration)
{
    const struct pairs *pieces = &profile->pieces;
    if (duration < 1)
        duration = 1;
    if (from < profile_begin(profile))
        from = profile_begin(profile);
    bool open = false; /* cards are free since `start` */
    int64_t start = from;
    struct pairs_place place = pairs_find(pieces, from);
    for (int32_t b = place.block, i = place.at; b < pieces->blocks; b++, i = 0) {
        const struct pairs_entry *entry = &pieces->entries[b];
        const int64_t *time = entry->block->key, *free = entry->block->value;
        for (; i < entry->count; i++) {
            if (open && duration < CLOCK_NEVER - start && start + duration <= time[i])
                return start;
            if (free[i] < cards) {
                open = false;
            } else if (!open) {
                open = true;
                start = time[i] > from ? time[i] : from;
            }
        }
    }
    return open ? start : CLOCK_NEVER;
}

int64_t profile_least(const struct profile *profile, int64_t from, int64_t to)
{
    const struct pairs *pieces = &profile->pieces;
    int64_t begin = profile_begin(profile);
    struct pairs_place at = pairs_find(pieces, from < begin ? begin : from);
    int64_t least = pairs_value(pieces, at);
    while (at = pairs_next(pieces, at), pairs_valid(pieces, at) && pairs_key(pieces, at) < to)
        least = pairs_value(pieces, at) < least ? pairs_value(pieces, at) : least;
    return least;
}

void profile_trim(struct profile *profile, int64_t now)
{
    struct pairs *pieces = &profile->pieces;
    if (now <= profile_begin(profile))
        return;
    pairs_drop_before(pieces, pairs_find(pieces, now));
    pairs_set(pieces, (struct pairs_place){0, 0}, now, pieces->entries[0].block->value[0]);
}
