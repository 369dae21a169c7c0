/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * consolidate: as few nodes as can be, and those that leave the least behind.
 *
 * Up to a node's cards: the fullest node that has room (lowest index on a tie). A multiple of a node:
 * wholly free nodes. Otherwise wholly free nodes for the whole part and, for the rest, the next
 * node in order of most free cards that has room.
 * Source: the placement of the Helios simulator (Hu et al., SC'21 artifact).
 */
#include "scheduler/place/place_policies.h"

#include <assert.h>

static int32_t choose(const struct nodes *view, const struct place_request *request, struct job_part *parts)
{
    int32_t cards = request->cards;
    if (cards <= view->cards) {
        int32_t level = cards;
        while (level < view->cards && !view->level_count[level])
            level++;
        int32_t node = nodes_first(view, level, 0);
        assert(node >= 0);
        parts[0] = (struct job_part){.node = node, .cards = cards};
        return 1;
    }
    int32_t used = cards / view->cards;
    int32_t next = place_whole_nodes(view, 0, used, parts);
    int32_t rest = cards % view->cards;
    if (rest) {
        int32_t node = nodes_first(view, view->cards, next);
        if (node < 0)
            node = nodes_first(view, nodes_fullest_below(view, view->cards), 0);
        assert(node >= 0);
        parts[used++] = (struct job_part){.node = node, .cards = rest};
    }
    return used;
}

const struct place_policy place_consolidate = {
    .name = "consolidate",
    .summary = "few nodes, the fullest that has room first (Helios)",
    .by_node = true,
    .largest = place_whole_largest,
    .choose = choose,
};
