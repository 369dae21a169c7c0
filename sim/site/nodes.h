/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nodes: the free cards of a site, node by node, found without scanning.
 *
 * Problem: "the fullest node with room for 3 cards", "1,024 wholly free nodes" are asked at every
 * start; the answer must not cost a walk over all nodes.
 * Choice: nodes are filed by their number of free cards; each level is a bitmap with a summary (one
 * bit for 64 words). The lowest index of a level is two count-trailing-zeros away.
 * A node that is down or not yet built has 0 free cards.
 * Complexity: set, first O(1) up to 4,096 nodes and O(nodes / 4096) beyond; copy, load O(nodes).
 * An index with 0 nodes only counts: free_cards is then changed directly by its owner.
 *
 * Tiers. Placement on a tree asks for "the group of this size with the fewest wholly free nodes, but at least
 * 12". With a topology the groups of each of its levels (here: tiers, as `level` is a number of free cards)
 * are filed by their number of wholly free nodes in the same way: a bitmap of groups for each number, and one
 * of the numbers that occur. What is found depends on the free cards alone, not on how they came about. A set
 * that makes or breaks a wholly free node then costs O(tiers) more; a tier of g groups of s nodes takes
 * s * g / 8 + 4 g bytes and a few for each of s.
 */
#ifndef TENK_SITE_NODES_H
#define TENK_SITE_NODES_H

#include "base/memory.h"
#include "site/topology.h"

#include <stdint.h>

enum { NODES_MAX_CARDS = 64 }; /* cards a node, at most */
enum { NODES_TIERS = TOPOLOGY_SITE - TOPOLOGY_SERVER };

/* A change of one group that its tier does not show yet. */
struct nodes_pending {
    int32_t group; /* -1: nothing is pending */
    int32_t whole; /* wholly free nodes more */
};

/* The groups of one level of the topology that is neither the node's nor the site's. */
struct nodes_tier {
    int32_t size;   /* nodes of a whole group */
    int32_t step;   /* the same in groups of the tier below */
    int32_t groups; /* the last one may be cut short */
    int32_t words;  /* of a bitmap of groups */
    int32_t *whole; /* [group] wholly free nodes */
    int32_t *with;  /* [0 .. size] groups with exactly so many wholly free nodes */
    uint64_t *any;  /* bit k: with[k] > 0 */
    uint64_t *bits; /* [wholly free nodes][word] */
};

struct nodes {
    int32_t count;      /* nodes the site can ever have */
    int32_t cards;      /* cards of a whole node */
    int64_t free_cards; /* sum over nodes */
    int32_t words;      /* of one level's bitmap */
    int32_t summary_words;
    int16_t *free;                        /* [node] */
    int32_t *level_count;                 /* [0 .. cards]: nodes with exactly so many free cards */
    uint64_t *bits;                       /* [level][word] */
    uint64_t *summary;                    /* [level][summary word] */
    int32_t tier_count;                   /* 0 without a topology */
    struct nodes_tier tiers[NODES_TIERS]; /* smallest groups first */
    struct nodes_pending pending[NODES_TIERS];
    unsigned char *tier_block; /* all arrays of the tiers */
    size_t tier_bytes;
};

/* All nodes start with 0 free cards. */
void nodes_init(struct nodes *nodes, struct arena *arena, int32_t count, int32_t cards_per_node);

/* Keeps the groups of a topology of as many nodes from now on; to be called when all nodes have 0 free cards.
 */
void nodes_group(struct nodes *nodes, struct arena *arena, const struct topology *topology);

/* Makes `to` (same shape) equal to `from`. */
void nodes_copy(struct nodes *to, const struct nodes *from);

/* Sets all nodes; those that have so many free cards already cost next to nothing. O(nodes / 16 + changes).
 */
void nodes_load(struct nodes *nodes, const int16_t *free);

void nodes_set(struct nodes *nodes, int32_t node, int32_t free_cards);

/*
 * The same for many nodes one after the other: the tiers are right again only after nodes_settle. Nodes of
 * one group in a row change it once.
 */
void nodes_change(struct nodes *nodes, int32_t node, int32_t free_cards);
void nodes_settle(struct nodes *nodes);

/*
 * The same for the parts of a gang, which are mostly whole nodes side by side: neighbours (nodes of one word
 * of the bitmaps) that go from one number of free cards to another are filed at once. Until nodes_sweep_end
 * only `free` is right. Order does not matter, it only costs.
 */
struct nodes_sweep {
    struct nodes *nodes;
    uint32_t word;     /* of the bitmaps */
    int32_t old, free; /* cards of the nodes gathered, before and now */
    uint64_t gathered; /* nodes of the word, a bit each */
};

static inline struct nodes_sweep nodes_sweep_begin(struct nodes *nodes)
{
    return (struct nodes_sweep){.nodes = nodes};
}

/* Files the nodes gathered. */
void nodes_sweep_file(struct nodes_sweep *sweep);

static inline void nodes_sweep_set(struct nodes_sweep *sweep, int32_t node, int32_t free_cards)
{
    int16_t *at = &sweep->nodes->free[node];
    int32_t old = *at;
    if (old == free_cards)
        return;
    uint32_t word = (uint32_t)node / 64;
    if (word != sweep->word || old != sweep->old || free_cards != sweep->free) {
        nodes_sweep_file(sweep);
        sweep->word = word;
        sweep->old = old;
        sweep->free = free_cards;
    }
    *at = (int16_t)free_cards;
    sweep->gathered |= (uint64_t)1 << ((uint32_t)node % 64);
}

static inline void nodes_sweep_end(struct nodes_sweep *sweep)
{
    nodes_sweep_file(sweep);
    nodes_settle(sweep->nodes);
}

/* Lowest node >= from with exactly `level` free cards; -1 when there is none. */
int32_t nodes_first(const struct nodes *nodes, int32_t level, int32_t from);

/* The largest number of free cards that a node has, below `limit` (exclusive); 0 when none. */
int32_t nodes_fullest_below(const struct nodes *nodes, int32_t limit);

/*
 * Free cards that a gang of so many cards (>= 1) could not use. Up to a node's cards: those in nodes with
 * fewer free. Larger gangs take whole nodes and one rest: those in nodes that are not wholly free, and all of
 * them when the gang does not fit. O(cards per node).
 * Fragmentation is measured against the sizes that are wanted: Weng et al., "Beware of Fragmentation" (FGD),
 * USENIX ATC'23, section 3; theirs is the mean of this over the jobs that arrive.
 */
int64_t nodes_unusable(const struct nodes *nodes, int32_t cards);

/* Lowest group from `from` on and below `to` with exactly `whole` wholly free nodes; -1 when there is none.
 */
int32_t nodes_tier_first(const struct nodes_tier *tier, int32_t whole, int32_t from, int32_t to);

/* The least number >= whole of wholly free nodes that a group of the tier has; -1 when none. */
int32_t nodes_tier_above(const struct nodes_tier *tier, int32_t whole);

/* The largest such number <= whole; -1 when none. */
int32_t nodes_tier_below(const struct nodes_tier *tier, int32_t whole);

#endif
