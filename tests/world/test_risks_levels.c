/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checkpoints in the background and on two levels, against a simulation of 60 lines that shares no code with
 * the engine and steps from checkpoint to checkpoint; intervals that adapt to the rate seen; the time of a
 * write from the size of a model.
 */
#include "risks_case.h"

#include "engine/random.h"

/* A gang on 16 nodes: failures of nodes (or software) leave the memory of the neighbours, those of the whole
 * site do not. Times in s. */
struct levels {
    double mean_near, mean_wide; /* between failures; 0: none */
    double restart, interval, cost, flush, deep_cost;
    int every;
};

enum { GANG = 16, FUTURES = 40 };

struct kept {
    double memory, storage; /* progress that a failure would lead back to */
    int since;              /* checkpoints since the last one on storage was due */
};

/* What is valid `at` s after a start from kept->memory. */
static void step_through(const struct levels *model, struct kept *kept, bool restarts, double at)
{
    double clock = restarts ? model->restart : 0, progress = kept->memory;
    int number = kept->since;
    for (;;) {
        clock += model->interval;
        progress += model->interval;
        number++;
        bool deep = model->every > 1 && number % model->every == 0;
        if (clock + model->cost + model->flush > at)
            return;
        kept->memory = progress;
        kept->since = number % (model->every > 1 ? model->every : 1);
        clock += model->cost + (deep ? model->deep_cost : 0);
        if (model->every <= 1 || (deep && clock <= at))
            kept->storage = progress;
    }
}

/* Share of the time that is kept, over so many s. */
static double brute_force(const struct levels *model, double horizon, uint32_t future)
{
    struct random_stream dice = random_open(7316, future, 11, RANDOM_TEST);
    double near = model->mean_near > 0 ? 1 / model->mean_near : 0,
           wide = model->mean_wide > 0 ? 1 / model->mean_wide : 0, now = 0;
    struct kept kept = {0};
    for (bool first = true; now < horizon; first = false) {
        double after = random_exponential(&dice, 1) / (near + wide);
        bool all = random_uniform(&dice) * (near + wide) < wide;
        step_through(model, &kept, !first, after);
        now += after;
        if (all) {
            kept.memory = kept.storage;
            kept.since = 0;
        }
    }
    return kept.memory / now;
}

static void check_levels(const char *what, const struct levels *model, const char *more)
{
    char text[1200];
    double days = 3000 * (model->mean_near > 0 ? model->mean_near : model->mean_wide) / 86400;
    int length = snprintf(text, sizeof text,
                          "restart = \"%gs\"; checkpoint_interval = \"%gs\"; %s"
                          "causes: { bug: { scope = \"job\"; failures_per_1000_node_days = %.17g; };"
                          "  fire: { scope = \"site\"; per_year = %.17g; repair_median = \"1s\"; }; };",
                          model->restart, model->interval, more,
                          model->mean_near > 0 ? 1000 * 86400 / model->mean_near / GANG : 0,
                          model->mean_wide > 0 ? 365 * 86400 / model->mean_wide : 0);
    assert_true(length < (int)sizeof text);
    struct text_case *c = memory_alloc(1, sizeof *c);
    risks_open(c, &(struct risks_site){.gang = GANG, .nodes = GANG, .days = days, .reliability = text});
    struct accumulator engine = risks_over(c, FUTURES, risks_effective), steps = {0};
    for (uint32_t f = 0; f < FUTURES; f++)
        accumulator_add(&steps, brute_force(model, days * 86400, f));
    double half = hypot(accumulator_half_width(&engine, 0.99), accumulator_half_width(&steps, 0.99));
    print_message("%-46s engine %.5f, step by step %.5f +- %.5f\n", what, engine.mean, steps.mean, half);
    assert_true(half < 0.006 * steps.mean);
    assert_true(fabs(engine.mean - steps.mean) < half);
    text_close(c);
    free(c);
}

static void test_levels(void **state)
{
    (void)state;
    check_levels("one level", &(struct levels){3300, 0, 250, 700, 90, 0, 0, 1}, "checkpoint_cost = \"90s\";");
    check_levels("in the background: 560 s of flush", &(struct levels){3300, 0, 250, 700, 9, 560, 0, 1},
                 "checkpoint_cost = \"9s\"; checkpoint_flush = \"560s\";");
    check_levels("two levels, 5 in memory to one on storage",
                 &(struct levels){3300, 29000, 250, 300, 6, 0, 120, 6},
                 "checkpoint_cost = \"120s\"; memory_checkpoints = 5; memory_cost = \"6s\";");
    check_levels("two levels, the site fails as often as nodes",
                 &(struct levels){3300, 3300, 40, 200, 17, 0, 75, 3},
                 "checkpoint_cost = \"75s\"; memory_checkpoints = 2; memory_cost = \"17s\";");
}

/* us between checkpoints, on the average over the computing. */
static double mean_interval(const struct text_case *c)
{
    double computing = risks_value(c, METRIC_TIME_PRODUCTIVE) + risks_value(c, METRIC_TIME_LOST);
    return computing / risks_value(c, METRIC_TIME_WRITING);
}

/* Daly's interval for 40 s, and the mean time between failures, s. */
static double daly(double mtbf)
{
    double ratio = 40 / (2 * mtbf);
    return sqrt(2 * 40 * mtbf) * (1 + sqrt(ratio) / 3 + ratio / 9) - 40;
}

/* What is believed at first is wrong by a factor of 5: the interval is that of the truth all the same. */
static void check_adaptive(const char *causes, double believed, double truth)
{
    char rules[3][40] = {"adaptive", "", "daly"};
    struct accumulator over[3] = {0}, ratio = {0};
    snprintf(rules[1], sizeof rules[1], "%.6fs", daly(truth));
    double each[3][20];
    for (int i = 0; i < 3; i++) {
        char text[1200];
        snprintf(text, sizeof text,
                 "checkpoint_cost = \"40s\"; restart = \"90s\"; repair_law = \"fixed\"; repair_median = "
                 "\"2s\"; checkpoint_interval = \"%s\"; %s",
                 rules[i], causes);
        struct text_case *c = memory_alloc(1, sizeof *c);
        risks_open(c, &(struct risks_site){.gang = GANG, .nodes = GANG + 4, .days = 60, .reliability = text});
        for (uint32_t f = 0; f < 20; f++) {
            case_run(&c->world, f, NULL);
            each[i][f] = mean_interval(c);
            accumulator_add(&over[i], each[i][f]);
        }
        text_close(c);
        free(c);
    }
    for (int f = 0; f < 20; f++)
        accumulator_add(&ratio, each[0][f] / each[1][f]);
    double half = accumulator_half_width(&ratio, 0.99);
    print_message(
        "believed %5.0f s, true %5.0f s: interval / Daly's of the truth %.4f +- %.4f; by belief %.3f\n",
        believed, truth, ratio.mean, half, over[2].mean / over[1].mean);
    assert_true(half < 0.02 && fabs(ratio.mean - 1) < 0.04);
    /* of a stretch only whole intervals end in a checkpoint: one in M (exp(t / M) - 1) of computing */
    double by_belief = over[2].mean / over[1].mean,
           expected = expm1(daly(believed) / truth) / expm1(daly(truth) / truth);
    assert_true(fabs(by_belief / expected - 1) < 0.03);
}

static void test_adaptive(void **state)
{
    (void)state;
    /* silent faults, found after a second, are no part of the belief; 4 of 5 */
    check_adaptive("causes: { bug: { scope = \"job\"; failures_per_1000_node_days = 500.0; };"
                   "wrong: { scope = \"node\"; effect = \"silent\"; found_after = \"1s\";"
                   "  failures_per_1000_node_days = 2000.0; }; };",
                   86400 / 0.5 / GANG, 86400 / 2.5 / GANG);
    /* all nodes are believed to be bad and to stay so; the first repair makes each good */
    check_adaptive("lemon_share = 1.0; lemon_factor = 5.0; failures_per_1000_node_days = 2500.0;",
                   86400 / 12.5 / GANG, 86400 / 2.5 / GANG);
}

/* 70e9 parameters of 14 bytes: nodes or the storage may be the tighter; a second writer takes its part. */
static void check_storage(const char *storage, double first, double second)
{
    char site[200];
    snprintf(site, sizeof site, "storage: { %s };", storage);
    struct text_case *c = memory_alloc(1, sizeof *c);
    risks_open(c, &(struct risks_site){
                      .gang = 4,
                      .nodes = 16,
                      .days = 20,
                      .length = "99.5h",
                      .site = site,
                      .run = "parameters = 70.0e9; }; other: { at = \"2025-01-02\"; cards = 96; length = "
                             "\"20.25h\"; parameters = 110.0e9;",
                      .reliability = "checkpoint_bytes = 14.0; checkpoint_interval = \"1h\";"});
    text_run(c, 0);
    assert_int_equal(c->count, 2);
    for (int i = 0; i < 2; i++) {
        const struct text_job *job = &c->jobs[i];
        double wanted = job->cards == 32 ? 99.5 * 3600 + 99 * first : 20.25 * 3600 + 20 * second;
        print_message("%s %d cards: %.6f s, by hand %.6f\n", storage, job->cards, job->run, wanted);
        assert_true(fabs(job->run - wanted) < 1e-3);
    }
    double hours = (99 * first * 32 + 20 * second * 96) / 3600;
    assert_true(fabs(risks_value(c, METRIC_TIME_WRITING) / hours - 1) < 1e-6);
    text_close(c);
    free(c);
}

static void test_storage(void **state)
{
    (void)state;
    const double bytes = 70e9 * 14, more = 110e9 * 14;
    /* the nodes': 4 x 1.9 and 12 x 1.9 GB/s */
    check_storage("gb_per_s = 400.0; node_gb_per_s = 1.9;", bytes / 7.6e9, more / 22.8e9);
    /* the site's, of which the other writes for the share T / (3600 s + T) of its time */
    double first = bytes / 5.3e9;
    check_storage("gb_per_s = 5.3;", first, more / 5.3e9 * (1 + first / (3600 + first)));
    /* each job at another limit */
    first = bytes / 7.6e9;
    check_storage("gb_per_s = 11.0; node_gb_per_s = 1.9;", first, more / 11e9 * (1 + first / (3600 + first)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_adaptive),
        cmocka_unit_test(test_storage),
    };
    return cmocka_run_group_tests_name("risks: levels", tests, NULL, NULL);
}
