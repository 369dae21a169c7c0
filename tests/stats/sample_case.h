/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sample_case: does a sample agree with a closed form?
 *
 * Means and variances by two passes, so that nothing of sim/stats is used. Intervals are two-sided at
 * 99 % by the normal distribution: samples have thousands of values, and seeds are fixed, so a
 * test that passes once passes always.
 */
#ifndef TENK_TESTS_STATS_SAMPLE_CASE_H
#define TENK_TESTS_STATS_SAMPLE_CASE_H

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#define SAMPLE_Z99  2.5758293035489004 /* 0.995 quantile of the normal distribution */
#define SAMPLE_KS99 1.6276             /* 0.99 quantile of the Kolmogorov distribution */

/* Fails unless |got - want| <= tolerance; NaN fails. */
static inline void sample_near(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance))
        fail_msg("%.17g is not %.17g +- %g", got, want, tolerance);
}

static inline double sample_mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

/* Mean of the power-th power of the deviations from the mean. */
static inline double sample_moment(const double *values, size_t count, int power)
{
    double mean = sample_mean(values, count), sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += pow(values[i] - mean, power);
    return sum / (double)count;
}

static inline double sample_variance(const double *values, size_t count)
{
    return sample_moment(values, count, 2) * (double)count / (double)(count - 1);
}

/* Half width of the 99 % interval of the mean. */
static inline double sample_half(const double *values, size_t count)
{
    return SAMPLE_Z99 * sqrt(sample_variance(values, count) / (double)count);
}

static inline void sample_has_mean(const double *values, size_t count, double want)
{
    sample_near(sample_mean(values, count), want, sample_half(values, count));
}

/* The variance of a sample variance is (m4 - m2^2) / n in a large sample. */
static inline void sample_has_variance(const double *values, size_t count, double want)
{
    double m2 = sample_moment(values, count, 2), m4 = sample_moment(values, count, 4);
    sample_near(sample_variance(values, count), want, SAMPLE_Z99 * sqrt((m4 - m2 * m2) / (double)count));
}

/* `hits` of `count` trials with probability `want` each. */
static inline void sample_has_share(size_t hits, size_t count, double want)
{
    sample_near((double)hits / (double)count, want, SAMPLE_Z99 * sqrt(want * (1 - want) / (double)count));
}

/* A Poisson count with that mean. */
static inline void sample_has_count(size_t hits, double want)
{
    sample_near((double)hits, want, SAMPLE_Z99 * sqrt(want));
}

/* The correlation of two independent samples is about normal with variance 1 / n. */
static inline double sample_correlation(const double *a, const double *b, size_t count)
{
    double mean_a = sample_mean(a, count), mean_b = sample_mean(b, count), ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < count; i++) {
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return ab / sqrt(aa * bb);
}

static inline void sample_is_independent(const double *a, const double *b, size_t count)
{
    sample_near(sample_correlation(a, b, count), 0, SAMPLE_Z99 / sqrt((double)count));
}

static inline int sample_ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov-Smirnov: `cdf_values` are the model's distribution function at the sample; sorts them. */
static inline void sample_is_uniform(double *cdf_values, size_t count)
{
    qsort(cdf_values, count, sizeof *cdf_values, sample_ascending);
    double worst = 0, n = (double)count;
    for (size_t i = 0; i < count; i++)
        worst = fmax(worst, fmax((double)(i + 1) / n - cdf_values[i], cdf_values[i] - (double)i / n));
    sample_near(worst * sqrt(n), 0, SAMPLE_KS99);
}

#endif
