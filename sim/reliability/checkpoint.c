/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/checkpoint.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A stretch, prepared. Its checkpoints are numbered from 1; with those since the last deep one put
 * before them (`before`), each one whose number is a multiple of `every` is deep. */
struct stretch {
    int64_t step;  /* us of computing to checkpoint 1 */
    int64_t count; /* checkpoints on the way to the end */
    int64_t before;
    int64_t every;
    int64_t deep_cost;
};

static struct stretch prepare(const struct checkpoint_costs *costs, int64_t work)
{
    struct stretch stretch = {.every = 1};
    if (costs->interval <= 0)
        return stretch;
    assert(costs->interval >= checkpoint_least_interval(costs));
    stretch.step = costs->first > 0 ? costs->first : costs->interval;
    /* after each full interval but not after the last piece */
    stretch.count = work > stretch.step ? 1 + (work - stretch.step - 1) / costs->interval : 0;
    if (costs->deep_every > 1) {
        assert(costs->deep_done >= 0 && costs->deep_done < costs->deep_every);
        stretch.before = costs->deep_done;
        /* a period that this stretch does not fill may be cut, so that products stay within 64 bits */
        stretch.every = least(costs->deep_every, stretch.before + stretch.count + 1);
        stretch.deep_cost = costs->deep_cost;
    }
    return stretch;
}

/* us that the first `number` checkpoints stand still. */
static int64_t standing(const struct checkpoint_costs *costs, const struct stretch *stretch, int64_t number)
{
    return number * costs->cost + (stretch->before + number) / stretch->every * stretch->deep_cost;
}

/* Computing that checkpoint `number` keeps. */
static int64_t kept(const struct checkpoint_costs *costs, const struct stretch *stretch, int64_t number)
{
    return number > 0 ? stretch->step + (number - 1) * costs->interval : 0;
}

/* us from the beginning of computing to that of writing checkpoint `number`. */
static int64_t due(const struct checkpoint_costs *costs, const struct stretch *stretch, int64_t number)
{
    return kept(costs, stretch, number) + standing(costs, stretch, number - 1);
}

/* Checkpoints written in full after `rest` us of computing and writing. */
static int64_t written(const struct checkpoint_costs *costs, const struct stretch *stretch, int64_t rest)
{
    if (stretch->count == 0 || rest < stretch->step)
        return 0;
    /* as if the stretch had begun with its first period: then all periods are alike */
    int64_t cycle = costs->interval + costs->cost;
    int64_t period = stretch->every * cycle + stretch->deep_cost;
    int64_t since = rest - stretch->step + costs->interval + stretch->before * cycle;
    int64_t in_period = least(since % period / cycle, stretch->every - 1);
    return least(since / period * stretch->every + in_period - stretch->before, stretch->count);
}

int64_t checkpoint_least_interval(const struct checkpoint_costs *costs)
{
    int64_t interval = most(costs->flush, 1);
    if (costs->deep_every > 1) {
        /* between deep ones: deep_every intervals, and the writing of those between */
        int64_t between = (costs->deep_every - 1) * costs->cost;
        if (costs->deep_flush > between)
            interval = most(interval, (costs->deep_flush - between - 1) / costs->deep_every + 1);
    }
    return interval;
}

int64_t checkpoint_length(const struct checkpoint_costs *costs, int64_t work)
{
    struct stretch stretch = prepare(costs, work);
    return costs->restart + work + standing(costs, &stretch, stretch.count);
}

/* Fills in what the checkpoints keep `rest` us after computing began; the last that is begun is `begun`, at
 * least
 * 1. The one before it is valid: intervals are long enough. */
static void keep(const struct checkpoint_costs *costs, const struct stretch *stretch, int64_t rest,
                 int64_t begun, struct checkpoint_account *account)
{
    bool valid = due(costs, stretch, begun) + costs->cost + costs->flush <= rest;
    int64_t last = valid ? begun : begun - 1;
    if (costs->deep_every <= 1) {
        account->saved = kept(costs, stretch, last);
        return;
    }
    int64_t deep = (stretch->before + begun) / stretch->every * stretch->every - stretch->before;
    if (deep > 0 && due(costs, stretch, deep) + costs->cost + costs->deep_cost + costs->deep_flush > rest)
        deep -= stretch->every;
    /* what is on disk is kept, were it in memory or not */
    account->saved = kept(costs, stretch, most(last, deep));
    account->shallow = account->saved - kept(costs, stretch, deep);
}

struct checkpoint_account checkpoint_settle(const struct checkpoint_costs *costs, int64_t work,
                                            int64_t elapsed)
{
    struct stretch stretch = prepare(costs, work);
    assert(elapsed >= 0 && elapsed <= costs->restart + work + standing(costs, &stretch, stretch.count));
    struct checkpoint_account account = {0};
    account.restart = least(elapsed, costs->restart);
    int64_t rest = elapsed - account.restart;
    int64_t ready = written(costs, &stretch, rest);
    /* while the next checkpoint is being written nothing is computed; the last piece has none behind it */
    int64_t next = ready < stretch.count ? kept(costs, &stretch, ready + 1) : work;
    int64_t computed = least(rest - standing(costs, &stretch, ready), next);
    account.writing = rest - computed;
    if (computed == work) { /* finished: the result keeps it all */
        account.saved = work;
        return account;
    }
    int64_t begun = ready < stretch.count && computed == next ? ready + 1 : ready;
    if (begun > 0)
        keep(costs, &stretch, rest, begun, &account);
    account.loose = computed - account.saved;
    return account;
}

int64_t checkpoint_interval(enum checkpoint_rule rule, double cost, double mtbf)
{
    if (!isfinite(mtbf))
        return 0;
    double interval = sqrt(2 * cost * mtbf);
    if (rule == CHECKPOINT_DALY || rule == CHECKPOINT_ADAPTIVE) {
        double ratio = cost / (2 * mtbf);
        interval = ratio < 1 ? interval * (1 + sqrt(ratio) / 3 + ratio / 9) - cost : mtbf;
    }
    return interval < 1e6 ? 1000000 : interval < 9e17 ? (int64_t)llround(interval) : 0;
}

double checkpoint_mtbf_seen(double prior, double weight, double failures, double exposure)
{
    if (!isfinite(prior))
        weight = prior = 0;
    double count = weight + failures;
    return count > 0 ? fmax((weight * prior + exposure) / count, 1) : INFINITY;
}
