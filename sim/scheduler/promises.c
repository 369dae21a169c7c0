/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/promises.h"

#include "engine/clock.h"

void promises_init(struct promises *promises, struct arena *arena)
{
    promises->broken = true; /* there is no profile yet */
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

void promises_submit(struct promises *promises, struct job_table *jobs, int32_t index, int64_t now)
{
    struct job *job = job_at(jobs, index);
    job->slot = CLOCK_NEVER;
    if (!promises->broken) {
        profile_trim(&promises->profile, now);
        take_slot(promises, job, now);
    }
    ordered_insert(&promises->by_slot, job->slot, job->order, index, job->cards, job->planned);
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
static void compress(struct promises *promises, struct job_table *jobs, const struct ordered *queue,
                     int64_t now)
{
    int64_t most = most_free(&promises->profile, promises->loose_until);
    int64_t left_behind = now;
    const struct ordered_entry *entry = ordered_first(queue);
    for (; entry; entry = ordered_after(queue, entry->key, entry->tie)) {
        struct job *job = job_at(jobs, entry->job);
        int64_t old = job->slot, old_end = slot_end(job);
        if (old <= now || (old >= promises->loose_until && job->cards > most))
            continue; /* starts in this very pass, or cannot gain */
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

void promises_release(struct promises *promises, struct job_table *jobs, const struct ordered *queue,
                      const struct job *job, int64_t now)
{
    if (promises->broken)
        return;
    if (job->plan_end <= now) {
        promises->broken |= job->plan_end < now; /* it ran past its plan */
        return;
    }
    profile_trim(&promises->profile, now);
    profile_change(&promises->profile, now, job->plan_end, job->cards);
    if (job->plan_end > promises->loose_until)
        promises->loose_until = job->plan_end;
    compress(promises, jobs, queue, now);
}

void promises_renew(struct promises *promises, struct job_table *jobs, const struct ordered *queue,
                    const struct ordered *running, int64_t cards, int64_t now)
{
    struct profile *profile = &promises->profile;
    profile_reset(profile, now, cards);
    const struct ordered_entry *entry = ordered_first(running);
    for (; entry; entry = ordered_after(running, entry->key, entry->tie))
        profile_change(profile, now, entry->key, -entry->cards); /* past its plan: planned to end now */
    for (entry = ordered_first(queue); entry; entry = ordered_after(queue, entry->key, entry->tie)) {
        struct job *job = job_at(jobs, entry->job);
        int64_t old = job->slot;
        take_slot(promises, job, now);
        put(promises, entry->job, job, old);
    }
    promises->broken = false;
    promises->loose_until = now;
}
