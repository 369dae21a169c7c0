/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/promises.h"

#include "engine/clock.h"

#include <assert.h>

void promises_init(struct promises *promises, struct arena *arena)
{
    *promises = (struct promises){.arena = arena, .broken = true}; /* there is no profile yet */
    profile_init(&promises->profile, arena);
    gaps_init(&promises->gaps, arena);
    ordered_init_plain(&promises->by_slot, arena);
}

static int64_t end_of(int64_t slot, int64_t planned)
{
    if (slot == CLOCK_NEVER)
        return CLOCK_NEVER;
    int64_t duration = planned < 1 ? 1 : planned;
    return duration < CLOCK_NEVER - slot ? slot + duration : CLOCK_NEVER;
}

static void change(struct promises *promises, int64_t from, int64_t to, int64_t cards)
{
    profile_change(&promises->profile, from, to, cards);
    gaps_follow(&promises->gaps, &promises->profile, from, to, cards);
}

void promises_submit(struct promises *promises, struct job_table *jobs, int32_t index)
{
    job_at(jobs, index)->slot = INT64_MIN; /* none to move up from */
    promises->fresh = arena_room(promises->arena, promises->fresh, promises->fresh_count,
                                 &promises->fresh_capacity, sizeof *promises->fresh);
    promises->fresh[promises->fresh_count++] = index;
}

/* Room for one more in a list of spans. */
static void add_span(struct promises *promises, struct promises_spans *spans, struct promises_span span)
{
    spans->items =
        arena_room(promises->arena, spans->items, spans->count, &spans->capacity, sizeof *spans->items);
    spans->items[spans->count++] = span;
}

void promises_release(struct promises *promises, const struct job *job)
{
    if (promises->broken)
        return; /* all slots are made anew at the next pass */
    add_span(promises, &promises->freed,
             (struct promises_span){.from = INT64_MIN, .to = job_plan_end(job), .cards = job->cards});
}

void promises_start(struct promises *promises, const struct job *job, int64_t now)
{
    ordered_remove(&promises->by_slot, job->slot, job->order);
    if (job->slot != now) /* not where the profile has it */
        promises->broken = true;
}

void promises_set_aside(struct promises *promises, int64_t from, int64_t to, int64_t cards)
{
    assert(from < to && cards > 0);
    add_span(promises, &promises->aside, (struct promises_span){.from = from, .to = to, .cards = cards});
}

void promises_give_back(struct promises *promises, int64_t from, int64_t to, int64_t cards)
{
    struct promises_spans *aside = &promises->aside;
    int32_t i = 0;
    while (i < aside->count &&
           (aside->items[i].from != from || aside->items[i].to != to || aside->items[i].cards != cards))
        i++;
    if (i == aside->count)
        return; /* it is over */
    if (i < promises->aside_known) {
        promises->aside_known--;
        if (!promises->broken)
            add_span(promises, &promises->freed, aside->items[i]);
    }
    aside->count--;
    for (; i < aside->count; i++)
        aside->items[i] = aside->items[i + 1];
}

/* Cards of jobs that ended before their plan, and what was set aside and given back, become free from now on.
 */
static bool take_back(struct promises *promises, int64_t now)
{
    bool any = false;
    for (int32_t i = 0; i < promises->freed.count; i++) {
        struct promises_span span = promises->freed.items[i];
        int64_t from = span.from < now ? now : span.from;
        if (span.from == INT64_MIN && span.to < now)
            promises->broken = true; /* a job ran past its plan: others have waited for it */
        if (span.to <= from)
            continue;
        change(promises, from, span.to, span.cards);
        any = true;
    }
    return any;
}

/* Takes the cards set aside since the last pass out of the profile; slots that collide break the plan. */
static void heed_aside(struct promises *promises, int64_t now)
{
    struct promises_spans *aside = &promises->aside;
    for (; promises->aside_known < aside->count; promises->aside_known++) {
        struct promises_span span = aside->items[promises->aside_known];
        if (span.to <= now)
            continue;
        change(promises, span.from, span.to, -span.cards);
        promises->broken |= profile_least(&promises->profile, span.from, span.to) < 0;
    }
}

static void forget_past(struct promises *promises, int64_t now)
{
    struct promises_spans *aside = &promises->aside;
    int32_t kept = 0;
    for (int32_t i = 0; i < aside->count; i++)
        if (aside->items[i].to > now)
            aside->items[kept++] = aside->items[i];
    aside->count = promises->aside_known = kept;
}

/* Moves a waiting job's slot up if that is possible. The profile changes only where the two slots differ. */
static void move_up(struct promises *promises, struct job *job, const struct ordered_entry *entry)
{
    int64_t old = job->slot, planned = entry->planned;
    int64_t slot = gaps_earlier(&promises->gaps, &promises->profile, entry->cards, planned, old);
    if (slot == old)
        return;
    int64_t end = end_of(slot, planned), old_end = end_of(old, planned);
    job->slot = slot;
    ordered_remove(&promises->by_slot, old, entry->tie);
    ordered_insert(&promises->by_slot, slot, entry->tie, entry->job, entry->cards, planned);
    change(promises, slot, old < end ? old : end, -entry->cards);
    if (old != CLOCK_NEVER)
        change(promises, old < end ? end : old, old_end, entry->cards);
}

/* Each waiting job moves up if it can; what it leaves behind serves those after it, and the others next time.
 */
static void compress(struct promises *promises, struct job_table *jobs, struct queue *queue, int64_t now)
{
    queue_read(queue);
    for (const struct ordered_entry *entry; (entry = queue_walk(queue));) {
        struct job *job = job_at(jobs, entry->job);
        if (job->slot > now) /* else it starts in this very pass, or has just come */
            move_up(promises, job, entry);
    }
}

/* Slots for the jobs submitted since the last pass, in their order. */
static void welcome(struct promises *promises, struct job_table *jobs, bool find)
{
    for (int32_t i = 0; i < promises->fresh_count; i++) {
        int32_t index = promises->fresh[i];
        struct job *job = job_at(jobs, index);
        job->slot = CLOCK_NEVER;
        if (find)
            job->slot =
                gaps_earlier(&promises->gaps, &promises->profile, job->cards, job->planned, CLOCK_NEVER);
        if (job->slot != CLOCK_NEVER)
            change(promises, job->slot, end_of(job->slot, job->planned), -job->cards);
        ordered_insert(&promises->by_slot, job->slot, job->order, index, job->cards, job->planned);
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
    for (int32_t i = 0; i < promises->aside.count; i++) {
        struct promises_span span = promises->aside.items[i];
        profile_change(profile, span.from, span.to, -span.cards);
    }
    gaps_forget(&promises->gaps);
    queue_read(queue);
    while ((entry = queue_walk(queue))) {
        struct job *job = job_at(jobs, entry->job);
        int64_t slot = profile_earliest(profile, now, entry->cards, entry->planned);
        profile_change(profile, slot, end_of(slot, entry->planned), -entry->cards);
        if (slot == job->slot)
            continue;
        ordered_remove(&promises->by_slot, job->slot, entry->tie);
        ordered_insert(&promises->by_slot, slot, entry->tie, entry->job, entry->cards, entry->planned);
        job->slot = slot;
    }
    promises->broken = false;
}

void promises_keep(struct promises *promises, struct job_table *jobs, struct queue *queue,
                   const struct ordered *running, int64_t cards, int64_t now)
{
    const struct ordered_entry *first = ordered_first(running);
    promises->broken |= first && first->key <= now; /* still running at its planned end */
    if (!promises->broken) {
        profile_trim(&promises->profile, now);
        gaps_trim(&promises->gaps, now);
        bool freed = take_back(promises, now);
        heed_aside(promises, now);
        if (freed && !promises->broken)
            compress(promises, jobs, queue, now);
    }
    promises->freed.count = 0;
    forget_past(promises, now);
    welcome(promises, jobs, !promises->broken);
    if (promises->broken)
        renew(promises, jobs, queue, running, cards, now);
}
