/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metric: what a future is measured by.
 *
 * A metric has a name, a unit, a sentence and a group; the group says of what it is taken (the
 * supply, a buyer, a site, a set of jobs). The slots of a plan are all its (scope, metric) pairs in the order
 * of summary.csv; one future gives one value per slot, NaN where it has none (no large job started, the
 * cluster never reached its size).
 */
#ifndef TENK_WORLD_METRIC_H
#define TENK_WORLD_METRIC_H

#include "world/plan.h"

enum metric_group {
    METRIC_SUPPLY,    /* all lines together, or one of several */
    METRIC_STAGES,    /* a line that is made in stages */
    METRIC_SPREAD,    /* who got the cards */
    METRIC_BUYER,     /* a buyer or a site that buys */
    METRIC_BUILD,     /* a site's way to its size */
    METRIC_MACHINE,   /* a site's cards and their time */
    METRIC_COMPUTE,   /* a site's arithmetic */
    METRIC_MONEY,     /* a site's energy, carbon and money */
    METRIC_WATERFALL, /* from installed to useful: a site, and a class from `allocated` on */
    METRIC_CAUSES,    /* a cause of failures */
    METRIC_JOBS       /* the jobs of a site, of a class, large ones */
};

enum metric_id {
    METRIC_CARDS_PLANNED,
    METRIC_CARDS_MADE,
    METRIC_STOCK_END,
    METRIC_CARDS_IN_TRANSIT,
    METRIC_CARDS_WITHHELD,
    METRIC_BOUND_DIES,
    METRIC_BOUND_MEMORY,
    METRIC_BOUND_PACKAGING,
    METRIC_GINI,
    METRIC_TOP_FIVE,
    METRIC_CARDS_ORDERED,
    METRIC_CARDS_DELIVERED,
    METRIC_FILL_RATE,
    METRIC_FILL_FIRST_YEAR,
    METRIC_CARDS_CANCELLED,
    METRIC_SHORTAGE,
    METRIC_LATENESS,
    METRIC_SPENT,
    METRIC_FULL_ONLINE,
    METRIC_FULL_ONLINE_DAYS,
    METRIC_SHORTFALL_FIRST_YEAR,
    METRIC_SHORTFALL,
    METRIC_CARDS_ONLINE_END,
    METRIC_ONLINE_CARD_DAYS,
    METRIC_UP_SHARE,
    METRIC_ALLOCATED_SHARE,
    METRIC_COMPUTING_SHARE,
    METRIC_RESTART_SHARE,
    METRIC_WRITING_SHARE,
    METRIC_LOST_SHARE,
    METRIC_NODE_FAILURES,
    METRIC_NODE_MTBF,
    METRIC_RETIRED,
    METRIC_MANUAL_REPAIRS,
    METRIC_CURED,
    METRIC_REPAIRS_GOOD,
    METRIC_SPARES_CALLED,
    METRIC_RESIZES,
    METRIC_QUEUE_MEAN,
    METRIC_FRAGMENTED_SHARE,
    METRIC_SCATTER_SHARE,
    METRIC_JAIN_SERVICE,
    METRIC_JAIN_WAIT,
    METRIC_MAKESPAN,
    METRIC_DARK_CARDS,
    METRIC_IMMATURE_SHARE,
    METRIC_JOBS_UNPORTED,
    METRIC_JOBS_SENT,
    METRIC_JOBS_RECEIVED,
    METRIC_DELIVERED,
    METRIC_DELIVERED_SHARE,
    METRIC_LOST_COMPUTE,
    METRIC_TIME_INSTALLED,
    METRIC_TIME_ONLINE,
    METRIC_TIME_DOWN,
    METRIC_TIME_UP,
    METRIC_TIME_SPARE,
    METRIC_TIME_IDLE,
    METRIC_TIME_ALLOCATED,
    METRIC_TIME_STANDBY,
    METRIC_TIME_DETECTING,
    METRIC_TIME_RESTARTING,
    METRIC_TIME_RUNNING,
    METRIC_TIME_WRITING,
    METRIC_TIME_LOST,
    METRIC_TIME_PRODUCTIVE,
    METRIC_FLOP_INSTALLED,
    METRIC_FLOP_ONLINE,
    METRIC_FLOP_UP,
    METRIC_FLOP_ALLOCATED,
    METRIC_FLOP_RUNNING,
    METRIC_FLOP_PRODUCTIVE,
    METRIC_FLOP_MFU,
    METRIC_FLOP_SCALE,
    METRIC_FLOP_PLACED,
    METRIC_FLOP_TUNED,
    METRIC_FLOP_USEFUL,
    METRIC_CAUSE_FAILURES,
    METRIC_CAUSE_INTERRUPTIONS,
    METRIC_CAUSE_LOST,
    METRIC_CAUSE_SPOILT,
    METRIC_ENERGY,
    METRIC_CARBON,
    METRIC_POWER_COST,
    METRIC_OTHER_COST,
    METRIC_DEPRECIATION,
    METRIC_SUBSIDIES,
    METRIC_TOTAL_COST,
    METRIC_COST_PER_COMPUTE,
    METRIC_COST_PER_CARD_HOUR,
    METRIC_JOBS_SUBMITTED,
    METRIC_JOBS_STARTED,
    METRIC_JOBS_COMPLETED,
    METRIC_JOBS_NEVER_STARTED,
    METRIC_NEVER_STARTED_SHARE,
    METRIC_JOBS_NEVER_FIT,
    METRIC_INTERRUPTIONS,
    METRIC_PREEMPTIONS,
    METRIC_CARD_DAYS,
    METRIC_RESTARTS_IN_PLACE,
    METRIC_ETTR,
    METRIC_DAY_JOB,
    METRIC_MTTF,
    METRIC_WAIT_MEAN,
    METRIC_WAIT_P50,
    METRIC_WAIT_P95,
    METRIC_WAIT_P99,
    METRIC_WAIT_MAX,
    METRIC_WAIT_MEAN_ALL,
    METRIC_QUEUED_MEAN,
    METRIC_SLOWDOWN_MEAN,
    METRIC_SLOWDOWN_P50,
    METRIC_SLOWDOWN_P95,
    METRIC_SLOWDOWN_P99,
    METRIC_SLOWDOWN_MAX,
    METRIC_COUNT
};

struct metric_info {
    const char *name;
    const char *unit;
    enum metric_group group;
    const char *summary;
};

const struct metric_info *metric_info(enum metric_id id);
const char *metric_group_name(enum metric_group group);

enum metric_scope_kind {
    SCOPE_ALL,
    SCOPE_LINE,
    SCOPE_GROUP, /* the buyers and sites of a group */
    SCOPE_BUYER,
    SCOPE_SITE,
    SCOPE_CLASS,
    SCOPE_LARGE,
    SCOPE_SIZE,   /* gangs of a range of sizes */
    SCOPE_TENANT, /* jobs of a tenant */
    SCOPE_CAUSE   /* failures of a cause */
};

struct metric_scope {
    char name[96]; /* all, leading-firms, wuxi, wuxi/pretraining, wuxi/cards>=1024 */
    enum metric_scope_kind kind;
    int site;  /* index, of all but ALL, LINE, GROUP and BUYER */
    int index; /* of the line, group, buyer, class, range of sizes or tenant */
};

struct metric_slot {
    int scope;
    enum metric_id metric;
};

struct metric_slots {
    int scope_count;
    struct metric_scope *scopes;
    int count;
    struct metric_slot *slots;
};

/* Built once per plan; metric_slots_free releases it. */
void metric_slots_build(struct metric_slots *slots, const struct plan *plan);
void metric_slots_free(struct metric_slots *slots);

/* Index of the slot, -1 when the plan has none. */
int metric_slot_find(const struct metric_slots *slots, const char *scope, enum metric_id metric);

#endif
