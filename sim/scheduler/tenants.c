/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/tenants.h"

#include <assert.h>
#include <math.h>

void tenants_init(struct tenants *tenants, struct arena *arena, int32_t count,
                  const struct tenant_terms *terms, int64_t half_life)
{
    assert(count >= 1 && half_life >= 0);
    *tenants = (struct tenants){.count = count, .decay = half_life ? log(2) / (double)half_life : 0};
    tenants->tenants = arena_alloc(arena, (size_t)count, sizeof *tenants->tenants);
    for (int32_t i = 0; i < count; i++) {
        tenants->tenants[i].terms = terms ? terms[i] : (struct tenant_terms){.limit = INT64_MAX, .weight = 1};
        tenants->bound |= tenants->tenants[i].terms.guarantee > 0;
        tenants->bound |= tenants->tenants[i].terms.limit < INT64_MAX;
    }
}

/* u(t) = u0 e^(-d t) + cards (1 - e^(-d t)) / d; with d = 0 the integral itself. */
static double decayed_at(const struct tenants *tenants, const struct tenant *tenant, int64_t now)
{
    double elapsed = (double)(now - tenant->since);
    if (tenants->decay <= 0)
        return tenant->decayed + (double)tenant->usage * elapsed;
    double faded = -expm1(-tenants->decay * elapsed);
    return tenant->decayed * (1 - faded) + (double)tenant->usage * faded / tenants->decay;
}

void tenants_change(struct tenants *tenants, int32_t index, int64_t cards, int64_t now)
{
    struct tenant *tenant = &tenants->tenants[index];
    assert(index >= 0 && index < tenants->count && now >= tenant->since);
    tenant->decayed = decayed_at(tenants, tenant, now);
    tenant->since = now;
    tenant->usage += cards;
    assert(tenant->usage >= 0);
}

double tenants_share_used(const struct tenants *tenants, int32_t index, int64_t now)
{
    const struct tenant *tenant = &tenants->tenants[index];
    return decayed_at(tenants, tenant, now) / tenant->terms.weight;
}
