/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Waits without the warm-up: M/M/c that starts empty, against Erlang's formula for the stationary queue.
 *
 * At 95% load a queue of one server needs thousands of jobs to fill. Over 6,000 jobs from empty the plain
 * mean is clearly too low; what MSER-5 leaves must be much nearer, and the records it leaves out must be
 * those at the beginning.
 */
#include "queue_case.h"

#include "stats/quantile.h"
#include "study/settle.h"

enum { JOBS = 6000, FUTURES = 900 };

/* The metrics of a run are those of its records from that job on. */
static void check_records(const struct world_case *c, const struct trace *trace,
                          const struct world_job_outcome *outcomes, int64_t first)
{
    static double waits[JOBS];
    double sum = 0;
    size_t count = (size_t)(JOBS - first);
    for (int64_t i = first; i < JOBS; i++) {
        waits[i - first] = (double)(outcomes[i].start - trace->jobs[i].submit) / 1e6;
        sum += waits[i - first];
    }
    quantile_sort(waits, count);
    double expected[] = {sum / (double)count, quantile_sorted(waits, count, 0.5),
                         quantile_sorted(waits, count, 0.95), waits[count - 1]};
    enum metric_id metrics[] = {METRIC_WAIT_MEAN, METRIC_WAIT_P50, METRIC_WAIT_P95, METRIC_WAIT_MAX};
    for (int i = 0; i < 4; i++)
        assert_true(fabs(case_value(c, "all", metrics[i]) - expected[i]) <= 1e-9 * expected[i]);
    assert_true(case_value(c, "all", METRIC_JOBS_STARTED) == JOBS);
}

static void check_queue(int servers, double load)
{
    struct trace trace = {.count = JOBS};
    trace.jobs = memory_alloc(JOBS, sizeof *trace.jobs);
    struct world_job_outcome *outcomes = memory_alloc(JOBS, sizeof *outcomes);
    struct plan_replay replay = {
        .cards = servers,
        .cards_per_node = 1,
        .scheduler = {.order = order_policy_named("fcfs"),
                      .candidates = order_policy_named("fcfs"),
                      .place = place_policy_named("count"),
                      .depth = scheduler_depth_named("none")},
    };
    struct accumulator plain = {0}, warm = {0};
    struct world_case c = {0};
    struct settle_sums sums = {.count = -1};
    struct world_waits waits = {0};
    int64_t settled = 0;
    /* the pilot first, then futures of their own: otherwise they would judge themselves */
    for (uint32_t r = 0; r < SETTLE_FUTURES + FUTURES; r++) {
        queue_trace(&trace, 11, servers, load, r);
        if (r == 0) {
            plan_from_trace(&c.plan, &trace, &replay);
            case_ready(&c);
        }
        bool pilot = r < SETTLE_FUTURES;
        struct world_request request = {
            .plan = &c.plan, .slots = &c.slots, .outcomes = outcomes, .waits = pilot ? &waits : NULL};
        world_run(&request, &c.arena, &c.result);
        if (pilot) {
            settle_add(&sums, &waits);
            settled = settle_jobs(&sums);
            continue;
        }
        accumulator_add(&plain, case_value(&c, "all", METRIC_WAIT_MEAN) * 1e6 / mean_service);
        request.settled = &settled;
        world_run(&request, &c.arena, &c.result);
        check_records(&c, &trace, outcomes, settled);
        accumulator_add(&warm, case_value(&c, "all", METRIC_WAIT_MEAN) * 1e6 / mean_service);
    }
    free(sums.sum);
    free(waits.wait);
    double exact = erlang_wait(servers, load);
    print_message(
        "M/M/%d load %.2f: exact %.4g, all jobs %.4g +- %.2g, settled %.4g +- %.2g, %lld left out\n", servers,
        load, exact, plain.mean, accumulator_half_width(&plain, 0.95), warm.mean,
        accumulator_half_width(&warm, 0.95), (long long)settled);
    assert_true(plain.mean + accumulator_half_width(&plain, 0.99) < exact); /* there is something to repair */
    assert_true(fabs(warm.mean - exact) < 0.6 * fabs(plain.mean - exact));
    assert_true(fabs(warm.mean - exact) < accumulator_half_width(&warm, 0.99));
    assert_true(settled > 100 && settled % 5 == 0);
    case_free(&c);
    free(outcomes);
    free(trace.jobs);
}

static void test_from_empty(void **state)
{
    (void)state;
    check_queue(64, 0.95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_from_empty)};
    return cmocka_run_group_tests_name("warm_up", tests, NULL, NULL);
}
