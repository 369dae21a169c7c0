/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gangs that lose and gain nodes while they run, over every placement by node and every depth of
 * reservations: against books kept by hand after each step, and a scheduler that goes on starting the others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "engine/random.h"
#include "scheduler/members.h"

enum { NODES = 37, PER_NODE = 4, STEPS = 4000, JOBS = 400 };

struct members_case {
    struct arena arena;
    struct job_table table;
    struct scheduler scheduler;
    struct random_stream dice;
    int32_t running[JOBS];
    int running_count;
    int64_t now, orders;
    int64_t served[1 << 13]; /* [order] card-us by hand */
    int32_t owner[NODES];    /* job, -1 free, -2 down */
};

static int32_t pick(struct members_case *c, int32_t count)
{
    return (int32_t)(random_uniform(&c->dice) * count);
}

static void submit(struct members_case *c)
{
    int32_t index = job_create(&c->table);
    struct job *job = job_at(&c->table, index);
    job->order = c->orders++;
    job->submit = c->now;
    job->cards = PER_NODE * (1 + pick(c, 6));
    job->detail->wanted = job->detail->least = job->detail->most = job->cards;
    job->work = job->planned = 1000 + pick(c, 50000);
    scheduler_submit(&c->scheduler, index, c->now);
}

static void pass(struct members_case *c)
{
    int32_t started = scheduler_pass(&c->scheduler, c->now);
    for (int32_t i = 0; i < started; i++) {
        int32_t index = c->scheduler.started[i];
        const struct job *job = job_at(&c->table, index);
        c->running[c->running_count++] = index;
        for (int32_t p = 0; p < job->part_count; p++) {
            assert_int_equal(c->owner[job->parts[p].node], -1);
            c->owner[job->parts[p].node] = index;
        }
    }
}

static void check_books(const struct members_case *c)
{
    int64_t free_cards = 0, held = 0;
    for (int32_t node = 0; node < NODES; node++) {
        assert_int_equal(c->scheduler.free_now.free[node], c->owner[node] == -1 ? PER_NODE : 0);
        free_cards += c->owner[node] == -1 ? PER_NODE : 0;
        held += c->owner[node] >= 0 ? PER_NODE : 0;
    }
    assert_int_equal(c->scheduler.free_now.free_cards, free_cards);
    assert_int_equal(c->scheduler.running_cards, held);
    assert_int_equal(c->scheduler.running.count, c->running_count);
    for (int i = 0; i < c->running_count; i++) {
        const struct job *job = job_at(&c->table, c->running[i]);
        assert_int_equal(job->part_count * PER_NODE, job->cards);
        for (int32_t p = 0; p < job->part_count; p++)
            assert_int_equal(c->owner[job->parts[p].node], c->running[i]);
        assert_int_equal(job_attained(job, c->now), c->served[job->order]);
    }
}

static void advance_time(struct members_case *c, int64_t by)
{
    c->now += by;
    for (int i = 0; i < c->running_count; i++) {
        const struct job *job = job_at(&c->table, c->running[i]);
        c->served[job->order] += by * job->cards;
    }
}

/* Loses one node, gains another where there is one; half of the time a new stretch begins. */
static void change_one(struct members_case *c)
{
    int32_t index = c->running[pick(c, c->running_count)];
    struct job *job = job_at(&c->table, index);
    struct members change;
    assert_true(members_whole(&c->scheduler, job));
    int32_t at = pick(c, job->part_count), lost = job->parts[at].node;
    bool replaced = false, restarts = pick(c, 2);
    int64_t left = job->planned - (c->now - job->started);
    members_open(&change, &c->scheduler, index, c->now);
    if (job->part_count > 1) {
        members_lose(&change, at);
        c->owner[lost] = -1;
    }
    if (restarts)
        members_restart(&change, left > 0 ? left + 500 : 500);
    members_close(&change);
    if (c->owner[lost] == -1) { /* the lost node is down before another is looked for */
        scheduler_node_down(&c->scheduler, lost);
        c->owner[lost] = -2;
    }
    int32_t found = members_find(&c->scheduler, index, c->now);
    if (found >= 0) {
        assert_int_equal(c->owner[found], -1);
        members_open(&change, &c->scheduler, index, c->now);
        members_gain(&change, found);
        members_close(&change);
        c->owner[found] = index;
        replaced = true;
    }
    if (!replaced)
        for (int32_t node = 0; node < NODES; node++)
            assert_int_not_equal(c->owner[node], -1);
}

static void end_one(struct members_case *c)
{
    int at = pick(c, c->running_count);
    int32_t index = c->running[at];
    c->running[at] = c->running[--c->running_count];
    for (int32_t node = 0; node < NODES; node++)
        if (c->owner[node] == index)
            c->owner[node] = -1;
    scheduler_release(&c->scheduler, index, c->now);
    job_release(&c->table, index);
}

static void repair_one(struct members_case *c)
{
    int32_t from = pick(c, NODES);
    for (int32_t i = 0; i < NODES; i++) {
        int32_t node = (from + i) % NODES;
        if (c->owner[node] != -2)
            continue;
        scheduler_node_up(&c->scheduler, node);
        c->owner[node] = -1;
        return;
    }
}

static void run(const char *order, const char *place, const char *depth, uint32_t seed)
{
    struct members_case *c = test_calloc(1, sizeof *c);
    struct scheduler_config config = {.order = order_policy_named(order),
                                      .candidates = order_policy_named(order),
                                      .place = place_policy_named(place),
                                      .depth = scheduler_depth_named(depth),
                                      .reservations = 2,
                                      .salt = seed};
    struct topology_shape shape = {
        .nodes = NODES, .cards_per_node = PER_NODE, .units_per_server = 1, .leaf = 8, .pod = 16};
    struct topology topology = topology_build(&shape);
    config.topology = &topology;
    c->dice = random_open(20261124, seed, 0, RANDOM_TEST);
    job_table_init(&c->table, &c->arena, true);
    scheduler_init(&c->scheduler, &config, &c->table, &c->arena, NODES, PER_NODE);
    for (int32_t node = 0; node < NODES; node++) {
        scheduler_node_up(&c->scheduler, node);
        c->owner[node] = -1;
    }
    for (int step = 0; step < STEPS; step++) {
        advance_time(c, pick(c, 700));
        int what = pick(c, 10);
        if (what < 4 && c->scheduler.queue.count < 40)
            submit(c);
        else if (what < 6 && c->running_count)
            change_one(c);
        else if (what < 8 && c->running_count)
            end_one(c);
        else
            repair_one(c);
        pass(c);
        check_books(c);
    }
    assert_true(c->orders > 200);
    scheduler_end(&c->scheduler);
    arena_free(&c->arena);
    test_free(c);
}

static void test_random_changes(void **state)
{
    (void)state;
    static const char *const orders[] = {"fcfs", "sjf", "las", "fair-share"};
    static const char *const depths[] = {"none", "easy", "conservative"};
    uint32_t seed = 0;
    for (int i = 0; place_policy_at(i); i++)
        for (size_t d = 0; place_policy_at(i)->by_node && d < 3; d++)
            for (size_t o = 0; o < 4; o++)
                run(orders[o], place_policy_at(i)->name, depths[d], seed++);
}

static void test_parts_of_nodes_are_not_whole(void **state)
{
    (void)state;
    struct scheduler scheduler = {.free_now = {.cards = 8}};
    struct job_part parts[] = {{.node = 3, .cards = 8}, {.node = 5, .cards = 4}};
    struct job job = {.parts = parts, .part_count = 2, .cards = 12};
    assert_false(members_whole(&scheduler, &job));
    job.part_count = 1;
    job.cards = 8;
    assert_true(members_whole(&scheduler, &job));
    job.part_count = 0;
    job.cards = 0;
    assert_false(members_whole(&scheduler, &job)); /* placed by count */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_changes),
        cmocka_unit_test(test_parts_of_nodes_are_not_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
