/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/pairs.h"

#include <string.h>

void pairs_init(struct pairs *pairs, struct arena *arena)
{
    *pairs = (struct pairs){.arena = arena};
}

static void release_block(struct pairs *pairs, struct pairs_block *block)
{
    block->next_free = pairs->free_block;
    pairs->free_block = block;
}

void pairs_clear(struct pairs *pairs)
{
    for (int32_t i = 0; i < pairs->blocks; i++)
        release_block(pairs, pairs->entries[i].block);
    pairs->blocks = 0;
}

/* Makes an empty block the block number `at`. */
static struct pairs_entry *open_block(struct pairs *pairs, int32_t at)
{
    if (pairs->blocks == pairs->capacity) {
        int32_t capacity = pairs->capacity ? 2 * pairs->capacity : 16;
        pairs->entries = arena_grow(pairs->arena, pairs->entries, (size_t)pairs->blocks, (size_t)capacity,
                                    sizeof *pairs->entries);
        pairs->capacity = capacity;
    }
    struct pairs_block *block = pairs->free_block;
    if (block)
        pairs->free_block = block->next_free;
    else
        block = arena_raw(pairs->arena, 1, sizeof *block);
    struct pairs_entry *entry = &pairs->entries[at];
    memmove(entry + 1, entry, (size_t)(pairs->blocks - at) * sizeof *entry);
    pairs->blocks++;
    *entry = (struct pairs_entry){.summary = PAIRS_UNKNOWN, .block = block};
    return entry;
}

static void close_blocks(struct pairs *pairs, int32_t first, int32_t end)
{
    for (int32_t i = first; i < end; i++)
        release_block(pairs, pairs->entries[i].block);
    memmove(pairs->entries + first, pairs->entries + end,
            (size_t)(pairs->blocks - end) * sizeof *pairs->entries);
    pairs->blocks -= end - first;
}

/* Both searches halve without branches: nobody can foresee which half it is, least of all the processor. */
struct pairs_place pairs_find(const struct pairs *pairs, int64_t key)
{
    if (pairs->blocks == 0 || pairs->entries[0].first > key)
        return (struct pairs_place){-1, 0};
    int32_t block = 0;
    for (int32_t rest = pairs->blocks; rest > 1;) {
        int32_t half = rest / 2;
        block += half * (pairs->entries[block + half].first <= key);
        rest -= half;
    }
    const int64_t *keys = pairs->entries[block].block->key;
    int32_t at = 0;
    for (int32_t rest = pairs->entries[block].count; rest > 1;) {
        int32_t half = rest / 2;
        at += half * (keys[at + half] <= key);
        rest -= half;
    }
    return (struct pairs_place){block, at};
}

/* Moves the pairs from number `from` on of one block to number `to` of another, or of the same. */
static void move(struct pairs_block *target, int32_t to, const struct pairs_block *source, int32_t from,
                 int32_t end)
{
    size_t bytes = (size_t)(end - from) * sizeof *source->key;
    memmove(target->key + to, source->key + from, bytes);
    memmove(target->value + to, source->value + from, bytes);
}

struct pairs_place pairs_insert(struct pairs *pairs, struct pairs_place place, int64_t key, int64_t value)
{
    if (place.block == pairs->blocks) { /* at the end: behind the last pair, in its block */
        if (pairs->blocks == 0)
            open_block(pairs, 0);
        place.block = pairs->blocks - 1;
        place.at = pairs->entries[place.block].count;
    }
    struct pairs_entry *entry = &pairs->entries[place.block];
    if (entry->count == PAIRS_BLOCK) {
        struct pairs_entry *fresh = open_block(pairs, place.block + 1);
        entry = fresh - 1; /* the directory may have moved */
        /* whoever appends leaves full blocks behind */
        int32_t half = place.at == PAIRS_BLOCK ? PAIRS_BLOCK : PAIRS_BLOCK / 2;
        move(fresh->block, 0, entry->block, half, PAIRS_BLOCK);
        fresh->count = PAIRS_BLOCK - half;
        entry->count = half;
        entry->summary = PAIRS_UNKNOWN;
        if (fresh->count)
            fresh->first = fresh->block->key[0];
        if (place.at >= half && (place.at > half || half == PAIRS_BLOCK)) {
            place = (struct pairs_place){place.block + 1, place.at - half};
            entry = fresh;
        }
    }
    struct pairs_block *block = entry->block;
    move(block, place.at + 1, block, place.at, entry->count);
    entry->count++;
    pairs_set(pairs, place, key, value);
    return place;
}

void pairs_append(struct pairs *pairs, int64_t key, int64_t value)
{
    pairs_insert(pairs, (struct pairs_place){pairs->blocks, 0}, key, value);
}

/* Joins block number `left` with the one after it when both are half empty together. */
static bool join(struct pairs *pairs, int32_t left)
{
    if (left < 0 || left + 1 >= pairs->blocks)
        return false;
    struct pairs_entry *entry = &pairs->entries[left], *next = entry + 1;
    if (entry->count + next->count > PAIRS_BLOCK / 2)
        return false;
    move(entry->block, entry->count, next->block, 0, next->count);
    entry->count += next->count;
    entry->summary = PAIRS_UNKNOWN;
    close_blocks(pairs, left + 1, left + 2);
    return true;
}

struct pairs_place pairs_remove(struct pairs *pairs, struct pairs_place place)
{
    struct pairs_entry *entry = &pairs->entries[place.block];
    struct pairs_block *block = entry->block;
    move(block, place.at, block, place.at + 1, entry->count);
    entry->count--;
    if (entry->count == 0) {
        close_blocks(pairs, place.block, place.block + 1);
        return (struct pairs_place){place.block, 0};
    }
    entry->first = block->key[0];
    entry->summary = PAIRS_UNKNOWN;
    if (!join(pairs, place.block) && place.block > 0) {
        int32_t before = pairs->entries[place.block - 1].count;
        if (join(pairs, place.block - 1))
            place = (struct pairs_place){place.block - 1, before + place.at};
    }
    if (place.at == pairs->entries[place.block].count)
        place = (struct pairs_place){place.block + 1, 0};
    return place;
}

void pairs_drop_before(struct pairs *pairs, struct pairs_place place)
{
    if (place.block > 0)
        close_blocks(pairs, 0, place.block);
    if (place.at == 0 || !pairs->blocks)
        return;
    struct pairs_entry *entry = &pairs->entries[0];
    move(entry->block, 0, entry->block, place.at, entry->count);
    entry->count -= place.at;
    entry->first = entry->block->key[0];
    entry->summary = PAIRS_UNKNOWN;
}
