/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_case: what the tests of studies share: a folder of their own and a small Wuxi. */
#ifndef TENK_TESTS_STUDY_CASE_H
#define TENK_TESTS_STUDY_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "study/study.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char case_folder[64];

static inline int case_folder_make(void **state)
{
    (void)state;
    strcpy(case_folder, "/tmp/tenk-study-XXXXXX");
    return mkdtemp(case_folder) ? 0 : -1;
}

static inline int case_remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static inline int case_folder_remove(void **state)
{
    (void)state;
    return nftw(case_folder, case_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A path in the folder, in one of four buffers that take turns. */
static inline const char *case_path(const char *name)
{
    static char paths[4][4096];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", case_folder, name);
    return paths[turn];
}

static inline const char *case_scenario(void)
{
    static char file[4096];
    const char *source = getenv("TENK_SOURCE");
    snprintf(file, sizeof file, "%s/scenarios/wuxi-10k.cfg", source ? source : ".");
    return file;
}

/* Adds a small Wuxi, still with supply, build-out, jobs, failures and checkpoints; with one more setting. */
static inline int case_wuxi(struct study *study, const char *set)
{
    const char *const sets[] = {
        "replications=10",
        "horizon=500d",
        "site.wuxi.cards=512",
        "site.wuxi.opens_at_cards=64",
        "site.wuxi.jobs_per_day=30",
        "site.wuxi.large_job_cards=128",
        "site.wuxi.reliability=meta-rsc1",
        set,
    };
    struct error_list errors = {0};
    int point = study_add_point(study, case_scenario(), sets, set ? 8 : 7, &errors);
    if (error_any(&errors))
        error_print(&errors, 0, stderr);
    assert_false(error_any(&errors));
    error_list_free(&errors);
    return point;
}

static inline void case_units(struct study_unit *units, int point, int from, int count)
{
    for (int i = 0; i < count; i++)
        units[i] = (struct study_unit){.point = point, .replication = from + i};
}

static inline void case_ask(struct study *study, int point, int from, int count)
{
    struct study_unit *units = memory_alloc((size_t)count, sizeof *units);
    case_units(units, point, from, count);
    bool ok = study_run(study, units, count);
    assert_int_equal(ok, study_state(study) == STUDY_FINE);
    if (study_state(study) != STUDY_STOPPED)
        assert_string_equal(study_problem(study), "");
    free(units);
}

static inline void case_same_values(const struct study *a, int point_a, const struct study *b, int point_b,
                                    int count)
{
    size_t bytes = (size_t)study_slots(a, point_a)->count * sizeof(double);
    for (int r = 0; r < count; r++) {
        assert_non_null(study_values(a, point_a, r));
        assert_non_null(study_values(b, point_b, r));
        assert_memory_equal(study_values(a, point_a, r), study_values(b, point_b, r), bytes);
    }
}

#endif
