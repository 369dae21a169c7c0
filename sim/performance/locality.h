/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * locality: how much slower a gang computes because of where its cards are.
 *
 * factor = curve(scatter) x product of cross[level] over the levels that it crosses needlessly.
 * scatter is servers used over the fewest servers on which the gang could be (1: packed); the curve is
 * measured at some values, interpolated linearly in the logarithm of scatter and flat beyond them: networks
 * were measured on 1, 2 and 4 servers. A level (high-bandwidth domain, leaf switch, pod) is crossed
 * needlessly when the gang lies in several of its groups although one group could hold it: what every
 * placement of that size has to cross is in the measured speed of gangs of that size already (speed.h), and
 * must not be counted twice. Nor is a domain that is no more than a server: leaving it is scatter.
 *
 * Choice: factors multiply, as if each level delayed another part of the communication. No measurement of
 * several levels at once was found; for losses of a few per cent sum and product are the same. Where a figure
 * is derived from the share c of time spent communicating and the bandwidth b that is left (0.83 for -17 %),
 * without overlap: factor = 1 / (1 - c + c / b), the rule of Amdahl (AFIPS 1967). So it is in
 * configs/locality.cfg, where every entry names its source.
 *
 * What a placement crosses is counted in scheduler/footprint.h. Complexity: O(points).
 */
#ifndef TENK_PERFORMANCE_LOCALITY_H
#define TENK_PERFORMANCE_LOCALITY_H

#include <stdbool.h>

enum { LOCALITY_POINTS = 16 };

enum locality_crossing { LOCALITY_DOMAIN, LOCALITY_LEAF, LOCALITY_POD, LOCALITY_CROSSINGS };

struct locality_model {
    int count;                        /* points of the curve; 0: no model, the factor is always 1 */
    double scatter[LOCALITY_POINTS];  /* ascending, >= 1 */
    double factor[LOCALITY_POINTS];   /* in (0, 1] */
    double cross[LOCALITY_CROSSINGS]; /* in (0, 1]; 1: crossing costs nothing */
};

/* In (0, 1]; scatter >= 1; crossed[level]: needlessly. */
double locality_factor(const struct locality_model *model, double scatter,
                       const bool crossed[LOCALITY_CROSSINGS]);

#endif
