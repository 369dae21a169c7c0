/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/kn.h"

#include "stats/accumulator.h"

#include <math.h>
#include <string.h>

/* Takes out whoever lies behind one that was in when the stage began. */
static void screen(struct kn *kn)
{
    bool out[KN_SYSTEMS];
    memcpy(out, kn->out, sizeof out);
    double r = kn->stage;
    for (int i = 0; i < kn->systems; i++) {
        for (int l = 0; l < kn->systems && !out[i]; l++) {
            if (l == i || kn->out[l])
                continue;
            double allowed =
                fmax(0, kn->delta / (2 * r) * (kn->h2 * kn->variance[i][l] / (kn->delta * kn->delta) - r));
            double behind = (kn->sum[l] - kn->sum[i]) / r;
            /* where nothing is allowed any more, of two that are equal the later one goes */
            out[i] = behind > allowed || (allowed <= 0 && behind == 0 && l < i && !out[l]);
        }
        if (out[i] && !kn->out[i]) {
            kn->in--;
            kn->stage_out[i] = kn->stage;
        }
    }
    memcpy(kn->out, out, sizeof out);
}

void kn_start(struct kn *kn, const double *observations, int systems, int first, double delta,
              double confidence, bool smaller)
{
    memset(kn, 0, sizeof *kn);
    kn->systems = kn->in = systems;
    kn->first = kn->stage = first;
    kn->delta = delta;
    kn->smaller = smaller;
    double eta = (pow(2 * (1 - confidence) / (systems - 1), -2.0 / (first - 1)) - 1) / 2;
    kn->h2 = 2 * eta * (first - 1);
    for (int r = 0; r < first; r++)
        for (int i = 0; i < systems; i++)
            kn->sum[i] += smaller ? -observations[r * systems + i] : observations[r * systems + i];
    for (int i = 0; i < systems; i++) {
        for (int l = 0; l < i; l++) {
            struct accumulator difference = {0};
            for (int r = 0; r < first; r++)
                accumulator_add(&difference, observations[r * systems + i] - observations[r * systems + l]);
            kn->variance[i][l] = kn->variance[l][i] = difference.squares / (first - 1);
        }
    }
    screen(kn);
}

void kn_add(struct kn *kn, const double *observations)
{
    kn->stage++;
    for (int i = 0; i < kn->systems; i++)
        if (!kn->out[i])
            kn->sum[i] += kn->smaller ? -observations[i] : observations[i];
    screen(kn);
}

int kn_best(const struct kn *kn)
{
    for (int i = 0; i < kn->systems && kn->in == 1; i++)
        if (!kn->out[i])
            return i;
    return -1;
}

double kn_longest(const struct kn *kn)
{
    double most = kn->first;
    for (int i = 0; i < kn->systems; i++)
        for (int l = 0; l < i; l++)
            if (!kn->out[i] && !kn->out[l])
                most = fmax(most, ceil(kn->h2 * kn->variance[i][l] / (kn->delta * kn->delta)) + 1);
    return most;
}
