/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    size_t size;
    alignas(16) unsigned char data[];
};

static const size_t arena_block_bytes = (size_t)1 << 20;

_Noreturn static void out_of_memory(size_t count, size_t size)
{
    fprintf(stderr, "tenk: out of memory (%zu x %zu bytes asked for); nothing was written\n", count, size);
    abort();
}

void *memory_alloc(size_t count, size_t size)
{
    void *block = calloc(count ? count : 1, size ? size : 1);
    if (!block)
        out_of_memory(count, size);
    return block;
}

void *memory_grow(void *block, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        out_of_memory(count, size);
    size_t bytes = count * size;
    void *grown = realloc(block, bytes ? bytes : 1);
    if (!grown)
        out_of_memory(count, size);
    return grown;
}

char *memory_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = memory_alloc(bytes, 1);
    memcpy(copy, text, bytes);
    return copy;
}

/*
 * Moves on to a block with room for `bytes`: the first kept one that is large enough, drawn forward so
 * that the smaller ones stay ahead for smaller needs, else a new one. Without the search a thread's
 * arena would grow with every replication whose large arrays come in another order.
 */
static void arena_next_block(struct arena *arena, size_t bytes)
{
    struct arena_block **place = arena->current ? &arena->current->next : &arena->first;
    struct arena_block **at = place;
    while (*at && (*at)->size < bytes)
        at = &(*at)->next;
    struct arena_block *next = *at;
    if (next) {
        *at = next->next;
    } else {
        size_t size = bytes > arena_block_bytes ? bytes : arena_block_bytes;
        next = malloc(sizeof *next + size);
        if (!next)
            out_of_memory(1, size);
        next->size = size;
        arena->total += size;
    }
    next->next = *place;
    *place = next;
    arena->current = next;
    arena->used = 0;
}

void *arena_raw(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size) /* half: rounding up and the head of a block never overflow */
        out_of_memory(count, size);
    size_t bytes = (count * size + 15) & ~(size_t)15;
    if (!arena->current || arena->current->size - arena->used < bytes)
        arena_next_block(arena, bytes);
    void *start = arena->current->data + arena->used;
    arena->used += bytes;
    return start;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
    void *start = arena_raw(arena, count, size);
    memset(start, 0, count * size);
    return start;
}

void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count, size_t size)
{
    char *grown = arena_raw(arena, new_count, size);
    if (old_count)
        memcpy(grown, old, old_count * size);
    memset(grown + old_count * size, 0, (new_count - old_count) * size);
    return grown;
}

void *arena_room(struct arena *arena, void *items, int32_t count, int32_t *capacity, size_t size)
{
    enum { FIRST = 64 };
    if (count < *capacity)
        return items;
    *capacity = *capacity ? 2 * *capacity : FIRST;
    return arena_grow(arena, items, (size_t)count, (size_t)*capacity, size);
}

void arena_reset(struct arena *arena)
{
    arena->current = NULL;
    arena->used = 0;
}

void arena_free(struct arena *arena)
{
    struct arena_block *block = arena->first;
    while (block) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    memset(arena, 0, sizeof *arena);
}
