/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Jobs that grow and shrink: by hand, then over random runs: no head waits while shrinking could make room,
 * no card is idle that somebody may grow into, nobody grows within resize_every of a change, and speeds
 * follow the curve that is given. Least <= cards <= most and the books are asserted in scheduler_case.h.
 */
#include "scheduler_case.h"

#include <math.h>
#include <stdio.h>

static struct case_work work;
static struct case_run run_of_test;
static int64_t changed[CASE_JOBS]; /* last resize */
static int resizes;

static void note_start(struct case_run *run, int i)
{
    changed[i] = run->now;
}

static void check(struct case_run *run)
{
    struct scheduler *scheduler = &run->scheduler;
    for (int32_t r = 0; r < scheduler->resized_count; r++) {
        const struct scheduler_resize *change = &scheduler->resized[r];
        const struct job *job = job_at(&run->table, change->job);
        int i = (int)job->order;
        assert_true(job->detail->turn < scheduler->pass_starts); /* what this pass starts is not told */
        if (change->new_cards > change->old_cards && job->detail->since != run->now)
            assert_true(run->now - changed[i] >= run->config.resize_every);
        changed[i] = run->now;
        resizes++;
    }
    if (scheduler->stop_count)
        return;
    const struct ordered_entry *head = queue_head(&scheduler->queue);
    /* with tenants, growth itself may make another job the head: it is looked at next time */
    if (head && run->config.depth != SCHEDULER_CONSERVATIVE && !work.tenant_count &&
        elastic_largest(scheduler) >= head->cards)
        fail_msg("%s, depth %d, %s: job %d waits at %lld for %d cards, %d could be had",
                 run->config.order->name, run->config.depth, run->config.place->name,
                 (int)job_at(&run->table, head->job)->order, (long long)run->now, head->cards,
                 (int)elastic_largest(scheduler));
    int64_t fits = run->config.place->largest(&scheduler->free_now);
    for (int i = 0; i < work.count && fits > 0; i++) {
        if (run->state[i] != CASE_RUNNING || case_job(run, i)->cards == work.jobs[i].most)
            continue;
        bool limited = tenants_room(&scheduler->tenants, work.jobs[i].tenant) <= 0;
        if (!limited && (run->start[i] == run->now || run->now - changed[i] >= run->config.resize_every))
            fail_msg("job %d could grow at %lld: %d cards are idle", i, (long long)run->now, (int)fits);
    }
}

static void test_random_runs(void **state)
{
    (void)state;
    struct scheduler_config config = {.slice = 6};
    static const char *const orders[] = {"fcfs", "sjf", "priority", "fair-share", "las"};
    resizes = 0;
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++)
        for (int p = 0; (config.place = place_policy_at(p)); p++)
            for (uint64_t seed = 0; seed < 150; seed++) {
                config.order = config.candidates = order_policy_named(orders[o]);
                config.depth = (int)(seed % 3);
                config.resize_every = 1 + (int64_t)(seed % 7);
                config.preempt = seed % 4 == 3 ? PREEMPT_SLICE : PREEMPT_NONE;
                case_draw(&work, 50 + seed, seed % 4, false);
                if (seed % 5 == 0)
                    case_draw_tenants(&work, seed, config.depth != SCHEDULER_CONSERVATIVE);
                case_draw_elastic(&work, seed);
                case_open(&run_of_test, &work, &config);
                run_of_test.on_start = note_start;
                run_of_test.after_pass = check;
                case_simulate(&run_of_test);
            }
    assert_true(resizes > 5000);
}

/* --- by hand: passes at given times, ten cards --- */

struct hand {
    struct arena arena;
    struct job_table table;
    struct scheduler scheduler;
    int64_t orders;
};

static void hand_open(struct hand *h, const char *place, struct scheduler_config config)
{
    memset(h, 0, sizeof *h);
    config.order = config.candidates = order_policy_named("fcfs");
    config.place = place_policy_named(place);
    config.depth = SCHEDULER_EASY;
    job_table_init(&h->table, &h->arena, true);
    scheduler_init(&h->scheduler, &config, &h->table, &h->arena, 5, 2);
    if (config.place->by_node)
        for (int32_t node = 0; node < 5; node++)
            scheduler_node_up(&h->scheduler, node);
    else
        scheduler_add_cards(&h->scheduler, 10);
}

static struct job *hand_submit(struct hand *h, int64_t now, int32_t least, int32_t wanted, int32_t most,
                               int64_t planned)
{
    int32_t index = job_create(&h->table);
    struct job *job = job_at(&h->table, index);
    job->order = h->orders++;
    job->submit = job->detail->ready = now;
    job->detail->least = least;
    job->detail->wanted = wanted;
    job->detail->most = most;
    job->cards = least;
    job->planned = planned;
    scheduler_submit(&h->scheduler, index, now);
    return job;
}

/* Who is below what it asked for first, up to that; then up to the most. Shrinking begins with who is
 * furthest above. */
static void test_shares(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h, "count", (struct scheduler_config){.resize_every = 100});
    struct job *a = hand_submit(&h, 0, 1, 4, 8, 40), *b = hand_submit(&h, 0, 2, 4, 8, 40);
    assert_int_equal(scheduler_pass(&h.scheduler, 0), 2);
    assert_int_equal(a->cards, 6); /* 4, then b 4, then the two idle ones to the first */
    assert_int_equal(b->cards, 4);
    assert_int_equal(h.scheduler.resized_count, 0); /* both have only just started */
    assert_int_equal(a->planned, 7);                /* 40 on one card is 6.67 on six */
    assert_int_equal(b->planned, 20);
    struct job *c =
        hand_submit(&h, 5, 5, 5, 5, 10); /* a gives what it has above b, then most to give first */
    assert_int_equal(scheduler_pass(&h.scheduler, 5), 1);
    assert_int_equal(c->cards, 5);
    assert_int_equal(a->cards, 1);
    assert_int_equal(b->cards, 4);
    assert_int_equal(h.scheduler.resized_count, 1);
    assert_int_equal(h.scheduler.resized[0].old_started, 0);
    assert_int_equal(h.scheduler.resized[0].old_cards, 6);
    assert_int_equal(a->started, 5);
    assert_int_equal(a->planned, 12); /* 2 left on six cards */
    assert_int_equal(a->detail->attained, 30);
    assert_int_equal(b->started, 0);
    scheduler_release(&h.scheduler, 2, 15);
    assert_int_equal(scheduler_pass(&h.scheduler, 15), 0);
    assert_int_equal(a->cards, 1); /* changed ten ago: it waits till 105 */
    assert_int_equal(b->cards, 4); /* started fifteen ago */
    assert_int_equal(scheduler_wake(&h.scheduler, 15), 100);
    scheduler_pass(&h.scheduler, 100);
    assert_int_equal(b->cards, 8);
    assert_int_equal(h.scheduler.resized_count, 1);
    assert_int_equal(a->cards, 1);
    assert_int_equal(scheduler_wake(&h.scheduler, 100), 105);
    scheduler_pass(&h.scheduler, 105);
    assert_int_equal(a->cards, 2);
    assert_int_equal(a->planned, 0); /* long past its plan */
    arena_free(&h.arena);
}

/* Five nodes of two: new parts behind the old ones, the last parts go first. */
static void test_parts(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h, "first-fit", (struct scheduler_config){.resize_every = 1});
    struct job *a = hand_submit(&h, 0, 2, 4, 10, 60);
    scheduler_pass(&h.scheduler, 0);
    assert_int_equal(a->cards, 10);
    assert_int_equal(a->part_count, 5);
    struct job *b = hand_submit(&h, 4, 3, 3, 3, 10);
    assert_int_equal(scheduler_pass(&h.scheduler, 4), 1);
    assert_int_equal(b->cards, 3);
    int32_t sum = 0;
    for (int32_t i = 0; i < a->part_count; i++)
        sum += a->parts[i].cards;
    assert_int_equal(sum, a->cards);
    assert_int_equal(a->parts[0].node, 0);
    assert_true(a->cards >= 2 && a->cards <= 7);
    scheduler_release(&h.scheduler, 1, 9);
    scheduler_pass(&h.scheduler, 9);
    assert_int_equal(a->cards, 10);
    assert_int_equal(h.scheduler.free_now.free_cards, 0);
    arena_free(&h.arena);
}

/* A curve on which double the cards are 1.6 times the speed. */
static double curve(const void *context, const struct job *job, int32_t cards)
{
    return *(const double *)context * pow((double)cards / job->detail->wanted, log2(1.6));
}

static void test_scaling_curve(void **state)
{
    (void)state;
    double unit = 3;
    struct hand h;
    hand_open(&h, "count",
              (struct scheduler_config){.resize_every = 50, .speed = curve, .speed_context = &unit});
    struct job *a = hand_submit(&h, 0, 2, 4, 8, 1600);
    scheduler_pass(&h.scheduler, 0);
    assert_int_equal(a->cards, 8);
    assert_int_equal(a->planned, 625); /* 1600 / 1.6 / 1.6 */
    hand_submit(&h, 125, 6, 6, 6, 10);
    assert_int_equal(scheduler_pass(&h.scheduler, 125), 1);
    assert_int_equal(a->cards, 4);
    assert_true(a->planned == 800 || a->planned == 801); /* 500 x 1.6 */
    assert_true(elastic_is(a));
    arena_free(&h.arena);
}

/* 6 cards are set aside in [20, 30): who would grow into them does not, unless it ends before. */
static void test_growth_keeps_clear_of_windows(void **state)
{
    (void)state;
    const char *const places[] = {"count", "first-fit"};
    for (int p = 0; p < 2; p++) {
        struct hand h;
        hand_open(&h, places[p], (struct scheduler_config){.resize_every = 5});
        scheduler_set_aside(&h.scheduler, 20, 30, 6, 5);
        struct job *a = hand_submit(&h, 0, 2, 2, 10, 100);
        assert_int_equal(scheduler_pass(&h.scheduler, 0), 1);
        assert_int_equal(a->cards, 4);
        scheduler_release(&h.scheduler, 0, 1);
        struct job *b = hand_submit(&h, 1, 2, 2, 10, 19);
        assert_int_equal(scheduler_pass(&h.scheduler, 1), 1);
        assert_int_equal(b->cards, 10);
        arena_free(&h.arena);
    }
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
        cmocka_unit_test(test_shares),        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_scaling_curve), cmocka_unit_test(test_growth_keeps_clear_of_windows),
        cmocka_unit_test(test_random_runs),
    };
    return cmocka_run_group_tests_name("elastic", tests, NULL, free_arena);
}
