/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real failure data: what is known of them is found, and the simulator's failures, drawn from the fit, give
 * the data's rates back. Read from the folder of traces; where it is absent the tests are skipped with a line
 * that says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "command/fit_report.h"
#include "engine/clock.h"
#include "reliability/failure.h"
#include "reliability/lifelog_read.h"
#include "stats/sample_case.h"

#include <stdio.h>
#include <string.h>

static bool log_read(const char *name, const char *by, struct lifelog_data *data)
{
    const char *folder = getenv("TENK_TRACES"), *source = getenv("TENK_SOURCE");
    char path[1000];
    if (folder && *folder)
        snprintf(path, sizeof path, "%s/%s", folder, name);
    else
        snprintf(path, sizeof path, "%s/../shared/traces/%s", source && *source ? source : ".", name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        print_message("skipped: no real data %s (TENK_TRACES names their folder)\n", path);
        return false;
    }
    fclose(file);
    struct error_list errors = {0};
    const struct lifelog_read_options options = {.by = by, .unit = 1};
    bool good = lifelog_read(path, &options, data, &errors);
    error_print(&errors, 0, stderr);
    error_list_free(&errors);
    assert_true(good);
    return true;
}

/* The lives of a group fitted; its rate and repairs drawn by the simulator's model for as many node-days. */
static void group_check(struct fit_group *group, uint32_t number)
{
    const struct fit_choice choice = {.seed = 1};
    struct fit_result lives = {.what = "life", .extra = group->extra};
    struct fit_analysis repairs;
    fit_analysis_make(&lives.analysis, &group->lives, 2 * number, INFINITY, &choice);
    fit_analysis_make(&repairs, &group->repairs, 2 * number + 1, INFINITY, &choice);
    struct fit_rate rate = fit_rate_make(&lives, 1);
    const struct fit *lognormal = &repairs.fits[FIT_LOGNORMAL];
    struct failure_model model = {.per_node_us = rate.per_1000_node_days.value / 1000 / (double)CLOCK_DAY,
                                  .repair_median = 1,
                                  .repair_sigma = 0};
    if (repairs.made[FIT_LOGNORMAL]) {
        model.repair_median = lognormal->value[0].value * 1e6;
        model.repair_sigma = lognormal->value[1].value;
    }
    double up = 0, sum = 0, squares = 0, drawn = 0;
    size_t failures = 0;
    for (uint32_t draw = 0;; draw++, drawn++) {
        struct failure_draw failure = failure_draw(&model, 20240731, 0, number, draw);
        double log_repair = log((double)failure.repair / 1e6);
        sum += log_repair;
        squares += log_repair * log_repair;
        up += (double)failure.uptime;
        if (up > rate.node_days * (double)CLOCK_DAY)
            break;
        failures++;
    }
    drawn++;
    sample_near((double)failures, rate.failures,
                3.5 * sqrt(rate.failures)); /* thirty groups: all hold in 98 of 100 tests */
    if (repairs.made[FIT_LOGNORMAL] && drawn > 100) {
        double mean = sum / drawn, spread = sqrt(squares / drawn - mean * mean);
        sample_near(mean, log(model.repair_median / 1e6), 3 * model.repair_sigma / sqrt(drawn));
        sample_near(spread / model.repair_sigma, 1, 3 / sqrt(2 * drawn));
    }
    /* at a Weibull's maximum the cumulative hazards of all units sum to the failures */
    if (lives.analysis.made[FIT_WEIBULL]) {
        const struct survival *s = &lives.analysis.survival;
        double hazard = 0;
        for (int32_t i = 0; i < s->count; i++)
            hazard -= (s->failed[i] + s->lost[i]) *
                      log(fit_survival(&lives.analysis.fits[FIT_WEIBULL], s->time[i]));
        sample_near(hazard / s->failures, 1, 1e-6);
    }
    fit_analysis_free(&lives.analysis);
    fit_analysis_free(&repairs);
}

/* 37,343 rows: 36,185 stays of cards and 1,158 further errors; 4,826 double-bit errors and 1,541 off the bus.
 */
static void test_titan(void **state)
{
    (void)state;
    struct lifelog_data data;
    if (!log_read("titan-gpu/full.csv.gz", NULL, &data))
        skip();
    assert_string_equal(data.format, "lives");
    assert_int_equal(data.rows, 37343);
    assert_int_equal(data.no_start, 1158);
    assert_int_equal(data.count, 3);
    static const char *const names[] = {"all", "DBE", "OTB"};
    static const double events[] = {4826 + 1541, 4826, 1541};
    for (int i = 0; i < 3; i++) {
        struct fit_group *group = &data.groups[i];
        double failures = group->extra, years = 0;
        assert_string_equal(group->name, names[i]);
        assert_int_equal(group->lives.count, 36185);
        for (int32_t k = 0; k < group->lives.count; k++) {
            failures += group->lives.lives[k].failed;
            years += group->lives.lives[k].time / 86400 / 365.25;
        }
        assert_true(failures == events[i]);
        sample_near(years, 100889, 150); /* the study's number, of years of 365 days and unrounded stays */
        group_check(group, (uint32_t)i);
    }
    lifelog_data_free(&data);
}

static void test_titan_summary(void **state)
{
    (void)state;
    struct lifelog_data data;
    if (!log_read("titan-gpu/summary.csv.gz", "batch", &data))
        skip();
    assert_int_equal(data.count, 2);
    assert_int_equal(data.groups[0].lives.count + data.groups[1].lives.count, 30207);
    for (int32_t i = 0; i < 2; i++)
        group_check(&data.groups[i], 40 + (uint32_t)i);
    lifelog_data_free(&data);
}

/* 23,739 outages of 23 systems; median repair about an hour, mean about
 * six. */
static void test_lanl(void **state)
{
    (void)state;
    struct lifelog_data data;
    if (!log_read("lanl/failures.csv.gz", "System", &data))
        skip();
    assert_string_equal(data.format, "outages");
    assert_int_equal(data.rows, 23739);
    assert_int_equal(data.damaged, 0);
    assert_int_equal(data.count, 23);
    assert_string_equal(data.groups[0].name, "2");
    int64_t repairs = 0;
    double down = 0;
    for (int32_t i = 0; i < data.count; i++) {
        struct fit_group *group = &data.groups[i];
        repairs += group->repairs.count;
        for (int32_t k = 0; k < group->repairs.count; k++)
            down += group->repairs.lives[k].time;
        group_check(group, 100 + (uint32_t)i);
    }
    assert_int_equal(repairs + data.merged, 23739);
    sample_near(down / (double)repairs / 60, 352.4, 2);
    lifelog_data_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_titan),
        cmocka_unit_test(test_titan_summary),
        cmocka_unit_test(test_lanl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
