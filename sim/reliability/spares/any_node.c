/* SPDX-License-Identifier: GPL-3.0-or-later */
/* any_node: standby nodes, the pool, then any idle node, ahead of the jobs that wait. */
#include "reliability/spares/spares_policies.h"

static struct spares_answer choose(const struct spares_view *view)
{
    return spares_fill(view->lost, view->standby, view->pool, view->free, 0);
}

const struct spares_policy spares_any_node = {
    .name = "any-node",
    .summary = "then any idle node of the site, else it is queued again",
    .in_place = true,
    .asks_free = true,
    .choose = choose,
};
