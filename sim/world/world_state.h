/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_state: the state of a running world: events, nodes, jobs' accounts, sites; for the files world_*.c
 * alone.
 */
#ifndef TENK_WORLD_WORLD_STATE_H
#define TENK_WORLD_WORLD_STATE_H

#include "site/buildout.h"
#include "stats/accumulator.h"
#include "stats/timeweight.h"
#include "supply/market.h"
#include "world/world.h"

enum world_event {
    EVENT_JOB_END,     /* subject: job, detail: site */
    EVENT_JOB_STOPPED, /* its checkpoint is written; subject: job, detail: site */
    EVENT_NODE_FAIL,   /* subject: node, detail: site */
    EVENT_NODE_REPAIR,
    EVENT_UNIT_FAIL, /* subject: world_unit_subject, detail: site */
    EVENT_UNIT_REPAIR,
    EVENT_SLOW_FOUND,   /* subject: node, detail: site */
    EVENT_SLOW_DUE,     /* the same: the job has written its checkpoint */
    EVENT_SILENT_FOUND, /* subject: job, detail: site */
    EVENT_SPARE_COMES,  /* a node of the pool was sent for; subject: node, detail: site */
    EVENT_NODE_JOIN,
    EVENT_MADE,         /* the lots of a month leave; subject: month */
    EVENT_LOT,          /* one arrives; subject: index in the line's lots, detail: line */
    EVENT_ORDERS,       /* monthly orders of the buyers; subject: months since the start */
    EVENT_SITE_ORDER,   /* subject: part of the order, detail: site */
    EVENT_YEAR,         /* the first year is over */
    EVENT_PATIENCE,     /* some order accepts more, or is given up */
    EVENT_SHIP,         /* settings have changed: stocks are divided anew */
    EVENT_ANNOUNCED,    /* subject: event of the plan */
    EVENT_CHANGE,       /* it begins; subject: event of the plan */
    EVENT_CHANGE_OVER,  /* it ends */
    EVENT_WRITE_OFF,    /* cards are written off; subject: site, detail: fen */
    EVENT_RETRAIN,      /* a firm trains anew; subject: its number, detail: site */
    EVENT_ARRIVAL,      /* subject: class, detail: site */
    EVENT_RUN,          /* subject: dated run, detail: site */
    EVENT_WAKE,         /* a pass is wanted; detail: site */
    EVENT_WINDOW_KNOWN, /* subject: window, detail: site */
    EVENT_WINDOW_BEGIN,
    EVENT_WINDOW_END,
    EVENT_TRACE, /* subject: index in the trace */
    EVENT_SAMPLE,
    EVENT_END
};

/* Classes at one instant. */
enum { CLASS_ENDS, CLASS_CHANGES, CLASS_ARRIVALS, CLASS_PASS, CLASS_SAMPLES, CLASS_LAST };

struct world_node {
    int64_t fails_at;  /* us: its next failure, also beyond the horizon; -1: none is drawn */
    double hazard;     /* left of its exponential time, in means, while the rate is 0; 0: none drawn */
    int64_t found_at;  /* us: when it will be found out that it is slow; -1: it is not */
    uint32_t failures; /* drawn so far */
    float slow;        /* speed that it leaves to a gang; 0: all of it */
    uint8_t broken;    /* repairs that it waits for: its own, its switch's */
    bool online;
    bool maintained; /* taken out by a window */
    bool spare;      /* stands by in the site's pool */
    bool called;     /* and is sent for */
    uint8_t cause;   /* of its slowness */
    bool lemon;      /* fails more often than others */
    bool failing;    /* scratch of world_strike.c */
};

/* Something with a life of its own: a node by one cause, a leaf switch, a rack, the storage. */
struct world_unit {
    int64_t fails_at; /* us; -1: none is drawn */
    uint32_t failures;
};

/* What happened to a job's kept computing: sums that failures may take back. */
enum { WORLD_CHAIN = 4 }; /* FLOP at: MFU; and scale; and locality; and maturity */
struct world_spent {
    int64_t work; /* us of work */
    int128 cards; /* card-us */
    double chain[WORLD_CHAIN];
    double useful;              /* FLOP */
    double scattered, immature; /* card-us */
};

/* What a job may still lose besides the computing of its latest stretch. */
struct job_risk {
    struct job_risk *next;      /* while it is in nobody's use */
    struct world_spent loose;   /* since its last checkpoint, of stretches before this one */
    struct world_spent shallow; /* kept by a neighbour's memory only, of stretches before this one */
    struct world_spent total;   /* kept since there is this account */
    struct world_spent clean;   /* `total` at the last checkpoint before its results went wrong */
    int64_t found_at;    /* us: when that will be found out; -1: they are right, as far as anybody knows */
    int32_t node, cause; /* by which node and cause */
};

/* Steps of the waterfall whose card-time is also told at the chip's peak: installed, online, up, allocated,
 * running, productive. */
enum { WORLD_PEAKS = 6 };

/* The account of busy card-time, and of the arithmetic of what was kept. */
struct world_account {
    int128 standby, detecting, restarting, writing, kept, lost; /* card-us */
    int128 requeued; /* card-us that interrupted jobs waited for cards, which they did not hold */
    double chain[WORLD_CHAIN];
    double useful_flop, lost_flop;
};

/* One job that has started: what quantiles are taken of. */
struct world_wait {
    int64_t wait;   /* us */
    float slowdown; /* bounded; negative while it has not ended */
    int32_t cards;
    int16_t class_index;
    int16_t tenant;
};

/* What becomes of a window of the plan. */
struct world_window {
    int32_t id;                     /* the scheduler's; -1: not announced */
    int32_t first_node, node_count; /* taken out while it lasts */
};

/* Sums over a set of jobs: a site's, a class's, the large ones. */
struct world_tally {
    int64_t submitted, started, completed, never_fit, interruptions, preemptions, in_place;
    int128 wait; /* us, of started jobs */
    int64_t wait_max;
    int128 queued;    /* us that completed jobs spent in the queue in all */
    int128 card_time; /* card-us held */
    int128 waiting;   /* us that jobs still waiting for their first start have waited, at the end */
    int128 on_cards;  /* us between starts and ends, not times cards */
    struct accumulator slowdown;
    struct world_account account;
};

/* Failures by cause. */
struct world_cause {
    int64_t failures, interruptions, spoilt; /* spoilt: jobs that ended with wrong results */
    int128 lost;                             /* card-us of computing */
};

/* A month's output of a line. */
struct world_lot {
    int64_t made, arrives; /* us since the start */
    int64_t planned, cards;
};

struct world_line {
    int estimate; /* that this future believes in */
    struct stages_state *stages;
    struct world_lot *lots;
    int32_t lot_count, lot_capacity;
    int64_t planned, arrived, withheld; /* cards of the lots that came */
    int64_t under_way;                  /* cards made and not arrived */
    int64_t months;                     /* of its stages, since the start */
    int64_t bound[STAGE_COUNT];         /* of these: by which stage */
    int32_t threats;                    /* announced bans */
};

/* How long porting took before an event changed it. */
struct world_lags {
    int64_t until;                       /* us */
    const struct software_model *models; /* [plan->software_count] */
};

/* What becomes of an event of the plan. */
struct world_change {
    int64_t began; /* us */
    uint32_t occurrences;
    bool holds;
    bool announced; /* its bans count as threats */
};

/* What the dice say of a firm's code on a stack: many sites of the stack ask for it in a row. */
struct world_port {
    const struct plan_site *home; /* where the firm is, in the plan that holds; NULL: nothing is known */
    int64_t withdrawn;            /* the family of its home's software */
    int32_t firm;
    bool large;
    struct software_port port;
    int64_t joins, rebased; /* us; INT64_MIN: need not */
};

struct world_site {
    const struct plan_site *plan;
    struct scheduler_config config; /* the plan's, with what belongs to this run */
    struct scheduler scheduler;
    struct job_table jobs;
    int64_t wake_at; /* time of the last EVENT_WAKE pushed */
    struct buildout buildout;
    struct arrivals arrivals[PLAN_CLASSES];
    struct calendar_handle arrival_events[PLAN_CLASSES];
    uint32_t class_jobs[PLAN_CLASSES]; /* numbers of the next job of a class */
    struct jobclass_draw next_job[PLAN_CLASSES];
    struct world_node *nodes;
    int64_t job_count;
    int64_t ordered, delivered; /* cards */
    int64_t full_online_at;     /* us, -1 before */
    int64_t first_submit, last_end;
    int64_t node_failures;
    /* integrals over time, card-us */
    struct timeweight lacking, lacking_first_year;
    struct timeweight installed; /* delivered cards, working or not */
    struct timeweight spare;     /* cards of nodes in the pool */
    struct timeweight online, down, busy, idle, queued_jobs, queued_cards, fragmented;
    /* work, us x cards asked for */
    int128 given, worked, left;
    int128 queue_stays; /* us in the queue, summed over stays */
    struct world_tally tally, large, by_class[PLAN_CLASSES], by_size[PLAN_SIZES];
    /* of the running jobs with a planned end: sum of end x cards, and their cards */
    int128 planned_ends;
    int64_t planned_cards;
    double queued_area;               /* card-us that the waiting jobs plan to use */
    int64_t foreign_cards;            /* of jobs from other sites, waiting or running */
    int64_t unported, sent, received; /* jobs: turned away; to and from other sites */
    double immature;                  /* card-us of kept computing that tuned code would have spared */
    struct energy_account energy;
    struct energy_assets assets;
    double power_kw;               /* of all pools' nodes, on the first pool of a centre */
    int64_t dark_cards;            /* at the end, as the next three */
    double peak_flop;              /* what the cards online could have computed */
    double at_peak[WORLD_PEAKS];   /* the same of the steps of the waterfall in time (world_waterfall.c) */
    double node_us;                /* time that nodes were up, all together */
    double scattered;              /* card-us of kept computing that a better place would have spared */
    struct world_tally *by_tenant; /* [plan->tenant_count] */
    struct world_quantiles *quantiles; /* at the end, by world_set_index */
    struct chunks waits;               /* struct world_wait */
    int64_t wait_count;
    int64_t settled; /* the first of them that counts; -1: the sums of the run count, of all jobs */
    struct world_window *windows;
    uint64_t *marks;        /* scratch of footprint.h; NULL where nothing is lost by scattering */
    int32_t *waiting_sizes; /* [0 .. cards of a node] waiting jobs by size, larger ones at the end */
    int64_t resizes;
    struct world_cause *causes;       /* [plan->risks->cause_count] */
    struct world_unit **units;        /* [cause], [unit]; NULL: the cause has no lives of its own */
    struct repair_offenders offences; /* by node */
    int32_t *held_by,
        *held_at; /* [node] job that holds the whole node, and which of its parts; NULL where nobody asks */
    int32_t pool_nodes; /* spares that stand by */
    int32_t called_now; /* of these: sent for */
    int32_t slow_nodes;
    int32_t failing_nodes; /* scratch of world_strike.c: that fail at this moment and are not down yet */
    int32_t short_jobs;    /* running jobs with fewer standby cards than they asked for */
    int32_t retired;
    int32_t dark_nodes;    /* built, but without power */
    int64_t duty;          /* of the writers of checkpoints among the running jobs (storage.h) */
    int64_t seen_failures; /* that stopped jobs */
    int64_t repairs_cured, repairs_manual, repairs_good, called_spares;
    int32_t *victims; /* scratch of world_strike.c */
    int32_t victim_count, victim_capacity;
    int index;
    bool touched; /* stands in world->touched: wants a pass at this instant */
    bool open;    /* takes jobs */
};

struct world {
    const struct world_request *request;
    const struct plan *plan;
    struct world_result *result;
    struct arena *arena;
    struct calendar calendar;
    struct market market;              /* buyers: the plan's, then the sites */
    struct market_account *first_year; /* [buyers + sites] as they were after the first year */
    struct world_site *sites;
    double *buyer_factor;
    double *buyer_carry; /* fraction of a card ordered but not yet whole */
    struct world_line *lines;
    struct stages_memory *memories;
    int64_t patience_at;          /* time of the last EVENT_PATIENCE pushed */
    struct world_change *changes; /* [plan->event_count] */
    struct plan *plan_first;      /* made for what held at the start; the schedulers point into it */
    struct plan *plan_made;       /* made since; NULL: none, or the request's holds again */
    struct world_lags *past_lags; /* how long porting took until then, by date */
    int32_t past_count, past_capacity;
    int64_t *withdrawn;      /* [plan->software_count] us; -1: the open family is there */
    int64_t **architectures; /* [plan->software_count] when new ones come, and how many */
    int32_t *architecture_counts;
    struct world_port *ports;         /* [1 + stack] the one asked for last; [0]: no stack */
    struct dispatch_site *candidates; /* scratch of world_dispatch */
    struct world_group *groups;       /* [plan->group_count], at the end */
    struct job_risk *free_risks;
    int64_t now;
    int64_t trace_next; /* first trace job that has not arrived */
    int32_t *touched;   /* sites that want a pass at this instant */
    int32_t touched_count;
    bool ended;
};

#endif
