/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * random: any of the ways in which a gang can be placed, each as likely as every other.
 *
 * What a scheduler that knows nothing of the network comes to, and the measure for those that do. Up to a
 * node's cards: any node with room. Larger gangs: any set of wholly free nodes, and any further node with
 * room for the rest. Chance is a hash of the request's salt and a counter: the same job on the same view gets
 * the same nodes. Complexity: O(nodes / 64) for a small gang, O(wholly free nodes) for a large one. Source:
 * selection sampling, Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S (Fan, Muller, Rezucha
 * 1962).
 */
#include "scheduler/place/place_policies.h"

#include <assert.h>

/* The sequence of splitmix64 (place_mix), from the request's salt on, which is well mixed. */
struct chance {
    uint64_t state;
};

/* A whole number from 0 to limit - 1: word * limit / 2^64, by halves (Lemire, ACM TOMACS 29(1), 2019,
 * unbiased enough here without his rejection: off by less than limit / 2^64). */
static int32_t below(struct chance *chance, int32_t limit)
{
    uint64_t word = place_mix(chance->state), times = (uint64_t)limit;
    chance->state += UINT64_C(0x9e3779b97f4a7c15);
    return (int32_t)(((word >> 32) * times + (((word & UINT32_MAX) * times) >> 32)) >> 32);
}

/* The node of a level that has `index` others of it before it. */
static int32_t nth(const struct nodes *view, int32_t level, int32_t index)
{
    const uint64_t *bits = view->bits + (size_t)level * (size_t)view->words;
    int32_t word = 0;
    for (int32_t here; (here = __builtin_popcountll(bits[word])) <= index; word++)
        index -= here;
    uint64_t left = bits[word];
    for (; index > 0; index--)
        left &= left - 1;
    return word * 64 + __builtin_ctzll(left);
}

/* Nodes with at least `cards` free that are not wholly free. */
static int32_t broken_count(const struct nodes *view, int32_t cards)
{
    int32_t count = 0;
    for (int32_t level = cards; level < view->cards; level++)
        count += view->level_count[level];
    return count;
}

/* The node with `index` others before it, by level and number, of those with at least `cards` free. */
static int32_t node_with_room(const struct nodes *view, int32_t cards, int32_t index)
{
    int32_t level = cards;
    for (; index >= view->level_count[level]; level++)
        index -= view->level_count[level];
    return nth(view, level, index);
}

/* Any `count` of the wholly free nodes, in order: each is taken with chance wanted / left. */
static void pick_whole(const struct nodes *view, int32_t count, struct chance *chance, struct job_part *parts)
{
    int32_t cards = view->cards, left = view->level_count[cards];
    assert(count <= left && "the gang does not fit");
    if (count == 1) {
        parts[0] = (struct job_part){.node = nth(view, cards, below(chance, left)), .cards = cards};
        return;
    }
    const uint64_t *bits = view->bits + (size_t)cards * (size_t)view->words;
    struct job_part *part = parts, *end = parts + count;
    for (int32_t word = 0; part < end; word++)
        for (uint64_t here = bits[word]; here && part < end; here &= here - 1, left--)
            if (below(chance, left) < end - part)
                *part++ = (struct job_part){.node = word * 64 + __builtin_ctzll(here), .cards = cards};
}

static int32_t choose(const struct nodes *view, const struct place_request *request, struct job_part *parts)
{
    struct chance chance = {.state = request->salt};
    int32_t whole = request->cards / view->cards, rest = request->cards % view->cards;
    int32_t spare = view->level_count[view->cards] - whole; /* wholly free nodes beyond those needed */
    if (!rest) {
        pick_whole(view, whole, &chance, parts);
        return whole;
    }
    int32_t broken = broken_count(view, rest);
    assert(broken + spare > 0 && "the gang does not fit");
    int32_t pick = below(&chance, broken + spare);
    if (pick < broken || !whole) {
        pick_whole(view, whole, &chance, parts);
        parts[whole] = (struct job_part){.node = node_with_room(view, rest, pick), .cards = rest};
        return whole + 1;
    }
    pick_whole(view, whole + 1, &chance, parts);
    int32_t index = below(&chance, whole + 1); /* which of them is shared */
    int32_t node = parts[index].node;
    parts[index].node = parts[whole].node;
    parts[whole] = (struct job_part){.node = node, .cards = rest};
    return whole + 1;
}

const struct place_policy place_random = {
    .name = "random",
    .summary = "any nodes that have room, by a hash of the job",
    .by_node = true,
    .largest = place_whole_largest,
    .choose = choose,
};
