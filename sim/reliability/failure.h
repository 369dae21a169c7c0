/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * failure: when nodes fail and how long their repair takes.
 *
 * A node that is up fails after an exponential time with a constant rate (measured as failures per
 * 1,000 node-days) whether it computes or idles; repair takes a lognormal time, and the node is as
 * good as new. The n-th failure of a node draws from a stream of its own, so no policy and no other
 * node shifts it.
 */
#ifndef TENK_RELIABILITY_FAILURE_H
#define TENK_RELIABILITY_FAILURE_H

#include <stdint.h>

struct failure_model {
    double per_node_us;   /* failures per node and microsecond of uptime; 0: never */
    double repair_median; /* us */
    double repair_sigma;  /* of the logarithm */
};

struct failure_draw {
    int64_t uptime; /* us from coming up to the failure; CLOCK_NEVER: none within any horizon */
    int64_t repair; /* us, at least 1 */
};

/* Failure number `number` (from 0) of a node (below 2^24 - 1; sites number their nodes apart). O(1). */
struct failure_draw failure_draw(const struct failure_model *model, uint64_t seed, uint32_t replication,
                                 uint32_t node, uint32_t number);

/* Its uptime alone, for less. */
int64_t failure_uptime(const struct failure_model *model, uint64_t seed, uint32_t replication, uint32_t node,
                       uint32_t number);

#endif
