/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan: everything about a scenario that all its futures share.
 *
 * Built once, read by all threads, never changed: rates in FLOP per microsecond, policies resolved from
 * their names, job classes prepared, times in us since the start. A replay is a plan too: one site,
 * cards from the first moment, jobs from a trace instead of classes, nothing that fails.
 * Ownership: plan_free releases a plan; it borrows texts from the scenario and jobs from the trace.
 */
#ifndef TENK_WORLD_PLAN_H
#define TENK_WORLD_PLAN_H

#include "performance/locality.h"
#include "performance/speed.h"
#include "reliability/checkpoint.h"
#include "reliability/failure.h"
#include "scenario/scenario.h"
#include "scheduler/dispatch.h"
#include "scheduler/scheduler.h"
#include "site/energy.h"
#include "site/topology.h"
#include "supply/allocation.h"
#include "supply/line.h"
#include "supply/market.h"
#include "supply/stages.h"
#include "workload/arrivals.h"
#include "workload/jobclass.h"
#include "workload/software.h"
#include "workload/trace.h"
#include "world/plan_risks.h"

enum {
    PLAN_CLASSES = 16,
    PLAN_SIZES = 12,
    PLAN_POOLS = 32,
    PLAN_CHIPS = 16,
    PLAN_ESTIMATES = 16,
    PLAN_STACKS = 32,
    PLAN_SITES = 8191
};

#define WORLD_YEAR (365 * CLOCK_DAY) /* us: the first year of a run */

/* How much of a site stands in the results. */
enum plan_report { PLAN_FULL, PLAN_BRIEF, PLAN_GROUPED };

struct plan_chip { /* that some line makes */
    const char *name;
    double price; /* CNY */
    bool domestic;
};

struct plan_line {
    const char *name;
    int16_t chip;
    bool open;
    bool staged;        /* its stages are simulated; otherwise an estimate holds */
    double factor;      /* of its output */
    int estimate_count; /* 1: that one; more: one for each future, by weight */
    const char *estimates[PLAN_ESTIMATES];
    double weights[PLAN_ESTIMATES];
    struct line_model *models; /* [estimate_count] */
    struct stages_model stages;
    int memory; /* of plan->memories; -1: none */
};

struct plan_class {
    const char *name;
    struct jobclass draw;
    struct arrivals_model arrivals;
    bool generated; /* false: dated runs or trace jobs */
    bool checkpoints;
    bool large_code; /* training of large models: ported by itself (software.h) */
    int16_t priority;
    double elastic_least, elastic_most; /* shares of the cards a job asks for */
    struct locality_model locality;     /* count 0: scattering costs nothing */
    int accept_count;
    int32_t accepts[PLAN_POOLS]; /* sites (the centre's pools) that its jobs run on, by preference */
    double reference_rate;       /* FLOP per card and us where the lengths were measured */
    double parameters_per_card;  /* 0: not known */
    double standby_share;        /* of its cards */
    double rate;                 /* FLOP per card and us on the site's chip in a small gang; times scale */
};

struct plan_run { /* a dated job */
    int64_t at;   /* us since the start */
    int64_t work;
    int32_t cards, standby;
    double rate;
    double mfu_rate;   /* the same in a small gang */
    double parameters; /* 0: not known */
    int16_t priority;
    bool checkpoints;
    bool reserved; /* its cards are set aside in advance */
};

/* Cards set aside: a maintenance window, or a dated run with notice. */
struct plan_window {
    int64_t known; /* us since the start; us */
    int64_t from, to;
    int64_t cards;
    int32_t run; /* index of the run; -1: maintenance */
};

struct plan_tenant {
    const char *name;
    double cumulative; /* of the shares of jobs */
};

struct plan_site {
    const char *name;
    const char *chip_name;
    double peak;     /* FLOP per card and us */
    int64_t cards;   /* ordered, in the end */
    int64_t ordered; /* us since the start */
    double install_cards_per_day;
    int64_t burn_in;
    int64_t opens_at_cards;
    int64_t large_job_cards;
    int32_t tier;
    int32_t cards_per_node;
    int32_t units_per_server; /* nodes that fail together; 0 counts as 1 */
    int class_count;
    struct arrivals_rhythm rhythm;
    struct plan_class classes[PLAN_CLASSES];
    struct speed_curve scale;
    struct speed_curve reference_scale;
    double estimate_min, estimate_max;
    struct plan_run *runs;
    struct plan_window *windows;
    struct plan_tenant *tenants;
    int run_count;
    int window_count;
    int32_t tenant_count; /* 0: nobody is told apart */
    int size_count;
    int32_t sizes[PLAN_SIZES]; /* gang sizes at which the bins of the results begin */
    int pool_count;            /* > 1 on the first pool of a centre: jobs choose among the next sites too */
    struct topology topology;
    struct scheduler_config scheduler;
    struct failure_model failures; /* of which the repair holds where it is of the simplest kind */
    const struct plan_risks *risks;
    int64_t restart, checkpoint_cost, fixed_interval;
    /* as one who buys: the first pool of a centre, and pools with an order of their own */
    struct market_terms terms;
    int64_t order_parts; /* its order comes in so many monthly parts */
    /* in the country */
    struct software_firms firms;
    struct energy_model energy;
    double node_kw;  /* of a node at work, with its share of the centre's */
    double power_kw; /* that the centre can draw; 0: enough */
    double delay_ms; /* to the backbone */
    int lead;        /* first pool of its centre */
    int owner;       /* whose order its cards fill: its own, or that of the lead for a substitute's pool */
    int group;       /* of plan->groups; -1: none */
    int workload;    /* number of its job mix: jobs move between sites of one mix; -1: none */
    int twin;        /* lowest site with the same mix and chip: a job is as long there as here */
    int software;    /* of plan->software: what its users' code is; -1: runs everywhere at full speed */
    enum plan_report report;
    enum checkpoint_rule rule;
    int16_t pool_of[PLAN_CHIPS]; /* site that gets the cards of a chip; -1: none */
    int16_t stack;               /* of plan->stacks: what its chips need; -1: nothing known */
    bool at_once;
    bool by_preference;
    bool is_pool; /* gets jobs from the first pool of its centre */
    bool elastic; /* some class is */
    bool buys;    /* has an order of its own in the market */
    bool state_funded;
    bool domestic_only; /* and bound to chips of domestic makers now */
    bool has_energy;
    bool has_locality; /* scattering costs some class something */
};

struct plan_buyer {
    const char *name;
    struct market_terms terms;
    int64_t backlog;
    double per_month, growth_per_year, demand_sigma, budget_per_year, hoard;
    int64_t waiting_cards;
    int group; /* -1: none */
    bool domestic_only;
};

struct plan_software {
    struct software_model model;
    int16_t stack;    /* that the code is written for */
    bool tuned;       /* and there it runs at full speed */
    bool family_open; /* false: the open family of models is withdrawn */
};

/* One event that may happen; what it changes is the scenario's (scenario/change.h). */
struct plan_event {
    const char *name;
    const struct change_set *set;
    int64_t at; /* us since the start; CLOCK_NEVER: at random */
    double per_us;
    double chance, delay_median, delay_sigma;
    int64_t announced, lasts;
    uint32_t bans;   /* lines that it closes, by bit */
    uint32_t stream; /* its dice: the place in the file, so that leaving one out shifts no other */
};

struct plan {
    int64_t start;   /* us since 1970 */
    int64_t horizon; /* us since the start; CLOCK_NEVER: until all is done */
    int64_t begin; /* us since the start from which time is accounted for: 0, or a trace's first submission */
    int64_t sample; /* us; 0: no samples */
    uint64_t seed;
    struct plan_line *lines;
    struct stages_memory *memories;
    const struct allocation_rule *rule;
    struct plan_buyer *buyers;
    struct plan_site *sites;
    struct plan_software *software;
    struct plan_event *events;
    const char **groups;
    const struct dispatch_rule *dispatch;
    struct dispatch_limits limits;
    double resident_share;
    struct plan_chip chips[PLAN_CHIPS];
    const char *stacks[PLAN_STACKS];
    const struct scenario *scenario; /* NULL for a replay */
    int32_t *mix_first;              /* [number of mixes + 1] where the centres of a mix begin in mix_leads */
    int32_t *mix_leads;              /* first pools of the centres that have a mix, by mix, then by number */
    /* replay */
    const struct trace_job *trace_jobs;
    int64_t trace_count;
    struct arena arena;
    int line_count, memory_count, buyer_count, site_count, software_count, event_count, group_count;
    int chip_count, stack_count;
    bool has_supply;
    bool plan_actual; /* schedulers plan with the actual run times */
};

/* The scenario must have passed scenario_read. */
void plan_from_scenario(struct plan *plan, const struct scenario *scenario);

/* What holds of a site that stands alone: its own lead, in no group, with one order, no software and nothing
 * that fails. */
void plan_site_alone(struct plan_site *site, int index);

/* Number of the software stack, a new one when it is not known yet; -1 for "". */
int16_t plan_stack(struct plan *plan, const char *name);

/* Number of the group of that name; -1 for none or "". */
int plan_group(const struct plan *plan, const char *name);

/* Relative speed of an elastic job that wants `wanted` cards on `cards` of them. */
double plan_speed(const struct plan_site *site, int32_t wanted, int32_t cards);

struct plan_replay {
    int64_t cards;               /* > 0 */
    int32_t cards_per_node;      /* used when placement is by node */
    struct topology_shape shape; /* likewise */
    struct scheduler_config scheduler;
    bool plan_actual;
};

void plan_from_trace(struct plan *plan, const struct trace *trace, const struct plan_replay *replay);

void plan_free(struct plan *plan);

/* us of computing on the site's chip for a job that was `length` us long on the reference chip. */
int64_t plan_work(const struct plan_site *site, const struct plan_class *class, int32_t cards, double length);

#endif
