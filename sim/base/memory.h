/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * memory: heap allocation that cannot fail, and the arena of one replication.
 *
 * A simulator that runs out of memory half-way has nothing useful left to say: results are written
 * only at the end and under a temporary name, so stopping at once loses nothing that a restart
 * would not repeat. memory_alloc and memory_grow therefore abort with a message and spare every
 * caller an error path that no test could reach.
 *
 * The arena serves the event loop: bump allocation from large blocks, everything released together
 * by arena_reset, blocks kept for the next replication of the same thread. Growing an array inside
 * the arena copies it (the old copy stays until the reset), so doubling growth wastes at most as
 * much again. Not thread-safe: one arena a thread.
 */
#ifndef TENK_BASE_MEMORY_H
#define TENK_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed memory for count items of size bytes; aborts when there is none. Release with free(). */
void *memory_alloc(size_t count, size_t size);

/* realloc that aborts on failure; new bytes are not cleared. */
void *memory_grow(void *block, size_t count, size_t size);

/* A heap copy of a text. */
char *memory_text(const char *text);

struct arena_block;

struct arena {
    struct arena_block *first;
    struct arena_block *current;
    size_t used;  /* bytes used of the current block */
    size_t total; /* bytes held in all blocks */
};

/* Zeroed, 16-byte aligned; valid until arena_reset. O(size). */
void *arena_alloc(struct arena *arena, size_t count, size_t size);

/* The same without zeroing: for large scratch space that is written before it is read. */
void *arena_raw(struct arena *arena, size_t count, size_t size);

/* A larger copy of an array of `old_count` items; the new part is zeroed. */
void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count, size_t size);

/* The same array, or a copy of at least twice the capacity when all of it is used: room for one item more. */
void *arena_room(struct arena *arena, void *items, int32_t count, int32_t *capacity, size_t size);

/* Forgets all allocations, keeps the blocks. O(1). */
void arena_reset(struct arena *arena);

void arena_free(struct arena *arena);

#endif
