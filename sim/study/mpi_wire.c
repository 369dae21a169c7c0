/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/mpi_wire.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct result_head {
    struct mpi_order order;
    int64_t events;
    uint64_t bytes;
    int64_t length[STORE_PARTS];
    int32_t values;
    int32_t stopped, by_policy;
    char problem[sizeof((struct world_result *)0)->problem];
};

int mpi_rank(void)
{
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

int mpi_ranks(void)
{
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    return size;
}

void mpi_rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

void mpi_send(int rank, enum mpi_tag tag, const void *bytes, size_t length)
{
    MPI_Send(bytes, (int)length, MPI_BYTE, rank, (int)tag, MPI_COMM_WORLD);
}

/* Whether a message waits, and of what kind; O(1). */
bool mpi_look(MPI_Status *status)
{
    int there;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, status);
    return there;
}

/* The message that was seen; *size bytes, followed by a zero; free(). */
char *mpi_receive(const MPI_Status *status, size_t *size)
{
    int length;
    MPI_Get_count(status, MPI_BYTE, &length);
    char *bytes = memory_alloc((size_t)length + 1, 1);
    MPI_Recv(bytes, length, MPI_BYTE, status->MPI_SOURCE, status->MPI_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    *size = (size_t)length;
    return bytes;
}

void mpi_list_put(struct mpi_list *list, void *item)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 64;
        list->items = memory_grow(list->items, (size_t)list->capacity, sizeof *list->items);
    }
    list->items[list->count++] = item;
}

/* The oldest, NULL when there is none. */
void *mpi_list_take(struct mpi_list *list)
{
    if (list->first == list->count)
        return NULL;
    void *item = list->items[list->first++];
    if (list->first == list->count)
        list->first = list->count = 0;
    return item;
}

char *mpi_pack(const struct mpi_order *order, struct world_result *result, int values, size_t *size)
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
struct mpi_order mpi_unpack(const char *bytes, struct world_result *result, double **values)
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
