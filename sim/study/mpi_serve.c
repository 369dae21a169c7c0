/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mpi_serve: the processes that compute what process 0 sends them (distribute_mpi.c). */
#include "base/memory.h"
#include "study/mpi_wire.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#else
#define omp_get_thread_num() 0
#endif

struct servant {
    struct study_config config;
    struct study *study;
    struct mpi_list orders, results;
    _Atomic bool over;
    volatile sig_atomic_t cancelled;
};

static void learn_point(struct servant *servant, const char *bytes, size_t size)
{
    struct error_list errors = {0};
    struct mpi_point_head head;
    const char *sets[4096];
    int count = 0;
    memcpy(&head, bytes, sizeof head);
    size_t settled = (size_t)head.settled * sizeof(int64_t);
    const char *file = bytes + sizeof head + settled, *end = bytes + size;
    for (const char *at = file + strlen(file) + 1; at < end && count < 4096; at += strlen(at) + 1)
        sets[count++] = at;
    int point = study_add_point(servant->study, file, sets, count, &errors);
    if (point >= 0 && servant->study->points[point]->hash == head.hash) {
        if (settled) {
            servant->study->points[point]->settled = memory_alloc(settled, 1);
            memcpy(servant->study->points[point]->settled, bytes + sizeof head, settled);
        }
        return;
    }
    error_print(&errors, 0, stderr);
    fprintf(stderr,
            "tenk: process %d reads another scenario in %s than process 0 does: is the file system shared?\n",
            mpi_rank(), file);
    MPI_Abort(MPI_COMM_WORLD, 1);
}

static void end_study(struct servant *servant)
{
    study_close(servant->study);
    servant->study = NULL;
    servant->cancelled = 0;
}

/* False when it was the last message. */
static bool follow(struct servant *servant, const MPI_Status *status)
{
    size_t size;
    char *bytes = mpi_receive(status, &size);
    switch ((enum mpi_tag)status->MPI_TAG) {
    case TAG_POINT:
        learn_point(servant, bytes, size);
        break;
    case TAG_UNIT:
#pragma omp critical(team)
        mpi_list_put(&servant->orders, bytes);
        return true; /* who computes it frees it */
    case TAG_CANCEL:
        servant->cancelled = 1;
        break;
    default:
        servant->over = true;
    }
    free(bytes);
    return !servant->over;
}

/* A unit that was sent, by any thread; false when there is none. */
static bool serve_one(struct servant *servant, struct study_worker *worker)
{
    struct mpi_order *order;
#pragma omp critical(team)
    order = mpi_list_take(&servant->orders);
    if (!order)
        return false;
    struct world_result result = {.stopped = true};
    int values = 0;
    if (!servant->cancelled) {
        study_compute(servant->study, &order->unit, &servant->cancelled, worker, &result);
        values = servant->study->points[order->unit.point]->slots.count;
    }
    size_t size;
    char *packed = mpi_pack(order, &result, values, &size);
    free(order);
#pragma omp critical(team)
    mpi_list_put(&servant->results, packed);
    return true;
}

/* Sends what is finished; false when nothing was. */
static bool send_results(struct servant *servant)
{
    bool any = false;
    for (;;) {
        char *packed;
        size_t size;
#pragma omp critical(team)
        packed = mpi_list_take(&servant->results);
        if (!packed)
            return any;
        memcpy(&size, packed, sizeof size);
        if (size > INT32_MAX) {
            fputs("tenk: the rows of one future are too large for a message of MPI (2 GB)\n", stderr);
            MPI_Abort(MPI_COMM_WORLD, 1);
        }
        mpi_send(0, TAG_RESULT, packed + sizeof size, size);
        free(packed);
        any = true;
    }
}

/* The main thread: messages in and out. With no other thread in the team it computes too. */
static void serve_main(struct servant *servant, bool alone)
{
    MPI_Status status;
    while (!servant->over) {
        bool busy = send_results(servant);
        while (!servant->over && mpi_look(&status)) {
            follow(servant, &status);
            busy = true;
        }
        if (alone && serve_one(servant, &servant->study->workers[0]))
            busy = true;
        if (!busy)
            mpi_rest();
    }
}

/* One study of rank 0, from its setup until it is forgotten. */
static void serve_study(struct servant *servant, const struct mpi_setup *setup)
{
    servant->config = (struct study_config){.command = "serve",
                                            .threads = setup->threads,
                                            .compute_none = true,
                                            .want_rows = setup->want_rows != 0,
                                            .want_jobs = setup->want_jobs != 0,
                                            .warm_up = setup->warm_up != 0};
    servant->study = study_open(&servant->config, NULL);
    servant->over = false;
    int32_t threads = setup->threads ? setup->threads : study_threads();
    study_worker_room(servant->study, threads + 1);
    mpi_send(0, TAG_THREADS, &threads, sizeof threads);
    bool alone = true;
#ifdef _OPENMP
    alone = false;
#pragma omp parallel num_threads(threads + 1)
#endif
    {
        int number = omp_get_thread_num();
        if (number == 0)
            serve_main(servant, alone);
        else
            while (!servant->over)
                if (!serve_one(servant, &servant->study->workers[number]))
                    mpi_rest();
    }
    end_study(servant);
}

void mpi_serve(void)
{
    struct servant servant = {0};
    signal(SIGINT, SIG_IGN); /* rank 0 tells when to stop; mpirun ends us when it is gone */
    signal(SIGTERM, SIG_IGN);
    for (;;) {
        MPI_Status status;
        size_t size;
        while (!mpi_look(&status))
            mpi_rest();
        char *bytes = mpi_receive(&status, &size);
        struct mpi_setup setup;
        bool ends = status.MPI_TAG == TAG_END;
        if (!ends) {
            assert(size == sizeof setup);
            memcpy(&setup, bytes, sizeof setup);
        }
        free(bytes);
        if (ends)
            break;
        serve_study(&servant, &setup);
    }
    free(servant.orders.items);
    free(servant.results.items);
}
