/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_money: energy, carbon and money of a site, from the integrals of its card-time (site/energy.h). */
#include "engine/clock.h"
#include "world/world_internal.h"

void world_settle_energy(struct world *world, struct world_site *site)
{
    if (!site->plan->has_energy)
        return;
    timeweight_settle(&site->busy, world->now);
    timeweight_settle(&site->idle, world->now);
    timeweight_settle(&site->down, world->now);
    timeweight_settle(&site->assets.young, world->now);
    const struct energy_use use = {.busy = site->busy.integral,
                                   .idle = site->idle.integral,
                                   .down = site->down.integral,
                                   .young = site->assets.young.integral};
    energy_settle(&site->energy, &site->plan->energy, &use);
}

void world_buy(struct world *world, struct world_site *site, int64_t cards)
{
    if (!site->plan->has_energy)
        return;
    int64_t fen = energy_buy(&site->assets, &site->plan->energy, world->now, cards);
    int64_t over = world->now + energy_life(&site->plan->energy);
    if (fen && over < world->plan->horizon)
        calendar_push(
            &world->calendar, over, CLASS_CHANGES, 0,
            (struct calendar_event){.kind = EVENT_WRITE_OFF, .subject = site->index, .detail = fen});
}

void world_write_off(struct world *world, struct world_site *site, int64_t fen)
{
    energy_write_off(&site->assets, world->now, fen);
}
