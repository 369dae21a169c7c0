/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order_case: random waiting jobs with high-entropy values, for the tests of order policies. */
#ifndef TENK_TESTS_SCHEDULER_ORDER_CASE_H
#define TENK_TESTS_SCHEDULER_ORDER_CASE_H

#include "engine/clock.h"
#include "engine/dice_case.h"
#include "workload/job.h"

struct order_case {
    struct job job;
    struct job_detail detail;
};

/* A job that waits; one in five has no estimate, one in sixteen one card. */
static inline void order_draw(struct dice *dice, struct order_case *c)
{
    c->detail = (struct job_detail){.estimate = 1 + 4 * dice_unit(dice),
                                    .rate = 1.9e8,
                                    .speed = 1,
                                    .attained = dice_whole(dice, 0, 9000 * CLOCK_SECOND)};
    c->job = (struct job){.order = dice_whole(dice, 0, 1000000),
                          .submit = dice_whole(dice, 0, 90 * CLOCK_DAY),
                          .start = -1,
                          .work = dice_whole(dice, CLOCK_SECOND, 20 * CLOCK_DAY),
                          .cards = dice_once_in(dice, 16) ? 1 : (int32_t)dice_whole(dice, 1, 4096),
                          .class_index = (int16_t)dice_whole(dice, 0, 15),
                          .priority = (int16_t)dice_whole(dice, -1000, 1000),
                          .tenant = (int32_t)dice_whole(dice, 0, 15),
                          .detail = &c->detail,
                          .alive = true,
                          .end_event = CALENDAR_NONE};
    c->detail.ready = c->job.submit + dice_whole(dice, 0, 5 * CLOCK_DAY);
    c->detail.wanted = c->detail.least = c->detail.most = c->job.cards;
    c->job.planned =
        dice_once_in(dice, 5) ? CLOCK_NEVER : (int64_t)(c->detail.estimate * (double)c->job.work);
}

/* A time at which it waits. */
static inline int64_t order_now(struct dice *dice, const struct order_case *c)
{
    return c->detail.ready + dice_whole(dice, 1, 30 * CLOCK_DAY);
}

#endif
