/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/dispatch.h"

#include "engine/clock.h"
#include "scheduler/dispatch/dispatch_rules.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const struct dispatch_rule *const rules[] = {
    &dispatch_home,     &dispatch_least_wait, &dispatch_cheapest,
    &dispatch_greenest, &dispatch_efficient,  &dispatch_preference,
};

enum { RULE_COUNT = sizeof rules / sizeof *rules };

const struct dispatch_rule *dispatch_rule_at(int index)
{
    return index >= 0 && index < RULE_COUNT ? rules[index] : NULL;
}

const struct dispatch_rule *dispatch_rule_named(const char *name)
{
    for (int i = 0; i < RULE_COUNT; i++)
        if (!strcmp(rules[i]->name, name))
            return rules[i];
    return NULL;
}

/* now + span, within what a time can be. */
static int64_t later(int64_t now, int64_t span)
{
    if (span > 0)
        return now > CLOCK_NEVER - span ? CLOCK_NEVER : now + span;
    return now < INT64_MIN - span ? INT64_MIN : now + span;
}

/* Would the job start late enough at home to go elsewhere? Where it never fits it never starts. */
bool dispatch_may_leave(const struct dispatch_limits *limits, const struct dispatch_job *job,
                        const struct dispatch_site *sites, int32_t count)
{
    if (job->resident)
        return false;
    int64_t start = CLOCK_NEVER;
    for (int32_t i = 0; i < count; i++)
        if (sites[i].home && sites[i].fits && sites[i].start < start)
            start = sites[i].start;
    return start == CLOCK_NEVER || start > later(job->now, limits->patience_us);
}

/*
 * Whole cards that a site keeps for its own: its share, rounded up. A share such as 0.07 of 100 cards is a
 * hair more than 7 in binary; a millionth of a card is never meant.
 */
static int64_t kept_cards(const struct dispatch_limits *limits, int64_t cards)
{
    return (int64_t)ceil(limits->home_share * (double)cards - 1e-6);
}

bool dispatch_may_host(const struct dispatch_limits *limits, const struct dispatch_job *job,
                       const struct dispatch_site *host)
{
    /* also false when the delay is NaN */
    return host->delay_ms <= limits->max_delay_ms &&
           host->foreign_cards + job->cards <= host->cards - kept_cards(limits, host->cards);
}

/* Where a job stays that can go nowhere: home, the liked one of several. */
static int32_t stay(const struct dispatch_site *sites, int32_t count)
{
    const struct dispatch_site *best = NULL;
    for (int32_t i = 0; i < count; i++) {
        if (!sites[i].home)
            continue;
        if (!best || sites[i].rank < best->rank ||
            (sites[i].rank == best->rank && sites[i].index < best->index))
            best = &sites[i];
    }
    assert(best);
    return best->index;
}

int32_t dispatch_choose(const struct dispatch_rule *rule, const struct dispatch_limits *limits,
                        const struct dispatch_job *job, struct dispatch_site *sites, int32_t count)
{
    assert(limits->home_share >= 0 && limits->home_share <= 1 && limits->slack_us >= 0);
    int32_t home = stay(sites, count);
    bool leave = !rule->home_only && dispatch_may_leave(limits, job, sites, count);
    int32_t allowed = 0;
    for (int32_t i = 0; i < count; i++)
        if (sites[i].fits && (sites[i].home || (leave && dispatch_may_host(limits, job, &sites[i]))))
            sites[allowed++] = sites[i];
    if (!allowed)
        return home;
    struct dispatch_view view = {
        .sites = sites, .count = allowed, .prompt = later(job->now, limits->slack_us)};
    int32_t chosen = rule->choose(&view);
    assert(chosen >= 0 && chosen < allowed);
    return sites[chosen].index;
}
