/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/spares.h"

#include "reliability/spares/spares_policies.h"

#include <stddef.h>
#include <string.h>

static const struct spares_policy *const policies[] = {&spares_requeue, &spares_standby, &spares_hot_pool,
                                                       &spares_any_node, &spares_elastic};

const struct spares_policy *spares_policy_at(int index)
{
    return index >= 0 && index < (int)(sizeof policies / sizeof *policies) ? policies[index] : NULL;
}

const struct spares_policy *spares_policy_named(const char *name)
{
    for (int i = 0; spares_policy_at(i); i++)
        if (!strcmp(spares_policy_at(i)->name, name))
            return spares_policy_at(i);
    return NULL;
}

static int32_t take(int32_t *lost, int32_t there)
{
    int32_t taken = there < *lost ? there : *lost;
    *lost -= taken;
    return taken;
}

struct spares_answer spares_fill(int32_t lost, int32_t standby, int32_t pool, int32_t free, int32_t slack)
{
    struct spares_answer answer = {0};
    answer.standby = take(&lost, standby);
    answer.pool = take(&lost, pool);
    answer.free = take(&lost, free);
    answer.slack = take(&lost, slack);
    return lost ? (struct spares_answer){.requeue = true} : answer;
}
