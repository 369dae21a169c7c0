/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pairs: a long sequence of pairs of int64 in ascending order of the first, changed in its middle.
 *
 * Problem: the plan of a deep queue has ten thousand pieces, and every job that moves up changes three of
 * them somewhere; in one array that moves half of the others each time. Choice: blocks of at most 32 pairs
 * under one directory, in which the first key of each block stands; the lowest two levels of a B+ tree,
 * without the others: a directory of a thousand entries is still moved in no time, and only when a block
 * comes or goes. A block keeps room for a figure of its owner that sums it up, which is forgotten whenever
 * the block changes.
 *
 * Complexity: find O(log n), insert and remove O(32) and O(n / 32) when a block comes or goes, next O(1).
 * Memory: blocks come from the arena and are used again within the sequence. Places are invalid after insert
 * and remove, except those that these return.
 */
#ifndef TENK_SCHEDULER_PAIRS_H
#define TENK_SCHEDULER_PAIRS_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

enum { PAIRS_BLOCK = 32 };

#define PAIRS_UNKNOWN INT64_MIN

struct pairs_block {
    int64_t key[PAIRS_BLOCK], value[PAIRS_BLOCK];
    struct pairs_block *next_free;
};

struct pairs_entry {
    int64_t first;   /* key of the block's first pair */
    int64_t summary; /* the owner's; PAIRS_UNKNOWN after a change in the block */
    struct pairs_block *block;
    int32_t count; /* > 0 */
};

struct pairs {
    struct arena *arena;
    struct pairs_entry *entries; /* the directory */
    struct pairs_block *free_block;
    int32_t blocks, capacity;
};

/* {blocks, 0} is the place after the last. */
struct pairs_place {
    int32_t block, at;
};

void pairs_init(struct pairs *pairs, struct arena *arena);

void pairs_clear(struct pairs *pairs);

/* The last pair whose key is at most `key`; {-1, 0} when there is none. */
struct pairs_place pairs_find(const struct pairs *pairs, int64_t key);

/* Puts a pair before the one at `place`; keys must ascend. Returns where it is. */
struct pairs_place pairs_insert(struct pairs *pairs, struct pairs_place place, int64_t key, int64_t value);

void pairs_append(struct pairs *pairs, int64_t key, int64_t value);

/* Returns the place of the pair that came after. */
struct pairs_place pairs_remove(struct pairs *pairs, struct pairs_place place);

/* Removes all pairs before the one at `place`. */
void pairs_drop_before(struct pairs *pairs, struct pairs_place place);

static inline bool pairs_valid(const struct pairs *pairs, struct pairs_place place)
{
    return place.block < pairs->blocks;
}

static inline int64_t pairs_key(const struct pairs *pairs, struct pairs_place place)
{
    return pairs->entries[place.block].block->key[place.at];
}

static inline int64_t pairs_value(const struct pairs *pairs, struct pairs_place place)
{
    return pairs->entries[place.block].block->value[place.at];
}

static inline struct pairs_place pairs_next(const struct pairs *pairs, struct pairs_place place)
{
    if (++place.at == pairs->entries[place.block].count)
        place = (struct pairs_place){place.block + 1, 0};
    return place;
}

/* The pair before; `place` must not be the first. */
static inline struct pairs_place pairs_before(const struct pairs *pairs, struct pairs_place place)
{
    if (place.at == 0)
        return (struct pairs_place){place.block - 1, pairs->entries[place.block - 1].count - 1};
    place.at--;
    return place;
}

static inline void pairs_set(struct pairs *pairs, struct pairs_place place, int64_t key, int64_t value)
{
    struct pairs_entry *entry = &pairs->entries[place.block];
    entry->block->key[place.at] = key;
    entry->block->value[place.at] = value;
    entry->first = entry->block->key[0];
    entry->summary = PAIRS_UNKNOWN;
}

#endif
