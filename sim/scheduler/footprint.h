/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * footprint: what a placement touches of a site's tree, against what the best placement of that size would.
 *
 * Here and not in site/ or performance/: it joins the parts of a job (workload), the tree (site) and the
 * levels that cost speed (performance), which know nothing of one another. Complexity: O(parts). Nothing is
 * allocated; `marks` is scratch of the caller, all 0 before and after.
 */
#ifndef TENK_SCHEDULER_FOOTPRINT_H
#define TENK_SCHEDULER_FOOTPRINT_H

#include "performance/locality.h"
#include "site/topology.h"
#include "workload/job.h"

struct footprint {
    int32_t servers;                  /* touched */
    int32_t fewest;                   /* servers that the gang could do with on an empty site */
    enum topology_level span;         /* lowest level with a group that holds the gang */
    enum topology_level need;         /* what it would be at best */
    bool crossed[LOCALITY_CROSSINGS]; /* several groups of the level although one could hold the gang */
};

/* Words of `marks` for a level: one bit a group. */
static inline size_t footprint_words(const struct topology *topology, enum topology_level level)
{
    return (size_t)(topology_groups(topology, level) + 63) / 64;
}

/* Groups of a level that the parts (at least one) touch. */
int32_t footprint_groups(const struct topology *topology, enum topology_level level,
                         const struct job_part *parts, int32_t count, uint64_t *marks);

/* Lowest level with a group that holds all parts (at least one). */
enum topology_level footprint_span(const struct topology *topology, const struct job_part *parts,
                                   int32_t count);

/* Of a gang; marks for TOPOLOGY_SERVER. */
struct footprint footprint_of(const struct topology *topology, const struct job_part *parts, int32_t count,
                              uint64_t *marks);

/* The locality factor of a footprint. */
static inline double footprint_factor(const struct footprint *footprint, const struct locality_model *model)
{
    return locality_factor(model, (double)footprint->servers / footprint->fewest, footprint->crossed);
}

#endif
