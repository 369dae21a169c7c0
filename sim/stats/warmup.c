/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/warmup.h"

int64_t warmup_mser(const double *batches, int64_t m)
{
    double mean = 0, squares = 0, best = 0;
    int64_t best_d = 0;
    for (int64_t d = m - 1; d >= 0; d--) {
        double n = (double)(m - d), delta = batches[d] - mean;
        mean += delta / n;
        squares += delta * (batches[d] - mean);
        double error = squares / (n * n);
        if (d <= m / 2 && (d == m / 2 || d == m - 1 || error <= best)) {
            best = error;
            best_d = d;
        }
    }
    return best_d;
}
