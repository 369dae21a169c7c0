/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wrong: a policy that can be loaded and then misbehaves; HOW says how. */
#include <math.h>
#include <tenk/order.h>

enum {
    NAN_AT_ONCE = 1,
    NAN_LATER,
    PAST_THE_END,
    NEGATIVE,
    TWICE,
    TOO_LARGE,
    SUM_TOO_LARGE,
    LIMIT,
    TOO_MANY,
    FEWER_THAN_NONE,
    NOBODY
};

static double score(const struct tenk_job *job, const struct tenk_site *site, void *state)
{
    (void)state;
    if (HOW == NAN_AT_ONCE && job->number == 3)
        return NAN;
    if (HOW == NAN_LATER && job->waited_us >= INT64_C(60000000))
        return NAN;
    return site->now_us < 0 ? -INFINITY : (double)job->number;
}

static int32_t pick(const struct tenk_job *jobs, int32_t count, const struct tenk_site *site, int32_t *starts,
                    void *state)
{
    (void)state;
    int64_t sum = 0;
    switch (HOW) {
    case PAST_THE_END:
        starts[0] = count;
        return 1;
    case NEGATIVE:
        starts[0] = -1;
        return 1;
    case TWICE: /* the first that fits twice, three times */
        for (int32_t i = 0; i < count; i++)
            if (count > 1 && 2 * jobs[i].cards <= site->free_cards) {
                starts[0] = starts[1] = i;
                return 2;
            }
        break;
    case TOO_LARGE:
        for (int32_t i = 0; i < count; i++)
            if (jobs[i].cards > site->free_cards) {
                starts[0] = i;
                return 1;
            }
        starts[0] = 0; /* some must run */
        return 1;
    case SUM_TOO_LARGE: /* everybody, once all of them are too many and each fits */
        for (int32_t i = 0; i < count; i++) {
            starts[i] = i;
            sum += jobs[i].cards;
            if (jobs[i].cards > site->free_cards)
                return 0;
        }
        return sum > site->free_cards ? count : 0;
    case LIMIT: /* each of two jobs keeps its tenant's limit, both do not */
        for (int32_t i = 0; i < count; i++)
            for (int32_t k = i + 1; k < count; k++)
                if (jobs[i].tenant == jobs[k].tenant && jobs[i].cards <= jobs[i].tenant_room &&
                    jobs[k].cards <= jobs[k].tenant_room &&
                    jobs[i].cards + jobs[k].cards > jobs[i].tenant_room &&
                    jobs[i].cards + jobs[k].cards <= site->free_cards) {
                    starts[0] = k;
                    starts[1] = i;
                    return 2;
                }
        break;
    case TOO_MANY:
        return count + 1;
    case FEWER_THAN_NONE:
        return -1;
    default:
        return 0;
    }
    if (HOW != LIMIT)
        return 0;
    starts[0] = 0; /* some must run */
    return jobs[0].cards <= site->free_cards && jobs[0].cards <= jobs[0].tenant_room && count > 6;
}

const struct tenk_order tenk_order_policy = {
    .abi = TENK_ORDER_ABI,
    .name = "wrong",
    .summary = "misbehaves",
    .score = score,
    .changes = HOW == NAN_LATER,
    .pick = HOW > NAN_LATER ? pick : NULL,
};
