/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sobol: which factor a result depends on, alone and together with others.
 *
 * Sobol's indices split the variance of f(X), X uniform in the unit cube (Sobol', Math. Comput. Simul. 55,
 * 2001): the first order S_i is the share that factor i explains alone, the total T_i what would be left if
 * all but i were known. Jansen's estimators (Computer Physics Communications 117, 1999; Saltelli et al.,
 * ibid. 181, 2010) over two independent samples A and B of n points, and AB_i: A with the column of factor i
 * from B: S_i = 1 - sum (f(B) - f(AB_i))^2 / (2 n V)      T_i = sum (f(A) - f(AB_i))^2 / (2 n V) V is the
 * variance of all f(A) and f(B). That makes n (factors + 2) evaluations. A and B are halves of one shifted
 * Sobol sequence in twice the dimensions, so factors <= 20. Intervals are bootstrap percentiles over rows;
 * with points this even they are wider than need be.
 *
 * The same code serves a simulator (values found elsewhere: a matrix) and a function.
 */
#ifndef TENK_STATS_SOBOL_H
#define TENK_STATS_SOBOL_H

#include "stats/bootstrap.h"

enum { SOBOL_FACTORS = 20 };

struct sobol_index {
    double first, first_low, first_high;
    double total, total_low, total_high;
};

/* unit[rows * (factors + 2)][factors], row by row: A, B, AB_0, AB_1, ... */
void sobol_points(int rows, int factors, const struct bootstrap_dice *dice, double *unit);

/*
 * values[rows * (factors + 2)] in that order; rows with a NaN are left out. Fills indices[factors] and
 * returns the number of rows used; without variance all indices are NaN. O(resamples * rows * factors).
 */
int sobol_indices(const double *values, int rows, int factors, int resamples, double level,
                  const struct bootstrap_dice *dice, struct sobol_index *indices);

/* The same of a function of a point [factors]. */
int sobol_function(double (*function)(void *context, const double *point), void *context, int rows,
                   int factors, int resamples, double level, const struct bootstrap_dice *dice,
                   struct sobol_index *indices);

#endif
