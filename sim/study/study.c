/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/study.h"

#include "base/memory.h"
#include "study/distribute.h"
#include "study/settle.h"
#include "study/study_internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

int study_threads(void)
{
#ifdef _OPENMP
    return omp_get_num_procs();
#else
    return 1;
#endif
}

struct study *study_open(const struct study_config *config, struct error_list *errors)
{
    assert(config->journal || config->compute_none || !(config->want_rows || config->want_jobs));
    if (config->journal && !config->resume && !config->fresh && journal_exists(config->journal)) {
        error_add(errors, ERROR_INPUT, config->journal, 0, NULL,
                  "keeps futures of a study that did not come to its end: --resume goes on with them, "
                  "--force begins "
                  "anew");
        return NULL;
    }
    struct study *study = memory_alloc(1, sizeof *study);
    study->config = config;
    study->facts.threads = 1;
    study->journals = memory_alloc((size_t)config->source_count + 1, sizeof *study->journals);
    for (int i = 0; i <= config->source_count; i++)
        study->journals[i] = (struct journal){.file = -1, .spool = -1};
    return study;
}

/* A journal may know units of the scenario already; their number of values is its. */
static bool shelf_fits(struct study_point *point, struct error_list *errors)
{
    if (point->shelf->slots >= 0 && point->shelf->slots != point->slots.count) {
        error_input(errors, "the journal has %d values a future where the scenario has %d: begin anew",
                    point->shelf->slots, point->slots.count);
        return false;
    }
    point->shelf->slots = point->slots.count;
    return true;
}

static void free_point(struct study_point *point)
{
    for (int i = 0; i < point->set_count; i++)
        free(point->sets[i]);
    free(point->sets);
    free(point->file);
    free(point->settled);
    metric_slots_free(&point->slots);
    plan_free(&point->plan);
    scenario_free(&point->scenario);
    free(point);
}

int study_add_point(struct study *study, const char *file, const char *const *sets, int set_count,
                    struct error_list *errors)
{
    struct study_point *point = memory_alloc(1, sizeof *point);
    if (!scenario_read(&point->scenario, file, sets, set_count, errors)) {
        scenario_free(&point->scenario);
        free(point);
        return -1;
    }
    plan_from_scenario(&point->plan, &point->scenario);
    metric_slots_build(&point->slots, &point->plan);
    point->hash = scenario_hash(&point->scenario);
    point->shelf = store_shelf(&study->store, point->hash);
    point->file = memory_text(file);
    point->set_count = set_count;
    point->sets = memory_alloc((size_t)set_count, sizeof *point->sets);
    for (int i = 0; i < set_count; i++)
        point->sets[i] = memory_text(sets[i]);
    if (!shelf_fits(point, errors)) {
        free_point(point);
        return -1;
    }
    study->points = memory_grow(study->points, (size_t)study->point_count + 1, sizeof *study->points);
    study->points[study->point_count] = point;
    return study->point_count++;
}

const struct scenario *study_scenario(const struct study *study, int point)
{
    return &study->points[point]->scenario;
}

const struct plan *study_plan(const struct study *study, int point)
{
    return &study->points[point]->plan;
}

const struct metric_slots *study_slots(const struct study *study, int point)
{
    return &study->points[point]->slots;
}

const double *study_values(const struct study *study, int point, int32_t replication)
{
    return store_values(study->points[point]->shelf, replication);
}

bool study_complete(const struct study *study)
{
    return study->facts.known == study->facts.wanted;
}

enum study_state study_state(const struct study *study)
{
    return study->state;
}

const char *study_problem(const struct study *study)
{
    return study->problem;
}

struct study_facts study_facts(const struct study *study)
{
    return study->facts;
}

void study_worker_room(struct study *study, int threads)
{
    if (threads <= study->worker_count)
        return;
    study->workers = memory_grow(study->workers, (size_t)threads, sizeof *study->workers);
    memset(study->workers + study->worker_count, 0,
           (size_t)(threads - study->worker_count) * sizeof *study->workers);
    study->worker_count = threads;
}

void study_parts(struct world_result *result, struct text *parts[STORE_PARTS])
{
    struct text *const all[STORE_PARTS] = {&result->timeline, &result->deliveries, &result->failures,
                                           &result->market,   &result->lots,       &result->events_seen,
                                           &result->jobs};
    memcpy(parts, all, sizeof all);
}

void study_rows_free(struct world_result *result)
{
    struct text *parts[STORE_PARTS];
    study_parts(result, parts);
    for (int i = 0; i < STORE_PARTS; i++)
        text_free(parts[i]);
}

void study_fail(struct study *study, enum study_state state, const char *problem)
{
    if (study->state != STUDY_FINE)
        return;
    study->state = state;
    snprintf(study->problem, sizeof study->problem, "%s", problem);
}

bool study_goes_on(const struct study *study, int64_t index)
{
    const volatile sig_atomic_t *stop = study->config->stop;
    return !study->halted && index <= study->spoilt_at && !(stop && *stop);
}

void study_compute(const struct study *study, const struct study_unit *unit,
                   const volatile sig_atomic_t *stop, struct study_worker *worker,
                   struct world_result *result)
{
    const struct study_point *point = study->points[unit->point];
    if (worker->capacity < point->slots.count) {
        worker->capacity = point->slots.count;
        worker->values = memory_grow(worker->values, (size_t)worker->capacity, sizeof *worker->values);
    }
    *result = (struct world_result){.values = worker->values};
    struct world_request wanted = {
        .plan = &point->plan,
        .slots = &point->slots,
        .replication = (uint32_t)unit->replication,
        .want_jobs = study->config->want_jobs,
        .want_series = study->config->want_rows,
        .settled = point->settled,
        .stop = stop,
    };
    world_run(&wanted, &worker->arena, result);
}

/* The lowest unit in which something went wrong tells what: none below it is left out. */
static void note_problem(struct study *study, int64_t index, const struct world_result *result)
{
    if (index >= study->spoilt_at)
        return;
    if (study->halted)
        return;
    study->spoilt_at = index;
    study->state = result->by_policy ? STUDY_POLICY : STUDY_BUG; /* of the lowest, whichever came first */
    snprintf(study->problem, sizeof study->problem, "%s", result->problem);
}

void study_take(struct study *study, int64_t index, struct world_result *result)
{
    const struct study_unit *unit = &study->units[index];
    struct study_point *point = study->points[unit->point];
    if (result->bytes > study->facts.arena_bytes)
        study->facts.arena_bytes = result->bytes;
    if (result->problem[0]) {
        note_problem(study, index, result);
    } else if (!study->halted) {
        struct store_rows rows;
        if (!study_journal_keep(study, unit, result, &rows)) {
            study->halted = true; /* a full disk is no better in an hour */
            study_rows_free(result);
            return;
        }
        store_add(point->shelf, unit->replication, result->values, result->events,
                  study_keeps_rows(study) ? &rows : NULL);
        study->facts.known++;
        study->facts.computed++;
        study->facts.events += result->events;
        if (study->config->progress)
            study->config->progress(study->config->context, study->facts.known, study->facts.wanted);
    }
    study_rows_free(result);
}

/* Whether a unit is this shard's, by the number that it has among all that were asked for. */
static bool is_ours(const struct study *study, int64_t number)
{
    const struct study_config *config = study->config;
    return config->shards <= 1 || number % config->shards == config->shard;
}

bool study_run(struct study *study, const struct study_unit *units, int64_t count)
{
    if (study->state != STUDY_FINE || (!study->opened && !study_journals_open(study)))
        return false;
    struct study_unit *missing = memory_alloc((size_t)count, sizeof *missing);
    study->units = missing;
    study->unit_count = 0;
    for (int64_t i = 0; i < count; i++) {
        const struct store_shelf *shelf = study->points[units[i].point]->shelf;
        int64_t number = study->running_number++;
        study->facts.wanted++;
        if (store_values(shelf, units[i].replication)) {
            study->facts.known++;
            study->facts.events += store_events(shelf, units[i].replication);
        } else if (is_ours(study, number) && !study->config->compute_none) {
            missing[study->unit_count++] = units[i];
        }
    }
    if (study->config->warm_up)
        settle_points(study);
    study->spoilt_at = study->unit_count;
    int64_t before = study->facts.computed;
    if (study->unit_count && study->state == STUDY_FINE)
        distribute_units(study);
    bool done = study->facts.computed - before == study->unit_count;
    if (!done)
        study_fail(study, STUDY_STOPPED, "");
    free(missing);
    study->units = NULL;
    return study->state == STUDY_FINE;
}

/* Rows of a unit lie in the spool of the journal that knew it first. */
static bool hand_over(struct study *study, const struct study_unit *unit, struct world_result *result,
                      struct error_list *errors)
{
    const struct store_rows *rows = store_rows(study->points[unit->point]->shelf, unit->replication);
    struct text *parts[STORE_PARTS];
    study_parts(result, parts);
    assert(rows);
    return journal_rows(&study->journals[rows->source], rows, parts, errors);
}

bool study_rows(struct study *study, const struct study_unit *units, int64_t count,
                bool (*take)(void *context, const struct world_result *rows), void *context)
{
    struct world_result result = {0};
    struct error_list errors = {0};
    bool ok = true;
    for (int64_t i = 0; i < count && ok; i++) {
        ok = hand_over(study, &units[i], &result, &errors);
        if (!ok)
            study_fail_with(study, &errors);
        ok = ok && take(context, &result);
    }
    error_list_free(&errors);
    study_rows_free(&result);
    return ok;
}

void study_done(struct study *study)
{
    study->done = true;
}

void study_close(struct study *study)
{
    if (!study)
        return;
    distribute_forget(study);
    study_journals_close(study);
    for (int i = 0; i < study->point_count; i++)
        free_point(study->points[i]);
    free(study->points);
    for (int i = 0; i < study->worker_count; i++) {
        arena_free(&study->workers[i].arena);
        free(study->workers[i].values);
    }
    free(study->workers);
    store_free(&study->store);
    free(study);
}
