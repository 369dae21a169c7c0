/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/number.h"
#include "engine/dice_case.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_parse_int(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {
        {"0", 0},
        {"-0", 0},
        {"+73", 73},
        {"00123", 123},
        {"-10240", -10240},
        {"9223372036854775807", INT64_MAX},
        {"5000000000", INT64_C(5000000000)},
        {"-9223372036854775808", INT64_MIN},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t value = 4711;
        if (!number_parse_int(good[i].text, &value) || value != good[i].value)
            fail_msg("\"%s\" gave %lld", good[i].text, (long long)value);
    }
    static const char *const bad[] = {
        "",
        "-",
        "+",
        "--5",
        "+-5",
        " 12",
        "12 ",
        "12\n",
        "1.0",
        "1e3",
        "0x1f",
        "12a",
        "nan",
        "1,000",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t value = 4711;
        if (number_parse_int(bad[i], &value))
            fail_msg("\"%s\" was taken for %lld", bad[i], (long long)value);
    }
}

static void test_parse_real(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {
        {"2.385", 2.385},
        {"-0.0625", -0.0625},
        {"+1e3", 1000},
        {".5", 0.5},
        {"7.", 7},
        {"1E-3", 0.001},
        {"6.02214076e23", 6.02214076e23},
        {"00.40", 0.4},
        {"1.7976931348623157e308", DBL_MAX},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = -4711;
        if (!number_parse_real(good[i].text, &value) || value != good[i].value)
            fail_msg("\"%s\" gave %.17g", good[i].text, value);
    }
    static const char *const bad[] = {
        "",         "-",    ".",    "e5",    "1e",  "1e+",   "1.2.3", "--1",    "inf",  "-inf", "nan",
        "INFINITY", " 2.5", "2.5 ", "2.5\n", "2,5", "0x1p3", "1e999", "-1e400", "2.5f", "1-2",  "12 7",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value = -4711;
        if (number_parse_real(bad[i], &value))
            fail_msg("\"%s\" was taken for %.17g", bad[i], value);
    }
}

/* Significant digits of a written number. */
static int digits_of(const char *text)
{
    int digits = 0, zeros = 0;
    for (const char *c = text; *c && *c != 'e'; c++) {
        if (*c < '0' || *c > '9' || (*c == '0' && !digits))
            continue;
        zeros = *c == '0' ? zeros + 1 : 0;
        digits++;
    }
    return digits - zeros; /* zeros at the end only place the point */
}

static void check_real(double value)
{
    char out[NUMBER_TEXT], shorter[64];
    int length = number_write_real(out, value);
    assert_int_equal(length, strlen(out));
    if (strtod(out, NULL) != value)
        fail_msg("%.17g was written as %s", value, out);
    double back;
    assert_true(number_parse_real(out, &back));
    assert_true(back == value);
    int digits = digits_of(out);
    if (digits < 2 || fabs(value) < DBL_MIN) /* below the normal numbers it need not be the shortest */
        return;
    snprintf(shorter, sizeof shorter, "%.*e", digits - 2, value);
    if (strtod(shorter, NULL) == value)
        fail_msg("%s is written shorter as %s", out, shorter);
}

static void test_write_real(void **state)
{
    (void)state;
    struct dice dice = {60013};
    for (int i = 0; i < 100000; i++) {
        double value;
        uint64_t bits = dice_bits(&dice);
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            check_real(value);
        check_real((double)dice_whole(&dice, -1000000000, 1000000000) / 1000); /* few digits */
        check_real(dice_unit(&dice) * pow(10, (double)dice_whole(&dice, -9, 12)));
    }
    check_real(DBL_MAX);
    check_real(DBL_MIN);
    check_real(0x1p-1074); /* the smallest of all */
    check_real(9007199254740993.0);
    check_real(1e23);
    static const struct {
        double value;
        const char *text;
    } known[] = {
        {2.385, "2.385"},
        {0.1, "0.1"},
        {-0.0625, "-0.0625"},
        {0.1 + 0.2, "0.30000000000000004"},
        {0, "0"},
        {-0.0, "0"},
        {10240, "10240"},
        {-3, "-3"},
        {1e14, "100000000000000"},
        {999999999999999, "999999999999999"},
        {1.0 / 3, "0.3333333333333333"},
        {1e-7, "1e-07"},
        {5e22, "5e+22"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char out[NUMBER_TEXT];
        number_write_real(out, known[i].value);
        assert_string_equal(out, known[i].text);
    }
    char out[NUMBER_TEXT] = "left over";
    assert_int_equal(number_write_real(out, NAN), 0);
    assert_string_equal(out, "");
}

static void test_write_int(void **state)
{
    (void)state;
    struct dice dice = {419};
    char out[NUMBER_TEXT], want[NUMBER_TEXT];
    for (int i = 0; i < 100000; i++) {
        int64_t value = (int64_t)dice_bits(&dice) >> dice_whole(&dice, 0, 63);
        snprintf(want, sizeof want, "%lld", (long long)value);
        assert_int_equal(number_write_int(out, value), strlen(want));
        assert_string_equal(out, want);
    }
    number_write_int(out, INT64_MIN);
    assert_string_equal(out, "-9223372036854775808");
    number_write_int(out, INT64_MAX);
    assert_string_equal(out, "9223372036854775807");
}

/* Reads seconds with up to six decimals back as microseconds. */
static int64_t microseconds_of(const char *text)
{
    bool negative = *text == '-';
    text += negative;
    uint64_t value = 0;
    int decimals = -1;
    for (; *text; text++) {
        if (*text == '.') {
            assert_int_equal(decimals, -1);
            decimals = 0;
            continue;
        }
        assert_true(*text >= '0' && *text <= '9');
        value = value * 10 + (uint64_t)(*text - '0');
        decimals += decimals >= 0;
    }
    assert_int_not_equal(decimals, 0); /* a point has digits behind it */
    for (int i = decimals < 0 ? 0 : decimals; i < 6; i++)
        value *= 10;
    return (int64_t)(negative ? (uint64_t)0 - value : value);
}

static void test_write_seconds(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *text;
    } known[] = {
        {0, "0"},
        {1, "0.000001"},
        {-1, "-0.000001"},
        {-999999, "-0.999999"},
        {100000, "0.1"},
        {2385000, "2.385"},
        {-60000000, "-60"},
        {86400000000, "86400"},
        {-86400500000, "-86400.5"},
        {1000000000000000010, "1000000000000.00001"},
        {INT64_MAX, "9223372036854.775807"},
        {INT64_MIN, "-9223372036854.775808"},
    };
    char out[NUMBER_TEXT];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_int_equal(number_write_seconds(out, known[i].value), strlen(known[i].text));
        assert_string_equal(out, known[i].text);
    }
    struct dice dice = {5431};
    for (int i = 0; i < 100000; i++) {
        int64_t value = (int64_t)dice_bits(&dice) >> dice_whole(&dice, 0, 63);
        if (dice_once_in(&dice, 3))
            value -= value % 1000;
        int length = number_write_seconds(out, value);
        assert_int_equal(length, strlen(out));
        assert_int_equal(microseconds_of(out), value);
        if (strchr(out, '.'))
            assert_int_not_equal(out[length - 1], '0');
    }
}

static void test_write_grouped(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
        const char *text;
    } known[] = {
        {12345678, 0, "12,345,678"},
        {-1234.56, 1, "-1,234.6"},
        {-123, 0, "-123"},
        {-999999.4, 0, "-999,999"},
        {999.9951, 2, "1,000.00"},
        {1000, 0, "1,000"},
        {100, 2, "100.00"},
        {0, 3, "0.000"},
        {0.00012345, 6, "0.000123"},
        {1234567.1234567, 4, "1,234,567.1235"},
        {-123456789012345, 2, "-123,456,789,012,345.00"},
        {2e18, 0, "2e+18"},
        {-2.3854e21, 3, "-2.385e+21"},
        {NAN, 2, "-"},
        {INFINITY, 2, "-"},
    };
    char out[NUMBER_TEXT];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_int_equal(number_write_grouped(out, known[i].value, known[i].decimals), strlen(known[i].text));
        assert_string_equal(out, known[i].text);
    }
    /* without its commas it is what printf writes */
    struct dice dice = {271};
    for (int i = 0; i < 20000; i++) {
        double value = (dice_unit(&dice) - 0.5) * pow(10, (double)dice_whole(&dice, -3, 17));
        int decimals = (int)dice_whole(&dice, 0, 6);
        int length = number_write_grouped(out, value, decimals);
        assert_true(length < NUMBER_TEXT);
        char plain[64], want[64];
        int n = 0, since = 0;
        bool comma = false;
        for (int k = 0; out[k] && out[k] != '.'; k++) {
            if (out[k] != ',') {
                since += out[k] != '-';
                continue;
            }
            assert_true(comma ? since == 3 : since >= 1 && since <= 3);
            comma = true;
            since = 0;
        }
        assert_true(comma ? since == 3 : since <= 3);
        for (int k = 0; out[k]; k++)
            if (out[k] != ',')
                plain[n++] = out[k];
        plain[n] = 0;
        snprintf(want, sizeof want, "%.*f", decimals, value);
        assert_string_equal(plain, want);
    }
}

static void test_decimals(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
    } known[] = {
        {0, 0},     {NAN, 0},    {12345.678, 0}, {1000, 0},   {-1000, 0}, {999.4, 1},   {-100, 1},
        {99.87, 2}, {-2.385, 2}, {1, 2},         {0.9385, 4}, {-0.01, 4}, {0.00999, 6}, {2.4e-5, 6},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(number_decimals(known[i].value), known[i].decimals);
}

static void test_int128(void **state)
{
    (void)state;
    /* 100,000 cards for five years of 365 days, in card-microseconds: beyond int64 */
    int128 account = (int128)100000 * (INT64_C(1826) - 1) * INT64_C(86400000000);
    assert_true(account > INT64_MAX);
    assert_true(number_int128_real(account) == 1.5768e19);
    assert_true(number_int128_real(-account) == -1.5768e19);
    assert_true(number_int128_real((int128)9007199254740991) == 9007199254740991.0);
    assert_true(number_int128_real((int128)1 << 100) == 0x1p100);
    assert_true(number_int128_real(((int128)1 << 100) + 1) == 0x1p100);
    assert_true(number_int128_real(0) == 0);
}

static void test_real_key(void **state)
{
    (void)state;
    static const double ascending[] = {
        -INFINITY, -DBL_MAX, -871.25, -1.0000000000000002, -1,       -DBL_MIN, -5e-324,  0,  5e-324,
        DBL_MIN,   0.1,      1,       1.0000000000000002,  6544.875, DBL_MAX,  INFINITY, NAN};
    enum { COUNT = sizeof ascending / sizeof *ascending };
    for (int i = 1; i < COUNT; i++)
        assert_true(number_real_key(ascending[i - 1]) < number_real_key(ascending[i]));
    assert_int_equal(number_real_key(-0.0), number_real_key(0.0));
    assert_int_equal(number_real_key(0.0), 0);
    assert_int_equal(number_real_key(-NAN), number_real_key(NAN));
    struct dice dice = {1709};
    for (int i = 0; i < 200000; i++) {
        double pair[2];
        for (int k = 0; k < 2; k++)
            pair[k] = (dice_unit(&dice) - 0.5) * pow(10, 40 * dice_unit(&dice) - 20);
        if (dice_once_in(&dice, 4))
            pair[1] = nextafter(pair[0], dice_once_in(&dice, 2) ? INFINITY : -INFINITY);
        int64_t a = number_real_key(pair[0]), b = number_real_key(pair[1]);
        assert_int_equal((a > b) - (a < b), (pair[0] > pair[1]) - (pair[0] < pair[1]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_int),     cmocka_unit_test(test_parse_real),
        cmocka_unit_test(test_write_real),    cmocka_unit_test(test_write_int),
        cmocka_unit_test(test_write_seconds), cmocka_unit_test(test_write_grouped),
        cmocka_unit_test(test_decimals),      cmocka_unit_test(test_int128),
        cmocka_unit_test(test_real_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
