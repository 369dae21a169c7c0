/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates and months as operators write them, and what is neither. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reliability/lifelog_dates.h"

#include <math.h>

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double seconds; /* by `date -u +%s` */
    } good[] = {
        {"2017-04-09 21:36:19", 1491773779}, {"4/9/2017 21:36", 1491773760},
        {"04/09/2017 21:36:19", 1491773779}, {"6/21/2005", 1119312000},
        {"2/29/2000T0:05", 951782700},       {"12/31/1969 23:59", -60},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double seconds;
        assert_true(lifelog_dates_parse(good[i].text, &seconds));
        assert_true(seconds == good[i].seconds);
    }
    static const char *const bad[] = {"",
                                      "6/21",
                                      "2/29/1999",
                                      "13/1/2000",
                                      "6/21/2005 24:00",
                                      "6/21/2005 10",
                                      "6/21/2005 10:60",
                                      "6/21/2005x",
                                      "6//2005",
                                      "6/21/20055",
                                      "6/21/2005 10:54:",
                                      "-6/21/2005",
                                      "6/0/2005",
                                      "Jun 21 2005",
                                      "6/21/2005 10:54:30 "};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double seconds;
        assert_false(lifelog_dates_parse(bad[i], &seconds));
    }
}

static void test_months(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double first, after; /* NaN: not known */
    } good[] = {
        {"Nov-96", 846806400, 849398400},
        {"5-Jun", 1117584000, 1120176000},
        {"2003-08", 1059696000, 1062374400},
        {"Dec-1999", 944006400, 946684800},
        {"3-dec", 1070236800, 1072915200},
        {"6/21/2005 3:00", 1119312000, 1119398400},
        {"2005-06-21", 1119312000, 1119398400},
        {"current", NAN, NAN},
        {"", NAN, NAN},
        {"before tracking", NAN, NAN},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double first, after;
        assert_true(lifelog_dates_month(good[i].text, false, &first) &&
                    lifelog_dates_month(good[i].text, true, &after));
        assert_true(isnan(good[i].first) ? isnan(first) && isnan(after)
                                         : first == good[i].first && after == good[i].after);
    }
    static const char *const bad[] = {"Nov-x9",   "13-2021-x", "2003-13", "2003-00",
                                      "2003-08-", "Noh-96",    "5 June",  "7"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double seconds;
        assert_false(lifelog_dates_month(bad[i], false, &seconds));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_dates), cmocka_unit_test(test_months)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
