/* SPDX-License-Identifier: GPL-3.0-or-later */
/* requeue: the job goes back to the queue: what schedulers do that know nothing of the job; also when its
 * standby nodes are not touched. */
#include "reliability/spares/spares_policies.h"

static struct spares_answer choose(const struct spares_view *view)
{
    (void)view;
    return (struct spares_answer){.requeue = true};
}

const struct spares_policy spares_requeue = {
    .name = "requeue",
    .summary = "the job goes back to the queue and starts anew where there is room",
    .in_place = false,
    .asks_free = false,
    .choose = choose,
};
