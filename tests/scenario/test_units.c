/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define US     INT64_C(1)
#define SECOND INT64_C(1000000)
#define HOUR   (3600 * SECOND)
#define DAY    (24 * HOUR)

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t expected;
    } cases[] = {
        {"1us", US},
        {"1ms", 1000 * US},
        {"1s", SECOND},
        {"1min", 60 * SECOND},
        {"1h", HOUR},
        {"1d", DAY},
        {"1w", 7 * DAY},
        {"1y", 365 * DAY},
        {"0s", 0},
        {"0d", 0},
        {"-0d", 0},
        {"90d", 90 * DAY},
        {"2.5h", 9000 * SECOND},
        {"2.5 h", 9000 * SECOND},
        {"2.5   h", 9000 * SECOND},
        {".5d", 12 * HOUR},
        {"5.d", 5 * DAY},
        {"+3d", 3 * DAY},
        {"007d", 7 * DAY},
        {"0.1s", 100000 * US},
        {"0.0000004s", 0}, /* to the nearest microsecond */
        {"0.0000006s", US},
        {"10000y", 3650000 * DAY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t got = -1;
        if (!units_duration(cases[i].text, &got))
            fail_msg("\"%s\" is refused", cases[i].text);
        if (got != cases[i].expected)
            fail_msg("\"%s\" is %lld us, expected %lld", cases[i].text, (long long)got,
                     (long long)cases[i].expected);
    }
}

static void test_no_durations(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        " ",
        "d",
        "90",
        "90 ",
        "60 days",
        "2 months",
        "1d 12h",
        "1d12h",
        "1D",
        "1H",
        "1m",
        "1sec",
        "1e2d",
        "0x10d",
        "nan d",
        "inf d",
        "-1d",
        "--1d",
        "1-2d",
        "1.2.3d",
        "1,5h",
        " 1d",
        "1d ",
        "1\td",
        "d1",
        "10001y",
        "9999999999999999y",
        "1e999d",
        ".d",
        "+d",
        "-d",
        "1 d d",
        "eternity",
        "1111111111111111111111111111111111111111111111111111111111111111111d",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int64_t got = 4711;
        if (units_duration(texts[i], &got))
            fail_msg("\"%s\" is taken for %lld us", texts[i], (long long)got);
        assert_int_equal(got, 4711);
    }
}

/* Every unit that messages offer is one. */
static void test_offered(void **state)
{
    (void)state;
    char offered[] = UNITS_DURATIONS, text[32];
    int count = 0;
    for (char *rest = offered, *unit; (unit = strtok_r(rest, ", ", &rest)); count++) {
        if (unit[0] == '(')
            break; /* "(365 d)" explains the year */
        int64_t got;
        snprintf(text, sizeof text, "3%s", unit);
        if (!units_duration(text, &got))
            fail_msg("the unit %s is offered but not taken", unit);
    }
    assert_int_equal(count, 7);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *unit;
        bool good;
        double expected;
    } cases[] = {
        {"1.5 kW", "kW", true, 1.5},     {"1.5kW", "kW", true, 1.5},
        {"1.5", "kW", true, 1.5},        {"-3", "cards", true, -3},
        {"64 cards", "cards", true, 64}, {"0.40 CNY/kWh", "CNY/kWh", true, 0.4},
        {"1.5 MW", "kW", false, 0},      {"1.5 kWh", "kW", false, 0},
        {"1.5 k", "kW", false, 0},       {"1.5 ", "kW", true, 1.5},
        {"kW", "kW", false, 0},          {"many", "cards", false, 0},
        {"", "cards", false, 0},         {"5", NULL, true, 5},
        {"5 cards", NULL, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double got = 0;
        if (units_number(cases[i].text, cases[i].unit, &got) != cases[i].good)
            fail_msg("\"%s\" is %s", cases[i].text, cases[i].good ? "refused" : "taken");
        if (cases[i].good && got != cases[i].expected)
            fail_msg("\"%s\" is %g, expected %g", cases[i].text, got, cases[i].expected);
    }
}

static void test_written(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *expected;
    } cases[] = {
        {0, "0s"},
        {US, "1us"},
        {1500, "1500us"},
        {2000, "2ms"},
        {SECOND, "1s"},
        {90 * SECOND, "90s"},
        {120 * SECOND, "2min"},
        {HOUR, "1h"},
        {HOUR + 1800 * SECOND, "90min"},
        {36 * HOUR, "36h"},
        {DAY, "1d"},
        {7 * DAY, "7d"},
        {90 * DAY, "90d"},
        {365 * DAY, "1y"},
        {366 * DAY, "366d"},
        {730 * DAY, "2y"},
        {100 * 365 * DAY, "100y"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[32];
        units_write_duration(out, cases[i].value);
        assert_string_equal(out, cases[i].expected);
    }
}

/* What is written reads back as the same duration: up to a century, the longest that a scenario holds. */
static void test_round_trip(void **state)
{
    (void)state;
    static const int64_t steps[] = {US, 1000 * US, SECOND, 60 * SECOND, HOUR, DAY, 7 * DAY, 365 * DAY};
    uint64_t dice = UINT64_C(0x9E3779B97F4A7C15);
    for (int round = 0; round < 20000; round++) {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        int64_t step = steps[round % 8];
        int64_t value = (int64_t)(dice % (uint64_t)(100 * 365 * DAY / step + 1)) * step, got;
        char out[32];
        units_write_duration(out, value);
        if (!units_duration(out, &got) || got != value)
            fail_msg("%lld us is written as %s, which reads as %lld us", (long long)value, out,
                     (long long)got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations), cmocka_unit_test(test_no_durations),
        cmocka_unit_test(test_offered),   cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_written),   cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
