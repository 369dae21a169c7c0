/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/ordered_internal.h"

const struct ordered_entry *ordered_first(const struct ordered *tree)
{
    return tree->count ? ordered_entries(ordered_leaf_at(tree, tree->head)) : NULL;
}

struct ordered_walk ordered_walk_begin(const struct ordered *tree)
{
    return (struct ordered_walk){.tree = tree, .leaf = tree->count ? tree->head : -1};
}

const struct ordered_entry *ordered_walk_next(struct ordered_walk *walk)
{
    if (walk->leaf < 0)
        return NULL;
    struct ordered_leaf *leaf = ordered_leaf_at(walk->tree, walk->leaf);
    const struct ordered_entry *entry = ordered_entries(leaf) + walk->at;
    if (++walk->at == leaf->count) {
        walk->leaf = leaf->next;
        walk->at = 0;
    }
    return entry;
}

/* Entry at position `at` of the leaf, or the one after the leaf. */
static const struct ordered_entry *entry_at(const struct ordered *tree, struct ordered_leaf *leaf, int32_t at)
{
    if (at < leaf->count)
        return ordered_entries(leaf) + at;
    return leaf->next < 0 ? NULL : ordered_entries(ordered_leaf_at(tree, leaf->next));
}

/* Position of the first entry of the leaf after (key, tie). */
static int32_t after(const struct ordered_leaf *leaf, int64_t key, int64_t tie)
{
    int32_t at = ordered_before(leaf, key, tie);
    const struct ordered_entry *entry = &leaf->slots[leaf->begin + at];
    return at + (at < leaf->count && entry->key == key && entry->tie == tie);
}

const struct ordered_entry *ordered_after(const struct ordered *tree, int64_t key, int64_t tie)
{
    if (!tree->count)
        return NULL;
    int32_t at = tree->root;
    for (int level = 0; level < tree->height; level++) {
        const struct ordered_node *node = ordered_node_at(tree, at);
        at = node->child[ordered_child(node, key, tie)];
    }
    struct ordered_leaf *leaf = ordered_leaf_at(tree, at);
    return entry_at(tree, leaf, after(leaf, key, tie));
}

/* A filter, and where bounds are to be looked up for it. */
struct query {
    int64_t fit_now, fit_later, window;
    int class;
    int16_t code; /* of the window */
};

static bool passes(const struct ordered_entry *entry, const struct query *query)
{
    return entry->cards <= query->fit_now &&
           (entry->planned <= query->window || entry->cards <= query->fit_later);
}

/* Whether something may pass among entries with these bounds. */
static bool may_pass(int32_t least, int16_t planned, const struct query *query)
{
    return least <= query->fit_now && (planned <= query->code || least <= query->fit_later);
}

static const struct ordered_entry *find_in_leaf(struct ordered_leaf *leaf, int32_t from,
                                                const struct query *query)
{
    const struct ordered_entry *entries = ordered_entries(leaf);
    for (int32_t i = from; i < leaf->count; i++)
        if (passes(&entries[i], query))
            return &entries[i];
    return NULL;
}

/* Where a walk stands on one level. */
struct step {
    struct ordered_node *node;
    int32_t slot;
    bool whole; /* it began with the first child */
};

/*
 * The walk goes to the place of (key, tie) and on from there, over what may pass. `bounded` while it has not
 * left the way to that place. What was walked as a whole and in vain gets exact bounds: next time it is
 * skipped.
 */
static const struct ordered_entry *find_below(const struct ordered *tree, int64_t key, int64_t tie,
                                              const struct query *query)
{
    struct step steps[ORDERED_LEVELS];
    bool bounded = true;
    int level = 0;
    struct ordered_bounds bounds;
    steps[0].node = ordered_node_at(tree, tree->root);
    steps[0].slot = ordered_child(steps[0].node, key, tie);
    steps[0].whole = steps[0].slot == 0;
    for (;;) {
        struct step *step = &steps[level];
        struct ordered_node *node = step->node;
        int32_t slot = step->slot;
        while (slot < node->count && !may_pass(node->least[slot], node->planned[query->class][slot], query))
            slot++;
        bounded = bounded && slot == step->slot;
        step->slot = slot;
        if (slot == node->count) {
            if (step->whole) {
                ordered_bounds_of_node(&bounds, node);
                if (level)
                    ordered_set_bounds(steps[level - 1].node, steps[level - 1].slot, &bounds);
                else
                    *tree->top = bounds;
            }
            if (level == 0)
                return NULL;
            steps[--level].slot++;
        } else if (level + 1 < tree->height) {
            struct step *below = &steps[++level];
            below->node = ordered_node_at(tree, node->child[slot]);
            below->slot = bounded ? ordered_child(below->node, key, tie) : 0;
            below->whole = below->slot == 0;
        } else {
            struct ordered_leaf *leaf = ordered_leaf_at(tree, node->child[slot]);
            int32_t from = bounded ? after(leaf, key, tie) : 0;
            const struct ordered_entry *found = find_in_leaf(leaf, from, query);
            if (found)
                return found;
            if (from == 0) {
                ordered_bounds_of_leaf(&bounds, leaf);
                ordered_set_bounds(node, slot, &bounds);
            }
            bounded = false;
            step->slot++;
        }
    }
}

const struct ordered_entry *ordered_find(const struct ordered *tree, int64_t key, int64_t tie,
                                         const struct ordered_filter *filter)
{
    assert(!tree->plain);
    const struct query query = {
        .fit_now = filter->fit_now,
        .fit_later = filter->fit_later,
        .window = filter->window,
        .class = ordered_class(filter->fit_now),
        .code = ordered_code(filter->window),
    };
    if (!tree->count || !may_pass(tree->top->least, tree->top->planned[query.class], &query))
        return NULL;
    if (tree->height)
        return find_below(tree, key, tie, &query);
    struct ordered_leaf *leaf = ordered_leaf_at(tree, tree->root);
    int32_t from = after(leaf, key, tie);
    const struct ordered_entry *found = find_in_leaf(leaf, from, &query);
    if (!found && from == 0)
        ordered_bounds_of_leaf(tree->top, leaf);
    return found;
}

bool ordered_any_within(const struct ordered *tree, int64_t cards)
{
    assert(!tree->plain);
    struct ordered_bounds *top = tree->top;
    if (top->least > cards || !tree->count)
        return false;
    if (top->sure || ordered_first(tree)->cards <= cards)
        return true;
    const struct ordered_filter filter = {.fit_now = cards, .fit_later = cards, .window = -1};
    const struct ordered_entry *found = ordered_find(tree, INT64_MIN, INT64_MIN, &filter);
    if (found && found->cards == top->least)
        top->sure = 1;
    return found != NULL;
}

bool ordered_release(const struct ordered *tree, int64_t need, int64_t *key)
{
    if (tree->sum_cards < need || !tree->count)
        return false;
    int32_t at = tree->root;
    for (int level = 0; level < tree->height; level++) {
        const struct ordered_node *node = ordered_node_at(tree, at);
        int32_t slot = 0;
        for (; node->sum[slot] < need; slot++)
            need -= node->sum[slot];
        at = node->child[slot];
    }
    const struct ordered_entry *entry = ordered_entries(ordered_leaf_at(tree, at));
    for (; entry->cards < need; entry++)
        need -= entry->cards;
    *key = entry->key;
    return true;
}

int64_t ordered_cards(const struct ordered *tree)
{
    return tree->sum_cards;
}

int64_t ordered_cards_until(const struct ordered *tree, int64_t key)
{
    if (!tree->count)
        return 0;
    int64_t sum = 0;
    int32_t at = tree->root;
    for (int level = 0; level < tree->height; level++) {
        const struct ordered_node *node = ordered_node_at(tree, at);
        int32_t slot = ordered_child(node, key, INT64_MAX);
        for (int32_t i = 0; i < slot; i++)
            sum += node->sum[i];
        at = node->child[slot];
    }
    struct ordered_leaf *leaf = ordered_leaf_at(tree, at);
    const struct ordered_entry *entries = ordered_entries(leaf);
    for (int32_t i = 0; i < leaf->count && entries[i].key <= key; i++)
        sum += entries[i].cards;
    return sum;
}

int64_t ordered_rank(const struct ordered *tree, int64_t key, int64_t tie)
{
    if (!tree->count)
        return 0;
    int64_t rank = 0;
    int32_t at = tree->root;
    for (int level = 0; level < tree->height; level++) {
        const struct ordered_node *node = ordered_node_at(tree, at);
        int32_t slot = ordered_child(node, key, tie);
        for (int32_t i = 0; i < slot; i++)
            rank += node->entries[i];
        at = node->child[slot];
    }
    return rank + ordered_before(ordered_leaf_at(tree, at), key, tie);
}
