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

/* Nodes below `end` and below the window's, if it overlaps and has any. */
static int32_t below(const struct advance_window *window, int64_t from, int64_t to, int32_t end)
{
    bool hinders = overlaps(window, from, to) && window->node_count && window->first_node < end;
    return hinders ? window->first_node : end;
}

int32_t advance_add(struct advance *advance, int64_t from, int64_t to, int64_t cards, int32_t nodes,
                    int32_t cards_per_node)
{
    assert(from < to && cards > 0);
    advance->windows = arena_room(advance->arena, advance->windows, advance->count, &advance->capacity,
                                  sizeof *advance->windows);
    int32_t end = nodes;
    for (int32_t i = 0; i < advance->count; i++)
        end = below(&advance->windows[i], from, to, end);
    for (int32_t i = 0; i < advance->begun_count; i++)
        end = below(&advance->begun[i], from, to, end);
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

static void remember(struct advance *advance, const struct advance_window *window)
{
    advance->begun = arena_room(advance->arena, advance->begun, advance->begun_count,
                                &advance->begun_capacity, sizeof *advance->begun);
    advance->begun[advance->begun_count++] = *window;
}

void advance_remove(struct advance *advance, int32_t id)
{
    for (int32_t i = 0; i < advance->count; i++)
        if (advance->windows[i].id == id) {
            if (advance->windows[i].node_count)
                remember(advance, &advance->windows[i]);
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

int64_t advance_most(const struct advance *advance, int64_t from, int64_t to)
{
    int64_t most = 0;
    for (int32_t i = 0; i < advance->count; i++) { /* the sum only rises where a window begins */
        const struct advance_window *window = &advance->windows[i];
        if (!overlaps(window, from, to))
            continue;
        int64_t at = window->from > from ? window->from : from, sum = 0;
        for (int32_t j = 0; j < advance->count; j++)
            if (overlaps(&advance->windows[j], at, at + 1))
                sum += advance->windows[j].cards;
        most = sum > most ? sum : most;
    }
    return most;
}

bool advance_hides(const struct advance *advance, int32_t node, int64_t from, int64_t to)
{
    for (int32_t i = 0; i < advance->count; i++) {
        const struct advance_window *window = &advance->windows[i];
        if (overlaps(window, from, to) && node >= window->first_node &&
            node < window->first_node + window->node_count)
            return true;
    }
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
