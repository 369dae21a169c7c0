/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_quantile: exact quantiles of the waits and slowdowns of many overlapping sets of jobs.
 *
 * Problem: a job counts in up to five sets (site, class, size, tenant, large), each wants seven quantiles,
 * and a replay has a million jobs: a selection for each would cost more than the simulation. Choice: one scan
 * counts every set's values in buckets (the leading bits of a float: 25% wide), which tells the bucket of
 * every rank that is asked for; a second scan collects just those buckets, from which the ranks are selected.
 * Values stay exact; the definition is that of quantile.h. Zero waits, and jobs never slowed down, have a
 * bucket of their own that need not be collected. Complexity: O(jobs x sets of a job), memory 8 KiB a set and
 * a record for each value collected.
 */
#include "world/world_internal.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

enum { BUCKETS = 1024, BUCKET_SHIFT = 21, KINDS = 2, RANKS = 8 };

static const double probabilities[WORLD_QUANTILES] = {0.50, 0.95, 0.99, 1};

/* Values of one kind of one set. */
struct set {
    uint32_t count[BUCKETS];
    int64_t n;
    double sum;
    int64_t ranks[RANKS]; /* order statistics that are wanted, ascending, from 0 */
    double found[RANKS];
    int rank_count;
    uint8_t wanted[BUCKETS]; /* 1 + index in lists; 0: not wanted */
    struct {
        double *values;
        int64_t count, below; /* collected; values in lower buckets */
    } lists[RANKS];
    int list_count;
};

static double value_of(const struct world_wait *record, int kind)
{
    return kind ? (double)record->slowdown - 1 : (double)record->wait;
}

static uint32_t bucket_of(double value)
{
    float narrow = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    return bits >> BUCKET_SHIFT; /* values are not negative: bits sort as they do */
}

/* The sets that a record counts in, as indices; returns their number. */
static int sets_of(const struct world_site *site, const struct world_wait *record, int sets[WORLD_TALLIES])
{
    const struct plan_site *plan = site->plan;
    int count = 0, size = plan->size_count - 1;
    while (size > 0 && record->cards < plan->sizes[size])
        size--;
    sets[count++] = 0;
    if (plan->report != PLAN_FULL)
        return count;
    sets[count++] = world_set_index(plan, SCOPE_SIZE, size);
    if (!site->jobs.detailed)
        return count;
    sets[count++] = world_set_index(plan, SCOPE_CLASS, record->class_index);
    if (record->cards >= plan->large_job_cards)
        sets[count++] = world_set_index(plan, SCOPE_LARGE, 0);
    if (plan->tenant_count && plan->tenants)
        sets[count++] = world_set_index(plan, SCOPE_TENANT, record->tenant);
    return count;
}

int world_set_index(const struct plan_site *plan, enum metric_scope_kind kind, int index)
{
    switch (kind) {
    case SCOPE_LARGE:
        return 1;
    case SCOPE_SIZE:
        return 2 + index;
    case SCOPE_CLASS:
        return 2 + plan->size_count + index;
    case SCOPE_TENANT:
        return 2 + plan->size_count + plan->class_count + index;
    default:
        return 0;
    }
}

static int set_count(const struct plan_site *plan)
{
    if (plan->report != PLAN_FULL)
        return plan->report == PLAN_BRIEF;
    return 2 + plan->size_count + plan->class_count + (plan->tenants ? plan->tenant_count : 0);
}

static void want_rank(struct set *set, int64_t rank)
{
    for (int i = 0; i < set->rank_count; i++)
        if (set->ranks[i] == rank)
            return;
    set->ranks[set->rank_count++] = rank;
}

/* Which buckets hold the ranks that are wanted. */
static void want_buckets(struct set *set, struct arena *arena)
{
    for (int q = 0; q < WORLD_QUANTILES && set->n; q++) {
        int64_t low = (int64_t)(probabilities[q] * (double)(set->n - 1));
        want_rank(set, low);
        want_rank(set, low + 1 < set->n ? low + 1 : low);
    }
    for (int i = 0; i < set->rank_count; i++) {
        int64_t below = 0;
        uint32_t bucket = 0;
        while (below + set->count[bucket] <= set->ranks[i])
            below += set->count[bucket++];
        if (!bucket || set->wanted[bucket])
            continue; /* bucket 0 holds nothing but zeros */
        int list = set->list_count++;
        set->wanted[bucket] = (uint8_t)(list + 1);
        set->lists[list].below = below;
        set->lists[list].values = arena_raw(arena, set->count[bucket], sizeof(double));
    }
}

static void select_ranks(struct set *set)
{
    for (int i = 0; i < set->rank_count; i++)
        for (int list = 0; list < set->list_count; list++) {
            int64_t rank = set->ranks[i] - set->lists[list].below;
            if (rank >= 0 && rank < set->lists[list].count)
                set->found[i] = gsl_stats_select(set->lists[list].values, 1, (size_t)set->lists[list].count,
                                                 (size_t)rank);
        }
}

static double found_at(const struct set *set, int64_t rank)
{
    for (int i = 0; i < set->rank_count; i++)
        if (set->ranks[i] == rank)
            return set->found[i];
    return NAN;
}

/* Calls the loop body for every (set, kind, value) of the records. */
static void scan(const struct world_site *site, struct set *sets, bool collect)
{
    for (int64_t i = site->settled > 0 ? site->settled : 0; i < site->wait_count; i++) {
        const struct world_wait *record = chunks_at(&site->waits, i);
        int of[WORLD_TALLIES];
        int count = sets_of(site, record, of);
        for (int kind = 0; kind < KINDS; kind++) {
            if (kind && record->slowdown < 0)
                continue; /* has not ended */
            double value = value_of(record, kind);
            uint32_t bucket = bucket_of(value);
            for (int s = 0; s < count; s++) {
                struct set *set = &sets[of[s] * KINDS + kind];
                if (!collect) {
                    set->count[bucket]++;
                    set->n++;
                    set->sum += value;
                } else if (set->wanted[bucket]) {
                    int list = set->wanted[bucket] - 1;
                    set->lists[list].values[set->lists[list].count++] = value;
                }
            }
        }
    }
}

struct world_quantiles *world_quantiles_make(struct world *world, const struct world_site *site)
{
    int count = set_count(site->plan);
    if (!count)
        return NULL;
    struct set *sets = arena_alloc(world->arena, (size_t)count * KINDS, sizeof *sets);
    struct world_quantiles *made = arena_alloc(world->arena, (size_t)count, sizeof *made);
    scan(site, sets, false);
    for (int i = 0; i < count * KINDS; i++)
        want_buckets(&sets[i], world->arena);
    scan(site, sets, true);
    for (int i = 0; i < count * KINDS; i++) {
        struct set *set = &sets[i];
        bool slowdown = i % KINDS;
        double *to = slowdown ? made[i / KINDS].slowdown : made[i / KINDS].wait;
        double mean = set->n ? set->sum / (double)set->n : NAN;
        *(slowdown ? &made[i / KINDS].slowdown_mean : &made[i / KINDS].wait_mean) =
            slowdown ? mean + 1 : mean / 1e6;
        select_ranks(set);
        for (int q = 0; q < WORLD_QUANTILES; q++) {
            to[q] = NAN;
            if (!set->n)
                continue;
            double position = probabilities[q] * (double)(set->n - 1);
            int64_t low = (int64_t)position;
            double below = found_at(set, low), above = found_at(set, low + 1 < set->n ? low + 1 : low);
            below = slowdown ? below + 1 : below / 1e6;
            above = slowdown ? above + 1 : above / 1e6;
            to[q] = below + (position - (double)low) * (above - below);
        }
    }
    return made;
}

void world_waits_copy(const struct world_site *site, struct world_waits *waits)
{
    if (site->wait_count > waits->capacity) {
        waits->capacity = site->wait_count;
        waits->wait = memory_grow(waits->wait, (size_t)waits->capacity, sizeof *waits->wait);
    }
    waits->count = site->wait_count;
    for (int64_t i = 0; i < site->wait_count; i++)
        waits->wait[i] = ((const struct world_wait *)chunks_at(&site->waits, i))->wait;
}
