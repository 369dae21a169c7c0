/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dispatch: which site a job runs at.
 *
 * Problem: a job is submitted at its home, but another site may start it earlier, compute it cheaper or with
 * cleaner power. Its data may not leave, the way may be too long, and no site wants its own jobs pushed out.
 * Choice: the world estimates for each candidate when the job would start there and what it would cost; the
 * limits take out what is not allowed; a rule, which sees only what is left, picks one. So no rule can break
 * a limit. When nothing is left, or the rule is for home only, the job stays at home, even if it never fits
 * there. One file a rule in dispatch/, one line in the registry.
 *
 * Home may be several candidates: the pools of a centre with several chips. They are all the job's home.
 *
 * The estimates are the world's, and a job does not move once it is queued: on-line list scheduling on
 * unrelated machines. Earliest end is MCT of Maheswaran et al. (JPDC 59, 1999); the other rules and the
 * limits are our own.
 *
 * Every measure is for the whole job, so a candidate with a slower chip has the longer length and the larger
 * energy. Compare by energy per useful FLOP and by energy are the same then: the job's FLOP are the same
 * everywhere. Complexity: O(candidates), nothing is allocated. Units: us, CNY, kg of CO2, kWh, ms, cards.
 */
#ifndef TENK_SCHEDULER_DISPATCH_H
#define TENK_SCHEDULER_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>

struct dispatch_site {
    int64_t start;   /* us: when the job would start; CLOCK_NEVER: cannot be said */
    int64_t length;  /* us of planned running there, >= 0; chips differ */
    double cost;     /* CNY: energy or rent. Of cost, carbon and energy NaN is unknown: after all others */
    double carbon;   /* kg */
    double energy;   /* kWh */
    double delay_ms; /* from home to there; 0 at home. NaN is unknown: too far under any limit */
    int64_t foreign_cards; /* cards that jobs of other homes hold or wait for there */
    int64_t cards;         /* online now */
    int32_t index;         /* the world's number of the site; different for all candidates */
    int32_t rank;          /* preference: smaller is liked more */
    bool home;
    bool fits; /* the site will ever have room for it */
};

struct dispatch_limits {
    double max_delay_ms; /* >= 0; INFINITY: any known delay */
    double home_share;   /* of a site's cards that jobs of other homes may never take, in [0, 1] */
    int64_t patience_us; /* a job goes elsewhere only if it would start later than this at home; negative:
                            always */
    int64_t slack_us;    /* >= 0: what a rule that looks at something else than time may make a job wait */
};

struct dispatch_job {
    int64_t now; /* us */
    int32_t cards;
    bool resident; /* its data may not leave: home only */
};

/* What a rule sees: the candidates that are allowed. */
struct dispatch_view {
    const struct dispatch_site *sites; /* each fits, or is home */
    int32_t count;                     /* >= 1 */
    int64_t prompt;                    /* us: a start until then is at once, the slack included */
};

struct dispatch_rule {
    const char *name;
    const char *summary;
    bool home_only; /* sees no candidate but home */
    /* Position in the view. A function of the set of candidates, not of their order. O(count). */
    int32_t (*choose)(const struct dispatch_view *view);
};

const struct dispatch_rule *dispatch_rule_at(int index);
const struct dispatch_rule *dispatch_rule_named(const char *name);

/*
 * For who wants to spare itself estimates: whether the job may leave home at all, by its candidates at home,
 * and whether a site would take it, by its delay, foreign_cards and cards. What they rule out dispatch_choose
 * would leave out itself.
 */
bool dispatch_may_leave(const struct dispatch_limits *limits, const struct dispatch_job *job,
                        const struct dispatch_site *sites, int32_t count);
bool dispatch_may_host(const struct dispatch_limits *limits, const struct dispatch_job *job,
                       const struct dispatch_site *host);

/*
 * The `index` of the site that the job goes to. At least one candidate is home. The array is used as scratch:
 * its order and contents are lost. O(count).
 */
int32_t dispatch_choose(const struct dispatch_rule *rule, const struct dispatch_limits *limits,
                        const struct dispatch_job *job, struct dispatch_site *sites, int32_t count);

#endif
