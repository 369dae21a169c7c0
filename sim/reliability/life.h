/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * life: how long a unit lives, by distribution.
 *
 *   exponential  S(t) = exp(-t / scale)              as good as new at any age
 *   Weibull      S(t) = exp(-(t / scale)^shape)      shape below 1: early failures; above 1: wear
 *   lognormal    S(t) = Q(log(t / scale) / shape)    scale is the median, shape the sigma of the logarithm;
 * 0: fixed
 *
 * All times come by inversion from one uniform, S(t) = 1 - u, and grow with it, so that two variants of a
 * scenario keep in step. The residual life of a unit that has survived to an age solves
 * S(age + t) = S(age) (1 - u); it is computed without the difference of two nearly equal times and where S
 * itself has no place in a double (a lognormal's far tail: log Q by its asymptotic series, Abramowitz &
 * Stegun 26.2.12, and Newton's steps).
 *
 * Times and ages in us, results whole, at least 1; CLOCK_NEVER from 1e17 us on, as in failure.h. Shapes from
 * 0.01 to 100 are safe for the Weibull, any sigma from 0 for the lognormal; an infinite scale or mean: never.
 * O(1), pure.
 */
#ifndef TENK_RELIABILITY_LIFE_H
#define TENK_RELIABILITY_LIFE_H

#include <stdint.h>

enum life_kind { LIFE_EXPONENTIAL, LIFE_WEIBULL, LIFE_LOGNORMAL };

struct life {
    enum life_kind kind;
    double scale; /* us, above 0 */
    double shape; /* not used by the exponential */
};

/* The life of that kind and shape which has this mean (us). */
struct life life_by_mean(enum life_kind kind, double mean, double shape);

double life_mean(const struct life *life);

/* u in (0, 1). */
int64_t life_time(const struct life *life, double u);

/* What is left of a life that has lasted for `age` (us, from 0). */
int64_t life_residual(const struct life *life, double age, double u);

/* Rate of failing at an age, per us. Infinite where it is: at age 0 of a Weibull with shape below 1, and of a
 * fixed life from its end on. */
double life_hazard(const struct life *life, double age);

#endif
