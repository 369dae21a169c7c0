/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace_tenants: names of users, groups, queues, ... as dense numbers; part of trace.
 *
 * Problem: fair share and quotas want an array by tenant, and logs have names or scattered numbers.
 * Choice: names get numbers as the file is read (open addressing by FNV-1a, linear probing, at most half
 * full), and are numbered anew by the jobs that were kept, in their order, so that a selection has no
 * tenants without jobs. Complexity: O(1) expected a job; O(jobs + names) to number anew. The table owns its
 * memory and names until trace_tenants_finish hands the names of kept jobs to the trace.
 */
#ifndef TENK_WORKLOAD_TRACE_TENANTS_H
#define TENK_WORKLOAD_TRACE_TENANTS_H

#include "workload/trace.h"

struct trace_tenants_table {
    char **names;
    int32_t count, capacity;
    int32_t *slots; /* number of a name + 1; 0: empty */
    uint32_t slot_count;
};

/* The number of the name, a new one for a new name. */
int32_t trace_tenants_number(struct trace_tenants_table *table, const char *name);

/* Numbers the tenants of trace->jobs anew by first appearance; sets tenant_count and tenant_names. */
void trace_tenants_finish(struct trace_tenants_table *table, struct trace *trace);

void trace_tenants_free(struct trace_tenants_table *table);

#endif
