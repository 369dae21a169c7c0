/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/ordered.h"

#include <assert.h>

void ordered_init(struct ordered *tree, struct arena *arena)
{
    *tree = (struct ordered){.arena = arena, .free_entry = -1, .root = -1};
}

static bool precedes(const struct ordered_entry *entry, int64_t key, int64_t tie)
{
    return entry->key != key ? entry->key < key : entry->tie < tie;
}

/* Recomputes what entry `at` knows of its subtree. */
static void refresh(struct ordered *tree, int32_t at)
{
    struct ordered_entry *entry = &tree->entries[at];
    int64_t planned = entry->planned, sum = entry->cards;
    int32_t cards = entry->cards;
    const int32_t children[2] = {entry->left, entry->right};
    for (int i = 0; i < 2; i++) {
        if (children[i] < 0)
            continue;
        const struct ordered_entry *child = &tree->entries[children[i]];
        planned = child->least_planned < planned ? child->least_planned : planned;
        cards = child->least_cards < cards ? child->least_cards : cards;
        sum += child->sum_cards;
    }
    entry->least_planned = planned;
    entry->least_cards = cards;
    entry->sum_cards = sum;
}

/* Splits the subtree `at` into entries before (key, tie) and the others. */
static void split(struct ordered *tree, int32_t at, int64_t key, int64_t tie, int32_t *left, int32_t *right)
{
    if (at < 0) {
        *left = *right = -1;
        return;
    }
    struct ordered_entry *entry = &tree->entries[at];
    if (precedes(entry, key, tie)) {
        split(tree, entry->right, key, tie, &entry->right, right);
        *left = at;
    } else {
        split(tree, entry->left, key, tie, left, &entry->left);
        *right = at;
    }
    refresh(tree, at);
}

/* Joins two subtrees, all of `left` before all of `right`. */
static int32_t join(struct ordered *tree, int32_t left, int32_t right)
{
    if (left < 0)
        return right;
    if (right < 0)
        return left;
    if (tree->entries[left].priority > tree->entries[right].priority) {
        tree->entries[left].right = join(tree, tree->entries[left].right, right);
        refresh(tree, left);
        return left;
    }
    tree->entries[right].left = join(tree, left, tree->entries[right].left);
    refresh(tree, right);
    return right;
}

static int32_t insert_at(struct ordered *tree, int32_t at, int32_t fresh)
{
    struct ordered_entry *entry = &tree->entries[fresh];
    if (at < 0)
        return fresh;
    struct ordered_entry *here = &tree->entries[at];
    if (entry->priority > here->priority) {
        split(tree, at, entry->key, entry->tie, &entry->left, &entry->right);
        refresh(tree, fresh);
        return fresh;
    }
    if (precedes(here, entry->key, entry->tie))
        here->right = insert_at(tree, here->right, fresh);
    else
        here->left = insert_at(tree, here->left, fresh);
    refresh(tree, at);
    return at;
}

static int32_t remove_at(struct ordered *tree, int32_t at, int64_t key, int64_t tie)
{
    assert(at >= 0 && "no such entry");
    struct ordered_entry *here = &tree->entries[at];
    if (here->key == key && here->tie == tie) {
        int32_t rest = join(tree, here->left, here->right);
        here->left = tree->free_entry;
        tree->free_entry = at;
        return rest;
    }
    if (precedes(here, key, tie))
        here->right = remove_at(tree, here->right, key, tie);
    else
        here->left = remove_at(tree, here->left, key, tie);
    refresh(tree, at);
    return at;
}

static void extend(struct ordered *tree)
{
    int32_t old = tree->capacity;
    int32_t capacity = old ? 2 * old : 64;
    tree->entries =
        arena_grow(tree->arena, tree->entries, (size_t)old, (size_t)capacity, sizeof *tree->entries);
    for (int32_t i = capacity - 1; i >= old; i--) {
        tree->entries[i].left = tree->free_entry;
        tree->free_entry = i;
    }
    tree->capacity = capacity;
}

/* Bob Jenkins' and Thomas Wang's integer mixing, as in splitmix32: spreads the insertion count. */
static uint32_t mixed(uint32_t x)
{
    x += 0x9e3779b9u;
    x = (x ^ (x >> 16)) * 0x21f0aaadu;
    x = (x ^ (x >> 15)) * 0x735a2d97u;
    return x ^ (x >> 15);
}

void ordered_insert(struct ordered *tree, int64_t key, int64_t tie, int32_t job, int32_t cards,
                    int64_t planned)
{
    if (tree->free_entry < 0)
        extend(tree);
    int32_t fresh = tree->free_entry;
    struct ordered_entry *entry = &tree->entries[fresh];
    tree->free_entry = entry->left;
    *entry = (struct ordered_entry){.key = key,
                                    .tie = tie,
                                    .planned = planned,
                                    .cards = cards,
                                    .left = -1,
                                    .right = -1,
                                    .job = job,
                                    .priority = mixed(tree->inserted++)};
    refresh(tree, fresh);
    tree->root = insert_at(tree, tree->root, fresh);
    tree->count++;
}

void ordered_remove(struct ordered *tree, int64_t key, int64_t tie)
{
    tree->root = remove_at(tree, tree->root, key, tie);
    tree->count--;
}

const struct ordered_entry *ordered_first(const struct ordered *tree)
{
    int32_t at = tree->root;
    if (at < 0)
        return NULL;
    while (tree->entries[at].left >= 0)
        at = tree->entries[at].left;
    return &tree->entries[at];
}

const struct ordered_entry *ordered_after(const struct ordered *tree, int64_t key, int64_t tie)
{
    const struct ordered_entry *best = NULL;
    for (int32_t at = tree->root; at >= 0;) {
        const struct ordered_entry *entry = &tree->entries[at];
        if (precedes(entry, key, tie) || (entry->key == key && entry->tie == tie)) {
            at = entry->right;
        } else {
            best = entry;
            at = entry->left;
        }
    }
    return best;
}

static bool passes(int32_t cards, int64_t planned, const struct ordered_filter *filter)
{
    return cards <= filter->fit_now && (planned <= filter->window || cards <= filter->fit_later);
}

static const struct ordered_entry *find_at(const struct ordered *tree, int32_t at, int64_t key, int64_t tie,
                                           const struct ordered_filter *filter)
{
    while (at >= 0) {
        const struct ordered_entry *entry = &tree->entries[at];
        /* the least of a subtree must pass, or nothing in it can */
        if (!passes(entry->least_cards, entry->least_planned, filter))
            return NULL;
        bool later = !precedes(entry, key, tie) && !(entry->key == key && entry->tie == tie);
        if (later) {
            const struct ordered_entry *found = find_at(tree, entry->left, key, tie, filter);
            if (found)
                return found;
            if (passes(entry->cards, entry->planned, filter))
                return entry;
        }
        at = entry->right;
    }
    return NULL;
}

const struct ordered_entry *ordered_find(const struct ordered *tree, int64_t key, int64_t tie,
                                         const struct ordered_filter *filter)
{
    return find_at(tree, tree->root, key, tie, filter);
}

bool ordered_any_within(const struct ordered *tree, int64_t cards)
{
    return tree->root >= 0 && tree->entries[tree->root].least_cards <= cards;
}

bool ordered_release(const struct ordered *tree, int64_t need, int64_t *key)
{
    if (tree->root < 0 || ordered_cards(tree) < need)
        return false;
    int64_t before = 0; /* cards of all entries left of the walk */
    for (int32_t at = tree->root;;) {
        const struct ordered_entry *entry = &tree->entries[at];
        int64_t left = entry->left >= 0 ? tree->entries[entry->left].sum_cards : 0;
        if (before + left >= need) {
            at = entry->left;
        } else if (before + left + entry->cards >= need) {
            *key = entry->key;
            return true;
        } else {
            before += left + entry->cards;
            at = entry->right;
        }
    }
}

int64_t ordered_cards(const struct ordered *tree)
{
    return tree->root < 0 ? 0 : tree->entries[tree->root].sum_cards;
}

int64_t ordered_cards_until(const struct ordered *tree, int64_t key)
{
    int64_t sum = 0;
    for (int32_t at = tree->root; at >= 0;) {
        const struct ordered_entry *entry = &tree->entries[at];
        if (entry->key <= key) {
            sum += entry->cards + (entry->left >= 0 ? tree->entries[entry->left].sum_cards : 0);
            at = entry->right;
        } else {
            at = entry->left;
        }
    }
    return sum;
}

void ordered_rebuild(struct ordered *tree, int64_t (*key)(void *context, int32_t job), void *context)
{
    int32_t n = tree->count, at = 0;
    struct ordered_entry *copy = arena_raw(tree->arena, (size_t)n + 1, sizeof *copy);
    for (const struct ordered_entry *e = ordered_first(tree); e; e = ordered_after(tree, e->key, e->tie))
        copy[at++] = *e;
    for (int32_t i = 0; i < n; i++)
        ordered_remove(tree, copy[i].key, copy[i].tie);
    for (int32_t i = 0; i < n; i++)
        ordered_insert(tree, key(context, copy[i].job), copy[i].tie, copy[i].job, copy[i].cards,
                       copy[i].planned);
}

int64_t ordered_rank(const struct ordered *tree, int64_t key, int64_t tie)
{
    int64_t n = 0;
    for (const struct ordered_entry *e = ordered_first(tree); e && precedes(e, key, tie);
         e = ordered_after(tree, e->key, e->tie))
        n++;
    return n;
}
