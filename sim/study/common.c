/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/common.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

void common_build(struct common *common, const struct study *study, int points)
{
    const struct metric_slots *first = study_slots(study, 0);
    size_t most = (size_t)first->count;
    *common = (struct common){.points = points};
    common->slots = memory_alloc(most * (size_t)points, sizeof *common->slots);
    common->scope = memory_alloc(most, sizeof *common->scope);
    common->metric = memory_alloc(most, sizeof *common->metric);
    for (int s = 0; s < first->count; s++) {
        const char *scope = first->scopes[first->slots[s].scope].name;
        int *row = common->slots + (size_t)common->count * (size_t)points;
        bool all = true;
        for (int p = 0; p < points && all; p++) {
            row[p] = metric_slot_find(study_slots(study, p), scope, first->slots[s].metric);
            all = row[p] >= 0;
        }
        if (!all)
            continue;
        common->scope[common->count] = scope;
        common->metric[common->count++] = first->slots[s].metric;
    }
}

void common_free(struct common *common)
{
    free(common->slots);
    free(common->scope);
    free(common->metric);
    *common = (struct common){0};
}

int common_find(const struct common *common, int slot)
{
    for (int i = 0; i < common->count; i++)
        if (common->slots[(size_t)i * (size_t)common->points] == slot)
            return i;
    return -1;
}

void common_values(const struct common *common, const struct study *study, int number, int futures,
                   int32_t mirror, double *matrix)
{
    const int *row = common->slots + (size_t)number * (size_t)common->points;
    for (int r = 0; r < futures; r++) {
        for (int p = 0; p < common->points; p++) {
            const double *values = study_values(study, p, r | mirror);
            *matrix++ = values ? values[row[p]] : NAN;
        }
    }
}
