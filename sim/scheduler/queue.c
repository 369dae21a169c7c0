/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/queue.h"

#include <assert.h>

void queue_init(struct queue *queue, struct arena *arena, struct job_table *jobs,
                const struct order_policy *order, const struct order_policy *candidates,
                const struct tenants *tenants)
{
    bool apart = tenants->bound || order->tenant_rank;
    *queue = (struct queue){.order = order,
                            .candidates = candidates == order ? NULL : candidates,
                            .jobs = jobs,
                            .tenants = tenants,
                            .lane_count = apart ? tenants->count : 1,
                            .arena = arena,
                            .apart = apart};
    size_t lanes = (size_t)queue->lane_count;
    queue->lanes = arena_alloc(arena, lanes, sizeof *queue->lanes);
    queue->cursors = arena_alloc(arena, lanes, sizeof *queue->cursors);
    if (queue->candidates)
        queue->seconds = arena_alloc(arena, lanes, sizeof *queue->seconds);
    if (order->tenant_rank)
        queue->ranks = arena_alloc(arena, lanes, sizeof *queue->ranks);
    queue->refreshes = queue->ranks || order->changes || (queue->candidates && queue->candidates->changes);
    for (int32_t lane = 0; lane < queue->lane_count; lane++) {
        ordered_init(&queue->lanes[lane], arena);
        if (queue->seconds)
            ordered_init(&queue->seconds[lane], arena);
    }
}

static int32_t lane_of(const struct queue *queue, const struct job *job)
{
    return queue->apart ? job->tenant : 0;
}

enum { PROMISED = 1, CLAIMS = 2 }; /* above INT64_MIN, which stands before every entry */

/* A job that was promised its cards comes before everything, then those for which others are being stopped.
 */
static int64_t key_of(const struct order_policy *policy, const struct job *job, int64_t now)
{
    if (job->reserved || job->claims)
        return INT64_MIN + (job->reserved ? PROMISED : CLAIMS);
    return policy->key(policy, job, now);
}

static void plant(struct queue *queue, const struct job *job, int32_t index)
{
    int32_t lane = lane_of(queue, job);
    ordered_insert(&queue->lanes[lane], job->key, job->order, index, job->cards, job->planned);
    if (queue->seconds)
        ordered_insert(&queue->seconds[lane], job->slot, job->order, index, job->cards, job->planned);
}

void queue_use_ring(struct queue *queue, int32_t limit)
{
    assert(!queue->count);
    bool more = limit > 1 && (queue->seconds || queue->order->changes);
    queue->ring_limit = queue->apart ? 0 : more ? 1 : limit;
    queue->in_ring = queue->ring_limit > 0;
}

/* From the ring to the trees, until the queue is empty again. */
static void leave_ring(struct queue *queue)
{
    struct queue_ring *ring = &queue->ring;
    queue->in_ring = false;
    for (int32_t i = 0; i < ring->count; i++) {
        int32_t index = ring->jobs[(ring->first + i) & (ring->capacity - 1)];
        plant(queue, job_at(queue->jobs, index), index);
    }
    ring->count = 0;
}

static void ring_push(struct queue *queue, int32_t index)
{
    struct queue_ring *ring = &queue->ring;
    if (ring->count == ring->capacity) {
        int32_t capacity = ring->capacity ? 2 * ring->capacity : 1024;
        int32_t *jobs = arena_raw(queue->arena, (size_t)capacity, sizeof *jobs);
        for (int32_t i = 0; i < ring->count; i++)
            jobs[i] = ring->jobs[(ring->first + i) & (ring->capacity - 1)];
        ring->jobs = jobs;
        ring->first = 0;
        ring->capacity = capacity;
    }
    ring->jobs[(ring->first + ring->count++) & (ring->capacity - 1)] = index;
}

void queue_insert(struct queue *queue, int32_t index, int64_t now)
{
    struct job *job = job_at(queue->jobs, index);
    job->key = key_of(queue->order, job, now);
    if (queue->seconds)
        job->slot = key_of(queue->candidates, job, now);
    queue->count++;
    queue->cards += job->cards;
    if (queue->in_ring && queue->ring.count &&
        (queue->ring.count >= queue->ring_limit || job->key < queue->ring.last_key))
        leave_ring(queue);
    if (!queue->in_ring) {
        plant(queue, job, index);
        return;
    }
    queue->ring.last_key = job->key;
    ring_push(queue, index);
}

void queue_remove(struct queue *queue, const struct job *job)
{
    queue->count--;
    queue->cards -= job->cards;
    struct queue_ring *ring = &queue->ring;
    if (queue->in_ring && job_at(queue->jobs, ring->jobs[ring->first]) == job) {
        ring->first = (ring->first + 1) & (ring->capacity - 1);
        ring->count--;
        return;
    }
    if (queue->in_ring)
        leave_ring(queue);
    int32_t lane = lane_of(queue, job);
    ordered_remove(&queue->lanes[lane], job->key, job->order);
    if (queue->seconds)
        ordered_remove(&queue->seconds[lane], job->slot, job->order);
    queue->in_ring = !queue->count && queue->ring_limit > 0;
}

struct refresh {
    struct queue *queue;
    int64_t now;
};

static int64_t fresh_key(void *context, int32_t index)
{
    const struct refresh *refresh = context;
    struct job *job = job_at(refresh->queue->jobs, index);
    return job->key = key_of(refresh->queue->order, job, refresh->now);
}

static int64_t fresh_candidate(void *context, int32_t index)
{
    const struct refresh *refresh = context;
    struct job *job = job_at(refresh->queue->jobs, index);
    return job->slot = key_of(refresh->queue->candidates, job, refresh->now);
}

void queue_refresh(struct queue *queue, int64_t now)
{
    if (!queue->refreshes)
        return;
    struct refresh refresh = {queue, now};
    for (int32_t lane = 0; lane < queue->lane_count; lane++) {
        if (queue->ranks)
            queue->ranks[lane] = queue->order->tenant_rank(queue->tenants, lane, now);
        if (queue->order->changes)
            ordered_rebuild(&queue->lanes[lane], fresh_key, &refresh);
        if (queue->seconds && queue->candidates->changes)
            ordered_rebuild(&queue->seconds[lane], fresh_candidate, &refresh);
    }
}

/* True when entry a of one lane comes before entry b of another. */
static bool precedes(const struct queue *queue, int32_t lane_a, const struct ordered_entry *a, int32_t lane_b,
                     const struct ordered_entry *b)
{
    bool entitled_a = tenants_entitled(queue->tenants, lane_a, a->cards);
    bool entitled_b = tenants_entitled(queue->tenants, lane_b, b->cards);
    bool first_a = a->key <= INT64_MIN + CLAIMS, first_b = b->key <= INT64_MIN + CLAIMS;
    if (first_a != first_b)
        return first_a;
    if (first_a)
        return a->key != b->key ? a->key < b->key : a->tie < b->tie;
    if (entitled_a != entitled_b)
        return entitled_a;
    if (queue->ranks &&
        (queue->ranks[lane_a] < queue->ranks[lane_b] || queue->ranks[lane_a] > queue->ranks[lane_b]))
        return queue->ranks[lane_a] < queue->ranks[lane_b];
    return a->key != b->key ? a->key < b->key : a->tie < b->tie;
}

static const struct ordered_entry *ring_front(struct queue *queue)
{
    const struct queue_ring *ring = &queue->ring;
    if (!ring->count)
        return NULL;
    int32_t index = ring->jobs[ring->first];
    const struct job *job = job_at(queue->jobs, index);
    queue->front = (struct ordered_entry){
        .key = job->key, .tie = job->order, .planned = job->planned, .cards = job->cards, .job = index};
    return &queue->front;
}

const struct ordered_entry *queue_head(struct queue *queue)
{
    if (queue->in_ring)
        return ring_front(queue);
    if (!queue->apart)
        return ordered_first(&queue->lanes[0]);
    const struct ordered_entry *best = NULL;
    int32_t best_lane = 0;
    for (int32_t lane = 0; lane < queue->lane_count; lane++) {
        const struct ordered_entry *first = ordered_first(&queue->lanes[lane]);
        if (first && first->cards <= tenants_room(queue->tenants, lane) &&
            (!best || precedes(queue, lane, first, best_lane, best))) {
            best = first;
            best_lane = lane;
        }
    }
    return best;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

bool queue_any_within(struct queue *queue, int64_t cards)
{
    if (queue->in_ring && queue->ring.count < 2) {
        const struct ordered_entry *front = ring_front(queue);
        return front && front->cards <= cards;
    }
    if (queue->in_ring)
        leave_ring(queue);
    if (!queue->apart)
        return ordered_any_within(&queue->lanes[0], cards);
    for (int32_t lane = 0; lane < queue->lane_count; lane++)
        if (ordered_any_within(&queue->lanes[lane], smaller(cards, tenants_room(queue->tenants, lane))))
            return true;
    return false;
}

void queue_read(struct queue *queue)
{
    if (queue->in_ring)
        leave_ring(queue);
    for (int32_t lane = 0; lane < queue->lane_count; lane++)
        queue->cursors[lane] = (struct queue_cursor){INT64_MIN, INT64_MIN};
}

static const struct ordered_entry *pass_cursor(struct queue *queue, int32_t lane,
                                               const struct ordered_entry *entry)
{
    if (!entry)
        return NULL;
    queue->read_lane = lane;
    queue->before = queue->cursors[lane];
    queue->cursors[lane] = (struct queue_cursor){entry->key, entry->tie};
    return entry;
}

void queue_back(struct queue *queue)
{
    queue->cursors[queue->read_lane] = queue->before;
}

const struct ordered_entry *queue_walk(struct queue *queue)
{
    if (!queue->apart)
        return pass_cursor(queue, 0,
                           ordered_after(queue->lanes, queue->cursors[0].key, queue->cursors[0].tie));
    const struct ordered_entry *best = NULL;
    int32_t best_lane = 0;
    for (int32_t lane = 0; lane < queue->lane_count; lane++) {
        const struct queue_cursor *at = &queue->cursors[lane];
        const struct ordered_entry *next = ordered_after(&queue->lanes[lane], at->key, at->tie);
        if (next && (!best || precedes(queue, lane, next, best_lane, best))) {
            best = next;
            best_lane = lane;
        }
    }
    return pass_cursor(queue, best_lane, best);
}

const struct ordered_entry *queue_search(struct queue *queue, const struct ordered_filter *filter)
{
    const struct ordered *trees = queue->seconds ? queue->seconds : queue->lanes;
    if (!queue->apart)
        return pass_cursor(queue, 0,
                           ordered_find(trees, queue->cursors[0].key, queue->cursors[0].tie, filter));
    const struct ordered_entry *best = NULL;
    int32_t best_lane = 0;
    for (int32_t lane = 0; lane < queue->lane_count; lane++) {
        const struct queue_cursor *at = &queue->cursors[lane];
        struct ordered_filter here = *filter;
        if (queue->apart)
            here.fit_now = smaller(here.fit_now, tenants_room(queue->tenants, lane));
        const struct ordered_entry *found = ordered_find(&trees[lane], at->key, at->tie, &here);
        if (found && (!best || precedes(queue, lane, found, best_lane, best))) {
            best = found;
            best_lane = lane;
        }
    }
    return pass_cursor(queue, best_lane, best);
}

int64_t queue_position(const struct queue *queue)
{
    const struct ordered *trees = queue->seconds ? queue->seconds : queue->lanes;
    int64_t before = 0;
    for (int32_t lane = 0; lane < queue->lane_count; lane++)
        before += ordered_rank(&trees[lane], queue->cursors[lane].key, queue->cursors[lane].tie);
    return before;
}
