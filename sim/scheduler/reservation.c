/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/reservation.h"

#include "engine/clock.h"

#include <assert.h>
#include <string.h>

void reservation_init(struct reservation *reservation, struct arena *arena, int32_t nodes,
                      int32_t cards_per_node, const struct topology *topology)
{
    *reservation = (struct reservation){.head = -1};
    nodes_init(&reservation->later, arena, nodes, cards_per_node);
    nodes_init(&reservation->shadowed, arena, nodes, cards_per_node);
    if (topology && nodes) {
        nodes_group(&reservation->later, arena, topology);
        nodes_group(&reservation->shadowed, arena, topology);
    }
    reservation->level_count =
        arena_alloc(arena, (size_t)cards_per_node + 1, sizeof *reservation->level_count);
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

/* A running job's cards become free in `left`; `view` keeps the number of nodes by free cards. */
static void let_end(const struct job *job, int16_t *left, struct nodes *view)
{
    for (int32_t i = 0; i < job->part_count; i++) {
        struct job_part part = job->parts[i];
        int32_t old = left[part.node], free = old + part.cards;
        left[part.node] = (int16_t)free;
        view->level_count[old]--;
        view->level_count[free]++;
    }
    view->free_cards += job->cards;
}

/*
 * Lets the running jobs end one after the other until the head fits: on no more than a copy of the nodes'
 * free cards, as `largest` asks for no more. Leaves in `left` what is free at the shadow.
 */
static void find_shadow(struct reservation *reservation, const struct place_policy *place,
                        const struct job_table *jobs, const struct ordered *running,
                        const struct nodes *free_now, int32_t cards, int64_t now)
{
    struct nodes view = {.count = free_now->count,
                         .cards = free_now->cards,
                         .free_cards = free_now->free_cards,
                         .level_count = reservation->level_count};
    memcpy(view.level_count, free_now->level_count, ((size_t)view.cards + 1) * sizeof *view.level_count);
    memcpy(reservation->left, free_now->free, (size_t)view.count * sizeof *reservation->left);
    struct ordered_walk walk = ordered_walk_begin(running);
    const struct ordered_entry *entry;
    bool fits = false;
    while ((entry = ordered_walk_next(&walk)) && !(fits && entry->key > reservation->shadow)) {
        let_end(job_at(jobs, entry->job), reservation->left, &view);
        if (!fits && view.free_cards >= cards && place->largest(&view) >= cards) {
            fits = true;
            reservation->shadow = later(entry->key, now);
        }
    }
    assert(fits);
    /* the head takes wholly free nodes first, and leaves at best one broken node beside the others */
    int64_t whole = view.level_count[view.cards] - cards / view.cards;
    reservation->most_left = whole * view.cards + view.cards - 1;
    reservation->chosen = false;
}

/* What the head leaves over differs from what is free then, and from what is free now, on its nodes only. */
void reservation_choose(struct reservation *reservation, const struct place_policy *place,
                        const struct job_table *jobs, const struct nodes *free_now)
{
    assert(place->by_node && reservation->valid && !reservation->open);
    if (reservation->chosen)
        return;
    reservation->chosen = true;
    nodes_load(&reservation->shadowed, reservation->left);
    nodes_copy(&reservation->later, free_now);
    struct place_request request = place_request_of(job_at(jobs, reservation->head), reservation->salt);
    struct nodes_sweep sweep = nodes_sweep_begin(&reservation->later);
    int32_t parts = place->choose(&reservation->shadowed, &request, reservation->parts);
    for (int32_t i = 0; i < parts; i++) {
        struct job_part part = reservation->parts[i];
        int32_t left = reservation->left[part.node] - part.cards;
        reservation->left[part.node] = (int16_t)left;
        if (left < free_now->free[part.node])
            nodes_sweep_set(&sweep, part.node, left);
    }
    nodes_sweep_end(&sweep);
}

int64_t reservation_fit_later(const struct reservation *reservation, const struct place_policy *place,
                              int64_t fit_now)
{
    if (reservation->open)
        return INT64_MAX;
    return reservation->chosen ? place->largest(&reservation->later)
                               : earlier(fit_now, reservation->most_left);
}

void reservation_find(struct reservation *reservation, const struct place_policy *place,
                      const struct job_table *jobs, const struct ordered *running,
                      const struct nodes *free_now, int32_t head, int64_t now)
{
    int32_t cards = job_at(jobs, head)->cards;
    reservation->head = head;
    reservation->open = false;
    reservation->closed = false;
    reservation->chosen = true; /* unless found by node */
    /* all cards of the machine are free or under jobs; once those end, any gang of so many cards fits */
    int64_t machine = free_now->free_cards + ordered_cards(running);
    if (machine < cards)
        reservation->open = true;
    else if (place->by_node)
        find_shadow(reservation, place, jobs, running, free_now, cards, now);
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
    if (!reservation->chosen)
        return; /* nothing has been derived from the cards that are free now */
    struct nodes_sweep sweep = nodes_sweep_begin(&reservation->later);
    for (int32_t i = 0; i < job->part_count; i++) {
        int32_t node = job->parts[i].node;
        if (sign < 0 && beyond)
            reservation->left[node] = (int16_t)(reservation->left[node] - job->parts[i].cards);
        nodes_sweep_set(&sweep, node, (int32_t)earlier(free_now->free[node], reservation->left[node]));
    }
    nodes_sweep_end(&sweep);
}
