/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/settle.h"

#include "base/memory.h"
#include "stats/warmup.h"
#include "study/study_internal.h"

#include <stdlib.h>
#include <string.h>

void settle_add(struct settle_sums *sums, const struct world_waits *waits)
{
    if (!waits->count)
        return; /* a centre that never opened says nothing of its beginning */
    if (sums->count < 0) {
        sums->count = waits->count;
        sums->sum = memory_alloc((size_t)waits->count, sizeof *sums->sum);
    }
    if (waits->count < sums->count)
        sums->count = waits->count;
    for (int64_t i = 0; i < sums->count; i++)
        sums->sum[i] += waits->wait[i];
}

int64_t settle_jobs(const struct settle_sums *sums)
{
    int64_t m = sums->count / WARMUP_BATCH;
    if (m <= 0)
        return 0;
    double *batches = memory_alloc((size_t)m, sizeof *batches);
    for (int64_t b = 0; b < m; b++)
        for (int64_t i = 0; i < WARMUP_BATCH; i++)
            batches[b] += (double)sums->sum[b * WARMUP_BATCH + i] / WARMUP_BATCH;
    int64_t jobs = WARMUP_BATCH * warmup_mser(batches, m);
    free(batches);
    return jobs;
}

/* One future of the pilot; waits go into `waits` [sites]. False when it was stopped or went wrong. */
static bool run_one(const struct study *study, const struct study_point *point, uint32_t replication,
                    struct arena *arena, struct world_result *result, struct world_waits *waits)
{
    struct world_request request = {
        .plan = &point->plan,
        .slots = &point->slots,
        .replication = replication,
        .waits = waits,
        .stop = study->config->stop,
    };
    world_run(&request, arena, result);
    study_rows_free(result);
    return !result->stopped &&
           !result->problem[0]; /* a problem is told when the future itself is asked for */
}

static void run_pilot(struct study *study, const struct study_point *point, struct settle_sums *sums)
{
    int sites = point->plan.site_count;
    int threads = study->config->threads ? study->config->threads : study_threads();
    (void)threads;
#ifdef _OPENMP
#pragma omp parallel num_threads(threads < SETTLE_FUTURES ? threads : SETTLE_FUTURES)
#endif
    {
        struct arena arena = {0};
        double *values = memory_alloc((size_t)point->slots.count, sizeof *values);
        struct world_result result;
        struct world_waits *waits = memory_alloc((size_t)sites, sizeof *waits);
#ifdef _OPENMP
#pragma omp for schedule(dynamic, 1)
#endif
        for (uint32_t r = 0; r < SETTLE_FUTURES; r++) {
            result = (struct world_result){.values = values};
            if (run_one(study, point, r, &arena, &result, waits))
#ifdef _OPENMP
#pragma omp critical(settle_add)
#endif
                for (int s = 0; s < sites; s++)
                    settle_add(&sums[s], &waits[s]);
        }
        for (int s = 0; s < sites; s++)
            free(waits[s].wait);
        free(waits);
        free(values);
        arena_free(&arena);
    }
}

static void settle_point(struct study *study, struct study_point *point)
{
    size_t sites = (size_t)point->plan.site_count;
    struct settle_sums *sums = memory_alloc(sites, sizeof *sums);
    for (size_t s = 0; s < sites; s++)
        sums[s].count = -1;
    run_pilot(study, point, sums);
    if (study->config->stop && *study->config->stop) {
        study_fail(study, STUDY_STOPPED, "");
    } else {
        point->settled = memory_alloc(sites, sizeof *point->settled);
        for (size_t s = 0; s < sites; s++)
            point->settled[s] = settle_jobs(&sums[s]);
    }
    for (size_t s = 0; s < sites; s++)
        free(sums[s].sum);
    free(sums);
}

void settle_points(struct study *study)
{
    for (int64_t i = 0; i < study->unit_count && study->state == STUDY_FINE; i++) {
        struct study_point *point = study->points[study->units[i].point];
        if (!point->settled)
            settle_point(study, point);
    }
}
