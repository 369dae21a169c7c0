/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/life.h"

#include "engine/clock.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

/* Beyond this nobody simulates; keeps sums of times far from overflow. */
static const double longest = 1e17;

static int64_t whole(double us)
{
    if (!(us < longest))
        return CLOCK_NEVER;
    return us < 1 ? 1 : (int64_t)llround(us);
}

struct life life_by_mean(enum life_kind kind, double mean, double shape)
{
    struct life life = {.kind = kind, .scale = mean, .shape = shape};
    double factor = life_mean(&(struct life){.kind = kind, .scale = 1, .shape = shape});
    /* a sigma whose factor overflows leaves a median of 0 */
    life.scale = isfinite(mean) ? mean / factor : mean;
    return life;
}

double life_mean(const struct life *life)
{
    switch (life->kind) {
    case LIFE_WEIBULL:
        return life->scale * tgamma(1 + 1 / life->shape);
    case LIFE_LOGNORMAL:
        return life->scale * exp(life->shape * life->shape / 2);
    case LIFE_EXPONENTIAL:
        break;
    }
    return life->scale;
}

/* A standard exponential from a uniform: the hazard that a life uses up. */
static double used_up(double u)
{
    assert(u > 0 && u < 1);
    return -log1p(-u);
}

static double time_of(const struct life *life, double u)
{
    double use = used_up(u);
    switch (life->kind) {
    case LIFE_WEIBULL:
        return life->scale * pow(use, 1 / life->shape);
    case LIFE_LOGNORMAL:
        return life->scale * exp(life->shape * gsl_cdf_ugaussian_Pinv(u));
    case LIFE_EXPONENTIAL:
        break;
    }
    return life->scale * use;
}

int64_t life_time(const struct life *life, double u)
{
    return whole(time_of(life, u));
}

static double weibull_residual(const struct life *life, double age, double use)
{
    double before = pow(age / life->scale, life->shape);
    if (use > before)
        return life->scale * pow(before + use, 1 / life->shape) - age;
    return age * expm1(log1p(use / before) / life->shape);
}

/* From here on Q(x) is phi(x) / x times a series whose first left-out term is below 1e-14. */
static const double far = 35;

/* Q(x) x / phi(x), for x >= far. */
static double tail_series(double x)
{
    double s = 1 / (x * x);
    return 1 - s * (1 - 3 * s * (1 - 5 * s * (1 - 7 * s * (1 - 9 * s))));
}

/* phi(x) / Q(x) */
static double normal_hazard(double x)
{
    if (x > far)
        return x / tail_series(x);
    return exp(-x * x / 2) * sqrt(2 / M_PI) / erfc(x / sqrt(2));
}

/* The x with log Q(x) = log Q(z) - use, for z >= far. log Q is concave and all but a parabola: Newton's
 * steps from z gain more than twice the digits each; four would do. */
static double deeper(double z, double use)
{
    double x = z;
    for (int i = 0; i < 8; i++) {
        double log_ratio = -(x - z) * (x + z) / 2 - log(x / z) + log(tail_series(x) / tail_series(z));
        x += (log_ratio + use) / normal_hazard(x);
    }
    return x;
}

/* The x with Q(x) = Q(z) (1 - u), from the side on which digits are left. */
static double normal_residual(double z, double u)
{
    double lower = gsl_cdf_ugaussian_P(z) + gsl_cdf_ugaussian_Q(z) * u;
    if (lower < 0.5)
        return gsl_cdf_ugaussian_Pinv(lower);
    double upper = gsl_cdf_ugaussian_Q(z) * (1 - u);
    return upper > 1e-280 ? gsl_cdf_ugaussian_Qinv(upper) : deeper(z, used_up(u));
}

static double lognormal_residual(const struct life *life, double age, double u)
{
    if (!(life->shape > 0) || !(life->scale > 0))
        return life->scale - age;
    double z = log(age / life->scale) / life->shape;
    double x = normal_residual(z, u), growth = life->shape * (x - z);
    return growth > 1 ? life->scale * exp(life->shape * x) - age : age * expm1(growth);
}

int64_t life_residual(const struct life *life, double age, double u)
{
    assert(age >= 0);
    if (!(age > 0) || life->kind == LIFE_EXPONENTIAL || isinf(life->scale))
        return life_time(life, u);
    if (life->kind == LIFE_WEIBULL)
        return whole(weibull_residual(life, age, used_up(u)));
    return whole(lognormal_residual(life, age, u));
}

double life_hazard(const struct life *life, double age)
{
    assert(age >= 0);
    if (isinf(life->scale))
        return 0;
    switch (life->kind) {
    case LIFE_WEIBULL:
        return life->shape / life->scale * pow(age / life->scale, life->shape - 1);
    case LIFE_LOGNORMAL:
        if (!(life->shape > 0))
            return age < life->scale ? 0 : INFINITY;
        if (!(age > 0))
            return 0;
        return normal_hazard(log(age / life->scale) / life->shape) / (life->shape * age);
    case LIFE_EXPONENTIAL:
        break;
    }
    return 1 / life->scale;
}
