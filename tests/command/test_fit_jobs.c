/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The job mix that the simulator's own generator draws comes back from its jobs: classes, run times, rhythm,
 * estimates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/memory.h"
#include "command/fit_jobs.h"
#include "engine/clock.h"
#include "engine/dice_case.h"
#include "stats/sample_case.h"
#include "workload/arrivals.h"
#include "workload/jobclass.h"

#include <string.h>

static const int32_t starts[] = {1, 2, 9, 65};
static const struct fit_choice choice = {.seed = 3, .resamples = 19};

/* Single cards and gangs of 4 and 24, from 2024-05-08 (a Wednesday) 00:00, as the generator makes them. */
static const struct jobclass classes[2] = {
    {.share = 0.75,
     .sizes = 1,
     .cards = {1},
     .cumulative = {1},
     .length_median = 431e6,
     .length_sigma = 1.4375,
     .length_max = 20000e6},
    {.share = 0.25,
     .sizes = 2,
     .cards = {4, 24},
     .cumulative = {0.6875, 0.3125},
     .length_median = 5300e6,
     .length_sigma = 1.0625,
     .length_max = 86400e6},
};

static void mix_draw(struct trace *trace, struct arrivals_rhythm *rhythm, int64_t count)
{
    double hours = 0, days = 0;
    for (int i = 0; i < 24; i++)
        hours += rhythm->hour[i] = 1 + 0.625 * ((i * 7) % 24) / 24.0;
    for (int i = 0; i < 7; i++)
        days += rhythm->weekday[i] = i < 5 ? 1.25 : 0.4375;
    for (int i = 0; i < 24; i++)
        rhythm->hour[i] *= 24 / hours;
    for (int i = 0; i < 7; i++)
        rhythm->weekday[i] *= 7 / days;
    struct jobclass ready[2] = {classes[0], classes[1]};
    for (int c = 0; c < 2; c++)
        jobclass_prepare(&ready[c]);
    memset(trace, 0, sizeof *trace);
    clock_parse("2024-05-08", &trace->zero);
    trace->dated = true;
    trace->jobs = memory_alloc((size_t)count, sizeof *trace->jobs);
    trace->count = count;
    const struct arrivals_model model = {.rhythm = rhythm, .per_day = 500, .start = trace->zero};
    struct arrivals arrivals;
    arrivals_init(&arrivals, &model);
    struct dice dice = {5};
    for (int64_t i = 0; i < count; i++) {
        uint32_t c = dice_unit(&dice) >= classes[0].share;
        struct jobclass_draw draw = jobclass_draw(&ready[c], 11, 0, 0, c, (uint32_t)i);
        struct trace_job *job = &trace->jobs[i];
        job->submit = arrivals_next(&arrivals, draw.gap, CLOCK_NEVER);
        job->run = (int64_t)draw.length;
        job->cards = draw.cards;
        job->request = (int64_t)(draw.length * (1.25 + 4.5 * draw.estimate));
    }
}

static void within(const struct fit_class *class, int value, double truth)
{
    const struct fit_value *v = &class->lengths.analysis.fits[FIT_LOGNORMAL].value[value];
    if (!(v->low <= truth && truth <= v->high))
        fail_msg("%s of %s: %g to %g does not hold %g", v->name, class->name, v->low, v->high, truth);
}

static void test_mix(void **state)
{
    (void)state;
    struct trace trace;
    struct arrivals_rhythm rhythm;
    struct fit_jobs jobs;
    mix_draw(&trace, &rhythm, 30000);
    fit_jobs_make(&jobs, &trace, starts, 4, &choice);
    assert_int_equal(jobs.classes, 3);
    assert_int_equal(jobs.jobs, 30000);
    static const char *const names[] = {"cards-1", "cards-2-to-8", "cards-9-to-64"};
    static const double shares[] = {0.75, 0.25 * 0.6875, 0.25 * 0.3125};
    for (int i = 0; i < 3; i++) {
        const struct fit_class *class = &jobs.class[i];
        assert_string_equal(class->name, names[i]);
        assert_int_equal(class->sizes, 1);
        assert_true(class->cut);
        sample_has_share((size_t) class->jobs, 30000, shares[i]);
        within(class, 0, classes[i > 0].length_median / 1e6);
        within(class, 1, classes[i > 0].length_sigma);
        sample_near(class->longest / (classes[i > 0].length_max / 1e6), 1, 0.2);
        assert_true(class->lengths.analysis.tests[FIT_LOGNORMAL].cvm_p > 0.05);
    }
    /* 30,000 jobs at 500 a day: 60 days, 8 whole weeks of them */
    assert_true(jobs.hours && jobs.weekdays);
    sample_near(jobs.days, 56, 0);
    sample_has_count((size_t)jobs.counted, 500 * 56);
    sample_near(jobs.counted / jobs.days, 500, 10);
    for (int i = 0; i < 24; i++)
        sample_near(jobs.hour[i], jobs.counted * rhythm.hour[i] / 24, 3.5 * sqrt(jobs.counted / 24));
    for (int i = 0; i < 7; i++)
        sample_near(jobs.weekday[i], jobs.counted * rhythm.weekday[i] / 7, 3.5 * sqrt(jobs.counted / 7));
    assert_true(jobs.dispersion > 20); /* the weekend, not bulk: the mean differs by day */
    sample_near(jobs.factor_min, 1.25, 0.06);
    sample_near(jobs.factor_max, 5.75, 0.06);
    sample_near(jobs.factor_ks, 0, 0.02);
    fit_jobs_free(&jobs);
    free(trace.jobs);
}

/* More sizes than a class holds: jobs and, but for rounding, cards are kept, neighbours merged. */
static void test_sizes(void **state)
{
    (void)state;
    struct trace trace = {.count = 5000};
    struct fit_jobs jobs;
    struct dice dice = {17};
    trace.jobs = memory_alloc(5000, sizeof *trace.jobs);
    double cards = 0;
    for (int i = 0; i < 5000; i++) {
        int32_t size = i < 4000 ? 64 * (int32_t)dice_whole(&dice, 1, 9) : (int32_t)dice_whole(&dice, 1, 700);
        trace.jobs[i] = (struct trace_job){
            .submit = i, .run = CLOCK_SECOND * dice_whole(&dice, 1, 999), .request = -1, .cards = size};
        cards += size;
    }
    static const int32_t one[] = {1};
    fit_jobs_make(&jobs, &trace, one, 1, &(struct fit_choice){.seed = 1});
    const struct fit_class *class = &jobs.class[0];
    assert_string_equal(class->name, "cards-1-up");
    assert_int_equal(class->sizes, FIT_SIZES);
    assert_true(class->distinct > 400);
    double weights = 0, kept = 0;
    for (int i = 0; i < class->sizes; i++) {
        assert_true(!i || class->cards[i] > class->cards[i - 1]);
        weights += class->weight[i];
        kept += class->weight[i] * class->cards[i];
    }
    assert_true(weights == 5000);
    sample_near(kept / cards, 1, 0.005);
    for (int size = 64; size <= 576; size += 64) { /* the frequent ones stay themselves, or nearly */
        double nearest = INFINITY;
        for (int i = 0; i < class->sizes; i++)
            nearest = fmin(nearest, abs(class->cards[i] - size));
        assert_true(nearest <= 2);
    }
    assert_false(jobs.hours || jobs.weekdays);
    assert_int_equal(jobs.requests, 0);
    fit_jobs_free(&jobs);
    free(trace.jobs);
}

/* One job; one length many times; lengths of 0 alone. */
static void test_few(void **state)
{
    (void)state;
    struct trace_job list[3] = {{.run = 90 * CLOCK_SECOND, .request = 60 * CLOCK_SECOND, .cards = 3},
                                {.run = 90 * CLOCK_SECOND, .request = 60 * CLOCK_SECOND, .cards = 3},
                                {.cards = 3}};
    struct trace trace = {.jobs = list, .count = 3};
    struct fit_jobs jobs;
    fit_jobs_make(&jobs, &trace, starts, 4, &choice);
    assert_int_equal(jobs.classes, 1);
    assert_int_equal(jobs.zero_run, 1);
    assert_true(jobs.class[0].median == 90 && jobs.class[0].sigma == 0 && !jobs.class[0].cut);
    assert_true(jobs.factor_min == 1 && jobs.factor_max == 1); /* shorter than the run: no estimate */
    fit_jobs_free(&jobs);
    trace.jobs = &list[2];
    trace.count = 1;
    fit_jobs_make(&jobs, &trace, starts, 4, &choice);
    assert_true(jobs.classes == 0 && jobs.jobs == 0);
    fit_jobs_free(&jobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mix),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
