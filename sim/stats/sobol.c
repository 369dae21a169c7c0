/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/sobol.h"

#include "base/memory.h"
#include "stats/accumulator.h"
#include "stats/design.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void sobol_points(int rows, int factors, const struct bootstrap_dice *dice, double *unit)
{
    double *both = memory_alloc((size_t)rows * (size_t)factors * 2, sizeof *both);
    design_sobol(rows, factors * 2, dice, both);
    size_t size = (size_t)factors * sizeof *unit;
    for (int r = 0; r < rows; r++) {
        const double *a = both + (size_t)r * (size_t)factors * 2, *b = a + factors;
        double *row = unit + (size_t)r * (size_t)(factors + 2) * (size_t)factors;
        memcpy(row, a, size);
        memcpy(row + factors, b, size);
        for (int f = 0; f < factors; f++) {
            double *mixed = row + (size_t)(f + 2) * (size_t)factors;
            memcpy(mixed, a, size);
            mixed[f] = b[f];
        }
    }
    free(both);
}

struct sample {
    const double *values; /* [rows][factors + 2], none missing */
    int factors;
};

/* First orders, then totals: out[2 factors]. */
static void indices_of(void *context, const int *numbers, int rows, double *out)
{
    const struct sample *sample = context;
    int factors = sample->factors;
    struct accumulator variance = {0};
    for (int f = 0; f < factors; f++)
        out[f] = out[factors + f] = 0;
    for (int i = 0; i < rows; i++) {
        const double *row = sample->values + (size_t)(numbers ? numbers[i] : i) * (size_t)(factors + 2);
        accumulator_add(&variance, row[0]);
        accumulator_add(&variance, row[1]);
        for (int f = 0; f < factors; f++) {
            out[f] += (row[1] - row[2 + f]) * (row[1] - row[2 + f]);
            out[factors + f] += (row[0] - row[2 + f]) * (row[0] - row[2 + f]);
        }
    }
    double v = variance.n ? variance.squares / (double)variance.n : 0;
    for (int f = 0; f < factors; f++) {
        out[f] = v > 0 ? 1 - out[f] / (2 * rows * v) : NAN;
        out[factors + f] = v > 0 ? out[factors + f] / (2 * rows * v) : NAN;
    }
}

int sobol_indices(const double *values, int rows, int factors, int resamples, double level,
                  const struct bootstrap_dice *dice, struct sobol_index *indices)
{
    size_t width = (size_t)factors + 2;
    double *whole = memory_alloc((size_t)rows * width, sizeof *whole);
    int used = 0;
    for (int r = 0; r < rows; r++) {
        const double *row = values + (size_t)r * width;
        bool missing = false;
        for (size_t i = 0; i < width; i++)
            missing |= isnan(row[i]);
        if (!missing)
            memcpy(whole + (size_t)used++ * width, row, width * sizeof *row);
    }
    double point[2 * SOBOL_FACTORS], low[2 * SOBOL_FACTORS], high[2 * SOBOL_FACTORS];
    struct sample sample = {whole, factors};
    indices_of(&sample, NULL, used, point);
    struct bootstrap bootstrap = {.rows = used,
                                  .count = 2 * factors,
                                  .resamples = used > 1 ? resamples : 0,
                                  .level = level,
                                  .dice = *dice,
                                  .statistic = indices_of,
                                  .context = &sample};
    bootstrap_intervals(&bootstrap, low, high);
    for (int f = 0; f < factors; f++)
        indices[f] = (struct sobol_index){point[f],           low[f],           high[f],
                                          point[factors + f], low[factors + f], high[factors + f]};
    free(whole);
    return used;
}

int sobol_function(double (*function)(void *context, const double *point), void *context, int rows,
                   int factors, int resamples, double level, const struct bootstrap_dice *dice,
                   struct sobol_index *indices)
{
    size_t points = (size_t)rows * (size_t)(factors + 2);
    double *unit = memory_alloc(points * (size_t)factors, sizeof *unit);
    double *values = memory_alloc(points, sizeof *values);
    sobol_points(rows, factors, dice, unit);
    for (size_t p = 0; p < points; p++)
        values[p] = function(context, unit + p * (size_t)factors);
    int used = sobol_indices(values, rows, factors, resamples, level, dice, indices);
    free(values);
    free(unit);
    return used;
}
