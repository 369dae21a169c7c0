/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What backfilling promises, under every order that stops nobody x placement x kind of pass: the head is
 * never delayed beyond its reservation, nobody waits who could start in time; under conservative backfilling
 * nobody starts later than the first slot given. And a machine twice the size, and nodes that fail.
 */
#include "properties_case.h"

static struct case_work work;
static struct case_run runs[2];
static struct nodes view;
static int head; /* who was promised something at the last pass, -1 nobody */
static int64_t promise;
static int64_t slots[CASE_JOBS]; /* -1 before */
static struct scheduler_config current;
static uint64_t current_seed;

static void open(struct case_run *run, const struct scheduler_config *config)
{
    case_open(run, &work, config);
    nodes_init(&view, &run->arena, config->place->by_node ? work.nodes : 0, work.per_node);
    head = -1;
    for (int i = 0; i < CASE_JOBS; i++)
        slots[i] = -1;
}

static void start_in_time(struct case_run *run, int i)
{
    if (head == i)
        assert_true(run->now <= promise);
    else if (head >= 0 && case_comes_before(run, run->config.order, i, head))
        head = -1; /* overtaken in the queue itself: the promise is no longer its own */
    if (slots[i] >= 0)
        assert_true(run->now <= slots[i]);
}

static void check_promise(struct case_run *run)
{
    int first = case_head(run);
    int64_t largest = run->config.place->largest(&run->scheduler.free_now);
    if (first < 0) {
        head = -1;
        return;
    }
    assert_true(work.jobs[first].cards > largest); /* the pass looked at it, so it does not fit */
    int64_t at = case_promise(run, &view, first);
    if (at < 0) { /* larger than the machine */
        assert_false(case_fits(&work, first));
        head = -1;
        return;
    }
    if (head == first && !run->config.order->changes)
        assert_true(at <= promise);
    head = run->config.order->changes ? -1 : first;
    promise = at;
    const struct reservation *kept = &run->scheduler.reservation;
    if (kept->valid && kept->head == run->index[first] && kept->shadow > run->now)
        assert_true(!kept->open && kept->shadow == at);
    /* who fits now and ends in time must not wait */
    for (int i = 0; i < work.count && at < CLOCK_NEVER; i++)
        if (run->state[i] == CASE_WAITING && i != first && work.jobs[i].planned <= at - run->now)
            assert_true(work.jobs[i].cards > largest);
}

/* Conservative: nobody's slot ever moves back. */
static void check_slots(struct case_run *run)
{
    for (int i = 0; i < work.count; i++) {
        if (run->state[i] != CASE_WAITING)
            continue;
        int64_t slot = case_job(run, i)->slot;
        assert_true(slot > run->now && (slot == CLOCK_NEVER) == !case_fits(&work, i));
        assert_true(slots[i] < 0 || slot <= slots[i]);
        slots[i] = slot;
    }
}

static void check(const struct scheduler_config *config)
{
    for (uint64_t seed = 0; seed < 120; seed++) {
        current = *config;
        current_seed = seed;
        enum case_estimates kind = seed % 2 ? EXACT : GENEROUS;
        case_draw(&work, seed, kind, seed % 3 == 0);
        struct case_run *run = &runs[0];
        open(run, config);
        run->on_start = start_in_time;
        if (config->depth == SCHEDULER_EASY)
            run->after_pass = check_promise;
        if (config->depth == SCHEDULER_CONSERVATIVE && !config->place->by_node)
            run->after_pass = check_slots;
        case_simulate(run);
        open(&runs[1], config); /* a repetition, without the checks */
        case_simulate(&runs[1]);
        assert_memory_equal(runs[0].start, runs[1].start, sizeof runs[0].start);
        assert_memory_equal(runs[0].places, runs[1].places, sizeof runs[0].places);
    }
}

static void test_promises(void **state)
{
    (void)state;
    case_each(check, SCHEDULER_HOLD_BACKFILL + 1);
    current.order = NULL;
}

/* In order and by count, a machine twice the size starts no job later. */
static void test_twice_the_machine(void **state)
{
    (void)state;
    struct scheduler_config config = {.order = order_policy_named("fcfs"),
                                      .candidates = order_policy_named("fcfs"),
                                      .place = place_policy_named("count")};
    for (uint64_t seed = 0; seed < 4000; seed++) {
        case_draw(&work, seed, seed % 4, false);
        open(&runs[0], &config);
        case_simulate(&runs[0]);
        work.cards *= 2;
        open(&runs[1], &config);
        case_simulate(&runs[1]);
        for (int i = 0; i < work.count; i++)
            assert_true(runs[1].start[i] <= runs[0].start[i] && runs[1].end[i] <= runs[0].end[i]);
    }
}

/* Nodes fail and come back at random: their jobs go back into the queue. Nothing is lost, no card used twice.
 */
static void check_failing_nodes(const struct scheduler_config *config)
{
    struct case_run *run = &runs[0];
    for (uint64_t seed = 0; config->place->by_node && seed < 60; seed++) {
        current = *config;
        current_seed = seed;
        struct dice dice = {seed + 12};
        case_draw(&work, seed, seed % 4, false);
        open(run, config);
        int ended = 0;
        for (run->now = 0; ended < work.count; run->now++) {
            assert_true(run->now < 100000);
            int32_t node = (int32_t)dice_whole(&dice, 0, work.nodes - 1);
            if (run->down[node]) {
                run->down[node] = false;
                scheduler_node_up(&run->scheduler, node);
            } else if (run->now < 200 && dice_once_in(&dice, 4)) {
                for (int i = 0; i < work.count; i++) {
                    bool hit = false;
                    for (int32_t p = 0; case_holds_cards(run, i) && p < case_job(run, i)->part_count; p++)
                        hit |= case_job(run, i)->parts[p].node == node;
                    if (hit)
                        case_stop(run, i);
                }
                run->down[node] = true;
                scheduler_node_down(&run->scheduler, node);
            }
            case_instant(run);
            ended = 0;
            for (int i = 0; i < work.count; i++)
                ended += run->state[i] == CASE_ENDED;
        }
    }
}

static void test_failing_nodes(void **state)
{
    (void)state;
    case_each(check_failing_nodes, SCHEDULER_HOLD_BACKFILL + 1);
    current.order = NULL;
}

static int tell(void **state)
{
    (void)state;
    if (current.order)
        print_message("order %s, place %s, depth %d, candidates %s, event %d, seed %d\n", current.order->name,
                      current.place->name, current.depth, current.candidates->name, current.event_pass,
                      (int)current_seed);
    current.order = NULL;
    return 0;
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
        cmocka_unit_test_teardown(test_promises, tell),
        cmocka_unit_test(test_twice_the_machine),
        cmocka_unit_test_teardown(test_failing_nodes, tell),
    };
    return cmocka_run_group_tests_name("scheduler properties", tests, NULL, free_arenas);
}
