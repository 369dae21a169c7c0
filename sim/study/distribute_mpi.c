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
#include "study/distribute.h"
#include "study/study_internal.h"

#include <assert.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef _OPENMP
#include <omp.h>
#else
#define omp_get_thread_num() 0
#endif

enum tag { TAG_SETUP = 1, TAG_POINT, TAG_UNIT, TAG_CANCEL, TAG_FORGET, TAG_END, TAG_THREADS, TAG_RESULT };
enum { MOST_RESERVE = 64, LANES = 2 };

/* What rank 0 says of the study; threads: 0 for all that the process may use. */
struct setup {
    int32_t threads;
    int32_t want_rows, want_jobs, warm_up;
};

struct order {
    int64_t index; /* in the list of units of rank 0 */
    struct study_unit unit;
};

struct result_head {
    struct order order;
    int64_t events;
    uint64_t bytes;
    int64_t length[STORE_PARTS];
    int32_t values;
    int32_t stopped, by_policy;
    char problem[sizeof((struct world_result *)0)->problem];
};

static int rank_of(void)
{
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

static int rank_count(void)
{
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    return size;
}

static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

static void send_bytes(int rank, enum tag tag, const void *bytes, size_t length)
{
    MPI_Send(bytes, (int)length, MPI_BYTE, rank, (int)tag, MPI_COMM_WORLD);
}

/* Whether a message waits, and of what kind; O(1). */
static bool look(MPI_Status *status)
{
    int there;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, status);
    return there;
}

/* The message that was seen; *size bytes, followed by a zero; free(). */
static char *receive(const MPI_Status *status, size_t *size)
{
    int length;
    MPI_Get_count(status, MPI_BYTE, &length);
    char *bytes = memory_alloc((size_t)length + 1, 1);
    MPI_Recv(bytes, length, MPI_BYTE, status->MPI_SOURCE, status->MPI_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    *size = (size_t)length;
    return bytes;
}

/* A list that threads share: orders to compute, results to send. Its users hold the lock `team`. */
struct list {
    void **items;
    int64_t count, capacity, first;
};

static void list_put(struct list *list, void *item)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 64;
        list->items = memory_grow(list->items, (size_t)list->capacity, sizeof *list->items);
    }
    list->items[list->count++] = item;
}

/* The oldest, NULL when there is none. */
static void *list_take(struct list *list)
{
    if (list->first == list->count)
        return NULL;
    void *item = list->items[list->first++];
    if (list->first == list->count)
        list->first = list->count = 0;
    return item;
}

/* ---- packing a result ---- */

static char *pack(const struct order *order, struct world_result *result, int values, size_t *size)
{
    struct text *parts[STORE_PARTS];
    struct result_head head = {
        .order = *order,
        .events = result->events,
        .bytes = result->bytes,
        .values = values,
        .stopped = result->stopped,
        .by_policy = result->by_policy,
    };
    memcpy(head.problem, result->problem, sizeof head.problem);
    study_parts(result, parts);
    *size = sizeof head + (size_t)values * sizeof(double);
    for (int i = 0; i < STORE_PARTS; i++) {
        head.length[i] = (int64_t)parts[i]->length;
        *size += parts[i]->length;
    }
    char *bytes = memory_alloc(sizeof *size + *size, 1);
    char *at = bytes + sizeof *size;
    memcpy(bytes, size, sizeof *size); /* before the message, for who sends it */
    memcpy(at, &head, sizeof head);
    at += sizeof head;
    memcpy(at, result->values, (size_t)values * sizeof(double));
    at += (size_t)values * sizeof(double);
    for (int i = 0; i < STORE_PARTS; i++) {
        if (parts[i]->length)
            memcpy(at, parts[i]->bytes, parts[i]->length);
        at += parts[i]->length;
    }
    study_rows_free(result);
    return bytes;
}

/* Values go to *values, which is freed with the message; rows are copies. */
static struct order unpack(const char *bytes, struct world_result *result, double **values)
{
    struct result_head head;
    struct text *parts[STORE_PARTS];
    memcpy(&head, bytes, sizeof head);
    const char *at = bytes + sizeof head;
    *result = (struct world_result){.events = head.events,
                                    .bytes = head.bytes,
                                    .stopped = head.stopped != 0,
                                    .by_policy = head.by_policy != 0};
    memcpy(result->problem, head.problem, sizeof head.problem);
    *values = memory_alloc((size_t)head.values, sizeof **values);
    memcpy(*values, at, (size_t)head.values * sizeof **values);
    result->values = *values;
    at += (size_t)head.values * sizeof **values;
    study_parts(result, parts);
    for (int i = 0; i < STORE_PARTS; i++) {
        if (head.length[i])
            text_append(parts[i], at, (size_t)head.length[i]);
        at += head.length[i];
    }
    return head.order;
}

/* ---- the others: compute what they are sent ---- */

struct servant {
    struct study_config config;
    struct study *study;
    struct list orders, results;
    _Atomic bool over;
    volatile sig_atomic_t cancelled;
};

/* What a message about a point begins with: its hash, and how many numbers (struct study_point: settled),
 * file and settings follow, with zeros between them. */
struct point_head {
    uint64_t hash;
    int64_t settled;
};

static void learn_point(struct servant *servant, const char *bytes, size_t size)
{
    struct error_list errors = {0};
    struct point_head head;
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
            rank_of(), file);
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
    char *bytes = receive(status, &size);
    switch ((enum tag)status->MPI_TAG) {
    case TAG_POINT:
        learn_point(servant, bytes, size);
        break;
    case TAG_UNIT:
#pragma omp critical(team)
        list_put(&servant->orders, bytes);
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
    struct order *order;
#pragma omp critical(team)
    order = list_take(&servant->orders);
    if (!order)
        return false;
    struct world_result result = {.stopped = true};
    int values = 0;
    if (!servant->cancelled) {
        study_compute(servant->study, &order->unit, &servant->cancelled, worker, &result);
        values = servant->study->points[order->unit.point]->slots.count;
    }
    size_t size;
    char *packed = pack(order, &result, values, &size);
    free(order);
#pragma omp critical(team)
    list_put(&servant->results, packed);
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
        packed = list_take(&servant->results);
        if (!packed)
            return any;
        memcpy(&size, packed, sizeof size);
        if (size > INT32_MAX) {
            fputs("tenk: the rows of one future are too large for a message of MPI (2 GB)\n", stderr);
            MPI_Abort(MPI_COMM_WORLD, 1);
        }
        send_bytes(0, TAG_RESULT, packed + sizeof size, size);
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
        while (!servant->over && look(&status)) {
            follow(servant, &status);
            busy = true;
        }
        if (alone && serve_one(servant, &servant->study->workers[0]))
            busy = true;
        if (!busy)
            rest();
    }
}

/* One study of rank 0, from its setup until it is forgotten. */
static void serve_study(struct servant *servant, const struct setup *setup)
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
    send_bytes(0, TAG_THREADS, &threads, sizeof threads);
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
                    rest();
    }
    end_study(servant);
}

static void serve(void)
{
    struct servant servant = {0};
    signal(SIGINT, SIG_IGN); /* rank 0 tells when to stop; mpirun ends us when it is gone */
    signal(SIGTERM, SIG_IGN);
    for (;;) {
        MPI_Status status;
        size_t size;
        while (!look(&status))
            rest();
        char *bytes = receive(&status, &size);
        struct setup setup;
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

bool distribute_start(int *argc, char ***argv)
{
    int level;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level);
    if (rank_of() == 0)
        return true;
    serve();
    MPI_Finalize();
    return false;
}

void distribute_end(void)
{
    for (int rank = 1; rank < rank_count(); rank++)
        send_bytes(rank, TAG_END, "", 0);
    MPI_Finalize();
}

/* ---- rank 0: hands out, takes in ---- */

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
    peers->count = rank_count();
    peers->peers = memory_alloc((size_t)peers->count, sizeof *peers->peers);
    peers->peers[0].threads = config->threads ? config->threads : study_threads();
    peers->total_threads = peers->peers[0].threads;
    for (int rank = 1; rank < peers->count; rank++)
        send_bytes(rank, TAG_SETUP, &setup, sizeof setup);
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
        send_bytes(rank, TAG_FORGET, "", 0);
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
        send_bytes(rank, TAG_POINT, text.bytes, text.length);
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
            send_bytes(rank, TAG_UNIT, &order, sizeof order);
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
    if (!look(&status))
        return false;
    size_t size;
    char *bytes = receive(&status, &size);
    struct world_result result;
    double *values;
    struct order order = unpack(bytes, &result, &values);
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
        send_bytes(rank, TAG_CANCEL, "", 0);
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
        rest();
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
