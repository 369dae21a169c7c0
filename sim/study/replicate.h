/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replicate: many futures of one plan, in parallel, with the same result as one after the other.
 *
 * Threads take the next replication as they become free; values land in slots by index, rows are
 * handed over strictly in order of index, one replication at a time. So nothing depends on the number of
 * threads. OpenMP lives in this room and nowhere else; without it everything runs on one thread.
 * Memory: one arena a thread, plus the rows of replications that finished before an earlier one.
 */
#ifndef TENK_STUDY_REPLICATE_H
#define TENK_STUDY_REPLICATE_H

#include "world/world.h"

struct replicate_request {
    const struct plan *plan;
    const struct metric_slots *slots;
    int count;
    int threads; /* 0: as many as there are processors */
    bool want_jobs, want_series;
    const volatile sig_atomic_t *stop;
    /* Called in order of index, never by two threads at once; NULL allowed. False: begin no more. */
    bool (*rows)(void *context, const struct world_result *result);
    void (*progress)(void *context, int done, int count);
    void *context;
};

struct replicate_result {
    double *values; /* [count][slots]; free() */
    int done;       /* replications finished; < count only when stopped, by `stop` or by `rows` */
    int threads;    /* used */
    int64_t events;
    size_t arena_bytes; /* largest arena of one replication */
    char problem[768];  /* what went wrong in the lowest replication in which something did (world.h) */
    bool by_policy;     /* a policy from outside did it; replications behind that one were not all run */
};

void replicate_run(const struct replicate_request *request, struct replicate_result *result);

/* Threads that OpenMP would use; 1 without it. */
int replicate_threads(void);

#endif
