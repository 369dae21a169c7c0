/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Do the job mixes of configs/workloads.cfg repeat the statistics that were published with their traces?
 *
 * Published: data/cluster_summary.csv of https://github.com/InternLM/AcmeTrace (Seren, Kalos, Philly, Helios)
 * and its figure with the shares by type; what the text of arXiv:2403.07648 states is marked so. Each mix is
 * asked twice: by its closed forms, which must agree within 0.5 %, and by 400,000 jobs drawn as the simulator
 * draws them, which must agree within the 99 % interval of so many jobs and the same 0.5 %.
 */
#include "scenario/scenario.h"
#include "workload/jobclass.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/dice_case.h"
#include "scenario/scenario_case.h"
#include "stats/sample_case.h"

enum { JOBS = 400000, EXIT_SKIPPED = 77 };

static const double misfit = 0.005; /* of the fit of the catalogue, see docs/catalogues.md */

struct published {
    const char *name;
    double mean_run, median_run; /* s */
    double mean_cards;
    double card_seconds;                                        /* per job */
    int32_t largest;                                            /* cards; the median is 1 everywhere */
    double pretraining_time;                                    /* share of the GPU time; 0: not published */
    double evaluation_jobs, fine_tuning_jobs, pretraining_jobs; /* shares of the jobs; 0: not published */
};

static const struct published table[] = {
    {"seren", 1414.335, 122, 5.68, 32405, 1024, 0.695, 0.649, 0.149, 0.009},
    {"kalos", 1259.689, 124, 26.77, 267905, 1024, 0.955, 0.928, 0, 0.032},
    {"philly", 18006.055, 874, 1.928, 61039, 128, 0, 0, 0, 0},
    {"helios", 6651.681, 206, 3.716, 49351, 2048, 0, 0, 0, 0},
};

struct mix {
    int classes;
    struct jobclass class[JOBCLASS_MAX];
    const char *kind[JOBCLASS_MAX];
};

static struct scenario scenario;

static int mixes_read(void **state)
{
    char configs[1024];
    snprintf(configs, sizeof configs, "%s/configs", getenv("TENK_SOURCE"));
    if (case_begin(state) || symlink(configs, "configs") || mkdir("scenarios", 0700))
        return -1;
    case_write("scenarios/mix.cfg",
               "title = \"job mixes\";\n"
               "start = \"2025-01-01\";\n"
               "horizon = \"7d\";\n"
               "site: {\n"
               "  one: {\n"
               "    chip = \"a100\"; cards = 2048; ordered = \"2025-01-01\";\n"
               "    delivery = \"at-once\"; workload = \"seren\"; jobs_per_day = 3600.0;\n"
               "  };\n"
               "};\n"
               "chips: {\n"
               "@include \"../configs/chips.cfg\"\n"
               "};\n"
               "workloads: {\n"
               "@include \"../configs/workloads.cfg\"\n"
               "};\n");
    struct error_list errors = {0};
    bool good = scenario_read(&scenario, "scenarios/mix.cfg", NULL, 0, &errors);
    error_print(&errors, 0, stderr);
    error_list_free(&errors);
    return good ? 0 : -1;
}

static int mixes_free(void **state)
{
    scenario_free(&scenario);
    return case_end(state);
}

static void mix_of(struct mix *mix, const char *name)
{
    const struct scenario_workload *workload =
        schema_entry(&scenario.workloads, &scenario_workload_schema, name);
    assert_non_null(workload);
    assert_in_range(workload->classes.count, 1, JOBCLASS_MAX);
    const struct scenario_class *classes = workload->classes.entries;
    memset(mix, 0, sizeof *mix);
    for (int i = 0; i < workload->classes.count; i++) {
        struct jobclass *to = &mix->class[mix->classes];
        mix->kind[mix->classes++] = classes[i].kind;
        to->share = classes[i].share;
        to->sizes = classes[i].sizes.count;
        for (int k = 0; k < to->sizes; k++) {
            to->cards[k] = (int32_t)classes[i].sizes.values[k];
            to->cumulative[k] = classes[i].size_weights.values[k];
        }
        to->length_median = (double)classes[i].length_median;
        to->length_sigma = classes[i].length_sigma;
        to->length_max = (double)classes[i].length_max;
        jobclass_prepare(to);
    }
}

static double near_fit(double published)
{
    return misfit * published;
}

/* Share of the jobs, or of the GPU time, in classes of a kind (NULL: any) and gangs of low to high cards. */
static double closed_share(const struct mix *mix, const char *kind, int32_t low, int32_t high, bool of_time)
{
    double part = 0, whole = 0;
    for (int i = 0; i < mix->classes; i++) {
        const struct jobclass *class = &mix->class[i];
        for (int k = 0; k < class->sizes; k++) {
            double weight = class->share * (class->cumulative[k] - (k ? class->cumulative[k - 1] : 0));
            if (of_time)
                weight *= class->cards[k] * jobclass_mean_length(class);
            whole += weight;
            if ((!kind || !strcmp(kind, mix->kind[i])) && class->cards[k] >= low && class->cards[k] <= high)
                part += weight;
        }
    }
    return part / whole;
}

static void test_closed_forms(void **state)
{
    (void)state;
    for (size_t t = 0; t < sizeof table / sizeof *table; t++) {
        const struct published *published = &table[t];
        struct mix mix;
        mix_of(&mix, published->name);
        double share = 0, run = 0, cards = 0, card_seconds = 0;
        for (int i = 0; i < mix.classes; i++) {
            const struct jobclass *class = &mix.class[i];
            double length = jobclass_mean_length(class) / 1e6;
            share += class->share;
            run += class->share * length;
            cards += class->share * jobclass_mean_cards(class);
            card_seconds += class->share * length * jobclass_mean_cards(class);
        }
        sample_near(share, 1, 1e-12);
        sample_near(run, published->mean_run, near_fit(published->mean_run));
        sample_near(cards, published->mean_cards, near_fit(published->mean_cards));
        sample_near(card_seconds, published->card_seconds, near_fit(published->card_seconds));
        const struct {
            const char *kind;
            double jobs;
        } kinds[] = {{"evaluation", published->evaluation_jobs},
                     {"fine-tuning", published->fine_tuning_jobs},
                     {"pretraining", published->pretraining_jobs}};
        for (int i = 0; i < 3; i++)
            if (kinds[i].jobs > 0)
                sample_near(closed_share(&mix, kinds[i].kind, 1, INT32_MAX, false), kinds[i].jobs, 1e-9);
        if (published->pretraining_time > 0)
            sample_near(closed_share(&mix, "pretraining", 1, INT32_MAX, true), published->pretraining_time,
                        5e-4);
    }
}

/* Statements in the text of arXiv:2403.07648. */
static void test_statements(void **state)
{
    (void)state;
    struct mix seren, kalos, helios;
    mix_of(&seren, "seren");
    mix_of(&kalos, "kalos");
    mix_of(&helios, "helios");
    assert_true(closed_share(&seren, NULL, 1, 1, true) < 0.02);           /* GPU time of one-GPU jobs */
    assert_true(closed_share(&kalos, NULL, 256, INT32_MAX, true) > 0.96); /* GPU time of 256 GPUs and more */
    assert_true(closed_share(&seren, NULL, 9, INT32_MAX, false) < 0.07);  /* jobs over 8 GPUs */
    assert_true(closed_share(&kalos, NULL, 9, INT32_MAX, false) < 0.07);
    assert_true(closed_share(&helios, NULL, 9, INT32_MAX, false) < 0.07);
    sample_near(closed_share(&kalos, "evaluation", 1, INT32_MAX, true), 0.008, 5e-5);
    assert_true(closed_share(&seren, NULL, 1, 1, false) > 0.5); /* most jobs take one GPU */
    assert_true(closed_share(&kalos, NULL, 1, 1, false) > 0.5);
}

static double runs[JOBS], sizes[JOBS], works[JOBS], excess[JOBS];

/* The published median lies between the order statistics that hold it with 99 %, or near them. */
static void check_median(double *values, double published)
{
    qsort(values, JOBS, sizeof *values, sample_ascending);
    double half = SAMPLE_Z99 / 2 * sqrt(JOBS);
    double low = values[(int)floor(JOBS / 2.0 - half)], high = values[(int)ceil(JOBS / 2.0 + half)];
    sample_near((low + high) / 2, published, (high - low) / 2 + near_fit(published));
    assert_true(high - low < 0.04 * published); /* else it would say nothing */
}

static void check_mean(const double *values, double published, double widest)
{
    double half = sample_half(values, JOBS);
    assert_true(half < widest * published);
    sample_near(sample_mean(values, JOBS), published, half + near_fit(published));
}

static int draw_class(const struct mix *mix, struct dice *dice)
{
    double u = dice_unit(dice);
    int class = 0;
    while (class < mix->classes - 1 && u >= mix->class[class].share)
        u -= mix->class[class ++].share;
    return class;
}

static void test_drawn_jobs(void **state)
{
    (void)state;
    for (size_t t = 0; t < sizeof table / sizeof *table; t++) {
        const struct published *published = &table[t];
        struct mix mix;
        mix_of(&mix, published->name);
        struct dice dice = {2403 + t};
        uint32_t numbers[JOBCLASS_MAX] = {0};
        size_t evaluation = 0, fine_tuning = 0, pretraining = 0;
        double largest = 0;
        for (int i = 0; i < JOBS; i++) {
            int class = draw_class(&mix, &dice);
            struct jobclass_draw draw =
                jobclass_draw(&mix.class[class], 7648, 0, (uint32_t)t, (uint32_t) class, numbers[class]++);
            const char *kind = mix.kind[class];
            evaluation += !strcmp(kind, "evaluation");
            fine_tuning += !strcmp(kind, "fine-tuning");
            pretraining += !strcmp(kind, "pretraining");
            runs[i] = draw.length / 1e6;
            sizes[i] = draw.cards;
            works[i] = runs[i] * sizes[i];
            largest = fmax(largest, sizes[i]);
            /* mean 0 when pretraining takes its share of the GPU time: the ratio estimator's residual */
            excess[i] = (!strcmp(kind, "pretraining") - published->pretraining_time) * works[i];
        }
        check_mean(runs, published->mean_run, 0.045);
        check_mean(sizes, published->mean_cards, 0.04);
        check_mean(works, published->card_seconds, 0.4); /* a few long runs of 1,024 cards weigh most */
        assert_true(largest == published->largest);
        if (published->pretraining_time > 0) {
            double time = sample_mean(works, JOBS), half = sample_half(excess, JOBS) / time;
            assert_true(half < 0.1);
            sample_near(sample_mean(excess, JOBS) / time, 0, half + near_fit(published->pretraining_time));
        }
        if (published->evaluation_jobs > 0) {
            sample_has_share(evaluation, JOBS, published->evaluation_jobs);
            sample_has_share(pretraining, JOBS, published->pretraining_jobs);
            if (published->fine_tuning_jobs > 0)
                sample_has_share(fine_tuning, JOBS, published->fine_tuning_jobs);
            else
                assert_int_equal(fine_tuning, 0);
        }
        check_median(runs, published->median_run);
        qsort(sizes, JOBS, sizeof *sizes, sample_ascending);
        assert_true(sizes[JOBS / 2] == 1); /* most jobs take one card */
    }
}

/* runs-*: one class that stands for the runs of city-llm's pretraining which take more than 900 s, by mean
 * and deviation. */
static void test_long_runs(void **state)
{
    (void)state;
    static const char *const names[] = {"runs-4096", "runs-1024", "runs-64"};
    static const double mean_cards[] = {2084.48, 521.12, 32.58}; /* as docs/cities.md has them */
    const double least = 900;
    struct mix city;
    mix_of(&city, "city-llm");
    assert_string_equal(city.kind[0], "pretraining");
    size_t long_runs = 0;
    double time = 0, all = 0;
    for (uint32_t i = 0; i < JOBS; i++) {
        double length = jobclass_draw(&city.class[0], 5463, 0, 0, 0, i).length / 1e6;
        all += length;
        if (length <= least)
            continue;
        time += length;
        runs[long_runs++] = length;
    }
    sample_has_share(long_runs, JOBS, 0.49449);
    assert_true(time / all > 0.992);
    double mean = sample_mean(runs, long_runs), half = sample_half(runs, long_runs);
    assert_true(half < 0.02 * mean);
    double squares = 0;
    for (size_t i = 0; i < long_runs; i++)
        squares += (runs[i] - mean) * (runs[i] - mean);
    double spread = sqrt(squares / (double)(long_runs - 1));
    for (int w = 0; w < 3; w++) {
        struct mix mix;
        mix_of(&mix, names[w]);
        assert_int_equal(mix.classes, 1);
        assert_string_equal(mix.kind[0], w < 2 ? "pretraining" : "fine-tuning");
        sample_near(jobclass_mean_cards(&mix.class[0]), mean_cards[w], 1e-6 * mean_cards[w]);
        double own = jobclass_mean_length(&mix.class[0]) / 1e6;
        sample_near(own, 30793, 1);
        sample_near(own, mean, half);
        double more = 0; /* a second moment, by draws of their own */
        for (uint32_t i = 0; i < JOBS; i++) {
            double length = jobclass_draw(&mix.class[0], 2239, 0, 1, (uint32_t)w, i).length / 1e6 - own;
            more += length * length;
        }
        sample_near(sqrt(more / JOBS), spread, 0.015 * spread);
    }
}

int main(void)
{
    if (!getenv("TENK_SOURCE")) {
        fputs("TENK_SOURCE does not say where configs/ is\n", stderr);
        return EXIT_SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_forms),
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_drawn_jobs),
        cmocka_unit_test(test_long_runs),
    };
    return cmocka_run_group_tests(tests, mixes_read, mixes_free);
}
