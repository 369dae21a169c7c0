/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/store.h"

#include "base/memory.h"
#include "study/study.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 1 << 16 };

struct store_block {
    struct store_block *next;
    size_t used, size; /* bytes */
    max_align_t data[];
};

struct store_shelf *store_shelf(struct store *store, uint64_t hash)
{
    if (store->last && store->last->hash == hash)
        return store->last;
    struct store_shelf **place = &store->shelves;
    while (*place && (*place)->hash != hash)
        place = &(*place)->next;
    if (!*place) {
        *place = memory_alloc(1, sizeof **place);
        (*place)->hash = hash;
        (*place)->slots = -1;
    }
    return store->last = *place;
}

/* Room that never moves, cut from the newest block. */
static void *cut(struct store_shelf *shelf, size_t bytes)
{
    bytes = (bytes + 15) & ~(size_t)15;
    struct store_block *block = shelf->blocks;
    if (!block || block->size - block->used < bytes) {
        size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        block = memory_alloc(1, sizeof *block + size);
        block->size = size;
        block->next = shelf->blocks;
        shelf->blocks = block;
    }
    char *start = (char *)block->data + block->used;
    block->used += bytes;
    return start;
}

static const struct store_table *table_of(const struct store_shelf *shelf, int32_t *replication)
{
    int mirrored = (*replication & STUDY_MIRROR) != 0;
    *replication &= ~STUDY_MIRROR;
    return &shelf->tables[mirrored];
}

const double *store_values(const struct store_shelf *shelf, int32_t replication)
{
    const struct store_table *table = table_of(shelf, &replication);
    return replication < table->capacity ? table->values[replication] : NULL;
}

const struct store_rows *store_rows(const struct store_shelf *shelf, int32_t replication)
{
    const struct store_table *table = table_of(shelf, &replication);
    return replication < table->capacity ? table->rows[replication] : NULL;
}

int64_t store_events(const struct store_shelf *shelf, int32_t replication)
{
    const struct store_table *table = table_of(shelf, &replication);
    return replication < table->capacity ? table->events[replication] : 0;
}

static void *extend(void *old, int32_t count, int32_t capacity, size_t size)
{
    char *grown = memory_grow(old, (size_t)capacity, size);
    memset(grown + (size_t)count * size, 0, (size_t)(capacity - count) * size);
    return grown;
}

static void make_room(struct store_table *table, int32_t replication)
{
    int32_t capacity = table->capacity ? table->capacity : 64;
    if (replication < table->capacity)
        return;
    while (capacity <= replication)
        capacity *= 2;
    table->values = extend(table->values, table->capacity, capacity, sizeof *table->values);
    table->rows = extend(table->rows, table->capacity, capacity, sizeof *table->rows);
    table->events = extend(table->events, table->capacity, capacity, sizeof *table->events);
    table->capacity = capacity;
}

void store_add(struct store_shelf *shelf, int32_t replication, const double *values, int64_t events,
               const struct store_rows *rows)
{
    assert(shelf->slots >= 0);
    int mirrored = (replication & STUDY_MIRROR) != 0;
    int32_t number = replication & ~STUDY_MIRROR;
    assert(number >= 0 && number < STUDY_REPLICATIONS);
    struct store_table *table = &shelf->tables[mirrored];
    make_room(table, number);
    if (table->values[number])
        return;
    size_t bytes = (size_t)shelf->slots * sizeof *values;
    double *copy = cut(shelf, bytes ? bytes : 1);
    memcpy(copy, values, bytes);
    table->values[number] = copy;
    table->events[number] = events;
    shelf->known++;
    if (rows) {
        table->rows[number] = cut(shelf, sizeof *rows);
        *table->rows[number] = *rows;
    }
}

void store_free(struct store *store)
{
    struct store_shelf *shelf = store->shelves;
    while (shelf) {
        struct store_shelf *next = shelf->next;
        struct store_block *block = shelf->blocks;
        while (block) {
            struct store_block *next_block = block->next;
            free(block);
            block = next_block;
        }
        for (int i = 0; i < 2; i++) {
            free(shelf->tables[i].values);
            free(shelf->tables[i].rows);
            free(shelf->tables[i].events);
        }
        free(shelf);
        shelf = next;
    }
    *store = (struct store){0};
}
