/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ordered: jobs in a fixed order, with the questions that schedulers ask of them.
 *
 * Problem: at every event a backfilling scheduler asks for the first waiting job, in order, that is
 * small and short enough; and for the time at which enough running jobs will have ended. Answering
 * by a walk costs as much as the queue is long. And every job enters and leaves two of these orders, so
 * that at short queues it is the constant that counts.
 * Choice: a B+-tree (Bayer & McCreight 1972; Comer 1979). Leaves are sorted arrays of entries, of two ends:
 * what is taken from the front or added at the end moves nothing. For every child an inner node holds
 * the sum of cards, the number of entries, the least cards, and a staircase: for each class of cards (a
 * power of two) the least planned length among the jobs of that class and the smaller ones. "At most so many
 * cards and at most so long" is thus refuted also where one job is small and another one short, so a walk
 * skips nearly every leaf in which nothing matches. Removals leave least cards and staircases as they are:
 * still bounds, if loose ones. A walk that finds nothing under a bound makes it exact, so only what is asked
 * about is paid for.
 *
 * Order: (key, tie), both int64, the pair unique within a tree. Complexity: insert, remove, after, release,
 * cards_until, rank O(log n), within a leaf a move of half its entries at most; at the ends of a tree nothing
 * moves. first, cards O(1). find O(log n) per answer when bounds decide, O(n) at worst.
 * Memory: from the arena in chunks of 16 leaves (16 KB), reused after removal, never copied. 35 bytes an
 * entry where entries come in order, 40 to 46 where they come and go at random; see
 * tests/scheduler/test_ordered.c.
 */
#ifndef TENK_SCHEDULER_ORDERED_H
#define TENK_SCHEDULER_ORDERED_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

struct ordered_entry {
    int64_t key;
    int64_t tie;
    int64_t planned; /* us of planned length */
    int32_t cards;
    int32_t job;
};

/* Blocks of one size by int32 index, in chunks that stay where they are. */
struct ordered_pool {
    void **chunks;
    int32_t chunk_count, chunk_capacity;
    int32_t used; /* blocks handed out so far: 0 .. used - 1 */
    int32_t free; /* list through their `next`, -1: none */
};

struct ordered_bounds;

struct ordered {
    struct arena *arena;
    struct ordered_pool leaves, nodes;
    struct ordered_bounds *top; /* of the whole tree */
    int64_t sum_cards;
    int32_t root;   /* a leaf at height 0, else an inner node; -1 before the first insertion */
    int32_t height; /* levels of inner nodes */
    int32_t head;   /* the first leaf */
    int32_t count;
    bool plain; /* no bounds are kept: nobody asks find or any_within */
};

/* What a walk looks for: cards <= fit_now, and either planned <= window or cards <= fit_later. */
struct ordered_filter {
    int64_t fit_now;
    int64_t fit_later;
    int64_t window; /* us; negative: no length is short enough */
};

void ordered_init(struct ordered *tree, struct arena *arena);

/* The same without bounds, for orders of which nobody asks ordered_find or ordered_any_within. */
void ordered_init_plain(struct ordered *tree, struct arena *arena);

void ordered_insert(struct ordered *tree, int64_t key, int64_t tie, int32_t job, int32_t cards,
                    int64_t planned);

/* Removes the entry (key, tie), which must be there. */
void ordered_remove(struct ordered *tree, int64_t key, int64_t tie);

/*
 * Takes every entry's key anew and sorts by it, ties as before. O(n) when the order is still the same, else
 * O(n log n); sorts in place, with three leaves to spare.
 */
void ordered_rebuild(struct ordered *tree, int64_t (*key)(void *context, int32_t job), void *context);

/* Entry that comes first, NULL when empty. Pointers to entries hold until the next insertion or removal. */
const struct ordered_entry *ordered_first(const struct ordered *tree);

/* First entry after (key, tie) in order; NULL when none. */
const struct ordered_entry *ordered_after(const struct ordered *tree, int64_t key, int64_t tie);

/* A walk from entry to entry in order, O(1) each; it holds until the next insertion or removal. */
struct ordered_walk {
    const struct ordered *tree;
    int32_t leaf; /* -1: the end */
    int32_t at;
};

/* Begins before the first entry. */
struct ordered_walk ordered_walk_begin(const struct ordered *tree);

/* The next entry; NULL at the end. */
const struct ordered_entry *ordered_walk_next(struct ordered_walk *walk);

/* First entry after (key, tie) that passes the filter; NULL when none. */
const struct ordered_entry *ordered_find(const struct ordered *tree, int64_t key, int64_t tie,
                                         const struct ordered_filter *filter);

/* True when some entry needs at most `cards` cards. O(1) mostly, O(log n) after the least one has left. */
bool ordered_any_within(const struct ordered *tree, int64_t cards);

/*
 * The least key at which the cards of all entries up to it sum to at least `need` (> 0). False when all
 * entries together do not reach it.
 */
bool ordered_release(const struct ordered *tree, int64_t need, int64_t *key);

/* Cards of all entries. O(1). */
int64_t ordered_cards(const struct ordered *tree);

/* Cards of all entries with at most that key. */
int64_t ordered_cards_until(const struct ordered *tree, int64_t key);

/* Number of entries before (key, tie), which need not be there. */
int64_t ordered_rank(const struct ordered *tree, int64_t key, int64_t tie);

#endif
