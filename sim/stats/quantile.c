/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/quantile.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void quantile_sort(double *values, size_t count)
{
    /* qsort, not gsl_sort: the latter is a heap sort and several times slower on large samples */
    qsort(values, count, sizeof *values, ascending);
}

double quantile_sorted(const double *values, size_t count, double q)
{
    return count ? gsl_stats_quantile_from_sorted_data(values, 1, count, q) : NAN;
}

/* The largest l in 0 .. n + 1 with P(B < l) <= tail, for B binomial. */
static size_t largest_below(size_t n, double q, double tail)
{
    size_t low = 0, high = n + 1; /* P(B < 0) = 0; P(B < n + 1) = 1 */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (gsl_cdf_binomial_P((unsigned)middle - 1, q, (unsigned)n) <= tail)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct quantile_interval quantile_interval_sorted(const double *values, size_t count, double q, double level)
{
    double tail = (1 - level) / 2;
    /* X_(l) > quantile needs fewer than l values at or below it; from the other end the same with 1 - q */
    size_t l = largest_below(count, q, tail), u = largest_below(count, 1 - q, tail);
    return (struct quantile_interval){
        .low = l >= 1 && l <= count ? values[l - 1] : NAN,
        .high = u >= 1 && u <= count ? values[count - u] : NAN,
    };
}
