/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting in order and EASY by count, start by start against a naive scheduler that looks at every promise
 * and every candidate anew; and the planner with one reservation against both (planner.h). */
#include "properties_case.h"

static struct case_work work;
static struct case_run runs[2];
static struct nodes view;

/* Cards that are free when all jobs planned to end by `at` have; at < now: those free already. */
static int64_t naive_free(const struct case_run *run, int64_t at)
{
    int64_t cards = work.cards;
    for (int i = 0; i < work.count; i++) {
        if (!case_holds_cards(run, i))
            continue;
        int64_t plan_end = job_plan_end(case_job(run, i)); /* past it: planned to end now */
        if ((plan_end > run->now ? plan_end : run->now) > at)
            cards -= work.jobs[i].cards;
    }
    return cards;
}

static bool naive_may_pass(const struct case_run *run, int head, int i)
{
    const struct case_spec *job = &work.jobs[i];
    if (job->cards > naive_free(run, run->now - 1))
        return false;
    int64_t shadow = case_promise(run, &view, head);
    if (shadow < 0)
        return true;
    if (shadow == CLOCK_NEVER)
        return false;
    return job->planned <= shadow - run->now || job->cards <= naive_free(run, shadow) - work.jobs[head].cards;
}

static void naive_start(struct case_run *run, int i)
{
    case_job(run, i)->started = run->now;
    run->state[i] = CASE_RUNNING;
    run->start[i] = run->now;
    run->end[i] = run->now + work.jobs[i].run;
}

static void naive_pass(struct case_run *run)
{
    int head;
    while ((head = case_head(run)) >= 0 && work.jobs[head].cards <= naive_free(run, run->now - 1))
        naive_start(run, head);
    bool tried[CASE_JOBS] = {false};
    while (run->config.depth == SCHEDULER_EASY && head >= 0) {
        int next = -1;
        for (int i = 0; i < work.count; i++)
            if (run->state[i] == CASE_WAITING && i != head && !tried[i] &&
                (next < 0 || case_comes_before(run, run->config.candidates, i, next)))
                next = i;
        if (next < 0)
            return;
        tried[next] = true;
        if (naive_may_pass(run, head, next))
            naive_start(run, next);
    }
}

/* Every start must be the same; of those that are not, the first is told. */
static void compare(const struct scheduler_config *config, uint64_t seed, const char *with)
{
    int first = -1;
    int64_t when = CLOCK_NEVER;
    for (int i = 0; i < work.count; i++) {
        int64_t a = runs[0].start[i], b = runs[1].start[i], early = a < b ? a : b;
        if (a != b && early < when) {
            first = i;
            when = early;
        }
        assert_int_equal(runs[0].state[i], runs[1].state[i]);
    }
    if (first >= 0)
        fail_msg(
            "%s, candidates %s, place %s, depth %d, event %d, seed %d: job %d starts at %lld, by the %s at "
            "%lld",
            config->order->name, config->candidates->name, config->place->name, config->depth,
            config->event_pass, (int)seed, first, (long long)runs[0].start[first], with,
            (long long)runs[1].start[first]);
}

static void check_reference(const struct scheduler_config *config)
{
    for (uint64_t seed = 0; !config->place->by_node && seed < 300; seed++) {
        case_draw(&work, 1000 + seed / 4, seed % 4, seed % 5 == 0);
        case_open(&runs[0], &work, config);
        case_simulate(&runs[0]);
        case_open(&runs[1], &work, config);
        nodes_init(&view, &runs[1].arena, 0, 1);
        runs[1].naive = naive_pass;
        case_simulate(&runs[1]);
        compare(config, seed, "naive scheduler");
    }
}

static void test_naive(void **state)
{
    (void)state;
    case_each(check_reference, SCHEDULER_EASY + 1);
}

/* A window so far ahead that nobody runs into it makes every pass the planner's. */
static void check_planner(const struct scheduler_config *config)
{
    for (uint64_t seed = 0; !config->event_pass && seed < 120; seed++) {
        case_draw(&work, 7000 + seed / 4, seed % 3, seed % 5 == 0); /* no plans without an end */
        for (int i = 0; i < work.count; i++) /* a plan of 0 counts as 1 us for the planner */
            work.jobs[i].planned += work.jobs[i].planned == 0;
        case_open(&runs[1], &work, config);
        case_simulate(&runs[1]);
        case_open(&runs[0], &work, config);
        scheduler_set_aside(&runs[0].scheduler, CLOCK_NEVER - 7, CLOCK_NEVER - 1, 1, 0);
        case_simulate(&runs[0]);
        compare(config, seed, "single reservation");
    }
}

static void test_planner_with_one_reservation(void **state)
{
    (void)state;
    case_each(check_planner, SCHEDULER_EASY + 1);
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
        cmocka_unit_test(test_naive),
        cmocka_unit_test(test_planner_with_one_reservation),
    };
    return cmocka_run_group_tests_name("scheduler reference", tests, NULL, free_arenas);
}
