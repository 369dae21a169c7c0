/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_internal: the state of a running world, shared by the files world_*.c and by nobody else. */
#ifndef TENK_WORLD_WORLD_INTERNAL_H
#define TENK_WORLD_WORLD_INTERNAL_H

#include "site/buildout.h"
#include "stats/accumulator.h"
#include "stats/timeweight.h"
#include "supply/market.h"
#include "world/world.h"

enum world_event {
    EVENT_JOB_END,   /* subject: job, detail: site */
    EVENT_NODE_FAIL, /* subject: node, detail: site */
    EVENT_NODE_REPAIR,
    EVENT_NODE_JOIN,
    EVENT_LOT,        /* detail: month */
    EVENT_ORDERS,     /* monthly orders of the buyers; subject: months since the start */
    EVENT_SITE_ORDER, /* detail: site */
    EVENT_ARRIVAL,    /* subject: class, detail: site */
    EVENT_RUN,        /* subject: dated run, detail: site */
    EVENT_WAKE,       /* a promised slot comes; detail: site */
    EVENT_TRACE,      /* subject: index in the trace */
    EVENT_SAMPLE,
    EVENT_END
};

/* Classes at one instant. */
enum { CLASS_ENDS, CLASS_CHANGES, CLASS_ARRIVALS, CLASS_PASS, CLASS_SAMPLES, CLASS_LAST };

struct world_node {
    uint32_t failures; /* so far */
    bool online;
    bool down;
};

/* One job that has started: what quantiles are taken of. */
struct world_wait {
    int64_t wait; /* us */
    int32_t class_index;
    int32_t cards;
};

/* Sums over a set of jobs: a site's, a class's, the large ones. */
struct world_tally {
    int64_t submitted, started, completed, never_fit, interruptions;
    int128 wait; /* us, of started jobs */
    int64_t wait_max;
    int128 on_cards; /* us between starts and ends, not times cards */
    struct accumulator slowdown;
};

struct world_site {
    const struct plan_site *plan;
    int index;
    struct scheduler scheduler;
    struct job_table jobs;
    int64_t wake_at; /* time of the last EVENT_WAKE pushed */
    struct buildout buildout;
    struct arrivals arrivals[PLAN_CLASSES];
    uint32_t class_jobs[PLAN_CLASSES]; /* numbers of the next job of a class */
    struct jobclass_draw next_job[PLAN_CLASSES];
    struct world_node *nodes;
    int64_t job_count;
    int64_t delivered;      /* cards */
    bool open;              /* takes jobs */
    bool touched;           /* stands in world->touched: wants a pass at this instant */
    int64_t full_online_at; /* us, -1 before */
    int64_t first_submit, last_end;
    int64_t node_failures;
    /* integrals over time, card-us */
    struct timeweight lacking, lacking_first_year;
    struct timeweight online, down, busy, idle, queued_jobs, queued_cards;
    /* the account of busy time, card-us */
    int128 restarting, writing, kept, lost, given, left;
    int128 queue_stays; /* us in the queue, summed over stays */
    double useful_flop, lost_flop;
    struct world_tally tally, large, by_class[PLAN_CLASSES];
    struct world_wait *waits;
    int64_t wait_count, wait_capacity;
};

struct world {
    const struct world_request *request;
    const struct plan *plan;
    struct world_result *result;
    struct arena *arena;
    struct calendar calendar;
    struct market market;
    struct world_site *sites;
    int64_t *buyer_ordered, *buyer_delivered; /* [buyers + sites] */
    double *buyer_factor;
    double *buyer_carry; /* fraction of a card ordered but not yet whole */
    int64_t cards_planned, cards_made;
    int64_t now;
    int64_t trace_next;
    int32_t *touched; /* sites that want a pass at this instant */
    int32_t touched_count;
    double *scratch; /* room for all waits of a site, while results are made */
    bool ended;
};

/* world_jobs.c */
/* The site wants a scheduling pass at this instant. */
void world_touch(struct world *world, struct world_site *site);
void world_submit(struct world *world, struct world_site *site, int32_t job);
void world_arrival(struct world *world, struct world_site *site, int class_index);
void world_next_arrival(struct world *world, struct world_site *site, int class_index);
void world_run_due(struct world *world, struct world_site *site, int run);
void world_trace_due(struct world *world, int64_t index);
void world_trace_feed(struct world *world);
void world_job_end(struct world *world, struct world_site *site, int32_t job);
void world_interrupt(struct world *world, struct world_site *site, int32_t job);
void world_pass(struct world *world, struct world_site *site);
/* Accounts for a job that is running or waiting when the run ends. */
void world_close_jobs(struct world *world, struct world_site *site);

/* world_supply.c */
void world_start_supply(struct world *world);
void world_lot(struct world *world, int32_t month);
void world_orders(struct world *world, int32_t months);
void world_site_order(struct world *world, struct world_site *site);
void world_deliver(struct world *world, struct world_site *site, int64_t cards);
/* Cards came online that the site had been lacking. */
void world_lack_less(struct world *world, struct world_site *site, int64_t cards);

/* world_nodes.c */
void world_node_join(struct world *world, struct world_site *site, int32_t node);
void world_node_fail(struct world *world, struct world_site *site, int32_t node);
void world_node_repair(struct world *world, struct world_site *site, int32_t node);

/* world_rows.c */
void world_sample(struct world *world);
void world_row_delivery(struct world *world, const char *buyer, int64_t cards, int64_t lacking);
void world_row_failure(struct world *world, const struct world_site *site, int32_t node, int64_t repair,
                       int32_t interrupted, int64_t lost);
void world_row_job(struct world *world, const struct world_site *site, const struct job *job,
                   const char *state);

/* world_result.c */
void world_finish(struct world *world);

#endif
