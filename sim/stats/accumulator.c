/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/accumulator.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

void accumulator_add(struct accumulator *accumulator, double value)
{
    if (isnan(value))
        return;
    accumulator->n++;
    double delta = value - accumulator->mean;
    accumulator->mean += delta / (double)accumulator->n;
    accumulator->squares += delta * (value - accumulator->mean);
    if (accumulator->n == 1 || value < accumulator->min)
        accumulator->min = value;
    if (accumulator->n == 1 || value > accumulator->max)
        accumulator->max = value;
}

void accumulator_merge(struct accumulator *accumulator, const struct accumulator *other)
{
    if (!other->n)
        return;
    if (!accumulator->n) {
        *accumulator = *other;
        return;
    }
    double n = (double)accumulator->n, m = (double)other->n, delta = other->mean - accumulator->mean;
    accumulator->mean += delta * m / (n + m);
    accumulator->squares += other->squares + delta * delta * n * m / (n + m);
    accumulator->n += other->n;
    accumulator->min = fmin(accumulator->min, other->min);
    accumulator->max = fmax(accumulator->max, other->max);
}

double accumulator_stddev(const struct accumulator *accumulator)
{
    if (accumulator->n < 2)
        return 0;
    return sqrt(accumulator->squares / (double)(accumulator->n - 1));
}

double accumulator_half_width(const struct accumulator *accumulator, double level)
{
    if (accumulator->n < 2)
        return NAN;
    double t = gsl_cdf_tdist_Pinv(0.5 + level / 2, (double)(accumulator->n - 1));
    return t * accumulator_stddev(accumulator) / sqrt((double)accumulator->n);
}
