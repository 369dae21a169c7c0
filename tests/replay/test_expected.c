/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Schedules of real logs, job by job against those that other simulators published: PYSS (kth-sp2, sdsc-sp2,
 * its own test cases), the Helios simulator (philly); and figures: of RLScheduler's windows (lublin), and
 * those on which several simulators agree (gang-10k). All files are read from the folder of traces; where
 * there is none, the tests are skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/lines.h"
#include "base/memory.h"
#include "world/world.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND INT64_C(1000000)

enum { SKIPPED = 77, PATH = 1024 };

struct policy {
    const char *order, *backfill, *candidates; /* NULL: fcfs, none, fcfs */
    const char *place;                         /* NULL: count */
    bool actual;                               /* plan with the actual run times */
    bool event;                                /* --pass event */
};

struct replayed {
    struct trace trace;
    struct world_job_outcome *outcomes;
    double wait_mean, wait_max, slowdown_mean; /* as in summary.csv, s */
    int64_t last_end;                          /* s */
};

/* Name of a file of the traces in path; false when it cannot be read. */
static bool trace_file(char path[PATH], const char *name)
{
    const char *folder = getenv("TENK_TRACES"), *source = getenv("TENK_SOURCE");
    if (folder && *folder)
        snprintf(path, PATH, "%s/%s", folder, name);
    else
        snprintf(path, PATH, "%s/../shared/traces/%s", source && *source ? source : ".", name);
    return access(path, R_OK) == 0;
}

/* Skips the test, with a line that says so, when a file is not there. */
static void need(char path[PATH], const char *name)
{
    if (trace_file(path, name))
        return;
    print_message("skipped: there is no %s (TENK_TRACES names the folder of traces)\n", path);
    skip();
}

static void read_log(struct replayed *replayed, const char *name, const struct trace_options *options)
{
    char path[PATH];
    struct error_list errors = {0};
    need(path, name);
    memset(replayed, 0, sizeof *replayed);
    if (!trace_read(path, options, &replayed->trace, &errors) || errors.count)
        fail_msg("%s: %s", name, errors.items[0].message);
    error_list_free(&errors);
}

static double value_of(const struct metric_slots *slots, const double *values, enum metric_id metric)
{
    int slot = metric_slot_find(slots, "all", metric);
    assert_true(slot >= 0);
    return values[slot];
}

static const char *word(const char *given, const char *fallback)
{
    return given ? given : fallback;
}

/* Runs the trace; may be called again with another policy. */
static void run(struct replayed *replayed, const struct policy *policy, int64_t cards, int32_t per_node)
{
    struct plan_replay request = {
        .cards = cards,
        .cards_per_node = per_node,
        .scheduler = {.order = order_policy_named(word(policy->order, "fcfs")),
                      .candidates = order_policy_named(word(policy->candidates, "fcfs")),
                      .place = place_policy_named(word(policy->place, "count")),
                      .depth = scheduler_depth_named(word(policy->backfill, "none")),
                      .event_pass = policy->event},
        .plan_actual = policy->actual,
    };
    struct plan plan;
    struct metric_slots slots;
    struct arena arena = {0};
    plan_from_trace(&plan, &replayed->trace, &request);
    metric_slots_build(&slots, &plan);
    free(replayed->outcomes);
    replayed->outcomes = memory_alloc((size_t)replayed->trace.count, sizeof *replayed->outcomes);
    struct world_result result = {.values = memory_alloc((size_t)slots.count, sizeof(double))};
    world_run(&(struct world_request){.plan = &plan, .slots = &slots, .outcomes = replayed->outcomes}, &arena,
              &result);
    if (result.problem[0])
        fail_msg("a built-in check failed: %s", result.problem);
    assert_false(result.stopped);
    assert_int_equal(value_of(&slots, result.values, METRIC_JOBS_COMPLETED), replayed->trace.count);
    replayed->wait_mean = value_of(&slots, result.values, METRIC_WAIT_MEAN);
    replayed->wait_max = value_of(&slots, result.values, METRIC_WAIT_MAX);
    replayed->slowdown_mean = value_of(&slots, result.values, METRIC_SLOWDOWN_MEAN);
    int64_t last = 0;
    for (int64_t i = 0; i < replayed->trace.count; i++)
        last = replayed->outcomes[i].end > last ? replayed->outcomes[i].end : last;
    replayed->last_end = last / SECOND;
    arena_free(&arena);
    free(result.values);
    metric_slots_free(&slots);
    plan_free(&plan);
}

static void done(struct replayed *replayed)
{
    free(replayed->outcomes);
    if (replayed->trace.format) /* else the jobs are an array of the test */
        trace_free(&replayed->trace);
}

/* Fails unless job `index` starts and ends (s) as expected. */
static void compare(const struct replayed *replayed, int64_t index, const char *log, int64_t start,
                    int64_t end)
{
    const struct trace_job *job = &replayed->trace.jobs[index];
    const struct world_job_outcome *got = &replayed->outcomes[index];
    if (got->start != start * SECOND)
        fail_msg("%s: job %lld starts at %.6f s, expected %lld s", log, (long long)job->id,
                 (double)got->start / 1e6, (long long)start);
    if (got->end != end * SECOND)
        fail_msg("%s: job %lld ends at %.6f s, expected %lld s", log, (long long)job->id,
                 (double)got->end / 1e6, (long long)end);
}

/*
 * Compares every start with a published file: "id,wait" or "id,submit,run,procs,estimate,start". Both files
 * list the jobs in the order of the log.
 */
static void compare_file(const struct replayed *replayed, const char *name)
{
    char path[PATH];
    need(path, name);
    struct lines *lines = lines_open(path);
    assert_non_null(lines);
    char *text;
    size_t length;
    assert_int_equal(lines_next(lines, &text, &length), LINES_TEXT);
    bool waits = strcmp(text, "id,wait") == 0;
    if (!waits)
        assert_string_equal(text, "id,submit,run,procs,estimate,start");
    int64_t row = 0;
    for (; lines_next(lines, &text, &length) == LINES_TEXT; row++) {
        assert_true(row < replayed->trace.count);
        const struct trace_job *job = &replayed->trace.jobs[row];
        long long id, start;
        if (waits) {
            assert_int_equal(sscanf(text, "%lld,%lld", &id, &start), 2);
            start += job->submit / SECOND;
        } else {
            assert_int_equal(sscanf(text, "%lld,%*d,%*d,%*d,%*d,%lld", &id, &start), 2);
        }
        assert_int_equal(job->id, id);
        compare(replayed, row, name, start, start + job->run / SECOND);
    }
    lines_close(lines);
    assert_int_equal(row, replayed->trace.count);
}

/* Fails unless the value, written with so many decimals, is the published one. */
static void compare_figure(const char *what, double got, const char *published, int decimals)
{
    char text[64];
    snprintf(text, sizeof text, "%.*f", decimals, got);
    if (strcmp(text, published) != 0)
        fail_msg("%s: got %s, expected %s", what, text, published);
}

/* The mean over all jobs of max(1, (wait + run) / max(10 s, run)), from the outcomes alone. */
static double slowdown_of(const struct replayed *replayed)
{
    double sum = 0;
    for (int64_t i = 0; i < replayed->trace.count; i++) {
        const struct trace_job *job = &replayed->trace.jobs[i];
        double run_time = (double)job->run, wait = (double)(replayed->outcomes[i].start - job->submit);
        sum += fmax(1, (wait + run_time) / fmax(10e6, run_time));
    }
    return sum / (double)replayed->trace.count;
}

static const struct policy easy_requested = {.backfill = "easy", .event = true};
static const struct policy easy_actual = {.backfill = "easy", .event = true, .actual = true};
static const struct policy sjbf_actual = {
    .backfill = "easy", .candidates = "sjf", .event = true, .actual = true};
static const struct policy sjbf_requested = {.backfill = "easy", .candidates = "sjf", .event = true};
static const struct policy conservative = {.backfill = "conservative", .event = true};
static const struct policy fcfs_event = {.event = true};
static const struct policy fcfs_instant = {.event = false};

/* EASY requested, EASY actual, EASY-SJBF actual, all as published; EASY-SJBF requested. */
enum { PUBLISHED = 4 };

static void pyss_log(const char *log, int64_t cards, const char *const published[PUBLISHED])
{
    static const struct {
        const struct policy *policy;
        const char *file; /* NULL: only the mean is published */
    } cases[] = {
        {&easy_requested, "easy_reqtime"},
        {&easy_actual, "easy_clairvoyant"},
        {&sjbf_actual, "easysjbf_clairvoyant"},
        {&sjbf_requested, NULL},
        {&fcfs_event, "fcfs"},
        {&fcfs_instant, "fcfs"},
        {&conservative, "conservative"},
    };
    struct replayed replayed;
    char name[128];
    snprintf(name, sizeof name, "%s/input.swf.gz", log);
    read_log(&replayed, name, &(struct trace_options){.strict = true});
    assert_int_equal(replayed.trace.max_cards, cards);
    for (int i = 0; i < (int)(sizeof cases / sizeof cases[0]); i++) {
        run(&replayed, cases[i].policy, cards, 1);
        snprintf(name, sizeof name, "%s/expected.%s.csv.gz", log, cases[i].file ? cases[i].file : "");
        char path[PATH];
        if (cases[i].policy == &conservative && !trace_file(path, name))
            continue; /* published for one of the logs only */
        if (cases[i].file)
            compare_file(&replayed, name);
        if (i >= PUBLISHED)
            continue;
        snprintf(name, sizeof name, "%s, bounded slowdown of %s", log,
                 cases[i].file ? cases[i].file : "easysjbf_reqtime");
        compare_figure(name, replayed.slowdown_mean, published[i], 6);
        compare_figure(name, slowdown_of(&replayed), published[i], 6);
    }
    done(&replayed);
}

static void test_kth(void **state)
{
    (void)state;
    static const char *const published[PUBLISHED] = {"92.576540", "71.722385", "49.847719", "69.405401"};
    pyss_log("kth-sp2", 100, published);
}

static void test_sdsc(void **state)
{
    (void)state;
    static const char *const published[PUBLISHED] = {"87.870324", "70.477942", "56.836221", "84.888945"};
    pyss_log("sdsc-sp2", 128, published);
}

/*
 * PYSS's own cases: submit, expected finish, estimate, processors, actual run time, three more. The finish is
 * the integer part of the second column; jobs are numbered in the order of the file.
 */
enum { CASE_JOBS = 256, CASE_CARDS = 100 };

struct pyss_case {
    struct trace_job jobs[CASE_JOBS];
    int64_t finish[CASE_JOBS]; /* s, by id */
    int count;
};

static int by_submission(const void *a, const void *b)
{
    const struct trace_job *x = a, *y = b;
    if (x->submit != y->submit)
        return x->submit < y->submit ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static void case_read(struct pyss_case *pyss, const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char line[512];
    pyss->count = 0;
    for (int number = 1; fgets(line, sizeof line, file); number++) {
        if (line[0] == '#' || line[strspn(line, " \t\r\n")] == 0)
            continue;
        long long submit, estimate, actual;
        double finish;
        int cards;
        if (sscanf(line, "%lld %lf %lld %d %lld", &submit, &finish, &estimate, &cards, &actual) != 5)
            fail_msg("%s:%d: not a job: %s", path, number, line);
        assert_true(pyss->count < CASE_JOBS);
        int id = pyss->count++;
        pyss->finish[id] = (int64_t)finish;
        pyss->jobs[id] = (struct trace_job){.id = id,
                                            .submit = submit * SECOND,
                                            .run = actual * SECOND,
                                            .request = estimate * SECOND,
                                            .cards = cards,
                                            .line = number};
    }
    fclose(file);
    assert_true(pyss->count > 0);
    qsort(pyss->jobs, (size_t)pyss->count, sizeof pyss->jobs[0], by_submission);
}

static void case_run(struct pyss_case *pyss, const char *name, const char *policy_name,
                     const struct policy *policy)
{
    char label[300];
    snprintf(label, sizeof label, "pyss-cases/%s, %s", name, policy_name);
    struct replayed replayed = {.trace = {.jobs = pyss->jobs, .count = pyss->count}};
    run(&replayed, policy, CASE_CARDS, 1);
    for (int i = 0; i < pyss->count; i++) {
        int64_t finish = pyss->finish[pyss->jobs[i].id];
        compare(&replayed, i, label, finish - pyss->jobs[i].run / SECOND, finish);
    }
    done(&replayed);
}

static void test_pyss_cases(void **state)
{
    (void)state;
    static const struct {
        const char *prefix;
        bool fcfs, easy, sjbf, conservative;
    } kinds[] = {
        {"basic_input.", true, true, false, true},     {"fcfs_input.", true, false, false, false},
        {"bf_input.", false, true, false, true},       {"easy_bf_input.", false, true, false, false},
        {"sjbf.", false, false, true, false},          {"extreme_input.", true, true, true, true},
        {"cons_bf_input.", false, false, false, true},
    };
    enum { KINDS = sizeof kinds / sizeof kinds[0] };
    char folder[PATH];
    need(folder, "pyss-cases");
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    int files = 0, runs = 0;
    const struct dirent *entry;
    while ((entry = readdir(directory))) {
        if (entry->d_name[0] == '.')
            continue;
        int kind = 0;
        while (kind < KINDS && strncmp(entry->d_name, kinds[kind].prefix, strlen(kinds[kind].prefix)) != 0)
            kind++;
        if (kind == KINDS)
            fail_msg("pyss-cases/%s is of no kind known here", entry->d_name);
        files++;
        char path[PATH + 300];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        static struct pyss_case pyss;
        case_read(&pyss, path);
        if (kinds[kind].fcfs)
            case_run(&pyss, entry->d_name, "FCFS", &fcfs_event);
        if (kinds[kind].easy)
            case_run(&pyss, entry->d_name, "EASY", &easy_requested);
        if (kinds[kind].sjbf)
            case_run(&pyss, entry->d_name, "EASY-SJBF", &sjbf_requested);
        if (kinds[kind].conservative)
            case_run(&pyss, entry->d_name, "conservative", &conservative);
        runs += kinds[kind].fcfs + kinds[kind].easy + kinds[kind].sjbf + kinds[kind].conservative;
    }
    closedir(directory);
    assert_int_equal(files, 58);
    /* 29 basic and 3 extreme for FCFS and EASY, 8 FCFS, 9 + 4 EASY; 3 extreme and 3 more for EASY-SJBF */
    assert_int_equal(runs,
                     2 * (29 + 3) + 8 + 9 + 4 + 3 + 3 + 29 + 9 + 2 + 3); /* the last four: conservative */
}

static void test_philly(void **state)
{
    (void)state;
    static const struct {
        const char *cluster;
        int nodes;
        const char *order, *file;
        int64_t jobs;
    } cases[] = {
        {"2869ce", 16, "fcfs", "philly/expected.2869ce_n16_fifo.csv", 315},
        {"2869ce", 16, "sjf", "philly/expected.2869ce_n16_sjf.csv", 315},
        {"2869ce", 5, "fcfs", "philly/expected.2869ce_n5_fifo.csv", 315},
        {"2869ce", 5, "sjf", "philly/expected.2869ce_n5_sjf.csv", 315},
        {"e13805", 5, "fcfs", "philly/expected.e13805_n5_fifo.csv", 264},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct replayed replayed;
        struct policy policy = {.order = cases[i].order, .place = "consolidate", .actual = true};
        struct trace_options options = {
            .cluster = cases[i].cluster, .from = "2017-10-01", .to = "2017-12-01", .strict = true};
        read_log(&replayed, "philly/jobs.csv.gz", &options);
        run(&replayed, &policy, 8L * cases[i].nodes, 8);
        char path[PATH], *text;
        size_t length;
        need(path, cases[i].file);
        struct lines *lines = lines_open(path);
        assert_non_null(lines);
        assert_int_equal(lines_next(lines, &text, &length), LINES_TEXT);
        assert_string_equal(text, "job,submit,duration,gpus,start,end,queue,ckpt_times");
        int64_t rows = 0;
        for (; lines_next(lines, &text, &length) == LINES_TEXT; rows++) {
            long long id, submit, start, end;
            assert_int_equal(sscanf(text, "%lld,%lld,%*d,%*d,%lld,%lld", &id, &submit, &start, &end), 4);
            assert_in_range(id, 0, (uintmax_t)replayed.trace.count - 1);
            assert_int_equal(replayed.trace.jobs[id].id, id);
            assert_int_equal(replayed.trace.jobs[id].submit, submit * SECOND);
            compare(&replayed, id, cases[i].file, start, end);
        }
        lines_close(lines);
        assert_int_equal(rows, cases[i].jobs);
        assert_int_equal(replayed.trace.count, cases[i].jobs);
        done(&replayed);
    }
}

static void test_gang(void **state)
{
    (void)state;
    static const struct {
        const char *log;
        struct policy policy;
        const char *wait_mean;      /* s */
        int64_t wait_max, last_end; /* s; 0: not published */
    } cases[] = {
        {"gang-10k/input.swf.gz", {0}, "7224.31", 46536, 2150299},
        {"gang-10k/exact.swf.gz", {.backfill = "easy"}, "1782.80", 0, 2131914},
        {"gang-10k/input.swf.gz", {.backfill = "easy"}, "993.66", 0, 0},
        {"gang-10k/exact.swf.gz", {.backfill = "conservative"}, "2169.56", 0, 2141232},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct replayed replayed;
        char what[160];
        read_log(&replayed, cases[i].log, &(struct trace_options){.strict = true});
        assert_int_equal(replayed.trace.count, 10000);
        assert_int_equal(replayed.trace.max_cards, 1250);
        run(&replayed, &cases[i].policy, 1250, 1);
        snprintf(what, sizeof what, "%s, %s, mean wait", cases[i].log,
                 word(cases[i].policy.backfill, "no backfilling"));
        compare_figure(what, replayed.wait_mean, cases[i].wait_mean, 2);
        if (cases[i].wait_max)
            assert_int_equal(llround(replayed.wait_max), cases[i].wait_max);
        if (cases[i].last_end)
            assert_int_equal(replayed.last_end, cases[i].last_end);
        done(&replayed);
    }
}

/*
 * RLScheduler's scores: 120 windows and the means of ten, to the six decimals that are given. A row is
 * "trace, backfill, policy, index of the first job or `mean`, mean bounded slowdown".
 */
static void test_windows(void **state)
{
    (void)state;
    static const char *const names[] = {"Lublin-1", "SDSC-SP2"};
    static const char *const logs[] = {"lublin/lublin-256.swf.gz", "sdsc-sp2/archive.swf.gz"};
    static const int cards[] = {256, 128};
    enum { LOGS = 2, WINDOW = 1024 };
    struct replayed whole[LOGS];
    const struct trace_options options = {.no_request = "run", .no_run = "10", .zero_run = "skip"};
    for (int i = 0; i < LOGS; i++)
        read_log(&whole[i], logs[i], &options);
    char path[PATH], *text;
    size_t length;
    need(path, "lublin/windows.tsv");
    struct lines *lines = lines_open(path);
    assert_non_null(lines);
    assert_int_equal(lines_next(lines, &text, &length), LINES_TEXT);
    assert_string_equal(text, "trace\tbackfill\tpolicy\twindow_start_index\tmean_bounded_slowdown");
    int windows = 0, means = 0, of_ten = 0;
    double sum = 0;
    while (lines_next(lines, &text, &length) == LINES_TEXT) {
        char name[16], order[8], index[8], score[32], label[80];
        int backfills;
        assert_int_equal(sscanf(text, "%15s %d %7s %7s %31s", name, &backfills, order, index, score), 5);
        int log = 0;
        while (log < LOGS && strcmp(names[log], name) != 0)
            log++;
        assert_true(log < LOGS);
        snprintf(label, sizeof label, "%s, backfill %d, %s, window %s", name, backfills, order, index);
        if (strcmp(index, "mean") == 0) {
            assert_int_equal(of_ten, 10);
            compare_figure(label, sum / of_ten, score, 6);
            sum = of_ten = 0;
            means++;
            continue;
        }
        struct replayed window = {
            .trace = {.jobs = whole[log].trace.jobs + strtol(index, NULL, 10), .count = WINDOW}};
        assert_true(window.trace.jobs + WINDOW <= whole[log].trace.jobs + whole[log].trace.count);
        const struct policy policy = {
            .order = order, .backfill = backfills ? "hold-backfill" : "hold", .event = true};
        run(&window, &policy, cards[log], 1);
        compare_figure(label, window.slowdown_mean, score, 6);
        compare_figure(label, slowdown_of(&window), score, 6);
        sum += window.slowdown_mean;
        of_ten++;
        windows++;
        done(&window);
    }
    lines_close(lines);
    assert_int_equal(windows, 120);
    assert_int_equal(means, 12);
    for (int i = 0; i < LOGS; i++)
        done(&whole[i]);
}

int main(void)
{
    char path[PATH];
    if (!trace_file(path, ".")) {
        printf("skipped: there is no folder of traces %s (TENK_TRACES names it)\n", path);
        return SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kth),    cmocka_unit_test(test_sdsc), cmocka_unit_test(test_pyss_cases),
        cmocka_unit_test(test_philly), cmocka_unit_test(test_gang), cmocka_unit_test(test_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
