/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lifelog_lives: from rows that are lives to the groups that are fitted; part of lifelog_read. */
#include "base/memory.h"
#include "reliability/lifelog_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Lives in all groups: by value of --by, then all kinds of failure together, then each kind. */
void lifelog_lives_finish(struct lifelog_reading *r)
{
    int32_t kinds = r->kinds.count, *kind_order = fit_groups_sorted(&r->kinds);
    int32_t *group_order = fit_groups_sorted(&r->groups);
    int32_t *place = memory_alloc((size_t)r->groups.count + 1, sizeof *place);
    for (int32_t g = 0; g < r->groups.count; g++) {
        const char *group = r->groups.names[group_order[g]];
        place[group_order[g]] = r->data->count;
        lifelog_data_group(r->data, group);
        for (int32_t k = 0; k < kinds; k++) {
            char name[2 * FIT_NAME];
            bool whole = r->by < 0;
            snprintf(name, sizeof name, "%.*s%s%.*s", whole ? 0 : FIT_NAME / 2, group, whole ? "" : " ",
                     FIT_NAME / 2 - 2, r->kinds.names[kind_order[k]]);
            lifelog_data_group(r->data, name);
        }
    }
    for (int32_t i = 0; i < r->count; i++) {
        const struct fit_row *row = &r->rows[i];
        bool within = isnan(row->start);
        r->data->no_start += within;
        double time = (isnan(row->end) ? r->record_end : row->end) - row->start;
        for (int32_t k = -1; k < kinds; k++) {
            struct fit_group *group = &r->data->groups[place[row->group] + 1 + k];
            bool failed = k < 0 ? row->kind >= 0 : row->kind == 1 + kind_order[k];
            if (within)
                group->extra += failed;
            else if (time > 0 || k < 0) /* lengths of 0 are counted once */
                fit_put(r, &group->lives, time, failed);
            else if (failed)
                fit_series_add(&group->lives, r->data->resolution / 2, true);
        }
    }
    free(kind_order);
    free(group_order);
    free(place);
}
