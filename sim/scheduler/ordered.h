/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ordered: jobs in a fixed order, with the questions that schedulers ask of them.
 *
 * Problem: at every event a backfilling scheduler asks for the first waiting job, in order, that is
 * small and short enough; and for the time at which enough running jobs will have ended. Answering
 * by a walk costs as much as the queue is long.
 * Choice: a treap (randomised search tree, Seidel & Aragon 1996) whose nodes know the least number
 * of cards, the least planned length and the sum of cards of their subtree; a walk skips every
 * subtree in which nothing can match. Priorities are a hash of the insertion count, so the shape
 * and therefore the time, never the answers, depend on it; runs repeat exactly.
 *
 * Order: (key, tie), both int64, the pair unique within a tree. Complexity: insert, remove, first,
 * release O(log n) expected; find O(log n) per answer when subtrees decide, O(n) at worst.
 * Memory: 72 bytes an entry from the arena, reused after removal.
 */
#ifndef TENK_SCHEDULER_ORDERED_H
#define TENK_SCHEDULER_ORDERED_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

struct ordered_entry {
    int64_t key;
    int64_t tie;
    int64_t planned;       /* us of planned length */
    int64_t least_planned; /* of the subtree */
    int64_t sum_cards;     /* of the subtree */
    int32_t cards;
    int32_t least_cards; /* of the subtree */
    int32_t left, right; /* -1: none */
    int32_t job;
    uint32_t priority;
};

struct ordered {
    struct arena *arena;
    struct ordered_entry *entries;
    int32_t capacity;
    int32_t free_entry; /* list through `left` */
    int32_t root;
    int32_t count;
    uint32_t inserted;
};

/* What a walk looks for: cards <= fit_now, and either planned <= window or cards <= fit_later. */
struct ordered_filter {
    int64_t fit_now;
    int64_t fit_later;
    int64_t window; /* us; negative: no length is short enough */
};

void ordered_init(struct ordered *tree, struct arena *arena);

void ordered_insert(struct ordered *tree, int64_t key, int64_t tie, int32_t job, int32_t cards,
                    int64_t planned);

/* Removes the entry (key, tie), which must be there. */
void ordered_remove(struct ordered *tree, int64_t key, int64_t tie);

/* Entry that comes first, NULL when empty. Pointers to entries hold until the next insertion. */
const struct ordered_entry *ordered_first(const struct ordered *tree);

/* First entry after (key, tie) in order; NULL when none. */
const struct ordered_entry *ordered_after(const struct ordered *tree, int64_t key, int64_t tie);

/* First entry after (key, tie) that passes the filter; NULL when none. */
const struct ordered_entry *ordered_find(const struct ordered *tree, int64_t key, int64_t tie,
                                         const struct ordered_filter *filter);

/* True when some entry needs at most `cards` cards. O(1). */
bool ordered_any_within(const struct ordered *tree, int64_t cards);

/*
 * The least key at which the cards of all entries up to it sum to at least `need` (> 0). False when all
 * entries together do not reach it.
 */
bool ordered_release(const struct ordered *tree, int64_t need, int64_t *key);

/* Takes every entry's key anew and sorts again; ties as before. O(n log n). */
void ordered_rebuild(struct ordered *tree, int64_t (*key)(void *context, int32_t job), void *context);

/* Entries before (key, tie). */
int64_t ordered_rank(const struct ordered *tree, int64_t key, int64_t tie);

/* Cards of all entries. O(1). */
int64_t ordered_cards(const struct ordered *tree);

/* Cards of all entries with at most that key. */
int64_t ordered_cards_until(const struct ordered *tree, int64_t key);

#endif
