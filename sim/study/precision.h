/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * precision: as many futures as an interval of a given width needs.
 *
 * Futures are computed up to fixed boundaries: least, then a quarter more each time. At each the half width
 * of the 95% interval of every metric asked for (Student's t over the futures so far) is compared with its
 * mean; the study ends when all are at most the given share of it at two boundaries in a row, or at `most`.
 * Boundaries and values do not depend on threads, so neither does the end.
 *
 * Looking again and again makes intervals cover less often than 95%: they stop when the spread happens to
 * look small (Law & Carson, Operations Research 27, 1979: not before some tens of replications). The second
 * boundary repairs a part of it for a fifth more futures: of 6,000 studies of exponential variables 95 (+-
 * 5%) to 94% (+- 20%) covered the mean, of gamma variables with a spread of 1.3 times the mean 93.2% at +-
 * 30%. The more skewed the values and the wider the interval, the less; tests/study/test_coverage.c holds
 * M/M/2 to 93%.
 *
 * Complexity: O(futures x metrics).
 */
#ifndef TENK_STUDY_PRECISION_H
#define TENK_STUDY_PRECISION_H

#include "stats/accumulator.h"
#include "study/study.h"

enum { PRECISION_LEAST = 32, PRECISION_MOST = 10000 };

struct precision {
    double relative; /* half width over |mean|, > 0 */
    int64_t least, most;
    int *slots;
    int slot_count;
    bool skip_absent; /* metrics without a value in any future so far do not count */
};

struct precision_found {
    int64_t count; /* futures */
    bool reached;  /* at the last boundary */
    int in_a_row;  /* boundaries, with the last one */
    int slot;      /* that is farthest from it */
    double worst;  /* its half width over |mean|; NaN: fewer than two futures have a value */
};

/* The boundary after n. */
int64_t precision_next(const struct precision *precision, int64_t n);

/* Half width over |mean|: 0 for no spread at all, NaN for n < 2, infinite for a mean of 0. */
double precision_of(int64_t n, double mean, double half_width);

/* Fills *found from what is known of each metric, at a boundary; true when the study may end. */
bool precision_look(const struct precision *precision, const struct accumulator *accumulators,
                    struct precision_found *found);

/* Computes futures 0, 1, ... of a point. False: as study_run, or not all are known. */
bool precision_run(struct study *study, int point, const struct precision *precision,
                   struct precision_found *found);

/* "wuxi/wait_p95": scope and metric of a slot. False with an error added that names the nearest. */
bool precision_add_metric(struct precision *precision, const struct metric_slots *slots, const char *name,
                          struct error_list *errors);

/* What a planner asks of most scenarios: useful compute and waits of the sites, of many sites the groups'
 * compute. */
void precision_add_default(struct precision *precision, const struct metric_slots *slots);

void precision_free(struct precision *precision);

#endif
