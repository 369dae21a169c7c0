/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * count: cards are interchangeable; a gang fits when enough of them are free, wherever they are.
 * The model of the workload archives' simulators. Jobs have no nodes, so failures cannot find them.
 */
#include "scheduler/place/place_policies.h"

static int64_t largest(const struct nodes *view)
{
    return view->free_cards;
}

const struct place_policy place_count = {
    .name = "count",
    .summary = "only counts free cards; jobs have no nodes (for traces; not with failures)",
    .by_node = false,
    .largest = largest,
    .choose = NULL,
};
