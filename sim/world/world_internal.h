/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_internal: what the files world_*.c ask of each other; shared by them and by nobody else. The state is
 * world_state.h's. */
#ifndef TENK_WORLD_WORLD_INTERNAL_H
#define TENK_WORLD_WORLD_INTERNAL_H

#include "world/world_state.h"

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
/* The end of the stretch that begins now enters the calendar. */
void world_plan_end(struct world *world, struct world_site *site, int32_t index, struct job *job);
/* The job gives its cards back. */
void world_leave_cards(struct world *world, struct world_site *site, int32_t index);
/* Stops a running job at once and queues it again; nothing is lost. */
void world_stop(struct world *world, struct world_site *site, int32_t job);
void world_enqueue(struct world *world, struct world_site *site, int32_t job);
/* world_costs.c */
/* What a next stretch of the job, with a restart if it has run before, costs besides computing. */
struct checkpoint_costs world_costs(const struct world_site *site, const struct job *job, bool in_place);
/* Those of the stretch that it runs, fixed when it began. */
struct checkpoint_costs world_stretch_costs(const struct job *job);
void world_fix_costs(struct world_site *site, struct job *job);
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
/* A fault that went on is found: its server goes to repair, and the jobs there lose it. */
void world_lose_found(struct world *world, struct world_site *site, int32_t node, int32_t cause,
                      enum world_end end);
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
    bool counted; /* as a failure of its cause, when it began */
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

/* world_waterfall.c */
/* The account of card-time adds up, to the microsecond. */
void world_check_waterfall(struct world *world, const struct world_site *site);
void world_take_peaks(struct world_site *site);
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
