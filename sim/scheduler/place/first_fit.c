/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * first-fit: the lowest nodes that have room. Gangs larger than a node take the lowest wholly free
 * nodes and, for the rest, the lowest other node with room. Source: first fit as in Johnson (1973);
 * whole nodes for large gangs as in Ascend and Slurm exclusive allocation.
 */
#include "scheduler/place/place_policies.h"

#include <assert.h>

/* Lowest node with room for `cards`; wholly free nodes count only from `whole_from` on. */
static int32_t lowest_with_room(const struct nodes *view, int32_t cards, int32_t whole_from)
{
    int32_t best = -1;
    for (int32_t level = cards; level <= view->cards; level++) {
        int32_t node = nodes_first(view, level, level == view->cards ? whole_from : 0);
        if (node >= 0 && (best < 0 || node < best))
            best = node;
    }
    assert(best >= 0 && "the gang does not fit");
    return best;
}

static int32_t choose(const struct nodes *view, const struct place_request *request, struct job_part *parts)
{
    int32_t cards = request->cards;
    int32_t next = 0, used = 0;
    if (cards > view->cards) {
        used = cards / view->cards;
        next = place_whole_nodes(view, 0, used, parts);
    }
    int32_t rest = cards > view->cards ? cards % view->cards : cards;
    if (rest)
        parts[used++] = (struct job_part){.node = lowest_with_room(view, rest, next), .cards = rest};
    return used;
}

const struct place_policy place_first_fit = {
    .name = "first-fit",
    .summary = "the lowest-numbered nodes that have room",
    .by_node = true,
    .largest = place_whole_largest,
    .choose = choose,
};
