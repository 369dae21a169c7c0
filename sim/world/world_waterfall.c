/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_waterfall: where card-time goes between installed and useful.
 *
 * In card-time all steps are whole microseconds of cards, and what leaves between two steps is told apart, so
 * that the sums can be checked to the last one: installed - not powered = online; - down = up; - spare - idle
 * = allocated; - standby - detecting - restarting = running; - writing - lost = productive. From there on
 * time is arithmetic: the productive time at the chip's peak is multiplied by MFU, scale, locality, maturity
 * and what slow nodes leave. The last product is the work that jobs have done, counted by itself in whole us
 * of work: it can be 1 us of each stretch less than the product.
 */
#include "engine/clock.h"
#include "world/world_internal.h"

static int128 busy_of(const struct world_account *account)
{
    return account->standby + account->detecting + account->restarting + account->writing + account->lost +
           account->kept;
}

static int128 running_of(const struct world_account *account)
{
    return account->writing + account->lost + account->kept;
}

void world_check_waterfall(struct world *world, const struct world_site *site)
{
    const struct world_account *account = &site->tally.account;
    const char *name = site->plan->name;
    world_check(world, name, "card-time online = idle + busy + down + spare", site->online.integral,
                site->idle.integral + site->busy.integral + site->down.integral + site->spare.integral);
    world_check(world, name, "busy card-time = standby + detecting + restarting + writing + kept + lost",
                site->busy.integral, busy_of(account));
    world_check(world, name, "busy card-time = that of all jobs", site->busy.integral, site->tally.card_time);
    if (site->plan->report != PLAN_FULL || world->plan->trace_jobs)
        return;
    int128 busy = 0, kept = 0;
    for (int c = 0; c < site->plan->class_count; c++) {
        busy += busy_of(&site->by_class[c].account);
        kept += site->by_class[c].account.kept;
    }
    world_check(world, name, "busy card-time = that of all classes", site->busy.integral, busy);
    world_check(world, name, "productive card-time = that of all classes", account->kept, kept);
}

static double card_hours(int128 card_us)
{
    return number_int128_real(card_us) / 3.6e9;
}

static double pflops_days(double flop)
{
    return flop / 1e15 / 86400;
}

/* Steps that only a whole site has. */
static int128 site_time(const struct world_site *site, enum metric_id metric)
{
    int128 value = 0;
    switch (metric) {
    case METRIC_TIME_INSTALLED:
        value = site->installed.integral;
        break;
    case METRIC_TIME_ONLINE:
        value = site->online.integral;
        break;
    case METRIC_TIME_DOWN:
        value = site->down.integral;
        break;
    case METRIC_TIME_UP:
        value = site->online.integral - site->down.integral;
        break;
    case METRIC_TIME_SPARE:
        value = site->spare.integral;
        break;
    case METRIC_TIME_IDLE:
        value = site->idle.integral;
        break;
    default:
        break;
    }
    return value;
}

void world_take_peaks(struct world_site *site)
{
    const struct world_account *account = &site->tally.account;
    const int128 times[WORLD_PEAKS] = {
        site->installed.integral, site->online.integral, site->online.integral - site->down.integral,
        busy_of(account),         running_of(account),   account->kept};
    for (int i = 0; i < WORLD_PEAKS; i++)
        site->at_peak[i] = site->plan->peak * number_int128_real(times[i]);
}

/* Arithmetic of a step, FLOP; a set of jobs has no steps before `allocated`. */
static double flop_of(const struct world_site *site, const struct world_tally *tally, enum metric_id metric)
{
    const struct world_account *account = &tally->account;
    if (metric >= METRIC_FLOP_MFU && metric <= METRIC_FLOP_TUNED)
        return account->chain[metric - METRIC_FLOP_MFU];
    if (metric == METRIC_FLOP_USEFUL)
        return account->useful_flop;
    if (tally == &site->tally)
        return site->at_peak[metric - METRIC_FLOP_INSTALLED];
    int128 time = metric == METRIC_FLOP_ALLOCATED ? busy_of(account)
                  : metric == METRIC_FLOP_RUNNING ? running_of(account)
                                                  : account->kept;
    return site->plan->peak * number_int128_real(time);
}

double world_waterfall_value(const struct world_site *site, const struct world_tally *tally,
                             enum metric_id metric)
{
    const struct world_account *account = &tally->account;
    switch (metric) {
    case METRIC_TIME_ALLOCATED:
        return card_hours(busy_of(account));
    case METRIC_TIME_STANDBY:
        return card_hours(account->standby);
    case METRIC_TIME_DETECTING:
        return card_hours(account->detecting);
    case METRIC_TIME_RESTARTING:
        return card_hours(account->restarting);
    case METRIC_TIME_RUNNING:
        return card_hours(running_of(account));
    case METRIC_TIME_WRITING:
        return card_hours(account->writing);
    case METRIC_TIME_LOST:
        return card_hours(account->lost);
    case METRIC_TIME_PRODUCTIVE:
        return card_hours(account->kept);
    default:
        return metric < METRIC_FLOP_INSTALLED ? card_hours(site_time(site, metric))
                                              : pflops_days(flop_of(site, tally, metric));
    }
}

double world_ettr(const struct world_tally *tally)
{
    const struct world_account *account = &tally->account;
    return world_share(account->kept, busy_of(account) - account->standby + account->requeued);
}

double world_cause_value(const struct world_cause *cause, enum metric_id metric)
{
    switch (metric) {
    case METRIC_CAUSE_FAILURES:
        return (double)cause->failures;
    case METRIC_CAUSE_INTERRUPTIONS:
        return (double)cause->interruptions;
    case METRIC_CAUSE_LOST:
        return card_hours(cause->lost);
    default:
        return (double)cause->spoilt;
    }
}

void world_add_account(struct world_account *to, const struct world_account *from)
{
    to->standby += from->standby;
    to->detecting += from->detecting;
    to->restarting += from->restarting;
    to->writing += from->writing;
    to->kept += from->kept;
    to->lost += from->lost;
    to->requeued += from->requeued;
    for (int i = 0; i < WORLD_CHAIN; i++)
        to->chain[i] += from->chain[i];
    to->useful_flop += from->useful_flop;
    to->lost_flop += from->lost_flop;
}
