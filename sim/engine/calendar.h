/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * calendar: the pending events of one replication.
 *
 * Problem: take the earliest event, in an order that is total, so that a replication is the same on
 * every machine; cancel an event in the middle (a job's end, when its node fails).
 * Order: (time, class, tie, sequence of pushing). The class says what happens first at one instant,
 * the tie is the caller's, 0 where the order of pushing is the one wanted.
 * Choice: an implicit 4-ary heap of 16-byte entries, a slot pool for payloads, and the position of
 * every slot in the heap, so that cancellation is exact. Fancier structures (ladder, calendar
 * queue) win only with hand-tuned widths; `bench calendar` prints what this one does.
 * Complexity: push and pop O(log4 n), cancel O(log4 n), peek O(1). Memory: 48 bytes an event, taken
 * from the arena that calendar_init is given and released with it.
 */
#ifndef TENK_ENGINE_CALENDAR_H
#define TENK_ENGINE_CALENDAR_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

/* Names an event that was pushed; stays harmless after the event has gone. {-1, 0} names none. */
struct calendar_handle {
    int32_t slot;
    uint32_t generation;
};

#define CALENDAR_NONE ((struct calendar_handle){-1, 0})

struct calendar_event {
    int64_t time;
    int kind;        /* the caller's; what is to be done */
    int32_t subject; /* the caller's; with whom */
    int64_t detail;  /* the caller's; anything more */
};

struct calendar_slot {
    struct calendar_event event;
    int32_t position; /* in the heap; the next free slot when not pending */
    uint32_t generation;
    uint32_t tie;
};

struct calendar_entry {
    int64_t time;
    uint64_t key; /* class (4 bits), sequence (36), slot (24) */
};

struct calendar {
    struct arena *arena;
    struct calendar_entry *heap;
    struct calendar_slot *slots;
    int32_t count;
    int32_t capacity;
    int32_t free_slot; /* head of the list of free slots, -1 when empty */
    uint64_t sequence;
    int64_t now;        /* time of the last event taken */
    int64_t operations; /* pushes, pops and cancellations so far, for the bench */
};

void calendar_init(struct calendar *calendar, struct arena *arena);

/*
 * Adds an event at time >= now. class is 0-15, tie breaks equal classes before the sequence does.
 * At most 2^24 - 1 events can be pending (asserted).
 */
struct calendar_handle calendar_push(struct calendar *calendar, int64_t time, unsigned event_class,
                                     uint32_t tie, struct calendar_event event);

/* Takes the earliest event; false when none is left. Sets now. */
bool calendar_pop(struct calendar *calendar, struct calendar_event *event);

/* Time of the earliest event, CLOCK_NEVER when none. */
int64_t calendar_next_time(const struct calendar *calendar);

/* Class of the earliest event; 16 when none. With the time it tells whether anything more happens before a
 * pass. */
unsigned calendar_next_class(const struct calendar *calendar);

/* Removes a pending event; false (and no effect) when it has gone already. */
bool calendar_cancel(struct calendar *calendar, struct calendar_handle handle);

#endif
