/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ordered_internal: the blocks of the tree of ordered.h, for its files: ordered.c asks, ordered_change.c
 * inserts and removes, ordered_rebuild.c sorts anew, ordered_blocks.c keeps the blocks.
 *
 * A leaf holds its entries in slots begin .. begin + count - 1, so that both ends can give and take.
 * An inner node holds one column for each child; columns are stored by rows, for a search or a walk reads one
 * or two rows of many columns. first[i] is a fence: not after any entry of child i, after all of child i - 1.
 * It stays when the first entry goes. first[0] is not looked at: whatever comes before first[1] belongs to
 * child 0.
 *
 * Planned lengths in bounds are coded in 16 bits, rounded down (see ordered_code): a bound may be too low by
 * 1/512 of its value and no entry is missed.
 */
#ifndef TENK_SCHEDULER_ORDERED_INTERNAL_H
#define TENK_SCHEDULER_ORDERED_INTERNAL_H

#include "scheduler/ordered.h"

#include <assert.h>

enum {
    ORDERED_LEAF =
        31,           /* entries: 1 KB, half of which is moved in less time than a miss of the caches takes */
    ORDERED_FAN = 64, /* children of an inner node */
    ORDERED_CLASSES = 16,   /* of cards: 1, 2 to 3, 4 to 7, ..., 32768 and more */
    ORDERED_LEVELS = 16,    /* of inner nodes; 2^31 entries need 7 at worst fill */
    ORDERED_LEAF_CHUNK = 4, /* log2 of the blocks in a chunk */
    ORDERED_NODE_CHUNK = 1,
};

#define ORDERED_NO_CODE INT16_MAX

/* Of no entry: least INT32_MAX, every bound ORDERED_NO_CODE. */
struct ordered_bounds {
    int32_t least;                    /* no entry has fewer cards */
    int32_t sure;                     /* of the top: at least so many entries have `least` cards */
    int16_t planned[ORDERED_CLASSES]; /* coded; no entry of this class of cards or a smaller one is shorter */
};

struct ordered_leaf {
    int32_t next, previous; /* in order, -1: none */
    int32_t begin, count;
    struct ordered_entry slots[ORDERED_LEAF];
};

struct ordered_fence {
    int64_t key, tie;
};

struct ordered_node {
    int32_t next; /* among free ones */
    int32_t count;
    bool plain;                 /* as its tree: least and planned are not kept */
    int32_t child[ORDERED_FAN]; /* leaves on the lowest level, else nodes */
    struct ordered_fence first[ORDERED_FAN];
    int64_t sum[ORDERED_FAN];     /* cards */
    int32_t entries[ORDERED_FAN]; /* below */
    int32_t least[ORDERED_FAN];   /* cards, a bound */
    int16_t planned[ORDERED_CLASSES][ORDERED_FAN];
};

/* From the root down: the nodes and which of their children the way goes on with. */
struct ordered_path {
    int32_t node[ORDERED_LEVELS];
    int32_t slot[ORDERED_LEVELS];
};

static inline struct ordered_leaf *ordered_leaf_at(const struct ordered *tree, int32_t at)
{
    struct ordered_leaf *chunk = tree->leaves.chunks[at >> ORDERED_LEAF_CHUNK];
    return &chunk[at & ((1 << ORDERED_LEAF_CHUNK) - 1)];
}

static inline struct ordered_node *ordered_node_at(const struct ordered *tree, int32_t at)
{
    struct ordered_node *chunk = tree->nodes.chunks[at >> ORDERED_NODE_CHUNK];
    return &chunk[at & ((1 << ORDERED_NODE_CHUNK) - 1)];
}

static inline struct ordered_entry *ordered_entries(struct ordered_leaf *leaf)
{
    return &leaf->slots[leaf->begin];
}

/* (a, b) before (key, tie), without a branch: the searches do not know which way they go. */
static inline bool ordered_precedes(int64_t a, int64_t b, int64_t key, int64_t tie)
{
    return (a < key) | ((a == key) & (b < tie));
}

/* Which child the entry (key, tie) belongs to. */
static inline int32_t ordered_child(const struct ordered_node *node, int64_t key, int64_t tie)
{
    int32_t at = 0;
    for (int32_t rest = node->count; rest > 1;) {
        int32_t half = rest / 2;
        const struct ordered_fence *fence = &node->first[at + half];
        at = ordered_precedes(key, tie, fence->key, fence->tie) ? at : at + half;
        rest -= half;
    }
    return at;
}

/* Number of entries of the leaf before (key, tie). */
static inline int32_t ordered_before(const struct ordered_leaf *leaf, int64_t key, int64_t tie)
{
    const struct ordered_entry *entries = &leaf->slots[leaf->begin];
    int32_t at = 0, rest = leaf->count;
    while (rest > 0) {
        int32_t half = rest / 2;
        const struct ordered_entry *entry = &entries[at + half];
        bool before = ordered_precedes(entry->key, entry->tie, key, tie);
        at = before ? at + half + 1 : at;
        rest = before ? rest - half - 1 : half;
    }
    return at;
}

/* Class of cards: floor(log2), from 0. */
static inline int ordered_class(int64_t cards)
{
    if (cards < 2)
        return 0;
    int log2 = 63 - __builtin_clzll((unsigned long long)cards);
    return log2 < ORDERED_CLASSES ? log2 : ORDERED_CLASSES - 1;
}

/* A length in 16 bits, never the longer one the lower: below 1024 itself, then ten leading bits and their
 * place. */
static inline int16_t ordered_code(int64_t length)
{
    if (length < 1024)
        return (int16_t)(length < 0 ? 0 : length);
    int shift = 54 - __builtin_clzll((unsigned long long)length);
    return (int16_t)((shift << 9) + (int)(length >> shift));
}

static inline void ordered_bounds_add(struct ordered_bounds *bounds, const struct ordered_entry *entry)
{
    if (entry->cards < bounds->least) {
        bounds->least = entry->cards;
        bounds->sure = 1;
    } else {
        bounds->sure += entry->cards == bounds->least;
    }
    int16_t code = ordered_code(entry->planned);
    /* the staircase descends: where it is low enough, so is the rest */
    for (int i = ordered_class(entry->cards); i < ORDERED_CLASSES && bounds->planned[i] > code; i++)
        bounds->planned[i] = code;
}

/* An empty leaf, linked to nothing; an empty node. */
int32_t ordered_take_leaf(struct ordered *tree);
int32_t ordered_take_node(struct ordered *tree);
void ordered_drop_leaf(struct ordered *tree, int32_t leaf);
void ordered_drop_node(struct ordered *tree, int32_t node);

void ordered_bounds_clear(struct ordered_bounds *bounds);
void ordered_bounds_of_leaf(struct ordered_bounds *bounds, const struct ordered_leaf *leaf);
void ordered_bounds_of_node(struct ordered_bounds *bounds, const struct ordered_node *node);

/* Sets the bounds of child `slot`. */
void ordered_set_bounds(struct ordered_node *node, int32_t slot, const struct ordered_bounds *bounds);

/* Sets sum, number and bounds of child `slot` from the leaf or node that it is. */
void ordered_sum_leaf(struct ordered_node *node, int32_t slot, const struct ordered_leaf *leaf);
void ordered_sum_node(struct ordered_node *node, int32_t slot, const struct ordered_node *child);

/* Moves `count` columns, within a node or between two; changes no counts. */
void ordered_move_columns(struct ordered_node *to, int32_t to_slot, const struct ordered_node *from,
                          int32_t from_slot, int32_t count);

/* Puts a leaf or node, whose fence is given, beside the one that the path ends with at `level`: after it. */
void ordered_add_leaf(struct ordered *tree, struct ordered_path *path, int32_t leaf,
                      struct ordered_fence fence);

#endif
