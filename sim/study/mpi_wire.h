/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mpi_wire: messages between the processes of distribute_mpi.c, and the lists of their threads. */
#ifndef TENK_STUDY_MPI_WIRE_H
#define TENK_STUDY_MPI_WIRE_H

#include "study/study_internal.h"

#include <mpi.h>

enum mpi_tag { TAG_SETUP = 1, TAG_POINT, TAG_UNIT, TAG_CANCEL, TAG_FORGET, TAG_END, TAG_THREADS, TAG_RESULT };

/* What rank 0 says of the study; threads: 0 for all that the process may use. */
struct mpi_setup {
    int32_t threads;
    int32_t want_rows, want_jobs, warm_up;
};

struct mpi_order {
    int64_t index; /* in the list of units of rank 0 */
    struct study_unit unit;
};

/* What a message about a point begins with: its hash, and how many numbers (struct study_point: settled),
 * file and settings follow, with zeros between them. */
struct mpi_point_head {
    uint64_t hash;
    int64_t settled;
};

int mpi_rank(void);
int mpi_ranks(void);

/* Lets 0.1 ms pass. */
void mpi_rest(void);

void mpi_send(int rank, enum mpi_tag tag, const void *bytes, size_t length);

/* Whether a message waits, and of what kind; O(1). */
bool mpi_look(MPI_Status *status);

/* The message that was seen; *size bytes, followed by a zero; free(). */
char *mpi_receive(const MPI_Status *status, size_t *size);

/* A list that threads share: orders to compute, results to send. Its users hold the lock `team`. */
struct mpi_list {
    void **items;
    int64_t count, capacity, first;
};

void mpi_list_put(struct mpi_list *list, void *item);

/* The oldest, NULL when there is none. */
void *mpi_list_take(struct mpi_list *list);

/* A result as a message: its size (a size_t), then its bytes; free(). Releases the rows. */
char *mpi_pack(const struct mpi_order *order, struct world_result *result, int values, size_t *size);

/* Back from the bytes; values go to *values, free(); rows are copies. */
struct mpi_order mpi_unpack(const char *bytes, struct world_result *result, double **values);

/* mpi_serve.c: what every process but 0 does until it is told that all is over. */
void mpi_serve(void);

#endif
