/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload/trace_tenants.h"

#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The slot of the name, or the empty one where it belongs. */
static uint32_t slot_find(const struct trace_tenants_table *table, const char *name)
{
    uint32_t mask = table->slot_count - 1;
    uint32_t at = (uint32_t)hash_bytes(HASH_START, name, strlen(name)) & mask;
    while (table->slots[at] && strcmp(table->names[table->slots[at] - 1], name) != 0)
        at = (at + 1) & mask;
    return at;
}

static void grow(struct trace_tenants_table *table)
{
    table->capacity = table->capacity ? 2 * table->capacity : 64;
    table->names = memory_grow(table->names, (size_t)table->capacity, sizeof *table->names);
    free(table->slots);
    table->slot_count = 2 * (uint32_t)table->capacity;
    table->slots = memory_alloc(table->slot_count, sizeof *table->slots);
    for (int32_t i = 0; i < table->count; i++)
        table->slots[slot_find(table, table->names[i])] = i + 1;
}

int32_t trace_tenants_number(struct trace_tenants_table *table, const char *name)
{
    if (table->count == table->capacity)
        grow(table);
    uint32_t at = slot_find(table, name);
    if (!table->slots[at]) {
        table->names[table->count++] = memory_text(name);
        table->slots[at] = table->count;
    }
    return table->slots[at] - 1;
}

void trace_tenants_finish(struct trace_tenants_table *table, struct trace *trace)
{
    int32_t *kept = memory_alloc((size_t)table->count, sizeof *kept); /* new number + 1 */
    trace->tenant_names = memory_alloc((size_t)table->count, sizeof *trace->tenant_names);
    trace->tenant_count = 0;
    for (int64_t i = 0; i < trace->count; i++) {
        int32_t old = trace->jobs[i].tenant;
        if (!kept[old]) {
            trace->tenant_names[trace->tenant_count++] = table->names[old];
            table->names[old] = NULL;
            kept[old] = trace->tenant_count;
        }
        trace->jobs[i].tenant = kept[old] - 1;
    }
    free(kept);
}

void trace_tenants_free(struct trace_tenants_table *table)
{
    for (int32_t i = 0; i < table->count; i++)
        free(table->names[i]);
    free(table->names);
    free(table->slots);
    memset(table, 0, sizeof *table);
}
