/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scheduler_windows_case: cards set aside in the little world of scheduler_case.h: they go when the window
 * begins and come back when it ends. */
#ifndef TENK_TESTS_SCHEDULER_SCHEDULER_WINDOWS_CASE_H
#define TENK_TESTS_SCHEDULER_SCHEDULER_WINDOWS_CASE_H

#include "scheduler_run_case.h"

/* When the last of the windows that last while this one begins was announced; by node each has nodes of its
 * own. */
static inline int64_t case_known(const struct case_run *run, const struct case_window *window)
{
    int64_t known = window->known;
    for (int w = 0; !run->config.place->by_node && w < run->work->window_count; w++)
        if (run->window_open[w] && run->work->windows[w].known > known)
            known = run->work->windows[w].known;
    return known;
}

/* 0: runs past its plan; 1: began before the window was known, or may have shrunk since; 2: neither. */
static inline int case_blame(const struct case_run *run, int i, const struct case_window *window)
{
    const struct job *job = case_job(run, i);
    if (job_plan_end(job) <= run->now || run->state[i] == CASE_WRITING)
        return 0;
    return run->start[i] < case_known(run, window) || elastic_is(job) ? 1 : 2;
}

static inline bool case_stands_in(const struct case_run *run, int i, int w)
{
    const struct job *job = case_job(run, i);
    bool hit =
        !run->config.place->by_node && run->scheduler.free_now.free_cards < run->work->windows[w].cards;
    for (int32_t p = 0; run->config.place->by_node && p < job->part_count; p++)
        hit |= job->parts[p].node >= run->window_first[w] &&
               job->parts[p].node < run->window_first[w] + run->window_nodes[w];
    return hit;
}

/* A window begins: whoever still runs on its cards is stopped, then they go. */
static inline void case_window_begin(struct case_run *run, int w)
{
    const struct case_window *window = &run->work->windows[w];
    const struct advance_window *aside = advance_find(&run->scheduler.advance, run->window_id[w]);
    assert_non_null(aside);
    run->window_first[w] = aside->first_node;
    run->window_nodes[w] = aside->node_count;
    scheduler_end_aside(&run->scheduler, run->window_id[w]);
    run->window_open[w] = true;
    bool by_node = run->config.place->by_node;
    for (int blame = 0; blame < 3; blame++) /* by count, who is to blame is stopped first */
        for (int i = 0; i < run->work->count; i++)
            if (case_holds_cards(run, i) && case_blame(run, i, window) <= blame &&
                case_stands_in(run, i, w)) {
                if (case_blame(run, i, window) == 2)
                    fail_msg("job %d, started at %lld and planned until %lld, stands in window %d", i,
                             (long long)run->start[i], (long long)job_plan_end(case_job(run, i)), w);
                case_stop(run, i);
            }
    for (int32_t n = 0; by_node && n < run->window_nodes[w]; n++) {
        scheduler_node_down(&run->scheduler, run->window_first[w] + n);
        run->down[run->window_first[w] + n] = true;
    }
    if (!by_node) {
        assert_true(run->scheduler.free_now.free_cards >= window->cards);
        scheduler_add_cards(&run->scheduler, -window->cards);
        run->down_cards += window->cards;
    }
}

static inline void case_window_end(struct case_run *run, int w)
{
    run->window_open[w] = false;
    run->window_done[w] = true;
    for (int32_t n = 0; run->config.place->by_node && n < run->window_nodes[w]; n++) {
        run->down[run->window_first[w] + n] = false;
        scheduler_node_up(&run->scheduler, run->window_first[w] + n);
    }
    if (!run->config.place->by_node) {
        run->down_cards -= run->work->windows[w].cards;
        scheduler_add_cards(&run->scheduler, run->work->windows[w].cards);
    }
}

static inline void case_windows(struct case_run *run)
{
    for (int w = 0; w < run->work->window_count; w++)
        if (run->window_open[w] && run->work->windows[w].to == run->now)
            case_window_end(run, w);
    for (int w = 0; w < run->work->window_count; w++) {
        const struct case_window *window = &run->work->windows[w];
        if (window->known == run->now && run->window_id[w] < 0)
            run->window_id[w] = scheduler_set_aside(&run->scheduler, window->from, window->to, window->cards,
                                                    run->work->nodes);
        if (window->from == run->now && !run->window_open[w] && !run->window_done[w])
            case_window_begin(run, w);
    }
}

#endif
