/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/number.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool number_parse_int(const char *text, int64_t *value)
{
    if (text[0] != '-' && text[0] != '+' && !(text[0] >= '0' && text[0] <= '9'))
        return false;
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (errno || end == text || *end)
        return false;
    *value = parsed;
    return true;
}

bool number_parse_real(const char *text, double *value)
{
    /* strtod also takes blanks, "inf", "nan" and hex floats: none of them is a quantity in a file. */
    if (!text[0] || text[strspn(text, "+-.0123456789eE")])
        return false;
    char *end;
    errno = 0;
    double parsed = strtod(text, &end);
    if (end == text || *end || !isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

int number_write_int(char *out, int64_t value)
{
    char digits[24];
    int n = 0;
    uint64_t rest = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[n++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    int length = 0;
    if (value < 0)
        out[length++] = '-';
    while (n)
        out[length++] = digits[--n];
    out[length] = 0;
    return length;
}

int number_write_real(char *out, double value)
{
    if (isnan(value)) {
        out[0] = 0;
        return 0;
    }
    if (value == floor(value) && fabs(value) < 1e15)
        return number_write_int(out, (int64_t)value);
    for (int precision = 15; precision < 17; precision++) {
        int length = snprintf(out, NUMBER_TEXT, "%.*g", precision, value);
        if (strtod(out, NULL) == value)
            return length;
    }
    return snprintf(out, NUMBER_TEXT, "%.17g", value);
}

int number_write_seconds(char *out, int64_t microseconds)
{
    bool negative = microseconds < 0;
    uint64_t magnitude = negative ? (uint64_t)0 - (uint64_t)microseconds : (uint64_t)microseconds;
    int length = 0;
    if (negative)
        out[length++] = '-';
    length += number_write_int(out + length, (int64_t)(magnitude / 1000000));
    uint64_t fraction = magnitude % 1000000;
    if (fraction) {
        length += snprintf(out + length, NUMBER_TEXT - (size_t)length, ".%06u", (unsigned)fraction);
        while (out[length - 1] == '0')
            out[--length] = 0;
    }
    return length;
}

double number_int128_real(int128 value)
{
    return (double)value;
}

int64_t number_real_key(double value)
{
    if (isnan(value))
        return INT64_MAX;
    value += 0.0; /* -0 becomes 0 */
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    /* sign and magnitude: those of negative numbers grow downwards */
    return bits < 0 ? INT64_MIN - bits : bits;
}

int number_decimals(double value)
{
    double size = fabs(value);
    if (!(size > 0) || size >= 1000)
        return 0;
    if (size >= 100)
        return 1;
    if (size >= 1)
        return 2;
    return size >= 0.01 ? 4 : 6;
}

int number_write_grouped(char *out, double value, int decimals)
{
    char plain[400];
    if (!isfinite(value))
        return snprintf(out, NUMBER_TEXT, "-");
    if (fabs(value) >= 1e18)
        return snprintf(out, NUMBER_TEXT, "%.4g", value);
    int length = snprintf(plain, sizeof plain, "%.*f", decimals, value);
    int start = plain[0] == '-';
    char *point = strchr(plain, '.');
    int whole = point ? (int)(point - plain) : length;
    int written = 0;
    for (int i = 0; i < length && written < NUMBER_TEXT - 2; i++) {
        if (i > start && i < whole && (whole - i) % 3 == 0)
            out[written++] = ',';
        out[written++] = plain[i];
    }
    out[written] = 0;
    return written;
}
