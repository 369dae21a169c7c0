/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chunks: an array that grows without moving.
 *
 * Problem: an arena never gives memory back, so an array that doubles by copying leaves as much behind again,
 * and pointers into it die with every copy.
 * Choice: blocks of equal numbers of items and a small table of pointers to them; item i lies in
 * block i / 2^shift. Only the table is ever copied.
 * Complexity: at O(1), one more load than a plain array; extend O(block). Items start zeroed, or raw where
 * the owner writes them before it reads them. Ownership: the arena's.
 */
#ifndef TENK_BASE_CHUNKS_H
#define TENK_BASE_CHUNKS_H

#include "base/memory.h"

#include <stdint.h>

struct chunks {
    struct arena *arena;
    char **blocks;
    size_t size; /* bytes of an item */
    int shift;   /* 2^shift items a block */
    int64_t block_count, block_capacity;
};

/* The first block is taken with the first extension. */
void chunks_init(struct chunks *chunks, struct arena *arena, size_t size, int shift);

/* Makes room for one more block of zeroed items. */
void chunks_extend(struct chunks *chunks);

/* The same without zeroing. */
void chunks_extend_raw(struct chunks *chunks);

static inline int64_t chunks_capacity(const struct chunks *chunks)
{
    return chunks->block_count << chunks->shift;
}

static inline void *chunks_at(const struct chunks *chunks, int64_t index)
{
    return chunks->blocks[index >> chunks->shift] +
           (size_t)(index & (((int64_t)1 << chunks->shift) - 1)) * chunks->size;
}

#endif
