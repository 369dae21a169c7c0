/* SPDX-License-Identifier: GPL-3.0-or-later */
/* properties_case: who comes first and when the head could start, from nothing but the running jobs. */
#ifndef TENK_TESTS_SCHEDULER_PROPERTIES_CASE_H
#define TENK_TESTS_SCHEDULER_PROPERTIES_CASE_H

#include "scheduler_case.h"

static inline bool case_comes_before(const struct case_run *run, const struct order_policy *order, int a,
                                     int b)
{
    int64_t key_a = order_key(order, case_job(run, a), run->now);
    int64_t key_b = order_key(order, case_job(run, b), run->now);
    return key_a != key_b ? key_a < key_b : a < b;
}

/* Without tenants: the first of the queue. */
static inline int case_head(const struct case_run *run)
{
    int head = -1;
    for (int i = 0; i < run->work->count; i++)
        if (run->state[i] == CASE_WAITING && (head < 0 || case_comes_before(run, run->config.order, i, head)))
            head = i;
    return head;
}

/*
 * The promise to the head from nothing but the running jobs and the policy's own placement: the earliest
 * planned time at which it fits, CLOCK_NEVER when none is known, -1 when the machine is too small.
 */
static inline int64_t case_promise(const struct case_run *run, struct nodes *view, int head)
{
    const struct place_policy *place = run->config.place;
    bool left[CASE_JOBS] = {false};
    view->free_cards = case_machine(run);
    for (int32_t node = 0; node < view->count; node++)
        nodes_set(view, node, run->scheduler.free_now.free[node]);
    for (int i = 0; i < run->work->count; i++) {
        left[i] = case_holds_cards(run, i);
        if (left[i] && !place->by_node)
            view->free_cards -= run->work->jobs[i].cards;
    }
    for (;;) {
        int next = -1;
        for (int i = 0; i < run->work->count; i++)
            if (left[i] && (next < 0 || job_plan_end(case_job(run, i)) < job_plan_end(case_job(run, next))))
                next = i;
        if (next < 0)
            return -1;
        const struct job *job = case_job(run, next);
        left[next] = false;
        view->free_cards += place->by_node ? 0 : job->cards;
        for (int32_t p = 0; place->by_node && p < job->part_count; p++)
            nodes_set(view, job->parts[p].node, view->free[job->parts[p].node] + job->parts[p].cards);
        if (place->largest(view) >= run->work->jobs[head].cards)
            return job_plan_end(job) > run->now ? job_plan_end(job) : run->now;
    }
}

typedef void case_visit(const struct scheduler_config *config);

/* Every combination of orders that stop nobody, placements, depths below `depths` and kinds of pass; only
 * EASY looks at the order of candidates. */
static inline void case_each(case_visit *call, int depths)
{
    struct scheduler_config config = {.salt = 977};
    for (int o = 0; (config.order = order_policy_at(o)); o++)
        for (int p = 0; !config.order->preempts && (config.place = place_policy_at(p)); p++)
            for (config.depth = 0; config.depth < depths && scheduler_depth_name(config.depth);
                 config.depth++)
                for (int c = 0; c < (config.depth == SCHEDULER_EASY ? 3 : 1); c++)
                    for (int event = 0; event < (config.place->by_node ? 1 : 2); event++) {
                        config.candidates = order_policy_named(c == 0 ? "fcfs" : c == 1 ? "sjf" : "wfp3");
                        config.event_pass = event;
                        call(&config);
                    }
}

#endif
