/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The promise by node against one that is worked out at once and from nothing: shadow, what the head leaves
 * over then, and what of it is free now, after every start and end that leaves the promise standing. The
 * nodes are asked for at a random moment: it must not matter when.
 */
#include "engine/clock.h"
#include "engine/dice_case.h"
#include "scheduler/reservation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_NODES = 24, MOST_RUNNING = 40 };

struct stage {
    struct arena arena;
    struct dice dice;
    const struct place_policy *place;
    struct job_table jobs;
    struct ordered running;
    struct nodes free_now;
    struct reservation reservation;
    struct nodes scratch;
    int64_t order;
    int32_t index[MOST_RUNNING];
    int count;    /* running */
    int32_t last; /* job made */
    int32_t head;
    int64_t shadow;
    int32_t left[MOST_NODES]; /* by the head at the shadow */
};

static void make(struct stage *stage, struct nodes *nodes, const struct topology *topology)
{
    nodes_init(nodes, &stage->arena, topology->nodes, topology->cards_per_node);
    nodes_group(nodes, &stage->arena, topology);
}

static void open_stage(struct stage *stage, const struct place_policy *place, uint64_t seed)
{
    arena_reset(&stage->arena);
    stage->dice.state = seed;
    stage->place = place;
    stage->order = stage->count = 0;
    struct topology topology =
        topology_build(&(struct topology_shape){.nodes = (int32_t)dice_whole(&stage->dice, 1, MOST_NODES),
                                                .cards_per_node = (int32_t)dice_whole(&stage->dice, 1, 8),
                                                .domain = (int32_t)dice_whole(&stage->dice, 0, 3),
                                                .pod = 6 * (int32_t)dice_whole(&stage->dice, 0, 2)});
    job_table_init(&stage->jobs, &stage->arena, false);
    ordered_init(&stage->running, &stage->arena);
    make(stage, &stage->free_now, &topology);
    make(stage, &stage->scratch, &topology);
    reservation_init(&stage->reservation, &stage->arena, topology.nodes, topology.cards_per_node, &topology);
    for (int32_t node = 0; node < topology.nodes; node++)
        nodes_set(&stage->free_now, node, topology.cards_per_node);
}

static struct job *new_job(struct stage *stage, int32_t cards, int64_t planned)
{
    stage->last = job_create(&stage->jobs);
    struct job *job = job_at(&stage->jobs, stage->last);
    job->order = stage->order++;
    job->cards = cards;
    job->planned = planned;
    return job;
}

/* Places a job on a view, at time `now`; returns the job. */
static const struct job *start(struct stage *stage, const struct nodes *view, int32_t cards, int64_t now,
                               int64_t planned)
{
    struct job *job = new_job(stage, cards, planned);
    job_reserve_parts(&stage->jobs, job, cards / view->cards + 1);
    struct place_request request = place_request_of(job, 0);
    job->part_count = stage->place->choose(view, &request, job->parts);
    for (int32_t i = 0; i < job->part_count; i++)
        nodes_set(&stage->free_now, job->parts[i].node,
                  stage->free_now.free[job->parts[i].node] - job->parts[i].cards);
    job->started = now;
    int32_t index = stage->last;
    ordered_insert(&stage->running, job_plan_end(job), job->order, index, cards, planned);
    stage->index[stage->count++] = index;
    return job;
}

static const struct job *end(struct stage *stage, int which)
{
    const struct job *job = job_at(&stage->jobs, stage->index[which]);
    stage->index[which] = stage->index[--stage->count];
    ordered_remove(&stage->running, job_plan_end(job), job->order);
    for (int32_t i = 0; i < job->part_count; i++)
        nodes_set(&stage->free_now, job->parts[i].node,
                  stage->free_now.free[job->parts[i].node] + job->parts[i].cards);
    return job;
}

/* What is free once all running jobs planned to end by `at` have ended. */
static void view_at(struct stage *stage, int64_t at)
{
    nodes_copy(&stage->scratch, &stage->free_now);
    for (int k = 0; k < stage->count; k++) {
        const struct job *job = job_at(&stage->jobs, stage->index[k]);
        for (int32_t i = 0; job_plan_end(job) <= at && i < job->part_count; i++)
            nodes_set(&stage->scratch, job->parts[i].node,
                      stage->scratch.free[job->parts[i].node] + job->parts[i].cards);
    }
}

static void promise_at_once(struct stage *stage, int64_t now)
{
    const struct job *head = job_at(&stage->jobs, stage->head);
    stage->shadow = -1;
    for (int k = 0; k < stage->count; k++) {
        int64_t at = job_plan_end(job_at(&stage->jobs, stage->index[k]));
        view_at(stage, at);
        if (stage->place->largest(&stage->scratch) < head->cards)
            continue;
        at = at > now ? at : now;
        stage->shadow = stage->shadow < 0 || at < stage->shadow ? at : stage->shadow;
    }
    assert_true(stage->shadow >= now);
    view_at(stage, stage->shadow);
    struct job_part parts[MOST_NODES + 1];
    struct place_request request = place_request_of(head, 0);
    int32_t count = stage->place->choose(&stage->scratch, &request, parts);
    for (int32_t node = 0; node < stage->free_now.count; node++)
        stage->left[node] = stage->scratch.free[node];
    for (int32_t i = 0; i < count; i++)
        stage->left[parts[i].node] -= parts[i].cards;
}

/* Once the head's nodes are asked for, what may be used beside it is right to the last card. */
static void check(struct stage *stage)
{
    struct reservation *reservation = &stage->reservation;
    assert_int_equal(reservation->shadow, stage->shadow);
    int64_t fit_now = stage->place->largest(&stage->free_now);
    int64_t bound = reservation_fit_later(reservation, stage->place, fit_now);
    if (!reservation->chosen && !dice_once_in(&stage->dice, 3))
        return;
    reservation_choose(reservation, stage->place, &stage->jobs, &stage->free_now);
    int32_t levels[65] = {0};
    for (int32_t node = 0; node < stage->free_now.count; node++) {
        int32_t free = stage->free_now.free[node];
        free = free < stage->left[node] ? free : stage->left[node];
        assert_int_equal(reservation->later.free[node], free);
        levels[free]++;
    }
    assert_memory_equal(levels, reservation->later.level_count,
                        ((size_t)stage->free_now.cards + 1) * sizeof *levels);
    int64_t fit = stage->place->largest(&reservation->later);
    assert_true(fit <= bound);
    assert_int_equal(reservation_fit_later(reservation, stage->place, fit_now), fit);
}

/* Starts and ends under the promise, as the scheduler does. */
static void live_on(struct stage *stage, int64_t now)
{
    struct reservation *reservation = &stage->reservation;
    for (int step = 0; step < 12 && now < stage->shadow; step++) {
        check(stage);
        int64_t fit = stage->place->largest(&stage->free_now);
        int which = stage->count ? (int)dice_whole(&stage->dice, 0, stage->count - 1) : 0;
        if (dice_once_in(&stage->dice, 2) && stage->count &&
            job_plan_end(job_at(&stage->jobs, stage->index[which])) < stage->shadow) {
            reservation_follow(reservation, &stage->free_now, end(stage, which), +1);
        } else if (fit && stage->count < MOST_RUNNING && dice_once_in(&stage->dice, 2)) {
            int64_t planned = dice_whole(&stage->dice, 0, stage->shadow - now);
            const struct job *job =
                start(stage, &stage->free_now, (int32_t)dice_whole(&stage->dice, 1, fit), now, planned);
            reservation_follow(reservation, &stage->free_now, job, -1);
        } else if (reservation->chosen && stage->place->largest(&reservation->later) &&
                   stage->count < MOST_RUNNING) {
            fit = stage->place->largest(&reservation->later);
            const struct job *job =
                start(stage, &reservation->later, (int32_t)dice_whole(&stage->dice, 1, fit), now,
                      stage->shadow - now + dice_whole(&stage->dice, 1, 9));
            reservation_follow(reservation, &stage->free_now, job, -1);
            for (int32_t i = 0; i < job->part_count; i++)
                stage->left[job->parts[i].node] -= job->parts[i].cards;
        }
        now += dice_once_in(&stage->dice, 4);
    }
    if (now < stage->shadow)
        check(stage);
}

static void test_by_node(void **state)
{
    (void)state;
    static struct stage stage;
    for (int p = 0; place_policy_at(p); p++) {
        const struct place_policy *place = place_policy_at(p);
        int promises = 0;
        for (uint64_t seed = 0; place->by_node && seed < 500; seed++) {
            open_stage(&stage, place, 1 + seed * 7919);
            int64_t machine = stage.free_now.free_cards, now = 1000;
            for (int round = 0; round < 6; round++, now += dice_whole(&stage.dice, 0, 6)) {
                int64_t fit;
                while ((fit = place->largest(&stage.free_now)) > 0 && stage.count < 24 &&
                       !dice_once_in(&stage.dice, 9)) {
                    int64_t most = dice_once_in(&stage.dice, 3) || fit < 4 ? fit : fit / 4;
                    start(&stage, &stage.free_now, (int32_t)dice_whole(&stage.dice, 1, most), now,
                          dice_once_in(&stage.dice, 12) ? CLOCK_NEVER : dice_whole(&stage.dice, 0, 15));
                }
                fit = place->largest(&stage.free_now);
                if (fit == machine)
                    continue;
                new_job(&stage, (int32_t)dice_whole(&stage.dice, fit + 1, machine), 5);
                stage.head = stage.last;
                reservation_find(&stage.reservation, place, &stage.jobs, &stage.running, &stage.free_now,
                                 stage.head, now);
                assert_true(stage.reservation.valid && !stage.reservation.open);
                promise_at_once(&stage, now);
                assert_int_equal(stage.reservation.closed, stage.shadow == CLOCK_NEVER);
                if (stage.reservation.closed)
                    continue;
                promises++;
                live_on(&stage, now);
            }
        }
        assert_true(!place->by_node || promises > 1000);
    }
    arena_free(&stage.arena);
}

/* More than the machine has: nothing to protect. */
static void test_oversized(void **state)
{
    (void)state;
    static struct stage stage;
    open_stage(&stage, place_policy_named("subtree"), 5);
    new_job(&stage, (int32_t)stage.free_now.free_cards + 1, 5);
    stage.head = stage.last;
    reservation_find(&stage.reservation, stage.place, &stage.jobs, &stage.running, &stage.free_now,
                     stage.head, 17);
    assert_true(stage.reservation.open && stage.reservation.valid && !stage.reservation.closed);
    assert_true(reservation_fit_later(&stage.reservation, stage.place, 3) == INT64_MAX);
    arena_free(&stage.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_node),
        cmocka_unit_test(test_oversized),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
