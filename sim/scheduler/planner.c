/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/planner.h"

#include "engine/clock.h"
#include "scheduler/elastic.h"
#include "scheduler/preempt.h"

int64_t planner_end(int64_t start, int64_t planned)
{
    int64_t length = planned > 1 ? planned : 1;
    return length < CLOCK_NEVER - start ? start + length : CLOCK_NEVER;
}

const struct nodes *planner_view(struct scheduler *scheduler, int64_t now, int64_t planned)
{
    const struct advance *advance = &scheduler->advance;
    int64_t end = planner_end(now, planned);
    if (!scheduler->config.place->by_node || !advance_touches(advance, now, end))
        return &scheduler->free_now;
    nodes_copy(&scheduler->spare, &scheduler->free_now);
    advance_hide(advance, &scheduler->spare, now, end);
    return &scheduler->spare;
}

/* Who is past its plan is planned to end now: its cards count as free. */
static void build_profile(struct scheduler *scheduler, int64_t now)
{
    struct profile *profile = &scheduler->profile;
    const struct ordered *running = &scheduler->running;
    profile_reset(profile, now, scheduler->free_now.free_cards + ordered_cards_until(running, now));
    const struct ordered_entry *entry = ordered_after(running, now, INT64_MAX);
    for (; entry && entry->key < CLOCK_NEVER; entry = ordered_after(running, entry->key, entry->tie))
        profile_append(profile, entry->key, entry->cards);
    for (int32_t i = 0; i < scheduler->advance.count; i++) {
        const struct advance_window *window = &scheduler->advance.windows[i];
        profile_change(profile, window->from, window->to, -window->cards);
    }
}

/*
 * Starts the job when its whole planned time is free from now on, on nodes that it may use. `behind` the
 * head, by node, it must end by the head's shadow or use what the head leaves over.
 */
static bool start_now(struct scheduler *scheduler, int32_t index, bool behind, int64_t now)
{
    struct reservation *reservation = &scheduler->reservation;
    const struct job *job = job_at(scheduler->jobs, index);
    if (profile_earliest(&scheduler->profile, now, job->cards, job->planned) != now && !job->reserved)
        return false;
    const struct nodes *view = planner_view(scheduler, now, job->planned);
    bool guarded = behind && scheduler->config.place->by_node && reservation->valid && !reservation->open;
    if (guarded && job->planned > reservation->shadow - now) {
        if (view != &scheduler->free_now)
            return false; /* a window and the head, both to be kept clear of: leave it */
        if (!reservation->chosen)
            reservation_choose(reservation, scheduler->config.place, scheduler->jobs, &scheduler->free_now);
        view = &reservation->later;
    }
    if (job->cards > scheduler->config.place->largest(view))
        return false;
    if (!behind)
        scheduler->reservation.valid = false; /* it was this head's, or soon is another's */
    scheduler_start(scheduler, index, view, now);
    profile_change(&scheduler->profile, now, planner_end(now, job->planned), -job->cards);
    return true;
}

bool planner_start(struct scheduler *scheduler, int32_t index, int64_t now)
{
    build_profile(scheduler, now);
    return start_now(scheduler, index, false, now);
}

/* Gives a waiting job its earliest slot. False when its time cannot be known, so that nobody may pass it. */
static bool reserve(struct scheduler *scheduler, const struct ordered_entry *entry, bool head, int64_t now)
{
    if (entry->cards > scheduler_machine(scheduler)) {
        scheduler->reservation.valid &= !head; /* it was another's */
        return true;                           /* nothing to protect with the cards there are */
    }
    int64_t slot = profile_earliest(&scheduler->profile, now, entry->cards, entry->planned);
    const struct place_policy *place = scheduler->config.place;
    struct reservation *reservation = &scheduler->reservation;
    if (head && place->by_node && entry->cards <= place->largest(&scheduler->free_now)) {
        reservation->valid = false; /* it waits for the end of a window: no running job is in its way */
    } else if (head && place->by_node) {
        if (!reservation->valid || reservation->head != entry->job || reservation->shadow <= now)
            reservation_find(reservation, scheduler->config.place, scheduler->jobs, &scheduler->running,
                             &scheduler->free_now, entry->job, now);
        if (!reservation->open && reservation->shadow > slot)
            slot = reservation->shadow;
    }
    if (slot == CLOCK_NEVER)
        return false;
    profile_change(&scheduler->profile, slot, planner_end(slot, entry->planned), -(int64_t)entry->cards);
    return true;
}

static void fill_gaps(struct scheduler *scheduler, int64_t now)
{
    const struct place_policy *place = scheduler->config.place;
    struct reservation *reservation = &scheduler->reservation;
    queue_read(&scheduler->queue);
    for (int64_t passed = 0;;) {
        bool guarded = place->by_node && reservation->valid && !reservation->open;
        int64_t fit_now = place->largest(&scheduler->free_now);
        struct ordered_filter filter = {
            .fit_now = fit_now,
            .fit_later = guarded ? reservation_fit_later(reservation, place, fit_now) : INT64_MAX,
            .window = guarded ? reservation->shadow - now : CLOCK_NEVER,
        };
        const struct ordered_entry *found = queue_search(&scheduler->queue, &filter);
        if (!found || (scheduler->config.examine &&
                       queue_position(&scheduler->queue) + passed > scheduler->config.examine))
            return;
        passed += start_now(scheduler, found->job, true, now);
    }
}

/* The head waits: elastic jobs shrink for it. */
static bool shrink_for(struct scheduler *scheduler, const struct ordered_entry *head, int64_t now)
{
    int64_t aside = advance_most(&scheduler->advance, now, planner_end(now, head->planned));
    return scheduler->elastic_count && elastic_make_room(scheduler, head->cards + aside, now);
}

void planner_pass(struct scheduler *scheduler, int64_t now)
{
    const struct scheduler_config *config = &scheduler->config;
    bool makes_way = scheduler->elastic_count || preempt_wanted(config);
    if (!makes_way && !queue_any_within(&scheduler->queue, config->place->largest(&scheduler->free_now)))
        return;
    build_profile(scheduler, now);
    int32_t left = config->depth == SCHEDULER_NONE ? 0 : config->reservations ? config->reservations : 1;
    bool head = true, known = true;
    queue_read(&scheduler->queue);
    for (const struct ordered_entry *entry; (entry = queue_walk(&scheduler->queue));) {
        const struct job *job = job_at(scheduler->jobs, entry->job);
        if (scheduler->queue.apart && entry->cards > tenants_room(&scheduler->tenants, job->tenant))
            continue; /* waits for its own tenant's cards */
        struct ordered_entry kept = *entry;
        if (start_now(scheduler, kept.job, !head, now))
            continue;
        if (head && shrink_for(scheduler, &kept, now)) {
            build_profile(scheduler, now);
            if (start_now(scheduler, kept.job, false, now))
                continue;
        }
        if (head && preempt_wanted(config) && preempt_pass(scheduler, now))
            return; /* before anybody takes the place of those stopped */
        if (!left)
            break;
        known = reserve(scheduler, &kept, head, now);
        head = false;
        if (!known || !--left)
            break;
    }
    if (config->depth != SCHEDULER_NONE && known && scheduler->queue.count)
        fill_gaps(scheduler, now);
}
