/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/concentration.h"

#include "base/number.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Sorts, and returns the whole. */
static int128 sort_values(int64_t *values, int32_t count)
{
    int128 total = 0;
    if (count > 0)
        qsort(values, (size_t)count, sizeof *values, ascending);
    for (int32_t i = 0; i < count; i++) {
        assert(values[i] >= 0);
        total += values[i];
    }
    return total;
}

double concentration_gini(int64_t *values, int32_t count)
{
    int128 total = sort_values(values, count), sum = 0;
    if (!total)
        return NAN;
    for (int32_t i = 0; i < count; i++)
        sum += (int128)(2 * (int64_t)i + 1 - count) * values[i];
    return number_int128_real(sum) / number_int128_real(total * count);
}

double concentration_top_share(int64_t *values, int32_t count, int32_t k)
{
    int128 total = sort_values(values, count), top = 0;
    if (!total)
        return NAN;
    for (int32_t i = count - 1; i >= 0 && i >= count - k; i--)
        top += values[i];
    return number_int128_real(top) / number_int128_real(total);
}
