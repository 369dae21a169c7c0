/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/control.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Below this share of its own variance a control is what the ones before it say. */
static const double determined = 1e-9;

struct moments {
    int n;
    double y, c[CONTROL_MOST];   /* means */
    double yy, yc[CONTROL_MOST]; /* sums of squared deviations and products */
    double cc[CONTROL_MOST][CONTROL_MOST];
};

static void take_moments(struct moments *m, const double *y, const double *off, int n, int k)
{
    memset(m, 0, sizeof *m);
    for (int r = 0; r < n; r++) {
        if (isnan(y[r]))
            continue;
        m->n++;
        m->y += y[r];
        for (int i = 0; i < k; i++)
            m->c[i] += off[r * k + i];
    }
    if (!m->n)
        return;
    m->y /= m->n;
    for (int i = 0; i < k; i++)
        m->c[i] /= m->n;
    for (int r = 0; r < n; r++) {
        if (isnan(y[r]))
            continue;
        double dy = y[r] - m->y;
        m->yy += dy * dy;
        for (int i = 0; i < k; i++) {
            double di = off[r * k + i] - m->c[i];
            m->yc[i] += dy * di;
            for (int j = 0; j <= i; j++)
                m->cc[i][j] += di * (off[r * k + j] - m->c[j]);
        }
    }
    for (int i = 0; i < k; i++)
        for (int j = i + 1; j < k; j++)
            m->cc[i][j] = m->cc[j][i];
}

/*
 * Eliminates the controls one by one, the one with the largest share of unexplained variance first (sweeps of
 * Goodnight, The American Statistician 33, 1979). What is left of yy is the residual; the row that began as
 * the means becomes their quadratic form. Returns the number of controls in use.
 */
static int sweep(struct moments *m, int k, int most, double b[CONTROL_MOST], double *residual, double *form)
{
    double own[CONTROL_MOST], a[CONTROL_MOST][CONTROL_MOST], y[CONTROL_MOST], c[CONTROL_MOST];
    bool in[CONTROL_MOST] = {false};
    int used = 0, order[CONTROL_MOST];
    double rows[CONTROL_MOST][CONTROL_MOST], ys[CONTROL_MOST];
    *residual = m->yy;
    *form = 0;
    for (int i = 0; i < k; i++) {
        own[i] = m->cc[i][i];
        y[i] = m->yc[i];
        c[i] = m->c[i];
        for (int j = 0; j < k; j++)
            a[i][j] = m->cc[i][j];
        b[i] = 0;
    }
    while (used < most) {
        int pivot = -1;
        double share = determined;
        for (int i = 0; i < k; i++)
            if (!in[i] && own[i] > 0 && a[i][i] / own[i] > share) {
                share = a[i][i] / own[i];
                pivot = i;
            }
        if (pivot < 0)
            break;
        in[pivot] = true;
        memcpy(rows[used], a[pivot], sizeof rows[used]);
        ys[used] = y[pivot];
        order[used++] = pivot;
        double d = a[pivot][pivot];
        *residual -= y[pivot] * y[pivot] / d;
        *form += c[pivot] * c[pivot] / d;
        double row[CONTROL_MOST], yp = y[pivot], cp = c[pivot];
        memcpy(row, a[pivot], sizeof row);
        for (int i = 0; i < k; i++) {
            if (in[i])
                continue;
            y[i] -= row[i] * yp / d;
            c[i] -= row[i] * cp / d;
            for (int j = 0; j < k; j++)
                a[i][j] -= row[i] * row[j] / d;
        }
    }
    for (int u = used - 1; u >= 0; u--) { /* back: row u holds its own and the later ones */
        double right = ys[u];
        for (int v = u + 1; v < used; v++)
            right -= rows[u][order[v]] * b[order[v]];
        b[order[u]] = right / rows[u][order[u]];
    }
    return used;
}

struct control_result control_adjust(const double *y, const double *off, int n, int k, double level)
{
    struct moments m;
    take_moments(&m, y, off, n, k);
    struct control_result result = {.n = m.n, .mean = m.n ? m.y : NAN, .half_width = NAN, .ratio = NAN};
    if (m.n < 2)
        return result;
    double b[CONTROL_MOST], residual, form;
    result.used = sweep(&m, k, m.n - 3 < k ? m.n - 3 : k, b, &residual, &form);
    for (int i = 0; i < k; i++)
        result.mean -= b[i] * m.c[i];
    int freedom = m.n - 1 - result.used;
    residual = residual > 1e-14 * m.yy ? residual : 0; /* the rest is rounding */
    double variance = residual / freedom * (1.0 / m.n + form);
    result.half_width = gsl_cdf_tdist_Pinv(0.5 + level / 2, freedom) * sqrt(variance);
    if (result.used && m.yy > 0)
        result.ratio = variance > 0 ? m.yy / (m.n - 1) / m.n / variance : INFINITY;
    return result;
}
