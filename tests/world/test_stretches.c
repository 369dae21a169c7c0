/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stretches of running that a replay hands over: they add up to the runs, lie between start and end, and
 * no card has two jobs at a time; nothing is kept unless asked for.
 */
#include "world_case.h"

#include "base/memory.h"
#include "engine/random.h"

enum { JOBS = 300, NODES = 6, CARDS_PER_NODE = 4 };

struct replayed {
    struct trace_job jobs[JOBS];
    struct world_job_outcome outcomes[JOBS];
    struct trace trace;
    struct arena arena;
};

/* Jobs of up to all cards, so dense that many are stopped under an order that preempts. */
static void draw_jobs(struct replayed *replayed, uint32_t replication)
{
    struct random_stream dice = random_open(20260117, replication, 0, RANDOM_TEST);
    int64_t submit = 0;
    for (int i = 0; i < JOBS; i++) {
        submit += (int64_t)(random_uniform(&dice) * 180e6);
        double size = random_uniform(&dice);
        int64_t run = (int64_t)(random_uniform(&dice) * random_uniform(&dice) * 1400e6);
        replayed->jobs[i] =
            (struct trace_job){.id = i + 1,
                               .submit = submit,
                               .run = run,
                               .request = run + (int64_t)(random_uniform(&dice) * 300e6),
                               .cards = 1 + (int32_t)(size * size * size * (NODES * CARDS_PER_NODE - 1))};
    }
    replayed->trace = (struct trace){.jobs = replayed->jobs, .count = JOBS, .tenant_count = 1};
}

static void run(struct replayed *replayed, const char *order, const char *place, bool wanted)
{
    struct plan_replay replay = {.cards = NODES * CARDS_PER_NODE,
                                 .cards_per_node = CARDS_PER_NODE,
                                 .shape = {.nodes = NODES, .cards_per_node = CARDS_PER_NODE},
                                 .scheduler = {.order = order_policy_named(order),
                                               .candidates = order_policy_named("fcfs"),
                                               .place = place_policy_named(place),
                                               .depth = scheduler_depth_named("easy")}};
    struct plan plan;
    struct metric_slots slots;
    plan_from_trace(&plan, &replayed->trace, &replay);
    metric_slots_build(&slots, &plan);
    struct world_result result = {.values = memory_alloc((size_t)slots.count, sizeof(double))};
    memset(replayed->outcomes, 0, sizeof replayed->outcomes);
    world_run(
        &(struct world_request){
            .plan = &plan, .slots = &slots, .outcomes = replayed->outcomes, .want_stretches = wanted},
        &replayed->arena, &result);
    assert_string_equal(result.problem, "");
    free(result.values);
    metric_slots_free(&slots);
    plan_free(&plan);
}

/* Cards that other stretches hold on the node when this one begins. */
static int32_t held_at(const struct replayed *replayed, int32_t node, const struct world_stretch *begins)
{
    int32_t held = 0;
    for (int i = 0; i < JOBS; i++)
        for (const struct world_stretch *s = replayed->outcomes[i].stretches; s; s = s->before)
            for (int32_t p = 0; s->from <= begins->from && begins->from < s->to && p < s->part_count; p++)
                held += s->parts[p].node == node ? s->parts[p].cards : 0;
    return held;
}

static void check_job(const struct replayed *replayed, int index, bool by_node)
{
    const struct world_job_outcome *outcome = &replayed->outcomes[index];
    const struct trace_job *job = &replayed->jobs[index];
    int64_t held = 0, waited = 0, later = outcome->end;
    int32_t count = 0;
    for (const struct world_stretch *s = outcome->stretches; s; s = s->before) {
        assert_true(s->from <= s->to && s->to <= later);
        if (s == outcome->stretches)
            assert_int_equal(s->to, outcome->end);
        waited += later - s->to;
        later = s->from;
        held += s->to - s->from;
        count++;
        assert_int_equal(s->cards, job->cards);
        int32_t cards = 0;
        for (int32_t p = 0; p < s->part_count; p++) {
            cards += s->parts[p].cards;
            assert_in_range(s->parts[p].node, 0, NODES - 1);
            if (s->from < s->to)
                assert_true(held_at(replayed, s->parts[p].node, s) <= CARDS_PER_NODE);
        }
        assert_int_equal(cards, by_node ? job->cards : 0);
        assert_int_equal(s->parts != NULL, by_node);
    }
    assert_int_equal(later, outcome->start);
    assert_int_equal(held, job->run);
    assert_int_equal(waited + outcome->start - job->submit, outcome->queued);
    assert_int_equal(count, outcome->restarts + 1);
}

static void test_stretches_add_up(void **state)
{
    (void)state;
    static const struct {
        const char *order, *place;
    } cases[] = {
        {"srpt", "spread"}, {"srpt", "count"}, {"las", "first-fit"}, {"fcfs", "random"}, {"sjf", "count"}};
    struct replayed *replayed = memory_alloc(1, sizeof *replayed);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (uint32_t replication = 0; replication < 3; replication++) {
            draw_jobs(replayed, replication);
            run(replayed, cases[c].order, cases[c].place, true);
            int32_t restarts = 0;
            for (int i = 0; i < JOBS; i++) {
                check_job(replayed, i, place_policy_named(cases[c].place)->by_node);
                restarts += replayed->outcomes[i].restarts;
            }
            if (order_policy_named(cases[c].order)->preempts)
                assert_true(restarts > 10); /* else nothing is tested of jobs in several stretches */
        }
    arena_free(&replayed->arena);
    free(replayed);
}

static void test_nothing_kept_unasked(void **state)
{
    (void)state;
    struct replayed *asked = memory_alloc(1, sizeof *asked), *plain = memory_alloc(1, sizeof *plain);
    draw_jobs(asked, 5);
    draw_jobs(plain, 5);
    run(asked, "srpt", "consolidate", true);
    run(plain, "srpt", "consolidate", false);
    for (int i = 0; i < JOBS; i++) {
        assert_null(plain->outcomes[i].stretches);
        assert_int_equal(plain->outcomes[i].start, asked->outcomes[i].start);
        assert_int_equal(plain->outcomes[i].end, asked->outcomes[i].end);
        assert_int_equal(plain->outcomes[i].queued, asked->outcomes[i].queued);
        assert_int_equal(plain->outcomes[i].restarts, asked->outcomes[i].restarts);
    }
    arena_free(&asked->arena);
    arena_free(&plain->arena);
    free(asked);
    free(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stretches_add_up),
        cmocka_unit_test(test_nothing_kept_unasked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
