/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scheduler_pass: who starts, at a pass; scheduler.c keeps the machine and moves jobs. */
#include "engine/clock.h"
#include "scheduler/elastic.h"
#include "scheduler/outside.h"
#include "scheduler/planner.h"
#include "scheduler/preempt.h"

static void start_heads(struct scheduler *scheduler, int64_t now)
{
    const struct ordered_entry *head;
    while ((head = queue_head(&scheduler->queue)) &&
           (head->cards <= scheduler->config.place->largest(&scheduler->free_now) ||
            (scheduler->elastic_count && elastic_make_room(scheduler, head->cards, now)))) {
        scheduler->reservation.valid = false; /* it was this head's, or soon is another's */
        scheduler_start(scheduler, head->job, &scheduler->free_now, now);
    }
}

/* What a candidate must keep to beside the head's reservation. */
static struct ordered_filter filter_of(const struct scheduler *scheduler, int64_t fit_now, int64_t now)
{
    const struct reservation *reservation = &scheduler->reservation;
    return (struct ordered_filter){
        .fit_now = fit_now,
        .fit_later = reservation_fit_later(reservation, scheduler->config.place, fit_now),
        .window = reservation->open ? CLOCK_NEVER : reservation->shadow - now,
    };
}

static void renew_reservation(struct scheduler *scheduler, const struct ordered_entry *head, int64_t now)
{
    struct reservation *reservation = &scheduler->reservation;
    if (!head) { /* all wait for cards of their own tenants: nobody to protect */
        reservation->valid = false;
        reservation->open = true;
        reservation->closed = false;
        return;
    }
    if (!reservation->valid || reservation->head != head->job ||
        (!reservation->open && reservation->shadow <= now))
        reservation_find(reservation, scheduler->config.place, scheduler->jobs, &scheduler->running,
                         &scheduler->free_now, head->job, now);
}

/* True when the head's nodes have just been chosen, which may leave less than it seemed. */
static bool choose_nodes(struct scheduler *scheduler)
{
    struct reservation *reservation = &scheduler->reservation;
    if (reservation->chosen)
        return false;
    reservation_choose(reservation, scheduler->config.place, scheduler->jobs, &scheduler->free_now);
    return true;
}

/* Nobody passed this filter; whoever passes a narrower one must have come since. */
static void note_barren(struct scheduler *scheduler, const struct ordered_filter *filter)
{
    /* limits of tenants and the number of jobs examined change who passes otherwise */
    bool plain = !scheduler->queue.apart && !scheduler->config.examine;
    scheduler->barren = (struct scheduler_barren){.known = plain, .filter = *filter};
}

static bool still_barren(const struct scheduler *scheduler, const struct ordered_filter *filter)
{
    const struct scheduler_barren *barren = &scheduler->barren;
    if (!barren->known || filter->fit_now > barren->filter.fit_now ||
        filter->fit_later > barren->filter.fit_later || filter->window > barren->filter.window)
        return false;
    for (int32_t i = 0; i < barren->newcomer_count; i++) {
        const struct job *job = job_at(scheduler->jobs, barren->newcomers[i]);
        if (job->alive && job->state == JOB_QUEUED && job->cards <= filter->fit_now &&
            (job->planned <= filter->window || job->cards <= filter->fit_later))
            return false;
    }
    return true;
}

static void backfill(struct scheduler *scheduler, int64_t now)
{
    const struct scheduler_config *config = &scheduler->config;
    struct reservation *reservation = &scheduler->reservation;
    if (!queue_any_within(&scheduler->queue, config->place->largest(&scheduler->free_now)))
        return; /* nothing fits: the reservation need not even be known */
    renew_reservation(scheduler, queue_head(&scheduler->queue), now);
    if (reservation->closed)
        return;
    queue_read(&scheduler->queue);
    for (int64_t passed = 0;; passed++) {
        struct ordered_filter filter =
            filter_of(scheduler, config->place->largest(&scheduler->free_now), now);
        if (!passed && still_barren(scheduler, &filter))
            return;
        const struct ordered_entry *found = queue_search(&scheduler->queue, &filter);
        if (!found)
            note_barren(scheduler, &filter);
        if (!found || (config->examine && queue_position(&scheduler->queue) + passed > config->examine))
            return;
        if (!reservation->open && found->planned > filter.window && choose_nodes(scheduler)) {
            queue_back(&scheduler->queue); /* it fitted beside the head at best; now it is known */
            passed--;
            continue;
        }
        bool ends_in_time = reservation->open || found->planned <= filter.window;
        scheduler_start(scheduler, found->job, ends_in_time ? &scheduler->free_now : &reservation->later,
                        now);
    }
}

/* Starts the heads of the queue while their slots have come; the first that waits, NULL when none does. */
static const struct ordered_entry *start_promised_heads(struct scheduler *scheduler, int64_t now)
{
    const struct ordered_entry *head;
    while ((head = queue_head(&scheduler->queue)) && job_at(scheduler->jobs, head->job)->slot <= now) {
        const struct nodes *view = planner_view(scheduler, now, head->planned);
        if (head->cards > scheduler->config.place->largest(view))
            break;
        scheduler_start(scheduler, head->job, view, now);
    }
    return head;
}

/* Elastic jobs shrink for a head that does not fit. */
static bool shrink_for(struct scheduler *scheduler, const struct ordered_entry *head, int64_t now)
{
    int64_t need = head->cards + advance_most(&scheduler->advance, now, planner_end(now, head->planned));
    return scheduler->elastic_count && scheduler->config.place->largest(&scheduler->free_now) < need &&
           elastic_make_room(scheduler, need, now);
}

/* Starts the jobs whose slot has come. */
static void keep_promises(struct scheduler *scheduler, int64_t now)
{
    struct promises *promises = &scheduler->promises;
    bool makes_way = scheduler->elastic_count || scheduler->preempts;
    const struct ordered_entry *head;
    do {
        promises_keep(promises, scheduler->jobs, &scheduler->queue, &scheduler->running,
                      scheduler_machine(scheduler), now);
        head = queue_head(&scheduler->queue);
        if (makes_way || (head && job_at(scheduler->jobs, head->job)->reserved))
            head = start_promised_heads(scheduler, now);
    } while (makes_way && head && shrink_for(scheduler, head, now));
    if (head && scheduler->preempts && preempt_pass(scheduler, now))
        return; /* the next pass goes on, before anybody takes the place of those stopped */
    const struct ordered_entry *entry = ordered_first(&promises->by_slot);
    while (entry && entry->key <= now) {
        int64_t key = entry->key, tie = entry->tie;
        const struct nodes *view = planner_view(scheduler, now, entry->planned);
        if (entry->cards <= scheduler->config.place->largest(view))
            scheduler_start(scheduler, entry->job, view, now);
        else
            promises->broken = true; /* somebody ran past its plan, or the free cards are scattered */
        entry = ordered_after(&promises->by_slot, key, tie);
    }
}

/* The job held, or others while it is (hold.h). */
static void start_held(struct scheduler *scheduler, int64_t now)
{
    const struct hold_view view = {.place = scheduler->config.place,
                                   .jobs = scheduler->jobs,
                                   .queue = &scheduler->queue,
                                   .running = &scheduler->running,
                                   .free_now = &scheduler->free_now,
                                   .scratch = &scheduler->reservation};
    int32_t index;
    while ((index = hold_next(&scheduler->hold, &view, now)) >= 0)
        scheduler_start(scheduler, index, &scheduler->free_now, now);
}

/* Event passes: running jobs whose planned and actual end have come count as gone. */
static void release_due(struct scheduler *scheduler, int64_t now)
{
    const struct ordered_entry *entry = ordered_first(&scheduler->running);
    while (entry && entry->key <= now) {
        int64_t key = entry->key, tie = entry->tie;
        struct job *job = job_at(scheduler->jobs, entry->job);
        if (job->end <= now) {
            scheduler_release(scheduler, entry->job, now);
            job->released = true;
        }
        entry = ordered_after(&scheduler->running, key, tie);
    }
}

/* Heads, who gives way to the next one, then candidates, which may have made another job the head. */
static void start_in_order(struct scheduler *scheduler, int64_t now)
{
    const struct scheduler_config *config = &scheduler->config;
    int32_t before;
    do {
        start_heads(scheduler, now);
        if (scheduler->preempts && preempt_pass(scheduler, now))
            return; /* the next pass goes on, before anybody takes the place of those stopped */
        before = scheduler->queue.count;
        if (config->depth == SCHEDULER_EASY && before > (scheduler->queue.apart ? 0 : 1))
            backfill(scheduler, now);
    } while (scheduler->queue.apart && scheduler->queue.count < before);
}

static bool plans(const struct scheduler *scheduler)
{
    return scheduler->config.reservations > 1 || scheduler->advance.count;
}

/* Heads, then candidates; or what the policy picks. */
static void start_jobs(struct scheduler *scheduler, int64_t now)
{
    const struct scheduler_config *config = &scheduler->config;
    if (config->order->picks) {
        outside_pick(scheduler, now);
    } else if (scheduler_holds(scheduler)) {
        start_held(scheduler, now);
    } else if (config->depth == SCHEDULER_CONSERVATIVE) {
        keep_promises(scheduler, now);
    } else if (plans(scheduler)) {
        planner_pass(scheduler, now);
    } else {
        start_in_order(scheduler, now);
    }
}

/* Elastic jobs give way to candidates that delay the head not. */
static void make_room(struct scheduler *scheduler, int64_t now)
{
    while (scheduler->queue.count > (scheduler->queue.apart ? 0 : 1)) {
        renew_reservation(scheduler, queue_head(&scheduler->queue), now);
        if (scheduler->reservation.closed)
            return;
        struct ordered_filter filter = filter_of(scheduler, elastic_largest(scheduler), now);
        queue_read(&scheduler->queue);
        const struct ordered_entry *found = queue_search(&scheduler->queue, &filter);
        int32_t before = scheduler->queue.count;
        if (!found || !elastic_make_room(scheduler, found->cards, now))
            return;
        start_jobs(scheduler, now);
        if (scheduler->queue.count == before || scheduler->awaits)
            return;
    }
}

static void pass(struct scheduler *scheduler, int64_t now)
{
    const struct scheduler_config *config = &scheduler->config;
    struct queue *queue = &scheduler->queue;
    scheduler->started_count = scheduler->stop_count = scheduler->resized_count = 0;
    scheduler->awaits = false;
    scheduler->pass_starts = scheduler->starts;
    if (config->event_pass && !scheduler_holds(scheduler))
        release_due(scheduler, now);
    if (queue->count || config->depth == SCHEDULER_CONSERVATIVE) {
        outside_look(scheduler, now);
        if (!scheduler_holds(scheduler))
            queue_refresh(queue, now);
        if (scheduler->problem[0])
            return;
        start_jobs(scheduler, now);
    }
    if (scheduler->awaits)
        return; /* nor may anybody grow */
    if (scheduler->elastic_count && config->depth == SCHEDULER_EASY && !plans(scheduler))
        make_room(scheduler, now);
    if (scheduler->elastic_count && !scheduler->awaits)
        elastic_grow(scheduler, now);
}

int32_t scheduler_pass(struct scheduler *scheduler, int64_t now)
{
    pass(scheduler, now);
    elastic_drop_unchanged(scheduler, now);
    return scheduler->started_count;
}

int64_t scheduler_wake(const struct scheduler *scheduler, int64_t now)
{
    int64_t wake = CLOCK_NEVER;
    if (scheduler->config.depth == SCHEDULER_CONSERVATIVE) {
        const struct ordered_entry *first = ordered_first(&scheduler->promises.by_slot);
        wake = first ? first->key : CLOCK_NEVER;
    }
    if (scheduler->preempts) {
        int64_t at = preempt_wake(scheduler, now);
        wake = at < wake ? at : wake;
    }
    if (scheduler->elastic_count) {
        int64_t at = elastic_wake(scheduler, now);
        wake = at < wake ? at : wake;
    }
    return wake;
}
