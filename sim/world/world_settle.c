/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_settle: the end of a stretch of running: what became of its card-time, and what failures take back.
 *
 * A failure takes the computing since the last checkpoint. Three things reach back before the stretch that
 * ends: computing without a checkpoint of a stretch that went on at another speed, checkpoints that only a
 * neighbour's memory kept, and results that were wrong unnoticed. Jobs that they concern keep sums of what
 * would be taken back (struct job_risk); all others need none. What is taken back moves from kept to lost, by
 * the same integers, so the account adds up.
 */
#include "engine/clock.h"
#include "world/world_internal.h"

#include <string.h>

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void add_spent(struct world_spent *to, const struct world_spent *from, int sign)
{
    to->work += sign * from->work;
    to->cards += sign * from->cards;
    for (int i = 0; i < WORLD_CHAIN; i++)
        to->chain[i] += sign * from->chain[i];
    to->useful += sign * from->useful;
    to->scattered += sign * from->scattered;
    to->immature += sign * from->immature;
}

static struct job_risk *risk_of(struct world *world, struct job *job)
{
    if (job->detail->risk)
        return job->detail->risk;
    struct job_risk *risk = world->free_risks;
    if (risk)
        world->free_risks = risk->next;
    else
        risk = arena_raw(world->arena, 1, sizeof *risk);
    memset(risk, 0, sizeof *risk);
    risk->found_at = -1;
    return job->detail->risk = risk;
}

void world_release_risk(struct world *world, struct job *job)
{
    struct job_risk *risk = job->detail ? job->detail->risk : NULL;
    if (!risk)
        return;
    risk->next = world->free_risks;
    world->free_risks = risk;
    job->detail->risk = NULL;
}

/* Sums of `kept` us of computing on `active` cards; `worked` us of work came of it. */
static struct world_spent spent_of(const struct world_site *site, const struct job *job, int32_t active,
                                   int64_t kept, int64_t worked)
{
    const struct job_detail *detail = job->detail;
    struct world_spent spent = {.work = worked, .cards = (int128)kept * active};
    double cards = (double)kept * active;
    double scaled = detail->rate * detail->wanted;
    if (active != detail->wanted)
        scaled *= plan_speed(site->plan, detail->wanted, active);
    spent.chain[0] = cards * detail->mfu_rate;
    spent.chain[1] = (double)kept * scaled;
    spent.chain[2] = spent.chain[1] * detail->locality;
    spent.chain[3] = spent.chain[2] * detail->maturity;
    spent.useful = detail->rate * detail->wanted * (double)worked;
    spent.scattered = (1 - detail->locality) * cards;
    spent.immature = (1 - detail->maturity) * cards;
    return spent;
}

/* us of work that so much computing of the stretch is. */
static int64_t worked_of(const struct job *job, int64_t kept, int64_t left)
{
    double speed = job->detail ? job->detail->speed : 1;
    int64_t work_left = job->work - job_done(job);
    bool even = !(speed < 1 || speed > 1);
    int64_t worked = even ? kept : kept == left ? work_left : (int64_t)((double)kept * speed);
    return least(worked, work_left);
}

static void account_spent(struct world_account *account, const struct world_spent *spent, int sign)
{
    account->kept += sign * spent->cards;
    for (int i = 0; i < WORLD_CHAIN; i++)
        account->chain[i] += sign * spent->chain[i];
    account->useful_flop += sign * spent->useful;
}

/* Computing that had counted is lost after all; returns us of work. */
static int64_t take_back(struct world_site *site, struct job *job, struct world_spent *spent)
{
    struct world_tally *tallies[WORLD_TALLIES];
    int count = world_tallies(site, job, tallies);
    for (int i = 0; i < count; i++) {
        account_spent(&tallies[i]->account, spent, -1);
        tallies[i]->account.lost += spent->cards;
        tallies[i]->account.lost_flop += spent->useful;
    }
    site->worked -= (int128)spent->work * job->detail->wanted;
    site->scattered -= spent->scattered;
    site->immature -= spent->immature;
    job->detail->done -= spent->work;
    job->detail->lost += (int64_t)(spent->cards / job->detail->wanted);
    int64_t work = spent->work;
    add_spent(&job->detail->risk->total, spent, -1);
    memset(spent, 0, sizeof *spent);
    return work;
}

/* What a failure takes of earlier stretches, and what this one leaves at risk. Returns us of work taken back.
 */
static int64_t follow_risk(struct world *world, struct world_site *site, struct job *job, int32_t active,
                           const struct checkpoint_account *account, enum world_end end)
{
    bool levels = job->detail->deep_every > 1;
    if (!job->detail->risk && (end != WORLD_PAUSED || !account->loose) && !(levels && account->shallow))
        return 0;
    struct job_risk *risk = risk_of(world, job);
    if (account->saved > account->shallow ||
        end == WORLD_KEPT) /* something of this stretch is on storage, and all before it */
        memset(&risk->shallow, 0, sizeof risk->shallow);
    else if (account->saved)
        add_spent(&risk->shallow, &risk->loose, levels ? 1 : 0);
    if (account->saved || end == WORLD_KEPT)
        memset(&risk->loose, 0, sizeof risk->loose);
    int64_t left = world_computing_left(job);
    if (levels && account->shallow && end != WORLD_KEPT && end != WORLD_DEEP) {
        struct world_spent shallow =
            spent_of(site, job, active, account->shallow, worked_of(job, account->shallow, left));
        add_spent(&risk->shallow, &shallow, 1);
    }
    if (end == WORLD_PAUSED && account->loose) {
        struct world_spent loose =
            spent_of(site, job, active, account->loose, worked_of(job, account->loose, left));
        add_spent(&risk->loose, &loose, 1);
    }
    int64_t taken = 0;
    if ((end == WORLD_FAILED || end == WORLD_DEEP) && risk->loose.cards)
        taken += take_back(site, job, &risk->loose);
    if (end == WORLD_DEEP && risk->shallow.cards)
        taken += take_back(site, job, &risk->shallow);
    return taken;
}

/* Where the next stretch takes up, when this one is only paused: what is left of the restart, and until the
 * next checkpoint. */
static void carry_on(struct job *job, const struct checkpoint_costs *costs,
                     const struct checkpoint_account *account, enum world_end end)
{
    struct job_detail *detail = job->detail;
    if (costs->deep_every > 1 && end != WORLD_KEPT) {
        /* as many as fit behind the last deep one: all that is saved counts */
        int64_t since =
            costs->first && account->saved ? account->saved - costs->first + costs->interval : account->saved;
        int64_t taken = costs->interval ? since / costs->interval : 0;
        detail->deep_done = (int32_t)((detail->deep_done + taken) % costs->deep_every);
    } else {
        detail->deep_done = 0;
    }
    detail->first = 0;
    if (end == WORLD_DEEP)
        detail->deep_done = 0;
    if (end != WORLD_PAUSED)
        return;
    detail->pending = detail->detect - least(detail->detect, account->restart);
    detail->restart = costs->restart - account->restart - detail->pending;
    int64_t until = account->saved || !costs->first ? costs->interval : costs->first;
    if (costs->interval)
        detail->first = account->loose < until ? until - account->loose : 1;
}

int64_t world_settle(struct world *world, struct world_site *site, struct job *job, int32_t cards,
                     enum world_end end)
{
    struct checkpoint_costs costs = world_stretch_costs(job);
    struct job_detail *detail = job->detail;
    int64_t elapsed = world->now - job->started;
    /* a job that is being stopped writes its last checkpoint at the end of the stretch */
    int64_t stopping = job->state == JOB_STOPPING ? world->now - (job->end - world_stop_cost(job)) : 0;
    int64_t left = world_computing_left(job);
    struct checkpoint_account account = checkpoint_settle(&costs, left, elapsed - stopping);
    bool failed = end == WORLD_FAILED || end == WORLD_DEEP;
    int32_t active = detail ? cards - detail->standby : cards;
    int64_t lost = (failed ? account.loose : 0) + (end == WORLD_DEEP ? account.shallow : 0);
    int64_t kept = account.saved + account.loose - lost;
    int64_t detecting = detail ? least(account.restart, detail->detect) : 0;
    int64_t worked = worked_of(job, kept, left);
    site->worked += (int128)worked * (detail ? detail->wanted : cards);
    int128 stood = 0;
    struct world_spent spent = {.cards = (int128)kept * active};
    double lost_flop = 0;
    if (detail) {
        spent = spent_of(site, job, active, kept, worked);
        stood = detail->standby_area + (int128)detail->standby * (world->now - detail->standby_from);
        detail->standby_area = 0;
        detail->standby_from = world->now;
        detail->lost += lost;
        site->scattered += spent.scattered;
        site->immature += spent.immature;
        lost_flop = detail->rate * detail->wanted * detail->speed * (double)lost;
    }
    struct world_tally *tallies[WORLD_TALLIES];
    int count = world_tallies(site, job, tallies);
    for (int i = 0; i < count; i++) {
        struct world_account *to = &tallies[i]->account;
        to->standby += stood;
        to->detecting += (int128)detecting * active;
        to->restarting += (int128)(account.restart - detecting) * active;
        to->writing += (int128)(account.writing + stopping) * active;
        to->lost += (int128)lost * active;
        to->lost_flop += lost_flop;
        account_spent(to, &spent, 1);
        tallies[i]->on_cards += elapsed;
        tallies[i]->card_time += (int128)elapsed * active + stood;
    }
    if (!detail)
        return worked;
    if (detail->risk)
        add_spent(&detail->risk->total, &spent, 1);
    worked -= follow_risk(world, site, job, active, &account, end);
    detail->done += spent.work;
    carry_on(job, &costs, &account, end);
    return worked;
}

void world_taint(struct world *world, struct world_site *site, struct job *job, int32_t node, int32_t cause,
                 int64_t found_at)
{
    struct job_risk *risk = risk_of(world, job);
    if (risk->found_at >= 0)
        return; /* wrong already: what was found first decides */
    struct checkpoint_costs costs = world_stretch_costs(job);
    int64_t left = world_computing_left(job);
    struct checkpoint_account account = checkpoint_settle(&costs, left, world->now - job->started);
    risk->clean = risk->total;
    if (account.saved) {
        struct world_spent saved =
            spent_of(site, job, world_active(job), account.saved, worked_of(job, account.saved, left));
        add_spent(&risk->clean, &saved, 1);
    } else {
        add_spent(&risk->clean, &risk->loose, -1);
    }
    risk->found_at = found_at;
    risk->node = node;
    risk->cause = cause;
}

int64_t world_roll_back(struct world_site *site, struct job *job)
{
    struct job_risk *risk = job->detail->risk;
    risk->found_at = -1;
    struct world_spent wrong = risk->total;
    add_spent(&wrong, &risk->clean, -1);
    if (wrong.cards <= 0) /* failures have taken it all back already */
        return 0;
    memset(&risk->loose, 0, sizeof risk->loose);
    memset(&risk->shallow, 0, sizeof risk->shallow);
    return take_back(site, job, &wrong);
}
