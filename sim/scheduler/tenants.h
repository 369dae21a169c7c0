/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tenants: who uses how much of a site, what each is guaranteed, and what each may use at most.
 *
 * A tenant's guarantee is a number of cards that it gets whenever it asks for them; while it does not, others
 * borrow them. A job is *entitled* when it keeps its tenant within the guarantee; entitled jobs come before
 * all others, and with `reclaim` they stop borrowers to start (preempt.h). The limit is what a tenant never
 * uses beyond, even when cards are idle.
 *
 * Decayed usage is card-time that counts half after every half-life, for fair share: u' = cards - u ln2 /
 * half-life, kept in closed form between changes. Source: Kay & Lauder, "A fair share scheduler", CACM 31(1),
 * 1988; Slurm's multifactor plugin (PriorityDecayHalfLife).
 *
 * Units: cards, us, card-us. Complexity: everything O(1). Ownership: the arena's.
 */
#ifndef TENK_SCHEDULER_TENANTS_H
#define TENK_SCHEDULER_TENANTS_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

struct tenant_terms {
    int64_t guarantee; /* cards; 0: none */
    int64_t limit;     /* cards; INT64_MAX: none */
    double weight;     /* share of the site that is fair; > 0 */
};

struct tenant {
    struct tenant_terms terms;
    int64_t usage;  /* cards held by its jobs */
    double decayed; /* card-us at `since` */
    int64_t since;  /* us */
};

struct tenants {
    int32_t count;
    struct tenant *tenants;
    double decay; /* ln 2 / half-life, per us; 0: usage never fades */
    bool bound;   /* some tenant has a guarantee or a limit */
};

/* terms may be NULL: no guarantees, no limits, equal weights. half_life in us, 0: never fades. */
void tenants_init(struct tenants *tenants, struct arena *arena, int32_t count,
                  const struct tenant_terms *terms, int64_t half_life);

/* Cards that a tenant's jobs take (positive) or give back. */
void tenants_change(struct tenants *tenants, int32_t tenant, int64_t cards, int64_t now);

/* Decayed usage over weight, in card-us; smaller means it got less than its share. */
double tenants_share_used(const struct tenants *tenants, int32_t tenant, int64_t now);

static inline bool tenants_entitled(const struct tenants *tenants, int32_t tenant, int64_t cards)
{
    const struct tenant *of = &tenants->tenants[tenant];
    return of->usage + cards <= of->terms.guarantee;
}

/* Cards that the tenant may still take. */
static inline int64_t tenants_room(const struct tenants *tenants, int32_t tenant)
{
    const struct tenant *of = &tenants->tenants[tenant];
    return of->terms.limit == INT64_MAX ? INT64_MAX : of->terms.limit - of->usage;
}

#endif
