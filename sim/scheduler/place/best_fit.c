/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * best-fit: where the least is left over, to keep room for large gangs.
 *
 * Up to a node's cards: the node with the fewest free cards that suffice. Larger gangs: the group of any
 * level of the site's tree that is left with the fewest wholly free nodes; inside it the children with the
 * fewest of them are used up first (place_tree.h). Lowest level, then lowest number on a tie. Unlike subtree
 * it goes further away when that fits more closely. Source: best fit as in Johnson, Fast algorithms for bin
 * packing (J. Comput. Syst. Sci. 8, 1974; thesis, MIT, 1973).
 */
#include "scheduler/place/place_policies.h"
#include "scheduler/place/place_tree.h"

static int32_t choose(const struct nodes *view, const struct place_request *request, struct job_part *parts)
{
    return place_tree_choose(view, request->cards, PLACE_TREE_LEAST, parts);
}

const struct place_policy place_best_fit = {
    .name = "best-fit",
    .summary = "the node or group that is left with the least (Johnson)",
    .by_node = true,
    .by_tree = true,
    .largest = place_whole_largest,
    .choose = choose,
};
