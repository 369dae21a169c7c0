/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every scheduler must keep to, whatever its policies: order x backfilling x candidates x placement, all
 * that are registered, on thousands of small random workloads. The scheduler is driven by a little event loop
 * of this file, which keeps an account of its own; times are small whole numbers, so that many things happen
 * at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "engine/random.h"
#include "scheduler/scheduler.h"

enum { MOST_JOBS = 40, MOST_NODES = 5 };
enum estimates { EXACT, GENEROUS, SHORT, MISSING }; /* planned lengths against run times */

struct spec {
    int64_t submit, run, planned;
    int32_t cards;
};

struct workload {
    int32_t nodes, per_node, cards; /* of the machine */
    int count;
    int oversized; /* jobs larger than the machine */
    struct spec jobs[MOST_JOBS];
};

static int64_t below(struct random_stream *stream, int64_t limit)
{
    return (int64_t)(random_uniform(stream) * (double)limit);
}

static int64_t draw_plan(struct random_stream *stream, enum estimates kind, int64_t run)
{
    switch (kind) {
    case EXACT:
        return run;
    case GENEROUS:
        return run + (below(stream, 2) ? below(stream, 3 * run + 3) : 0);
    case SHORT: /* some end later than planned */
        return below(stream, 2 * run + 2);
    default:
        return below(stream, 5) ? run + below(stream, 5) : CLOCK_NEVER;
    }
}

static void draw_workload(struct workload *w, uint32_t seed, enum estimates kind, bool oversized)
{
    struct random_stream stream = random_open(11, seed, kind, RANDOM_TEST);
    static const int32_t sizes[] = {1, 2, 4, 8};
    memset(w, 0, sizeof *w);
    w->nodes = 1 + (int32_t)below(&stream, MOST_NODES);
    w->per_node = sizes[below(&stream, 4)];
    w->cards = w->nodes * w->per_node;
    w->count = 6 + (int)below(&stream, MOST_JOBS - 5);
    int64_t now = 0, longest_gap = 1 + below(&stream, 8);
    for (int i = 0; i < w->count; i++) {
        struct spec *job = &w->jobs[i];
        now += below(&stream, longest_gap);
        job->submit = now;
        job->run = below(&stream, 20);
        job->planned = draw_plan(&stream, kind, job->run);
        int64_t most = below(&stream, 2) ? w->per_node : w->cards;
        job->cards = 1 + (int32_t)below(&stream, most);
        if (oversized && !below(&stream, 12)) {
            job->cards = w->cards + 1 + (int32_t)below(&stream, 3);
            w->oversized++;
        }
    }
}

enum { WAITING = 1, RUNNING, ENDED };

struct run {
    int64_t slot[MOST_JOBS]; /* promised start under conservative backfilling, -1 before */
    const struct workload *work;
    struct scheduler_config config;
    struct arena arena;
    struct job_table table;
    struct scheduler scheduler;
    int state[MOST_JOBS];
    int32_t index[MOST_JOBS]; /* in the table; orders are positions in the workload */
    bool gone[MOST_JOBS];     /* its cards are free though its end is not handled yet */
    int64_t start[MOST_JOBS], end[MOST_JOBS];
    uint64_t places[MOST_JOBS]; /* a hash of nodes and cards */
    int32_t used[MOST_NODES];
    struct nodes view; /* scratch of the brute-force promise */
    int head;          /* who was promised something at the last pass, -1 nobody */
    int64_t promise;
    int64_t now;
};

static struct job *job_in(const struct run *run, int i)
{
    return job_at(&run->table, run->index[i]);
}

static void open_run(struct run *run, const struct workload *work, const struct scheduler_config *config)
{
    struct arena kept = run->arena; /* blocks of the run before */
    memset(run, 0, sizeof *run);
    run->arena = kept;
    arena_reset(&run->arena);
    run->work = work;
    run->config = *config;
    run->head = -1;
    for (int i = 0; i < MOST_JOBS; i++)
        run->slot[i] = -1;
    job_table_init(&run->table, &run->arena, true);
    scheduler_init(&run->scheduler, config, &run->table, &run->arena, work->nodes, work->per_node);
    nodes_init(&run->view, &run->arena, config->place->by_node ? work->nodes : 0, work->per_node);
    if (config->place->by_node)
        for (int32_t node = 0; node < work->nodes; node++)
            scheduler_node_up(&run->scheduler, node);
    else
        scheduler_add_cards(&run->scheduler, work->cards);
}

static void submit(struct run *run, int i, int64_t now)
{
    const struct spec *spec = &run->work->jobs[i];
    if (!run->state[i]) { /* else it was interrupted */
        run->index[i] = job_create(&run->table);
        struct job *job = job_in(run, i);
        job->order = i;
        job->submit = spec->submit;
        job->work = spec->run;
        job->planned = spec->planned;
        job->cards = spec->cards;
        job->detail->wanted = job->detail->least = job->detail->most = spec->cards;
    }
    job_in(run, i)->detail->ready = now;
    job_in(run, i)->end = CLOCK_NEVER;
    scheduler_submit(&run->scheduler, run->index[i], now);
    run->state[i] = WAITING;
}

static void account(struct run *run, int i, int sign)
{
    const struct job *job = job_in(run, i);
    int32_t sum = 0;
    for (int32_t p = 0; run->config.place->by_node && p < job->part_count; p++) {
        int32_t node = job->parts[p].node, cards = job->parts[p].cards;
        assert_in_range(node, 0, run->work->nodes - 1);
        assert_true(cards > 0);
        run->used[node] += sign * cards;
        assert_in_range(run->used[node], 0, run->work->per_node);
        sum += cards;
        run->places[i] = run->places[i] * 1000003 + (uint64_t)node * 64 + (uint64_t)cards;
    }
    if (run->config.place->by_node)
        assert_int_equal(sum, job->cards);
}

static bool comes_before(const struct run *run, const struct order_policy *order, int a, int b)
{
    int64_t key_a = order->key(order, job_in(run, a), run->now),
            key_b = order->key(order, job_in(run, b), run->now);
    return key_a != key_b ? key_a < key_b : a < b;
}

static int head_of(const struct run *run)
{
    int head = -1;
    for (int i = 0; i < run->work->count; i++)
        if (run->state[i] == WAITING && (head < 0 || comes_before(run, run->config.order, i, head)))
            head = i;
    return head;
}

static bool holds(const struct run *run)
{
    return run->config.depth == SCHEDULER_HOLD || run->config.depth == SCHEDULER_HOLD_BACKFILL;
}

/*
 * Before an event pass: the jobs whose planned and actual end have come are gone. While a job is held, ends
 * of one instant may be handled in another order than this file's, so any of them may be gone.
 */
static void note_gone(struct run *run, int64_t now)
{
    for (int i = 0; run->config.event_pass && i < run->work->count; i++)
        if (run->state[i] == RUNNING && (holds(run) || job_plan_end(job_in(run, i)) <= now) &&
            run->end[i] <= now)
            run->gone[i] = true;
}

/*
 * The promise to the head from nothing but the running jobs and the policy's own placement: the earliest
 * planned time at which it fits, CLOCK_NEVER when none is known, -1 when the machine is too small.
 */
static int64_t brute_promise(struct run *run, int head, int64_t now)
{
    const struct place_policy *place = run->config.place;
    struct nodes *view = &run->view;
    bool left[MOST_JOBS];
    for (int32_t node = 0; node < view->count; node++)
        nodes_set(view, node, run->work->per_node - run->used[node]);
    if (!place->by_node)
        view->free_cards = run->work->cards;
    for (int i = 0; i < run->work->count; i++) {
        left[i] = run->state[i] == RUNNING && !run->gone[i];
        if (left[i] && !place->by_node)
            view->free_cards -= run->work->jobs[i].cards;
    }
    for (;;) {
        int next = -1;
        for (int i = 0; i < run->work->count; i++)
            if (left[i] && (next < 0 || job_plan_end(job_in(run, i)) < job_plan_end(job_in(run, next))))
                next = i;
        if (next < 0)
            return -1;
        const struct job *job = job_in(run, next);
        left[next] = false;
        view->free_cards += place->by_node ? 0 : job->cards;
        for (int32_t p = 0; place->by_node && p < job->part_count; p++)
            nodes_set(view, job->parts[p].node, view->free[job->parts[p].node] + job->parts[p].cards);
        if (place->largest(view) >= run->work->jobs[head].cards)
            return job_plan_end(job) > now ? job_plan_end(job) : now;
    }
}

static void check_promise(struct run *run, int64_t now)
{
    int head = head_of(run);
    if (run->config.depth != 1 || head < 0) {
        run->head = -1;
        return;
    }
    int64_t promise = brute_promise(run, head, now);
    if (promise < 0) { /* larger than the machine */
        assert_true(run->work->jobs[head].cards > run->work->cards);
        run->head = -1;
        return;
    }
    if (run->head == head)
        assert_true(promise <= run->promise);
    run->head = head;
    run->promise = promise;
    const struct reservation *kept = &run->scheduler.reservation;
    if (kept->valid && kept->head == run->index[head] && kept->shadow > now)
        assert_true(!kept->open && kept->shadow == promise);
    /* who fits now and ends in time must not wait */
    int64_t largest = run->config.place->largest(&run->scheduler.free_now);
    for (int i = 0; i < run->work->count && promise < CLOCK_NEVER; i++)
        if (run->state[i] == WAITING && i != head && run->work->jobs[i].planned <= promise - now)
            assert_true(run->work->jobs[i].cards > largest);
}

/* Conservative: nobody's slot ever moves back, and nobody starts later than the first slot given. */
static void check_slots(struct run *run, int64_t now)
{
    for (int i = 0; i < run->work->count; i++) {
        if (run->state[i] == RUNNING && run->start[i] == now && run->slot[i] >= 0)
            assert_true(now <= run->slot[i]);
        if (run->state[i] != WAITING)
            continue;
        int64_t slot = job_in(run, i)->slot;
        assert_true(slot > now && (slot == CLOCK_NEVER) == (run->work->jobs[i].cards > run->work->cards));
        assert_true(run->slot[i] < 0 || slot <= run->slot[i]);
        run->slot[i] = slot;
    }
}

static void pass(struct run *run, int64_t now, bool promises_hold)
{
    run->now = now;
    note_gone(run, now);
    int32_t started = scheduler_pass(&run->scheduler, now);
    for (int32_t s = 0; s < started; s++) {
        struct job *job = job_at(&run->table, run->scheduler.started[s]);
        int i = (int)job->order;
        assert_int_equal(run->state[i], WAITING);
        assert_int_equal(job->state, JOB_RUNNING);
        assert_true(job->cards <= run->work->cards);
        assert_true(job->started == now && job->start <= now && now >= run->work->jobs[i].submit);
        run->state[i] = RUNNING;
        run->start[i] = now;
        run->end[i] = job->end = now + run->work->jobs[i].run;
        account(run, i, +1);
        if (run->head == i)
            assert_true(now <= run->promise);
        else if (run->head >= 0 && comes_before(run, run->config.order, i, run->head))
            run->head = -1; /* overtaken in the queue itself: the promise is no longer its own */
    }
    int64_t in_use = 0;
    for (int i = 0; i < run->work->count; i++)
        if (run->state[i] == RUNNING && !run->gone[i])
            in_use += run->work->jobs[i].cards;
    assert_true(in_use <= run->work->cards);
    int head = head_of(run);
    bool held = run->config.depth == SCHEDULER_CONSERVATIVE; /* a head may have to wait for others' slots */
    assert_true(run->scheduler.free_now.free_cards <= run->work->cards - in_use);
    if (head >= 0 && !held && !holds(run)) /* the pass looked at it, so it does not fit */
        assert_true(run->work->jobs[head].cards > run->config.place->largest(&run->scheduler.free_now));
    if (promises_hold)
        check_promise(run, now);
    if (promises_hold && held && !run->config.place->by_node)
        check_slots(run, now);
}

static void complete(struct run *run, int i)
{
    scheduler_release(&run->scheduler, run->index[i], run->now);
    account(run, i, -1);
    run->state[i] = ENDED;
    job_release(&run->table, run->index[i]);
}

/* The next running job that ends at `now`, in order of submission; -1 when none does. */
static int ending(const struct run *run, int64_t now)
{
    for (int i = 0; i < run->work->count; i++)
        if (run->state[i] == RUNNING && run->end[i] <= now)
            return i;
    return -1;
}

/* Everything of one instant. In event passes arrivals come first, and each event is followed by a pass. */
static void instant(struct run *run, int *arrived, int64_t now, bool promises_hold)
{
    run->now = now;
    bool event = run->config.event_pass;
    for (int i; !event && (i = ending(run, now)) >= 0;)
        complete(run, i);
    while (*arrived < run->work->count && run->work->jobs[*arrived].submit == now) {
        submit(run, (*arrived)++, now);
        if (event)
            pass(run, now, promises_hold);
    }
    for (int i; event && (i = ending(run, now)) >= 0;) {
        complete(run, i);
        pass(run, now, promises_hold);
    }
    if (!event)
        pass(run, now, promises_hold);
}

static void simulate(struct run *run, bool promises_hold)
{
    int arrived = 0;
    int64_t last = -1;
    for (;;) {
        int64_t now = arrived < run->work->count ? run->work->jobs[arrived].submit : CLOCK_NEVER;
        for (int i = 0; i < run->work->count; i++)
            if (run->state[i] == RUNNING && run->end[i] < now)
                now = run->end[i];
        int64_t wake =
            scheduler_wake(&run->scheduler, last); /* not later than last: due, but its cards are scattered */
        if (wake > last && wake < now)
            now = wake;
        if (now == CLOCK_NEVER)
            break;
        instant(run, &arrived, now, promises_hold);
        if (run->config.event_pass && wake == now)
            pass(run, now, promises_hold);
        last = now;
    }
    for (int i = 0; i < run->work->count; i++) {
        bool fits = run->work->jobs[i].cards <= run->work->cards;
        if (!fits)
            assert_int_equal(run->state[i], WAITING);
        else if (!run->work->oversized ||
                 (run->config.depth != SCHEDULER_NONE &&
                  run->config.depth != SCHEDULER_HOLD)) /* in order, an oversized head blocks for good */
            assert_int_equal(run->state[i], ENDED);
    }
}

typedef void visit(const struct scheduler_config *config);

/* Calls for every combination of policies and kind of pass; only EASY looks at the order of candidates. */
static void each_config(visit *call)
{
    struct scheduler_config config = {0};
    for (int o = 0; (config.order = order_policy_at(o)); o++)
        for (int c = 0; (config.candidates = order_policy_at(c)); c++)
            for (int p = 0; (config.place = place_policy_at(p)); p++)
                for (config.depth = 0; scheduler_depth_name(config.depth); config.depth++)
                    for (int event = 0; event < (config.place->by_node ? 1 : 2); event++) {
                        config.event_pass = event;
                        if (c == 0 || config.depth == SCHEDULER_EASY)
                            call(&config);
                    }
}

static struct workload work;
static struct run runs[2];

static void check_invariants(const struct scheduler_config *config)
{
    for (uint32_t seed = 0; seed < 600; seed++) {
        enum estimates kind = seed % 4;
        bool promises_hold = kind == EXACT || kind == GENEROUS;
        draw_workload(&work, seed, kind, seed % 3 == 0);
        for (int again = 0; again < 2; again++) {
            open_run(&runs[again], &work, config);
            simulate(&runs[again], promises_hold);
        }
        assert_memory_equal(runs[0].start, runs[1].start, sizeof runs[0].start);
        assert_memory_equal(runs[0].end, runs[1].end, sizeof runs[0].end);
        assert_memory_equal(runs[0].places, runs[1].places, sizeof runs[0].places);
    }
}

static void test_invariants(void **state)
{
    (void)state;
    each_config(check_invariants);
}

/* Nodes fail at random: their jobs go back into the queue. Nothing is lost and no card is used twice. */
static void check_failing_nodes(const struct scheduler_config *config)
{
    struct run *run = &runs[0];
    for (uint32_t seed = 0; config->place->by_node && seed < 400; seed++) {
        struct random_stream stream = random_open(12, seed, 0, RANDOM_TEST);
        draw_workload(&work, seed, seed % 4, false);
        open_run(run, &work, config);
        bool down[MOST_NODES] = {false};
        int arrived = 0, ended = 0;
        for (int64_t now = 0; ended < work.count; now++) {
            assert_true(now < 100000);
            int32_t node = (int32_t)below(&stream, work.nodes);
            if (down[node]) {
                scheduler_node_up(&run->scheduler, node);
                down[node] = false;
            } else if (now < 200 && !below(&stream, 4)) {
                for (int i = 0; i < work.count; i++) {
                    const struct job *job = job_in(run, i);
                    bool hit = false;
                    for (int32_t p = 0; run->state[i] == RUNNING && p < job->part_count; p++)
                        hit |= job->parts[p].node == node;
                    if (!hit)
                        continue;
                    scheduler_release(&run->scheduler, run->index[i], run->now);
                    account(run, i, -1);
                    submit(run, i, now);
                }
                scheduler_node_down(&run->scheduler, node);
                down[node] = true;
            }
            for (int32_t n = 0; n < work.nodes; n++)
                assert_true(!down[n] || run->used[n] == 0);
            instant(run, &arrived, now, false);
            ended = 0;
            for (int i = 0; i < work.count; i++)
                ended += run->state[i] == ENDED;
        }
    }
}

static void test_failing_nodes(void **state)
{
    (void)state;
    each_config(check_failing_nodes);
}

/* --- a naive EASY by count: every promise and every candidate looked at anew --- */

/* Cards that are free when all jobs planned to end by `at` have; at < now: those free already. */
static int64_t naive_free(const struct run *run, int64_t now, int64_t at)
{
    int64_t cards = run->work->cards;
    for (int i = 0; i < run->work->count; i++) {
        if (run->state[i] != RUNNING || run->gone[i])
            continue;
        int64_t plan_end = job_plan_end(job_in(run, i)); /* past it: planned to end now */
        if ((plan_end > now ? plan_end : now) > at)
            cards -= run->work->jobs[i].cards;
    }
    return cards;
}

static bool naive_may_pass(struct run *run, int head, int i, int64_t now)
{
    const struct spec *job = &run->work->jobs[i];
    int64_t free_now = naive_free(run, now, now - 1);
    if (job->cards > free_now)
        return false;
    int64_t shadow = brute_promise(run, head, now);
    if (shadow < 0)
        return true;
    if (shadow == CLOCK_NEVER)
        return false;
    return job->planned <= shadow - now ||
           job->cards <= naive_free(run, now, shadow) - run->work->jobs[head].cards;
}

static void naive_start(struct run *run, int i, int64_t now)
{
    job_in(run, i)->started = now;
    run->state[i] = RUNNING;
    run->start[i] = now;
    run->end[i] = now + run->work->jobs[i].run;
}

static void naive_pass(struct run *run, int64_t now)
{
    int head;
    note_gone(run, now);
    while ((head = head_of(run)) >= 0 && run->work->jobs[head].cards <= naive_free(run, now, now - 1))
        naive_start(run, head, now);
    bool tried[MOST_JOBS] = {false};
    while (run->config.depth == 1 && head >= 0) {
        int next = -1;
        for (int i = 0; i < run->work->count; i++)
            if (run->state[i] == WAITING && i != head && !tried[i] &&
                (next < 0 || comes_before(run, run->config.candidates, i, next)))
                next = i;
        if (next < 0)
            return;
        tried[next] = true;
        if (naive_may_pass(run, head, next, now))
            naive_start(run, next, now);
    }
}

static void naive_simulate(struct run *run)
{
    int arrived = 0;
    bool event = run->config.event_pass;
    for (;;) {
        int64_t now = arrived < run->work->count ? run->work->jobs[arrived].submit : CLOCK_NEVER;
        for (int i = 0; i < run->work->count; i++)
            if (run->state[i] == RUNNING && run->end[i] < now)
                now = run->end[i];
        if (now == CLOCK_NEVER)
            return;
        for (int i; !event && (i = ending(run, now)) >= 0;)
            run->state[i] = ENDED;
        for (; arrived < run->work->count && run->work->jobs[arrived].submit == now; arrived++) {
            submit(run, arrived, now);
            if (event)
                naive_pass(run, now);
        }
        for (int i; event && (i = ending(run, now)) >= 0;) {
            run->state[i] = ENDED;
            naive_pass(run, now);
        }
        if (!event)
            naive_pass(run, now);
    }
}

static enum estimates reference_kind;

static void check_reference(const struct scheduler_config *config)
{
    for (uint32_t seed = 0; !config->place->by_node && config->depth <= 1 && seed < 1500; seed++) {
        draw_workload(&work, 1000 + seed, reference_kind, seed % 4 == 0);
        open_run(&runs[0], &work, config);
        simulate(&runs[0], false);
        open_run(&runs[1], &work, config);
        naive_simulate(&runs[1]);
        for (int i = 0; i < work.count; i++)
            if (runs[0].state[i] != runs[1].state[i] || runs[0].start[i] != runs[1].start[i])
                fail_msg("%s, candidates %s, depth %d, %s passes, estimates %d, seed %u: job %d starts at "
                         "%lld, by the "
                         "naive scheduler at %lld",
                         config->order->name, config->candidates->name, config->depth,
                         config->event_pass ? "event" : "instant", (int)reference_kind, (unsigned)seed, i,
                         (long long)runs[0].start[i], (long long)runs[1].start[i]);
    }
}

static void test_reference_exact_estimates(void **state)
{
    (void)state;
    reference_kind = EXACT;
    each_config(check_reference);
}

static void test_reference_generous_estimates(void **state)
{
    (void)state;
    reference_kind = GENEROUS;
    each_config(check_reference);
}

static void test_reference_short_estimates(void **state)
{
    (void)state;
    reference_kind = SHORT;
    each_config(check_reference);
}

static void test_reference_missing_estimates(void **state)
{
    (void)state;
    reference_kind = MISSING;
    each_config(check_reference);
}

/* In order and by count, a machine twice the size starts no job later. */
static void test_twice_the_machine(void **state)
{
    (void)state;
    struct scheduler_config config = {.order = order_policy_named("fcfs"),
                                      .candidates = order_policy_named("fcfs")};
    for (int p = 0; (config.place = place_policy_at(p)); p++)
        for (uint32_t seed = 0; !config.place->by_node && seed < 2000; seed++) {
            draw_workload(&work, seed, seed % 4, false);
            open_run(&runs[0], &work, &config);
            simulate(&runs[0], false);
            work.cards *= 2;
            open_run(&runs[1], &work, &config);
            simulate(&runs[1], false);
            for (int i = 0; i < work.count; i++)
                assert_true(runs[1].start[i] <= runs[0].start[i]);
        }
}

static int free_arenas(void **state)
{
    (void)state;
    arena_free(&runs[0].arena);
    arena_free(&runs[1].arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_invariants),
        cmocka_unit_test(test_failing_nodes),
        cmocka_unit_test(test_reference_exact_estimates),
        cmocka_unit_test(test_reference_generous_estimates),
        cmocka_unit_test(test_reference_short_estimates),
        cmocka_unit_test(test_reference_missing_estimates),
        cmocka_unit_test(test_twice_the_machine),
    };
    return cmocka_run_group_tests_name("scheduler properties", tests, NULL, free_arenas);
}
