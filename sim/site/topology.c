/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "site/topology.h"

#include <assert.h>
#include <stdio.h>

static const char *const names[] = {"node", "server", "domain", "leaf", "pod", "site"};

const char *topology_level_name(enum topology_level level)
{
    return names[level];
}

static int32_t wanted(const struct topology_shape *shape, enum topology_level level)
{
    switch (level) {
    case TOPOLOGY_SERVER:
        return shape->units_per_server;
    case TOPOLOGY_DOMAIN:
        return shape->domain;
    case TOPOLOGY_LEAF:
        return shape->leaf;
    case TOPOLOGY_POD:
        return shape->pod;
    default:
        return 0;
    }
}

bool topology_problem(const struct topology_shape *shape, enum topology_level level, char *text, size_t size)
{
    int32_t nodes = wanted(shape, level);
    text[0] = 0;
    if (nodes < 0) {
        snprintf(text, size, "is %d nodes; at least 0 allowed (0: no such level)", (int)nodes);
        return true;
    }
    if (nodes == 0)
        return false;
    for (enum topology_level below = level; below-- > TOPOLOGY_SERVER;) {
        int32_t part = wanted(shape, below);
        if (part <= 0)
            continue;
        if (nodes % part)
            snprintf(text, size, "is %d nodes; must be a multiple of the %s's %d", (int)nodes, names[below],
                     (int)part);
        break;
    }
    if (level == TOPOLOGY_SERVER && shape->nodes % nodes)
        snprintf(text, size, "is %d nodes; the %d nodes of the site are no whole number of servers",
                 (int)nodes, (int)shape->nodes);
    return text[0] != 0;
}

struct topology topology_build(const struct topology_shape *shape)
{
    struct topology topology = {.nodes = shape->nodes, .cards_per_node = shape->cards_per_node};
    topology.size[TOPOLOGY_NODE] = 1;
    for (enum topology_level level = TOPOLOGY_SERVER; level < TOPOLOGY_SITE; level++) {
        char text[128];
        assert(!topology_problem(shape, level, text, sizeof text));
        int32_t nodes = wanted(shape, level);
        topology.size[level] = nodes ? nodes : topology.size[level - 1];
    }
    int32_t pod = topology.size[TOPOLOGY_POD];
    topology.size[TOPOLOGY_SITE] = shape->nodes > pod ? shape->nodes : pod;
    topology.units_per_server = topology.size[TOPOLOGY_SERVER];
    return topology;
}

int32_t topology_groups(const struct topology *topology, enum topology_level level)
{
    int32_t size = topology->size[level];
    return topology->nodes / size + (topology->nodes % size != 0);
}

enum topology_level topology_span(const struct topology *topology, int32_t first, int32_t last)
{
    assert(first >= 0 && first <= last && last < topology->nodes);
    enum topology_level level = TOPOLOGY_NODE;
    while (level < TOPOLOGY_SITE &&
           topology_group(topology, level, first) != topology_group(topology, level, last))
        level++;
    return level;
}

enum topology_level topology_need(const struct topology *topology, int32_t nodes)
{
    enum topology_level level = TOPOLOGY_NODE;
    while (level < TOPOLOGY_SITE && topology->size[level] < nodes)
        level++;
    return level;
}

bool topology_mark(const struct topology *topology, enum topology_level level, int32_t node, uint64_t *marks)
{
    int32_t group = topology_group(topology, level, node);
    uint64_t bit = (uint64_t)1 << (group % 64);
    bool fresh = !(marks[group / 64] & bit);
    marks[group / 64] |= bit;
    return fresh;
}

void topology_unmark(const struct topology *topology, enum topology_level level, int32_t node,
                     uint64_t *marks)
{
    int32_t group = topology_group(topology, level, node);
    marks[group / 64] &= ~((uint64_t)1 << (group % 64));
}
