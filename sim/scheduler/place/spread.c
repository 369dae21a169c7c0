/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spread: as far apart as can be: for the bandwidth of many switches, and so that one failure hits little.
 *
 * Up to a node's cards: the node with most free cards. Larger gangs: one node from every group of the highest
 * level, those with most wholly free nodes first, then a second one from every group that still has one, and
 * so on; within a group the same over its children. The rest goes to the node that would come next, and when
 * no wholly free one is left, to the one with most free cards. Lowest number on a tie; the parts come group
 * by group. Complexity: O(parts + children of the groups entered x different sizes among them). Source:
 * Kubernetes, NodeResourcesFit with LeastAllocated (most free first) and PodTopologySpread (even over the
 * groups); Slurm's SelectTypeParameters=CR_LLN and --distribution=cyclic for the same two.
 */
#include "scheduler/place/place_policies.h"

#include <assert.h>

struct spreader {
    const struct nodes *view;
    struct job_part *parts;
    int32_t used;
};

/* How nodes are shared out: every group gives `each` if it can, the first `extra` larger ones one more. */
struct quota {
    int32_t each;
    int32_t extra;
};

static struct quota share_out(const struct nodes_tier *tier, int32_t from, int32_t to, int32_t nodes)
{
    struct quota quota = {0, nodes};
    for (;;) {
        int32_t groups = 0, least = INT32_MAX; /* that can give more; the fewest that one of them has */
        for (int32_t group = from; group < to; group++) {
            if (tier->whole[group] <= quota.each)
                continue;
            groups++;
            if (tier->whole[group] < least)
                least = tier->whole[group];
        }
        if (quota.extra < groups || !groups)
            return quota;
        int32_t rounds = quota.extra / groups;
        if (rounds > least - quota.each)
            rounds = least - quota.each;
        quota.each += rounds;
        quota.extra -= rounds * groups;
    }
}

/* `count` nodes of those from `from` up to `to`, which groups of the tiers below `tier` divide. */
static void spread(struct spreader *spreader, int32_t tier, int32_t from, int32_t to, int32_t count)
{
    const struct nodes *view = spreader->view;
    if (tier == 0) {
        int32_t next = place_whole_nodes(view, from, count, spreader->parts + spreader->used);
        assert(next <= to);
        (void)next;
        spreader->used += count;
        return;
    }
    const struct nodes_tier *below = &view->tiers[tier - 1];
    int32_t first = from / below->size, last = (to - 1) / below->size + 1;
    struct quota quota = share_out(below, first, last, count);
    for (int32_t whole = nodes_tier_below(below, below->size); whole > 0 && count > 0;
         whole = nodes_tier_below(below, whole - 1)) {
        int32_t group = first;
        for (; count > 0 && (group = nodes_tier_first(below, whole, group, last)) >= 0; group++) {
            int32_t give = whole < quota.each ? whole : quota.each;
            if (whole > quota.each && quota.extra > 0) {
                give++;
                quota.extra--;
            }
            int32_t start = group * below->size;
            if (give)
                spread(spreader, tier - 1, start, to - start < below->size ? to : start + below->size, give);
            count -= give;
        }
    }
    assert(count == 0);
}

static int32_t choose(const struct nodes *view, const struct place_request *request, struct job_part *parts)
{
    struct spreader spreader = {.view = view, .parts = parts};
    int32_t whole = request->cards / view->cards, rest = request->cards % view->cards;
    bool breaks = rest && view->level_count[view->cards] > whole; /* the rest takes a wholly free node, too */
    spread(&spreader, view->tier_count, 0, view->count, whole + breaks);
    if (breaks) {
        parts[spreader.used - 1].cards = rest;
    } else if (rest) {
        int32_t node = nodes_first(view, nodes_fullest_below(view, view->cards), 0);
        assert(node >= 0 && view->free[node] >= rest && "the gang does not fit");
        parts[spreader.used++] = (struct job_part){.node = node, .cards = rest};
    }
    return spreader.used;
}

const struct place_policy place_spread = {
    .name = "spread",
    .summary = "evenly over the groups of the network, most free first (Kubernetes)",
    .by_node = true,
    .largest = place_whole_largest,
    .choose = choose,
};
