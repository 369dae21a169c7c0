/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/hold.h"

#include "engine/clock.h"

#include <assert.h>
#include <string.h>

void hold_init(struct hold *hold, struct arena *arena, bool backfills, bool event_pass)
{
    memset(hold, 0, sizeof *hold);
    hold->backfills = backfills;
    hold->ends_in_order = backfills && event_pass;
    hold->head = -1;
    hold->arena = arena;
    ordered_init(&hold->by_submit, arena);
    ordered_init_plain(&hold->by_end, arena);
}

void hold_submit(struct hold *hold, const struct job *job, int32_t index)
{
    if (hold->submitted <= job->order)
        hold->submitted = job->order + 1;
    if (hold->backfills)
        ordered_insert(&hold->by_submit, job->submit, job->order, index, job->cards, job->planned);
}

/* The held job does not fit: when could it, by what is planned now? */
static void find_start(struct hold *hold, const struct hold_view *view, int64_t now)
{
    struct reservation *promise = view->scratch;
    reservation_find(promise, view->place, view->jobs, view->running, view->free_now, hold->head, now);
    promise->valid = false; /* nobody else is to follow it */
    hold->submitted_before = hold->submitted;
    hold->starts_before = hold->starts;
    hold->found = true;
    hold->open = promise->open;
    hold->window_end = promise->closed ? INT64_MIN : promise->open ? CLOCK_NEVER : promise->shadow;
}

/* Of two jobs submitted at one instant: does a come before b? */
static bool candidate_precedes(const struct hold *hold, const struct hold_view *view,
                               const struct ordered_entry *a, const struct ordered_entry *b)
{
    bool a_old = a->tie < hold->submitted_before, b_old = b->tie < hold->submitted_before;
    if (a_old != b_old)
        return a_old;
    if (a_old) {
        int64_t key_a = job_at(view->jobs, a->job)->key;
        int64_t key_b = job_at(view->jobs, b->job)->key;
        if (key_a != key_b)
            return key_a < key_b;
    }
    return a->tie < b->tie;
}

/*
 * The first candidate. Free cards only become fewer within a pass, so looking from the beginning again after
 * each start finds what a walk through the list would.
 */
static int32_t find_candidate(const struct hold *hold, const struct hold_view *view, int64_t now)
{
    if (hold->window_end <= now)
        return -1;
    struct ordered_filter filter = {
        .fit_now = view->place->largest(view->free_now),
        .fit_later = 0,
        .window = hold->open ? CLOCK_NEVER : hold->window_end - now - 1, /* strictly before */
    };
    const struct ordered_entry *best = ordered_find(&hold->by_submit, INT64_MIN, INT64_MIN, &filter);
    if (!best)
        return -1;
    const struct ordered_entry *next = best;
    while ((next = ordered_find(&hold->by_submit, next->key, next->tie, &filter)) && next->key == best->key)
        if (candidate_precedes(hold, view, next, best))
            best = next;
    return best->job;
}

int32_t hold_next(struct hold *hold, const struct hold_view *view, int64_t now)
{
    if (hold->head < 0) {
        queue_refresh(view->queue, now); /* keys hold from one pick to the next */
        const struct ordered_entry *first = queue_head(view->queue);
        if (!first)
            return -1;
        hold->head = first->job;
        hold->found = false;
    }
    if (job_at(view->jobs, hold->head)->cards <= view->place->largest(view->free_now))
        return hold->head;
    if (!hold->backfills)
        return -1;
    if (!hold->found || hold->open)
        find_start(hold, view, now);
    return find_candidate(hold, view, now);
}

void hold_start(struct hold *hold, const struct job *job, int32_t index)
{
    if (hold->backfills)
        ordered_remove(&hold->by_submit, job->submit, job->order);
    if (hold->head == index)
        hold->head = -1;
    if (!hold->ends_in_order)
        return;
    hold->fresh =
        arena_room(hold->arena, hold->fresh, hold->fresh_count, &hold->fresh_capacity, sizeof *hold->fresh);
    hold->fresh[hold->fresh_count++] = index;
    hold->starts++;
}

/* The world has set the ends of the jobs that started since the last release. */
static void sort_fresh(struct hold *hold, const struct job_table *jobs)
{
    for (int32_t i = 0; i < hold->fresh_count; i++) {
        const struct job *job = job_at(jobs, hold->fresh[i]);
        ordered_insert(&hold->by_end, job->end, hold->starts - hold->fresh_count + i, hold->fresh[i],
                       job->cards, job->planned);
    }
    hold->fresh_count = 0;
}

static bool end_precedes(const struct hold *hold, const struct job_table *jobs, const struct ordered_entry *a,
                         const struct ordered_entry *b)
{
    bool a_old = a->tie < hold->starts_before, b_old = b->tie < hold->starts_before;
    if (a_old != b_old)
        return a_old;
    int64_t plan_a = job_plan_end(job_at(jobs, a->job)), plan_b = job_plan_end(job_at(jobs, b->job));
    if (a_old && plan_a != plan_b)
        return plan_a < plan_b;
    return a->tie < b->tie;
}

int32_t hold_release(struct hold *hold, const struct job_table *jobs, int32_t index)
{
    if (!hold->ends_in_order)
        return index;
    sort_fresh(hold, jobs);
    const struct ordered_entry *best = ordered_first(&hold->by_end);
    assert(best && best->key == job_at(jobs, index)->end && "under event passes jobs leave at their end");
    const struct ordered_entry *next = best;
    while ((next = ordered_after(&hold->by_end, next->key, next->tie)) && next->key == best->key)
        if (end_precedes(hold, jobs, next, best))
            best = next;
    int32_t first = best->job;
    ordered_remove(&hold->by_end, best->key, best->tie);
    return first;
}
