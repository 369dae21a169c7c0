/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may stop whom: by hand, then every stop of thousands of random runs against the rules of preempt.h told
 * anew, with an account of guarantees of its own. That nobody is stopped twice in an instant, so that the
 * loop of passes ends, is asserted in scheduler_case.h.
 */
#include "scheduler_case.h"

#include <stdio.h>

static struct case_work work;
static struct case_run run_of_test;
static int64_t turns[CASE_JOBS], next_turn; /* of starting */
static bool entitled[CASE_JOBS];            /* when it started */
static bool at_once;                        /* a guarantee must be met in the very instant */
static int reclaims, stops;

static bool guarded(const struct case_run *run, int victim)
{
    int64_t sum = 0;
    for (int i = 0; i < work.count; i++)
        if (case_holds_cards(run, i) && work.jobs[i].tenant == work.jobs[victim].tenant &&
            turns[i] <= turns[victim])
            sum += case_job(run, i)->cards;
    return sum <= (work.tenant_count ? work.terms[work.jobs[victim].tenant].guarantee : 0);
}

static int64_t place_of(const struct case_run *run, int i)
{
    return order_key(run->config.order, case_job(run, i), run->now);
}

static int64_t usage_of(const struct case_run *run, int32_t tenant)
{
    int64_t sum = 0;
    for (int i = 0; i < work.count; i++)
        sum += case_holds_cards(run, i) && work.jobs[i].tenant == tenant ? case_job(run, i)->cards : 0;
    return sum;
}

static bool is_entitled(const struct case_run *run, int i)
{
    const struct case_spec *job = &work.jobs[i];
    return work.tenant_count && usage_of(run, job->tenant) + job->least <= work.terms[job->tenant].guarantee;
}

static bool allowed(const struct case_run *run, int victim, int head)
{
    const struct scheduler_config *config = &run->config;
    bool other = work.jobs[victim].tenant != work.jobs[head].tenant;
    if (run->state[victim] != CASE_RUNNING || (other && guarded(run, victim)))
        return false;
    if (config->reclaim && other && is_entitled(run, head))
        return true;
    int urgent = work.jobs[head].priority - work.jobs[victim].priority;
    if (config->preempt == PREEMPT_PRIORITY && urgent > 0)
        return true;
    bool sliced = config->preempt == PREEMPT_SLICE && run->now - run->start[victim] >= config->slice;
    if (!config->order->preempts)
        return sliced;
    int64_t difference = place_of(run, victim) - place_of(run, head);
    return (difference > 0 && (config->preempt != PREEMPT_PRIORITY || urgent == 0)) ||
           (sliced && difference >= 0);
}

static void note_start(struct case_run *run, int i)
{
    turns[i] = next_turn++;
    entitled[i] = is_entitled(run, i);
}

/* The stops of a pass, before they are carried out. By count: all are needed, and enough. */
static void check_stops(struct case_run *run)
{
    struct scheduler *scheduler = &run->scheduler;
    int64_t sum = 0, least = INT64_MAX, room = scheduler->free_now.free_cards, own = 0;
    bool displaced = false; /* somebody within the guarantee of the head's tenant */
    for (int i = 0; i < work.count; i++)
        room += run->state[i] == CASE_WRITING ? case_job(run, i)->cards : 0;
    for (int32_t s = 0; s < scheduler->stop_count; s++) {
        const struct job *job = job_at(&run->table, scheduler->stops[s]);
        int victim = (int)job->order, head = (int)job_at(&run->table, scheduler->stops_for)->order;
        stops++;
        reclaims += work.jobs[victim].tenant != work.jobs[head].tenant;
        if (!allowed(run, victim, head))
            fail_msg("job %d may not stop job %d at %lld", head, victim, (long long)run->now);
        if (entitled[victim] && work.jobs[victim].tenant != work.jobs[head].tenant)
            fail_msg("job %d, entitled, is stopped by job %d at %lld", victim, head, (long long)run->now);
        bool of_own = work.jobs[victim].tenant == work.jobs[head].tenant;
        own += of_own ? job->cards : 0;
        displaced |= of_own && guarded(run, victim);
        sum += job->cards;
        least = job->cards < least ? job->cards : least;
    }
    const struct ordered_entry *first = queue_head(&scheduler->queue);
    if (scheduler->stop_count && !run->config.place->by_node) {
        assert_true(room + sum >= first->cards);
        assert_true(room + sum - least < first->cards);
    }
    if (displaced) { /* then the head must be within it */
        const struct job *head = job_at(&run->table, first->job);
        for (int i = 0; i < work.count; i++)
            own += run->state[i] == CASE_WRITING && work.jobs[i].tenant == head->tenant
                       ? case_job(run, i)->cards
                       : 0;
        assert_true(usage_of(run, head->tenant) - own + head->cards <= work.terms[head->tenant].guarantee);
    }
    if (scheduler->stop_count || !first || !at_once)
        return;
    /* the head waits: then not even all whom it may stop make room for it, but for those of its own tenant
     * within the guarantee */
    int head = (int)job_at(&run->table, first->job)->order;
    assert_true(first->cards > scheduler->free_now.free_cards);
    if (room >= first->cards)
        return; /* when the last checkpoint is written */
    for (int i = 0; i < work.count; i++)
        if (run->state[i] == CASE_RUNNING && allowed(run, i, head) && !guarded(run, i))
            room += case_job(run, i)->cards;
    if (room >= first->cards)
        fail_msg(
            "%s, depth %d, preempt %d, reclaim %d: job %d waits at %lld for %d cards; %d free, %d could be "
            "had",
            run->config.order->name, run->config.depth, run->config.preempt, run->config.reclaim, head,
            (long long)run->now, first->cards, (int)scheduler->free_now.free_cards, (int)room);
}

/* Where only priorities and guarantees speak, x stops y, y stops x, x stops y again never comes. */
static void check_circles(const struct case_run *run)
{
    for (int a = 0; a < run->stop_count; a++)
        for (int b = a + 1; b < run->stop_count; b++) {
            if (run->stops[b].head != run->stops[a].victim || run->stops[b].victim != run->stops[a].head)
                continue;
            for (int c = b + 1; c < run->stop_count; c++)
                if (run->stops[c].head == run->stops[a].head && run->stops[c].victim == run->stops[a].victim)
                    fail_msg("jobs %d and %d stop each other in turns", run->stops[a].head,
                             run->stops[a].victim);
        }
}

static void simulate(const struct scheduler_config *config, uint64_t seed)
{
    struct case_run *run = &run_of_test;
    next_turn = 0;
    case_open(run, &work, config);
    run->on_start = note_start;
    run->after_pass = check_stops;
    case_simulate(run);
    (void)seed;
}

static void test_every_stop_is_allowed(void **state)
{
    (void)state;
    static const char *const orders[] = {"priority",   "fcfs",        "srpt", "las",
                                         "fair-share", "round-robin", "sjf"};
    struct scheduler_config config = {.slice = 5, .half_life = 40};
    stops = reclaims = 0;
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++)
        for (int p = 0; (config.place = place_policy_at(p)); p++)
            for (config.preempt = 0; config.preempt <= PREEMPT_SLICE; config.preempt++)
                for (uint64_t seed = 0; seed < 60; seed++) {
                    config.order = config.candidates = order_policy_named(orders[o]);
                    config.depth = seed % 2 ? SCHEDULER_EASY : SCHEDULER_NONE;
                    config.reclaim = seed % 3 > 0;
                    at_once = !config.place->by_node;
                    case_draw(&work, seed, seed % 4, false);
                    if (seed % 3)
                        case_draw_tenants(&work, seed, seed % 5 == 0);
                    work.writing = seed % 7 == 0 ? 2 : 0;
                    simulate(&config, seed);
                }
    assert_true(stops > 20000 && reclaims > 3000);
}

static void test_never_in_circles(void **state)
{
    (void)state;
    struct scheduler_config config = {.depth = SCHEDULER_EASY, .half_life = 40};
    static const char *const orders[] = {"priority", "fair-share", "fcfs"};
    for (int o = 0; o < 3; o++)
        for (uint64_t seed = 0; seed < 3000; seed++) {
            config.order = config.candidates = order_policy_named(orders[o]);
            config.preempt = o == 0 ? PREEMPT_PRIORITY : PREEMPT_NONE;
            config.reclaim = true;
            config.place = place_policy_named(seed % 2 ? "count" : "first-fit");
            at_once = seed % 2;
            case_draw(&work, seed, seed % 4, false);
            case_draw_tenants(&work, seed, seed % 3 == 0);
            simulate(&config, seed);
            check_circles(&run_of_test);
        }
}

/* --- by hand: ten cards, who runs from 0 and who comes at 5 --- */

static void expect_stops(struct scheduler_config config, const char *order, const char *expected)
{
    config.order = config.candidates = order_policy_named(order);
    config.place = place_policy_named("count");
    config.depth = SCHEDULER_EASY;
    for (int i = 0; i < work.count; i++) {
        work.jobs[i].least = work.jobs[i].most = work.jobs[i].cards;
        work.jobs[i].planned = work.jobs[i].run;
    }
    struct case_run *run = &run_of_test;
    case_open(run, &work, &config);
    case_simulate(run);
    char text[200] = "";
    size_t length = 0;
    for (int s = 0; s < run->stop_count; s++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%d:%d>%d", s ? " " : "",
                                   (int)run->stops[s].at, run->stops[s].head, run->stops[s].victim);
    assert_string_equal(text, expected);
}

static void draw_ten(int count)
{
    work = (struct case_work){.nodes = 5, .per_node = 2, .cards = 10, .count = count};
}

/* Priority 1 and 2 run; 3 with priority 3 stops the less urgent one when that is enough, else both. */
static void test_least_urgent_first(void **state)
{
    (void)state;
    const struct scheduler_config config = {.preempt = PREEMPT_PRIORITY};
    draw_ten(3);
    work.jobs[0] = (struct case_spec){.run = 50, .cards = 5, .priority = 2};
    work.jobs[1] = (struct case_spec){.run = 50, .cards = 5, .priority = 1};
    work.jobs[2] = (struct case_spec){.submit = 5, .run = 10, .cards = 5, .priority = 3};
    expect_stops(config, "priority", "5:2>1");
    work.jobs[2].cards = 6;
    expect_stops(config, "priority", "5:2>0 5:2>1");
    work.jobs[2].priority = 2; /* only one may be stopped, and that would not do */
    expect_stops(config, "priority", "");
    work.jobs[1].cards = 3; /* spared: job 0 alone makes room */
    work.jobs[2] = (struct case_spec){.submit = 5, .run = 10, .cards = 7, .priority = 3};
    expect_stops(config, "priority", "5:2>0");
    expect_stops((struct scheduler_config){0}, "priority", "");
}

/* Tenant 0 borrows what tenant 1 is guaranteed; the latest borrower goes first. */
static void test_reclaim(void **state)
{
    (void)state;
    const struct scheduler_config config = {.reclaim = true};
    draw_ten(5);
    work.tenant_count = 2;
    work.terms[0] = (struct tenant_terms){.guarantee = 4, .limit = INT64_MAX, .weight = 1};
    work.terms[1] = (struct tenant_terms){.guarantee = 6, .limit = INT64_MAX, .weight = 1};
    for (int i = 0; i < 3; i++)
        work.jobs[i] = (struct case_spec){.submit = i, .run = 30, .cards = i ? 3 : 4};
    work.jobs[3] = (struct case_spec){.submit = 5, .run = 10, .cards = 3, .tenant = 1};
    work.jobs[4] = (struct case_spec){.submit = 6, .run = 10, .cards = 3, .tenant = 1};
    expect_stops(config, "fcfs", "5:3>2 6:4>1");
    work.jobs[4].cards = 4; /* beyond the guarantee it waits, until job 3 has ended */
    expect_stops(config, "fcfs", "5:3>2 15:4>1");
    work.jobs[3].cards = 7; /* beyond it for good, and before job 4 */
    expect_stops(config, "fcfs", "");
    expect_stops((struct scheduler_config){0}, "fcfs", "");
}

/* While job 0 writes its checkpoint two cards are idle: job 2, quick as it is, would be in the way. */
static void test_nobody_slips_in(void **state)
{
    (void)state;
    for (int reservations = 1; reservations < 3; reservations++) {
        struct scheduler_config config = {.preempt = PREEMPT_PRIORITY, .reservations = reservations};
        draw_ten(4);
        work.writing = 3;
        work.jobs[0] = (struct case_spec){.run = 50, .cards = 8};
        work.jobs[1] = (struct case_spec){.submit = 5, .run = 10, .cards = 10, .priority = 1};
        work.jobs[2] = (struct case_spec){.submit = 6, .run = 1, .cards = 2};
        work.jobs[3] = (struct case_spec){.submit = 19, .run = 1, .cards = 2};
        expect_stops(config, "priority", "5:1>0");
        assert_int_equal(run_of_test.start[1], 8);
        assert_int_equal(run_of_test.start[2], 18);
        assert_int_equal(run_of_test.start[0], 18);
        assert_int_equal(run_of_test.start[3], 19);
    }
}

/*
 * Job 1, more urgent, is beyond the guarantee that job 0 is within: were it to stop it, job 2 could stop job
 * 1, and job 0, entitled again, job 2. With as few cards as job 0 it takes its place.
 */
static void test_guarantees_are_not_given_away(void **state)
{
    (void)state;
    const struct scheduler_config config = {.preempt = PREEMPT_PRIORITY, .reclaim = true};
    draw_ten(3);
    work.tenant_count = 2;
    work.terms[0] = (struct tenant_terms){.guarantee = 5, .limit = INT64_MAX, .weight = 1};
    work.terms[1] = (struct tenant_terms){.guarantee = 0, .limit = INT64_MAX, .weight = 1};
    work.jobs[0] = (struct case_spec){.run = 20, .cards = 5};
    work.jobs[1] = (struct case_spec){.submit = 1, .run = 20, .cards = 7, .priority = 1};
    work.jobs[2] = (struct case_spec){.submit = 2, .run = 20, .cards = 6, .tenant = 1, .priority = 2};
    expect_stops(config, "priority", "");
    assert_int_equal(run_of_test.start[2], 20);
    work.jobs[1] = (struct case_spec){.run = 20, .cards = 5, .tenant = 1, .priority = 2};
    work.jobs[2] = (struct case_spec){.submit = 1, .run = 20, .cards = 5, .priority = 1};
    expect_stops(config, "priority", "1:2>0");
}

/* A slice of 4 each, in turns, and not before somebody waits. */
static void test_slices(void **state)
{
    (void)state;
    const struct scheduler_config config = {.preempt = PREEMPT_SLICE, .slice = 4};
    draw_ten(2);
    work.jobs[0] = (struct case_spec){.run = 12, .cards = 7};
    work.jobs[1] = (struct case_spec){.submit = 6, .run = 7, .cards = 6};
    expect_stops(config, "round-robin", "6:1>0 10:0>1 14:1>0");
    work.jobs[1].submit = 2;
    expect_stops(config, "round-robin", "4:1>0 8:0>1 12:1>0");
    work.jobs[1].cards = 3; /* fits beside it */
    expect_stops(config, "round-robin", "");
}

/* The shorter stops the longer, but not what has as little left; las after 3250 card-seconds. */
static void test_by_order(void **state)
{
    (void)state;
    draw_ten(2);
    work.jobs[0] = (struct case_spec){.run = 20, .cards = 7};
    work.jobs[1] = (struct case_spec){.submit = 6, .run = 13, .cards = 6};
    expect_stops((struct scheduler_config){0}, "srpt", "6:1>0");
    work.jobs[1].run = 14;
    expect_stops((struct scheduler_config){0}, "srpt", "");
    /* priority goes before length, so that they do not stop each other for ever */
    work.jobs[1].run = 13;
    work.jobs[0].priority = 1;
    expect_stops((struct scheduler_config){.preempt = PREEMPT_PRIORITY}, "srpt", "");
    work.jobs[1] = (struct case_spec){.submit = 6, .run = 400, .cards = 6, .priority = 2};
    expect_stops((struct scheduler_config){.preempt = PREEMPT_PRIORITY}, "srpt", "6:1>0");
}

static int free_arena(void **state)
{
    (void)state;
    arena_free(&run_of_test.arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_least_urgent_first),
        cmocka_unit_test(test_reclaim),
        cmocka_unit_test(test_nobody_slips_in),
        cmocka_unit_test(test_guarantees_are_not_given_away),
        cmocka_unit_test(test_slices),
        cmocka_unit_test(test_by_order),
        cmocka_unit_test(test_every_stop_is_allowed),
        cmocka_unit_test(test_never_in_circles),
    };
    return cmocka_run_group_tests_name("preempt", tests, NULL, free_arena);
}
