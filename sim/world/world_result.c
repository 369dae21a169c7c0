/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_result: the end of a run: built-in checks, then one value per slot. */
#include "engine/clock.h"
#include "world/world_internal.h"

#include <math.h>
#include <stdio.h>

void world_check(struct world *world, const char *name, const char *what, int128 left, int128 right)
{
    if (left != right && !world->result->problem[0])
        snprintf(world->result->problem, sizeof world->result->problem,
                 "replication %u, %s: %s: %.17g is not %.17g (difference %.17g)",
                 (unsigned)world->request->replication, name, what, number_int128_real(left),
                 number_int128_real(right), number_int128_real(left - right));
}

static void settle_integrals(struct world *world, struct world_site *site)
{
    struct timeweight *all[] = {&site->installed,   &site->spare,        &site->online,
                                &site->down,        &site->busy,         &site->idle,
                                &site->queued_jobs, &site->queued_cards, &site->fragmented};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        timeweight_settle(all[i], world->now);
    if (site->plan->scheduler.place->by_node && world->now >= site->plan->ordered)
        world_lack_less(world, site, 0);
}

static void check_site(struct world *world, const struct world_site *site)
{
    world_check_waterfall(world, site);
    world_check(world, site->plan->name, "work given = work done + work left", site->given,
                site->worked + site->left);
    world_check(world, site->plan->name, "Little's law: jobs waiting x time = sum of waits",
                site->queued_jobs.integral, site->queue_stays);
}

double world_share(int128 part, int128 whole)
{
    return whole ? 100 * number_int128_real(part) / number_int128_real(whole) : NAN;
}

double world_card_days(int128 card_us)
{
    return number_int128_real(card_us) / (double)CLOCK_DAY;
}

/* Useful FLOP as PFLOP/s-days. */
static double pflops_days(double flop)
{
    return flop / 1e15 / 86400;
}

static double seconds(int128 us)
{
    return number_int128_real(us) / 1e6;
}

static const struct world_tally *tally_of(const struct world_site *site, const struct metric_scope *scope)
{
    switch (scope->kind) {
    case SCOPE_CLASS:
        return &site->by_class[scope->index];
    case SCOPE_LARGE:
        return &site->large;
    case SCOPE_SIZE:
        return &site->by_size[scope->index];
    case SCOPE_TENANT:
        return &site->by_tenant[scope->index];
    default:
        return &site->tally;
    }
}

double world_job_value(const struct world_site *site, const struct metric_scope *scope, enum metric_id metric)
{
    static const struct world_quantiles none = {{0}, {0}};
    const struct world_quantiles *quantiles =
        site->quantiles ? &site->quantiles[world_set_index(site->plan, scope->kind, scope->index)] : &none;
    const struct world_tally *tally = tally_of(site, scope);
    int64_t fit = tally->submitted - tally->never_fit;
    switch (metric) {
    case METRIC_JOBS_SUBMITTED:
        return (double)tally->submitted;
    case METRIC_JOBS_STARTED:
        return (double)tally->started;
    case METRIC_JOBS_COMPLETED:
        return (double)tally->completed;
    case METRIC_JOBS_NEVER_STARTED:
        return (double)(fit - tally->started);
    case METRIC_NEVER_STARTED_SHARE:
        return fit ? 100 * (double)(fit - tally->started) / (double)fit : NAN;
    case METRIC_JOBS_NEVER_FIT:
        return (double)tally->never_fit;
    case METRIC_INTERRUPTIONS:
        return (double)tally->interruptions;
    case METRIC_PREEMPTIONS:
        return (double)tally->preemptions;
    case METRIC_CARD_DAYS:
        return world_card_days(tally->card_time);
    case METRIC_RESTARTS_IN_PLACE:
        return (double)tally->in_place;
    case METRIC_ETTR:
        return world_ettr(tally);
    case METRIC_DAY_JOB:
        return tally->interruptions
                   ? log(2) * world_card_days(tally->card_time) / (double)tally->interruptions
                   : NAN;
    case METRIC_MTTF:
        return tally->interruptions ? seconds(tally->on_cards) / (double)tally->interruptions : NAN;
    case METRIC_WAIT_MEAN:
        return tally->started ? seconds(tally->wait) / (double)tally->started : NAN;
    case METRIC_WAIT_MEAN_ALL:
        return fit ? seconds(tally->wait + tally->waiting) / (double)fit : NAN;
    case METRIC_QUEUED_MEAN:
        return tally->completed ? seconds(tally->queued) / (double)tally->completed : NAN;
    case METRIC_WAIT_P50:
        return quantiles->wait[0];
    case METRIC_WAIT_P95:
        return quantiles->wait[1];
    case METRIC_WAIT_P99:
        return quantiles->wait[2];
    case METRIC_WAIT_MAX:
        return tally->started ? seconds(tally->wait_max) : NAN;
    case METRIC_SLOWDOWN_MEAN:
        return tally->slowdown.n ? tally->slowdown.mean : NAN;
    case METRIC_SLOWDOWN_P50:
        return quantiles->slowdown[0];
    case METRIC_SLOWDOWN_P95:
        return quantiles->slowdown[1];
    case METRIC_SLOWDOWN_P99:
        return quantiles->slowdown[2];
    case METRIC_SLOWDOWN_MAX:
        return quantiles->slowdown[3];
    default:
        return NAN;
    }
}

/*
 * Jain's index over tenants, (sum x)^2 / (n sum x^2): of card-time over weight, or of the mean bounded
 * slowdown. Tenants without anything to count are left out of the latter. Source: Jain, Chiu & Hawe,
 * DEC-TR-301, 1984.
 */
static double jain(const struct world_site *site, bool of_service)
{
    double sum = 0, squares = 0;
    int n = 0;
    for (int32_t i = 0; i < site->plan->tenant_count; i++) {
        const struct world_tally *tally = &site->by_tenant[i];
        const struct tenant_terms *terms = site->plan->scheduler.tenants;
        double x = of_service ? number_int128_real(tally->card_time) / (terms ? terms[i].weight : 1)
                              : tally->slowdown.mean;
        if (!of_service && !tally->slowdown.n)
            continue;
        n++;
        sum += x;
        squares += x * x;
    }
    return squares > 0 ? sum * sum / (n * squares) : NAN;
}

double world_site_value(const struct world *world, const struct world_site *site, enum metric_id metric)
{
    switch (metric) {
    case METRIC_FULL_ONLINE:
        return site->full_online_at >= 0;
    case METRIC_FULL_ONLINE_DAYS:
        return site->full_online_at >= 0
                   ? (double)(site->full_online_at - site->plan->ordered) / (double)CLOCK_DAY
                   : NAN;
    case METRIC_SHORTFALL_FIRST_YEAR:
        return world_card_days(site->lacking_first_year.integral);
    case METRIC_SHORTFALL:
        return world_card_days(site->lacking.integral);
    case METRIC_CARDS_ONLINE_END:
        return (double)site->online.value;
    case METRIC_ONLINE_CARD_DAYS:
        return world_card_days(site->online.integral);
    case METRIC_UP_SHARE:
        return world_share(site->online.integral - site->down.integral, site->online.integral);
    case METRIC_ALLOCATED_SHARE:
        return world_share(site->busy.integral, site->online.integral);
    case METRIC_COMPUTING_SHARE:
        return world_share(site->tally.account.kept, site->online.integral);
    case METRIC_RESTART_SHARE:
        return world_share(site->tally.account.restarting + site->tally.account.detecting,
                           site->online.integral);
    case METRIC_WRITING_SHARE:
        return world_share(site->tally.account.writing, site->online.integral);
    case METRIC_LOST_SHARE:
        return world_share(site->tally.account.lost, site->online.integral);
    case METRIC_NODE_FAILURES:
        return (double)site->node_failures;
    case METRIC_NODE_MTBF:
        return site->node_failures ? site->node_us / 3.6e9 / (double)site->node_failures : NAN;
    case METRIC_RETIRED:
        return site->retired;
    case METRIC_MANUAL_REPAIRS:
        return (double)site->repairs_manual;
    case METRIC_CURED:
        return (double)site->repairs_cured;
    case METRIC_REPAIRS_GOOD:
        return (double)site->repairs_good;
    case METRIC_SPARES_CALLED:
        return (double)site->called_spares;
    case METRIC_RESIZES:
        return (double)site->resizes;
    case METRIC_FRAGMENTED_SHARE:
        return world_share(site->fragmented.integral, site->online.integral);
    case METRIC_SCATTER_SHARE:
        return site->tally.account.kept ? 100 * site->scattered / number_int128_real(site->tally.account.kept)
                                        : NAN;
    case METRIC_JAIN_SERVICE:
        return jain(site, true);
    case METRIC_JAIN_WAIT:
        return jain(site, false);
    case METRIC_QUEUE_MEAN:
        return world->now > world->plan->begin ? number_int128_real(site->queued_jobs.integral) /
                                                     (double)(world->now - world->plan->begin)
                                               : NAN;
    case METRIC_MAKESPAN:
        return site->last_end >= 0 ? seconds(site->last_end - site->first_submit) : NAN;
    case METRIC_DELIVERED:
        return pflops_days(site->tally.account.useful_flop);
    case METRIC_DELIVERED_SHARE:
        return site->peak_flop > 0 ? 100 * site->tally.account.useful_flop / site->peak_flop : NAN;
    case METRIC_LOST_COMPUTE:
        return pflops_days(site->tally.account.lost_flop);
    case METRIC_DARK_CARDS:
        return (double)site->dark_cards;
    case METRIC_IMMATURE_SHARE:
        return site->tally.account.kept ? 100 * site->immature / number_int128_real(site->tally.account.kept)
                                        : NAN;
    case METRIC_JOBS_UNPORTED:
        return (double)site->unported;
    case METRIC_JOBS_SENT:
        return (double)site->sent;
    case METRIC_JOBS_RECEIVED:
        return (double)site->received;
    default:
        return NAN;
    }
}

static double value_of(const struct world *world, const struct metric_scope *scope, enum metric_id metric)
{
    enum metric_group group = metric_info(metric)->group;
    switch (scope->kind) {
    case SCOPE_ALL:
    case SCOPE_LINE:
        return world_supply_value(world, scope, metric);
    case SCOPE_GROUP:
        return world_group_value(world, scope, metric);
    case SCOPE_BUYER:
        return world_buyer_value(world, scope->index, metric);
    default:
        break;
    }
    const struct world_site *site = &world->sites[scope->site];
    if (group == METRIC_BUYER)
        return world_buyer_value(world, world->plan->buyer_count + scope->site, metric);
    if (group == METRIC_CAUSES)
        return world_cause_value(&site->causes[scope->index], metric);
    if (group == METRIC_WATERFALL)
        return world_waterfall_value(site, tally_of(site, scope), metric);
    if (group == METRIC_JOBS)
        return world_job_value(site, scope, metric);
    if (group == METRIC_MONEY)
        return world_money_value(site, metric);
    return world_site_value(world, site, metric);
}

void world_finish(struct world *world)
{
    if (world->plan->horizon != CLOCK_NEVER)
        world->now = world->plan->horizon;
    for (int s = 0; s < world->plan->site_count; s++) {
        struct world_site *site = &world->sites[s];
        world_close_jobs(world, site);
        settle_integrals(world, site);
        check_site(world, site);
        world_settle_energy(world, site);
        site->peak_flop = site->plan->peak * number_int128_real(site->online.integral);
        site->node_us =
            number_int128_real(site->online.integral - site->down.integral) / site->plan->cards_per_node;
        site->dark_cards = (int64_t)site->dark_nodes * site->plan->cards_per_node;
        site->quantiles = world_quantiles_make(world, site);
    }
    if (world->plan->has_supply)
        world_finish_supply(world);
    world_sum_groups(world);
    const struct metric_slots *slots = world->request->slots;
    for (int i = 0; i < slots->count; i++)
        world->result->values[i] =
            value_of(world, &slots->scopes[slots->slots[i].scope], slots->slots[i].metric);
}
