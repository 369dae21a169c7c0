/* SPDX-License-Identifier: GPL-3.0-or-later */
/* distribute_local: the units of a study on the threads of this process. */
#include "study/distribute.h"
#include "study/study_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef _OPENMP
#include <omp.h>
#endif

/* Processes that mpirun or srun started us with; 1: it did not. */
static long process_count(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        long count = value ? strtol(value, NULL, 10) : 0;
        if (count > 1)
            return count;
    }
    return 1;
}

/*
 * `mpirun -n N tenk` means tenk-mpi, which stands beside this program where MPI was found: so the many calls
 * without mpirun do not pay for MPI's start.
 */
bool distribute_start(char **argv)
{
    char path[4096];
    if (process_count() == 1)
        return true;
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 8);
    if (length > 0) {
        strcpy(path + length, "-mpi");
        execv(path, argv);
    }
    fputs("tenk: mpirun starts several processes, and this tenk was built without MPI (there is no tenk-mpi "
          "beside "
          "it): each computes by itself\n",
          stderr);
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
