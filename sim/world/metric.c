/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/metric.h"

#include "base/memory.h"
#include "engine/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_wait_quantile(enum metric_id id)
{
    switch (id) {
    case METRIC_WAIT_P50:
    case METRIC_WAIT_P95:
    case METRIC_WAIT_P99:
    case METRIC_SLOWDOWN_P50:
    case METRIC_SLOWDOWN_P95:
    case METRIC_SLOWDOWN_P99:
    case METRIC_SLOWDOWN_MAX:
        return true;
    default:
        return false;
    }
}

/* Whether a site can have a value of a metric of its groups. */
static bool site_has(const struct plan *plan, const struct plan_site *site, enum metric_id id)
{
    bool replay = plan->trace_jobs != NULL;
    bool country = !replay && (!plan->dispatch->home_only);
    switch (id) {
    case METRIC_JAIN_SERVICE:
    case METRIC_JAIN_WAIT:
        return site->tenant_count > 1;
    case METRIC_RESIZES:
        return site->elastic;
    case METRIC_NODE_MTBF:
        return site->risks->fails;
    case METRIC_RETIRED:
        return site->risks->retire_after > 0;
    case METRIC_MANUAL_REPAIRS:
        return site->risks->repair.escalate_chance > 0;
    case METRIC_CURED:
        return site->risks->lemon_share > 0;
    case METRIC_REPAIRS_GOOD:
        return site->risks->fails &&
               (site->risks->repair.automatic_success < 1 || site->risks->repair.manual_success < 1);
    case METRIC_SPARES_CALLED:
        return site->risks->spare_nodes > 0 && site->risks->spare_delay > 0;
    case METRIC_RESTARTS_IN_PLACE:
        return site->risks->fails && site->risks->spares->in_place;
    case METRIC_SCATTER_SHARE:
        return site->has_locality;
    case METRIC_FRAGMENTED_SHARE:
        return !replay;
    case METRIC_DARK_CARDS:
        return site->power_kw > 0;
    case METRIC_IMMATURE_SHARE:
    case METRIC_JOBS_UNPORTED:
        return site->software >= 0;
    case METRIC_JOBS_SENT:
    case METRIC_JOBS_RECEIVED:
        return country && site->workload >= 0;
    case METRIC_CARDS_CANCELLED:
        return site->buys && site->terms.cancels;
    case METRIC_FILL_FIRST_YEAR:
        return site->buys && plan->horizon >= WORLD_YEAR;
    case METRIC_SHORTAGE:
    case METRIC_LATENESS:
        return site->buys;
    case METRIC_SPENT:
        return site->buys && plan->chip_count && plan->chips[site->terms.chips[0]].price > 0;
    default:
        break;
    }
    if (metric_info(id)->group == METRIC_MONEY)
        return site->has_energy;
    return true;
}

static bool site_applies(const struct plan *plan, const struct plan_site *site, enum metric_id id)
{
    enum metric_group group = metric_info(id)->group;
    if (!site_has(plan, site, id) || group == METRIC_SUPPLY || group == METRIC_STAGES ||
        group == METRIC_SPREAD || group == METRIC_CAUSES)
        return false;
    if (plan->trace_jobs)
        return id != METRIC_ETTR && id != METRIC_DAY_JOB && id != METRIC_NODE_MTBF &&
               (group == METRIC_MACHINE || group == METRIC_JOBS);
    bool own_order = plan->sites + site->owner == site;
    return own_order || (group != METRIC_BUYER && group != METRIC_BUILD);
}

/* Sums over the members; nothing that only makes sense of one site. */
static bool group_applies(const struct plan *plan, int number, enum metric_id id)
{
    if (is_wait_quantile(id) || id == METRIC_FULL_ONLINE || id == METRIC_FULL_ONLINE_DAYS ||
        id == METRIC_MAKESPAN || id == METRIC_QUEUE_MEAN || id == METRIC_JAIN_SERVICE ||
        id == METRIC_JAIN_WAIT)
        return false;
    bool any = false;
    for (int s = 0; s < plan->site_count && !any; s++)
        any = plan->sites[s].group == number && site_applies(plan, &plan->sites[s], id);
    for (int b = 0; b < plan->buyer_count && !any; b++)
        any = plan->buyers[b].group == number && metric_info(id)->group == METRIC_BUYER &&
              (id != METRIC_FILL_FIRST_YEAR || plan->horizon >= WORLD_YEAR);
    return any;
}

/* Steps before `allocated` are the site's alone. */
static bool class_has_step(enum metric_id id)
{
    return id != METRIC_FLOP_INSTALLED && id != METRIC_FLOP_ONLINE && id != METRIC_FLOP_UP &&
           (id < METRIC_TIME_INSTALLED || id > METRIC_TIME_IDLE);
}

static bool job_set_has(const struct plan *plan, const struct plan_site *site, enum metric_id id)
{
    if (plan->trace_jobs && (id == METRIC_ETTR || id == METRIC_DAY_JOB || id == METRIC_RESTARTS_IN_PLACE))
        return false;
    return metric_info(id)->group == METRIC_JOBS && site_has(plan, site, id);
}

static bool applies(const struct plan *plan, const struct metric_scope *scope, enum metric_id id)
{
    enum metric_group group = metric_info(id)->group;
    switch (scope->kind) {
    case SCOPE_ALL:
        return group == METRIC_SUPPLY || group == METRIC_SPREAD;
    case SCOPE_LINE:
        return (group == METRIC_SUPPLY && id != METRIC_STOCK_END) ||
               (group == METRIC_STAGES && plan->lines[scope->index].staged);
    case SCOPE_BUYER:
        if (id == METRIC_FILL_FIRST_YEAR)
            return plan->horizon >= WORLD_YEAR;
        if (id == METRIC_CARDS_CANCELLED)
            return plan->buyers[scope->index].terms.cancels;
        if (id == METRIC_SPENT)
            return plan->chips[plan->buyers[scope->index].terms.chips[0]].price > 0;
        return group == METRIC_BUYER;
    case SCOPE_GROUP:
        return group_applies(plan, scope->index, id);
    case SCOPE_SITE:
        return site_applies(plan, &plan->sites[scope->site], id) &&
               (group != METRIC_WATERFALL || plan->sites[scope->site].report == PLAN_FULL);
    case SCOPE_CAUSE:
        return group == METRIC_CAUSES;
    case SCOPE_CLASS:
        if (group == METRIC_WATERFALL && !plan->trace_jobs)
            return class_has_step(id);
        return job_set_has(plan, &plan->sites[scope->site], id);
    default:
        return job_set_has(plan, &plan->sites[scope->site], id);
    }
}

static struct metric_scope *add_scope(struct metric_slots *slots, enum metric_scope_kind kind, int site,
                                      int index)
{
    slots->scopes = memory_grow(slots->scopes, (size_t)slots->scope_count + 1, sizeof *slots->scopes);
    struct metric_scope *scope = &slots->scopes[slots->scope_count++];
    *scope = (struct metric_scope){.kind = kind, .site = site, .index = index};
    return scope;
}

/* The jobs of a site by class, size and tenant. */
static void add_job_scopes(struct metric_slots *slots, const struct plan *plan, int s)
{
    const struct plan_site *site = &plan->sites[s];
    struct metric_scope *scope;
    for (int c = 0; !plan->trace_jobs && c < site->class_count; c++) {
        scope = add_scope(slots, SCOPE_CLASS, s, c);
        snprintf(scope->name, sizeof scope->name, "%.45s/%.45s", site->name, site->classes[c].name);
    }
    for (int c = 0; c < site->risks->cause_count && site->risks->cause_count > 1; c++) {
        if (!site->risks->causes[c].apart && !(site->risks->causes[c].per_node_us > 0))
            continue;
        scope = add_scope(slots, SCOPE_CAUSE, s, c);
        snprintf(scope->name, sizeof scope->name, "%.45s/cause %.40s", site->name,
                 site->risks->causes[c].name);
    }
    if (site->large_job_cards < INT64_MAX) {
        scope = add_scope(slots, SCOPE_LARGE, s, 0);
        snprintf(scope->name, sizeof scope->name, "%.45s/cards>=%lld", site->name,
                 (long long)site->large_job_cards);
    }
    for (int i = 0; i < site->size_count; i++) {
        scope = add_scope(slots, SCOPE_SIZE, s, i);
        if (i + 1 == site->size_count)
            snprintf(scope->name, sizeof scope->name, "%.45s/size %d..", site->name, site->sizes[i]);
        else
            snprintf(scope->name, sizeof scope->name, "%.45s/size %d..%d", site->name, site->sizes[i],
                     site->sizes[i + 1] - 1);
    }
    for (int i = 0; i < site->tenant_count && !plan->trace_jobs; i++) {
        scope = add_scope(slots, SCOPE_TENANT, s, i);
        snprintf(scope->name, sizeof scope->name, "%.45s/tenant %.40s", site->name, site->tenants[i].name);
    }
}

static void add_scopes(struct metric_slots *slots, const struct plan *plan)
{
    if (plan->has_supply)
        strcpy(add_scope(slots, SCOPE_ALL, -1, 0)->name, "all");
    for (int i = 0; i < plan->line_count && (plan->line_count > 1 || plan->lines[i].staged); i++)
        snprintf(add_scope(slots, SCOPE_LINE, -1, i)->name, sizeof slots->scopes->name, "line %.80s",
                 plan->lines[i].name);
    for (int i = 0; i < plan->group_count; i++)
        snprintf(add_scope(slots, SCOPE_GROUP, -1, i)->name, sizeof slots->scopes->name, "%.90s",
                 plan->groups[i]);
    for (int b = 0; b < plan->buyer_count; b++) {
        struct metric_scope *scope = add_scope(slots, SCOPE_BUYER, -1, b);
        snprintf(scope->name, sizeof scope->name, "%.90s", plan->buyers[b].name);
    }
    for (int s = 0; s < plan->site_count; s++) {
        if (plan->sites[s].report == PLAN_GROUPED)
            continue;
        struct metric_scope *scope = add_scope(slots, SCOPE_SITE, s, 0);
        snprintf(scope->name, sizeof scope->name, "%.90s", plan->sites[s].name);
        if (plan->sites[s].report == PLAN_FULL)
            add_job_scopes(slots, plan, s);
    }
}

void metric_slots_build(struct metric_slots *slots, const struct plan *plan)
{
    memset(slots, 0, sizeof *slots);
    add_scopes(slots, plan);
    slots->slots = memory_alloc((size_t)slots->scope_count * METRIC_COUNT, sizeof *slots->slots);
    for (int scope = 0; scope < slots->scope_count; scope++)
        for (int id = 0; id < METRIC_COUNT; id++)
            if (applies(plan, &slots->scopes[scope], (enum metric_id)id))
                slots->slots[slots->count++] =
                    (struct metric_slot){.scope = scope, .metric = (enum metric_id)id};
}

void metric_slots_free(struct metric_slots *slots)
{
    free(slots->scopes);
    free(slots->slots);
    memset(slots, 0, sizeof *slots);
}

int metric_slot_find(const struct metric_slots *slots, const char *scope, enum metric_id metric)
{
    for (int i = 0; i < slots->count; i++)
        if (slots->slots[i].metric == metric && !strcmp(slots->scopes[slots->slots[i].scope].name, scope))
            return i;
    return -1;
}
