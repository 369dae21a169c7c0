/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * topology: which nodes lie close to which: a site as a tree of groups.
 *
 * Problem: what a gang pays for the network depends on the lowest group that holds all of it: a server, a
 * high-bandwidth domain (super-node, rack), the nodes of one leaf switch, a pod.
 * Choice: nodes are numbered along the tree, so the groups of a level are runs of equally many nodes and
 * every question is a division. The last group of a level may be cut short by the end of the site. A level
 * that a site does not have is as large as the one below it, so that nobody must ask which levels there are.
 *
 * A node is the base unit of placement: what shares cards freely, up to 64 of them. Usually it is the server.
 * Where the domain is smaller than the server (the 910A: two of 4 cards), the node is that domain and
 * `server` says how many of them fail together. Domains of cards: 4 = nodes of 4, server 2; 8 = nodes of 8,
 * no domain; 16 = nodes of 8, domain 2, or nodes of 16; 384 = nodes of 8, domain 48.
 *
 * Parts of jobs are not known here (workload is on the same floor): callers pass node numbers.
 * Units: sizes are in nodes. Complexity: O(levels).
 */
#ifndef TENK_SITE_TOPOLOGY_H
#define TENK_SITE_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum topology_level {
    TOPOLOGY_NODE,
    TOPOLOGY_SERVER,
    TOPOLOGY_DOMAIN,
    TOPOLOGY_LEAF,
    TOPOLOGY_POD,
    TOPOLOGY_SITE,
    TOPOLOGY_LEVELS
};

/* What the user says of a site. */
struct topology_shape {
    int32_t nodes;            /* the site can ever have, >= 0 */
    int32_t cards_per_node;   /* >= 1 */
    int32_t units_per_server; /* nodes that fail together; 0 or 1: the node is the server */
    int32_t domain;           /* nodes of a high-bandwidth domain; 0: there is none beyond the node */
    int32_t leaf;             /* nodes of a leaf switch; 0: not modelled */
    int32_t pod;              /* nodes of a pod; 0: not modelled */
};

struct topology {
    int32_t nodes;
    int32_t cards_per_node;
    int32_t units_per_server;      /* >= 1 */
    int32_t size[TOPOLOGY_LEVELS]; /* nodes of a whole group; never less than that of the level below */
};

/* Name of a level, as settings and messages call it. */
const char *topology_level_name(enum topology_level level);

/*
 * What is wrong with one level of a shape (server, domain, leaf or pod), so that a checker can tell every
 * mistake at its own setting. False and an empty text when it is right.
 */
bool topology_problem(const struct topology_shape *shape, enum topology_level level, char *text, size_t size);

/* The tree of a shape without problems. */
struct topology topology_build(const struct topology_shape *shape);

static inline int32_t topology_group(const struct topology *topology, enum topology_level level, int32_t node)
{
    return node / topology->size[level];
}

/* Groups of a level, the last one perhaps cut short. */
int32_t topology_groups(const struct topology *topology, enum topology_level level);

/* The level exists on its own: its groups are larger than those of the level below. */
static inline bool topology_has(const struct topology *topology, enum topology_level level)
{
    return level > TOPOLOGY_NODE && topology->size[level] > topology->size[level - 1];
}

/* Lowest level with a group that holds all nodes from `first` to `last`, hence any set of them. */
enum topology_level topology_span(const struct topology *topology, int32_t first, int32_t last);

/* Lowest level with groups of at least so many nodes: what the best placement of them spans. */
enum topology_level topology_need(const struct topology *topology, int32_t nodes);

/*
 * Counting the groups that a set of nodes touches: marks are topology_groups(..) bits, all 0. True when the
 * group of the node was not marked before. Unmarking the same nodes leaves all bits 0 again, so both cost
 * O(nodes of the set).
 */
bool topology_mark(const struct topology *topology, enum topology_level level, int32_t node, uint64_t *marks);
void topology_unmark(const struct topology *topology, enum topology_level level, int32_t node,
                     uint64_t *marks);

#endif
