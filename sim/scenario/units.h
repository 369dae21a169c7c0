/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * units: quantities with a unit in a text, such as "90d", "2.5 h" or "40s".
 *
 * A bare number has no unit and is refused where one is needed: 90 what? Years are 365 days,
 * months are not offered because they have no fixed length.
 */
#ifndef TENK_SCENARIO_UNITS_H
#define TENK_SCENARIO_UNITS_H

#include <stdbool.h>
#include <stdint.h>

/* The units that units_duration takes, for messages. */
#define UNITS_DURATIONS "ms, s, min, h, d, w, y (365 d)"

/* A duration in us; false when it is not one, negative, or beyond 10,000 years. */
bool units_duration(const char *text, int64_t *microseconds);

/* "1.5 kW" with unit "kW" gives 1.5; a number without a unit also passes. */
bool units_number(const char *text, const char *unit, double *value);

/* Writes a duration with the largest unit that keeps it whole: "90d", "1.5h" becomes "90min". 32 bytes. */
void units_write_duration(char out[32], int64_t microseconds);

#endif
