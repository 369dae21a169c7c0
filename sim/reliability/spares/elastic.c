/* SPDX-License-Identifier: GPL-3.0-or-later */
/* elastic: as any-node, but an elastic job goes on with the nodes that are left. */
#include "reliability/spares/spares_policies.h"

static struct spares_answer choose(const struct spares_view *view)
{
    return spares_fill(view->lost, view->standby, view->pool, view->free, view->slack);
}

const struct spares_policy spares_elastic = {
    .name = "elastic",
    .summary = "then, if elastic, it goes on with fewer cards; else it is queued again",
    .in_place = true,
    .asks_free = true,
    .choose = choose,
};
