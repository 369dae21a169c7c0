/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_maturity_curve: m(t) = ceiling - (ceiling - floor) exp(-(t - first) / tau) by least squares.
 *
 * Problem: few points, often steps, and three parameters of which tau bends everything: Newton-like methods
 * (Levenberg and Marquardt) run away where a straight line is nearly as good, and stop without saying that
 * there is no answer. Choice: for a given tau the model is linear in the other two, m = floor e + ceiling (1
 * - e) with e = exp(-t / tau), so these have a closed answer and one unknown is left (Golub & Pereyra, SIAM
 * J. Numer. Anal. 10, 1973): a grid over the logarithm of tau, from where all is learned within the first gap
 * to where the curve is a line, then a golden section. So the minimum is the global one, and data that hold
 * no answer are known as such: the sum of squares is least at an end.
 *
 * Standard errors: s^2 (J'J)^-1 at the minimum, with the logarithm of tau as parameter (delta method).
 * Intervals: profile of the sum of squares, S(p) <= S (1 + t^2 / (n - k)) with the quantile t of Student's
 * distribution (Bates & Watts 1988, chapter 6); an end that is never reached is open. Both take residuals for
 * independent and alike, which steps are not. A parameter may be held at a given value.
 *
 * Units: times in days since the first point; values as given. Complexity: about 250 n per search, 300
 * searches at most.
 */
#ifndef TENK_COMMAND_FIT_MATURITY_CURVE_H
#define TENK_COMMAND_FIT_MATURITY_CURVE_H

#include "command/fit_report.h"

#include <stdbool.h>
#include <stdint.h>

enum fit_maturity_parameter {
    FIT_MATURITY_FLOOR,
    FIT_MATURITY_CEILING,
    FIT_MATURITY_TAU,
    FIT_MATURITY_PARAMETERS
};

/* Points by time, the first one at 0. */
struct fit_maturity_points {
    const double *days, *values;
    int32_t count;
};

enum fit_maturity_verdict {
    FIT_MATURITY_FITTED,
    FIT_MATURITY_FEW,      /* fewer dates than parameters */
    FIT_MATURITY_CONSTANT, /* all values are the same */
    FIT_MATURITY_STEP,     /* least where all is learned at once: no tau can be told */
    FIT_MATURITY_LINE,     /* least where the curve is a straight line, or would bend upward */
    FIT_MATURITY_FALLING   /* the best curve goes down */
};

struct fit_maturity_curve {
    enum fit_maturity_verdict verdict;
    int32_t dates; /* different ones */
    int parameters;
    double held[FIT_MATURITY_PARAMETERS]; /* NAN: free */
    /* When the verdict is FITTED; se and interval are NAN for held ones and without degrees of freedom. */
    struct fit_range value[FIT_MATURITY_PARAMETERS];
    double se[FIT_MATURITY_PARAMETERS];
    double squares;     /* sum of squared residuals */
    double residual_sd; /* sqrt(squares / (n - k)); NAN without degrees of freedom */
    double r_squared;   /* NAN without degrees of freedom */
    double largest;     /* residual of the worst point, with its sign */
    int32_t worst;
    double line_sd; /* the same of a straight line with two parameters; NAN below three points */
};

/* `held`: a value for each parameter, NAN to fit it. */
void fit_maturity_curve_make(struct fit_maturity_curve *curve, const struct fit_maturity_points *points,
                             const double held[FIT_MATURITY_PARAMETERS]);

/* The fitted value at a time. */
double fit_maturity_curve_at(const struct fit_maturity_curve *curve, double days);

/* A point's value less the fitted one; what comes of the search being finite is 0. */
double fit_maturity_curve_residual(const struct fit_maturity_curve *curve, double days, double value);

const char *fit_maturity_parameter_name(enum fit_maturity_parameter parameter);

#endif
