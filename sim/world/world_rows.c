/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_rows: the rows of timeline, deliveries, failures and jobs; docs/results.md explains each column. */
#include "engine/clock.h"
#include "world/world_internal.h"

#include <assert.h>

const char world_timeline_header[] =
    "replication,time_s,date,site,chip,cards_ordered,cards_delivered,cards_online,cards_up,cards_busy,"
    "queued_jobs,queued_cards,running_jobs,rate_pflops\n";
const char world_deliveries_header[] = "replication,time_s,date,buyer,cards,still_lacking,chip,paid_cny\n";
const char world_failures_header[] =
    "replication,time_s,site,node,repair_s,jobs_interrupted,lost_card_s,cause,nodes,detect_s\n";
const char world_lots_header[] =
    "replication,line,month,planned,cards,arrives_s,yield,wafers_started,dies_good,die_stock,stacks_left,"
    "bound_by\n";
const char world_market_header[] =
    "replication,time_s,date,buyer,cards_ordered,cards_delivered,cards_cancelled,cards_open,spent_cny\n";
const char world_events_header[] = "replication,time_s,date,event,what\n";
const char world_jobs_header[] = "replication,job_id,site,class,cards,submit_s,start_s,end_s,wait_s,run_s,"
                                 "state,restarts,lost_s,queued_s,preemptions,tenant\n";

/* "replication,time_s," */
static void row_start(const struct world *world, struct text *text)
{
    text_int(text, world->request->replication);
    text_char(text, ',');
    text_seconds(text, world->now);
    text_char(text, ',');
}

static void put_date(const struct world *world, struct text *text)
{
    char date[16];
    clock_write_date(date, world->plan->start + world->now);
    text_put(text, date);
    text_char(text, ',');
}

static void comma_int(struct text *text, int64_t value)
{
    text_char(text, ',');
    text_int(text, value);
}

/* PFLOP/s of useful arithmetic if all running jobs compute. */
static double rate_now(const struct world_site *site)
{
    double flop = 0;
    const struct ordered_entry *entry = ordered_first(&site->scheduler.running);
    for (; entry; entry = ordered_after(&site->scheduler.running, entry->key, entry->tie)) {
        const struct job *job = job_at(&site->jobs, entry->job);
        flop += job->detail->rate * job->detail->wanted * job->detail->speed;
    }
    return flop * 1e6 / 1e15;
}

void world_sample(struct world *world)
{
    struct text *text = &world->result->timeline;
    if (world->plan->has_supply)
        world_sample_market(world);
    for (int s = 0; s < world->plan->site_count; s++) {
        const struct world_site *site = &world->sites[s];
        if (site->plan->report == PLAN_GROUPED)
            continue;
        row_start(world, text);
        put_date(world, text);
        text_put(text, site->plan->name);
        text_char(text, ',');
        text_put(text, site->plan->chip_name);
        comma_int(text, site->ordered);
        comma_int(text, site->delivered);
        comma_int(text, site->online.value);
        comma_int(text, site->online.value - site->down.value);
        comma_int(text, site->busy.value);
        comma_int(text, site->queued_jobs.value);
        comma_int(text, site->queued_cards.value);
        comma_int(text, site->scheduler.running.count);
        text_char(text, ',');
        text_real(text, rate_now(site));
        text_char(text, '\n');
    }
    if (world->now <= world->plan->horizon - world->plan->sample)
        calendar_push(&world->calendar, world->now + world->plan->sample, CLASS_SAMPLES, 0,
                      (struct calendar_event){.kind = EVENT_SAMPLE});
}

void world_row_delivery(struct world *world, const char *buyer, const char *chip, int64_t cards,
                        int64_t lacking, double paid)
{
    if (!world->request->want_series)
        return;
    struct text *text = &world->result->deliveries;
    row_start(world, text);
    put_date(world, text);
    text_put(text, buyer);
    comma_int(text, cards);
    comma_int(text, lacking);
    text_char(text, ',');
    text_put(text, chip);
    text_char(text, ',');
    text_real(text, paid);
    text_char(text, '\n');
}

void world_row_lot(struct world *world, int line, int32_t month, const struct world_lot *lot,
                   const struct stages_month *stages, double yield)
{
    if (!world->request->want_series)
        return;
    struct text *text = &world->result->lots;
    text_int(text, world->request->replication);
    text_char(text, ',');
    text_put(text, world->plan->lines[line].name);
    text_format(text, ",%04d-%02d", month / 12, month % 12 + 1);
    comma_int(text, lot->planned);
    comma_int(text, lot->cards);
    text_char(text, ',');
    text_seconds(text, lot->arrives);
    text_char(text, ',');
    text_real(text, yield);
    if (stages) {
        comma_int(text, stages->wafers_started);
        comma_int(text, stages->dies_good);
        comma_int(text, stages->die_stock);
        comma_int(text, stages->stacks_left);
        text_char(text, ',');
        text_put(text, stages_name(stages->binding));
    } else {
        text_put(text, ",,,,,");
    }
    text_char(text, '\n');
}

void world_row_account(struct world *world, const char *name, const struct market_account *account)
{
    struct text *text = &world->result->market;
    row_start(world, text);
    put_date(world, text);
    text_put(text, name);
    comma_int(text, account->ordered);
    comma_int(text, account->delivered);
    comma_int(text, account->cancelled);
    comma_int(text, account->open.value);
    text_char(text, ',');
    text_real(text, account->spent);
    text_char(text, '\n');
}

void world_row_event(struct world *world, int32_t event, const char *what)
{
    if (!world->request->want_series)
        return;
    struct text *text = &world->result->events_seen;
    row_start(world, text);
    put_date(world, text);
    text_put(text, world->plan->events[event].name);
    text_char(text, ',');
    text_put(text, what);
    text_char(text, '\n');
}

void world_row_failure(struct world *world, const struct world_site *site, const struct world_strike *strike,
                       int64_t repair)
{
    if (!world->request->want_series)
        return;
    struct text *text = &world->result->failures;
    row_start(world, text);
    text_put(text, site->plan->name);
    comma_int(text, strike->first);
    text_char(text, ',');
    if (repair < CLOCK_NEVER)
        text_seconds(text, repair);
    comma_int(text, strike->interrupted);
    text_char(text, ',');
    text_seconds(text, strike->lost);
    text_char(text, ',');
    text_put(text, site->plan->risks->causes[strike->cause].name);
    comma_int(text, strike->takes_nodes ? strike->last - strike->first : 0);
    text_char(text, ',');
    text_seconds(text, strike->pending);
    text_char(text, '\n');
}

/* Empty when there is no such time. */
static void comma_time(struct text *text, bool there, int64_t time)
{
    text_char(text, ',');
    if (there)
        text_seconds(text, time);
}

void world_row_job(struct world *world, const struct world_site *site, const struct job *job,
                   const char *state)
{
    if (!world->request->want_jobs)
        return;
    struct text *text = &world->result->jobs;
    bool started = job->start >= 0, ended = job->state == JOB_COMPLETED;
    text_int(text, world->request->replication);
    comma_int(text, job->order);
    text_char(text, ',');
    text_put(text, site->plan->name);
    text_char(text, ',');
    text_put(text, site->plan->classes[job->class_index].name);
    comma_int(text, job->detail ? job->detail->wanted : job->cards);
    comma_time(text, true, job->submit);
    comma_time(text, started, job->start);
    comma_time(text, ended, world->now);
    comma_time(text, started, job->start - job->submit);
    comma_time(text, ended, world->now - job->start);
    text_char(text, ',');
    text_put(text, state);
    comma_int(text, job_restarts(job));
    assert(job->detail); /* rows are for sites, whose jobs have one */
    comma_time(text, true, job->detail->lost);
    bool waiting = job->state == JOB_QUEUED;
    comma_time(text, true, job->detail->queued + (waiting ? world->now - job->detail->ready : 0));
    comma_int(text, job->detail->preemptions);
    text_char(text, ',');
    text_put(text,
             site->plan->tenants && site->plan->tenant_count ? site->plan->tenants[job->tenant].name : "");
    text_char(text, '\n');
}
