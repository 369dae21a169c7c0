/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/gaps.h"

#include "engine/clock.h"

#include <assert.h>

void gaps_init(struct gaps *gaps, struct arena *arena)
{
    *gaps = (struct gaps){.arena = arena};
    for (int i = 0; i < GAPS_CLASSES; i++)
        pairs_init(&gaps->classes[i].list, arena);
}

void gaps_forget(struct gaps *gaps)
{
    for (int i = 0; i < GAPS_CLASSES; i++)
        gaps->classes[i].valid = false;
}

static void build(struct gaps_class *class, const struct profile *profile)
{
    int64_t open = CLOCK_NEVER;
    pairs_clear(&class->list);
    for (struct pairs_place at = {0, 0}; pairs_valid(&profile->pieces, at);
         at = pairs_next(&profile->pieces, at)) {
        bool enough = pairs_value(&profile->pieces, at) >= class->cards;
        if (enough == (open != CLOCK_NEVER))
            continue;
        int64_t time = pairs_key(&profile->pieces, at);
        if (!enough)
            pairs_append(&class->list, open, time);
        open = enough ? time : CLOCK_NEVER;
    }
    if (open != CLOCK_NEVER)
        pairs_append(&class->list, open, CLOCK_NEVER);
    class->valid = true;
}

/* Where a list is being written anew: old stretches from here on that begin at or before `to` are replaced.
 */
struct pen {
    struct pairs *list;
    struct pairs_place at;
    int64_t to;
};

static bool at_old(const struct pen *pen)
{
    return pairs_valid(pen->list, pen->at) && pairs_key(pen->list, pen->at) <= pen->to;
}

static void write(struct pen *pen, int64_t start, int64_t end)
{
    /* an old stretch behind the new one's start may be overwritten, as keys still ascend */
    if (at_old(pen))
        pairs_set(pen->list, pen->at, start, end);
    else
        pen->at = pairs_insert(pen->list, pen->at, start, end);
    pen->at = pairs_next(pen->list, pen->at);
}

/* The profile has changed in [from, to), which begins in piece `piece`. */
static void repair(struct gaps_class *class, const struct profile *profile, struct pairs_place piece,
                   int64_t from, int64_t to)
{
    struct pairs *list = &class->list;
    const struct pairs *pieces = &profile->pieces;
    struct pen pen = {.list = list, .at = pairs_find(list, from), .to = to};
    if (pen.at.block < 0)
        pen.at = (struct pairs_place){0, 0};
    else if (pairs_value(list, pen.at) < from)
        pen.at = pairs_next(list, pen.at);
    int64_t open = CLOCK_NEVER; /* start of the stretch that is being read */
    if (at_old(&pen) && pairs_key(list, pen.at) < from)
        open = pairs_key(list, pen.at);
    int64_t beyond = to; /* end of the stretch that goes on at `to` */
    for (struct pairs_place at = pen.at; pairs_valid(list, at) && pairs_key(list, at) <= to;
         at = pairs_next(list, at))
        if (pairs_value(list, at) > to)
            beyond = pairs_value(list, at);
    for (int64_t here = from; here < to;) {
        bool enough = pairs_value(pieces, piece) >= class->cards;
        if (enough && open == CLOCK_NEVER) {
            open = here;
        } else if (!enough && open != CLOCK_NEVER) {
            write(&pen, open, here);
            open = CLOCK_NEVER;
        }
        piece = pairs_next(pieces, piece);
        here = pairs_valid(pieces, piece) ? pairs_key(pieces, piece) : CLOCK_NEVER;
    }
    if (open != CLOCK_NEVER)
        write(&pen, open, beyond);
    else if (beyond > to)
        write(&pen, to, beyond);
    while (at_old(&pen))
        pen.at = pairs_remove(list, pen.at);
}

void gaps_follow(struct gaps *gaps, const struct profile *profile, int64_t from, int64_t to, int64_t delta)
{
    const struct pairs *pieces = &profile->pieces;
    int64_t begin = profile_begin(profile);
    if (from < begin)
        from = begin;
    if (from >= to)
        return;
    struct pairs_place piece = pairs_find(pieces, from), at = piece;
    int64_t least = pairs_value(pieces, piece), most = least;
    while (at = pairs_next(pieces, at), pairs_valid(pieces, at) && pairs_key(pieces, at) < to) {
        int64_t free = pairs_value(pieces, at);
        least = free < least ? free : least;
        most = free > most ? free : most;
    }
    /* a class is touched when the cards in some piece were enough before or are now, and not both */
    if (delta < 0)
        most -= delta;
    else
        least -= delta;
    for (int i = 0; i < GAPS_CLASSES; i++) {
        struct gaps_class *class = &gaps->classes[i];
        if (class->valid && least < class->cards && class->cards <= most)
            repair(class, profile, piece, from, to);
    }
}

void gaps_trim(struct gaps *gaps, int64_t now)
{
    for (int i = 0; i < GAPS_CLASSES; i++) {
        struct pairs *list = &gaps->classes[i].list;
        if (!gaps->classes[i].valid)
            continue;
        struct pairs_place at = {0, 0};
        while (pairs_valid(list, at) && pairs_value(list, at) <= now)
            at = pairs_next(list, at);
        pairs_drop_before(list, at);
        at = (struct pairs_place){0, 0};
        if (pairs_valid(list, at) && pairs_key(list, at) < now)
            pairs_set(list, at, now, pairs_value(list, at));
    }
}

/* A stretch [start, end) does for a job: long enough, or its own slot goes on where it ends. */
static bool does(int64_t start, int64_t end, int64_t duration, int64_t slot)
{
    return end >= slot || end - start >= duration;
}

/* The earliest start within a stretch that is free for a smaller number of cards; `slot` when there is none.
 */
static int64_t look_into(const struct profile *profile, int64_t start, int64_t end, int64_t cards,
                         int64_t duration, int64_t slot)
{
    const struct pairs *pieces = &profile->pieces;
    int64_t open = CLOCK_NEVER, here = start, stop = end < slot ? end : slot;
    for (struct pairs_place at = pairs_find(pieces, start);; at = pairs_next(pieces, at)) {
        bool enough = pairs_valid(pieces, at) && pairs_value(pieces, at) >= cards;
        here = !pairs_valid(pieces, at)        ? CLOCK_NEVER
               : pairs_key(pieces, at) > start ? pairs_key(pieces, at)
                                               : start;
        if (open != CLOCK_NEVER && does(open, here < end ? here : end, duration, slot))
            return open;
        if (here >= stop)
            return slot;
        if (!enough)
            open = CLOCK_NEVER;
        else if (open == CLOCK_NEVER)
            open = here;
    }
}

static int64_t longest(struct pairs_entry *entry)
{
    const struct pairs_block *block = entry->block;
    int64_t most = 0;
    for (int32_t i = 0; i < entry->count; i++) {
        int64_t length = block->value[i] - block->key[i];
        most = length > most ? length : most;
    }
    entry->summary = most;
    return most;
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
        build(class, profile);
    duration = duration < 1 ? 1 : duration;
    struct pairs *list = &class->list;
    for (int32_t b = 0; b < list->blocks && list->entries[b].first < slot; b++) {
        struct pairs_entry *entry = &list->entries[b];
        int64_t most = entry->summary == PAIRS_UNKNOWN ? longest(entry) : entry->summary;
        /* only the last stretch that begins before the slot can reach it */
        if (most < duration && b + 1 < list->blocks && list->entries[b + 1].first < slot)
            continue;
        const int64_t *start = entry->block->key, *end = entry->block->value;
        for (int32_t i = 0; i < entry->count && start[i] < slot; i++) {
            if (!does(start[i], end[i], duration, slot))
                continue;
            if (class->cards == cards)
                return start[i];
            int64_t found = look_into(profile, start[i], end[i], cards, duration, slot);
            if (found < slot)
                return found;
        }
    }
    return slot;
}
