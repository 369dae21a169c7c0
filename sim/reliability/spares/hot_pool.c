/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hot_pool: standby nodes, then a pool of spares that the site keeps out of the queue's reach. */
#include "reliability/spares/spares_policies.h"

static struct spares_answer choose(const struct spares_view *view)
{
    return spares_fill(view->lost, view->standby, view->pool, 0, 0);
}

const struct spares_policy spares_hot_pool = {
    .name = "hot-pool",
    .summary = "then nodes of the site's pool of spares, else it is queued again",
    .in_place = true,
    .asks_free = false,
    .choose = choose,
};
