/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * software: when a firm's code runs on a chip's software stack, and how fast it is by then.
 *
 * Problem: code is written for one stack (CUDA, say) and the city's chips have another. Porting takes weeks
 * for fine-tuning and, it is told, half a year for training a large model; ported code begins at a fraction
 * of its speed and is tuned for months; a new model architecture throws part of that away; and whoever builds
 * on an open family of models that is withdrawn has to change over. Choice: functions of names and times, no
 * state. A firm is its number; what happens to it is drawn from streams of that number (engine/random.h), so
 * that no other firm, rate or share shifts it, and a variant with faster porting meets the same firms.
 *
 * Firms join one by one while their number grows evenly. Porting: lognormal, from joining or from `earliest`
 * (the chips' order or arrival, whatever the caller means), the later of them. Times for large models and for
 * fine-tuning are drawn apart. Maturity is the share of the speed that tuned code reaches,
 *
 *     m(t) = ceiling - (ceiling - floor) exp(-(t - ported) / tau),
 *
 * the curve that `tenk fit maturity` fits; learned month by month: it is evaluated at whole months of 30 days
 * since porting and constant within each, so that a running job changes its pace once a month rather than all
 * the time. New architectures are a Poisson process common to all firms of a future. One that came since the
 * last month began is felt from the next one on: m drops by `loss` of (m - architecture_floor), and learning
 * goes on with the same tau.
 *
 * Figures and their sources: configs/software.cfg, docs/software.md. Units: us since the scenario's start;
 * shares of 1; a year is 365 days. Ownership: nothing is kept; lists come from the arena given.
 */
#ifndef TENK_WORKLOAD_SOFTWARE_H
#define TENK_WORKLOAD_SOFTWARE_H

#include "base/memory.h"
#include "engine/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define SOFTWARE_MONTH (30 * CLOCK_DAY)

/* How many tenants a centre has: `start` until `from`, `end` after `to`, evenly growing between. */
struct software_firms {
    double start, end; /* not shrinking: an end below the start counts as the start */
    int64_t from, to;
};

struct software_lag {
    double median; /* us, lognormal */
    double sigma;  /* of the logarithm */
};

struct software_model {
    double native_share;             /* of the firms whose code was written for the chip's stack */
    struct software_lag large, fine; /* porting: training of large models, fine-tuning */
    double floor, ceiling;           /* maturity at porting and at last */
    double tau;                      /* us; 0: at the ceiling from the start */
    double architectures_per_year;
    double architecture_loss;  /* share of (m - architecture_floor) that a new one costs */
    double architecture_floor; /* maturity of code for which nothing learned is of use */
    double family_share;       /* of the firms that build on the open family */
    struct software_lag rebase;
    const double *decay; /* [decay_count] of software_decay, to look up rather than compute; may be NULL */
    int32_t decay_count;
};

/* Whose dice: a future, and the site in it (below 65,536). */
struct software_place {
    uint64_t seed;
    uint32_t replication, site;
};

/* Firms there at a time: the numbers 0 to count - 1. O(1). */
int32_t software_firms_count(const struct software_firms *firms, int64_t now);

/*
 * When a firm joins: the inverse of the count, to whole us. Those of the start return the beginning, 0 or
 * `from` when that is before; firms beyond the end CLOCK_NEVER. O(1).
 */
int64_t software_firms_joins(const struct software_firms *firms, int32_t firm);

/* Whether a firm's code was written for the chip's stack. O(1). */
bool software_native(const struct software_model *model, const struct software_place *place, int32_t firm);

/* What the dice say of a firm's porting; neither `joins` nor `earliest` changes it. */
struct software_port {
    bool native;
    double lag; /* us; of code that is not native */
};

struct software_port software_port(const struct software_model *model, const struct software_place *place,
                                   int32_t firm, bool large);

/* When the code runs by them. O(1), a few instructions: for many sites of one stack the dice are cast once.
 */
int64_t software_port_ends(const struct software_port *port, int64_t joins, int64_t earliest);

/*
 * When a firm's code runs on the chips: native code from joining on, other code a lognormal time after
 * max(joins, earliest). CLOCK_NEVER when either never comes. O(1).
 */
int64_t software_ported_at(const struct software_model *model, const struct software_place *place,
                           int32_t firm, bool large, int64_t joins, int64_t earliest);

/* Times of new architectures in (0, horizon], ascending; another rate only stretches them. O(count). */
int64_t *software_architectures(struct arena *arena, double per_year, uint64_t seed, uint32_t replication,
                                int64_t horizon, int32_t *count);

/*
 * exp(-k months / tau) for k from 0 to count - 1, from the arena: what software_maturity looks up in a model
 * that has it. tau > 0.
 */
const double *software_decay(struct arena *arena, double tau, int32_t count);

/*
 * Maturity of code that runs since `ported`; 0 before that: it does not run. `architectures` ascending.
 * O(log count + architectures since porting).
 */
double software_maturity(const struct software_model *model, int64_t ported, const int64_t *architectures,
                         int32_t count, int64_t now);

/* The first time after `now` at which the maturity may be another one. O(1). */
int64_t software_next_change(int64_t ported, int64_t now);

/* Whether a firm builds on the open family of models. O(1). */
bool software_based(const struct software_model *model, const struct software_place *place, int32_t firm);

/*
 * When a firm has changed over from a family withdrawn then; INT64_MIN for one that need not: it does not
 * build on the family, joined later, or nothing is withdrawn (CLOCK_NEVER). O(1).
 */
int64_t software_rebase_ends(const struct software_model *model, const struct software_place *place,
                             int32_t firm, int64_t joins, int64_t withdrawn);

/*
 * When the code of a firm runs again after the family was withdrawn: max(ported, withdrawn + lognormal) for a
 * firm that builds on it and had joined by then; else `ported`. O(1).
 */
int64_t software_rebased_at(const struct software_model *model, const struct software_place *place,
                            int32_t firm, int64_t joins, int64_t ported, int64_t withdrawn);

struct software_retraining {
    int64_t time; /* the firm's new ported time */
    int32_t firm;
};

/*
 * The jobs with which a site's firms train anew after a withdrawal, one a rebased firm, by time and then
 * firm; firms that never port send none. `earliest` as in software_ported_at, for large-model code. O(n log
 * n), n the firms by then.
 */
struct software_retraining *software_retrainings(struct arena *arena, const struct software_model *model,
                                                 const struct software_place *place,
                                                 const struct software_firms *firms, int64_t earliest,
                                                 int64_t withdrawn, int32_t *count);

#endif
