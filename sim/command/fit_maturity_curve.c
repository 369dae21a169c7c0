/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fit_maturity_curve.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

enum { GRID = 100, GOLDEN = 40, BISECTIONS = 40 };

static const double gap_parts = 40;  /* tau from gap / 40: exp(-40) of the rise is left after the first gap */
static const double spans = 1e4;     /* to 10,000 times the record: bent by 5e-5 of its rise, a line */
static const double flat = 1 + 1e-9; /* sums of squares nearer than this are the same */
static const double farthest = 1e3;  /* an interval is open beyond so many times the range of the values */
static const double exact = 1e-9;    /* residuals below that share of a value are those of the search */

static const char *const names[FIT_MATURITY_PARAMETERS] = {"floor", "ceiling", "tau"};

/* A search: the data and what is held for now. */
struct search {
    const struct fit_maturity_points *points;
    double held[FIT_MATURITY_PARAMETERS];
    double low, high; /* of log tau */
};

/* A tau and what it leaves: the best of the other two, and their sum of squares. */
struct answer {
    double log_tau, floor, ceiling, squares;
};

const char *fit_maturity_parameter_name(enum fit_maturity_parameter parameter)
{
    return names[parameter];
}

/* Least squares in floor and ceiling for one tau. */
static struct answer solve(const struct search *search, double log_tau)
{
    const struct fit_maturity_points *points = search->points;
    double rate = exp(-log_tau), ee = 0, eg = 0, gg = 0, ey = 0, gy = 0;
    for (int32_t i = 0; i < points->count; i++) {
        double g = -expm1(-points->days[i] * rate), e = 1 - g, y = points->values[i];
        ee += e * e;
        eg += e * g;
        gg += g * g;
        ey += e * y;
        gy += g * y;
    }
    double floor = search->held[FIT_MATURITY_FLOOR], ceiling = search->held[FIT_MATURITY_CEILING];
    if (isnan(floor) && isnan(ceiling)) {
        double determinant = ee * gg - eg * eg;
        floor = (gg * ey - eg * gy) / determinant;
        ceiling = (ee * gy - eg * ey) / determinant;
    } else if (isnan(floor)) {
        floor = (ey - ceiling * eg) / ee;
    } else if (isnan(ceiling)) {
        ceiling = (gy - floor * eg) / gg;
    }
    struct answer answer = {log_tau, floor, ceiling, 0};
    for (int32_t i = 0; i < points->count; i++) {
        double g = -expm1(-points->days[i] * rate);
        double residual = points->values[i] - floor * (1 - g) - ceiling * g;
        answer.squares += residual * residual;
    }
    if (isnan(answer.squares))
        answer.squares = INFINITY;
    return answer;
}

/* The best answer over all tau; at an end of the grid when there is none within. */
static struct answer search_least(const struct search *search)
{
    if (!isnan(search->held[FIT_MATURITY_TAU]))
        return solve(search, log(search->held[FIT_MATURITY_TAU]));
    struct answer best = {.squares = INFINITY};
    double step = (search->high - search->low) / GRID;
    for (int i = 0; i <= GRID; i++) {
        struct answer answer = solve(search, search->low + i * step);
        if (answer.squares < best.squares)
            best = answer;
    }
    const double section = 0.6180339887498949;
    double a = fmax(best.log_tau - step, search->low), b = fmin(best.log_tau + step, search->high);
    struct answer inner[2] = {solve(search, b - section * (b - a)), solve(search, a + section * (b - a))};
    for (int i = 0; i < GOLDEN; i++) {
        if (inner[0].squares <= inner[1].squares) {
            b = inner[1].log_tau;
            inner[1] = inner[0];
            inner[0] = solve(search, b - section * (b - a));
        } else {
            a = inner[0].log_tau;
            inner[0] = inner[1];
            inner[1] = solve(search, a + section * (b - a));
        }
    }
    for (int i = 0; i < 2; i++)
        if (inner[i].squares < best.squares)
            best = inner[i];
    return best;
}

/* Sum of squares of the best curve that has the parameter at a value (tau: its logarithm). */
static double profile(const struct search *search, int parameter, double value)
{
    struct search fixed = *search;
    fixed.held[parameter] = parameter == FIT_MATURITY_TAU ? exp(value) : value;
    return search_least(&fixed).squares;
}

/* Where the profile passes `most`, going from the best value in steps of `step`; infinite when it does not by
 * `limit`. */
static double profile_end(const struct search *search, int parameter, double best, double step, double limit,
                          double most)
{
    double inside = best, outside = best;
    for (;; step *= 2) {
        bool last = fabs(outside + step - best) >= fabs(limit - best);
        outside = last ? limit : outside + step;
        if (profile(search, parameter, outside) > most)
            break;
        if (last)
            return step > 0 ? INFINITY : -INFINITY;
        inside = outside;
    }
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = (inside + outside) / 2;
        if (profile(search, parameter, middle) > most)
            outside = middle;
        else
            inside = middle;
    }
    return (inside + outside) / 2;
}

/* Standard errors from the normal matrix of the free parameters. A singular one leaves them infinite. */
static void errors_make(struct fit_maturity_curve *curve, const struct fit_maturity_points *points)
{
    int free[FIT_MATURITY_PARAMETERS], count = 0;
    double matrix[FIT_MATURITY_PARAMETERS * FIT_MATURITY_PARAMETERS] = {0};
    double tau = curve->value[FIT_MATURITY_TAU].value;
    double rise = curve->value[FIT_MATURITY_CEILING].value - curve->value[FIT_MATURITY_FLOOR].value;
    for (int p = 0; p < FIT_MATURITY_PARAMETERS; p++)
        if (isnan(curve->held[p]))
            free[count++] = p;
    for (int32_t i = 0; i < points->count; i++) {
        double t = points->days[i] / tau, e = exp(-t);
        const double slope[FIT_MATURITY_PARAMETERS] = {e, -expm1(-t), -rise * e * t};
        for (int r = 0; r < count; r++)
            for (int c = 0; c < count; c++)
                matrix[r * count + c] += slope[free[r]] * slope[free[c]];
    }
    /* to a unit diagonal: the columns differ by as much as the values and one do */
    double scale[FIT_MATURITY_PARAMETERS];
    bool good = count > 0;
    for (int r = 0; r < count; r++) {
        scale[r] = sqrt(matrix[r * count + r]);
        good = good && scale[r] > 0;
    }
    for (int r = 0; good && r < count; r++)
        for (int c = 0; c < count; c++)
            matrix[r * count + c] /= scale[r] * scale[c];
    gsl_matrix_view view = gsl_matrix_view_array(matrix, (size_t)count, (size_t)count);
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    good = good && !gsl_linalg_cholesky_decomp1(&view.matrix) && !gsl_linalg_cholesky_invert(&view.matrix);
    gsl_set_error_handler(handler);
    for (int r = 0; r < count; r++) {
        double se = good ? curve->residual_sd * sqrt(matrix[r * count + r]) / scale[r] : INFINITY;
        curve->se[free[r]] = free[r] == FIT_MATURITY_TAU ? tau * se : se;
    }
}

static double range_of(const struct fit_maturity_points *points)
{
    double low = points->values[0], high = low;
    for (int32_t i = 1; i < points->count; i++) {
        low = fmin(low, points->values[i]);
        high = fmax(high, points->values[i]);
    }
    return high - low;
}

static void intervals_make(struct fit_maturity_curve *curve, const struct search *search)
{
    int freedom = search->points->count - curve->parameters;
    double t = gsl_cdf_tdist_Pinv(0.975, freedom);
    double most = curve->squares * (1 + t * t / freedom);
    double rise = curve->value[FIT_MATURITY_CEILING].value - curve->value[FIT_MATURITY_FLOOR].value;
    for (int p = 0; p < FIT_MATURITY_PARAMETERS; p++) {
        if (!isnan(curve->held[p]))
            continue;
        struct fit_range *range = &curve->value[p];
        if (p == FIT_MATURITY_TAU) {
            double best = log(range->value);
            range->low = exp(profile_end(search, p, best, -0.1, search->low, most)); /* exp(-inf) is 0 */
            range->high = exp(profile_end(search, p, best, 0.1, search->high, most));
        } else {
            double step = rise / 16, far = fmax(farthest * range_of(search->points), rise);
            range->low = profile_end(search, p, range->value, -step, range->value - far, most);
            range->high = profile_end(search, p, range->value, step, range->value + far, most);
        }
    }
}

double fit_maturity_curve_at(const struct fit_maturity_curve *curve, double days)
{
    double t = days / curve->value[FIT_MATURITY_TAU].value;
    return curve->value[FIT_MATURITY_FLOOR].value * exp(-t) -
           curve->value[FIT_MATURITY_CEILING].value * expm1(-t);
}

double fit_maturity_curve_residual(const struct fit_maturity_curve *curve, double days, double value)
{
    double residual = value - fit_maturity_curve_at(curve, days);
    return fabs(residual) < exact * fabs(value) ? 0 : residual;
}

/* R^2, the worst point, and what a straight line would leave. */
static void residuals_make(struct fit_maturity_curve *curve, const struct fit_maturity_points *points)
{
    double n = points->count, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
    for (int32_t i = 0; i < points->count; i++) {
        x += points->days[i] / n;
        y += points->values[i] / n;
    }
    curve->largest = 0;
    for (int32_t i = 0; i < points->count; i++) {
        double residual = fit_maturity_curve_residual(curve, points->days[i], points->values[i]);
        double dx = points->days[i] - x, dy = points->values[i] - y;
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
        if (fabs(residual) > fabs(curve->largest)) {
            curve->largest = residual;
            curve->worst = i;
        }
    }
    curve->r_squared = points->count > curve->parameters ? 1 - curve->squares / yy : NAN;
    curve->line_sd = points->count > 2 ? sqrt(fmax(yy - xy * xy / xx, 0) / (n - 2)) : NAN;
}

/* What can be told before a search. */
static enum fit_maturity_verdict examine(struct fit_maturity_curve *curve,
                                         const struct fit_maturity_points *points)
{
    bool same = true;
    curve->dates = points->count > 0;
    for (int32_t i = 1; i < points->count; i++) {
        curve->dates += points->days[i] > points->days[i - 1];
        /* NOLINTNEXTLINE(clang-diagnostic-float-equal): read from the same digits */
        same = same && points->values[i] == points->values[0];
    }
    for (int p = 0; p < FIT_MATURITY_PARAMETERS; p++)
        curve->parameters += isnan(curve->held[p]);
    if (curve->dates < 2 || curve->dates < curve->parameters)
        return FIT_MATURITY_FEW;
    return same ? FIT_MATURITY_CONSTANT : FIT_MATURITY_FITTED;
}

void fit_maturity_curve_make(struct fit_maturity_curve *curve, const struct fit_maturity_points *points,
                             const double held[FIT_MATURITY_PARAMETERS])
{
    memset(curve, 0, sizeof *curve);
    struct search search = {.points = points};
    memcpy(curve->held, held, sizeof curve->held);
    memcpy(search.held, held, sizeof search.held);
    curve->verdict = examine(curve, points);
    if (curve->verdict != FIT_MATURITY_FITTED)
        return;
    int32_t second = 0;
    while (points->days[second] <= 0)
        second++;
    search.low = log(points->days[second] / gap_parts);
    search.high = log(points->days[points->count - 1] * spans);
    struct answer best = search_least(&search);
    if (best.ceiling <= best.floor)
        curve->verdict = FIT_MATURITY_FALLING;
    else if (isnan(held[FIT_MATURITY_TAU]) && solve(&search, search.high).squares <= best.squares * flat)
        curve->verdict = FIT_MATURITY_LINE;
    else if (isnan(held[FIT_MATURITY_TAU]) && solve(&search, search.low).squares <= best.squares * flat)
        curve->verdict = FIT_MATURITY_STEP;
    if (curve->verdict != FIT_MATURITY_FITTED)
        return;
    const double values[FIT_MATURITY_PARAMETERS] = {best.floor, best.ceiling, exp(best.log_tau)};
    for (int p = 0; p < FIT_MATURITY_PARAMETERS; p++) {
        curve->value[p] = (struct fit_range){isnan(held[p]) ? values[p] : held[p], NAN, NAN};
        curve->se[p] = NAN;
    }
    curve->squares = best.squares;
    curve->residual_sd = NAN;
    residuals_make(curve, points);
    if (points->count <= curve->parameters || !curve->parameters)
        return;
    curve->residual_sd = sqrt(best.squares / (points->count - curve->parameters));
    errors_make(curve, points);
    intervals_make(curve, &search);
}
