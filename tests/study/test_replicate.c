/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many futures: the same values and the same rows on any number of threads, in order, until stopped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "study/replicate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FUTURES = 10 };

/* A small Wuxi, still with supply, build-out, jobs, failures and checkpoints. */
static const char *const sets[] = {
    "replications=10",
    "horizon=500d",
    "site.wuxi.cards=512",
    "site.wuxi.opens_at_cards=64",
    "site.wuxi.jobs_per_day=30",
    "site.wuxi.large_job_cards=128",
    "site.wuxi.reliability=meta-rsc1",
};

struct study {
    struct scenario scenario;
    struct plan plan;
    struct metric_slots slots;
};

/* What the callbacks saw. */
struct seen {
    struct text timeline, deliveries, failures, jobs;
    int handed;        /* futures whose rows came */
    int last_progress; /* futures done */
    int stop_after;    /* 0: never */
    volatile sig_atomic_t stop;
};

static int open_study(void **state)
{
    struct study *study = memory_alloc(1, sizeof *study);
    const char *source = getenv("TENK_SOURCE");
    char file[4096];
    snprintf(file, sizeof file, "%s/scenarios/wuxi-10k.cfg", source ? source : ".");
    struct error_list errors = {0};
    bool good = scenario_read(&study->scenario, file, sets, sizeof sets / sizeof *sets, &errors);
    error_print(&errors, 0, stderr);
    error_list_free(&errors);
    if (!good)
        return -1;
    plan_from_scenario(&study->plan, &study->scenario);
    metric_slots_build(&study->slots, &study->plan);
    *state = study;
    return 0;
}

static int close_study(void **state)
{
    struct study *study = *state;
    metric_slots_free(&study->slots);
    plan_free(&study->plan);
    scenario_free(&study->scenario);
    free(study);
    return 0;
}

/* All rows that come together are of one future, the next one. */
static void keep_rows(struct text *to, const struct text *rows, int future)
{
    char start[16];
    size_t length = (size_t)snprintf(start, sizeof start, "%d,", future);
    for (const char *row = text_string(rows); *row; row = strchr(row, '\n') + 1)
        assert_int_equal(strncmp(row, start, length), 0);
    text_append(to, text_string(rows), rows->length);
}

static bool take_rows(void *context, const struct world_result *result)
{
    struct seen *seen = context;
    int future = seen->handed++;
    keep_rows(&seen->timeline, &result->timeline, future);
    keep_rows(&seen->deliveries, &result->deliveries, future);
    keep_rows(&seen->failures, &result->failures, future);
    keep_rows(&seen->jobs, &result->jobs, future);
    return true;
}

static void see_progress(void *context, int done, int count)
{
    struct seen *seen = context;
    assert_int_equal(count, FUTURES);
    assert_int_equal(done, seen->last_progress + 1);
    seen->last_progress = done;
    if (done == seen->stop_after)
        seen->stop = 1;
}

static void run_study(const struct study *study, int threads, struct seen *seen,
                      struct replicate_result *result)
{
    struct replicate_request request = {
        .plan = &study->plan,
        .slots = &study->slots,
        .count = FUTURES,
        .threads = threads,
        .want_jobs = true,
        .want_series = true,
        .stop = &seen->stop,
        .rows = take_rows,
        .progress = see_progress,
        .context = seen,
    };
    replicate_run(&request, result);
    assert_string_equal(result->problem, "");
    assert_int_equal(result->done, seen->last_progress);
}

static void free_seen(struct seen *seen, struct replicate_result *result)
{
    text_free(&seen->timeline);
    text_free(&seen->deliveries);
    text_free(&seen->failures);
    text_free(&seen->jobs);
    free(result->values);
}

static size_t value_bytes(const struct study *study, int futures)
{
    return (size_t)futures * (size_t)study->slots.count * sizeof(double);
}

static void test_threads_change_nothing(void **state)
{
    const struct study *study = *state;
    struct seen first = {0};
    struct replicate_result alone;
    run_study(study, 1, &first, &alone);
    assert_int_equal(alone.done, FUTURES);
    assert_int_equal(first.handed, FUTURES);
    assert_int_equal(alone.threads, 1);
    assert_true(first.timeline.length > 10000 && first.deliveries.length > 10000);
    assert_true(first.failures.length > 5000 && first.jobs.length > 100000);
    for (int threads = 2; threads <= 3; threads++) {
        struct seen more = {0};
        struct replicate_result result;
        run_study(study, threads, &more, &result);
        assert_int_equal(result.done, FUTURES);
        assert_int_equal(result.events, alone.events);
        assert_memory_equal(result.values, alone.values, value_bytes(study, FUTURES));
        assert_string_equal(more.timeline.bytes, first.timeline.bytes);
        assert_string_equal(more.deliveries.bytes, first.deliveries.bytes);
        assert_string_equal(more.failures.bytes, first.failures.bytes);
        assert_string_equal(more.jobs.bytes, first.jobs.bytes);
        free_seen(&more, &result);
    }
    free_seen(&first, &alone);
}

/* A future depends on its number alone: not on those before it, nor on what is written of it. */
static void test_a_future_by_itself(void **state)
{
    const struct study *study = *state;
    struct replicate_request request = {
        .plan = &study->plan, .slots = &study->slots, .count = FUTURES, .threads = 2};
    struct replicate_result result;
    replicate_run(&request, &result);
    assert_int_equal(result.done, FUTURES);
    double *values = memory_alloc((size_t)study->slots.count, sizeof *values);
    int64_t events = 0;
    for (int r = FUTURES - 1; r >= 0; r--) {
        struct arena arena = {0};
        struct world_result world = {.values = values};
        struct world_request one = {.plan = &study->plan, .slots = &study->slots, .replication = (uint32_t)r};
        world_run(&one, &arena, &world);
        assert_memory_equal(values, result.values + r * study->slots.count, value_bytes(study, 1));
        assert_int_equal(world.timeline.length + world.jobs.length, 0);
        events += world.events;
        arena_free(&arena);
    }
    assert_int_equal(events, result.events);
    assert_memory_not_equal(result.values, result.values + study->slots.count, value_bytes(study, 1));
    free(values);
    free(result.values);
}

static void test_no_more_threads_than_futures(void **state)
{
    const struct study *study = *state;
    struct replicate_request request = {
        .plan = &study->plan, .slots = &study->slots, .count = 2, .threads = 16};
    struct replicate_result result;
    replicate_run(&request, &result);
    assert_int_equal(result.threads, 2);
    free(result.values);
    request.threads = 0;
    request.count = 1;
    replicate_run(&request, &result);
    assert_int_equal(result.threads, 1);
    assert_int_equal(result.done, 1);
    free(result.values);
}

static void test_stopped_before_it_begins(void **state)
{
    const struct study *study = *state;
    for (int threads = 1; threads <= 3; threads++) {
        struct seen seen = {.stop = 1};
        struct replicate_result result;
        run_study(study, threads, &seen, &result);
        assert_int_equal(result.done, 0);
        assert_int_equal(seen.handed, 0);
        free_seen(&seen, &result);
    }
}

/* Stopped on the way: what was handed over is whole and the same as ever. */
static void test_stopped_on_the_way(void **state)
{
    const struct study *study = *state;
    struct seen all = {0};
    struct replicate_result whole;
    run_study(study, 2, &all, &whole);
    for (int threads = 1; threads <= 3; threads++) {
        struct seen seen = {.stop_after = 4};
        struct replicate_result result;
        run_study(study, threads, &seen, &result);
        assert_true(result.done >= 4 && result.done < FUTURES);
        assert_true(seen.handed <= result.done);
        if (threads == 1)
            assert_int_equal(seen.handed, 4);
        assert_memory_equal(result.values, whole.values, value_bytes(study, seen.handed));
        if (seen.handed)
            assert_memory_equal(seen.jobs.bytes, all.jobs.bytes, seen.jobs.length);
        free_seen(&seen, &result);
    }
    free_seen(&all, &whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_change_nothing),       cmocka_unit_test(test_a_future_by_itself),
        cmocka_unit_test(test_no_more_threads_than_futures), cmocka_unit_test(test_stopped_before_it_begins),
        cmocka_unit_test(test_stopped_on_the_way),
    };
    return cmocka_run_group_tests_name("replicate", tests, open_study, close_study);
}
