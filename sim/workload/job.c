/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload/job.h"

#include <assert.h>
#include <string.h>

void job_table_init(struct job_table *table, struct arena *arena)
{
    memset(table, 0, sizeof *table);
    table->arena = arena;
}

static void extend(struct job_table *table)
{
    int32_t old = table->capacity;
    int32_t capacity = old ? 2 * old : 256;
    table->jobs = arena_grow(table->arena, table->jobs, (size_t)old, (size_t)capacity, sizeof *table->jobs);
    table->free_list =
        arena_grow(table->arena, table->free_list, (size_t)old, (size_t)capacity, sizeof *table->free_list);
    table->capacity = capacity;
}

int32_t job_create(struct job_table *table)
{
    int32_t index;
    if (table->free_count) {
        index = table->free_list[--table->free_count];
    } else {
        if (table->used == table->capacity)
            extend(table);
        index = table->used++;
    }
    struct job *job = &table->jobs[index];
    struct job_part *parts = job->parts;
    int32_t part_capacity = job->part_capacity;
    memset(job, 0, sizeof *job);
    job->start = -1;
    job->alive = true;
    job->end_event = CALENDAR_NONE;
    job->parts = parts;
    job->part_capacity = part_capacity;
    return index;
}

void job_release(struct job_table *table, int32_t index)
{
    assert(table->free_count < table->capacity);
    table->jobs[index].alive = false;
    table->free_list[table->free_count++] = index;
}

void job_reserve_parts(struct job_table *table, struct job *job, int32_t count)
{
    if (count <= job->part_capacity)
        return;
    int32_t capacity = job->part_capacity ? job->part_capacity : 1;
    while (capacity < count)
        capacity *= 2;
    job->parts = arena_alloc(table->arena, (size_t)capacity, sizeof *job->parts);
    job->part_capacity = capacity;
}
