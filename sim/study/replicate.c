/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/replicate.h"

#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

int replicate_threads(void)
{
#ifdef _OPENMP
    return omp_get_num_procs();
#else
    return 1;
#endif
}

struct state {
    const struct replicate_request *request;
    struct replicate_result *result;
    struct world_result *worlds; /* by index; their rows are freed once handed over */
    bool *finished;
    volatile bool
        halted; /* rows could not be taken; read without a lock, one replication more does no harm */
    int next;   /* whose rows are to be handed over next */
    _Atomic int
        spoilt_at; /* the lowest replication that a policy from outside spoilt: none behind it is begun */
    int problem_at;
};

static void free_rows(struct world_result *world)
{
    text_free(&world->timeline);
    text_free(&world->deliveries);
    text_free(&world->failures);
    text_free(&world->market);
    text_free(&world->lots);
    text_free(&world->events_seen);
    text_free(&world->jobs);
}

/* Takes in one finished replication; the caller holds the lock. */
static void collect(struct state *state, int index)
{
    const struct world_result *world = &state->worlds[index];
    struct replicate_result *result = state->result;
    state->finished[index] = true;
    result->done++;
    result->events += world->events;
    if (world->bytes > result->arena_bytes)
        result->arena_bytes = world->bytes;
    if (world->by_policy && index < state->spoilt_at)
        state->spoilt_at = index;
    if (world->problem[0] && index < state->problem_at) {
        memcpy(result->problem, world->problem, sizeof result->problem);
        result->by_policy = world->by_policy;
        state->problem_at = index;
    }
    while (state->next < state->request->count && state->finished[state->next]) {
        struct world_result *ready = &state->worlds[state->next++];
        if (state->request->rows && !state->request->rows(state->request->context, ready))
            state->halted = true;
        free_rows(ready);
    }
    if (state->request->progress)
        state->request->progress(state->request->context, result->done, state->request->count);
}

static void run_one(struct state *state, int index, struct arena *arena)
{
    const struct replicate_request *request = state->request;
    struct world_result *world = &state->worlds[index];
    world->values = state->result->values + (size_t)index * (size_t)request->slots->count;
    struct world_request wanted = {
        .plan = request->plan,
        .slots = request->slots,
        .replication = (uint32_t)index,
        .want_jobs = request->want_jobs,
        .want_series = request->want_series,
        .stop = request->stop,
    };
    world_run(&wanted, arena, world);
}

void replicate_run(const struct replicate_request *request, struct replicate_result *result)
{
    memset(result, 0, sizeof *result);
    size_t count = (size_t)request->count;
    result->values = memory_alloc(count * (size_t)request->slots->count, sizeof *result->values);
    result->threads = request->threads ? request->threads : replicate_threads();
    if (result->threads > request->count)
        result->threads = request->count;
    struct state state = {
        .request = request, .result = result, .problem_at = request->count, .spoilt_at = request->count};
    state.worlds = memory_alloc(count, sizeof *state.worlds);
    state.finished = memory_alloc(count, sizeof *state.finished);
#ifdef _OPENMP
#pragma omp parallel num_threads(result->threads)
#endif
    {
        struct arena arena = {0};
#ifdef _OPENMP
#pragma omp for schedule(dynamic, 1)
#endif
        for (int index = 0; index < request->count; index++) {
            if (state.halted || index > state.spoilt_at || (request->stop && *request->stop))
                continue;
            run_one(&state, index, &arena);
            if (!state.worlds[index].stopped)
#ifdef _OPENMP
#pragma omp critical(replicate_collect)
#endif
                collect(&state, index);
        }
        arena_free(&arena);
    }
    for (int i = 0; i < request->count; i++)
        free_rows(&state.worlds[i]);
    free(state.worlds);
    free(state.finished);
}
