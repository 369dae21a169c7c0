/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenarios/airesim.cfg against the default study that AIReSim reports (arXiv:2603.07041, table 1), and
 * variants of it against what follows from its definitions.
 *
 * Both studies have 30 futures. Welch's joint interval of each of the nine means must hold 0; at 99% for all
 * nine (Bonferroni) with some 58 degrees of freedom it is 3.46 standard errors of the difference.
 */
#include "file_case.h"

enum { FUTURES = 30, SERVERS = 4096, DAYS = 256 };

enum figure { HOURS, FAILURES, SYSTEMATIC, RUN_MINUTES, MANUAL, GOOD, SELECTIONS, CALLED, SHARE, FIGURES };

/* What cannot happen has no result. */
static double count_of(const struct world_case *w, const char *scope, enum metric_id metric)
{
    return metric_slot_find(&w->slots, scope, metric) < 0 ? 0 : case_value(w, scope, metric);
}

static void simulate(const char *const *settings, int count, struct accumulator over[FIGURES])
{
    memset(over, 0, FIGURES * sizeof *over);
    struct file_case *c = memory_alloc(1, sizeof *c);
    file_open(c, "airesim.cfg", settings, count);
    assert_int_equal(c->scenario.replications, FUTURES);
    for (uint32_t r = 0; r < FUTURES; r++) {
        case_run(&c->world, r, NULL);
        const struct world_case *w = &c->world;
        double value[FIGURES];
        value[HOURS] = case_value(w, "airesim", METRIC_MAKESPAN) / 3600;
        value[FAILURES] = case_value(w, "airesim", METRIC_INTERRUPTIONS);
        value[SYSTEMATIC] = count_of(w, "airesim/cause systematic", METRIC_CAUSE_INTERRUPTIONS);
        value[RUN_MINUTES] = DAYS * 1440.0 / value[FAILURES];
        value[MANUAL] = count_of(w, "airesim", METRIC_MANUAL_REPAIRS);
        value[GOOD] = case_value(w, "airesim", METRIC_REPAIRS_GOOD);
        value[SELECTIONS] = value[FAILURES] - case_value(w, "airesim/runs", METRIC_RESTARTS_IN_PLACE);
        value[CALLED] = case_value(w, "airesim", METRIC_SPARES_CALLED);
        value[SHARE] = case_value(w, "airesim", METRIC_ETTR) / 100;
        for (int i = 0; i < FIGURES; i++)
            accumulator_add(&over[i], value[i]);
    }
    file_close(c);
    free(c);
}

static void test_published_means(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double mean, sd;
    } published[FIGURES] = {
        [HOURS] = {"training time, h", 9865.97, 33.60},
        [FAILURES] = {"failures", 11145.6, 100.3},
        [SYSTEMATIC] = {"of them systematic", 688.6, 15.4},
        [RUN_MINUTES] = {"run between failures, min", 33.07, 0.30},
        [MANUAL] = {"manual repairs", 8922.9, 91.4},
        [GOOD] = {"successful repairs", 8469.4, 74.8},
        [SELECTIONS] = {"host selections", 42.9, 3.4},
        [CALLED] = {"spares called", 13.9, 4.5},
        [SHARE] = {"share computing", 0.6228, 0.0021},
    };
    struct accumulator over[FIGURES];
    simulate(NULL, 0, over);
    int wrong = 0;
    print_message("%-26s %10s %10s %12s %20s\n", "", "AIReSim", "tenk", "difference", "99% for all nine");
    for (int i = 0; i < FIGURES; i++) {
        double sd = accumulator_stddev(&over[i]), difference = over[i].mean - published[i].mean;
        double half = 3.46 * sqrt((sd * sd + published[i].sd * published[i].sd) / FUTURES);
        print_message("%-26s %10.4f %10.4f %+12.4f %+12.4f to %+.4f\n", published[i].name, published[i].mean,
                      over[i].mean, difference, difference - half, difference + half);
        wrong += fabs(difference) > half;
        /* and spreads alike: 99.9% of F with 29 and 29 degrees of freedom is 3.3 */
        double f = sd * sd / (published[i].sd * published[i].sd);
        assert_true(f < 3.3 && f > 1 / 3.3);
    }
    assert_int_equal(wrong, 0);
}

/* Within so many standard errors of the 30 futures. */
static void near(const char *what, const struct accumulator *over, double exact)
{
    double half = accumulator_half_width(over, 0.999);
    print_message("  %-40s expected %10.2f simulated %10.2f +- %.2f\n", what, exact, over->mean, half);
    assert_true(fabs(over->mean - exact) <= half + 1e-9 * exact);
}

static void test_no_bad_servers(void **state)
{
    (void)state;
    const char *settings[] = {"reliability.airesim.causes.systematic.lemons_only=false",
                              "reliability.airesim.causes.systematic.failures_per_1000_node_days=0",
                              "reliability.airesim.lemon_share=0"};
    struct accumulator over[FIGURES];
    simulate(settings, 3, over);
    /* computing without interruption would take 256 days; half a second of each run is computed again */
    double failures = 0.01 * SERVERS * DAYS;
    failures *= 1 + failures * 0.5 / (DAYS * 86400.0);
    near("failures", &over[FAILURES], failures);
    assert_true(over[SYSTEMATIC].mean <= 0);
    near("manual repairs", &over[MANUAL], 0.8 * failures);
    near("good repairs", &over[GOOD], (0.2 * 0.6 + 0.8 * 0.8) * failures);
}

/* Failures of good servers and of bad ones that nothing cures: of 4,096 servers 15% are bad on the average.
 */
static void test_nothing_cures(void **state)
{
    (void)state;
    const char *settings[] = {"reliability.airesim.repair_success=0", "reliability.airesim.manual_success=0"};
    struct accumulator over[FIGURES];
    simulate(settings, 2, over);
    assert_true(over[GOOD].mean <= 0);
    near("random failures",
         &(struct accumulator){.n = over[FAILURES].n,
                               .mean = over[FAILURES].mean - over[SYSTEMATIC].mean,
                               .squares = over[FAILURES].squares},
         0.01 * SERVERS * DAYS);
    /* bad ones fail six times as often, so fewer of them are in the job than in the site */
    double most = 0.05 * 0.15 * SERVERS * DAYS;
    assert_true(over[SYSTEMATIC].mean < most && over[SYSTEMATIC].mean > 0.7 * most);
}

/* One value varied at a time. */
static void test_other_values(void **state)
{
    (void)state;
    struct accumulator base[FIGURES], over[FIGURES];
    simulate(NULL, 0, base);
    const char *never[] = {"reliability.airesim.escalate=0"};
    simulate(never, 1, over);
    assert_true(over[MANUAL].mean <= 0);
    near("good repairs, none escalates", &over[GOOD], 0.6 * over[FAILURES].mean);
    assert_true(over[CALLED].mean < base[CALLED].mean); /* servers are back in two hours */

    const char *slow[] = {"reliability.airesim.restart=40min"};
    simulate(slow, 1, over);
    /* the same computing, so the same failures; 20 min more for each */
    near("hours, restart of 40 min", &over[HOURS], base[HOURS].mean + over[FAILURES].mean / 3);

    const char *no_standby[] = {"site.airesim.runs.training.standby=0"};
    simulate(no_standby, 1, over);
    near("host selections, no standby", &over[SELECTIONS], over[FAILURES].mean);
    const char *twice[] = {"reliability.airesim.causes.random.failures_per_1000_node_days=20"};
    simulate(twice, 1, over);
    near("random failures, twice as often",
         &(struct accumulator){.n = over[FAILURES].n,
                               .mean = over[FAILURES].mean - over[SYSTEMATIC].mean,
                               .squares = over[FAILURES].squares},
         0.02 * SERVERS * DAYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_means),
        cmocka_unit_test(test_no_bad_servers),
        cmocka_unit_test(test_nothing_cures),
        cmocka_unit_test(test_other_values),
    };
    return cmocka_run_group_tests_name("AIReSim", tests, NULL, NULL);
}
