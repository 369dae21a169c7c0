/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passes that hold the job picked: schedules by hand, and thousands of small random workloads against a list
 * program written as the published one is, with its lists, stable sorts and one event at a time. Times are
 * small whole numbers, so that many things happen at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "engine/random.h"
#include "scheduler/scheduler.h"

enum { MOST = 48 };

struct spec {
    int64_t submit, run, planned;
    int32_t cards;
};

struct workload {
    int count;
    int32_t cards;
    struct spec jobs[MOST];
};

struct machine {
    struct arena arena;
    struct job_table table;
    struct scheduler scheduler;
    const struct workload *work;
    int32_t index[MOST];
    int64_t start[MOST];
    int64_t end[MOST]; /* CLOCK_NEVER: not running */
};

static void machine_open(struct machine *m, const struct workload *work, const char *order,
                         const char *backfill, bool event)
{
    memset(m, 0, sizeof *m);
    m->work = work;
    struct scheduler_config config = {.order = order_policy_named(order),
                                      .candidates = order_policy_named("fcfs"),
                                      .place = place_policy_named("count"),
                                      .depth = scheduler_depth_named(backfill),
                                      .event_pass = event};
    assert_true(config.order && config.depth >= 0);
    job_table_init(&m->table, &m->arena, false);
    scheduler_init(&m->scheduler, &config, &m->table, &m->arena, 0, 1);
    scheduler_add_cards(&m->scheduler, work->cards);
    for (int i = 0; i < MOST; i++) {
        m->start[i] = -1;
        m->end[i] = CLOCK_NEVER;
    }
}

static void submit(struct machine *m, int i)
{
    const struct spec *spec = &m->work->jobs[i];
    m->index[i] = job_create(&m->table);
    struct job *job = job_at(&m->table, m->index[i]);
    job->order = i;
    job->submit = spec->submit;
    job->work = spec->run;
    job->planned = spec->planned;
    job->cards = spec->cards;
    scheduler_submit(&m->scheduler, m->index[i], spec->submit);
}

static void pass(struct machine *m, int64_t now)
{
    int32_t started = scheduler_pass(&m->scheduler, now);
    for (int32_t s = 0; s < started; s++) {
        struct job *job = job_at(&m->table, m->scheduler.started[s]);
        int i = (int)job->order;
        assert_int_equal(m->start[i], -1);
        m->start[i] = now;
        m->end[i] = job->end = now + m->work->jobs[i].run;
    }
}

/* Some job that ends at `now`, the last submitted first: the scheduler must not depend on which. */
static int ending(const struct machine *m, int64_t now)
{
    for (int i = m->work->count - 1; i >= 0; i--)
        if (m->end[i] == now)
            return i;
    return -1;
}

static void leave(struct machine *m, int i, int64_t now)
{
    scheduler_release(&m->scheduler, m->index[i], now);
    job_release(&m->table, m->index[i]);
    m->end[i] = CLOCK_NEVER;
}

/* One thing at a time: at an instant arrivals, then ends, and a pass after each. */
static void simulate(struct machine *m)
{
    int arrived = 0;
    for (;;) {
        int64_t now = arrived < m->work->count ? m->work->jobs[arrived].submit : CLOCK_NEVER;
        for (int i = 0; i < m->work->count; i++)
            now = m->end[i] < now ? m->end[i] : now;
        if (now == CLOCK_NEVER)
            return;
        while (arrived < m->work->count && m->work->jobs[arrived].submit == now) {
            submit(m, arrived++);
            pass(m, now);
        }
        for (int i; (i = ending(m, now)) >= 0;) {
            leave(m, i, now);
            pass(m, now);
        }
    }
}

/* --- the list program --- */

struct lists {
    const struct workload *work;
    const struct order_policy *order;
    int queue[MOST], queued;
    int running[MOST], runs;
    int64_t start[MOST];
    int64_t now;
    int64_t free;
    int next; /* to arrive */
};

typedef int64_t key_of(const struct lists *l, int i);

static int64_t by_score(const struct lists *l, int i)
{
    const struct spec *spec = &l->work->jobs[i];
    struct job job = {
        .submit = spec->submit, .work = spec->run, .planned = spec->planned, .cards = spec->cards};
    return order_key(l->order, &job, l->now);
}

static int64_t by_submission(const struct lists *l, int i)
{
    return l->work->jobs[i].submit;
}

static int64_t by_planned_end(const struct lists *l, int i)
{
    return l->start[i] + l->work->jobs[i].planned;
}

static int64_t by_end(const struct lists *l, int i)
{
    return l->start[i] + l->work->jobs[i].run;
}

static void sort(const struct lists *l, int *list, int count, key_of *key) /* stable, by insertion */
{
    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && key(l, list[j]) < key(l, list[j - 1]); j--) {
            int other = list[j];
            list[j] = list[j - 1];
            list[j - 1] = other;
        }
}

static void take_out(int *list, int *count, int i)
{
    int at = 0;
    while (list[at] != i)
        at++;
    memmove(list + at, list + at + 1, (size_t)(--*count - at) * sizeof *list);
}

static void list_start(struct lists *l, int i)
{
    l->start[i] = l->now;
    l->free -= l->work->jobs[i].cards;
    take_out(l->queue, &l->queued, i);
    l->running[l->runs++] = i;
}

/* The next arrival, or else the next end. */
static void list_step(struct lists *l)
{
    sort(l, l->running, l->runs, by_end);
    int64_t end = l->runs ? by_end(l, l->running[0]) : CLOCK_NEVER;
    if (l->next < l->work->count && l->work->jobs[l->next].submit <= end) {
        l->now = l->work->jobs[l->next].submit;
        l->queue[l->queued++] = l->next++;
    } else {
        l->now = end;
        l->free += l->work->jobs[l->running[0]].cards;
        take_out(l->running, &l->runs, l->running[0]);
    }
}

static void list_backfill(struct lists *l, int64_t earliest)
{
    int copy[MOST], count = l->queued;
    sort(l, l->queue, l->queued, by_submission);
    memcpy(copy, l->queue, sizeof copy);
    for (int c = 0; c < count; c++) {
        const struct spec *job = &l->work->jobs[copy[c]];
        if (l->now + job->planned < earliest && job->cards <= l->free)
            list_start(l, copy[c]);
    }
}

static int64_t list_earliest(struct lists *l, int32_t cards)
{
    sort(l, l->running, l->runs, by_planned_end);
    int64_t sum = l->free;
    for (int r = 0; r < l->runs; r++) {
        sum += l->work->jobs[l->running[r]].cards;
        if (sum >= cards)
            return by_planned_end(l, l->running[r]);
    }
    fail();
    return 0;
}

static void list_program(struct lists *l, const struct workload *work, const char *order, bool backfills)
{
    *l = (struct lists){.work = work, .free = work->cards, .order = order_policy_named(order)};
    while (l->queued || l->next < work->count) {
        while (!l->queued)
            list_step(l);
        sort(l, l->queue, l->queued, by_submission); /* among equals, and keys may have changed */
        sort(l, l->queue, l->queued, by_score);
        int head = l->queue[0];
        int32_t cards = work->jobs[head].cards;
        int64_t earliest = cards > l->free && backfills ? list_earliest(l, cards) : INT64_MIN;
        while (cards > l->free) {
            list_backfill(l, earliest);
            list_step(l);
        }
        list_start(l, head);
    }
}

static int64_t below(struct random_stream *stream, int64_t limit)
{
    return (int64_t)(random_uniform(stream) * (double)limit);
}

static void draw_workload(struct workload *work, uint32_t seed)
{
    struct random_stream stream = random_open(17, seed, 0, RANDOM_TEST);
    memset(work, 0, sizeof *work);
    work->count = 8 + (int)below(&stream, MOST - 7);
    work->cards = 4 + (int32_t)below(&stream, 13);
    int64_t now = below(&stream, 3), gap = 1 + below(&stream, 6), longest = 1 + below(&stream, 20);
    for (int i = 0; i < work->count; i++) {
        struct spec *job = &work->jobs[i];
        job->submit = now += below(&stream, gap);
        job->run = 1 + below(&stream, longest);
        job->planned = below(&stream, 3) ? job->run + below(&stream, 2 * longest) : below(&stream, longest);
        job->cards = 1 + (int32_t)below(&stream, below(&stream, 2) ? 3 : work->cards);
    }
}

static void test_against_the_list_program(void **state)
{
    (void)state;
    static struct workload work;
    static struct machine m;
    static struct lists lists;
    int64_t differ = 0; /* schedules that backfilling changes */
    for (int o = 0; order_policy_at(o); o++) {
        const char *order = order_policy_at(o)->name;
        for (uint32_t seed = 0; !order_policy_at(o)->preempts && seed < 2000; seed++) {
            int64_t held[MOST];
            draw_workload(&work, seed);
            for (int backfills = 0; backfills < 2; backfills++) {
                machine_open(&m, &work, order, backfills ? "hold-backfill" : "hold", true);
                simulate(&m);
                list_program(&lists, &work, order, backfills);
                for (int i = 0; i < work.count; i++)
                    if (m.start[i] != lists.start[i])
                        fail_msg("%s, seed %u, backfill %d: job %d starts at %d, expected %d", order, seed,
                                 backfills, i, (int)m.start[i], (int)lists.start[i]);
                if (!backfills)
                    memcpy(held, m.start, sizeof held);
                else
                    differ += memcmp(held, m.start, sizeof held) != 0;
                arena_free(&m.arena);
            }
        }
    }
    assert_true(differ > 3000);
}

/* --- by hand --- */

static void expect_starts(const struct workload *work, const char *order, const char *backfill,
                          const int64_t *starts)
{
    static struct machine m;
    machine_open(&m, work, order, backfill, true);
    simulate(&m);
    for (int i = 0; i < work->count; i++)
        assert_int_equal(m.start[i], starts[i]);
    arena_free(&m.arena);
}

/* Job 1 waits for job 0; job 2 is shorter and comes later. */
static void test_a_better_job_does_not_replace_the_held(void **state)
{
    (void)state;
    const struct workload work = {3, 10, {{0, 100, 100, 8}, {3, 50, 50, 5}, {7, 20, 20, 5}}};
    expect_starts(&work, "sjf", "hold", (const int64_t[]){0, 100, 100});
    const struct workload tight = {3, 10, {{0, 100, 100, 8}, {3, 50, 50, 6}, {7, 20, 20, 6}}};
    expect_starts(&tight, "sjf", "hold", (const int64_t[]){0, 100, 150});
    expect_starts(&tight, "sjf", "none", (const int64_t[]){0, 120, 100}); /* there it does */
}

/* At 100 job 1 can start: who ends at 99 may go before, who ends at 100 or fits beside it may not. */
static void test_strictly_before_and_nothing_spare(void **state)
{
    (void)state;
    struct workload work = {3, 10, {{0, 100, 100, 7}, {3, 50, 50, 8}, {5, 94, 94, 2}}};
    expect_starts(&work, "fcfs", "hold-backfill", (const int64_t[]){0, 100, 5});
    expect_starts(&work, "fcfs", "hold", (const int64_t[]){0, 100, 100});
    work.jobs[2].planned = 95;
    expect_starts(&work, "fcfs", "hold-backfill", (const int64_t[]){0, 100, 100});
    expect_starts(&work, "fcfs", "easy", (const int64_t[]){0, 100, 5}); /* ends in time, and is spare */
}

/*
 * Job 0 was planned until 100. It ends at 40, but two cards are still in use until 90: by the plans at 40 job
 * 2 starts at 90, by those when it was picked at 100, so job 3 may start and delays it.
 */
static void test_the_earliest_start_is_found_once(void **state)
{
    (void)state;
    const struct workload work = {4, 10, {{0, 40, 100, 6}, {1, 89, 89, 2}, {2, 10, 10, 9}, {41, 58, 58, 5}}};
    expect_starts(&work, "fcfs", "hold-backfill", (const int64_t[]){0, 1, 99, 41});
    expect_starts(&work, "fcfs", "easy", (const int64_t[]){0, 1, 90, 100});
}

/*
 * Jobs 0 and 1 end at 20. Job 0, planned to end first, comes first: five cards are free then, job 3 does not
 * fit, and with the other five the held job starts. Were it job 1 first, whose event is, job 3 would pass.
 */
static void test_ends_of_one_instant_come_by_plan(void **state)
{
    (void)state;
    struct workload work = {4, 10, {{0, 20, 30, 3}, {1, 19, 90, 5}, {2, 9, 200, 10}, {3, 50, 50, 6}}};
    expect_starts(&work, "fcfs", "hold-backfill", (const int64_t[]){0, 1, 20, 29});
    work.jobs[0].planned = 95;
    expect_starts(&work, "fcfs", "hold-backfill", (const int64_t[]){0, 1, 70, 20});
}

/* The held job is larger than the machine: all others may start. Without backfilling it blocks for good. */
static void test_a_machine_too_small(void **state)
{
    (void)state;
    const struct workload work = {3, 10, {{2, 5, 5, 11}, {3, 50, 50, 10}, {4, 7, CLOCK_NEVER, 10}}};
    expect_starts(&work, "fcfs", "hold-backfill", (const int64_t[]){-1, 3, 53});
    expect_starts(&work, "fcfs", "hold", (const int64_t[]){-1, -1, -1});
}

/* Once there are cards enough, the held job has an earliest start, and job 2 ends too late. */
static void test_a_machine_that_grows(void **state)
{
    (void)state;
    static struct machine m;
    const struct workload work = {3, 10, {{2, 5, 5, 11}, {3, 50, 50, 10}, {4, 60, 60, 1}}};
    machine_open(&m, &work, "fcfs", "hold-backfill", false);
    for (int i = 0; i < 3; i++) {
        submit(&m, i);
        pass(&m, 2 + i);
        if (i == 1)
            scheduler_add_cards(&m.scheduler, 1);
    }
    assert_int_equal(m.start[1], 3);
    leave(&m, 1, 53);
    pass(&m, 53);
    assert_int_equal(m.start[0], 53);
    assert_int_equal(m.start[2], -1);
    arena_free(&m.arena);
}

/* The end of job 0 is unknown: nobody may start before job 1. */
static void test_unknown_plans(void **state)
{
    (void)state;
    const struct workload work = {3, 10, {{2, 60, CLOCK_NEVER, 8}, {3, 50, 50, 5}, {4, 1, 1, 2}}};
    expect_starts(&work, "fcfs", "hold-backfill", (const int64_t[]){2, 62, 62});
}

/* An instant pass sees both ends before it fills; event passes give job 2 the cards of the first. */
static void test_instant_passes_see_all_at_once(void **state)
{
    (void)state;
    static struct machine m;
    const struct workload work = {4, 4, {{0, 10, 30, 2}, {0, 10, 30, 2}, {1, 5, 5, 4}, {2, 7, 7, 2}}};
    expect_starts(&work, "fcfs", "hold-backfill", (const int64_t[]){0, 0, 17, 10});
    machine_open(&m, &work, "fcfs", "hold-backfill", false);
    submit(&m, 0);
    submit(&m, 1);
    pass(&m, 0);
    submit(&m, 2);
    pass(&m, 1);
    submit(&m, 3);
    pass(&m, 2);
    leave(&m, 0, 10);
    leave(&m, 1, 53);
    pass(&m, 10);
    assert_int_equal(m.start[2], 10);
    assert_int_equal(m.start[3], -1);
    arena_free(&m.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_the_list_program),
        cmocka_unit_test(test_a_better_job_does_not_replace_the_held),
        cmocka_unit_test(test_strictly_before_and_nothing_spare),
        cmocka_unit_test(test_the_earliest_start_is_found_once),
        cmocka_unit_test(test_ends_of_one_instant_come_by_plan),
        cmocka_unit_test(test_a_machine_too_small),
        cmocka_unit_test(test_a_machine_that_grows),
        cmocka_unit_test(test_unknown_plans),
        cmocka_unit_test(test_instant_passes_see_all_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
