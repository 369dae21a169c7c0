/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * design: where in the unit cube a sweep looks.
 *
 *   grid              every combination of the levels; coordinate l / (levels - 1) for level l
 *   latin hypercube   n points; each factor has one point in each n-th of its range (McKay, Beckman &
 * Conover, Technometrics 21, 1979) Sobol             n points of Sobol's sequence with Joe's directions as
 * GSL has it (40 dimensions at most), its origin included, shifted as a whole by one random vector modulo 1
 * (Cranley & Patterson, SIAM J. Numer. Anal. 13, 1976): n a power of two keeps the net whole
 *
 * Dice are the caller's (stats/bootstrap.h). O(points * factors).
 */
#ifndef TENK_STATS_DESIGN_H
#define TENK_STATS_DESIGN_H

#include "stats/bootstrap.h"

#include <stdbool.h>
#include <stdint.h>

enum { DESIGN_FACTORS = 40 };

/* Points of a full grid; -1 when they are more than `most`. */
int64_t design_grid_points(const int *levels, int factors, int64_t most);

/* unit[points][factors], the last factor fastest. */
void design_grid(const int *levels, int factors, double *unit);

void design_latin(int points, int factors, const struct bootstrap_dice *dice, double *unit);

/* factors <= DESIGN_FACTORS. */
void design_sobol(int points, int factors, const struct bootstrap_dice *dice, double *unit);

#endif
