/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lottery: a score by lot and a pick by lot, from a state that begins with the seed and is checked for being
 * one thread's alone. Counts what it allocated, and fini looks at it. */
#include <stdio.h>
#include <stdlib.h>
#include <tenk/order.h>

struct lots {
    uint64_t next;
    int64_t last_us; /* time never goes back within a state */
    int *calls;
};

static void init(void *state, uint64_t seed)
{
    struct lots *lots = state;
    if (lots->next || lots->last_us || lots->calls)
        abort(); /* it should be zeroed */
    lots->next = seed;
    lots->calls = calloc(1, sizeof *lots->calls);
}

static void fini(void *state)
{
    struct lots *lots = state;
    if (*lots->calls < 1)
        fputs("lottery: never asked\n", stderr);
    free(lots->calls);
}

static uint64_t draw(struct lots *lots, const struct tenk_site *site)
{
    if (site->now_us < lots->last_us)
        abort();
    lots->last_us = site->now_us;
    ++*lots->calls;
    lots->next = lots->next * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return lots->next >> 33;
}

static double score(const struct tenk_job *job, const struct tenk_site *site, void *state)
{
    (void)job;
    return (double)draw(state, site);
}

#ifdef PICKS
/* Up to three jobs by lot, as far as they fit. */
static int32_t pick(const struct tenk_job *jobs, int32_t count, const struct tenk_site *site, int32_t *starts,
                    void *state)
{
    int64_t left = site->free_cards;
    int32_t named = 0;
    for (int attempt = 0; attempt < 3; attempt++) {
        int32_t job = (int32_t)(draw(state, site) % (uint64_t)count);
        bool twice = false;
        int64_t room = jobs[job].tenant_room;
        for (int32_t i = 0; i < named; i++) {
            twice |= starts[i] == job;
            if (jobs[starts[i]].tenant == jobs[job].tenant && room < INT64_MAX)
                room -= jobs[starts[i]].cards;
        }
        if (twice || jobs[job].cards > left || jobs[job].cards > room)
            continue;
        starts[named++] = job;
        left -= jobs[job].cards;
    }
    return named;
}
#endif

const struct tenk_order tenk_order_policy = {
    .abi = TENK_ORDER_ABI,
    .name = "lottery",
    .summary = "by lot",
    .score = score,
#ifdef PICKS
    .pick = pick,
#else
    .changes = true,
#endif
    .state_size = sizeof(struct lots),
    .init = init,
    .fini = fini,
};
