/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bootstrap: intervals of whatever is computed from rows that are like one another.
 *
 * Rows are drawn with replacement and the statistics computed anew; the interval lies between the quantiles
 * of the results (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). Percentiles need
 * no formula for the variance and never leave the range that a statistic can take. Dice are the caller's, so
 * this room needs no streams. Complexity: O(resamples * (statistic + count)).
 */
#ifndef TENK_STATS_BOOTSTRAP_H
#define TENK_STATS_BOOTSTRAP_H

struct bootstrap_dice {
    double (*uniform)(void *context); /* in (0, 1) */
    void *context;
};

struct bootstrap {
    int rows, count; /* rows that are drawn; statistics computed from them, all at once */
    int resamples;
    double level;
    struct bootstrap_dice dice;
    /* Fills out[count] from the rows whose numbers are given. */
    void (*statistic)(void *context, const int *numbers, int rows, double *out);
    void *context;
};

/* Fills low[count] and high[count]; resamples in which a statistic is NaN do not count for it. */
void bootstrap_intervals(const struct bootstrap *bootstrap, double *low, double *high);

#endif
