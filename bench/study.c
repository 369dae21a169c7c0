/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_study: what a study costs beside its replications.
 *
 * Problem: the journal, the store and the driver are paid for every future, and show most where a future is
 * nothing: a trivial scenario, 20,000 of them, one thread. Choice: the same futures alone, one world_run
 * after the other; in a study without a journal; with one; and with rows of CSV, which are also made and kept
 * alone in the line before. Counted are futures a second; the ratio of `study journal` to `alone values`, and
 * of `study rows` to `alone rows`, is the overhead.
 */
#include "bench.h"

#include "base/memory.h"
#include "study/study.h"

#include <stdbool.h>

struct setup {
    const char *name;
    bool study, journal, rows;
};

static const char *file;    /* set once, by main */
static const char *scratch; /* likewise */

static int32_t futures = 20000;

static struct study *open_study(const struct study_config *config)
{
    static const char *const sets[] = {"horizon=1d", "sample=12h", "site.wuxi.cards=8",
                                       "site.wuxi.opens_at_cards=8"};
    struct error_list errors = {0};
    struct study *study = study_open(config, &errors);
    if (!study || study_add_point(study, file, sets, 4, &errors) < 0) {
        error_print(&errors, 0, stderr);
        exit(2);
    }
    error_list_free(&errors);
    return study;
}

static void free_rows(struct world_result *result)
{
    struct text *all[] = {&result->timeline, &result->deliveries,  &result->failures, &result->market,
                          &result->lots,     &result->events_seen, &result->jobs};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        text_free(all[i]);
}

static double run_alone(const struct setup *setup)
{
    struct study_config config = {.command = "bench", .threads = 1};
    struct study *study = open_study(&config);
    struct arena arena = {0};
    struct world_result result = {.values =
                                      memory_alloc((size_t)study_slots(study, 0)->count, sizeof(double))};
    double *values = result.values;
    for (uint32_t r = 0; r < (uint32_t)futures; r++) {
        struct world_request request = {.plan = study_plan(study, 0),
                                        .slots = study_slots(study, 0),
                                        .replication = r,
                                        .want_series = setup->rows};
        result = (struct world_result){.values = values};
        world_run(&request, &arena, &result);
        free_rows(&result);
    }
    free(values);
    arena_free(&arena);
    study_close(study);
    return futures;
}

static double run_study(const struct setup *setup)
{
    struct study_config config = {.command = "bench",
                                  .threads = 1,
                                  .journal = setup->journal ? scratch : NULL,
                                  .fresh = true,
                                  .want_rows = setup->rows};
    struct study *study = open_study(&config);
    struct study_unit *units = memory_alloc((size_t)futures, sizeof *units);
    for (int32_t r = 0; r < futures; r++)
        units[r].replication = r;
    if (!study_run(study, units, futures)) {
        fprintf(stderr, "bench_study: %s\n", study_problem(study));
        exit(1);
    }
    free(units);
    study_done(study);
    study_close(study);
    return futures;
}

static double once(void *context)
{
    const struct setup *setup = context;
    return setup->study ? run_study(setup) : run_alone(setup);
}

static void run_case(const void *argument)
{
    struct setup setup = *(const struct setup *)argument;
    const struct bench_line line = {"study", setup.name, futures, "futures/s"};
    bench_measure(&line, once, &setup);
}

int main(int argc, char **argv)
{
    static const struct setup setups[] = {
        {"alone values", false, false, false}, {"study values", true, false, false},
        {"study journal", true, true, false},  {"alone rows", false, false, true},
        {"study rows", true, true, true},
    };
    char path[] = "/tmp/tenk-bench-XXXXXX";
    int made = mkstemp(path);
    if (made < 0 || argc > 3) {
        fputs("bench_study: [SCENARIO [FUTURES]]\n", stderr);
        return 2;
    }
    close(made);
    file = argc > 1 ? argv[1] : "scenarios/wuxi-10k.cfg";
    scratch = path;
    if (argc > 2)
        futures = (int32_t)atoi(argv[2]);
    for (size_t i = 0; i < sizeof setups / sizeof *setups; i++)
        bench_apart(run_case, &setups[i]);
    unlink(path);
    return 0;
}
