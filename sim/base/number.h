/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * number: strict reading and exact writing of numbers.
 *
 * Reading: the whole text must be one number; no trailing garbage, no infinities, no silent cut.
 * Writing: a short decimal that reads back to the same double, whole numbers below 1e15 printed whole,
 * so that files compare byte by byte and no digit is lost. int128 holds sums of card-microseconds:
 * 100,000 cards for five years are 1.6e19, beyond int64.
 */
#ifndef TENK_BASE_NUMBER_H
#define TENK_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef __int128 int128;

enum { NUMBER_TEXT = 48 }; /* bytes that hold any number written here */

/* Parse the whole of text (no blanks around it). False when it is not such a number or out of range. */
bool number_parse_int(const char *text, int64_t *value);
bool number_parse_real(const char *text, double *value);

/* Write into out (NUMBER_TEXT bytes); return the length. NaN is written as an empty text: a missing value. */
int number_write_real(char *out, double value);
int number_write_int(char *out, int64_t value);

/* Microseconds written as seconds: whole numbers whole, else up to six decimals without trailing zeros. */
int number_write_seconds(char *out, int64_t microseconds);

/* An int128 as the nearest double; exact below 2^53. */
double number_int128_real(int128 value);

/*
 * A whole number that orders as the real numbers do: a < b exactly when key(a) < key(b); -0 and 0 are the
 * same, infinities come first and last, NaN after everything. For keys of queues.
 */
int64_t number_real_key(double value);

/* Grouped for people: 12345678 -> "12,345,678"; decimals digits after the point. */
int number_write_grouped(char *out, double value, int decimals);

/* Decimals that give a person three or four significant digits of value. */
int number_decimals(double value);

#endif
