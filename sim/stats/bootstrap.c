/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/bootstrap.h"

#include "base/memory.h"
#include "stats/quantile.h"

#include <math.h>
#include <stdlib.h>

void bootstrap_intervals(const struct bootstrap *bootstrap, double *low, double *high)
{
    int rows = bootstrap->rows, count = bootstrap->count;
    int *numbers = memory_alloc((size_t)rows, sizeof *numbers);
    double *all = memory_alloc((size_t)bootstrap->resamples * (size_t)count, sizeof *all);
    double *column = memory_alloc((size_t)bootstrap->resamples, sizeof *column);
    for (int r = 0; r < bootstrap->resamples; r++) {
        for (int i = 0; i < rows; i++)
            numbers[i] = (int)(bootstrap->dice.uniform(bootstrap->dice.context) * rows);
        bootstrap->statistic(bootstrap->context, numbers, rows, all + (size_t)r * (size_t)count);
    }
    for (int s = 0; s < count; s++) {
        size_t present = 0;
        for (int r = 0; r < bootstrap->resamples; r++) {
            double value = all[(size_t)r * (size_t)count + (size_t)s];
            if (!isnan(value))
                column[present++] = value;
        }
        quantile_sort(column, present);
        low[s] = quantile_sorted(column, present, (1 - bootstrap->level) / 2);
        high[s] = quantile_sorted(column, present, (1 + bootstrap->level) / 2);
    }
    free(column);
    free(all);
    free(numbers);
}
