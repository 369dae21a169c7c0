/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload/job.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(struct job) <= 128, "a job is two cache lines");

void job_table_init(struct job_table *table, struct arena *arena, bool detailed)
{
    *table = (struct job_table){.arena = arena, .detailed = detailed, .free_list = -1};
    chunks_init(&table->jobs, arena, sizeof(struct job), JOB_BLOCK_SHIFT);
}

int32_t job_create(struct job_table *table)
{
    int32_t index = table->free_list;
    if (index >= 0) {
        table->free_list = job_at(table, index)->wait_index;
        table->free_count--;
    } else {
        if (table->used == chunks_capacity(&table->jobs))
            chunks_extend_raw(&table->jobs);
        index = table->used++;
        struct job *fresh = job_at(table, index);
        fresh->parts = NULL;
        fresh->part_capacity = 0;
        fresh->detail = NULL;
    }
    struct job *job = job_at(table, index);
    *job = (struct job){.start = -1,
                        .alive = true,
                        .end_event = CALENDAR_NONE,
                        .parts = job->parts,
                        .part_capacity = job->part_capacity,
                        .detail = job->detail};
    if (table->detailed) {
        if (!job->detail)
            job->detail = arena_raw(table->arena, 1, sizeof *job->detail);
        *job->detail =
            (struct job_detail){.speed = 1, .locality = 1, .maturity = 1, .estimate = 1, .ported = INT64_MIN};
    }
    return index;
}

void job_release(struct job_table *table, int32_t index)
{
    struct job *job = job_at(table, index);
    assert(job->alive);
    job->alive = false;
    job->wait_index = table->free_list;
    table->free_list = index;
    table->free_count++;
}

void job_reserve_parts(struct job_table *table, struct job *job, int32_t count)
{
    if (count <= job->part_capacity)
        return;
    int32_t capacity = job->part_capacity ? job->part_capacity : 1;
    while (capacity < count)
        capacity *= 2;
    struct job_part *parts = arena_raw(table->arena, (size_t)capacity, sizeof *parts);
    if (job->part_count)
        memcpy(parts, job->parts, (size_t)job->part_count * sizeof *parts);
    job->parts = parts;
    job->part_capacity = capacity;
}
