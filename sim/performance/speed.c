/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "performance/speed.h"

#include <math.h>

double speed_scale(const struct speed_curve *curve, double cards)
{
    if (!curve->count)
        return 1;
    if (cards <= curve->cards[0])
        return curve->factor[0];
    for (int i = 1; i < curve->count; i++) {
        if (cards > curve->cards[i])
            continue;
        double share = log(cards / curve->cards[i - 1]) / log(curve->cards[i] / curve->cards[i - 1]);
        return curve->factor[i - 1] + share * (curve->factor[i] - curve->factor[i - 1]);
    }
    return curve->factor[curve->count - 1];
}

double speed_rate(double peak_tflops, double mfu, double scale)
{
    return peak_tflops * 1e12 * mfu * scale / 1e6;
}
