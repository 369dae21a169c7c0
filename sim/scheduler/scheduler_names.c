/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scheduler_names: the kinds of backfilling and preemption by name. */
#include "scheduler/scheduler.h"

#include <string.h>

struct kind {
    const char *name;
    const char *summary;
};

static const struct kind depths[] = {
    {"none", "strictly in order: the head of the queue blocks"},
    {"easy", "EASY: jobs may pass the head if they do not delay its reservation, or those of the first k"},
    {"conservative", "every waiting job holds a slot; nobody is delayed beyond what was promised"},
    {"hold", "the best job is picked once and held until it fits (RLScheduler, with --pass event)"},
    {"hold-backfill", "the same; others that end before its first earliest start may start meanwhile"},
};

static const struct kind rules[] = {
    {"none", "running jobs are left alone (but by an order that preempts, and reclaim)"},
    {"priority", "the head of the queue stops jobs of lower priority"},
    {"slice", "the head of the queue stops jobs that have had a time slice"},
};

enum { DEPTH_COUNT = sizeof depths / sizeof *depths, RULE_COUNT = sizeof rules / sizeof *rules };

static int named(const struct kind *kinds, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(kinds[i].name, name))
            return i;
    return -1;
}

int scheduler_depth_named(const char *name)
{
    return named(depths, DEPTH_COUNT, name);
}

const char *scheduler_depth_name(int depth)
{
    return depth >= 0 && depth < DEPTH_COUNT ? depths[depth].name : NULL;
}

const char *scheduler_depth_summary(int depth)
{
    return depth >= 0 && depth < DEPTH_COUNT ? depths[depth].summary : NULL;
}

int scheduler_preempt_named(const char *name)
{
    return named(rules, RULE_COUNT, name);
}

const char *scheduler_preempt_name(int rule)
{
    return rule >= 0 && rule < RULE_COUNT ? rules[rule].name : NULL;
}

const char *scheduler_preempt_summary(int rule)
{
    return rule >= 0 && rule < RULE_COUNT ? rules[rule].summary : NULL;
}

bool scheduler_depth_passes(int depth)
{
    return depth == SCHEDULER_EASY || depth == SCHEDULER_CONSERVATIVE || depth == SCHEDULER_HOLD_BACKFILL;
}
