/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/checkpoint.h"

#include <assert.h>
#include <math.h>

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Checkpoints written on the way to `work`: after each full interval but not after the last piece. */
static int64_t checkpoints(const struct checkpoint_costs *costs, int64_t work)
{
    return costs->interval > 0 && work > 0 ? (work - 1) / costs->interval : 0;
}

int64_t checkpoint_length(const struct checkpoint_costs *costs, int64_t work)
{
    return costs->restart + work + checkpoints(costs, work) * costs->cost;
}

struct checkpoint_account checkpoint_settle(const struct checkpoint_costs *costs, int64_t work,
                                            int64_t elapsed)
{
    assert(elapsed >= 0 && elapsed <= checkpoint_length(costs, work));
    struct checkpoint_account account = {0};
    account.restart = least(elapsed, costs->restart);
    int64_t rest = elapsed - account.restart;
    int64_t cycles = 0, beyond = rest;
    if (costs->interval > 0) {
        int64_t cycle = costs->interval + costs->cost;
        cycles = least(rest / cycle, checkpoints(costs, work));
        beyond = rest - cycles * cycle;
    }
    account.saved = cycles * costs->interval;
    /* while the next checkpoint is being written nothing is computed; the last piece has none behind it */
    account.loose = least(beyond, cycles < checkpoints(costs, work) ? costs->interval : work - account.saved);
    account.writing = rest - account.saved - account.loose;
    if (account.saved + account.loose == work) { /* finished: the result keeps it all */
        account.saved = work;
        account.loose = 0;
    }
    return account;
}

int64_t checkpoint_interval(enum checkpoint_rule rule, double cost, double mtbf)
{
    if (!isfinite(mtbf))
        return 0;
    double interval = sqrt(2 * cost * mtbf);
    if (rule == CHECKPOINT_DALY) {
        double ratio = cost / (2 * mtbf);
        interval = ratio < 1 ? interval * (1 + sqrt(ratio) / 3 + ratio / 9) - cost : mtbf;
    }
    return interval < 1e6 ? 1000000 : interval < 9e17 ? (int64_t)llround(interval) : 0;
}
