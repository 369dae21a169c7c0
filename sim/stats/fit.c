/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/fit.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_erf.h>
#include <math.h>
#include <string.h>

static const double z95 = 1.959963984540054; /* 0.975 quantile of the normal distribution */
static const double half_log_2pi = 0.9189385332046727;

enum { ITERATIONS = 200, HALVINGS = 60 };

const char *fit_name(enum fit_kind kind)
{
    static const char *const names[FIT_KINDS] = {"exponential", "weibull", "lognormal"};
    return names[kind];
}

/* A term of the log likelihood and its first two derivatives by z. */
struct term {
    double value, first, second;
};

static struct term density(enum fit_kind kind, double z)
{
    if (kind == FIT_LOGNORMAL)
        return (struct term){-z * z / 2 - half_log_2pi, -z, -1};
    double e = exp(z);
    return (struct term){z - e, 1 - e, -e};
}

/* Of the logarithm of the standard normal's upper tail; erfc keeps its digits until it underflows near 38. */
static struct term normal_tail(double z)
{
    double hazard, value;
    if (z < 20) {
        double tail = erfc(z * M_SQRT1_2) / 2;
        value = log(tail);
        hazard = exp(-z * z / 2 - half_log_2pi) / tail;
    } else {
        value = gsl_sf_log_erfc(z * M_SQRT1_2) - M_LN2;
        hazard = gsl_sf_hazard(z);
    }
    return (struct term){value, -hazard, -hazard * (hazard - z)};
}

static struct term tail(enum fit_kind kind, double z)
{
    if (kind == FIT_LOGNORMAL)
        return normal_tail(z);
    double e = exp(z);
    return (struct term){-e, -e, -e};
}

/* The data on the scale on which Newton starts: y = (log t - middle) / spread. */
struct problem {
    enum fit_kind kind;
    const struct survival *survival;
    double middle, spread;
    double cut; /* of y; INFINITY: none */
};

/* Log likelihood of y at (a, b), gradient and second derivatives. */
struct slope {
    double value, a, b, aa, ab, bb;
};

static void slope_add(struct slope *slope, double weight, struct term term, double y)
{
    slope->value += weight * term.value;
    slope->a += weight * term.first * y;
    slope->b -= weight * term.first;
    slope->aa += weight * term.second * y * y;
    slope->ab -= weight * term.second * y;
    slope->bb += weight * term.second;
}

static struct slope slope_at(const struct problem *problem, double a, double b)
{
    const struct survival *s = problem->survival;
    struct slope slope = {s->failures * log(a), s->failures / a, 0, -s->failures / (a * a), 0, 0};
    for (int32_t i = 0; i < s->count; i++) {
        double y = (log(s->time[i]) - problem->middle) / problem->spread, z = a * y - b;
        if (s->failed[i] > 0)
            slope_add(&slope, s->failed[i], density(problem->kind, z), y);
        if (s->lost[i] > 0)
            slope_add(&slope, s->lost[i], tail(problem->kind, z), y);
    }
    if (isfinite(problem->cut)) { /* minus the logarithm of the lower tail at the cut: the upper one of -z */
        struct term below = normal_tail(-(a * problem->cut - b));
        slope_add(&slope, -s->units, (struct term){below.value, -below.first, below.second}, problem->cut);
    }
    return slope;
}

/* Middle and spread of the failures' logarithms; false when they have fewer than two times. */
static bool problem_scale(struct problem *problem)
{
    const struct survival *s = problem->survival;
    double sum = 0, squares = 0;
    int32_t distinct = 0;
    for (int32_t i = 0; i < s->count; i++) {
        distinct += s->failed[i] > 0;
        sum += s->failed[i] * log(s->time[i]);
    }
    if (distinct < 2)
        return false;
    problem->middle = sum / s->failures;
    for (int32_t i = 0; i < s->count; i++) {
        double deviation = log(s->time[i]) - problem->middle;
        squares += s->failed[i] * deviation * deviation;
    }
    problem->spread = sqrt(squares / s->failures);
    return problem->spread > 0;
}

/* The maximum of the log likelihood; false when Newton does not settle, as where there is none. */
static bool problem_solve(const struct problem *problem, double *a, double *b, struct slope *at)
{
    *a = 1;
    *b = 0;
    *at = slope_at(problem, *a, *b);
    for (int i = 0; i < ITERATIONS; i++) {
        double determinant = at->aa * at->bb - at->ab * at->ab, step_a, step_b;
        if (determinant > 0 && at->aa < 0) {
            step_a = (at->ab * at->b - at->bb * at->a) / determinant;
            step_b = (at->ab * at->a - at->aa * at->b) / determinant;
        } else { /* only a cut likelihood is not concave everywhere: uphill, then */
            step_a = at->a / problem->survival->units;
            step_b = at->b / problem->survival->units;
        }
        double gain = step_a * at->a + step_b * at->b;
        if (!isfinite(gain))
            return false;
        if (gain <= 1e-14 * problem->survival->units && determinant > 0)
            return true; /* the error of the parameters is below 1e-7 of their standard errors */
        struct slope next = {.value = -INFINITY};
        int halvings = 0;
        for (; halvings < HALVINGS; halvings++, step_a /= 2, step_b /= 2) {
            if (*a + step_a <= 0)
                continue;
            next = slope_at(problem, *a + step_a, *b + step_b);
            if (next.value > at->value)
                break;
        }
        if (halvings == HALVINGS) /* no digit is left to gain */
            return determinant > 0 && gain < 1e-6;
        *a += step_a;
        *b += step_b;
        *at = next;
    }
    return false;
}

static struct fit_value positive(const char *name, bool is_time, double value, double log_se)
{
    return (struct fit_value){.name = name,
                              .is_time = is_time,
                              .value = value,
                              .se = value * log_se,
                              .low = value * exp(-z95 * log_se),
                              .high = value * exp(z95 * log_se)};
}

static void make_exponential(struct fit *fit, const struct survival *survival)
{
    double mean = survival->exposure / survival->failures;
    fit->location = log(mean);
    fit->scale = 1;
    fit->parameters = 1;
    fit->log_likelihood = -survival->failures * (fit->location + 1);
    fit->value[0] = positive("mean", true, mean, 1 / sqrt(survival->failures));
}

static bool make_two(struct fit *fit, const struct survival *survival)
{
    struct problem problem = {.kind = fit->kind, .survival = survival, .cut = INFINITY};
    double a, b;
    struct slope at;
    if (!problem_scale(&problem))
        return false;
    if (isfinite(fit->cut))
        problem.cut = (log(fit->cut) - problem.middle) / problem.spread;
    if (!problem_solve(&problem, &a, &b, &at))
        return false;
    fit->scale = problem.spread / a;
    fit->location = problem.middle + problem.spread * b / a;
    fit->parameters = 2;
    /* from y back to t: dy/dt = 1 / (spread t) */
    fit->log_likelihood = at.value - survival->failures * log(problem.spread);
    for (int32_t i = 0; i < survival->count; i++)
        fit->log_likelihood -= survival->failed[i] * log(survival->time[i]);
    /* the inverse of the observed information of (a, b) */
    double determinant = at.aa * at.bb - at.ab * at.ab;
    double var_a = -at.bb / determinant, var_b = -at.aa / determinant, cov = at.ab / determinant;
    double by_a = -problem.spread * b / (a * a), by_b = problem.spread / a; /* of the location */
    double se_location = sqrt(by_a * by_a * var_a + 2 * by_a * by_b * cov + by_b * by_b * var_b);
    double se_log_a = sqrt(var_a) / a;
    if (!isfinite(se_location) || !isfinite(exp(fit->location)) || !(exp(fit->location) > 0))
        return false;
    if (fit->kind == FIT_WEIBULL) {
        fit->value[0] = positive("shape", false, 1 / fit->scale, se_log_a);
        fit->value[1] = positive("scale", true, exp(fit->location), se_location);
    } else {
        fit->value[0] = positive("median", true, exp(fit->location), se_location);
        fit->value[1] = positive("sigma", false, fit->scale, se_log_a);
    }
    return true;
}

bool fit_make(struct fit *fit, enum fit_kind kind, const struct survival *survival, double cut)
{
    memset(fit, 0, sizeof *fit);
    fit->kind = kind;
    fit->cut = cut;
    if (survival->failures <= 0)
        return false;
    if (kind == FIT_EXPONENTIAL)
        make_exponential(fit, survival);
    else if (!make_two(fit, survival))
        return false;
    fit->aic = 2 * fit->parameters - 2 * fit->log_likelihood;
    return true;
}

static double below_cut(const struct fit *fit)
{
    return isfinite(fit->cut) ? gsl_cdf_ugaussian_P((log(fit->cut) - fit->location) / fit->scale) : 1;
}

double fit_survival(const struct fit *fit, double time)
{
    if (time <= 0)
        return 1;
    double z = (log(time) - fit->location) / fit->scale;
    if (fit->kind != FIT_LOGNORMAL)
        return exp(-exp(z));
    if (!isfinite(fit->cut))
        return erfc(z * M_SQRT1_2) / 2;
    return time >= fit->cut ? 0 : 1 - gsl_cdf_ugaussian_P(z) / below_cut(fit);
}

double fit_quantile(const struct fit *fit, double p)
{
    double z = fit->kind == FIT_LOGNORMAL ? gsl_cdf_ugaussian_Pinv(p * below_cut(fit)) : log(-log1p(-p));
    return fmin(exp(fit->location + fit->scale * z), fit->cut);
}

double fit_mean(const struct fit *fit)
{
    if (fit->kind == FIT_LOGNORMAL)
        return exp(fit->location + fit->scale * fit->scale / 2);
    return exp(fit->location) * tgamma(1 + fit->scale);
}

/*
 * The p-quantile of a gamma with that shape and scale 1. GSL's own inverse fails beyond shapes of some
 * thousands and its distribution function beyond a million; for large shapes Wilson & Hilferty (PNAS 17,
 * 1931) err by less than 1e-4 of a standard deviation.
 */
static double gamma_quantile(double shape, double p)
{
    if (shape > 1e5)
        return shape * pow(1 - 1 / (9 * shape) + gsl_cdf_ugaussian_Pinv(p) / (3 * sqrt(shape)), 3);
    double low = 0, high = shape + 20 * sqrt(shape) + 20; /* 20 standard deviations and more */
    for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
        double middle = (low + high) / 2;
        if (gsl_cdf_gamma_P(middle, shape, 1) < p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

void fit_poisson(double count, double *low, double *high)
{
    *low = count > 0 ? gamma_quantile(count, 0.025) : 0;
    *high = gamma_quantile(count + 1, 0.975);
}
