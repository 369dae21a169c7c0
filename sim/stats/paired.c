/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/paired.h"

#include <math.h>

void paired_add(struct paired *paired, double a, double b)
{
    if (isnan(a) || isnan(b))
        return;
    accumulator_add(&paired->a, a);
    accumulator_add(&paired->b, b);
    accumulator_add(&paired->difference, a - b);
}

double paired_half_width(const struct accumulator *over, double level, int64_t family)
{
    return accumulator_half_width(over, 1 - (1 - level) / (double)family);
}

double paired_ratio(const struct paired *paired)
{
    double apart = paired->a.squares + paired->b.squares;
    if (paired->difference.n < 2 || !(apart > 0))
        return NAN;
    return paired->difference.squares > 0 ? apart / paired->difference.squares : INFINITY;
}

int paired_verdict(double difference, double half_width)
{
    if (difference + half_width < 0)
        return -1;
    return difference - half_width > 0 ? 1 : 0;
}
