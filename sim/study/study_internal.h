/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_internal: what the parts of a study share; for sim/study alone. */
#ifndef TENK_STUDY_STUDY_INTERNAL_H
#define TENK_STUDY_STUDY_INTERNAL_H

#include "study/journal.h"
#include "study/store.h"
#include "study/study.h"

#include <stdatomic.h>

struct study_point {
    struct scenario scenario;
    struct plan plan;
    struct metric_slots slots;
    uint64_t hash;
    struct store_shelf *shelf;
    char *file;
    char **sets;
    int set_count;
    int64_t *settled; /* [sites] (settle.h); NULL: all jobs count */
};

/* What a thread computes with; kept from one study_run to the next. */
struct study_worker {
    struct arena arena;
    double *values; /* [capacity] */
    int capacity;
};

struct study {
    const struct study_config *config;
    struct study_point **points;
    int point_count;
    struct store store;
    struct study_worker *workers;
    int worker_count;
    /* of the study_run that goes on */
    const struct study_unit *units; /* to compute */
    int64_t unit_count;
    _Atomic int64_t spoilt_at; /* the lowest unit with a problem: none behind it is begun */
    _Atomic bool halted;       /* results cannot be kept: none is begun */
    struct journal *journals;  /* [1 + source_count]: the own one, then the sources */
    bool opened;               /* the journals were */
    bool done;
    struct distribute_peers *peers; /* processes that compute, too; distribute_mpi.c's */
    int64_t running_number;         /* of units asked for, for shards */
    struct study_facts facts;
    enum study_state state;
    char problem[1024];
};

/* The workers of the threads, at least so many. */
void study_worker_room(struct study *study, int threads);

/* Whether unit `index` is still to be begun. Any thread. */
bool study_goes_on(const struct study *study, int64_t index);

/* Computes a unit; *result holds values (the worker's) and rows, which study_rows_free releases. Any thread.
 */
void study_compute(const struct study *study, const struct study_unit *unit,
                   const volatile sig_atomic_t *stop, struct study_worker *worker,
                   struct world_result *result);

/* Takes in a finished unit and releases its rows. One thread at a time. */
void study_take(struct study *study, int64_t index, struct world_result *result);

/* The row buffers of a result, as a journal keeps them. */
void study_parts(struct world_result *result, struct text *parts[STORE_PARTS]);

void study_rows_free(struct world_result *result);

/* Keeps the first problem. */
void study_fail(struct study *study, enum study_state state, const char *problem);
void study_fail_with(struct study *study, const struct error_list *errors);

/* study_journal.c: opens the journals and takes in what they know; false: study_fail was called. */
bool study_journals_open(struct study *study);

/* Keeps a unit in the own journal, when there is one; fills *rows. False: study_fail was called. */
bool study_journal_keep(struct study *study, const struct study_unit *unit, struct world_result *result,
                        struct store_rows *rows);

void study_journals_close(struct study *study);

/* Whether a unit comes with rows. */
bool study_keeps_rows(const struct study *study);

#endif
