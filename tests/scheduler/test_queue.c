/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The queue against a plain list that is sorted anew for every question: entitled tenants first, then by
 * rank, key and number, jobs that claim or are promised their cards before all, limits kept, lanes and
 * candidates.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "engine/dice_case.h"
#include "scheduler/queue.h"

enum { JOBS = 60, TENANTS = 5 };

struct list {
    struct arena arena;
    struct job_table jobs;
    struct tenants tenants;
    struct queue queue;
    struct tenant_terms terms[TENANTS];
    const struct order_policy *order, *candidates;
    int32_t index[JOBS];
    int count; /* waiting: index[0 .. count - 1], in no order */
    int64_t refreshed;
    struct dice dice;
};

static struct job *job_in(struct list *l, int i)
{
    return job_at(&l->jobs, l->index[i]);
}

/* What the queue must know of a job: its key was taken when it came, or at the last refresh. */
static int64_t key_in(struct list *l, int i, bool of_candidate)
{
    const struct job *job = job_in(l, i);
    const struct order_policy *policy = of_candidate ? l->candidates : l->order;
    if (job->reserved)
        return INT64_MIN + 1;
    if (job->claims)
        return INT64_MIN + 2;
    bool anew = policy->changes && l->refreshed > job->detail->ready;
    return order_key(policy, job, anew ? l->refreshed : job->detail->ready);
}

static bool precedes(struct list *l, int a, int b, bool candidates)
{
    const struct job *x = job_in(l, a), *y = job_in(l, b);
    int64_t key_x = key_in(l, a, candidates), key_y = key_in(l, b, candidates);
    bool first_x = x->reserved || x->claims, first_y = y->reserved || y->claims;
    if (first_x != first_y)
        return first_x;
    if (l->queue.apart && !first_x && x->tenant != y->tenant) {
        bool entitled_x = tenants_entitled(&l->tenants, x->tenant, x->cards);
        bool entitled_y = tenants_entitled(&l->tenants, y->tenant, y->cards);
        if (entitled_x != entitled_y)
            return entitled_x;
        if (l->order->tenant_rank) {
            double rank_x = l->order->tenant_rank(&l->tenants, x->tenant, l->refreshed);
            double rank_y = l->order->tenant_rank(&l->tenants, y->tenant, l->refreshed);
            if (rank_x < rank_y || rank_x > rank_y)
                return rank_x < rank_y;
        }
    }
    return key_x != key_y ? key_x < key_y : x->order < y->order;
}

/* Position in the lane, by key alone: lanes are read front to back whatever entitlement says. */
static bool precedes_in_lane(struct list *l, int a, int b, bool candidates)
{
    int64_t x = key_in(l, a, candidates), y = key_in(l, b, candidates);
    return x != y ? x < y : job_in(l, a)->order < job_in(l, b)->order;
}

static int64_t room(struct list *l, int i)
{
    return l->queue.apart ? tenants_room(&l->tenants, job_in(l, i)->tenant) : INT64_MAX;
}

static bool matches(struct list *l, int i, const struct ordered_filter *f)
{
    const struct job *job = job_in(l, i);
    return !f || (job->cards <= f->fit_now && job->cards <= room(l, i) &&
                  (job->planned <= f->window || job->cards <= f->fit_later));
}

/* The next of those not taken yet: of each lane the first that matches behind the last one taken, then the
 * best of them. */
static int next_of(struct list *l, const bool *passed, const struct ordered_filter *f, bool candidates)
{
    int best = -1;
    for (int t = 0; t < TENANTS; t++) {
        int first = -1;
        for (int i = 0; i < l->count; i++)
            if ((!l->queue.apart || job_in(l, i)->tenant == t) && !passed[i] && matches(l, i, f) &&
                (first < 0 || precedes_in_lane(l, i, first, candidates)))
                first = i;
        if (first >= 0 && (best < 0 || precedes(l, first, best, candidates)))
            best = first;
    }
    return best;
}

static void check_head(struct list *l)
{
    int best = -1;
    for (int t = 0; t < TENANTS; t++) {
        int first = -1;
        for (int i = 0; i < l->count; i++)
            if ((!l->queue.apart || job_in(l, i)->tenant == t) &&
                (first < 0 || precedes_in_lane(l, i, first, false)))
                first = i;
        if (first >= 0 && job_in(l, first)->cards <= room(l, first) &&
            (best < 0 || precedes(l, first, best, false)))
            best = first;
    }
    const struct ordered_entry *head = queue_head(&l->queue);
    assert_int_equal(head ? head->job : -1, best < 0 ? -1 : l->index[best]);
    int64_t cards = dice_whole(&l->dice, 0, 40), sum = 0;
    bool any = false;
    for (int i = 0; i < l->count; i++) {
        any |= job_in(l, i)->cards <= cards && job_in(l, i)->cards <= room(l, i);
        sum += job_in(l, i)->cards;
    }
    assert_int_equal(queue_any_within(&l->queue, cards), any);
    assert_int_equal(l->queue.count, l->count);
    assert_int_equal(l->queue.cards, sum);
}

static void pass_by(struct list *l, bool *passed, int taken, bool candidates)
{
    for (int i = 0; i < l->count; i++)
        if ((!l->queue.apart || job_in(l, i)->tenant == job_in(l, taken)->tenant) &&
            !precedes_in_lane(l, taken, i, candidates))
            passed[i] = true;
}

/* Reads to the end, with or without a filter; now and then what was found leaves, or is looked at again. */
static void check_reading(struct list *l, bool filtered)
{
    struct ordered_filter filter = {.fit_now = dice_whole(&l->dice, 1, 40),
                                    .fit_later = dice_whole(&l->dice, 0, 30),
                                    .window = dice_whole(&l->dice, -1, 40 * CLOCK_DAY)};
    bool candidates = filtered && l->order != l->candidates, passed[JOBS] = {false};
    queue_read(&l->queue);
    for (;;) {
        const struct ordered_entry *found =
            filtered ? queue_search(&l->queue, &filter) : queue_walk(&l->queue);
        int expected = next_of(l, passed, filtered ? &filter : NULL, candidates);
        if ((found ? found->job : -1) != (expected < 0 ? -1 : l->index[expected]))
            fail_msg("%s, candidates %s, apart %d: found %d (tenant %d), not %d (tenant %d)", l->order->name,
                     l->candidates->name, l->queue.apart, found ? found->job : -1,
                     found ? job_at(&l->jobs, found->job)->tenant : -1,
                     expected < 0 ? -1 : l->index[expected], expected < 0 ? -1 : job_in(l, expected)->tenant);
        if (!found)
            return;
        if (filtered && dice_once_in(&l->dice, 5)) {
            queue_back(&l->queue);
            filter.fit_later = dice_whole(&l->dice, 0, filter.fit_later);
            continue;
        }
        pass_by(l, passed, expected, candidates);
        int64_t before = 0; /* in the lanes as far as they are read; the one found itself is not before it */
        for (int i = 0; i < l->count; i++)
            before += passed[i];
        if (filtered && !l->queue.apart)
            assert_int_equal(queue_position(&l->queue), before - 1);
        if (dice_once_in(&l->dice, 4)) {
            struct job *job = job_in(l, expected);
            queue_remove(&l->queue, job);
            if (l->queue.apart)
                tenants_change(&l->tenants, job->tenant, job->cards, l->refreshed);
            l->index[expected] = l->index[--l->count];
            passed[expected] = passed[l->count];
            filter.fit_now -= filter.fit_now > 1;
        }
    }
}

static void add(struct list *l, int64_t number, int64_t now)
{
    int32_t index = job_create(&l->jobs);
    struct job *job = job_at(&l->jobs, index);
    job->order = number;
    job->submit = now - dice_whole(&l->dice, 0, dice_once_in(&l->dice, 2) ? 3 : CLOCK_DAY);
    job->submit = job->submit < 0 ? 0 : job->submit;
    job->detail->ready = now;
    job->work = dice_whole(&l->dice, 1, 30 * CLOCK_DAY);
    job->planned = dice_once_in(&l->dice, 6) ? CLOCK_NEVER : job->work + dice_whole(&l->dice, 0, CLOCK_DAY);
    job->cards = (int32_t)dice_whole(&l->dice, 1, 32);
    job->tenant = (int32_t)dice_whole(&l->dice, 0, TENANTS - 1);
    job->priority = (int16_t)dice_whole(&l->dice, -2, 2);
    job->claims = dice_once_in(&l->dice, 30);
    job->reserved = dice_once_in(&l->dice, 30);
    l->index[l->count++] = index;
    queue_insert(&l->queue, index, now);
}

static void check_queue(int order, int candidates, bool bound, uint64_t seed)
{
    static struct list list;
    struct list *l = &list;
    memset(l, 0, sizeof *l);
    l->dice = (struct dice){seed};
    l->order = order_policy_at(order);
    l->candidates = order_policy_at(candidates);
    for (int t = 0; t < TENANTS; t++)
        l->terms[t] = (struct tenant_terms){
            .guarantee = bound ? dice_whole(&l->dice, 0, 90) : 0,
            .limit = bound && dice_once_in(&l->dice, 2) ? dice_whole(&l->dice, 90, 200) : INT64_MAX,
            .weight = 0.5 + dice_unit(&l->dice)};
    job_table_init(&l->jobs, &l->arena, true);
    tenants_init(&l->tenants, &l->arena, TENANTS, l->terms, 9 * CLOCK_HOUR);
    queue_init(&l->queue, &l->arena, &l->jobs, l->order, l->candidates, &l->tenants);
    assert_int_equal(l->queue.apart, bound || l->order->tenant_rank);
    queue_refresh(&l->queue, 0);
    int64_t now = 0;
    for (int step = 0; step < 60; step++) {
        now += dice_whole(&l->dice, 0, 2 * CLOCK_HOUR);
        while (l->count < JOBS && dice_whole(&l->dice, 0, 2))
            add(l, step * 100 + l->count, now);
        for (int32_t t = 0; l->queue.apart && t < TENANTS; t++) /* some of its running jobs end */
            if (dice_once_in(&l->dice, 3))
                tenants_change(&l->tenants, t, -dice_whole(&l->dice, 0, l->tenants.tenants[t].usage), now);
        l->refreshed = now;
        queue_refresh(&l->queue, now);
        check_head(l);
        check_reading(l, step % 3 > 0);
        check_head(l);
    }
    arena_free(&l->arena);
}

static void test_against_a_list(void **state)
{
    (void)state;
    for (int order = 0; order_policy_at(order); order++)
        for (uint64_t seed = 0; seed < 24; seed++) {
            int candidates = seed % 2 ? order : (int)(seed / 2) % 12;
            if (order_policy_at(candidates)->tenant_rank)
                candidates = order;
            check_queue(order, candidates, seed % 3 > 0, seed * 977 + (uint64_t)order);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_a_list)};
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
