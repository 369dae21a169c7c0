/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/place.h"

#include "scheduler/place/place_policies.h"

#include <assert.h>
#include <string.h>

static const struct place_policy *const policies[] = {
    &place_count,  &place_first_fit, &place_consolidate, &place_best_fit,
    &place_spread, &place_random,    &place_subtree,
};

enum { POLICY_COUNT = sizeof policies / sizeof *policies };

const struct place_policy *place_policy_at(int index)
{
    return index >= 0 && index < POLICY_COUNT ? policies[index] : NULL;
}

const struct place_policy *place_policy_named(const char *name)
{
    for (int i = 0; i < POLICY_COUNT; i++)
        if (!strcmp(policies[i]->name, name))
            return policies[i];
    return NULL;
}

int64_t place_whole_largest(const struct nodes *view)
{
    return (int64_t)view->level_count[view->cards] * view->cards + nodes_fullest_below(view, view->cards);
}

int32_t place_whole_nodes(const struct nodes *view, int32_t from, int32_t whole, struct job_part *parts)
{
    if (!whole)
        return from;
    int32_t node = nodes_first(view, view->cards, from);
    assert(node >= 0 && "the gang does not fit");
    /* large gangs list many nodes, mostly neighbours: straight from the bitmap */
    const uint64_t *bits = view->bits + (size_t)view->cards * (size_t)view->words;
    uint32_t word = (uint32_t)node / 64;
    uint64_t here = bits[word] & (~(uint64_t)0 << ((uint32_t)node % 64));
    for (int32_t i = 0; i < whole; i++) {
        if (!here) {
            node = nodes_first(view, view->cards, (int32_t)(word + 1) * 64);
            assert(node >= 0 && "the gang does not fit");
            word = (uint32_t)node / 64;
            here = bits[word];
        }
        node = (int32_t)(word * 64) + __builtin_ctzll(here);
        here &= here - 1;
        parts[i] = (struct job_part){.node = node, .cards = view->cards};
    }
    return node + 1;
}
