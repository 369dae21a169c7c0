/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file_case: worlds of the scenarios that users get, with settings changed as by --set. */
#ifndef TENK_TESTS_WORLD_FILE_CASE_H
#define TENK_TESTS_WORLD_FILE_CASE_H

#include "world_case.h"

#include "scenario/scenario.h"

struct file_case {
    struct world_case world;
    struct scenario scenario;
};

static inline void file_open(struct file_case *c, const char *name, const char *const *settings, int count)
{
    const char *source = getenv("TENK_SOURCE");
    char file[4096];
    snprintf(file, sizeof file, "%s/scenarios/%s", source ? source : ".", name);
    memset(c, 0, sizeof *c);
    struct error_list errors = {0};
    bool good = scenario_read(&c->scenario, file, settings, count, &errors);
    error_print(&errors, 0, stderr);
    assert_true(good);
    error_list_free(&errors);
    plan_from_scenario(&c->world.plan, &c->scenario);
    case_ready(&c->world);
}

static inline void file_close(struct file_case *c)
{
    case_free(&c->world);
    scenario_free(&c->scenario);
}

#endif
