/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spread: as far apart as can be: for the bandwidth of many switches, and so that one failure hits little.
 *
 * Up to a node's cards: the node with most free cards. Larger gangs: one node from every group of the highest
 * level, those with most wholly free nodes first, then a second one from every group that still has one, and
 * so on; within a group the same over its children. The rest goes to the node that would come next, and when
 * no wholly free one is left, to the one with most free cards. Lowest number on a tie; the parts come group
 * by group. Complexity: O(parts x tiers + children of the groups entered, sorted), with more than FEW
 * children O(children x different sizes among them) instead. Source: Kubernetes, NodeResourcesFit with
 * LeastAllocated (most free first) and PodTopologySpread (even over the groups); Slurm's
 * SelectTypeParameters=CR_LLN and --distribution=cyclic for the same two.
 */
#include "scheduler/place/place_policies.h"

#include <assert.h>

enum { FEW = 32 }; /* so many groups are sorted faster than walked through by their number of nodes */

struct spreader {
    const struct nodes *view;
    struct job_part *parts;
    int32_t used;
};

/* Groups of a tier, `to` left out. */
struct range {
    const struct nodes_tier *tier;
    int32_t from;
    int32_t to;
};

/* How nodes are shared out: every group gives `each` if it can, the first `extra` larger ones one more. */
struct quota {
    int32_t each;
    int32_t extra;
};

static void spread(struct spreader *spreader, int32_t tier, int32_t from, int32_t to, int32_t count);

/* `count` nodes of a group of a tier; `end`: no node from there on. */
static void spread_within(struct spreader *spreader, int32_t tier, int32_t group, int32_t end, int32_t count)
{
    int32_t size = spreader->view->tiers[tier].size, start = group * size;
    spread(spreader, tier, start, end - start < size ? end : start + size, count);
}

/* What a group gives that has so many nodes and comes next. */
static int32_t take_share(struct quota *quota, int32_t whole)
{
    if (whole <= quota->each)
        return whole;
    bool more = quota->extra > 0;
    quota->extra -= more;
    return quota->each + more;
}

/* Sorts the groups with wholly free nodes: most of them first, then by number; returns how many these are. */
static int32_t sort_few(const struct range *range, int32_t groups[FEW])
{
    const int32_t *whole = range->tier->whole;
    int32_t count = 0;
    for (int32_t group = range->from; group < range->to; group++) {
        int32_t here = whole[group], at = count;
        if (!here)
            continue;
        for (; at > 0 && whole[groups[at - 1]] < here; at--)
            groups[at] = groups[at - 1];
        groups[at] = group;
        count++;
    }
    return count;
}

static void spread_over_few(struct spreader *spreader, int32_t tier, const struct range *range, int32_t end,
                            int32_t count)
{
    const int32_t *whole = range->tier->whole;
    int32_t groups[FEW], number = sort_few(range, groups);
    struct quota quota = {0, count};
    if (count >= number) { /* from the smallest: those that give all, until an even share is less than that */
        int32_t left = count, more = number;
        while (more > 0 && whole[groups[more - 1]] <= left / more)
            left -= whole[groups[--more]];
        quota = more > 0 ? (struct quota){left / more, left % more} : (struct quota){range->tier->size, 0};
    }
    for (int32_t i = 0; i < number && count > 0; i++) {
        int32_t give = take_share(&quota, whole[groups[i]]);
        spread_within(spreader, tier, groups[i], end, give);
        count -= give;
    }
    assert(count == 0 && "the gang does not fit");
}

static struct quota share_out(const struct range *range, int32_t nodes)
{
    const struct nodes_tier *tier = range->tier;
    struct quota quota = {0, nodes};
    if (range->to - range->from == tier->groups && nodes < tier->groups - tier->with[0])
        return quota; /* not even one from each */
    for (;;) {
        int32_t groups = 0, least = INT32_MAX; /* that can give more; the fewest that one of them has */
        for (int32_t group = range->from; group < range->to; group++) {
            int32_t whole = tier->whole[group];
            groups += whole > quota.each;
            least = whole > quota.each && whole < least ? whole : least;
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

static void spread_over_many(struct spreader *spreader, int32_t tier, const struct range *range, int32_t end,
                             int32_t count)
{
    struct quota quota = share_out(range, count);
    for (int32_t whole = nodes_tier_below(range->tier, range->tier->size); whole > 0 && count > 0;
         whole = nodes_tier_below(range->tier, whole - 1)) {
        int32_t group = range->from;
        for (; count > 0 && (group = nodes_tier_first(range->tier, whole, group, range->to)) >= 0; group++) {
            int32_t give = take_share(&quota, whole);
            spread_within(spreader, tier, group, end, give);
            count -= give;
        }
    }
    assert(count == 0 && "the gang does not fit");
}

/* The lowest of a few groups with most wholly free nodes. */
static int32_t fullest_of_few(const struct range *range)
{
    const int32_t *whole = range->tier->whole;
    int32_t best = range->from;
    for (int32_t group = best + 1; group < range->to; group++)
        best = whole[group] > whole[best] ? group : best;
    return best;
}

/* `count` nodes of those from `from` up to `to`, which groups of the tiers below `tier` divide. */
static void spread(struct spreader *spreader, int32_t tier, int32_t from, int32_t to, int32_t count)
{
    const struct nodes *view = spreader->view;
    for (; tier > 0; tier--) {
        const struct nodes_tier *below = &view->tiers[tier - 1];
        struct range range = {below, from / below->size, (to - 1) / below->size + 1};
        if (range.to - range.from > FEW) {
            spread_over_many(spreader, tier - 1, &range, to, count);
            return;
        }
        if (count > 1) {
            spread_over_few(spreader, tier - 1, &range, to, count);
            return;
        }
        from = fullest_of_few(&range) * below->size; /* most often: one node, down to the lowest tier */
        to = to - from < below->size ? to : from + below->size;
    }
    spreader->used += count;
    if (count == 1) {
        spreader->parts[spreader->used - 1] =
            (struct job_part){.node = nodes_first(view, view->cards, from), .cards = view->cards};
        return;
    }
    int32_t next = place_whole_nodes(view, from, count, spreader->parts + spreader->used - count);
    assert(next <= to);
    (void)next;
}

static int32_t choose(const struct nodes *view, const struct place_request *request, struct job_part *parts)
{
    struct spreader spreader = {.view = view, .parts = parts};
    int32_t whole = request->cards / view->cards, rest = request->cards % view->cards;
    bool breaks = rest && view->level_count[view->cards] > whole; /* the rest takes a wholly free node, too */
    if (whole + breaks)
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
    .by_tree = true,
    .largest = place_whole_largest,
    .choose = choose,
};
