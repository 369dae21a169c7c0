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
}

void nodes_set(struct nodes *nodes, int32_t node, int32_t free_cards)
{
    int32_t old = nodes->free[node];
    assert(free_cards >= 0 && free_cards <= nodes->cards);
    if (old == free_cards)
        return;
    nodes->free_cards += free_cards - old;
    nodes->free[node] = (int16_t)free_cards;
    nodes->level_count[old]--;
    nodes->level_count[free_cards]++;
    int32_t word = node / 64;
    uint64_t bit = (uint64_t)1 << (node % 64);
    if (old) {
        uint64_t *bits = nodes->bits + (size_t)old * (size_t)nodes->words;
        bits[word] &= ~bit;
        if (!bits[word])
            nodes->summary[(size_t)old * (size_t)nodes->summary_words + (size_t)(word / 64)] &=
                ~((uint64_t)1 << (word % 64));
    }
    if (free_cards) {
        nodes->bits[(size_t)free_cards * (size_t)nodes->words + (size_t)word] |= bit;
        nodes->summary[(size_t)free_cards * (size_t)nodes->summary_words + (size_t)(word / 64)] |=
            (uint64_t)1 << (word % 64);
    }
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
