/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/design.h"

#include "base/memory.h"

#include <assert.h>
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>

int64_t design_grid_points(const int *levels, int factors, int64_t most)
{
    int64_t points = 1;
    for (int f = 0; f < factors; f++) {
        if (points > most / levels[f])
            return -1;
        points *= levels[f];
    }
    return points;
}

void design_grid(const int *levels, int factors, double *unit)
{
    int64_t points = design_grid_points(levels, factors, INT64_MAX);
    for (int64_t p = 0; p < points; p++) {
        int64_t rest = p;
        for (int f = factors - 1; f >= 0; f--) {
            int64_t level = rest % levels[f];
            rest /= levels[f];
            unit[p * factors + f] = levels[f] > 1 ? (double)level / (levels[f] - 1) : 0;
        }
    }
}

void design_latin(int points, int factors, const struct bootstrap_dice *dice, double *unit)
{
    int *order = memory_alloc((size_t)points, sizeof *order);
    for (int f = 0; f < factors; f++) {
        for (int i = 0; i < points; i++) { /* Fisher and Yates, inside out */
            int j = (int)(dice->uniform(dice->context) * (i + 1));
            order[i] = order[j];
            order[j] = i;
        }
        for (int i = 0; i < points; i++)
            unit[i * factors + f] = (order[i] + dice->uniform(dice->context)) / points;
    }
    free(order);
}

void design_sobol(int points, int factors, const struct bootstrap_dice *dice, double *unit)
{
    double shift[DESIGN_FACTORS], point[DESIGN_FACTORS] = {0};
    assert(factors <= DESIGN_FACTORS);
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)factors);
    assert(sequence);
    for (int f = 0; f < factors; f++)
        shift[f] = dice->uniform(dice->context);
    for (int i = 0; i < points; i++) { /* GSL begins behind the origin */
        for (int f = 0; f < factors; f++) {
            double shifted = point[f] + shift[f];
            unit[i * factors + f] = shifted - floor(shifted);
        }
        gsl_qrng_get(sequence, point);
    }
    gsl_qrng_free(sequence);
}
