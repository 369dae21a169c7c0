/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/reservation.h"

#include "engine/clock.h"

#include <assert.h>

void reservation_init(struct reservation *reservation, struct arena *arena, int32_t nodes,
                      int32_t cards_per_node)
{
    *reservation = (struct reservation){.head = -1};
    nodes_init(&reservation->later, arena, nodes, cards_per_node);
    reservation->left = arena_alloc(arena, (size_t)nodes, sizeof *reservation->left);
    reservation->parts = arena_alloc(arena, (size_t)nodes + 1, sizeof *reservation->parts);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void find_by_count(struct reservation *reservation, const struct ordered *running, int64_t free_cards,
                          int64_t need, int64_t now)
{
    bool found = ordered_release(running, need - free_cards, &reservation->shadow);
    assert(found);
    (void)found;
    reservation->shadow = later(reservation->shadow, now);
    reservation->left_cards = free_cards + ordered_cards_until(running, reservation->shadow) - need;
    reservation->later.free_cards = earlier(free_cards, reservation->left_cards);
}

/* Lets the running jobs end one after the other on a copy of the free cards until the head fits. */
static void find_by_node(struct reservation *reservation, const struct place_policy *place,
                         const struct job_table *jobs, const struct ordered *running,
                         const struct nodes *free_now, int32_t head, int64_t now)
{
    struct nodes *view = &reservation->later;
    int32_t cards = job_at(jobs, head)->cards;
    nodes_copy(view, free_now);
    const struct ordered_entry *entry = ordered_first(running);
    bool fits = false;
    while (entry && !(fits && entry->key > reservation->shadow)) {
        const struct job *job = job_at(jobs, entry->job);
        for (int32_t i = 0; i < job->part_count; i++) {
            struct job_part part = job->parts[i];
            nodes_set(view, part.node, view->free[part.node] + part.cards);
        }
        if (!fits && place->largest(view) >= cards) {
            fits = true;
            reservation->shadow = later(entry->key, now);
        }
        entry = ordered_after(running, entry->key, entry->tie);
    }
    assert(fits);
    struct place_request request = {.cards = cards, .salt = (uint64_t)job_at(jobs, head)->order};
    int32_t parts = place->choose(view, &request, reservation->parts);
    for (int32_t i = 0; i < parts; i++) {
        struct job_part part = reservation->parts[i];
        nodes_set(view, part.node, view->free[part.node] - part.cards);
    }
    for (int32_t node = 0; node < view->count; node++) {
        reservation->left[node] = view->free[node];
        nodes_set(view, node, (int32_t)earlier(view->free[node], free_now->free[node]));
    }
}

void reservation_find(struct reservation *reservation, const struct place_policy *place,
                      const struct job_table *jobs, const struct ordered *running,
                      const struct nodes *free_now, int32_t head, int64_t now)
{
    int32_t cards = job_at(jobs, head)->cards;
    reservation->head = head;
    reservation->open = false;
    reservation->closed = false;
    /* all cards of the machine are free or under jobs; once those end, any gang of so many cards fits */
    int64_t machine = free_now->free_cards + ordered_cards(running);
    if (machine < cards)
        reservation->open = true;
    else if (place->by_node)
        find_by_node(reservation, place, jobs, running, free_now, head, now);
    else
        find_by_count(reservation, running, free_now->free_cards, cards, now);
    reservation->closed = !reservation->open && reservation->shadow == CLOCK_NEVER;
    reservation->valid = true;
}

void reservation_follow(struct reservation *reservation, const struct nodes *free_now, const struct job *job,
                        int sign)
{
    if (reservation->open)
        return;
    bool beyond = job_plan_end(job) > reservation->shadow;
    if (!free_now->count) {
        if (sign < 0 && beyond)
            reservation->left_cards -= job->cards;
        reservation->later.free_cards = earlier(free_now->free_cards, reservation->left_cards);
        return;
    }
    for (int32_t i = 0; i < job->part_count; i++) {
        int32_t node = job->parts[i].node;
        if (sign < 0 && beyond)
            reservation->left[node] -= job->parts[i].cards;
        nodes_set(&reservation->later, node, (int32_t)earlier(free_now->free[node], reservation->left[node]));
    }
}
