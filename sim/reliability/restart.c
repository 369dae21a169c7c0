/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/restart.h"

#include <assert.h>

int64_t restart_stage_time(const struct restart_stage *stage, int64_t cards, int64_t reading)
{
    assert(cards >= 0 && reading >= 0);
    /* in whole thousands and the rest: the product of all cards would overflow sooner */
    int64_t growing = cards / 1000 * stage->per_thousand + (cards % 1000 * stage->per_thousand + 999) / 1000;
    return stage->fixed + growing + (stage->reads ? reading : 0);
}

int64_t restart_time(const struct restart_model *model, enum restart_kind kind, int64_t cards,
                     int64_t reading)
{
    const struct restart_row *row = &model->row[kind];
    assert(row->count >= 0 && row->count <= RESTART_STAGES);
    int64_t time = 0;
    for (int32_t i = 0; i < row->count; i++)
        time += restart_stage_time(&row->stage[i], cards, reading);
    return time;
}
