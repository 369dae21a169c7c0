/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * distribute_mpi: the units of a study on the threads of several processes.
 *
 * Rank 0 runs the command and keeps journal and results; the others compute units for it. In every process
 * the main thread alone speaks MPI (MPI_THREAD_FUNNELED) and the other threads of its team compute, so an
 * answer never waits for the end of a replication. Each process is sent as many units as it has threads, and
 * a few in reserve: more while much is left, one at the end. A point is sent once, as file and settings (the
 * processes share a file system), with the hash that must come out. A process that is told to cancel gives
 * its units back unfinished. Cost: one message each way a unit, values and rows as bytes; the main thread
 * sleeps 0.1 ms when there is none.
 */
#include "base/memory.h"
#include "study/distribute_mpi_message.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool distribute_start(char **argv)
{
    (void)argv;
    int level;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
    if (message_rank() == 0)
        return true;
    distribute_mpi_serve();
    MPI_Finalize();
    return false;
}

void distribute_end(void)
{
    for (int rank = 1; rank < message_ranks(); rank++)
        message_send(rank, TAG_END, "", 0);
    MPI_Finalize();
}

struct peer {
    int32_t threads;
    int64_t outstanding; /* units sent and not answered */
    int points;          /* of which it knows */
};

struct distribute_peers {
    int count; /* with this process, as the first */
    struct peer *peers;
    int total_threads;
};

static struct distribute_peers *meet_peers(const struct study *study)
{
    struct distribute_peers *peers = memory_alloc(1, sizeof *peers);
    const struct study_config *config = study->config;
    const struct setup setup = {.threads = config->threads,
                                .want_rows = config->want_rows,
                                .want_jobs = config->want_jobs,
                                .warm_up = config->warm_up};
    peers->count = message_ranks();
    peers->peers = memory_alloc((size_t)peers->count, sizeof *peers->peers);
    peers->peers[0].threads = config->threads ? config->threads : study_threads();
    peers->total_threads = peers->peers[0].threads;
    for (int rank = 1; rank < peers->count; rank++)
        message_send(rank, TAG_SETUP, &setup, sizeof setup);
    for (int rank = 1; rank < peers->count; rank++) {
        MPI_Recv(&peers->peers[rank].threads, sizeof(int32_t), MPI_BYTE, rank, TAG_THREADS, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
        peers->total_threads += peers->peers[rank].threads;
    }
    return peers;
}

void distribute_forget(struct study *study)
{
    if (!study->peers)
        return;
    for (int rank = 1; rank < study->peers->count; rank++)
        message_send(rank, TAG_FORGET, "", 0);
    free(study->peers->peers);
    free(study->peers);
    study->peers = NULL;
}

static void teach_points(const struct study *study, int rank)
{
    struct peer *peer = &study->peers->peers[rank];
    for (; peer->points < study->point_count; peer->points++) {
        const struct study_point *point = study->points[peer->points];
        struct text text = {0};
        struct point_head head = {.hash = point->hash,
                                  .settled = point->settled ? point->plan.site_count : 0};
        text_append(&text, (const char *)&head, sizeof head);
        if (point->settled)
            text_append(&text, (const char *)point->settled, (size_t)head.settled * sizeof(int64_t));
        text_append(&text, point->file, strlen(point->file) + 1);
        for (int i = 0; i < point->set_count; i++)
            text_append(&text, point->sets[i], strlen(point->sets[i]) + 1);
        message_send(rank, TAG_POINT, text.bytes, text.length);
        text_free(&text);
    }
}

/* What is left of the units, shared by the threads of this process. */
struct hand {
    struct study *study;
    int64_t next;        /* unit that nobody has; under the lock `hand` */
    int64_t outstanding; /* with other processes; the main thread's */
    bool cancelled;
    _Atomic int computing; /* threads of this process that may still deliver */
};

/* The next unit, -1 when there is none to begin. */
static int64_t draw(struct hand *hand)
{
    int64_t index = -1;
#pragma omp critical(hand)
    if (hand->next < hand->study->unit_count && study_goes_on(hand->study, hand->next))
        index = hand->next++;
    return index;
}

static bool compute_here(struct hand *hand, struct study_worker *worker)
{
    int64_t index = draw(hand);
    if (index < 0)
        return false;
    struct world_result result;
    study_compute(hand->study, &hand->study->units[index], hand->study->config->stop, worker, &result);
    if (result.stopped) {
        study_rows_free(&result);
        return true;
    }
#pragma omp critical(study_take)
    study_take(hand->study, index, &result);
    return true;
}

/* Sends units to who has room; false when nobody has, or none is left. */
static bool hand_out(struct hand *hand)
{
    struct distribute_peers *peers = hand->study->peers;
    bool any = false;
    for (int rank = 1; rank < peers->count; rank++) {
        int64_t left, room;
#pragma omp critical(hand)
        left = hand->study->unit_count - hand->next;
        room = left / (8 * peers->total_threads);
        room = peers->peers[rank].threads + (room < 1 ? 1 : room > MOST_RESERVE ? MOST_RESERVE : room);
        while (peers->peers[rank].outstanding < room) {
            struct order order = {.index = draw(hand)};
            if (order.index < 0)
                return any;
            order.unit = hand->study->units[order.index];
            message_send(rank, TAG_UNIT, &order, sizeof order);
            peers->peers[rank].outstanding++;
            hand->outstanding++;
            any = true;
        }
    }
    return any;
}

static bool take_in(struct hand *hand)
{
    MPI_Status status;
    if (!message_look(&status))
        return false;
    size_t size;
    char *bytes = message_receive(&status, &size);
    struct world_result result;
    double *values;
    struct order order = message_unpack(bytes, &result, &values);
    free(bytes);
    hand->outstanding--;
    hand->study->peers->peers[status.MPI_SOURCE].outstanding--;
    if (!result.stopped)
#pragma omp critical(study_take)
        study_take(hand->study, order.index, &result);
    else
        study_rows_free(&result);
    free(values);
    return true;
}

/* Whoever computes elsewhere stops, too. */
static void cancel(struct hand *hand)
{
    const volatile sig_atomic_t *stop = hand->study->config->stop;
    if (hand->cancelled || !(hand->study->halted || (stop && *stop)))
        return;
    hand->cancelled = true;
    for (int rank = 1; rank < hand->study->peers->count; rank++)
        message_send(rank, TAG_CANCEL, "", 0);
}

static void hand_main(struct hand *hand, struct study_worker *worker, bool alone)
{
    for (;;) {
        cancel(hand);
        bool busy = hand_out(hand);
        while (take_in(hand))
            busy = true;
        if (alone && hand->study->peers->count == 1 && compute_here(hand, worker))
            busy = true;
        if (busy)
            continue;
        int64_t index;
#pragma omp critical(hand)
        index = hand->next;
        bool none_left = index >= hand->study->unit_count || !study_goes_on(hand->study, index);
        if (none_left && !hand->outstanding && !hand->computing)
            return;
        message_rest();
    }
}

void distribute_units(struct study *study)
{
    if (!study->peers)
        study->peers = meet_peers(study);
    for (int rank = 1; rank < study->peers->count; rank++)
        teach_points(study, rank);
    int threads = study->peers->peers[0].threads;
    study_worker_room(study, threads + 1);
    if (study->peers->total_threads > study->facts.threads)
        study->facts.threads = study->peers->total_threads;
    struct hand hand = {.study = study};
    bool alone = true;
#ifdef _OPENMP
    alone = false;
    hand.computing = threads;
#pragma omp parallel num_threads(threads + 1)
#endif
    {
        int number = omp_get_thread_num();
        if (number == 0) {
            hand_main(&hand, &study->workers[0], alone);
        } else {
            while (compute_here(&hand, &study->workers[number]))
                ;
            hand.computing--;
        }
    }
}
