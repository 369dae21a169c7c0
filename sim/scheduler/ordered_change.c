/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ordered_change: insertion and removal.
 *
 * Both go down once and correct sums, numbers and (insertion) bounds on the way; only a leaf that is full or
 * has become too small makes work above it. A full leaf first shares with a neighbour that has room, which
 * fills leaves to four fifths where entries come in no order. At either end of a tree a leaf stays full
 * instead and a new one begins: queues are long there, and nothing will come between what is full. Neighbours
 * join when both fit into one with a little room left, or the next insertion would split them again.
 */
#include "scheduler/ordered_internal.h"

#include <string.h>

enum {
    ROOM = 4, /* a neighbour with less is not worth sharing with; what a join leaves */
    JOIN_ENTRIES = ORDERED_LEAF - ROOM,
    JOIN_THREE = 2 * (ORDERED_LEAF - ROOM),
    JOIN_CHILDREN = ORDERED_FAN * 3 / 4,
};

void ordered_init(struct ordered *tree, struct arena *arena)
{
    *tree = (struct ordered){.arena = arena,
                             .leaves.free = -1,
                             .nodes.free = -1,
                             .root = -1,
                             .head = -1,
                             .top = arena_alloc(arena, 1, sizeof *tree->top)};
    ordered_bounds_clear(tree->top);
}

void ordered_init_plain(struct ordered *tree, struct arena *arena)
{
    ordered_init(tree, arena);
    tree->plain = true;
}

/* Puts the entry at position `at` of a leaf that has room, moving the shorter side of the leaf if it can. */
static void put(struct ordered_leaf *leaf, int32_t at, const struct ordered_entry *entry)
{
    int32_t after = leaf->count - at;
    bool room_before = leaf->begin > 0, room_after = leaf->begin + leaf->count < ORDERED_LEAF;
    struct ordered_entry *entries = ordered_entries(leaf);
    if (!after && !room_after) { /* at the end: a wide step down, so that the next ones are free */
        memmove(leaf->slots, entries, (size_t)leaf->count * sizeof *entries);
        leaf->begin = 0;
        entries = leaf->slots;
    } else if (room_after && (after <= at || !room_before)) {
        memmove(entries + at + 1, entries + at, (size_t)after * sizeof *entries);
    } else {
        memmove(entries - 1, entries, (size_t)at * sizeof *entries);
        leaf->begin--;
        entries--;
    }
    entries[at] = *entry;
    leaf->count++;
}

static void take(struct ordered_leaf *leaf, int32_t at)
{
    struct ordered_entry *entries = ordered_entries(leaf);
    int32_t after = leaf->count - at - 1;
    if (at < after) {
        memmove(entries + 1, entries, (size_t)at * sizeof *entries);
        leaf->begin++;
    } else {
        memmove(entries + at, entries + at + 1, (size_t)after * sizeof *entries);
    }
    leaf->count--;
}

/* Moves entries from the end of `left` to the front of `right`, which comes after it; count < 0: back. */
static void shift(struct ordered_leaf *left, struct ordered_leaf *right, int32_t count)
{
    size_t size = sizeof *left->slots;
    if (count >= 0) {
        memmove(right->slots + count, ordered_entries(right), (size_t)right->count * size);
        memcpy(right->slots, ordered_entries(left) + left->count - count, (size_t)count * size);
        right->begin = 0;
    } else {
        memmove(left->slots, ordered_entries(left), (size_t)left->count * size);
        memcpy(left->slots + left->count, ordered_entries(right), (size_t)-count * size);
        left->begin = 0;
        right->begin -= count;
    }
    left->count -= count;
    right->count += count;
}

static struct ordered_fence fence_of(const struct ordered_leaf *leaf)
{
    const struct ordered_entry *first = &leaf->slots[leaf->begin];
    return (struct ordered_fence){.key = first->key, .tie = first->tie};
}

/* A new root over the old one. */
static void raise(struct ordered *tree, struct ordered_path *path)
{
    assert(tree->height < ORDERED_LEVELS);
    int32_t root = ordered_take_node(tree);
    struct ordered_node *node = ordered_node_at(tree, root);
    node->count = 1;
    node->child[0] = tree->root;
    node->first[0] = (struct ordered_fence){.key = INT64_MIN, .tie = INT64_MIN};
    memmove(path->node + 1, path->node, (size_t)tree->height * sizeof *path->node);
    memmove(path->slot + 1, path->slot, (size_t)tree->height * sizeof *path->slot);
    path->node[0] = root;
    path->slot[0] = 0;
    if (tree->height)
        ordered_sum_node(node, 0, ordered_node_at(tree, tree->root));
    else
        ordered_sum_leaf(node, 0, ordered_leaf_at(tree, tree->root));
    tree->root = root;
    tree->height++;
}

/* Opens a column behind slot `slot`, for `child`, whose sums are still to be set. */
static void open_column(struct ordered_node *node, int32_t slot, int32_t child, struct ordered_fence fence)
{
    ordered_move_columns(node, slot + 2, node, slot + 1, node->count - slot - 1);
    node->count++;
    node->child[slot + 1] = child;
    node->first[slot + 1] = fence;
}

/*
 * Makes sure that the node at `level` of the path has room for one more child behind the path's slot,
 * splitting it and, first, those above where need be. A node that would get its new child at the end stays
 * full.
 */
static void make_room(struct ordered *tree, struct ordered_path *path, int level)
{
    int top = level;
    while (top >= 0 && ordered_node_at(tree, path->node[top])->count == ORDERED_FAN)
        top--;
    if (top < 0) {
        raise(tree, path);
        level++;
        top = 0;
    }
    for (int at = top + 1; at <= level; at++) { /* those above have room */
        struct ordered_node *parent = ordered_node_at(tree, path->node[at - 1]);
        struct ordered_node *left = ordered_node_at(tree, path->node[at]);
        int32_t fresh = ordered_take_node(tree);
        struct ordered_node *right = ordered_node_at(tree, fresh);
        int32_t slot = path->slot[at];
        int32_t cut = slot == ORDERED_FAN - 1 ? slot : ORDERED_FAN / 2;
        ordered_move_columns(right, 0, left, cut, ORDERED_FAN - cut);
        right->count = ORDERED_FAN - cut;
        left->count = cut;
        int32_t above = path->slot[at - 1];
        open_column(parent, above, fresh, right->first[0]);
        ordered_sum_node(parent, above, left);
        ordered_sum_node(parent, above + 1, right);
        if (slot >= cut) {
            path->node[at] = fresh;
            path->slot[at] = slot - cut;
            path->slot[at - 1]++;
        }
    }
}

void ordered_add_leaf(struct ordered *tree, struct ordered_path *path, int32_t leaf,
                      struct ordered_fence fence)
{
    if (tree->height == 0)
        raise(tree, path);
    else
        make_room(tree, path, tree->height - 1);
    int32_t level = tree->height - 1, slot = path->slot[level];
    struct ordered_node *node = ordered_node_at(tree, path->node[level]);
    open_column(node, slot, leaf, fence);
    ordered_sum_leaf(node, slot, ordered_leaf_at(tree, node->child[slot]));
    ordered_sum_leaf(node, slot + 1, ordered_leaf_at(tree, leaf));
    path->slot[level]++;
}

/* Lets a neighbour under the same node take of the full leaf's entries; false when none has room. */
static bool share(struct ordered *tree, const struct ordered_path *path, const struct ordered_entry *entry)
{
    if (!tree->height)
        return false;
    struct ordered_node *node = ordered_node_at(tree, path->node[tree->height - 1]);
    int32_t slot = path->slot[tree->height - 1];
    if (slot + 1 < node->count && node->entries[slot + 1] <= ORDERED_LEAF - ROOM)
        ; /* with the next one */
    else if (slot > 0 && node->entries[slot - 1] <= ORDERED_LEAF - ROOM)
        slot--; /* with the one before */
    else
        return false;
    struct ordered_leaf *left = ordered_leaf_at(tree, node->child[slot]);
    struct ordered_leaf *right = ordered_leaf_at(tree, node->child[slot + 1]);
    shift(left, right, (left->count - right->count) / 2);
    node->first[slot + 1] = fence_of(right);
    struct ordered_leaf *leaf = ordered_precedes(entry->key, entry->tie, right->slots[right->begin].key,
                                                 right->slots[right->begin].tie)
                                    ? left
                                    : right;
    put(leaf, ordered_before(leaf, entry->key, entry->tie), entry);
    ordered_sum_leaf(node, slot, left);
    ordered_sum_leaf(node, slot + 1, right);
    return true;
}

/* Puts the entry at position `at` of the full leaf at the end of the path, into two. */
static void split(struct ordered *tree, struct ordered_path *path, int32_t leaf_index, int32_t at,
                  const struct ordered_entry *entry)
{
    int32_t fresh = ordered_take_leaf(tree);
    struct ordered_leaf *left = ordered_leaf_at(tree, leaf_index), *right = ordered_leaf_at(tree, fresh);
    right->previous = leaf_index;
    right->next = left->next;
    left->next = fresh;
    if (right->next >= 0)
        ordered_leaf_at(tree, right->next)->previous = fresh;
    if (at == left->count && right->next < 0) {
        put(right, 0, entry);
    } else if (at == 0 && left->previous < 0) {
        shift(left, right, left->count);
        left->begin = ORDERED_LEAF - 1; /* more may come before it */
        left->slots[left->begin] = *entry;
        left->count = 1;
    } else {
        int32_t cut = left->count / 2;
        shift(left, right, left->count - cut);
        if (at <= cut)
            put(left, at, entry);
        else
            put(right, at - cut, entry);
    }
    ordered_add_leaf(tree, path, fresh, fence_of(right));
}

void ordered_insert(struct ordered *tree, int64_t key, int64_t tie, int32_t job, int32_t cards,
                    int64_t planned)
{
    const struct ordered_entry entry = {
        .key = key, .tie = tie, .planned = planned, .cards = cards, .job = job};
    if (tree->root < 0)
        tree->root = tree->head = ordered_take_leaf(tree);
    tree->count++;
    tree->sum_cards += cards;
    int16_t code = 0;
    int lowest = ORDERED_CLASSES; /* plain: there is no bound to correct */
    if (!tree->plain) {
        ordered_bounds_add(tree->top, &entry);
        code = ordered_code(planned);
        lowest = ordered_class(cards);
    }
    struct ordered_path path;
    int32_t at = tree->root;
    for (int level = 0; level < tree->height; level++) {
        struct ordered_node *node = ordered_node_at(tree, at);
        int32_t slot = ordered_child(node, key, tie);
        path.node[level] = at;
        path.slot[level] = slot;
        node->sum[slot] += cards;
        node->entries[slot]++;
        node->least[slot] = cards < node->least[slot] ? cards : node->least[slot];
        for (int i = lowest; i < ORDERED_CLASSES && node->planned[i][slot] > code; i++)
            node->planned[i][slot] = code;
        at = node->child[slot];
    }
    struct ordered_leaf *leaf = ordered_leaf_at(tree, at);
    int32_t place = ordered_before(leaf, key, tie);
    if (leaf->count < ORDERED_LEAF) {
        put(leaf, place, &entry);
        return;
    }
    bool at_end = (place == leaf->count && leaf->next < 0) || (place == 0 && leaf->previous < 0);
    if (at_end || !share(tree, &path, &entry))
        split(tree, &path, at, place, &entry);
}

/* Closes the column of child `slot` of the node at `level`, and what becomes empty or too small above. */
static void close_column(struct ordered *tree, struct ordered_path *path, int level, int32_t slot)
{
    for (;; level--) {
        struct ordered_node *node = ordered_node_at(tree, path->node[level]);
        ordered_move_columns(node, slot, node, slot + 1, node->count - slot - 1);
        node->count--;
        if (level == 0)
            break;
        struct ordered_node *parent = ordered_node_at(tree, path->node[level - 1]);
        slot = path->slot[level - 1];
        if (node->count) {
            if (slot + 1 >= parent->count)
                slot--;
            if (slot < 0)
                break;
            struct ordered_node *left = ordered_node_at(tree, parent->child[slot]);
            struct ordered_node *right = ordered_node_at(tree, parent->child[slot + 1]);
            if (left->count + right->count > JOIN_CHILDREN)
                break;
            right->first[0] = parent->first[slot + 1]; /* from now on it is looked at */
            ordered_move_columns(left, left->count, right, 0, right->count);
            left->count += right->count;
            ordered_sum_node(parent, slot, left);
            slot++;
        }
        ordered_drop_node(tree, parent->child[slot]);
    }
    while (tree->height && ordered_node_at(tree, tree->root)->count == 1) {
        int32_t root = tree->root;
        tree->root = ordered_node_at(tree, root)->child[0];
        tree->height--;
        ordered_drop_node(tree, root);
    }
}

static void unlink_leaf(struct ordered *tree, int32_t index)
{
    const struct ordered_leaf *leaf = ordered_leaf_at(tree, index);
    if (leaf->next >= 0)
        ordered_leaf_at(tree, leaf->next)->previous = leaf->previous;
    if (leaf->previous >= 0)
        ordered_leaf_at(tree, leaf->previous)->next = leaf->next;
    else
        tree->head = leaf->next;
    ordered_drop_leaf(tree, index);
}

/* Empties the leaf of child `slot`, if it may go, into its neighbours under the same node. */
static bool empty_out(struct ordered *tree, struct ordered_node *node, int32_t slot)
{
    const int32_t *entries = node->entries;
    bool next = slot + 1 < node->count, before = slot > 0;
    struct ordered_leaf *leaf = ordered_leaf_at(tree, node->child[slot]);
    if (next && entries[slot] + entries[slot + 1] <= JOIN_ENTRIES)
        before = false;
    else if (before && entries[slot - 1] + entries[slot] <= JOIN_ENTRIES)
        next = false;
    else if (!before || !next || entries[slot - 1] + entries[slot] + entries[slot + 1] > JOIN_THREE)
        return false;
    int32_t to_next = !before ? entries[slot] : 0;
    if (before && next) { /* three become two of the same number */
        int32_t both = entries[slot - 1] + entries[slot] + entries[slot + 1];
        to_next = both / 2 - entries[slot + 1];
        to_next = to_next < 0 ? 0 : to_next < entries[slot] ? to_next : entries[slot];
    }
    if (next) {
        struct ordered_leaf *right = ordered_leaf_at(tree, node->child[slot + 1]);
        shift(leaf, right, to_next);
        if (right->count)
            node->first[slot + 1] = fence_of(right);
        ordered_sum_leaf(node, slot + 1, right);
    }
    if (before) {
        struct ordered_leaf *left = ordered_leaf_at(tree, node->child[slot - 1]);
        shift(left, leaf, -leaf->count);
        ordered_sum_leaf(node, slot - 1, left);
    }
    return true;
}

/* The leaf at the end of the path has lost an entry: it goes when it is empty or its neighbours have room. */
static void shrink(struct ordered *tree, struct ordered_path *path)
{
    int level = tree->height - 1;
    struct ordered_node *node = ordered_node_at(tree, path->node[level]);
    int32_t slot = path->slot[level];
    if (node->entries[slot] && !empty_out(tree, node, slot))
        return;
    unlink_leaf(tree, node->child[slot]);
    close_column(tree, path, level, slot);
}

void ordered_remove(struct ordered *tree, int64_t key, int64_t tie)
{
    assert(tree->count > 0 && "no such entry");
    struct ordered_path path;
    int32_t at = tree->root;
    for (int level = 0; level < tree->height; level++) {
        struct ordered_node *node = ordered_node_at(tree, at);
        path.node[level] = at;
        path.slot[level] = ordered_child(node, key, tie);
        at = node->child[path.slot[level]];
    }
    struct ordered_leaf *leaf = ordered_leaf_at(tree, at);
    int32_t place = ordered_before(leaf, key, tie);
    const struct ordered_entry *entry = ordered_entries(leaf) + place;
    assert(place < leaf->count && entry->key == key && entry->tie == tie && "no such entry");
    int32_t cards = entry->cards;
    take(leaf, place);
    for (int level = 0; level < tree->height; level++) {
        struct ordered_node *node = ordered_node_at(tree, path.node[level]);
        node->sum[path.slot[level]] -= cards;
        node->entries[path.slot[level]]--;
    }
    tree->count--;
    tree->sum_cards -= cards;
    tree->top->sure -= cards == tree->top->least && tree->top->sure;
    if (!tree->count)
        ordered_bounds_clear(tree->top);
    if (tree->height)
        shrink(tree, &path);
    else if (!leaf->count)
        leaf->begin = 0;
}
