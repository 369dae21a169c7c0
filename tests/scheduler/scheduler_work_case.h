/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scheduler_work_case: small random workloads; times are small whole numbers, so that much happens at once.
 */
#ifndef TENK_TESTS_SCHEDULER_SCHEDULER_WORK_CASE_H
#define TENK_TESTS_SCHEDULER_SCHEDULER_WORK_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "engine/dice_case.h"
#include "scheduler/tenants.h"

enum { CASE_JOBS = 40, CASE_NODES = 6, CASE_WINDOWS = 3, CASE_TENANTS = 4 };
enum case_estimates { EXACT, GENEROUS, SHORT, MISSING }; /* planned lengths against run times */

struct case_spec {
    int64_t submit, run, planned; /* on the cards asked for */
    int32_t cards, least, most;
    int32_t tenant;
    int16_t priority;
};

struct case_window {
    int64_t known, from, to;
    int64_t cards;
};

struct case_work {
    int32_t nodes, per_node, cards; /* of the machine */
    int64_t writing;                /* us that a job goes on when it is to be stopped */
    int count;
    int oversized; /* jobs larger than the machine */
    struct case_spec jobs[CASE_JOBS];
    int32_t tenant_count; /* 0: nobody is told apart */
    struct tenant_terms terms[CASE_TENANTS];
    int window_count;
    struct case_window windows[CASE_WINDOWS];
};

static inline bool case_fits(const struct case_work *work, int i)
{
    const struct case_spec *job = &work->jobs[i];
    bool allowed = !work->tenant_count || job->least <= work->terms[job->tenant].limit;
    return job->least <= work->cards && allowed;
}

static inline int64_t case_draw_plan(struct dice *dice, enum case_estimates kind, int64_t run)
{
    switch (kind) {
    case EXACT:
        return run;
    case GENEROUS:
        return run + (dice_once_in(dice, 2) ? dice_whole(dice, 0, 3 * run + 2) : 0);
    case SHORT: /* some end later than planned */
        return dice_whole(dice, 0, 2 * run + 1);
    default:
        return dice_once_in(dice, 5) ? CLOCK_NEVER : run + dice_whole(dice, 0, 4);
    }
}

static inline void case_draw(struct case_work *work, uint64_t seed, enum case_estimates kind, bool oversized)
{
    struct dice dice = {seed * 4 + (uint64_t)kind};
    static const int32_t sizes[] = {1, 2, 4, 8};
    memset(work, 0, sizeof *work);
    work->nodes = (int32_t)dice_whole(&dice, 1, CASE_NODES - 1);
    work->per_node = sizes[dice_whole(&dice, 0, 3)];
    work->cards = work->nodes * work->per_node;
    work->count = (int)dice_whole(&dice, 6, CASE_JOBS);
    int64_t now = 0, longest_gap = dice_whole(&dice, 0, 7);
    for (int i = 0; i < work->count; i++) {
        struct case_spec *job = &work->jobs[i];
        job->submit = now += dice_whole(&dice, 0, longest_gap);
        job->run = dice_whole(&dice, 0, 19);
        job->planned = case_draw_plan(&dice, kind, job->run);
        job->cards = (int32_t)dice_whole(&dice, 1, dice_once_in(&dice, 2) ? work->per_node : work->cards);
        if (oversized && dice_once_in(&dice, 12)) {
            job->cards = work->cards + (int32_t)dice_whole(&dice, 1, 3);
            work->oversized++;
        }
        job->least = job->most = job->cards;
        job->priority = (int16_t)dice_whole(&dice, -1, 2);
    }
}

/* Tenants with guarantees that the machine can keep; limits for some when asked for. */
static inline void case_draw_tenants(struct case_work *work, uint64_t seed, bool limits)
{
    struct dice dice = {seed * 4 + 2000003};
    work->tenant_count = (int32_t)dice_whole(&dice, 2, CASE_TENANTS);
    int64_t left = work->cards;
    for (int32_t t = 0; t < work->tenant_count; t++) {
        int64_t guarantee = dice_once_in(&dice, 3) ? 0 : dice_whole(&dice, 0, left);
        left -= guarantee;
        bool limited = limits && dice_once_in(&dice, 2);
        work->terms[t] = (struct tenant_terms){
            .guarantee = guarantee,
            .limit = limited ? dice_whole(&dice, guarantee > 0 ? guarantee : 1, work->cards) : INT64_MAX,
            .weight = 0.5 + dice_unit(&dice)};
    }
    for (int i = 0; i < work->count; i++)
        work->jobs[i].tenant = (int32_t)dice_whole(&dice, 0, work->tenant_count - 1);
    for (int i = 0; i < work->count; i++)
        work->oversized += !case_fits(work, i);
}

/* About every second job may run on fewer or more cards. */
static inline void case_draw_elastic(struct case_work *work, uint64_t seed)
{
    struct dice dice = {seed * 4 + 3000017};
    for (int i = 0; i < work->count; i++) {
        struct case_spec *job = &work->jobs[i];
        if (job->cards > work->cards || dice_once_in(&dice, 2))
            continue;
        job->least = (int32_t)dice_whole(&dice, 1, job->cards);
        job->most = (int32_t)dice_whole(&dice, job->cards, work->cards);
    }
}

/* Windows that never take more than the machine has, some of them over one another. */
static inline void case_draw_windows(struct case_work *work, uint64_t seed)
{
    struct dice dice = {seed * 4 + 5000011};
    work->window_count = (int)dice_whole(&dice, 1, CASE_WINDOWS);
    int64_t nodes = work->nodes;
    for (int w = 0; w < work->window_count && nodes; w++) {
        struct case_window *window = &work->windows[w];
        int64_t taken = dice_whole(&dice, 1, nodes);
        nodes -= taken;
        window->known = dice_whole(&dice, 0, 60);
        window->from = window->known + dice_whole(&dice, 1, 60);
        window->to = window->from + dice_whole(&dice, 1, 40);
        window->cards = taken * work->per_node - dice_whole(&dice, 0, work->per_node - 1);
        if (!nodes)
            work->window_count = w + 1;
    }
}

#endif
