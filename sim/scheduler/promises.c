/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/promises.h"

#include "engine/clock.h"

void promises_init(struct promises *promises, struct arena *arena)
{
    *promises = (struct promises){.arena = arena, .broken = true}; /* there is no profile yet */
    profile_init(&promises->profile, arena);
    ordered_init(&promises->by_slot, arena);
}

static int64_t slot_end(const struct job *job)
{
    if (job->slot == CLOCK_NEVER)
        return CLOCK_NEVER;
    int64_t duration = job->planned < 1 ? 1 : job->planned;
    return duration < CLOCK_NEVER - job->slot ? job->slot + duration : CLOCK_NEVER;
}

/* Finds and reserves the earliest slot. */
static void take_slot(struct promises *promises, struct job *job, int64_t now)
{
    job->slot = profile_earliest(&promises->profile, now, job->cards, job->planned);
    if (job->slot != CLOCK_NEVER)
        profile_change(&promises->profile, job->slot, slot_end(job), -job->cards);
}

void promises_submit(struct promises *promises, struct job_table *jobs, int32_t index)
{
    job_at(jobs, index)->slot = INT64_MIN; /* none to move up from */
    if (promises->fresh_count == promises->fresh_capacity) {
        int32_t capacity = promises->fresh_capacity ? 2 * promises->fresh_capacity : 64;
        promises->fresh = arena_grow(promises->arena, promises->fresh, (size_t)promises->fresh_count,
                                     (size_t)capacity, sizeof *promises->fresh);
        promises->fresh_capacity = capacity;
    }
    promises->fresh[promises->fresh_count++] = index;
}

void promises_release(struct promises *promises, const struct job *job)
{
    if (promises->broken)
        return; /* all slots are made anew at the next pass */
    if (promises->freed_count == promises->freed_capacity) {
        int32_t capacity = promises->freed_capacity ? 2 * promises->freed_capacity : 64;
        promises->freed = arena_grow(promises->arena, promises->freed, (size_t)promises->freed_count,
                                     (size_t)capacity, sizeof *promises->freed);
        promises->freed_capacity = capacity;
    }
    promises->freed[promises->freed_count++] =
        (struct promises_freed){.plan_end = job_plan_end(job), .cards = job->cards};
}

void promises_start(struct promises *promises, const struct job *job, int64_t now)
{
    ordered_remove(&promises->by_slot, job->slot, job->order);
    if (job->slot != now) /* not where the profile has it */
        promises->broken = true;
}

static void put(struct promises *promises, int32_t index, struct job *job, int64_t old)
{
    if (job->slot == old)
        return;
    ordered_remove(&promises->by_slot, old, job->order);
    ordered_insert(&promises->by_slot, job->slot, job->order, index, job->cards, job->planned);
}

/* The most cards that are free at any time in [now, until). */
static int64_t most_free(const struct profile *profile, int64_t until)
{
    int64_t most = 0;
    for (int32_t i = 0; i < profile->count && profile->time[i] < until; i++)
        most = profile->free[i] > most ? profile->free[i] : most;
    return most;
}

/*
 * Each waiting job moves up if it can. A slot that has become possible touches the time in which cards
 * were freed: [now, loose_until), which grows with what moving jobs leave behind. A job whose own slot lies
 * beyond cannot gain when nowhere in there enough cards are free. What a move leaves behind may serve
 * a job that was looked at before it: that stays loose for the next time.
 */
static void compress(struct promises *promises, struct job_table *jobs, struct queue *queue, int64_t now)
{
    int64_t most = most_free(&promises->profile, promises->loose_until);
    int64_t left_behind = now;
    queue_read(queue);
    for (const struct ordered_entry *entry; (entry = queue_walk(queue));) {
        struct job *job = job_at(jobs, entry->job);
        int64_t old = job->slot;
        if (old <= now || (old >= promises->loose_until && job->cards > most))
            continue; /* starts in this very pass, has just come, or cannot gain */
        int64_t old_end = slot_end(job);
        if (old != CLOCK_NEVER)
            profile_change(&promises->profile, old, old_end, job->cards);
        take_slot(promises, job, now);
        if (job->slot == old)
            continue;
        put(promises, entry->job, job, old);
        if (old != CLOCK_NEVER)
            left_behind = old_end > left_behind ? old_end : left_behind;
        if (left_behind > promises->loose_until)
            promises->loose_until = left_behind;
        most = most_free(&promises->profile, promises->loose_until);
    }
    promises->loose_until = left_behind;
}

/* Cards of jobs that ended before their plan become free from now on. */
static bool take_back(struct promises *promises, int64_t now)
{
    bool any = false;
    for (int32_t i = 0; i < promises->freed_count; i++) {
        struct promises_freed freed = promises->freed[i];
        promises->broken |= freed.plan_end < now; /* it ran past its plan: others have waited for it */
        if (freed.plan_end <= now)
            continue;
        profile_change(&promises->profile, now, freed.plan_end, freed.cards);
        if (freed.plan_end > promises->loose_until)
            promises->loose_until = freed.plan_end;
        any = true;
    }
    promises->freed_count = 0;
    return any;
}

/* Slots for the jobs submitted since the last pass, in their order. */
static void welcome(struct promises *promises, struct job_table *jobs, bool find, int64_t now)
{
    for (int32_t i = 0; i < promises->fresh_count; i++) {
        struct job *job = job_at(jobs, promises->fresh[i]);
        job->slot = CLOCK_NEVER;
        if (find)
            take_slot(promises, job, now);
        ordered_insert(&promises->by_slot, job->slot, job->order, promises->fresh[i], job->cards,
                       job->planned);
    }
    promises->fresh_count = 0;
}

/* All slots anew, in queue order. */
static void renew(struct promises *promises, struct job_table *jobs, struct queue *queue,
                  const struct ordered *running, int64_t cards, int64_t now)
{
    struct profile *profile = &promises->profile;
    int64_t planned = ordered_cards(running);
    /* who is past its plan is planned to end now: its cards count as free */
    profile_reset(profile, now, cards - planned + ordered_cards_until(running, now));
    const struct ordered_entry *entry = ordered_after(running, now, INT64_MAX);
    for (; entry && entry->key < CLOCK_NEVER; entry = ordered_after(running, entry->key, entry->tie))
        profile_append(profile, entry->key, entry->cards);
    queue_read(queue);
    while ((entry = queue_walk(queue))) {
        struct job *job = job_at(jobs, entry->job);
        int64_t old = job->slot;
        take_slot(promises, job, now);
        put(promises, entry->job, job, old);
    }
    promises->broken = false;
    promises->loose_until = now;
}

void promises_keep(struct promises *promises, struct job_table *jobs, struct queue *queue,
                   const struct ordered *running, int64_t cards, int64_t now)
{
    const struct ordered_entry *first = ordered_first(running);
    promises->broken |= first && first->key <= now; /* still running at its planned end */
    if (!promises->broken) {
        profile_trim(&promises->profile, now);
        if (take_back(promises, now) && !promises->broken)
            compress(promises, jobs, queue, now);
    }
    promises->freed_count = 0;
    welcome(promises, jobs, !promises->broken, now);
    if (promises->broken)
        renew(promises, jobs, queue, running, cards, now);
}

void promises_set_aside(struct promises *promises, int64_t from, int64_t to, int64_t cards)
{
    (void)from, (void)to, (void)cards;
    promises->broken = true;
}

void promises_give_back(struct promises *promises, int64_t from, int64_t to, int64_t cards)
{
    (void)from, (void)to, (void)cards;
    promises->broken = true;
}
