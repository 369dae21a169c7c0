/* SPDX-License-Identifier: GPL-3.0-or-later */
/* standby: warm standby nodes inside the job, which AIReSim (arXiv:2603.07041) and ByteRobust
 * (arXiv:2509.16293) describe. */
#include "reliability/spares/spares_policies.h"

static struct spares_answer choose(const struct spares_view *view)
{
    return spares_fill(view->lost, view->standby, 0, 0, 0);
}

const struct spares_policy spares_standby = {
    .name = "standby",
    .summary = "nodes that stand by inside the job take over; without one left it is queued again",
    .in_place = true,
    .asks_free = false,
    .choose = choose,
};
