/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/advance.h"

#include <assert.h>

void advance_init(struct advance *advance, struct arena *arena)
{
    *advance = (struct advance){.arena = arena};
}

static bool overlaps(const struct advance_window *window, int64_t from, int64_t to)
{
    return window->from < to && from < window->to;
}

int32_t advance_add(struct advance *advance, int64_t from, int64_t to, int64_t cards, int32_t nodes,
                    int32_t cards_per_node)
{
    assert(from < to && cards > 0);
    if (advance->count == advance->capacity) {
        int32_t capacity = advance->capacity ? 2 * advance->capacity : 8;
        advance->windows = arena_grow(advance->arena, advance->windows, (size_t)advance->count,
                                      (size_t)capacity, sizeof *advance->windows);
        advance->capacity = capacity;
    }
    int32_t end = nodes;
    for (int32_t i = 0; i < advance->count; i++)
        if (overlaps(&advance->windows[i], from, to) && advance->windows[i].first_node < end)
            end = advance->windows[i].first_node;
    int64_t wanted = (cards + cards_per_node - 1) / cards_per_node;
    int32_t count = nodes ? (int32_t)(wanted < end ? wanted : end) : 0;
    advance->windows[advance->count++] = (struct advance_window){.from = from,
                                                                 .to = to,
                                                                 .cards = cards,
                                                                 .first_node = end - count,
                                                                 .node_count = count,
                                                                 .id = advance->next_id};
    return advance->next_id++;
}

const struct advance_window *advance_find(const struct advance *advance, int32_t id)
{
    for (int32_t i = 0; i < advance->count; i++)
        if (advance->windows[i].id == id)
            return &advance->windows[i];
    return NULL;
}

void advance_remove(struct advance *advance, int32_t id)
{
    for (int32_t i = 0; i < advance->count; i++)
        if (advance->windows[i].id == id) {
            advance->windows[i] = advance->windows[--advance->count];
            return;
        }
}

bool advance_touches(const struct advance *advance, int64_t from, int64_t to)
{
    for (int32_t i = 0; i < advance->count; i++)
        if (overlaps(&advance->windows[i], from, to))
            return true;
    return false;
}

void advance_hide(const struct advance *advance, struct nodes *view, int64_t from, int64_t to)
{
    for (int32_t i = 0; i < advance->count; i++) {
        const struct advance_window *window = &advance->windows[i];
        if (!overlaps(window, from, to))
            continue;
        for (int32_t n = 0; n < window->node_count; n++)
            nodes_set(view, window->first_node + n, 0);
    }
}
