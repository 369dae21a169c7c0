/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "site/nodes.h"

#include <assert.h>
#include <string.h>

void nodes_init(struct nodes *nodes, struct arena *arena, int32_t count, int32_t cards_per_node)
{
    assert(count >= 0 && cards_per_node >= 1 && cards_per_node <= NODES_MAX_CARDS);
    memset(nodes, 0, sizeof *nodes);
    nodes->count = count;
    nodes->cards = cards_per_node;
    nodes->words = (count + 63) / 64;
    nodes->summary_words = (nodes->words + 63) / 64;
    size_t levels = (size_t)cards_per_node + 1;
    nodes->free = arena_alloc(arena, (size_t)count, sizeof *nodes->free);
    nodes->level_count = arena_alloc(arena, levels, sizeof *nodes->level_count);
    nodes->bits = arena_alloc(arena, levels * (size_t)nodes->words, sizeof *nodes->bits);
    nodes->summary = arena_alloc(arena, levels * (size_t)nodes->summary_words, sizeof *nodes->summary);
    nodes->level_count[0] = count;
    /* level 0 has no bitmap worth keeping: nobody looks for a full node */
}

/* The next `count` items of the block, 8-byte aligned; only counts while there is no block. */
static void *carve(struct nodes *nodes, int32_t count, size_t size)
{
    void *start = nodes->tier_block ? nodes->tier_block + nodes->tier_bytes : NULL;
    nodes->tier_bytes += ((size_t)count * size + 7) / 8 * 8;
    return start;
}

static void lay_out(struct nodes *nodes)
{
    nodes->tier_bytes = 0;
    for (int32_t t = 0; t < nodes->tier_count; t++) {
        struct nodes_tier *tier = &nodes->tiers[t];
        tier->whole = carve(nodes, tier->groups, sizeof *tier->whole);
        tier->with = carve(nodes, tier->size + 1, sizeof *tier->with);
        tier->any = carve(nodes, tier->size / 64 + 1, sizeof *tier->any);
        tier->bits = carve(nodes, (tier->size + 1) * tier->words, sizeof *tier->bits);
    }
}

/* Files all groups under the numbers in `whole`; bitmaps and counts are clear. */
static void file_groups(struct nodes_tier *tier)
{
    for (int32_t group = 0; group < tier->groups; group++) {
        int32_t whole = tier->whole[group];
        tier->with[whole]++;
        tier->any[whole / 64] |= (uint64_t)1 << (whole % 64);
        tier->bits[(size_t)whole * (size_t)tier->words + (size_t)(group / 64)] |= (uint64_t)1 << (group % 64);
    }
}

void nodes_group(struct nodes *nodes, struct arena *arena, const struct topology *topology)
{
    assert(nodes->count == topology->nodes && nodes->cards == topology->cards_per_node);
    assert(!nodes->free_cards && !nodes->tier_count);
    int32_t below = 1;
    for (enum topology_level level = TOPOLOGY_SERVER; level < TOPOLOGY_SITE; level++) {
        int32_t size = topology->size[level];
        if (size == below || size >= nodes->count)
            continue; /* the same as the level below, or as the site */
        struct nodes_tier *tier = &nodes->tiers[nodes->tier_count++];
        tier->size = size;
        tier->step = size / below;
        tier->groups = topology_groups(topology, level);
        tier->words = (tier->groups + 63) / 64;
        below = size;
    }
    lay_out(nodes);
    nodes->tier_block = arena_alloc(arena, nodes->tier_bytes, 1);
    lay_out(nodes);
    for (int32_t t = 0; t < nodes->tier_count; t++)
        file_groups(&nodes->tiers[t]);
    for (int32_t t = 0; t < NODES_TIERS; t++)
        nodes->pending[t] = (struct nodes_pending){.group = -1};
}

void nodes_copy(struct nodes *to, const struct nodes *from)
{
    assert(to->count == from->count && to->cards == from->cards);
    size_t levels = (size_t)from->cards + 1;
    to->free_cards = from->free_cards;
    if (!from->count)
        return;
    memcpy(to->free, from->free, (size_t)from->count * sizeof *from->free);
    memcpy(to->level_count, from->level_count, levels * sizeof *from->level_count);
    memcpy(to->bits, from->bits, levels * (size_t)from->words * sizeof *from->bits);
    memcpy(to->summary, from->summary, levels * (size_t)from->summary_words * sizeof *from->summary);
    assert(to->tier_bytes == from->tier_bytes);
    if (from->tier_count)
        memcpy(to->tier_block, from->tier_block, from->tier_bytes);
}

/* A group of the tier has `by` wholly free nodes more. */
static void refile(struct nodes_tier *tier, int32_t group, int32_t by)
{
    uint32_t old = (uint32_t)tier->whole[group], now = old + (uint32_t)by;
    uint64_t bit = (uint64_t)1 << ((uint32_t)group % 64);
    uint64_t *bits = tier->bits + (uint32_t)group / 64;
    tier->whole[group] = (int32_t)now;
    bits[old * (size_t)tier->words] &= ~bit;
    bits[now * (size_t)tier->words] |= bit;
    if (!--tier->with[old])
        tier->any[old / 64] &= ~((uint64_t)1 << (old % 64));
    if (!tier->with[now]++)
        tier->any[now / 64] |= (uint64_t)1 << (now % 64);
}

/* Adds to what is pending in a tier; what is pending of another group there moves on, tier by tier. */
static void pend(struct nodes *nodes, int32_t t, int32_t group, int32_t whole)
{
    struct nodes_pending *pending = &nodes->pending[t];
    while (pending->group != group) {
        struct nodes_pending before = *pending;
        *pending = (struct nodes_pending){.group = group, .whole = whole};
        if (!before.whole)
            return;
        refile(&nodes->tiers[t], before.group, before.whole);
        if (++t == nodes->tier_count)
            return;
        pending++;
        assert(nodes->tiers[t].step > 0);
        group = before.group / nodes->tiers[t].step;
        whole = before.whole;
    }
    pending->whole += whole;
}

void nodes_settle(struct nodes *nodes)
{
    for (int32_t t = 0; t < nodes->tier_count; t++) {
        struct nodes_pending before = nodes->pending[t];
        nodes->pending[t] = (struct nodes_pending){.group = -1};
        if (!before.whole)
            continue;
        refile(&nodes->tiers[t], before.group, before.whole);
        if (t + 1 < nodes->tier_count) {
            assert(nodes->tiers[t + 1].step > 0);
            pend(nodes, t + 1, before.group / nodes->tiers[t + 1].step, before.whole);
        }
    }
}

void nodes_set(struct nodes *nodes, int32_t node, int32_t free_cards)
{
    nodes_change(nodes, node, free_cards);
    nodes_settle(nodes);
}

/* Nodes of one word of the bitmaps go from one level to another. */
static void file_nodes(struct nodes *nodes, uint32_t word, uint64_t mask, int32_t old, int32_t now)
{
    int32_t count = mask & (mask - 1) ? __builtin_popcountll(mask) : 1;
    nodes->free_cards += (int64_t)(now - old) * count;
    nodes->level_count[old] -= count;
    nodes->level_count[now] += count;
    uint64_t summary_bit = (uint64_t)1 << (word % 64);
    if (old) {
        uint64_t *bits = nodes->bits + (size_t)old * (size_t)nodes->words + word;
        *bits &= ~mask;
        if (!*bits)
            nodes->summary[(size_t)old * (size_t)nodes->summary_words + word / 64] &= ~summary_bit;
    }
    if (now) {
        uint64_t *bits = nodes->bits + (size_t)now * (size_t)nodes->words + word;
        if (!*bits)
            nodes->summary[(size_t)now * (size_t)nodes->summary_words + word / 64] |= summary_bit;
        *bits |= mask;
    }
    int32_t whole = (now == nodes->cards) - (old == nodes->cards);
    if (!whole || !nodes->tier_count)
        return;
    for (; mask; mask &= mask - 1)
        pend(nodes, 0, (int32_t)(word * 64 + (uint32_t)__builtin_ctzll(mask)) / nodes->tiers[0].step, whole);
}

void nodes_change(struct nodes *nodes, int32_t node, int32_t free_cards)
{
    int32_t old = nodes->free[node];
    assert(free_cards >= 0 && free_cards <= nodes->cards);
    if (old == free_cards)
        return;
    nodes->free[node] = (int16_t)free_cards;
    file_nodes(nodes, (uint32_t)node / 64, (uint64_t)1 << ((uint32_t)node % 64), old, free_cards);
}

void nodes_sweep_file(struct nodes_sweep *sweep)
{
    if (!sweep->gathered)
        return;
    assert(sweep->free >= 0 && sweep->free <= sweep->nodes->cards);
    file_nodes(sweep->nodes, sweep->word, sweep->gathered, sweep->old, sweep->free);
    sweep->gathered = 0;
}

enum { STRIDE = 16, PIECE = 4 }; /* nodes that are compared at once; those in one word of the machine */

static void load_nodes(struct nodes *nodes, const int16_t *free, int32_t from, int32_t to)
{
    for (int32_t node = from; node < to; node++)
        if (nodes->free[node] != free[node])
            nodes_change(nodes, node, free[node]);
}

/* Bits that differ in a word of PIECE nodes. */
static uint64_t difference(const int16_t *a, const int16_t *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x ^ y;
}

/* By words: most strides are the same, and a call of memcmp for each takes longer than to compare. */
static void load_stride(struct nodes *nodes, const int16_t *free, int32_t from)
{
    const int16_t *a = nodes->free + from, *b = free + from;
    if (!(difference(a, b) | difference(a + PIECE, b + PIECE) | difference(a + 2 * PIECE, b + 2 * PIECE) |
          difference(a + 3 * PIECE, b + 3 * PIECE)))
        return;
    for (int32_t i = 0; i < STRIDE; i += PIECE)
        if (difference(a + i, b + i))
            load_nodes(nodes, free, from + i, from + i + PIECE);
}

void nodes_load(struct nodes *nodes, const int16_t *free)
{
    int32_t from = 0;
    for (; from + STRIDE <= nodes->count; from += STRIDE)
        load_stride(nodes, free, from);
    load_nodes(nodes, free, from, nodes->count);
    nodes_settle(nodes);
}

int32_t nodes_first(const struct nodes *nodes, int32_t level, int32_t from)
{
    if (level <= 0 || level > nodes->cards || from >= nodes->count)
        return -1;
    const uint64_t *bits = nodes->bits + (size_t)level * (size_t)nodes->words;
    const uint64_t *summary = nodes->summary + (size_t)level * (size_t)nodes->summary_words;
    int32_t word = from / 64;
    uint64_t here = bits[word] & (~(uint64_t)0 << (from % 64));
    if (here)
        return word * 64 + __builtin_ctzll(here);
    word++;
    for (int32_t s = word / 64; s < nodes->summary_words; s++) {
        uint64_t words = summary[s];
        if (s == word / 64)
            words &= ~(uint64_t)0 << (word % 64);
        if (words) {
            int32_t found = s * 64 + __builtin_ctzll(words);
            return found * 64 + __builtin_ctzll(bits[found]);
        }
    }
    return -1;
}

int32_t nodes_fullest_below(const struct nodes *nodes, int32_t limit)
{
    int32_t level = limit - 1 < nodes->cards ? limit - 1 : nodes->cards;
    while (level > 0 && !nodes->level_count[level])
        level--;
    return level > 0 ? level : 0;
}

int64_t nodes_unusable(const struct nodes *nodes, int32_t cards)
{
    assert(cards >= 1);
    int64_t whole = nodes->level_count[nodes->cards];
    if (cards > nodes->cards) {
        int64_t largest = whole * nodes->cards + nodes_fullest_below(nodes, nodes->cards);
        return cards > largest ? nodes->free_cards : nodes->free_cards - whole * nodes->cards;
    }
    int64_t unusable = 0;
    for (int32_t level = 1; level < cards; level++)
        unusable += (int64_t)level * nodes->level_count[level];
    return unusable;
}

int32_t nodes_tier_first(const struct nodes_tier *tier, int32_t whole, int32_t from, int32_t to)
{
    if (from >= to)
        return -1;
    const uint64_t *bits = tier->bits + (size_t)whole * (size_t)tier->words;
    int32_t word = from / 64, last = (to - 1) / 64;
    uint64_t here = bits[word] & (~(uint64_t)0 << (from % 64));
    while (!here && word < last)
        here = bits[++word];
    if (!here)
        return -1;
    int32_t group = word * 64 + __builtin_ctzll(here);
    return group < to ? group : -1;
}

int32_t nodes_tier_above(const struct nodes_tier *tier, int32_t whole)
{
    if (whole > tier->size)
        return -1;
    int32_t word = whole / 64;
    uint64_t here = tier->any[word] & (~(uint64_t)0 << (whole % 64));
    while (!here && word < tier->size / 64)
        here = tier->any[++word];
    return here ? word * 64 + __builtin_ctzll(here) : -1;
}

int32_t nodes_tier_below(const struct nodes_tier *tier, int32_t whole)
{
    if (whole < 0)
        return -1;
    int32_t from = whole < tier->size ? whole : tier->size, word = from / 64;
    uint64_t here = tier->any[word] & (~(uint64_t)0 >> (63 - from % 64));
    while (!here && word > 0)
        here = tier->any[--word];
    return here ? word * 64 + 63 - __builtin_clzll(here) : -1;
}
