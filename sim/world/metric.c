/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/metric.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct metric_info infos[METRIC_COUNT] = {
    [METRIC_CARDS_PLANNED] = {"cards_planned", "cards", METRIC_SUPPLY,
                              "good cards that the estimate plans for the lots that arrived"},
    [METRIC_CARDS_MADE] = {"cards_made", "cards", METRIC_SUPPLY, "cards in the lots that arrived"},
    [METRIC_STOCK_END] = {"stock_end", "cards", METRIC_SUPPLY, "cards that nobody had ordered, at the end"},
    [METRIC_CARDS_ORDERED] = {"cards_ordered", "cards", METRIC_BUYER,
                              "cards ordered up to the end, with the backlog at the start"},
    [METRIC_CARDS_DELIVERED] = {"cards_delivered", "cards", METRIC_BUYER, "cards delivered up to the end"},
    [METRIC_FILL_RATE] = {"fill_rate", "%", METRIC_BUYER, "cards delivered / cards ordered"},
    [METRIC_FULL_ONLINE] = {"full_online", "0/1", METRIC_BUILD,
                            "1 when all ordered cards came online before the end"},
    [METRIC_FULL_ONLINE_DAYS] = {"full_online_days", "days", METRIC_BUILD,
                                 "from the order until all cards were online; missing when they never were"},
    [METRIC_SHORTFALL_FIRST_YEAR] = {"shortfall_first_year", "card-days", METRIC_BUILD,
                                     "cards ordered minus cards online, over the 365 days after the order"},
    [METRIC_SHORTFALL] = {"shortfall", "card-days", METRIC_BUILD, "the same over the whole run"},
    [METRIC_CARDS_ONLINE_END] = {"cards_online_end", "cards", METRIC_MACHINE, "cards online at the end"},
    [METRIC_ONLINE_CARD_DAYS] = {"online_card_days", "card-days", METRIC_MACHINE,
                                 "cards online, integrated over time"},
    [METRIC_UP_SHARE] = {"up_share", "%", METRIC_MACHINE, "of the card-time online: not under repair"},
    [METRIC_ALLOCATED_SHARE] = {"allocated_share", "%", METRIC_MACHINE,
                                "of the card-time online: held by jobs"},
    [METRIC_COMPUTING_SHARE] = {"computing_share", "%", METRIC_MACHINE,
                                "of the card-time online: computing that was kept"},
    [METRIC_RESTART_SHARE] = {"restart_share", "%", METRIC_MACHINE,
                              "of the card-time online: restarting after failures"},
    [METRIC_WRITING_SHARE] = {"writing_share", "%", METRIC_MACHINE,
                              "of the card-time online: standing still to write checkpoints"},
    [METRIC_LOST_SHARE] = {"lost_share", "%", METRIC_MACHINE,
                           "of the card-time online: computing that failures took"},
    [METRIC_NODE_FAILURES] = {"node_failures", "failures", METRIC_MACHINE, "failures of nodes, busy or idle"},
    [METRIC_RESIZES] = {"resizes", "changes", METRIC_MACHINE, "changes of the size of running elastic jobs"},
    [METRIC_FRAGMENTED_SHARE] =
        {"fragmented_share", "%", METRIC_MACHINE,
         "of the card-time online: free but, node by node, no use to the waiting jobs, "
         "averaged over their sizes"},
    [METRIC_JAIN_SERVICE] = {"jain_service", "0..1", METRIC_MACHINE,
                             "Jain's index over tenants of card-time / weight; 1: all got their share"},
    [METRIC_JAIN_WAIT] = {"jain_wait", "0..1", METRIC_MACHINE,
                          "Jain's index over tenants of their mean bounded slowdown; 1: all wait alike"},
    [METRIC_QUEUE_MEAN] = {"queue_mean", "jobs", METRIC_MACHINE, "waiting jobs, mean over time"},
    [METRIC_MAKESPAN] = {"makespan", "s", METRIC_MACHINE,
                         "from the first submission to the last end of a job"},
    [METRIC_DELIVERED] = {"delivered_compute", "PFLOP/s-days", METRIC_COMPUTE,
                          "useful arithmetic: computing that was kept x rate"},
    [METRIC_DELIVERED_SHARE] = {"delivered_share", "%", METRIC_COMPUTE,
                                "delivered compute / (cards online x peak x time)"},
    [METRIC_LOST_COMPUTE] = {"lost_compute", "PFLOP/s-days", METRIC_COMPUTE, "arithmetic that failures took"},
    [METRIC_JOBS_SUBMITTED] = {"jobs_submitted", "jobs", METRIC_JOBS,
                               "jobs submitted, those that can never fit included"},
    [METRIC_JOBS_STARTED] = {"jobs_started", "jobs", METRIC_JOBS, "jobs that started at least once"},
    [METRIC_JOBS_COMPLETED] = {"jobs_completed", "jobs", METRIC_JOBS, "jobs that finished"},
    [METRIC_JOBS_NEVER_STARTED] = {"jobs_never_started", "jobs", METRIC_JOBS,
                                   "jobs still waiting for their first start at the end"},
    [METRIC_NEVER_STARTED_SHARE] =
        {"never_started_share", "%", METRIC_JOBS,
         "jobs still waiting for their first start at the end / jobs submitted that fit; "
         "their waits are not in the quantiles"},
    [METRIC_JOBS_NEVER_FIT] = {"jobs_never_fit", "jobs", METRIC_JOBS,
                               "jobs larger than the machine can ever be"},
    [METRIC_INTERRUPTIONS] = {"interruptions", "failures", METRIC_JOBS, "running jobs stopped by a failure"},
    [METRIC_PREEMPTIONS] = {"preemptions", "stops", METRIC_JOBS,
                            "running jobs stopped for other jobs or for a window"},
    [METRIC_CARD_DAYS] = {"card_days", "card-days", METRIC_JOBS, "card-time held"},
    [METRIC_MTTF] = {"mttf", "s", METRIC_JOBS,
                     "time on cards / interruptions; missing without interruptions"},
    [METRIC_WAIT_MEAN] = {"wait_mean", "s", METRIC_JOBS,
                          "submission to first start, mean over jobs that started"},
    [METRIC_WAIT_P50] = {"wait_p50", "s", METRIC_JOBS, "its median"},
    [METRIC_WAIT_P95] = {"wait_p95", "s", METRIC_JOBS, "its 95th percentile"},
    [METRIC_WAIT_P99] = {"wait_p99", "s", METRIC_JOBS, "its 99th percentile"},
    [METRIC_WAIT_MEAN_ALL] =
        {"wait_mean_all", "s", METRIC_JOBS,
         "the mean with the jobs still waiting, counted with their wait so far (a lower bound)"},
    [METRIC_QUEUED_MEAN] =
        {"queued_mean", "s", METRIC_JOBS,
         "time in the queue in all, after preemptions and failures too, mean over completed jobs"},
    [METRIC_SLOWDOWN_P50] = {"bounded_slowdown_p50", "ratio", METRIC_JOBS, "its median"},
    [METRIC_SLOWDOWN_P95] = {"bounded_slowdown_p95", "ratio", METRIC_JOBS, "its 95th percentile"},
    [METRIC_SLOWDOWN_P99] = {"bounded_slowdown_p99", "ratio", METRIC_JOBS, "its 99th percentile"},
    [METRIC_SLOWDOWN_MAX] = {"bounded_slowdown_max", "ratio", METRIC_JOBS, "the largest"},
    [METRIC_WAIT_MAX] = {"wait_max", "s", METRIC_JOBS, "the longest"},
    [METRIC_SLOWDOWN_MEAN] =
        {"bounded_slowdown_mean", "ratio", METRIC_JOBS,
         "mean over completed jobs of max(1, (end - submit) / max(10 s, time on cards))"},
};

const struct metric_info *metric_info(enum metric_id id)
{
    return &infos[id];
}

const char *metric_group_name(enum metric_group group)
{
    static const char *const names[] = {"supply", "buyers", "build-out", "machine", "compute", "jobs"};
    return names[group];
}

static bool applies(const struct plan *plan, const struct metric_scope *scope, enum metric_id id)
{
    bool replay = plan->trace_jobs != NULL;
    enum metric_group group = infos[id].group;
    if ((id == METRIC_JAIN_SERVICE || id == METRIC_JAIN_WAIT) && scope->site >= 0 &&
        plan->sites[scope->site].tenant_count < 2)
        return false;
    if (id == METRIC_RESIZES && scope->site >= 0 && !plan->sites[scope->site].elastic)
        return false;
    if (replay && id == METRIC_FRAGMENTED_SHARE)
        return false;
    switch (scope->kind) {
    case SCOPE_ALL:
        return group == METRIC_SUPPLY;
    case SCOPE_BUYER:
        return group == METRIC_BUYER;
    case SCOPE_SITE:
        if (replay)
            return group == METRIC_MACHINE || group == METRIC_JOBS;
        return group != METRIC_SUPPLY;
    default:
        return group == METRIC_JOBS;
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
    for (int b = 0; b < plan->buyer_count; b++) {
        struct metric_scope *scope = add_scope(slots, SCOPE_BUYER, -1, b);
        snprintf(scope->name, sizeof scope->name, "%.90s", plan->buyers[b].name);
    }
    for (int s = 0; s < plan->site_count; s++) {
        struct metric_scope *scope = add_scope(slots, SCOPE_SITE, s, 0);
        snprintf(scope->name, sizeof scope->name, "%.90s", plan->sites[s].name);
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
