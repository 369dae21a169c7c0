/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/chunks.h"

void chunks_init(struct chunks *chunks, struct arena *arena, size_t size, int shift)
{
    *chunks = (struct chunks){.arena = arena, .size = size, .shift = shift};
}

static void add_block(struct chunks *chunks, void *block)
{
    if (chunks->block_count == chunks->block_capacity) {
        int64_t capacity = chunks->block_capacity ? 2 * chunks->block_capacity : 16;
        chunks->blocks = arena_grow(chunks->arena, chunks->blocks, (size_t)chunks->block_capacity,
                                    (size_t)capacity, sizeof *chunks->blocks);
        chunks->block_capacity = capacity;
    }
    chunks->blocks[chunks->block_count++] = block;
}

void chunks_extend(struct chunks *chunks)
{
    add_block(chunks, arena_alloc(chunks->arena, (size_t)1 << chunks->shift, chunks->size));
}

void chunks_extend_raw(struct chunks *chunks)
{
    add_block(chunks, arena_raw(chunks->arena, (size_t)1 << chunks->shift, chunks->size));
}
