/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/quantile.h"

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
