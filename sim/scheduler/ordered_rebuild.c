/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ordered_rebuild: new keys for all entries, and the order by them.
 *
 * Sorts the list of leaves by natural merging: leaves are sorted one by one, those that follow each other in
 * order are a run already, and two runs merge into fresh leaves while theirs go back to the pool. So an order
 * that has hardly changed costs one walk, and no copy of a long queue is needed. The inner nodes are built
 * anew.
 */
#include "scheduler/ordered_internal.h"

#include <string.h>

/* Merged leaves keep a little room, or the next insertions would split each of them. */
enum { FILL = ORDERED_LEAF - 3, RUNS = 32 };

/* Leaves linked by `next`, their entries in order. */
struct run {
    int32_t first, last; /* -1: none */
};

/* Where a merge reads: entry `at` of the leaf; the leaf goes back when its last entry has been read. */
struct reader {
    struct ordered *tree;
    int32_t index;
    int32_t at;
};

/* Binary insertion: few compares, and moves within a kilobyte. */
static void sort_leaf(struct ordered_leaf *leaf)
{
    struct ordered_entry *entries = ordered_entries(leaf);
    for (int32_t i = 1; i < leaf->count; i++) {
        struct ordered_entry entry = entries[i];
        if (ordered_precedes(entries[i - 1].key, entries[i - 1].tie, entry.key, entry.tie))
            continue;
        int32_t low = 0, high = i - 1;
        while (low < high) {
            int32_t middle = (low + high) / 2;
            if (ordered_precedes(entries[middle].key, entries[middle].tie, entry.key, entry.tie))
                low = middle + 1;
            else
                high = middle;
        }
        memmove(entries + low + 1, entries + low, (size_t)(i - low) * sizeof *entries);
        entries[low] = entry;
    }
}

static const struct ordered_entry *head_of(const struct reader *reader)
{
    return ordered_entries(ordered_leaf_at(reader->tree, reader->index)) + reader->at;
}

static void advance(struct reader *reader)
{
    const struct ordered_leaf *leaf = ordered_leaf_at(reader->tree, reader->index);
    if (++reader->at < leaf->count)
        return;
    int32_t next = leaf->next;
    ordered_drop_leaf(reader->tree, reader->index);
    reader->index = next;
    reader->at = 0;
}

static void append_leaf(struct ordered *tree, struct run *run, int32_t leaf)
{
    if (run->first < 0)
        run->first = leaf;
    else
        ordered_leaf_at(tree, run->last)->next = leaf;
    run->last = leaf;
    ordered_leaf_at(tree, leaf)->next = -1;
}

static void append_entry(struct ordered *tree, struct run *run, const struct ordered_entry *entry)
{
    if (run->first < 0 || ordered_leaf_at(tree, run->last)->count == FILL)
        append_leaf(tree, run, ordered_take_leaf(tree));
    struct ordered_leaf *leaf = ordered_leaf_at(tree, run->last);
    leaf->slots[leaf->count++] = *entry;
}

/* The rest of one run, once the other has ended: the leaf being read entry by entry, the others as they are.
 */
static void append_rest(struct ordered *tree, struct run *run, struct reader *rest, int32_t last)
{
    int32_t index = rest->index;
    while (rest->index == index && rest->at) {
        struct ordered_entry entry = *head_of(rest); /* the leaf may be the next one taken */
        advance(rest);
        append_entry(tree, run, &entry);
    }
    if (rest->index < 0)
        return;
    ordered_leaf_at(tree, run->last)->next = rest->index;
    run->last = last;
}

static struct run merge(struct ordered *tree, struct run left, struct run right)
{
    struct run merged = {.first = -1, .last = -1};
    struct reader a = {.tree = tree, .index = left.first}, b = {.tree = tree, .index = right.first};
    while (a.index >= 0 && b.index >= 0) {
        const struct ordered_entry *from_a = head_of(&a), *from_b = head_of(&b);
        bool first = ordered_precedes(from_a->key, from_a->tie, from_b->key, from_b->tie);
        struct ordered_entry entry = first ? *from_a : *from_b;
        advance(first ? &a : &b);
        append_entry(tree, &merged, &entry);
    }
    if (a.index >= 0)
        append_rest(tree, &merged, &a, left.last);
    else
        append_rest(tree, &merged, &b, right.last);
    return merged;
}

/* Takes the run off the front of the list of leaves that begins at `from`; returns where the rest begins. */
static int32_t cut_run(struct ordered *tree, int32_t from, struct run *run)
{
    run->first = run->last = from;
    for (;;) {
        struct ordered_leaf *leaf = ordered_leaf_at(tree, run->last);
        int32_t next = leaf->next;
        if (next < 0)
            return -1;
        const struct ordered_entry *last = ordered_entries(leaf) + leaf->count - 1;
        const struct ordered_entry *first = ordered_entries(ordered_leaf_at(tree, next));
        if (!ordered_precedes(last->key, last->tie, first->key, first->tie)) {
            leaf->next = -1;
            return next;
        }
        run->last = next;
    }
}

/* Merges runs of like length: waiting[i] is made of 2^i runs, or empty. Returns the first leaf. */
static int32_t sort_leaves(struct ordered *tree, int32_t from)
{
    struct run waiting[RUNS];
    for (int i = 0; i < RUNS; i++)
        waiting[i] = (struct run){-1, -1};
    while (from >= 0) {
        struct run run;
        from = cut_run(tree, from, &run);
        int i = 0;
        for (; waiting[i].first >= 0; i++) {
            run = merge(tree, waiting[i], run);
            waiting[i].first = -1;
        }
        waiting[i] = run;
    }
    struct run all = {-1, -1};
    for (int i = 0; i < RUNS; i++)
        if (waiting[i].first >= 0)
            all = all.first < 0 ? waiting[i] : merge(tree, waiting[i], all);
    return all.first;
}

static void drop_nodes(struct ordered *tree, int32_t node, int height)
{
    if (height > 1)
        for (int32_t i = 0; i < ordered_node_at(tree, node)->count; i++)
            drop_nodes(tree, ordered_node_at(tree, node)->child[i], height - 1);
    if (height > 0)
        ordered_drop_node(tree, node);
}

/* Inner nodes over the leaves from `first` on: each is put behind the last as by an insertion that splits it.
 */
static void build(struct ordered *tree, int32_t first)
{
    tree->root = tree->head = first;
    tree->height = 0;
    ordered_leaf_at(tree, first)->previous = -1;
    for (int32_t before = first, at; (at = ordered_leaf_at(tree, before)->next) >= 0; before = at) {
        struct ordered_leaf *leaf = ordered_leaf_at(tree, at);
        leaf->previous = before;
        struct ordered_path path;
        int32_t node_index = tree->root;
        for (int level = 0; level < tree->height; level++) {
            path.node[level] = node_index;
            path.slot[level] = ordered_node_at(tree, node_index)->count - 1;
            node_index = ordered_node_at(tree, node_index)->child[path.slot[level]];
        }
        const struct ordered_entry *entry = ordered_entries(leaf);
        ordered_add_leaf(tree, &path, at, (struct ordered_fence){.key = entry->key, .tie = entry->tie});
        for (int level = tree->height - 2; level >= 0; level--)
            ordered_sum_node(ordered_node_at(tree, path.node[level]), path.slot[level],
                             ordered_node_at(tree, path.node[level + 1]));
    }
    if (tree->height)
        ordered_bounds_of_node(tree->top, ordered_node_at(tree, tree->root));
    else
        ordered_bounds_of_leaf(tree->top, ordered_leaf_at(tree, tree->root));
}

void ordered_rebuild(struct ordered *tree, int64_t (*key)(void *context, int32_t job), void *context)
{
    if (!tree->count)
        return;
    for (int32_t at = tree->head; at >= 0; at = ordered_leaf_at(tree, at)->next) {
        struct ordered_leaf *leaf = ordered_leaf_at(tree, at);
        struct ordered_entry *entries = ordered_entries(leaf);
        for (int32_t i = 0; i < leaf->count; i++)
            entries[i].key = key(context, entries[i].job);
        sort_leaf(leaf);
    }
    drop_nodes(tree, tree->root, tree->height);
    build(tree, sort_leaves(tree, tree->head));
}
