/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ordered_blocks: leaves and inner nodes: their memory, their sums and bounds, their columns. */
#include "scheduler/ordered_internal.h"

#include <string.h>

/* The chunk of a fresh block; the block is `used - 1`. */
static void extend(struct ordered *tree, struct ordered_pool *pool, int log2, size_t size)
{
    assert(pool->used < INT32_MAX);
    if (pool->used >> log2 == pool->chunk_count) {
        if (pool->chunk_count == pool->chunk_capacity) {
            int32_t capacity = pool->chunk_capacity ? 2 * pool->chunk_capacity : 4;
            pool->chunks = arena_grow(tree->arena, pool->chunks, (size_t)pool->chunk_count, (size_t)capacity,
                                      sizeof *pool->chunks);
            pool->chunk_capacity = capacity;
        }
        pool->chunks[pool->chunk_count++] = arena_raw(tree->arena, (size_t)1 << log2, size);
    }
    pool->used++;
}

int32_t ordered_take_leaf(struct ordered *tree)
{
    struct ordered_pool *pool = &tree->leaves;
    int32_t at = pool->free;
    if (at >= 0) {
        pool->free = ordered_leaf_at(tree, at)->next;
    } else {
        extend(tree, pool, ORDERED_LEAF_CHUNK, sizeof(struct ordered_leaf));
        at = pool->used - 1;
    }
    struct ordered_leaf *leaf = ordered_leaf_at(tree, at);
    leaf->next = leaf->previous = -1;
    leaf->begin = leaf->count = 0;
    return at;
}

int32_t ordered_take_node(struct ordered *tree)
{
    struct ordered_pool *pool = &tree->nodes;
    int32_t at = pool->free;
    if (at >= 0) {
        pool->free = ordered_node_at(tree, at)->next;
    } else {
        extend(tree, pool, ORDERED_NODE_CHUNK, sizeof(struct ordered_node));
        at = pool->used - 1;
    }
    struct ordered_node *node = ordered_node_at(tree, at);
    node->count = 0;
    node->plain = tree->plain;
    return at;
}

void ordered_drop_leaf(struct ordered *tree, int32_t leaf)
{
    ordered_leaf_at(tree, leaf)->next = tree->leaves.free;
    tree->leaves.free = leaf;
}

void ordered_drop_node(struct ordered *tree, int32_t node)
{
    ordered_node_at(tree, node)->next = tree->nodes.free;
    tree->nodes.free = node;
}

void ordered_bounds_clear(struct ordered_bounds *bounds)
{
    bounds->least = INT32_MAX;
    bounds->sure = 0;
    for (int i = 0; i < ORDERED_CLASSES; i++)
        bounds->planned[i] = ORDERED_NO_CODE;
}

void ordered_bounds_of_leaf(struct ordered_bounds *bounds, const struct ordered_leaf *leaf)
{
    ordered_bounds_clear(bounds);
    for (int32_t i = leaf->begin; i < leaf->begin + leaf->count; i++)
        ordered_bounds_add(bounds, &leaf->slots[i]);
}

void ordered_bounds_of_node(struct ordered_bounds *bounds, const struct ordered_node *node)
{
    ordered_bounds_clear(bounds);
    for (int32_t i = 0; i < node->count; i++)
        bounds->least = node->least[i] < bounds->least ? node->least[i] : bounds->least;
    for (int k = 0; k < ORDERED_CLASSES; k++) {
        int16_t planned = ORDERED_NO_CODE;
        for (int32_t i = 0; i < node->count; i++)
            planned = node->planned[k][i] < planned ? node->planned[k][i] : planned;
        bounds->planned[k] = planned;
    }
}

void ordered_set_bounds(struct ordered_node *node, int32_t slot, const struct ordered_bounds *bounds)
{
    node->least[slot] = bounds->least;
    for (int i = 0; i < ORDERED_CLASSES; i++)
        node->planned[i][slot] = bounds->planned[i];
}

void ordered_sum_leaf(struct ordered_node *node, int32_t slot, const struct ordered_leaf *leaf)
{
    if (!node->plain) {
        struct ordered_bounds bounds;
        ordered_bounds_of_leaf(&bounds, leaf);
        ordered_set_bounds(node, slot, &bounds);
    }
    int64_t sum = 0;
    for (int32_t i = leaf->begin; i < leaf->begin + leaf->count; i++)
        sum += leaf->slots[i].cards;
    node->sum[slot] = sum;
    node->entries[slot] = leaf->count;
}

void ordered_sum_node(struct ordered_node *node, int32_t slot, const struct ordered_node *child)
{
    if (!node->plain) {
        struct ordered_bounds bounds;
        ordered_bounds_of_node(&bounds, child);
        ordered_set_bounds(node, slot, &bounds);
    }
    int64_t sum = 0;
    int32_t entries = 0;
    for (int32_t i = 0; i < child->count; i++) {
        sum += child->sum[i];
        entries += child->entries[i];
    }
    node->sum[slot] = sum;
    node->entries[slot] = entries;
}

#define MOVE_ROW(row) memmove(&to->row[to_slot], &from->row[from_slot], n * sizeof *to->row)

void ordered_move_columns(struct ordered_node *to, int32_t to_slot, const struct ordered_node *from,
                          int32_t from_slot, int32_t count)
{
    assert(to_slot + count <= ORDERED_FAN && from_slot + count <= ORDERED_FAN);
    size_t n = (size_t)count;
    MOVE_ROW(child);
    MOVE_ROW(first);
    MOVE_ROW(sum);
    MOVE_ROW(entries);
    if (to->plain)
        return;
    MOVE_ROW(least);
    for (int k = 0; k < ORDERED_CLASSES; k++)
        MOVE_ROW(planned[k]);
}
