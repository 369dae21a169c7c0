/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the summary against numbers worked out by hand; Student's t from printed tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "study/summary.h"

#include <math.h>
#include <stdlib.h>

enum { FUTURES = 8, SLOTS = 5 };

static struct metric_scope scopes[] = {{.name = "all", .kind = SCOPE_ALL},
                                       {.name = "wuxi", .kind = SCOPE_SITE}};
static struct metric_slot five[SLOTS] = {
    {0, METRIC_CARDS_MADE},  {1, METRIC_WAIT_MEAN},  {1, METRIC_MTTF},
    {1, METRIC_FULL_ONLINE}, {1, METRIC_QUEUE_MEAN},
};
static const struct metric_slots slots = {.scope_count = 2, .scopes = scopes, .count = SLOTS, .slots = five};

/* A row is a future. */
static const double values[FUTURES][SLOTS] = {
    {9, NAN, NAN, NAN, 1.5}, {4, NAN, NAN, NAN, 1.5}, {4, 5, NAN, NAN, 1.5}, {2, NAN, NAN, 7, 1.5},
    {4, NAN, NAN, NAN, 1.5}, {7, NAN, NAN, NAN, 1.5}, {5, 3, NAN, NAN, 1.5}, {5, NAN, NAN, NAN, 1.5},
};

static void near(double value, double expected)
{
    if (isnan(expected) ? !isnan(value) : !(fabs(value - expected) <= 1e-6 * fabs(expected)))
        fail_msg("%.10g instead of %.10g", value, expected);
}

static void expect_row(const struct summary_row *row, struct summary_row expected)
{
    assert_int_equal(row->n, expected.n);
    near(row->mean, expected.mean);
    near(row->stddev, expected.stddev);
    near(row->half_width, expected.half_width);
    near(row->p05, expected.p05);
    near(row->p50, expected.p50);
    near(row->p95, expected.p95);
}

static void test_rows(void **state)
{
    (void)state;
    struct summary_row *rows = summary_make(&slots, &values[0][0], FUTURES);
    /* 2 4 4 4 5 5 7 9: mean 40 / 8, variance 32 / 7, t(7) = 2.364624; quantiles at (n - 1) q =
     * 0.35, 3.5, 6.65 */
    expect_row(&rows[0],
               (struct summary_row){8, 5, sqrt(32.0 / 7), 2.364624252 * sqrt(32.0 / 7 / 8), 2.7, 4.5, 8.3});
    /* 3 5 and six futures without: t(1) = 12.706205 */
    expect_row(&rows[1], (struct summary_row){2, 4, sqrt(2.0), 12.706204736, 3.1, 4, 4.9});
    expect_row(&rows[2], (struct summary_row){0, NAN, NAN, NAN, NAN, NAN, NAN});
    expect_row(&rows[3], (struct summary_row){1, 7, NAN, NAN, 7, 7, 7});
    expect_row(&rows[4], (struct summary_row){8, 1.5, 0, 0, 1.5, 1.5, 1.5});
    free(rows);
}

/* Large against their spread: a sum of squares would lose all digits. */
static void test_small_spread(void **state)
{
    (void)state;
    const struct metric_slots one = {.scope_count = 2, .scopes = scopes, .count = 1, .slots = five};
    const double large[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    struct summary_row *rows = summary_make(&one, large, 4);
    assert_true(rows[0].mean == 1e9 + 10);
    near(rows[0].stddev, sqrt(30));
    free(rows);
}

/* n = 8: the median lies below all with probability 1 / 256 < 2.5%, below all but one with 9 / 256: the
 * extremes. */
static void test_quantile_file(void **state)
{
    (void)state;
    struct text text = {0};
    summary_write_quantiles(&slots, &values[0][0], FUTURES, &text);
    assert_string_equal(text_string(&text),
                        "scope,metric,unit,n,p05,p05_lo,p05_hi,p50,p50_lo,p50_hi,p95,p95_lo,p95_hi\n"
                        "all,cards_made,cards,8,2.7,,4,4.5,2,9,8.299999999999999,5,\n"
                        "wuxi,wait_mean,s,2,3.0999999999999996,,5,4,,,4.9,3,\n"
                        "wuxi,mttf,s,0,,,,,,,,,\n"
                        "wuxi,full_online,0/1,1,7,,,7,,,7,,\n"
                        "wuxi,queue_mean,jobs,8,1.5,,1.5,1.5,1.5,1.5,1.5,1.5,\n");
    text_free(&text);
}

static void test_files(void **state)
{
    (void)state;
    struct metric_slots few = slots;
    few.count = 4;
    const double small[3][4] = {{1, 2, NAN, NAN}, {3, NAN, NAN, NAN}, {NAN, 0.1, NAN, 7}};
    struct summary_row *rows = summary_make(&few, &small[0][0], 3);
    rows[0] =
        (struct summary_row){2, 2, 1.25, 25.5, 1.1, 2, 2.9}; /* digits are the business of the tests above */
    rows[1] = rows[0];
    struct text text = {0};
    summary_write(&few, rows, &text);
    assert_string_equal(text_string(&text), "scope,metric,unit,n,mean,stddev,ci95_lo,ci95_hi,p05,p50,p95\n"
                                            "all,cards_made,cards,2,2,1.25,-23.5,27.5,1.1,2,2.9\n"
                                            "wuxi,wait_mean,s,2,2,1.25,-23.5,27.5,1.1,2,2.9\n"
                                            "wuxi,mttf,s,0,,,,,,,\n"
                                            "wuxi,full_online,0/1,1,7,,,,7,7,7\n");
    text_clear(&text);
    text_put(&text, summary_values_header);
    for (int r = 0; r < 3; r++)
        summary_write_values(&few, 0, r, small[r], &text);
    summary_write_values(&few, 17, 31, small[0], &text);
    assert_string_equal(text_string(&text), "point,replication,scope,metric,unit,value\n"
                                            "0,0,all,cards_made,cards,1\n"
                                            "0,0,wuxi,wait_mean,s,2\n"
                                            "0,0,wuxi,mttf,s,\n"
                                            "0,0,wuxi,full_online,0/1,\n"
                                            "0,1,all,cards_made,cards,3\n"
                                            "0,1,wuxi,wait_mean,s,\n"
                                            "0,1,wuxi,mttf,s,\n"
                                            "0,1,wuxi,full_online,0/1,\n"
                                            "0,2,all,cards_made,cards,\n"
                                            "0,2,wuxi,wait_mean,s,0.1\n"
                                            "0,2,wuxi,mttf,s,\n"
                                            "0,2,wuxi,full_online,0/1,7\n"
                                            "17,31,all,cards_made,cards,1\n"
                                            "17,31,wuxi,wait_mean,s,2\n"
                                            "17,31,wuxi,mttf,s,\n"
                                            "17,31,wuxi,full_online,0/1,\n");
    text_free(&text);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_small_spread),
        cmocka_unit_test(test_quantile_file),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
