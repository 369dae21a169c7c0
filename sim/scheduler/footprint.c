/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/footprint.h"

#include <assert.h>

int32_t footprint_groups(const struct topology *topology, enum topology_level level,
                         const struct job_part *parts, int32_t count, uint64_t *marks)
{
    int32_t groups = 0;
    for (int32_t i = 0; i < count; i++)
        groups += topology_mark(topology, level, parts[i].node, marks);
    for (int32_t i = 0; i < count; i++)
        topology_unmark(topology, level, parts[i].node, marks);
    return groups;
}

enum topology_level footprint_span(const struct topology *topology, const struct job_part *parts,
                                   int32_t count)
{
    assert(count >= 1);
    int32_t first = parts[0].node, last = first;
    for (int32_t i = 1; i < count; i++) {
        int32_t node = parts[i].node;
        first = node < first ? node : first;
        last = node > last ? node : last;
    }
    return topology_span(topology, first, last);
}

struct footprint footprint_of(const struct topology *topology, const struct job_part *parts, int32_t count,
                              uint64_t *marks)
{
    static const enum topology_level levels[LOCALITY_CROSSINGS] = {
        [LOCALITY_DOMAIN] = TOPOLOGY_DOMAIN, [LOCALITY_LEAF] = TOPOLOGY_LEAF, [LOCALITY_POD] = TOPOLOGY_POD};
    int64_t cards = 0;
    for (int32_t i = 0; i < count; i++)
        cards += parts[i].cards;
    int32_t nodes = (int32_t)((cards + topology->cards_per_node - 1) / topology->cards_per_node);
    int32_t units = topology->units_per_server;
    struct footprint footprint = {
        .servers = count,
        .fewest = nodes / units + (nodes % units != 0),
        .span = footprint_span(topology, parts, count),
        .need = topology_need(topology, nodes),
    };
    if (units > 1) /* else every part is a server */
        footprint.servers = footprint_groups(topology, TOPOLOGY_SERVER, parts, count, marks);
    for (int i = 0; i < LOCALITY_CROSSINGS; i++)
        footprint.crossed[i] =
            topology_has(topology, levels[i]) && footprint.span > levels[i] && footprint.need <= levels[i];
    return footprint;
}
