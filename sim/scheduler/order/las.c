/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * las: least attained service in discrete queues (Tiresias). A job's service is the card-time it has had, so
 * nobody needs to know how long jobs are. Queues: below 3,250 card-seconds, below 7,200, and all others; a
 * lower queue comes first, within a queue who entered it first. Preemptive: a waiting job may stop running
 * ones of a higher queue. Jobs are not promoted again by waiting (the paper's PROMOTEKNOB is off in its
 * simulator). Source: Gu et al., "Tiresias: a GPU cluster manager for distributed deep learning", NSDI'19
 * (discretized 2D-LAS); the limits are those of its public simulator (jobs.py: num_queue 3, queue_limit 3250,
 * 7200, 18000).
 */
#include "scheduler/order/order_policies.h"

enum { LIMITS = 2, QUEUE_BITS = 60 };

static const int64_t limits[LIMITS] = {3250 * CLOCK_SECOND, 7200 * CLOCK_SECOND}; /* card-us */

static int64_t key(const struct order_policy *policy, const struct job *job, int64_t now)
{
    (void)policy;
    int64_t attained = job_attained(job, now), queue = 0;
    while (queue < LIMITS && attained >= limits[queue])
        queue++;
    /* while it runs only its queue counts, so that equals do not stop one another */
    int64_t entered = job_holds_cards(job) ? 0 : job_ready(job);
    return (queue << QUEUE_BITS) + entered;
}

static int64_t next_change(const struct job *job, int64_t now)
{
    int64_t attained = job_attained(job, now);
    for (int queue = 0; queue < LIMITS; queue++)
        if (attained < limits[queue])
            return now + (limits[queue] - attained + job->cards - 1) / job->cards;
    return CLOCK_NEVER;
}

const struct order_policy order_las = {
    .name = "las",
    .summary = "least attained service in three queues, preemptive (Tiresias)",
    .formula = "queue by card-seconds served (3250, 7200), then entry (Gu et al., NSDI'19)",
    .key = key,
    .next_change = next_change,
    .preempts = true,
};
