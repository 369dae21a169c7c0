/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit: parameters of a life time by maximum likelihood, with intervals, from data censored on the right.
 *
 * Exponential: failures / exposure, closed. Weibull and lognormal are one problem: the logarithm of the
 * time is a location and a scale applied to a standard variable (smallest extreme value, normal). In a = 1 /
 * scale and b = location / scale the log likelihood sum over failures of [log a + log f(z)] + sum over
 * censored of log S(z),   z = a log t - b is concave, because f and S are log-concave (Pratt, JASA 76, 1981;
 * Burridge, JRSS B 43, 1981). So Newton's steps, halved while they do not improve, reach the one maximum from
 * anywhere. It exists when failures have at least two different times; else only the exponential is fitted.
 *
 * A lognormal may be cut: given that times do not pass `cut` (how workload/jobclass.h draws run times), its
 * likelihood is divided by the probability of that. Its maximum may run away to infinite medians when
 * the logarithms pile up at the cut; then fit_make says no.
 *
 * Intervals: 95 %, normal on the scale of the logarithm of each parameter, with the standard error from the
 * observed information (the negative second derivatives at the maximum) by the delta method. AIC: Akaike,
 * IEEE TAC 19 (1974), 2 k - 2 log L.
 *
 * Gamma is left out: its censored likelihood needs an incomplete gamma function and its derivatives a unit,
 * some hundred times the others' cost, which the resampling of fit_test pays a thousandfold.
 *
 * Units: those of the times. Complexity: O(distinct times) an iteration, about ten iterations.
 */
#ifndef TENK_STATS_FIT_H
#define TENK_STATS_FIT_H

#include "stats/survival.h"

enum fit_kind { FIT_EXPONENTIAL, FIT_WEIBULL, FIT_LOGNORMAL, FIT_KINDS };

/* A value with its standard error and interval. */
struct fit_value {
    const char *name; /* "mean", "shape", "scale", "median", "sigma" */
    bool is_time;     /* has the unit of the times; else none */
    double value, se, low, high;
};

struct fit {
    enum fit_kind kind;
    double location; /* of the logarithm of the time */
    double scale;    /* of the logarithm; 1 for the exponential */
    double cut;      /* INFINITY: none */
    double log_likelihood;
    double aic;
    int parameters; /* 1 or 2 */
    struct fit_value value[2];
};

const char *fit_name(enum fit_kind kind);

/*
 * Fits one distribution. `cut` is INFINITY or, for a lognormal without censoring, at or above the largest
 * time. False when there is no maximum: no failure, or fewer than two different times of failure for two
 * parameters.
 */
bool fit_make(struct fit *fit, enum fit_kind kind, const struct survival *survival, double cut);

/* Probability to last beyond a time, and the time that a share p in (0, 1) does not pass. */
double fit_survival(const struct fit *fit, double time);
double fit_quantile(const struct fit *fit, double p);

/* Mean of the distribution, before a cut. */
double fit_mean(const struct fit *fit);

/*
 * Exact 95 % interval of a Poisson mean of which `count` was seen: half the quantiles of chi-square
 * distributions (Garwood, Biometrika 28, 1936); from 0 when nothing was seen.
 */
void fit_poisson(double count, double *low, double *high);

#endif
