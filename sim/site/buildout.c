/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "site/buildout.h"

#include "engine/clock.h"

#include <math.h>

void buildout_init(struct buildout *buildout, int32_t cards_per_node, double cards_per_day, int64_t burn_in)
{
    *buildout = (struct buildout){
        .cards_per_node = cards_per_node,
        .node_us = cards_per_day > 0 ? (double)cards_per_node / cards_per_day * (double)CLOCK_DAY : 0,
        .burn_in = burn_in,
    };
}

int32_t buildout_deliver(struct buildout *buildout, int64_t now, int64_t cards)
{
    buildout->loose_cards += cards;
    int64_t nodes = buildout->loose_cards / buildout->cards_per_node;
    buildout->loose_cards -= nodes * buildout->cards_per_node;
    if (buildout->busy_until < now)
        buildout->busy_until = now;
    return (int32_t)nodes;
}

int64_t buildout_next(struct buildout *buildout, int32_t *node)
{
    buildout->busy_until += (int64_t)llround(buildout->node_us);
    *node = buildout->nodes++;
    return buildout->busy_until + buildout->burn_in;
}
