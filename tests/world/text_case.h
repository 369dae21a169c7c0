/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_case: worlds of scenarios that are written down in the test, and the rows of their jobs. */
#ifndef TENK_TESTS_WORLD_TEXT_CASE_H
#define TENK_TESTS_WORLD_TEXT_CASE_H

#include "world_case.h"

#include "scenario/scenario.h"

#include <unistd.h>

enum { TEXT_JOBS = 4000 };

/* A row of jobs.csv, times in seconds. */
struct text_job {
    int id, cards, restarts;
    char class[24], state[16];
    double submit, start, end, wait, run, lost;
};

struct text_case {
    struct world_case world;
    struct scenario scenario;
    struct text_job jobs[TEXT_JOBS];
    int count;
};

/* Chips that make work equal to length: MFU the same for all kinds. */
static const char text_chips[] =
    "chips: { old: { peak_tflops = 100.0; efficiency: { pretraining: { mfu = 0.5; };\n"
    "    debugging: { mfu = 0.5; }; fine-tuning: { mfu = 0.5; }; }; };\n"
    "  curved: { peak_tflops = 100.0; efficiency: { pretraining: { mfu = 0.5; }; };\n"
    "    scale: { cards = [8, 16]; factor = [1.0, 0.75]; }; };\n"
    "  new: { peak_tflops = 400.0; efficiency: { pretraining: { mfu = 0.5; };\n"
    "    debugging: { mfu = 0.5; }; fine-tuning: { mfu = 0.5; }; }; }; };\n";

static inline void text_open(struct text_case *c, const char *text)
{
    char file[] = "/tmp/tenk-world-XXXXXX";
    int handle = mkstemp(file);
    assert_true(handle >= 0);
    assert_int_equal(write(handle, text, strlen(text)), strlen(text));
    assert_int_equal(write(handle, text_chips, strlen(text_chips)), strlen(text_chips));
    close(handle);
    memset(c, 0, sizeof *c);
    struct error_list errors = {0};
    bool good = scenario_read(&c->scenario, file, NULL, 0, &errors);
    error_print(&errors, 0, stderr);
    unlink(file);
    assert_true(good);
    error_list_free(&errors);
    plan_from_scenario(&c->world.plan, &c->scenario);
    case_ready(&c->world);
}

static inline void text_row(const char *row, struct text_job *job)
{
    char fields[16][40] = {{0}};
    int field = 0, at = 0;
    for (; *row && *row != '\n'; row++) {
        if (*row == ',') {
            field++;
            at = 0;
        } else if (field < 16 && at < 39) {
            fields[field][at++] = *row;
        }
    }
    job->id = atoi(fields[1]);
    snprintf(job->class, sizeof job->class, "%.23s", fields[3]);
    job->cards = atoi(fields[4]);
    job->submit = atof(fields[5]);
    job->start = *fields[6] ? atof(fields[6]) : -1;
    job->end = *fields[7] ? atof(fields[7]) : -1;
    job->wait = atof(fields[8]);
    job->run = atof(fields[9]);
    snprintf(job->state, sizeof job->state, "%.15s", fields[10]);
    job->restarts = atoi(fields[11]);
    job->lost = atof(fields[12]);
}

/* One future; all built-in checks must hold. */
static inline void text_run(struct text_case *c, uint32_t replication)
{
    struct world_case *world = &c->world;
    text_clear(&world->result.jobs);
    struct world_request request = {.plan = &world->plan,
                                    .slots = &world->slots,
                                    .replication = replication,
                                    .want_jobs = true,
                                    .want_series = true};
    world_run(&request, &world->arena, &world->result);
    assert_string_equal(world->result.problem, "");
    c->count = 0;
    for (const char *row = text_string(&world->result.jobs); *row; row = strchr(row, '\n') + 1) {
        assert_true(c->count < TEXT_JOBS);
        text_row(row, &c->jobs[c->count++]);
    }
    text_clear(&world->result.timeline);
    text_clear(&world->result.failures);
    text_clear(&world->result.deliveries);
    text_clear(&world->result.market);
    text_clear(&world->result.lots);
    text_clear(&world->result.events_seen);
}

/* The only job of that class (or the first). */
static inline const struct text_job *text_job_of(const struct text_case *c, const char *class)
{
    for (int i = 0; i < c->count; i++)
        if (!strcmp(c->jobs[i].class, class))
            return &c->jobs[i];
    fail_msg("no job of class %s", class);
    return NULL;
}

static inline void text_close(struct text_case *c)
{
    text_free(&c->world.result.jobs);
    text_free(&c->world.result.timeline);
    text_free(&c->world.result.failures);
    text_free(&c->world.result.deliveries);
    text_free(&c->world.result.market);
    text_free(&c->world.result.lots);
    text_free(&c->world.result.events_seen);
    case_free(&c->world);
    scenario_free(&c->scenario);
}

#endif
