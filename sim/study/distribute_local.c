/* SPDX-License-Identifier: GPL-3.0-or-later */
/* distribute_local: the units of a study on the threads of this process. */
#include "study/distribute.h"
#include "study/study_internal.h"

#ifdef _OPENMP
#include <omp.h>
#endif

bool distribute_start(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return true;
}

void distribute_end(void)
{
}

void distribute_forget(struct study *study)
{
    (void)study;
}

static int thread_number(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

void distribute_units(struct study *study)
{
    int threads = study->config->threads ? study->config->threads : study_threads();
    if (threads > study->unit_count)
        threads = (int)study->unit_count;
    study_worker_room(study, threads);
    if (threads > study->facts.threads)
        study->facts.threads = threads;
#ifdef _OPENMP
#pragma omp parallel num_threads(threads)
#endif
    {
        struct study_worker *worker = &study->workers[thread_number()];
#ifdef _OPENMP
#pragma omp for schedule(dynamic, 1)
#endif
        for (int64_t index = 0; index < study->unit_count; index++) {
            struct world_result result;
            if (!study_goes_on(study, index))
                continue;
            study_compute(study, &study->units[index], study->config->stop, worker, &result);
            if (result.stopped) {
                study_rows_free(&result);
                continue;
            }
#ifdef _OPENMP
#pragma omp critical(study_take)
#endif
            study_take(study, index, &result);
        }
    }
}
