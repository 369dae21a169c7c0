/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_windows: cards set aside ahead of time: maintenance takes nodes out, a promised run finds its cards
 * free. */
#include "engine/clock.h"
#include "world/world_internal.h"

/* Windows become known when the nodes of that instant have joined. */
static void push(struct world *world, const struct world_site *site, int64_t at, enum world_event kind,
                 int32_t window)
{
    if (at < world->plan->horizon)
        calendar_push(&world->calendar, at, kind == EVENT_WINDOW_KNOWN ? CLASS_ARRIVALS : CLASS_CHANGES, 0,
                      (struct calendar_event){.kind = (int)kind, .subject = window, .detail = site->index});
}

void world_start_windows(struct world *world, struct world_site *site)
{
    const struct plan_site *plan = site->plan;
    site->windows = arena_alloc(world->arena, (size_t)plan->window_count, sizeof *site->windows);
    for (int i = 0; i < plan->window_count; i++) {
        site->windows[i].id = -1;
        push(world, site, plan->windows[i].known, EVENT_WINDOW_KNOWN, i);
        push(world, site, plan->windows[i].from, EVENT_WINDOW_BEGIN, i);
    }
}

void world_window_known(struct world *world, struct world_site *site, int32_t index)
{
    const struct plan_window *window = &site->plan->windows[index];
    int32_t nodes = (int32_t)(site->online.value / site->plan->cards_per_node);
    if (window->from > world->now && nodes)
        site->windows[index].id =
            scheduler_set_aside(&site->scheduler, window->from, window->to, window->cards, nodes);
    world_touch(world, site);
}

void world_window_begin(struct world *world, struct world_site *site, int32_t index)
{
    struct world_window *window = &site->windows[index];
    const struct plan_window *plan = &site->plan->windows[index];
    int32_t online = (int32_t)(site->online.value / site->plan->cards_per_node);
    if (window->id < 0 && online) /* nobody was told: the highest nodes that are there and not in a window */
        window->id = scheduler_set_aside(&site->scheduler, plan->from, plan->to, plan->cards, online);
    const struct advance_window *aside = advance_find(&site->scheduler.advance, window->id);
    if (aside) {
        window->first_node = aside->first_node;
        window->node_count = aside->node_count;
        scheduler_end_aside(&site->scheduler, window->id);
    }
    for (int32_t n = 0; n < window->node_count; n++) {
        world_clear_node(world, site, window->first_node + n);
        if (plan->run < 0)
            world_node_out(world, site, window->first_node + n);
    }
    if (plan->run < 0)
        push(world, site, plan->to, EVENT_WINDOW_END, index);
    world_touch(world, site);
}

void world_window_end(struct world *world, struct world_site *site, int32_t index)
{
    const struct world_window *window = &site->windows[index];
    for (int32_t n = 0; n < window->node_count; n++)
        world_node_back(world, site, window->first_node + n);
}
