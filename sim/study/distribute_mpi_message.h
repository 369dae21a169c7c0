/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * distribute_mpi_message: what the processes of a study say to each other: kinds of messages, bytes in and
 * out, lists that threads share. For distribute_mpi*.c alone; the process's main thread calls all of it but
 * the lists.
 */
#ifndef TENK_STUDY_DISTRIBUTE_MPI_MESSAGE_H
#define TENK_STUDY_DISTRIBUTE_MPI_MESSAGE_H

#include "study/distribute.h"
#include "study/study_internal.h"

#include <mpi.h>

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

/* What a message about a point begins with: its hash, and how many numbers (struct study_point: settled),
 * file and settings follow, with zeros between them. */
struct point_head {
    uint64_t hash;
    int64_t settled;
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

/* A list that threads share: orders to compute, results to send. Its users hold the lock `team`. */
struct list {
    void **items;
    int64_t count, capacity, first;
};

/* This process, and how many there are. */
int message_rank(void);
int message_ranks(void);

/* 0.1 ms without doing anything. */
void message_rest(void);

void message_send(int rank, enum tag tag, const void *bytes, size_t length);

/* Whether a message waits, and of what kind; O(1). */
bool message_look(MPI_Status *status);

/* The message that was seen; *size bytes, followed by a zero; free(). */
char *message_receive(const MPI_Status *status, size_t *size);

void message_list_put(struct list *list, void *item);

/* The oldest, NULL when there is none. */
void *message_list_take(struct list *list);

/* A result as bytes; free(). */
char *message_pack(const struct order *order, struct world_result *result, int values, size_t *size);

/* Values go to *values, which is freed with the message; rows are copies. */
struct order message_unpack(const char *bytes, struct world_result *result, double **values);

/* The processes but the first: compute what they are sent until the first one ends (distribute_mpi_serve.c).
 */
void distribute_mpi_serve(void);

#endif
