/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control: control variates by regression.
 *
 * Something whose mean is known (the work that jobs bring, the yield of lots) is observed beside the value
 * in each future. Where both are high together, the value is corrected by what the control is off its mean:
 * the estimate is the intercept of the least squares fit  y = m + b (c - E c) + e  (Lavenberg & Welch,
 * Management Science 27(3), 1981). With k controls the interval is Student's with n - k - 1 degrees of
 * freedom, exact for jointly normal values; the price of estimating b is a factor of about (n - 2) / (n - k -
 * 2). `ratio` is the variance of the plain mean over that of the corrected one, both as estimated: how many
 * futures more the plain mean needs. Controls that do not vary, or that others determine, are left out.
 *
 * Normal equations after centring, eliminated with pivots: k is a handful. O(n k^2).
 */
#ifndef TENK_STATS_CONTROL_H
#define TENK_STATS_CONTROL_H

enum { CONTROL_MOST = 8 };

struct control_result {
    int n;    /* futures that have a value */
    int used; /* controls in the fit */
    double mean, half_width;
    double ratio; /* NaN without controls or variance; INFINITY when they explain everything */
};

/*
 * y[n] with NaN for missing values; off[n][k]: what each control is off its known mean. k <= CONTROL_MOST.
 * With no control in use it is the plain mean and its interval.
 */
struct control_result control_adjust(const double *y, const double *off, int n, int k, double level);

#endif
