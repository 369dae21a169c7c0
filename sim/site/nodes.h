/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nodes: the free cards of a site, node by node, found without scanning.
 *
 * Problem: "the fullest node with room for 3 cards", "1,024 wholly free nodes" are asked at every
 * start; the answer must not cost a walk over all nodes.
 * Choice: nodes are filed by their number of free cards; each level is a bitmap with a summary (one
 * bit for 64 words). The lowest index of a level is two count-trailing-zeros away.
 * A node that is down or not yet built has 0 free cards.
 * Complexity: set, first O(1) up to 4,096 nodes and O(nodes / 4096) beyond; copy O(nodes).
 * An index with 0 nodes only counts: free_cards is then changed directly by its owner.
 */
#ifndef TENK_SITE_NODES_H
#define TENK_SITE_NODES_H

#include "base/memory.h"

#include <stdint.h>

enum { NODES_MAX_CARDS = 64 }; /* cards a node, at most */

struct nodes {
    int32_t count;      /* nodes the site can ever have */
    int32_t cards;      /* cards of a whole node */
    int64_t free_cards; /* sum over nodes */
    int32_t words;      /* of one level's bitmap */
    int32_t summary_words;
    int16_t *free;        /* [node] */
    int32_t *level_count; /* [0 .. cards]: nodes with exactly so many free cards */
    uint64_t *bits;       /* [level][word] */
    uint64_t *summary;    /* [level][summary word] */
};

/* All nodes start with 0 free cards. */
void nodes_init(struct nodes *nodes, struct arena *arena, int32_t count, int32_t cards_per_node);

/* Makes `to` (same shape) equal to `from`. */
void nodes_copy(struct nodes *to, const struct nodes *from);

void nodes_set(struct nodes *nodes, int32_t node, int32_t free_cards);

/* Lowest node >= from with exactly `level` free cards; -1 when there is none. */
int32_t nodes_first(const struct nodes *nodes, int32_t level, int32_t from);

/* The largest number of free cards that a node has, below `limit` (exclusive); 0 when none. */
int32_t nodes_fullest_below(const struct nodes *nodes, int32_t limit);

#endif
