/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/units.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int64_t microseconds;
} durations[] = {
    {"y", INT64_C(31536000000000)}, {"w", INT64_C(604800000000)}, {"d", INT64_C(86400000000)},
    {"h", INT64_C(3600000000)},     {"min", INT64_C(60000000)},   {"s", INT64_C(1000000)},
    {"ms", INT64_C(1000)},          {"us", INT64_C(1)},
};

enum { DURATION_COUNT = sizeof durations / sizeof *durations };

/* Splits "2.5 h" into a number and the text behind it. */
static bool split(const char *text, double *value, const char **unit)
{
    char number[64];
    size_t length = strspn(text, "0123456789.+-");
    if (!length || length >= sizeof number)
        return false;
    memcpy(number, text, length);
    number[length] = 0;
    *unit = text + length + strspn(text + length, " ");
    return number_parse_real(number, value);
}

bool units_duration(const char *text, int64_t *microseconds)
{
    double value;
    const char *unit;
    if (!split(text, &value, &unit))
        return false;
    for (int i = 0; i < DURATION_COUNT; i++) {
        if (strcmp(unit, durations[i].name))
            continue;
        double total = value * (double)durations[i].microseconds;
        if (!(total >= 0 && total <= 10000 * 3.1536e13))
            return false;
        *microseconds = (int64_t)llround(total);
        return true;
    }
    return false;
}

bool units_number(const char *text, const char *unit, double *value)
{
    const char *rest;
    return split(text, value, &rest) && (!*rest || (unit && !strcmp(rest, unit)));
}

void units_write_duration(char out[32], int64_t microseconds)
{
    if (!microseconds) {
        strcpy(out, "0s");
        return;
    }
    for (int i = 0; i < DURATION_COUNT; i++) {
        if (durations[i].microseconds == INT64_C(604800000000) || microseconds % durations[i].microseconds)
            continue; /* weeks are read but not written: 7d says more */
        snprintf(out, 32, "%lld%s", (long long)(microseconds / durations[i].microseconds), durations[i].name);
        return;
    }
}
