/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_maturity_report: fitted curves as a table, as rows of fit.csv and curve.csv, and as entries of
 * configs/software.cfg.
 *
 * A curve that fits badly is shown as what it is: every point with its residual (up to 40), the largest jump
 * between two points as a share of the whole rise, and what a straight line would leave. An entry's maturity
 * is a share of what tuned code reaches: floor and ceiling as they are when they are shares of a reference
 * and the ceiling is at most 1, else divided by the fitted ceiling. What the data do not hold (porting, new
 * architectures, rebasing) is filled with assumptions, marked as such. Nothing is owned.
 */
#ifndef TENK_COMMAND_FIT_MATURITY_REPORT_H
#define TENK_COMMAND_FIT_MATURITY_REPORT_H

#include "base/text.h"
#include "command/fit_maturity_curve.h"
#include "command/fit_maturity_data.h"

void fit_maturity_print(const struct fit_maturity_series *series, const struct fit_maturity_curve *curve);

/* Rows of fit.csv, under fit_report_header. */
void fit_maturity_rows(struct text *text, const struct fit_maturity_series *series,
                       const struct fit_maturity_curve *curve);

/* curve.csv: a row a point. */
void fit_maturity_points_header(struct text *text);
void fit_maturity_points_rows(struct text *text, const struct fit_maturity_series *series,
                              const struct fit_maturity_curve *curve);

/* `command`: what made it; `file`: base name. */
void fit_maturity_entry(struct text *text, const struct fit_maturity_series *series,
                        const struct fit_maturity_curve *curve, const char *name, const char *file,
                        const char *command);

/* Why there is no curve, or what weakens the one there is; NULL when there is nothing to say. */
const char *fit_maturity_doubt(char out[400], const struct fit_maturity_series *series,
                               const struct fit_maturity_curve *curve);

#endif
