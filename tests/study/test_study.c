/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many futures: the same values and the same rows on any number of threads, in any order of asking, until
 * stopped, and again from the journal. */
#include "study_case.h"

#include <unistd.h>

enum { FUTURES = 10 };

struct seen {
    struct text timeline, deliveries, failures, jobs;
    int handed;            /* futures whose rows came */
    int64_t last_progress; /* units done */
    int64_t wanted;
    int64_t stop_after; /* 0: never */
    volatile sig_atomic_t stop;
};

static void see_progress(void *context, int64_t done, int64_t wanted)
{
    struct seen *seen = context;
    assert_true(done <= wanted);
    assert_int_equal(done, seen->last_progress + 1);
    seen->last_progress = done;
    seen->wanted = wanted;
    if (done == seen->stop_after)
        seen->stop = 1;
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

static void free_seen(struct seen *seen)
{
    text_free(&seen->timeline);
    text_free(&seen->deliveries);
    text_free(&seen->failures);
    text_free(&seen->jobs);
}

/* A study with rows, run to its end or until it is stopped. */
static struct study *run_study(struct study_config *config, int threads, struct seen *seen)
{
    struct error_list errors = {0};
    *config = (struct study_config){
        .command = "run",
        .threads = threads,
        .journal = case_path("study.journal"),
        .fresh = true,
        .want_rows = true,
        .want_jobs = true,
        .stop = &seen->stop,
        .progress = see_progress,
        .context = seen,
    };
    struct study *study = study_open(config, &errors);
    assert_non_null(study);
    case_wuxi(study, NULL);
    case_ask(study, 0, 0, FUTURES);
    error_list_free(&errors);
    return study;
}

static void test_threads_change_nothing(void **state)
{
    (void)state;
    struct seen first = {0};
    struct study_config config;
    struct study_unit units[FUTURES];
    case_units(units, 0, 0, FUTURES);
    struct study *alone = run_study(&config, 1, &first);
    struct study_facts facts = study_facts(alone);
    assert_int_equal(facts.known, FUTURES);
    assert_int_equal(facts.computed, FUTURES);
    assert_int_equal(facts.threads, 1);
    assert_true(study_rows(alone, units, FUTURES, take_rows, &first));
    assert_int_equal(first.handed, FUTURES);
    assert_true(first.timeline.length > 10000 && first.deliveries.length > 10000);
    assert_true(first.failures.length > 5000 && first.jobs.length > 100000);
    for (int threads = 2; threads <= 3; threads++) {
        struct seen more = {0};
        struct study_config other;
        assert_int_equal(unlink(case_path("study.journal")), 0); /* alone keeps its own open */
        assert_int_equal(unlink(case_path("study.journal.rows")), 0);
        struct study *study = run_study(&other, threads, &more);
        assert_int_equal(study_facts(study).events, facts.events);
        case_same_values(study, 0, alone, 0, FUTURES);
        assert_true(study_rows(study, units, FUTURES, take_rows, &more));
        assert_string_equal(more.timeline.bytes, first.timeline.bytes);
        assert_string_equal(more.deliveries.bytes, first.deliveries.bytes);
        assert_string_equal(more.failures.bytes, first.failures.bytes);
        assert_string_equal(more.jobs.bytes, first.jobs.bytes);
        free_seen(&more);
        study_close(study);
    }
    free_seen(&first);
    study_close(alone);
}

/* A future depends on its number alone: not on those before it, nor on what is written of it. */
static void test_a_future_by_itself(void **state)
{
    (void)state;
    struct study_config config = {.command = "run", .threads = 2};
    struct error_list errors = {0};
    struct study *study = study_open(&config, &errors);
    case_wuxi(study, NULL);
    case_ask(study, 0, 0, FUTURES);
    size_t slots = (size_t)study_slots(study, 0)->count;
    double *values = memory_alloc(slots, sizeof *values);
    int64_t events = 0;
    for (int r = FUTURES - 1; r >= 0; r--) {
        struct arena arena = {0};
        struct world_result world = {.values = values};
        struct world_request one = {
            .plan = study_plan(study, 0), .slots = study_slots(study, 0), .replication = (uint32_t)r};
        world_run(&one, &arena, &world);
        assert_memory_equal(values, study_values(study, 0, r), slots * sizeof *values);
        assert_int_equal(world.timeline.length + world.jobs.length, 0);
        events += world.events;
        arena_free(&arena);
    }
    assert_int_equal(events, study_facts(study).events);
    assert_memory_not_equal(study_values(study, 0, 0), study_values(study, 0, 1), slots * sizeof *values);
    assert_null(study_values(study, 0, FUTURES));
    assert_null(study_values(study, 0, 12345));
    assert_null(study_values(study, 0, STUDY_MIRROR | 3));
    free(values);
    study_close(study);
}

/* Asked for again, in another order, under another name: nothing is computed twice, addresses hold. */
static void test_known_units(void **state)
{
    (void)state;
    struct study_config config = {.command = "compare", .threads = 2};
    struct error_list errors = {0};
    struct study *study = study_open(&config, &errors);
    assert_int_equal(case_wuxi(study, NULL), 0);
    assert_int_equal(case_wuxi(study, "site.wuxi.jobs_per_day=31"), 1);
    assert_int_equal(case_wuxi(study, "site.wuxi.jobs_per_day=30"), 2); /* as the first */
    const struct study_unit units[] = {{1, 7}, {0, 3}, {1, 300}, {0, 0}, {1, STUDY_MIRROR | 7}};
    assert_true(study_run(study, units, 5));
    assert_int_equal(study_facts(study).computed, 5);
    const double *seven = study_values(study, 1, 7);
    size_t bytes = (size_t)study_slots(study, 1)->count * sizeof *seven;
    assert_memory_not_equal(seven, study_values(study, 1, 300), bytes);
    assert_ptr_equal(study_values(study, 2, 3), study_values(study, 0, 3));
    assert_null(study_values(study, 1, 299));
    assert_non_null(study_values(study, 1, STUDY_MIRROR | 7));
    const struct study_unit more[] = {{0, 0}, {2, 3}, {0, 5000}, {1, 7}};
    assert_true(study_run(study, more, 4));
    assert_int_equal(study_facts(study).computed, 6);
    assert_int_equal(study_facts(study).known, 9);
    assert_ptr_equal(study_values(study, 1, 7), seven);
    assert_true(study_run(study, NULL, 0));
    assert_true(study_complete(study));
    study_close(study);
}

static void test_bad_point(void **state)
{
    (void)state;
    struct study_config config = {.command = "run"};
    struct error_list errors = {0};
    struct study *study = study_open(&config, &errors);
    const char *const wrong[] = {"site.wuxi.cardz=7"};
    assert_int_equal(study_add_point(study, case_scenario(), wrong, 1, &errors), -1);
    assert_int_equal(errors.inputs, 1);
    assert_int_equal(study_add_point(study, "no-such.cfg", NULL, 0, &errors), -1);
    assert_true(error_any(&errors));
    assert_int_equal(case_wuxi(study, NULL), 0); /* goes on */
    error_list_free(&errors);
    study_close(study);
}

static void test_no_more_threads_than_units(void **state)
{
    (void)state;
    struct study_config config = {.command = "run", .threads = 16};
    struct error_list errors = {0};
    struct study *study = study_open(&config, &errors);
    case_wuxi(study, NULL);
    case_ask(study, 0, 0, 2);
    assert_int_equal(study_facts(study).threads, 2);
    study_close(study);
}

/* Stopped before it begins, or on the way: what is known is whole, and the journal goes on with it. */
static void test_stopped(void **state)
{
    (void)state;
    struct study_config config = {.command = "run", .threads = 2};
    struct error_list errors = {0};
    struct study *whole = study_open(&config, &errors);
    case_wuxi(whole, NULL);
    case_ask(whole, 0, 0, FUTURES);
    for (int threads = 1; threads <= 3; threads++) {
        struct seen seen = {.stop = 1};
        struct study_config stopped;
        struct study *study = run_study(&stopped, threads, &seen);
        assert_int_equal(study_state(study), STUDY_STOPPED);
        assert_int_equal(study_facts(study).known, 0);
        study_close(study);
        assert_int_equal(access(case_path("study.journal"), F_OK), -1); /* nothing to go on with */
        assert_int_equal(access(case_path("study.journal.rows"), F_OK), -1);

        seen = (struct seen){.stop_after = 4};
        study = run_study(&stopped, threads, &seen);
        int64_t known = study_facts(study).known;
        assert_int_equal(study_state(study), STUDY_STOPPED);
        assert_true(known >= 4 && known < FUTURES);
        if (threads == 1)
            assert_int_equal(known, 4);
        assert_false(study_run(study, &(struct study_unit){0, 0}, 1)); /* stopped for good */
        study_close(study);

        assert_null(study_open(
            &(struct study_config){.command = "run", .journal = case_path("study.journal")}, &errors));
        assert_int_equal(errors.inputs, threads);
        stopped.resume = true;
        stopped.fresh = false;
        seen = (struct seen){.last_progress = known};
        study = study_open(&stopped, &errors);
        case_wuxi(study, NULL);
        case_ask(study, 0, 0, FUTURES);
        assert_int_equal(study_facts(study).computed, FUTURES - known);
        case_same_values(study, 0, whole, 0, FUTURES);
        struct study_unit units[FUTURES];
        case_units(units, 0, 0, FUTURES);
        assert_true(study_rows(study, units, FUTURES, take_rows, &seen));
        assert_int_equal(seen.handed, FUTURES);
        free_seen(&seen);
        study_done(study);
        study_close(study);
        assert_int_equal(access(case_path("study.journal"), F_OK), -1);
        assert_int_equal(access(case_path("study.journal.rows"), F_OK), -1);
    }
    error_list_free(&errors);
    study_close(whole);
}

/* Shares are disjoint and together all; sources give what they know, and nothing is computed then. */
static void test_shares(void **state)
{
    (void)state;
    enum { SHARES = 3 };
    struct error_list errors = {0};
    char paths[SHARES][4200];
    const char *sources[SHARES];
    struct study_config plain = {.command = "run", .threads = 1};
    struct study *whole = study_open(&plain, &errors);
    case_wuxi(whole, NULL);
    case_ask(whole, 0, 0, FUTURES);
    for (int share = 0; share < SHARES; share++) {
        snprintf(paths[share], sizeof paths[share], "%s.%d", case_path("share"), share);
        sources[share] = paths[share];
        struct study_config config = {.command = "run",
                                      .threads = 2,
                                      .journal = paths[share],
                                      .fresh = true,
                                      .shard = share,
                                      .shards = SHARES};
        struct study *study = study_open(&config, &errors);
        case_wuxi(study, NULL);
        struct study_unit units[FUTURES];
        case_units(units, 0, 0, FUTURES);
        assert_true(study_run(study, units, FUTURES));
        assert_false(study_complete(study));
        for (int r = 0; r < FUTURES; r++)
            assert_int_equal(study_values(study, 0, r) != NULL, r % SHARES == share);
        study_close(study);
    }
    for (int have = 1; have <= SHARES; have++) {
        struct study_config config = {
            .command = "run", .sources = sources, .source_count = have, .compute_none = true};
        struct study *study = study_open(&config, &errors);
        case_wuxi(study, NULL);
        struct study_unit units[FUTURES];
        case_units(units, 0, 0, FUTURES);
        assert_true(study_run(study, units, FUTURES));
        assert_int_equal(study_complete(study), have == SHARES);
        assert_int_equal(study_facts(study).computed, 0);
        if (have == SHARES)
            case_same_values(study, 0, whole, 0, FUTURES);
        study_done(study);
        study_close(study);
    }
    for (int share = 0; share < SHARES; share++)
        assert_int_equal(unlink(paths[share]), 0); /* sources stay */
    study_close(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_a_future_by_itself),
        cmocka_unit_test(test_known_units),
        cmocka_unit_test(test_bad_point),
        cmocka_unit_test(test_no_more_threads_than_units),
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_shares),
    };
    return cmocka_run_group_tests_name("study", tests, case_folder_make, case_folder_remove);
}
