/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings that vary, results by name, targets: what is read, what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "study/factor.h"
#include "study/target.h"

static void levels_are(const char *assignment, const char *want)
{
    struct factor factor;
    struct error_list errors = {0};
    assert_true(factor_parse(&factor, "--vary", assignment, &errors));
    struct text text = {0};
    for (int64_t i = 0; i < factor_levels(&factor); i++) {
        text_put(&text, i ? "|" : "");
        factor_level(&factor, i, &text);
    }
    assert_string_equal(text_string(&text), want);
    text_free(&text);
    factor_free(&factor);
    error_list_free(&errors);
}

static void test_levels(void **state)
{
    (void)state;
    levels_are("a.b=x", "x");
    levels_are("a.b=none, easy ,conservative", "none|easy|conservative");
    levels_are("a.b=[1, 2],[3, 4]", "[1, 2]|[3, 4]");
    levels_are("a.b=\"x, y\",z", "\"x, y\"|z");
    levels_are("a.b=(1, [2, 3]),4", "(1, [2, 3])|4");
    levels_are("a.b=8..40:8", "8|16|24|32|40");
    levels_are("a.b=8..39:8", "8|16|24|32");
    levels_are("a.b=-3..3:3", "-3|0|3");
    levels_are("a.b=0.1..0.7:0.2", "0.1|0.3|0.5|0.7");
    levels_are("a.b=10d..40d:15d", "10d|25d|40d");
    levels_are("a.b=1.5h..2.5h:0.5h", "1.5h|2h|2.5h");
    levels_are("a.b=2024-02-28..2024-03-02:1", "2024-02-28|2024-02-29|2024-03-01|2024-03-02");
    levels_are("a.b=2024-02-28..2024-03-20:7d", "2024-02-28|2024-03-06|2024-03-13|2024-03-20");
    levels_are("a.b=5000000000..5000000002:1", "5000000000|5000000001|5000000002");
    levels_are("a.b=./mine..so", "./mine..so"); /* a file is no range */
}

static void refused(const char *assignment, const char *part)
{
    struct factor factor;
    struct error_list errors = {0};
    assert_false(factor_parse(&factor, "--vary", assignment, &errors));
    assert_int_equal(errors.inputs, 1);
    if (!strstr(errors.items[0].message, part))
        fail_msg("%s: %s", assignment, errors.items[0].message);
    factor_free(&factor);
    error_list_free(&errors);
}

static void test_refused(void **state)
{
    (void)state;
    refused("a.b", "write --vary PATH=a,b,c");
    refused("=3", "write --vary");
    refused("a.b=", "write --vary");
    refused("a.b=1,,2", "a value is empty");
    refused("a.b=1,", "a value is empty");
    refused("a.b=1..x", "the ends of a range");
    refused("a.b=1..2:x", "the step is no number");
    refused("a.b=1..2:0.5", "whole number");
    refused("a.b=1..1:1", "smaller value");
    refused("a.b=nan..2:1", "the ends of a range");
    refused("a.b=1..2024-01-01:1", "is a date");
    refused("a.b=2024-01-01..2024-02-01:3h", "another unit");
    refused("a.b=1d..2d:1", "another unit");
    refused("a.b=1..2000000000:1", "1,000,000 levels");
}

/* Entered at u: evenly over the range, every level of a list by the same share, both ends at 0 and 1. */
static void test_at(void **state)
{
    (void)state;
    struct error_list errors = {0};
    struct factor list, range = {0};
    assert_true(factor_parse(&list, "--vary", "a=p,q,r", &errors));
    int count[3] = {0};
    for (int i = 0; i <= 900; i++) {
        struct text text = {0};
        factor_at(&list, i / 900.0, &text);
        count[text_string(&text)[0] - 'p']++;
        text_free(&text);
    }
    assert_int_equal(count[0], 300);
    assert_int_equal(count[1], 300);
    assert_int_equal(count[2], 301); /* 1 itself */
    assert_null(factor_range(&range, "10h", "20h"));
    assert_int_equal(factor_levels(&range), 0);
    const double at[] = {0, 0.25, 1};
    const char *const want[] = {"10h", "12.5h", "20h"};
    for (int i = 0; i < 3; i++) {
        struct text text = {0};
        factor_at(&range, at[i], &text);
        assert_string_equal(text_string(&text), want[i]);
        text_free(&text);
    }
    assert_null(factor_levels_set(&range, 5));
    assert_int_equal(factor_levels(&range), 5);
    assert_non_null(factor_levels_set(&range, 1));
    factor_free(&list);
    factor_free(&range);
    error_list_free(&errors);
}

static struct metric_scope scopes[] = {
    {"all", SCOPE_ALL, -1, 0},
    {"firm", SCOPE_BUYER, -1, 0},
    {"wuxi", SCOPE_SITE, 0, 0},
    {"wuxi/pretraining", SCOPE_CLASS, 0, 0},
    {"wuxi/cards>=1024", SCOPE_LARGE, 0, 0},
    {"wuxi/b", SCOPE_SITE, 1, 0},
    {"wuxi/b/cards>=1024", SCOPE_LARGE, 1, 0},
};
static struct metric_slot slots_of[] = {
    {0, METRIC_CARDS_MADE}, {1, METRIC_FILL_RATE}, {2, METRIC_FILL_RATE},
    {2, METRIC_WAIT_P95},   {3, METRIC_WAIT_P95},  {4, METRIC_WAIT_P95},
    {5, METRIC_WAIT_P95},   {6, METRIC_WAIT_P95},  {5, METRIC_MTTF},
};
static const struct metric_slots slots = {7, scopes, 9, slots_of};

static int slot_of(const char *text)
{
    struct reference reference;
    char problem[256];
    if (!reference_parse(&reference, text, problem))
        return -2;
    return reference_slot(&reference, &slots, problem);
}

static void test_reference(void **state)
{
    (void)state;
    assert_int_equal(slot_of("cards_made"), 0);
    assert_int_equal(slot_of("cards_made[all]"), 0);
    assert_int_equal(slot_of("fill_rate"), 2); /* the site before the buyer */
    assert_int_equal(slot_of("fill_rate[firm]"), 1);
    assert_int_equal(slot_of("wait_p95"), -1); /* two sites */
    assert_int_equal(slot_of("wait_p95[wuxi]"), 3);
    assert_int_equal(slot_of("wait_p95[pretraining]"), 4);
    assert_int_equal(slot_of("wait_p95[cards>=1024]"), -1); /* of both */
    assert_int_equal(slot_of("wait_p95[wuxi/cards>=1024]"), 5);
    assert_int_equal(slot_of("wait_p95[b/cards>=1024]"), 7);
    assert_int_equal(slot_of("wait_p95[b]"), 6);
    assert_int_equal(slot_of("wait_p95[uxi]"), -1);
    assert_int_equal(slot_of("mttf"), 8);
    assert_int_equal(slot_of("makespan"), -1);
    static const char *const wrong[] = {
        "", "[wuxi]", "wait", "wait_p95[", "wait_p95[]", "wait_p95[wuxi", "wait_p95[wuxi]x", "wait_p95 "};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(slot_of(wrong[i]), -2);
}

static void target_is(const char *text, enum metric_id metric, const char *scope, bool below, double bound,
                      double share)
{
    struct target target;
    struct error_list errors = {0};
    assert_true(target_parse(&target, "--target", text, &errors));
    assert_int_equal(target.reference.metric, metric);
    assert_string_equal(target.reference.scope, scope);
    assert_int_equal(target.below, below);
    assert_true(fabs(target.bound - bound) < 1e-9 * fabs(bound) + 1e-12);
    assert_true(isnan(share) ? isnan(target.share) : fabs(target.share - share) < 1e-12);
    error_list_free(&errors);
}

static void test_targets(void **state)
{
    (void)state;
    target_is("wait_p95[cards>=1024] <= 24h", METRIC_WAIT_P95, "cards>=1024", true, 86400, NAN);
    target_is("wait_p95[cards>=1024]<90min", METRIC_WAIT_P95, "cards>=1024", true, 5400, NAN);
    target_is("full_online_days <= 400d", METRIC_FULL_ONLINE_DAYS, "", true, 400, NAN);
    target_is("full_online_days <= 1y", METRIC_FULL_ONLINE_DAYS, "", true, 365, NAN);
    target_is("p90 of futures fill_rate[wuxi] >= 95%", METRIC_FILL_RATE, "wuxi", false, 95, 0.9);
    target_is("p99.5 of futures: fill_rate >= 95", METRIC_FILL_RATE, "", false, 95, 0.995);
    target_is("p50 of futures of cards_made > 1000 cards", METRIC_CARDS_MADE, "", false, 1000, 0.5);
    target_is("preemptions <= 0", METRIC_PREEMPTIONS, "", true, 0, NAN); /* p, and no share */
    target_is("total_cost <= -1.5e2 million CNY", METRIC_TOTAL_COST, "", true, -150, NAN);
    static const char *const wrong[] = {
        "",
        "wait_p95",
        "wait_p95 = 3h",
        "wait_p95[cards>=1024]",
        "<= 3h",
        "wait_p95 <=",
        "wait_p95 <= 3",
        "wait_p95 <= 3 apples",
        "wait_p95 <= -3h",
        "fill_rate >= 95 cards",
        "fill_rate >= %",
        "fill_rate >= inf",
        "p0 of futures fill_rate >= 3",
        "p100 of futures fill_rate >= 3",
        "p90 fill_rate >= 3",
        "p9x of futures fill_rate >= 3",
        "fill_rate[wuxi >= 3",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct target target;
        struct error_list errors = {0};
        if (target_parse(&target, "--target", wrong[i], &errors))
            fail_msg("\"%s\" is taken for a target", wrong[i]);
        assert_int_equal(errors.inputs, 1);
        assert_non_null(strstr(errors.items[0].message, "--target"));
        error_list_free(&errors);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),    cmocka_unit_test(test_refused), cmocka_unit_test(test_at),
        cmocka_unit_test(test_reference), cmocka_unit_test(test_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
