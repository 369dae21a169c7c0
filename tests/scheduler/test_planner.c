/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several reservations and cards set aside: by hand, and against a planner with one cell per microsecond. One
 * reservation is held against EASY in test_reference.c; windows over random runs in test_combinations.c. */
#include "properties_case.h"

enum { HORIZON = 3000 };

static struct case_work work;
static struct case_run runs[2];
static struct nodes view;
static int64_t cells[HORIZON]; /* planned free cards from now on */

static int64_t length_of(int i)
{
    return work.jobs[i].planned < 1 ? 1 : work.jobs[i].planned;
}

static int64_t cell_slot(int i)
{
    for (int64_t at = 0; at < HORIZON; at++) {
        bool fits = true;
        for (int64_t t = at; t < at + length_of(i) && t < HORIZON && fits; t++)
            fits = cells[t] >= work.jobs[i].cards;
        if (fits)
            return at;
    }
    fail();
    return 0;
}

static void cell_take(int64_t at, int i)
{
    for (int64_t t = at; t < at + length_of(i) && t < HORIZON; t++)
        cells[t] -= work.jobs[i].cards;
}

static bool cell_start(struct case_run *run, int i)
{
    int64_t free_now = work.cards;
    for (int j = 0; j < work.count; j++)
        free_now -= case_holds_cards(run, j) ? work.jobs[j].cards : 0;
    if (work.jobs[i].cards > free_now || cell_slot(i) != 0)
        return false;
    cell_take(0, i);
    case_job(run, i)->started = run->now;
    run->state[i] = CASE_RUNNING;
    run->start[i] = run->now;
    run->end[i] = run->now + work.jobs[i].run;
    return true;
}

static int next_waiting(const struct case_run *run, const struct order_policy *order, const bool *tried)
{
    int next = -1;
    for (int i = 0; i < work.count; i++)
        if (run->state[i] == CASE_WAITING && !tried[i] &&
            (next < 0 || case_comes_before(run, order, i, next)))
            next = i;
    return next;
}

static void cell_pass(struct case_run *run)
{
    for (int64_t t = 0; t < HORIZON; t++) {
        cells[t] = work.cards;
        for (int i = 0; i < work.count; i++)
            if (case_holds_cards(run, i) && job_plan_end(case_job(run, i)) > run->now + t)
                cells[t] -= work.jobs[i].cards;
    }
    bool tried[CASE_JOBS] = {false}, filled[CASE_JOBS] = {false};
    int left = run->config.reservations;
    for (int i; left && (i = next_waiting(run, run->config.order, tried)) >= 0; tried[i] = true) {
        if (work.jobs[i].cards <= work.cards && cell_start(run, i))
            continue;
        if (work.jobs[i].cards <= work.cards)
            cell_take(cell_slot(i), i);
        filled[i] = true;
        left--;
    }
    for (int i; (i = next_waiting(run, run->config.candidates, filled)) >= 0; filled[i] = true)
        if (work.jobs[i].cards <= work.cards)
            cell_start(run, i);
}

static void test_reservations_by_cells(void **state)
{
    (void)state;
    struct scheduler_config config = {.place = place_policy_named("count"), .depth = SCHEDULER_EASY};
    int differ = 0;
    for (int o = 0; (config.order = order_policy_at(o)); o++)
        for (uint64_t seed = 0; !config.order->preempts && seed < 60; seed++) {
            config.candidates = seed % 2 ? config.order : order_policy_named("sjf");
            config.reservations = 2 + (int32_t)(seed % 5);
            case_draw(&work, 400 + seed, seed % 3, seed % 4 == 0); /* no plans without an end */
            case_open(&runs[0], &work, &config);
            case_simulate(&runs[0]);
            case_open(&runs[1], &work, &config);
            runs[1].naive = cell_pass;
            case_simulate(&runs[1]);
            for (int i = 0; i < work.count; i++)
                if (runs[0].start[i] != runs[1].start[i])
                    fail_msg("%s, %d reservations, seed %d: job %d starts at %lld, by cells at %lld",
                             config.order->name, (int)config.reservations, (int)seed, i,
                             (long long)runs[0].start[i], (long long)runs[1].start[i]);
            config.reservations = 1;
            case_open(&runs[1], &work, &config);
            case_simulate(&runs[1]);
            differ += memcmp(runs[0].start, runs[1].start, sizeof runs[0].start) != 0;
        }
    assert_true(differ > 50); /* the further reservations do something */
}

/* --- the head's promise, whatever the others hold --- */

static int head;
static int64_t promise;

static void start_in_time(struct case_run *run, int i)
{
    if (head == i)
        assert_true(run->now <= promise);
    else if (head >= 0 && case_comes_before(run, run->config.order, i, head))
        head = -1;
}

static void renew_promise(struct case_run *run)
{
    int first = case_head(run);
    int64_t at = first < 0 ? -1 : case_promise(run, &view, first);
    if (head >= 0 && head == first && at >= 0)
        assert_true(at <= promise);
    head = at < 0 ? -1 : first;
    promise = at;
}

static void test_head_is_never_delayed(void **state)
{
    (void)state;
    struct scheduler_config config = {.depth = SCHEDULER_EASY};
    for (int o = 0; (config.order = order_policy_at(o)); o++)
        for (int p = 0; (config.place = place_policy_at(p)); p++)
            for (uint64_t seed = 0; !config.order->preempts && !config.order->changes && seed < 60; seed++) {
                config.candidates = order_policy_at((int)(seed % 4));
                config.reservations = 2 + (int32_t)(seed % 4);
                case_draw(&work, 900 + seed, seed % 2, seed % 5 == 0);
                case_open(&runs[0], &work, &config);
                nodes_init(&view, &runs[0].arena, config.place->by_node ? work.nodes : 0, work.per_node);
                head = -1;
                runs[0].on_start = start_in_time;
                runs[0].after_pass = renew_promise;
                case_simulate(&runs[0]);
            }
}

/* --- by hand --- */

static void expect(const char *place, int32_t reservations, const int64_t *starts)
{
    struct scheduler_config config = {.order = order_policy_named("fcfs"),
                                      .candidates = order_policy_named("fcfs"),
                                      .place = place_policy_named(place),
                                      .depth = SCHEDULER_EASY,
                                      .reservations = reservations};
    for (int i = 0; i < work.count; i++)
        work.jobs[i].least = work.jobs[i].most = work.jobs[i].cards;
    case_open(&runs[0], &work, &config);
    case_simulate(&runs[0]);
    for (int i = 0; i < work.count; i++)
        if (runs[0].start[i] != starts[i])
            fail_msg("%s, %d reservations: job %d starts at %d, not %d", place, (int)reservations, i,
                     (int)runs[0].start[i], (int)starts[i]);
}

/* Job 3 delays the second of those that wait; with two reservations it may not. */
static void test_two_reservations(void **state)
{
    (void)state;
    work = (struct case_work){.nodes = 5, .per_node = 2, .cards = 10, .count = 4};
    work.jobs[0] = (struct case_spec){.submit = 0, .run = 10, .planned = 10, .cards = 6};
    work.jobs[1] = (struct case_spec){.submit = 1, .run = 5, .planned = 5, .cards = 8};
    work.jobs[2] = (struct case_spec){.submit = 2, .run = 5, .planned = 5, .cards = 10};
    work.jobs[3] = (struct case_spec){.submit = 3, .run = 20, .planned = 20, .cards = 2};
    expect("count", 1, (const int64_t[]){0, 10, 23, 3});
    expect("count", 2, (const int64_t[]){0, 10, 15, 20});
    expect("count", 3, (const int64_t[]){0, 10, 15, 20});
    expect("first-fit", 1, (const int64_t[]){0, 10, 23, 3});
}

/* 4 of 10 cards, known from 5, are set aside in [20, 30). */
static void test_jobs_keep_clear_of_a_window(void **state)
{
    (void)state;
    work = (struct case_work){.nodes = 5, .per_node = 2, .cards = 10, .count = 4, .window_count = 1};
    work.windows[0] = (struct case_window){.known = 5, .from = 20, .to = 30, .cards = 4};
    work.jobs[0] = (struct case_spec){.submit = 6, .run = 12, .planned = 14, .cards = 10};
    work.jobs[1] = (struct case_spec){.submit = 7, .run = 9, .planned = 9, .cards = 8};
    work.jobs[2] = (struct case_spec){.submit = 8, .run = 2, .planned = 2, .cards = 8};
    work.jobs[3] = (struct case_spec){.submit = 20, .run = 10, .planned = 10, .cards = 5};
    /* job 1 would run into it, job 2 just ends before, job 3 has of the 6 that are left */
    const int64_t count[] = {6, 30, 18, 20};
    expect("count", 1, count);
    expect("first-fit", 1, count);
    expect("consolidate", 3, count);
    /* one that began before it was known, or runs past its plan, is stopped and goes on behind it */
    work.count = 1;
    work.jobs[0] = (struct case_spec){.submit = 4, .run = 50, .planned = 50, .cards = 10};
    expect("count", 1, (const int64_t[]){30});
    work.jobs[0] = (struct case_spec){.submit = 6, .run = 50, .planned = 3, .cards = 10};
    expect("first-fit", 1, (const int64_t[]){30});
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
        cmocka_unit_test(test_reservations_by_cells),
        cmocka_unit_test(test_head_is_never_delayed),
        cmocka_unit_test(test_two_reservations),
        cmocka_unit_test(test_jobs_keep_clear_of_a_window),
    };
    return cmocka_run_group_tests_name("planner", tests, NULL, free_arenas);
}
