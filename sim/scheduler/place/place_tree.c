/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/place/place_tree.h"

#include "scheduler/place/place_policies.h"

#include <assert.h>

/* A placement under way. A group is (tier, number); the tier after the last has one group, the site. */
struct filler {
    const struct nodes *view;
    enum place_tree_rule rule;
    struct job_part *parts;
    int32_t used;
};

/* What a gang still needs: wholly free nodes, and some cards of a further one (0: none). */
struct need {
    int32_t whole;
    int32_t rest;
};

/* From one number up to another, without the latter. */
struct range {
    int32_t from;
    int32_t to;
};

/* The order in which children are used up: by wholly free nodes, then by number. Those before it are used. */
struct walk {
    bool rising;
    int32_t whole;
    int32_t next; /* number */
};

static struct range nodes_of(const struct nodes *view, int32_t tier, int32_t group)
{
    if (tier == view->tier_count)
        return (struct range){0, view->count};
    int32_t size = view->tiers[tier].size;
    int32_t from = group * size;
    return (struct range){from, view->count - from < size ? view->count : from + size};
}

static struct range groups_of(const struct nodes_tier *tier, struct range nodes)
{
    return (struct range){nodes.from / tier->size, (nodes.to - 1) / tier->size + 1};
}

/* The node that is not wholly free with the fewest free cards that suffice; -1 when there is none. */
static int32_t broken_node(const struct nodes *view, struct range nodes, int32_t cards)
{
    for (int32_t level = cards; level < view->cards; level++) {
        if (!view->level_count[level])
            continue;
        int32_t node = nodes_first(view, level, nodes.from);
        if (node >= 0 && node < nodes.to)
            return node;
    }
    return -1;
}

/* A group with `whole` wholly free nodes (enough for the need) holds it. */
static bool holds(const struct nodes *view, int32_t tier, int32_t group, int32_t whole, struct need need)
{
    return !need.rest || whole > need.whole || broken_node(view, nodes_of(view, tier, group), need.rest) >= 0;
}

/* The group in the range with the fewest wholly free nodes that holds the need, of those not used; -1: none.
 */
static int32_t best_group(const struct nodes *view, int32_t t, struct range groups, struct need need,
                          const struct walk *walk)
{
    const struct nodes_tier *tier = &view->tiers[t];
    int32_t whole = need.whole;
    if (walk && walk->rising && walk->whole > whole)
        whole = walk->whole;
    for (whole = nodes_tier_above(tier, whole); whole >= 0; whole = nodes_tier_above(tier, whole + 1)) {
        if (walk && !walk->rising && whole > walk->whole)
            return -1;
        int32_t group = walk && whole == walk->whole ? walk->next : groups.from;
        for (; (group = nodes_tier_first(tier, whole, group, groups.to)) >= 0; group++)
            if (holds(view, t, group, whole, need))
                return group;
    }
    return -1;
}

/* The next child to use up; -1 when none is left that has a wholly free node. */
static int32_t next_child(const struct nodes_tier *tier, struct range children, struct walk *walk)
{
    while (walk->whole >= 1) {
        int32_t child = nodes_tier_first(tier, walk->whole, walk->next, children.to);
        if (child >= 0) {
            walk->next = child + 1;
            return child;
        }
        walk->whole =
            walk->rising ? nodes_tier_above(tier, walk->whole + 1) : nodes_tier_below(tier, walk->whole - 1);
        walk->next = children.from;
    }
    return -1;
}

/* The lowest `count` wholly free nodes from `from` on; returns the number behind the last of them. */
static int32_t take_nodes(struct filler *filler, int32_t from, int32_t count)
{
    int32_t next = place_whole_nodes(filler->view, from, count, filler->parts + filler->used);
    filler->used += count;
    return next;
}

static void take_rest(struct filler *filler, int32_t node, int32_t cards)
{
    filler->parts[filler->used++] = (struct job_part){.node = node, .cards = cards};
}

/* In a group whose children are nodes. */
static void fill_with_nodes(struct filler *filler, struct range nodes, struct need need)
{
    int32_t next = take_nodes(filler, nodes.from, need.whole);
    if (!need.rest)
        return;
    int32_t node = broken_node(filler->view, nodes, need.rest);
    take_rest(filler, node >= 0 ? node : nodes_first(filler->view, filler->view->cards, next), need.rest);
}

static void fill(struct filler *filler, int32_t tier, int32_t group, struct need need);

/* In a group that holds the need: the group of it, or of one below it, that the rule wants. */
static void place_within(struct filler *filler, int32_t top, int32_t top_group, struct need need)
{
    const struct nodes *view = filler->view;
    struct range nodes = nodes_of(view, top, top_group);
    int32_t found_tier = top, found = top_group, least = INT32_MAX;
    for (int32_t t = 0; t < top; t++) {
        int32_t group = best_group(view, t, groups_of(&view->tiers[t], nodes), need, NULL);
        if (group < 0 || view->tiers[t].whole[group] >= least)
            continue;
        found_tier = t;
        found = group;
        least = view->tiers[t].whole[group];
        if (filler->rule == PLACE_TREE_SMALLEST)
            break;
    }
    fill(filler, found_tier, found, need);
}

/*
 * All wholly free nodes of some children are taken and only the rest is left, which no other child was asked
 * for yet: in a child touched already, else where it leaves the least.
 */
static void settle_rest(struct filler *filler, int32_t t, struct range nodes, int32_t first_part,
                        int32_t cards, const struct walk *walk)
{
    const struct nodes *view = filler->view;
    const struct nodes_tier *tier = &view->tiers[t];
    int32_t last = -1, node = -1;
    for (int32_t i = first_part; i < filler->used && node < 0; i++) {
        int32_t child = filler->parts[i].node / tier->size;
        if (child != last)
            node = broken_node(view, nodes_of(view, t, child), cards);
        last = child;
    }
    if (node < 0)
        node = broken_node(view, nodes, cards);
    if (node >= 0) {
        take_rest(filler, node, cards);
        return;
    }
    int32_t child = best_group(view, t, groups_of(tier, nodes), (struct need){.whole = 1}, walk);
    assert(child >= 0 && "the gang does not fit");
    place_within(filler, t, child, (struct need){.whole = 1});
    filler->parts[filler->used - 1].cards = cards;
}

/* In a group that holds the need while none of the groups below it does (or the rule prefers it to them). */
static void fill(struct filler *filler, int32_t tier, int32_t group, struct need need)
{
    const struct nodes *view = filler->view;
    struct range nodes = nodes_of(view, tier, group);
    if (tier == 0) {
        fill_with_nodes(filler, nodes, need);
        return;
    }
    const struct nodes_tier *below = &view->tiers[tier - 1];
    struct range children = groups_of(below, nodes);
    bool rising = filler->rule == PLACE_TREE_LEAST;
    struct walk walk = {.rising = rising, .whole = rising ? 1 : below->size, .next = children.from};
    int32_t first_part = filler->used;
    while (need.whole) {
        int32_t child = best_group(view, tier - 1, children, need, &walk);
        if (child >= 0) {
            place_within(filler, tier - 1, child, need);
            return;
        }
        child = next_child(below, children, &walk);
        assert(child >= 0 && below->whole[child] <= need.whole);
        take_nodes(filler, child * below->size, below->whole[child]);
        need.whole -= below->whole[child];
    }
    if (need.rest)
        settle_rest(filler, tier - 1, nodes, first_part, need.rest, &walk);
}

int32_t place_tree_choose(const struct nodes *view, int32_t cards, enum place_tree_rule rule,
                          struct job_part *parts)
{
    struct filler filler = {.view = view, .rule = rule, .parts = parts};
    struct range all = {0, view->count};
    struct need need = {.whole = cards / view->cards, .rest = cards % view->cards};
    int32_t node = need.whole ? -1 : broken_node(view, all, cards);
    if (node >= 0) {
        take_rest(&filler, node, cards);
        return 1;
    }
    if (!need.whole)
        need = (struct need){.whole = 1};
    place_within(&filler, view->tier_count, 0, need);
    if (cards < view->cards)
        parts[0].cards = cards;
    return filler.used;
}
