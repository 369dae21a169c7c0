/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lifelog_outages: from the outages of nodes to how long they were up and how long away; part of
 * lifelog_read. */
#include "base/memory.h"
#include "reliability/lifelog_read.h"

#include <math.h>
#include <stdlib.h>

enum { SILENT = 20000000 };

static int by_node(const void *a, const void *b)
{
    const struct fit_row *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->system != y->system)
        return x->system < y->system ? -1 : 1;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* What is known of a system: its first outage, and how long its nodes were seen. */
struct system {
    double first;
    double seen; /* s, of all nodes named */
    int32_t named, nodes;
    int32_t group; /* of its rows; -1: of several */
    bool met;
};

/* The rows of one node, in order of their starts: lives and repairs into its group. */
static void node_walk(struct lifelog_reading *r, const struct fit_row *rows, int32_t count,
                      struct system *system, struct fit_group *group)
{
    double begin = NAN, finish = NAN, last = rows[0].end;
    for (int32_t i = 0; i < count; i++) {
        begin = fmin(begin, rows[i].begin); /* fmin passes over NaN */
        finish = fmax(finish, rows[i].finish);
        last = fmax(last, rows[i].end);
    }
    begin = fmin(isnan(begin) ? system->first : begin, rows[0].start);
    finish = fmax(fmin(isnan(finish) ? r->record_end : finish, r->record_end), last);
    if (rows[0].start > begin)
        fit_put(r, &group->lives, rows[0].start - begin, true);
    double down = rows[0].start, up = rows[0].end;
    for (int32_t i = 1; i <= count; i++) {
        if (i < count && rows[i].start <= up) {
            r->data->merged++;
            up = fmax(up, rows[i].end);
            continue;
        }
        fit_put(r, &group->repairs, up - down, true);
        if (i < count ||
            finish > up) /* it may be out of service, or the record over, before it is up again */
            fit_put(r, &group->lives, (i < count ? rows[i].start : finish) - up, i < count);
        if (i < count) {
            down = rows[i].start;
            up = rows[i].end;
        }
    }
    system->seen += finish - begin;
    system->named++;
}

static struct system *systems_learn(const struct lifelog_reading *r)
{
    struct system *systems = memory_alloc((size_t)r->systems.count, sizeof *systems);
    for (int32_t i = 0; i < r->count; i++) {
        const struct fit_row *row = &r->rows[i];
        struct system *system = &systems[row->system];
        if (!system->met) {
            system->met = true;
            system->first = row->start;
            system->group = row->group;
        }
        system->first = fmin(system->first, row->start);
        system->nodes = row->nodes > system->nodes ? row->nodes : system->nodes;
        if (system->group != row->group)
            system->group = -1;
    }
    return systems;
}

void lifelog_outages_finish(struct lifelog_reading *r)
{
    int32_t *order = fit_groups_sorted(&r->groups);
    int32_t *place = memory_alloc((size_t)r->groups.count, sizeof *place);
    struct system *systems = systems_learn(r);
    for (int32_t g = 0; g < r->groups.count; g++) {
        place[order[g]] = g;
        lifelog_data_group(r->data, r->groups.names[order[g]]);
    }
    qsort(r->rows, (size_t)r->count, sizeof *r->rows, by_node);
    for (int32_t i = 0, next; i < r->count; i = next) {
        const struct fit_row *row = &r->rows[i];
        for (next = i + 1; next < r->count; next++)
            if (r->rows[next].group != row->group || r->rows[next].system != row->system ||
                r->rows[next].node != row->node)
                break;
        node_walk(r, row, next - i, &systems[row->system], &r->data->groups[place[row->group]]);
    }
    for (int32_t s = 0; s < r->systems.count; s++) {
        const struct system *system = &systems[s];
        if (system->group < 0) /* its silent nodes belong to no group */
            continue;
        if (r->data->silent + system->nodes > SILENT) {
            error_add(r->errors, ERROR_INPUT, r->file, 0, NULL,
                      "more than 20,000,000 nodes that no row names; is \"%.60s\" the size of a system?",
                      lifelog_table_name(&r->table, r->column[FIT_NODES]));
            break;
        }
        for (int32_t n = system->named; n < system->nodes; n++) {
            fit_put(r, &r->data->groups[place[system->group]].lives, system->seen / system->named, false);
            r->data->silent++;
        }
    }
    free(order);
    free(place);
    free(systems);
}
