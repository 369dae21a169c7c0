/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_internal: the state of a running world, shared by the files world_*.c and by nobody else. */
#ifndef TENK_WORLD_WORLD_INTERNAL_H
#define TENK_WORLD_WORLD_INTERNAL_H

#include "reliability/repair.h"
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
    double node_us;     /* time that nodes were up, all together */
    int128 queue_stays; /* us in the queue, summed over stays */
    double scattered;   /* card-us of kept computing that a better place would have spared */
    struct world_tally tally, large, by_class[PLAN_CLASSES], by_size[PLAN_SIZES];
    struct world_tally *by_tenant;     /* [plan->tenant_count] */
    struct world_quantiles *quantiles; /* at the end, by world_set_index */
    struct chunks waits;               /* struct world_wait */
    int64_t wait_count;
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
    int64_t duty;          /* of the writers of checkpoints among the running jobs (storage.h) */
    int64_t seen_failures; /* that stopped jobs */
    int64_t repairs_cured, repairs_manual, repairs_good, selections, called_spares;
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
/* How a stretch ends. */
enum world_end {
    WORLD_KEPT,   /* all computing counts: the job is done, or has written a checkpoint */
    WORLD_FAILED, /* back to the last valid checkpoint */
    WORLD_DEEP,   /* back to the last one on storage */
    WORLD_PAUSED  /* goes on, at another speed: what is not saved may still be lost */
};
/* A failure stops the job; it is queued again, or goes on where it is. `pending`: us of noticing and finding
 * the failure. */
void world_interrupt(struct world *world, struct world_site *site, int32_t job, enum world_end end,
                     int64_t pending);
/* The same for a gang whose nodes can change: it keeps the cards that it has. Between them it may lose and
 * gain nodes. */
void world_pause(struct world *world, struct world_site *site, int32_t job, enum world_end end);
void world_resume(struct world *world, struct world_site *site, int32_t job, enum world_end end,
                  int64_t pending);
void world_count_interruption(struct world_site *site, const struct job *job);
void world_pass(struct world *world, struct world_site *site);
/* Stops a running job at once and queues it again; nothing is lost. */
void world_stop(struct world *world, struct world_site *site, int32_t job);
void world_enqueue(struct world *world, struct world_site *site, int32_t job);
/* world_costs.c */
/* What a next stretch of the job, with a restart if it has run before, costs besides computing. */
struct checkpoint_costs world_costs(const struct world *world, const struct world_site *site,
                                    const struct job *job, bool in_place);
/* Those of the stretch that it runs, fixed when it began. */
struct checkpoint_costs world_stretch_costs(const struct job *job);
void world_fix_costs(const struct world *world, struct world_site *site, struct job *job);
/* It leaves its cards: it writes no more. */
void world_count_writer(struct world_site *site, struct job *job, bool runs);
/* Speed on the cards and nodes that the job has now, relative to what it asks for, well placed. */
void world_set_speed(const struct world *world, const struct world_site *site, struct job *job);
/* us of computing that the work left takes at the job's speed. */
int64_t world_computing_left(const struct job *job);
/* us until a job that is stopped has a checkpoint on storage. */
static inline int64_t world_stop_cost(const struct job *job)
{
    const struct job_detail *detail = job->detail;
    return detail->write + (detail->deep_every > 1 ? detail->deep_write + detail->deep_flush : detail->flush);
}
/* Cards of the job that compute. */
static inline int32_t world_active(const struct job *job)
{
    return job->detail ? job->cards - job->detail->standby : job->cards;
}

/* world_settle.c */
/* The stretch that ends now, on `cards` cards; returns us of work done in it. */
int64_t world_settle(struct world *world, struct world_site *site, struct job *job, int32_t cards,
                     enum world_end end);
/* Results since the risk's `clean` are wrong: computing that was kept is lost. Returns us of work. */
int64_t world_roll_back(struct world_site *site, struct job *job);
/* The job's results are wrong from here on. */
void world_taint(struct world *world, struct world_site *site, struct job *job, int32_t node, int32_t cause,
                 int64_t found_at);
void world_release_risk(struct world *world, struct job *job);
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
/* What a node is; only nodes that are up are known to the scheduler. */
enum world_state { WORLD_OFFLINE, WORLD_DOWN, WORLD_SPARE, WORLD_UP };
enum world_state world_node_state(const struct world_node *node);
/* The node's flags have changed since its state was `before`: accounts and scheduler follow. A node that was
 * up must be free of jobs. */
void world_node_changed(struct world *world, struct world_site *site, int32_t node, enum world_state before);
/* Nodes of a server, and the first node of the server that a node belongs to; the server's failures are
 * counted there. */
static inline int32_t world_server_nodes(const struct world_site *site)
{
    return site->plan->units_per_server > 1 ? site->plan->units_per_server : 1;
}
static inline int32_t world_server_of(const struct world_site *site, int32_t node)
{
    return node - node % world_server_nodes(site);
}
/* Repairs of nodes [first, last) are over. */
void world_repaired(struct world *world, struct world_site *site, int32_t first, int32_t last);

/* world_failures.c */
void world_start_failures(struct world *world, struct world_site *site);
/* A server is up and no failure of it is drawn yet. */
void world_plan_failure(struct world *world, struct world_site *site, int32_t node);
void world_node_fail(struct world *world, struct world_site *site, int32_t node);
void world_node_repair(struct world *world, struct world_site *site, int32_t node);
void world_unit_fail(struct world *world, struct world_site *site, int32_t subject);
void world_unit_repair(struct world *world, struct world_site *site, int32_t subject);
/* The site goes on by another plan: what is left until each failure is stretched by the ratio of the rates.
 */
void world_change_failures(struct world *world, struct world_site *site, const struct plan_site *before);

/* world_strike.c */
/* A failure that takes nodes [first, last), or stops the jobs there. */
struct world_strike {
    int32_t first, last;
    int32_t cause;
    int64_t pending; /* us of noticing and finding it */
    enum world_end end;
    bool takes_nodes;
    /* results */
    int32_t interrupted;
    int64_t lost; /* card-us */
};
void world_strike(struct world *world, struct world_site *site, struct world_strike *strike);
/* The job that has the whole node; -1: none, several, or not known. */
int32_t world_holder(const struct world_site *site, int32_t node);

/* Jobs on a node; returns their number. */
int32_t world_jobs_on(const struct world_site *site, int32_t node, int32_t jobs[NODES_MAX_CARDS]);
/* A job begins on its nodes, or leaves them. */
void world_hold_nodes(struct world_site *site, int32_t index, bool holds);
/* A node that is up, idle and offered to jobs that lack standby nodes; true when one took it. */
bool world_refill(struct world *world, struct world_site *site, int32_t node);
/* A gang that a failure has stopped is the first to wait, and nodes are missing. */
bool world_restart_waits(struct world_site *site);
/* For such: a node of the pool is sent for; it comes after spare_delay. */
void world_call_spares(struct world *world, struct world_site *site);
void world_spare_comes(struct world *world, struct world_site *site, int32_t node);

/* world_faults.c */
void world_begin_slow(struct world *world, struct world_site *site, int32_t node, int32_t cause);
void world_slow_due(struct world *world, struct world_site *site, int32_t node);
void world_slow_found(struct world *world, struct world_site *site, int32_t node);
void world_begin_silent(struct world *world, struct world_site *site, int32_t node, int32_t cause);
void world_silent_found(struct world *world, struct world_site *site, int32_t job);

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
void world_row_failure(struct world *world, const struct world_site *site, const struct world_strike *strike,
                       int64_t repair);
void world_row_job(struct world *world, const struct world_site *site, const struct job *job,
                   const char *state);

/* world_quantile.c */
enum { WORLD_QUANTILES = 4 }; /* p50, p95, p99, the largest */

struct world_quantiles {          /* of one set of jobs; NAN where it has none */
    double wait[WORLD_QUANTILES]; /* s */
    double slowdown[WORLD_QUANTILES];
};

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

/* world_waterfall.c */
/* The account of card-time adds up, to the microsecond. */
void world_check_waterfall(struct world *world, const struct world_site *site);
double world_waterfall_value(const struct world_site *site, const struct world_tally *tally,
                             enum metric_id metric);
double world_cause_value(const struct world_cause *cause, enum metric_id metric);
double world_ettr(const struct world_tally *tally); /* % */
void world_add_account(struct world_account *to, const struct world_account *from);

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
