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
    EVENT_JOB_END,     /* subject: job, detail: site */
    EVENT_JOB_STOPPED, /* its checkpoint is written; subject: job, detail: site */
    EVENT_NODE_FAIL,   /* subject: node, detail: site */
    EVENT_NODE_REPAIR,
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
    uint32_t failures; /* so far */
    bool online;
    bool broken;     /* under repair */
    bool maintained; /* taken out by a window */
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
    int64_t submitted, started, completed, never_fit, interruptions, preemptions;
    int128 wait; /* us, of started jobs */
    int64_t wait_max;
    int128 queued;    /* us that completed jobs spent in the queue in all */
    int128 card_time; /* card-us held */
    int128 waiting;   /* us that jobs still waiting for their first start have waited, at the end */
    int128 on_cards;  /* us between starts and ends, not times cards */
    struct accumulator slowdown;
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
    struct timeweight online, down, busy, idle, queued_jobs, queued_cards, fragmented;
    /* the account of busy time, card-us */
    int128 restarting, writing, kept, lost;
    /* work, us x cards asked for */
    int128 given, worked, left;
    double queued_area; /* card-us that the waiting jobs plan to use */
    /* of the running jobs with a planned end: sum of end x cards, and their cards */
    int128 planned_ends;
    int64_t planned_cards;
    int64_t foreign_cards;            /* of jobs from other sites, waiting or running */
    int64_t unported, sent, received; /* jobs: turned away; to and from other sites */
    double immature;                  /* card-us of kept computing that tuned code would have spared */
    struct energy_account energy;
    struct energy_assets assets;
    double power_kw;    /* of all pools' nodes, on the first pool of a centre */
    int32_t dark_nodes; /* built, but without power */
    int64_t dark_cards; /* at the end, as the next two */
    double peak_flop;   /* what the cards online could have computed */
    int128 queue_stays; /* us in the queue, summed over stays */
    double useful_flop, lost_flop;
    double scattered; /* card-us of kept computing that a better place would have spared */
    struct world_tally tally, large, by_class[PLAN_CLASSES], by_size[PLAN_SIZES];
    struct world_tally *by_tenant;     /* [plan->tenant_count] */
    struct world_quantiles *quantiles; /* at the end, by world_set_index */
    struct chunks waits;               /* struct world_wait */
    int64_t wait_count;
    int64_t settled; /* the first of them that counts; -1: the sums of the run count, of all jobs */
    struct world_window *windows;
    uint64_t *marks;        /* scratch of footprint.h; NULL where nothing is lost by scattering */
    int32_t *waiting_sizes; /* [0 .. cards of a node] waiting jobs by size, larger ones at the end */
    int64_t resizes;
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
    int64_t now;
    int64_t trace_next; /* first trace job that has not arrived */
    int32_t *touched;   /* sites that want a pass at this instant */
    int32_t touched_count;
    bool ended;
};

/* world_jobs.c */
/* The site wants a scheduling pass at this instant. */
void world_touch(struct world *world, struct world_site *site);
void world_submit(struct world *world, struct world_site *site, int32_t job);
void world_arrival(struct world *world, struct world_site *site, int class_index);
void world_next_arrival(struct world *world, struct world_site *site, int class_index);
/* The arrivals of a class by the site's plan, which has changed. */
void world_change_arrivals(struct world *world, struct world_site *site, int class_index);
void world_run_due(struct world *world, struct world_site *site, int run);
void world_trace_due(struct world *world, int64_t index);
void world_job_end(struct world *world, struct world_site *site, int32_t job);
void world_interrupt(struct world *world, struct world_site *site, int32_t job);
void world_pass(struct world *world, struct world_site *site);
/* Stops a running job at once and queues it again; nothing is lost. */
void world_stop(struct world *world, struct world_site *site, int32_t job);
void world_enqueue(struct world *world, struct world_site *site, int32_t job);
/* What a stretch of the job costs besides computing. */
struct checkpoint_costs world_costs(const struct world_site *site, const struct job *job);
/* Where a job counts in waiting_sizes. */
int32_t world_size_index(const struct world_site *site, const struct job *job);
/* Cards that are free and no use to the waiting jobs: by size, averaged over them. */
int64_t world_fragmented(const struct world_site *site);
/* What the job's place in the network leaves of its speed. */
double world_locality(const struct world_site *site, const struct job *job);
/* The tallies that a job counts in; returns their number. */
enum { WORLD_TALLIES = 5 };
int world_tallies(struct world_site *site, const struct job *job, struct world_tally *tallies[WORLD_TALLIES]);
/* Accounts for a job that is running or waiting when the run ends. */
void world_close_jobs(struct world *world, struct world_site *site);

/* world_supply.c */
void world_start_supply(struct world *world);
/* Buyers' terms, prices and the rule as the plan has them now; `before` is the plan until now, NULL at the
 * start. */
void world_market_terms(struct world *world, const struct plan *before);
/* Divides what is in stock and delivers it. */
void world_ship(struct world *world);
void world_orders(struct world *world, int32_t months);
void world_patience(struct world *world);
void world_site_order(struct world *world, struct world_site *site, int32_t part);
void world_deliver(struct world *world, struct world_site *site, int64_t cards);
/* Cards came online that the site had been lacking. */
void world_lack_less(struct world *world, struct world_site *site, int64_t cards);

/* world_lots.c */
void world_start_lots(struct world *world);
void world_made(struct world *world, int32_t month);
void world_lot(struct world *world, int line, int32_t lot);

/* world_events.c */
/* Before everything else: what happened before the start holds from the start on. */
void world_start_events(struct world *world);
void world_announced(struct world *world, int32_t event);
void world_change(struct world *world, int32_t event, bool begins);
void world_end_events(struct world *world);

/* world_software.c */
void world_start_software(struct world *world);
/* The firm of a site that a job is of. */
int32_t world_firm(const struct world *world, const struct world_site *home, int class_index,
                   uint32_t number);
/* When the firm's code runs on the site's chips, us; CLOCK_NEVER: never; INT64_MIN: code is no matter there.
 */
int64_t world_ported(const struct world *world, const struct world_site *home, const struct world_site *site,
                     int32_t firm, bool large);
/* Share of the full speed of code ported at that time; 1 where code is no matter. */
double world_maturity(const struct world *world, const struct world_site *home, int64_t ported);
/* The settings change: who has ported by now has ported. */
void world_change_lags(struct world *world, const struct plan *before);
/* An open family of models is withdrawn: firms that built on it train anew. */
void world_withdraw(struct world *world, int software);
void world_retrain(struct world *world, struct world_site *site, int32_t firm);

/* world_money.c */
/* Brings the accounts of energy and money up to now, at the prices that hold. */
void world_settle_energy(struct world *world, struct world_site *site);
/* Cards are delivered and paid for; a life later they are written off. */
void world_buy(struct world *world, struct world_site *site, int64_t cards);
void world_write_off(struct world *world, struct world_site *site, int64_t fen);

/* world_nodes.c */
void world_node_join(struct world *world, struct world_site *site, int32_t node);
/* Notes when all ordered cards are online, but those that make no node. */
void world_note_complete(const struct world *world, struct world_site *owner);
void world_node_fail(struct world *world, struct world_site *site, int32_t node);
/* The site goes on by another plan: what is left until each failure is stretched by the ratio of the rates.
 */
void world_change_failures(struct world *world, struct world_site *site, const struct plan_site *before);
void world_node_repair(struct world *world, struct world_site *site, int32_t node);

/* world_windows.c */
void world_start_windows(struct world *world, struct world_site *site);
void world_window_known(struct world *world, struct world_site *site, int32_t window);
void world_window_begin(struct world *world, struct world_site *site, int32_t window);
void world_window_end(struct world *world, struct world_site *site, int32_t window);
/* Stops every job that runs on the node. */
void world_clear_node(struct world *world, struct world_site *site, int32_t node);
void world_node_out(struct world *world, struct world_site *site, int32_t node);
void world_node_back(struct world *world, struct world_site *site, int32_t node);

/* world_dispatch.c */
/* A job that a site's users submit. */
struct world_request_job {
    int class_index;
    const struct jobclass_draw *draw;
    int32_t firm;
    uint32_t number; /* of its class */
};
/* Jobs with which firms train anew are numbered from here on. */
#define RETRAIN_NUMBERS 0x80000000u
/* Sends the job where dispatch says and submits it there. */
void world_take_job(struct world *world, struct world_site *home, const struct world_request_job *job);
/* The site or pool that it goes to; NULL when its code runs nowhere that it may go. */
struct world_site *world_dispatch(struct world *world, struct world_site *home,
                                  const struct world_request_job *job);
/* A job begins or leaves its cards: what dispatch knows of the running jobs. */
void world_count_running(struct world_site *site, struct job *job);
void world_uncount_running(struct world_site *site, struct job *job);

/* world_rows.c */
void world_sample(struct world *world);
void world_row_delivery(struct world *world, const char *buyer, const char *chip, int64_t cards,
                        int64_t lacking, double paid);
/* A month of a line; NULL: not made by stages. */
void world_row_lot(struct world *world, int line, int32_t month, const struct world_lot *lot,
                   const struct stages_month *stages, double yield);
/* A buyer's account at a sample. */
void world_row_account(struct world *world, const char *name, const struct market_account *account);
void world_row_event(struct world *world, int32_t event, const char *what);
void world_row_failure(struct world *world, const struct world_site *site, int32_t node, int64_t repair,
                       int32_t interrupted, int64_t lost);
void world_row_job(struct world *world, const struct world_site *site, const struct job *job,
                   const char *state);

/* world_quantile.c */
enum { WORLD_QUANTILES = 4 }; /* p50, p95, p99, the largest */

struct world_quantiles {          /* of one set of jobs; NAN where it has none */
    double wait[WORLD_QUANTILES]; /* s */
    double slowdown[WORLD_QUANTILES];
    double wait_mean, slowdown_mean;
};

/* Copies the waits of all jobs that started. */
void world_waits_copy(const struct world_site *site, struct world_waits *waits);

/* Of all sets of jobs of a site, by world_set_index. */
struct world_quantiles *world_quantiles_make(struct world *world, const struct world_site *site);
int world_set_index(const struct plan_site *plan, enum metric_scope_kind kind, int index);

/* world_result.c */
void world_finish(struct world *world);
/* A built-in check: two sums that must be equal. */
void world_check(struct world *world, const char *name, const char *what, int128 left, int128 right);
double world_share(int128 part, int128 whole); /* % */
double world_card_days(int128 card_us);
double world_job_value(const struct world_site *site, const struct metric_scope *scope,
                       enum metric_id metric);
double world_site_value(const struct world *world, const struct world_site *site, enum metric_id metric);

/* world_country.c */
/* Checks that no card was lost. */
void world_finish_supply(struct world *world);
double world_supply_value(const struct world *world, const struct metric_scope *scope, enum metric_id metric);
/* The accounts as they are when the first year is over. */
void world_year(struct world *world);
/* Rows of market.csv: buyers, sites with results of their own, groups. */
void world_sample_market(struct world *world);
/* Buyers are numbered as in the market. */
double world_buyer_value(const struct world *world, int32_t buyer, enum metric_id metric);
double world_money_value(const struct world_site *site, enum metric_id metric);
void world_sum_groups(struct world *world);
double world_group_value(const struct world *world, const struct metric_scope *scope, enum metric_id metric);

#endif
