/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reservation: what the head of the queue is promised under EASY backfilling, and what it leaves over.
 *
 * The head holds the one reservation: the earliest planned time (shadow) at which its cards are free. A
 * running job past its plan is planned to end now.
 * Another job may start now when it ends by the shadow, or when it uses only cards that are free
 * now and that the head leaves over at the shadow. `later` is the view of those cards.
 * Source: Mu'alem & Feitelson, IEEE TPDS 12(6), 2001; Lifka, JSSPP'95.
 *
 * The promise is found anew only when it can have changed. It cannot when a job ends whose planned end
 * lies before the shadow (what is free at the shadow stays the same, and no earlier instant can
 * suffice: it would have sufficed before), nor when a job starts under the rule above. So finding it
 * costs O(log running) when placement counts, O(parts of the running jobs up to the shadow + nodes) by node,
 * and happens rarely. By node, most promises are kept without anybody asking which nodes they are about: the
 * head's nodes are chosen (reservation_choose) only when some job may fit beside it that ends after the
 * shadow.
 */
#ifndef TENK_SCHEDULER_RESERVATION_H
#define TENK_SCHEDULER_RESERVATION_H

#include "scheduler/ordered.h"
#include "scheduler/place.h"

struct reservation {
    bool valid;
    bool open;             /* no promise is possible with the cards there are: nothing to protect */
    bool closed;           /* planned ends are unknown: nothing may pass the head */
    bool chosen;           /* the head's nodes at the shadow are: later and left are known */
    int32_t head;          /* job index */
    uint64_t salt;         /* of random placement; set by the owner */
    int64_t shadow;        /* us */
    struct nodes later;    /* free now and left over by the head at the shadow */
    int16_t *left;         /* [node] cards free at the shadow; once chosen, those that the head leaves over */
    int64_t most_left;     /* no gang of more cards fits beside the head at the shadow */
    int64_t left_cards;    /* the same in all, when placement counts */
    struct nodes shadowed; /* scratch: free at the shadow, for the head to choose from */
    int32_t *level_count;  /* scratch: [free cards] nodes, while running jobs end one after the other */
    struct job_part *parts; /* room for the head's nodes */
};

/* The topology may be NULL; see nodes_group. */
void reservation_init(struct reservation *reservation, struct arena *arena, int32_t nodes,
                      int32_t cards_per_node, const struct topology *topology);

/* Finds the promise for `head` at `now`, from the free cards and the running jobs by planned end. */
void reservation_find(struct reservation *reservation, const struct place_policy *place,
                      const struct job_table *jobs, const struct ordered *running,
                      const struct nodes *free_now, int32_t head, int64_t now);

/* By node: chooses the nodes of the head at the shadow, unless that is done. Afterwards `later` is known. */
void reservation_choose(struct reservation *reservation, const struct place_policy *place,
                        const struct job_table *jobs, const struct nodes *free_now);

/* Largest gang that may start now and run on beyond the shadow; a bound, until the head's nodes are chosen.
 */
int64_t reservation_fit_later(const struct reservation *reservation, const struct place_policy *place,
                              int64_t fit_now);

/* Keeps `later` right when a job has just taken (sign -1) or given back (+1) cards of free_now. */
void reservation_follow(struct reservation *reservation, const struct nodes *free_now, const struct job *job,
                        int sign);

#endif
