/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * speed: how fast a gang computes.
 *
 * rate of a card = peak x MFU(kind of work, chip) x scale(cards of the gang), in FLOP a microsecond.
 * MFU (model FLOP utilisation) is the share of the peak that becomes useful model arithmetic in a
 * small gang; scale is what is left of it in a large one, measured at some sizes and interpolated
 * linearly in the logarithm of the number of cards, flat outside the measured range.
 */
#ifndef TENK_PERFORMANCE_SPEED_H
#define TENK_PERFORMANCE_SPEED_H

enum { SPEED_POINTS = 32 };

struct speed_curve {
    int count;                  /* 0: always 1 */
    double cards[SPEED_POINTS]; /* ascending */
    double factor[SPEED_POINTS];
};

/* Relative speed a card in a gang of that many cards. O(points). */
double speed_scale(const struct speed_curve *curve, double cards);

/* FLOP per card and microsecond; peak in TFLOP/s. */
double speed_rate(double peak_tflops, double mfu, double scale);

#endif
