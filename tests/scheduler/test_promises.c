/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slots under conservative backfilling, against a reference that follows the rules of promises.h word for
 * word with one cell per microsecond: random workloads with early, punctual and late ends, cards set aside
 * and given back, and a machine that changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "engine/random.h"
#include "scheduler/promises.h"

#include <string.h>

enum { CELLS = 1601, INSTANTS = 90, MOST_WAITING = 16, MOST_JOBS = 400, MOST_ASIDE = 6 };
enum state { UNBORN, WAITING, RUNNING, ENDED };

struct aside {
    int64_t from, to, cards;
    bool known;
};

struct plan {             /* the reference */
    int64_t cells[CELLS]; /* free cards; the last one holds for ever */
    int64_t slot[MOST_JOBS];
    bool broken;
    struct aside aside[MOST_ASIDE];
    int asides;
};

struct run {
    struct random_stream stream;
    struct arena arena;
    struct job_table table;
    struct promises promises;
    struct tenants tenants;
    struct queue queue;
    struct ordered running;
    int32_t index[MOST_JOBS];
    enum state state[MOST_JOBS];
    int64_t key[MOST_JOBS]; /* place in the queue; ties by number */
    int fresh[MOST_JOBS], fresh_count;
    int freed[MOST_JOBS], freed_count;
    struct aside returned[MOST_ASIDE];
    int returned_count;
    int jobs;
    int64_t cards;
    struct plan plan;
    int renewals, gains;
};

/* The queue is sorted by keys that the test draws. */
static int64_t drawn_key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy, (void)now;
    return job->work;
}

static const struct order_policy by_key = {.name = "drawn", .key = drawn_key};

static int64_t below(struct run *run, int64_t limit)
{
    return (int64_t)(random_uniform(&run->stream) * (double)limit);
}

static struct job *job_in(const struct run *run, int i)
{
    return job_at(&run->table, run->index[i]);
}

static void change(struct plan *plan, int64_t now, int64_t from, int64_t to, int64_t cards)
{
    assert_true(to < CELLS || to == CLOCK_NEVER);
    for (int64_t t = from < now ? now : from; t < CELLS && t < to; t++)
        plan->cells[t] += cards;
}

static int64_t end_of(int64_t slot, int64_t planned)
{
    return planned == CLOCK_NEVER ? CLOCK_NEVER : slot + (planned ? planned : 1);
}

static void take(struct run *run, int i, int64_t now)
{
    struct plan *plan = &run->plan;
    const struct job *job = job_in(run, i);
    plan->slot[i] = CLOCK_NEVER;
    for (int64_t start = now; start < CELLS; start++) {
        int64_t end = end_of(start, job->planned), t = start;
        while (t < CELLS && t < end && plan->cells[t] >= job->cards)
            t++;
        if (t < CELLS && t < end)
            continue;
        plan->slot[i] = start;
        change(plan, now, start, end, -job->cards);
        return;
    }
}

/* The next waiting job in queue order; -1: none. */
static int next_waiting(const struct run *run, int after, bool with_fresh)
{
    int best = -1;
    for (int i = 0; i < run->jobs; i++) {
        bool later =
            after < 0 || run->key[i] > run->key[after] || (run->key[i] == run->key[after] && i > after);
        if (run->state[i] != WAITING || !later || (!with_fresh && run->plan.slot[i] == INT64_MIN))
            continue;
        if (best < 0 || run->key[i] < run->key[best])
            best = i;
    }
    return best;
}

static void reference_renew(struct run *run, int64_t now)
{
    struct plan *plan = &run->plan;
    for (int t = 0; t < CELLS; t++)
        plan->cells[t] = run->cards;
    for (int i = 0; i < run->jobs; i++)
        if (run->state[i] == RUNNING)
            change(plan, now, now, job_plan_end(job_in(run, i)), -job_in(run, i)->cards);
    for (int i = 0; i < plan->asides; i++)
        change(plan, now, plan->aside[i].from, plan->aside[i].to, -plan->aside[i].cards);
    for (int i = next_waiting(run, -1, true); i >= 0; i = next_waiting(run, i, true))
        take(run, i, now);
    plan->broken = false;
    run->renewals++;
}

static bool reference_frees(struct run *run, int64_t now)
{
    struct plan *plan = &run->plan;
    bool any = false;
    for (int k = 0; k < run->freed_count; k++) {
        const struct job *job = job_in(run, run->freed[k]);
        plan->broken |= job_plan_end(job) < now;
        any |= job_plan_end(job) > now;
        change(plan, now, now, job_plan_end(job), job->cards);
    }
    for (int k = 0; k < run->returned_count; k++) {
        const struct aside *aside = &run->returned[k];
        any |= aside->to > now;
        change(plan, now, aside->from, aside->to, aside->cards);
    }
    return any;
}

static void reference_aside(struct run *run, int64_t now)
{
    struct plan *plan = &run->plan;
    for (int k = 0; k < plan->asides; k++) {
        struct aside *aside = &plan->aside[k];
        if (aside->known)
            continue;
        change(plan, now, aside->from, aside->to, -aside->cards);
        for (int64_t t = aside->from < now ? now : aside->from; t < aside->to; t++)
            plan->broken |= plan->cells[t] < 0;
    }
}

static void reference_keep(struct run *run, int64_t now)
{
    struct plan *plan = &run->plan;
    for (int i = 0; i < run->jobs; i++)
        plan->broken |= run->state[i] == RUNNING && job_plan_end(job_in(run, i)) <= now;
    if (!plan->broken) {
        bool any = reference_frees(run, now);
        reference_aside(run, now);
        for (int i = next_waiting(run, -1, false); any && !plan->broken && i >= 0;
             i = next_waiting(run, i, false)) {
            int64_t old = plan->slot[i];
            if (old <= now)
                continue;
            if (old < CLOCK_NEVER)
                change(plan, now, old, end_of(old, job_in(run, i)->planned), job_in(run, i)->cards);
            take(run, i, now);
            assert_true(plan->slot[i] <= old);
            run->gains += plan->slot[i] < old;
        }
    }
    int kept = 0;
    for (int k = 0; k < plan->asides; k++) {
        plan->aside[k].known = true;
        if (plan->aside[k].to > now)
            plan->aside[kept++] = plan->aside[k];
    }
    plan->asides = kept;
    for (int k = 0; k < run->fresh_count && !plan->broken; k++)
        take(run, run->fresh[k], now);
    if (plan->broken)
        reference_renew(run, now);
    run->fresh_count = run->freed_count = run->returned_count = 0;
}

static void submit(struct run *run, int64_t now)
{
    int i = run->jobs++;
    run->index[i] = job_create(&run->table);
    struct job *job = job_in(run, i);
    job->order = i;
    job->submit = now;
    job->cards = 1 + (int32_t)below(run, below(run, 2) ? run->cards / 3 + 1 : run->cards + 1);
    job->planned = below(run, 30) ? below(run, 37) : CLOCK_NEVER;
    run->key[i] = below(run, 2) ? now : now - below(run, 20);
    run->state[i] = WAITING;
    run->plan.slot[i] = INT64_MIN;
    run->fresh[run->fresh_count++] = i;
    job->work = run->key[i]; /* what the order of this file goes by */
    queue_insert(&run->queue, run->index[i], 0);
    promises_submit(&run->promises, &run->table, run->index[i]);
}

static void end_some(struct run *run, int64_t now, bool punctual)
{
    for (int i = 0; i < run->jobs; i++) {
        const struct job *job = job_in(run, i);
        if (run->state[i] != RUNNING ||
            (below(run, 9) && !(job_plan_end(job) <= now && (punctual || below(run, 4)))))
            continue;
        run->state[i] = ENDED;
        ordered_remove(&run->running, job_plan_end(job), i);
        promises_release(&run->promises, job);
        if (!run->plan.broken)
            run->freed[run->freed_count++] = i;
    }
}

static void set_aside(struct run *run, int64_t now)
{
    struct plan *plan = &run->plan;
    if (plan->asides == MOST_ASIDE)
        return;
    int64_t from = now - 3 + below(run, 50);
    struct aside aside = {.from = from, .to = from + 1 + below(run, 40), .cards = 1 + below(run, run->cards)};
    plan->aside[plan->asides++] = aside;
    promises_set_aside(&run->promises, aside.from, aside.to, aside.cards);
}

static void give_back(struct run *run)
{
    struct plan *plan = &run->plan;
    if (plan->asides == 0 || run->returned_count == MOST_ASIDE)
        return;
    int which = (int)below(run, plan->asides);
    struct aside aside = plan->aside[which];
    memmove(plan->aside + which, plan->aside + which + 1, (size_t)(--plan->asides - which) * sizeof aside);
    if (aside.known && !plan->broken)
        run->returned[run->returned_count++] = aside;
    promises_give_back(&run->promises, aside.from, aside.to, aside.cards);
    promises_give_back(&run->promises, aside.from, aside.to, aside.cards + 1009); /* nobody's */
}

static void start_due(struct run *run, int64_t now)
{
    int64_t used = 0;
    for (int i = 0; i < run->jobs; i++)
        used += run->state[i] == RUNNING ? job_in(run, i)->cards : 0;
    for (int i = 0; i < run->jobs; i++) {
        struct job *job = job_in(run, i);
        if (run->state[i] != WAITING || job->slot > now)
            continue;
        if (job->cards > run->cards - used) {
            run->promises.broken = run->plan.broken = true;
            continue;
        }
        used += job->cards;
        run->state[i] = RUNNING;
        run->plan.broken |= job->slot != now;
        queue_remove(&run->queue, job);
        promises_start(&run->promises, job, now);
        job->started = now;
        ordered_insert(&run->running, job_plan_end(job), i, run->index[i], job->cards, job->planned);
    }
}

static void pass(struct run *run, int64_t now)
{
    reference_keep(run, now);
    promises_keep(&run->promises, &run->table, &run->queue, &run->running, run->cards, now);
    int waiting = 0;
    for (int i = 0; i < run->jobs; i++) {
        if (run->state[i] != WAITING)
            continue;
        waiting++;
        assert_true(job_in(run, i)->slot == run->plan.slot[i]);
    }
    assert_int_equal(run->promises.by_slot.count, waiting);
    start_due(run, now);
}

static void simulate(struct run *run, uint32_t seed, bool punctual, bool asides)
{
    struct arena kept = run->arena;
    memset(run, 0, sizeof *run);
    run->arena = kept;
    arena_reset(&run->arena);
    run->stream = random_open(41, seed, (punctual ? 1u : 0u) + (asides ? 2u : 0u), RANDOM_TEST);
    job_table_init(&run->table, &run->arena, false);
    promises_init(&run->promises, &run->arena);
    tenants_init(&run->tenants, &run->arena, 1, NULL, 0);
    queue_init(&run->queue, &run->arena, &run->table, &by_key, &by_key, &run->tenants);
    ordered_init(&run->running, &run->arena);
    run->cards = 3 + below(run, 61);
    run->plan.broken = true;
    for (int64_t now = 0; now < INSTANTS; now += below(run, 3)) {
        end_some(run, now, punctual);
        while (run->queue.count < MOST_WAITING && run->jobs < MOST_JOBS && below(run, 3))
            submit(run, now);
        if (asides && !below(run, 6))
            set_aside(run, now);
        if (asides && !below(run, 9))
            give_back(run);
        if (!punctual && !below(run, 40)) {
            run->cards += 1 + below(run, 5);
            run->promises.broken = run->plan.broken = true;
        }
        pass(run, now);
        if (!below(run, 4))
            pass(run, now); /* nothing has happened, or a job has begun that is planned to be over at once */
        now += punctual ? 1 : 0;
    }
}

static void simulate_many(bool punctual, bool asides)
{
    static struct run run;
    int renewals = 0, gains = 0;
    for (uint32_t seed = 0; seed < 400; seed++) {
        simulate(&run, seed, punctual, asides);
        renewals += run.renewals;
        gains += run.gains;
    }
    assert_true(gains > 1000 && renewals > 399); /* else these workloads test little */
    arena_free(&run.arena);
    run.arena = (struct arena){0};
}

static void test_early_ends(void **state)
{
    (void)state;
    simulate_many(true, false);
}

static void test_late_ends(void **state)
{
    (void)state;
    simulate_many(false, false);
}

static void test_cards_set_aside(void **state)
{
    (void)state;
    simulate_many(true, true);
    simulate_many(false, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_early_ends),
        cmocka_unit_test(test_late_ends),
        cmocka_unit_test(test_cards_set_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
