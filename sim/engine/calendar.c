/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/calendar.h"

#include "engine/clock.h"

#include <assert.h>

enum { SLOT_BITS = 24, SEQUENCE_BITS = 36 };

static const uint64_t slot_mask = ((uint64_t)1 << SLOT_BITS) - 1;

void calendar_init(struct calendar *calendar, struct arena *arena)
{
    *calendar = (struct calendar){.arena = arena, .free_slot = -1, .now = INT64_MIN};
}

/* The tie lives in the slot: it is looked at only when time and class are equal, which is rare. */
static bool before(const struct calendar *calendar, struct calendar_entry a, struct calendar_entry b)
{
    if (a.time != b.time)
        return a.time < b.time;
    uint64_t class_a = a.key >> (SLOT_BITS + SEQUENCE_BITS), class_b = b.key >> (SLOT_BITS + SEQUENCE_BITS);
    if (class_a == class_b) {
        uint32_t tie_a = calendar->slots[a.key & slot_mask].tie,
                 tie_b = calendar->slots[b.key & slot_mask].tie;
        if (tie_a != tie_b)
            return tie_a < tie_b;
    }
    return a.key < b.key;
}

static void set(struct calendar *calendar, int32_t position, struct calendar_entry entry)
{
    calendar->heap[position] = entry;
    calendar->slots[entry.key & slot_mask].position = position;
}

static void sift_up(struct calendar *calendar, int32_t position, struct calendar_entry entry)
{
    while (position > 0) {
        int32_t parent = (position - 1) / 4;
        if (!before(calendar, entry, calendar->heap[parent]))
            break;
        set(calendar, position, calendar->heap[parent]);
        position = parent;
    }
    set(calendar, position, entry);
}

static void sift_down(struct calendar *calendar, int32_t position, struct calendar_entry entry)
{
    for (;;) {
        int32_t child = 4 * position + 1;
        if (child >= calendar->count)
            break;
        int32_t end = child + 4 < calendar->count ? child + 4 : calendar->count;
        int32_t best = child;
        for (int32_t i = child + 1; i < end; i++)
            if (before(calendar, calendar->heap[i], calendar->heap[best]))
                best = i;
        if (!before(calendar, calendar->heap[best], entry))
            break;
        set(calendar, position, calendar->heap[best]);
        position = best;
    }
    set(calendar, position, entry);
}

static void extend(struct calendar *calendar)
{
    int32_t old = calendar->capacity;
    int32_t capacity = old ? 2 * old : 64;
    assert(capacity <= (int32_t)slot_mask + 1 && "too many pending events");
    calendar->heap =
        arena_grow(calendar->arena, calendar->heap, (size_t)old, (size_t)capacity, sizeof *calendar->heap);
    calendar->slots =
        arena_grow(calendar->arena, calendar->slots, (size_t)old, (size_t)capacity, sizeof *calendar->slots);
    for (int32_t slot = capacity - 1; slot >= old; slot--) {
        calendar->slots[slot].position = calendar->free_slot;
        calendar->free_slot = slot;
    }
    calendar->capacity = capacity;
}

struct calendar_handle calendar_push(struct calendar *calendar, int64_t time, unsigned event_class,
                                     uint32_t tie, struct calendar_event event)
{
    assert(time >= calendar->now && event_class < 16);
    if (calendar->free_slot < 0)
        extend(calendar);
    int32_t index = calendar->free_slot;
    struct calendar_slot *slot = &calendar->slots[index];
    calendar->free_slot = slot->position;
    slot->event = event;
    slot->event.time = time;
    slot->tie = tie;
    uint64_t key = (uint64_t)event_class << (SLOT_BITS + SEQUENCE_BITS) |
                   (calendar->sequence++ & (((uint64_t)1 << SEQUENCE_BITS) - 1)) << SLOT_BITS |
                   (uint64_t)index;
    calendar->operations++;
    sift_up(calendar, calendar->count++, (struct calendar_entry){.time = time, .key = key});
    return (struct calendar_handle){.slot = index, .generation = slot->generation};
}

static void release(struct calendar *calendar, int32_t index)
{
    struct calendar_slot *slot = &calendar->slots[index];
    slot->generation++;
    slot->position = calendar->free_slot;
    calendar->free_slot = index;
}

bool calendar_pop(struct calendar *calendar, struct calendar_event *event)
{
    if (!calendar->count)
        return false;
    int32_t index = (int32_t)(calendar->heap[0].key & slot_mask);
    *event = calendar->slots[index].event;
    calendar->now = event->time;
    calendar->operations++;
    struct calendar_entry last = calendar->heap[--calendar->count];
    if (calendar->count)
        sift_down(calendar, 0, last);
    release(calendar, index);
    return true;
}

int64_t calendar_next_time(const struct calendar *calendar)
{
    return calendar->count ? calendar->heap[0].time : CLOCK_NEVER;
}

unsigned calendar_next_class(const struct calendar *calendar)
{
    return calendar->count ? (unsigned)(calendar->heap[0].key >> (SLOT_BITS + SEQUENCE_BITS)) : 16;
}

bool calendar_cancel(struct calendar *calendar, struct calendar_handle handle)
{
    if (handle.slot < 0 || handle.slot >= calendar->capacity ||
        calendar->slots[handle.slot].generation != handle.generation)
        return false;
    int32_t position = calendar->slots[handle.slot].position;
    calendar->operations++;
    struct calendar_entry last = calendar->heap[--calendar->count];
    if (position < calendar->count) {
        if (position > 0 && before(calendar, last, calendar->heap[(position - 1) / 4]))
            sift_up(calendar, position, last);
        else
            sift_down(calendar, position, last);
    }
    release(calendar, handle.slot);
    return true;
}
