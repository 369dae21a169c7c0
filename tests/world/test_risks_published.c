/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scenarios of published clusters: Meta's RSC-1 (arXiv:2410.21680) with its model of the effective
 * training time ratio and where that model breaks; Llama 3's interruptions cause by cause (arXiv:2407.21783,
 * table 5).
 */
#include "file_case.h"

static const double rate_h = 6.5 / 1000 / 24; /* failures of a node an hour */

/* E[ETTR] ~ (1 - N r (u0 + dt / 2)) / (1 + w / dt) at Young's dt; all in hours. */
static double model(double nodes, double u0, double w)
{
    double dt = sqrt(2 * w / (nodes * rate_h));
    return (1 - nodes * rate_h * (u0 + dt / 2)) / (1 + w / dt);
}

/* Daly's renewal formula for the same. */
static double renewal(double nodes, double u0, double w)
{
    double mean = 1 / (nodes * rate_h), dt = sqrt(2 * w * mean);
    return dt / (mean * exp(u0 / mean) * expm1((dt + w) / mean));
}

/* Means over futures of what the scenario says of so many cards; minutes. */
static void run_rsc(int cards, double u0, double w, struct accumulator *ettr, struct accumulator *a_day)
{
    char texts[4][100];
    const char *const settings[] = {texts[0], texts[1], texts[2], texts[3]};
    snprintf(texts[0], sizeof *texts, "site.rsc.runs.job.cards=%d", cards);
    snprintf(texts[1], sizeof *texts, "reliability.rsc.restart=%gmin", u0);
    snprintf(texts[2], sizeof *texts, "reliability.rsc.checkpoint_cost=%gmin", w);
    snprintf(texts[3], sizeof *texts, "site.rsc.cards=%d", (cards / 8 + cards / 256 + 32) * 8);
    struct file_case *c = memory_alloc(1, sizeof *c);
    file_open(c, "rsc.cfg", settings, 4);
    for (uint32_t r = 0; r < 16; r++) {
        case_run(&c->world, r, NULL);
        accumulator_add(ettr, case_value(&c->world, "rsc", METRIC_ETTR) / 100);
        accumulator_add(a_day, 24 * 3600 / case_value(&c->world, "rsc", METRIC_MTTF));
    }
    file_close(c);
    free(c);
}

static void test_rsc(void **state)
{
    (void)state;
    static const struct {
        int cards;
        double u0, w;  /* min */
        double within; /* of the simulation lies the published model, percentage points; 0: it breaks */
    } cases[] = {{1024, 5, 5, 1},    {4096, 5, 5, 1},    {16384, 5, 5, 1}, {32768, 5, 5, 1},
                 {65536, 5, 5, 0},   {131072, 5, 5, 0},  {16384, 2, 1, 1}, {32768, 2, 1, 1},
                 {65536, 1, 0.5, 1}, {131072, 2, 0.5, 0}};
    print_message(
        "  cards  u0, min  w, min   mttf, h    N r (u0 + dt/2)   ettr simulated     model   renewal\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct accumulator ettr = {0}, a_day = {0};
        double nodes = cases[i].cards / 8.0, u0 = cases[i].u0 / 60, w = cases[i].w / 60;
        run_rsc(cases[i].cards, cases[i].u0, cases[i].w, &ettr, &a_day);
        double said = model(nodes, u0, w), exact = renewal(nodes, u0, w),
               half = accumulator_half_width(&ettr, 0.99);
        print_message("%7d %8g %7g %9.3f %14.3f %14.4f +- %.4f %9.4f %9.4f\n", cases[i].cards, cases[i].u0,
                      cases[i].w, 24 / a_day.mean, nodes * rate_h * (u0 + sqrt(w / (2 * nodes * rate_h))),
                      ettr.mean, half, said, exact);
        assert_true(half < 0.01 && fabs(ettr.mean - exact) < half);
        if (cases[i].within > 0)
            assert_true(fabs(ettr.mean - said) < cases[i].within / 100);
        else
            assert_true(ettr.mean - said > 0.01);
        assert_true(fabs(a_day.mean - nodes * rate_h * 24) < accumulator_half_width(&a_day, 0.99));
        /* the published projections, to their digits */
        if (cases[i].cards == 16384)
            assert_true(fabs(24 / a_day.mean - 1.8) < 0.05);
        if (cases[i].cards == 131072)
            assert_true(fabs(24 / a_day.mean - 0.23) < 0.01);
    }
    assert_true(renewal(16384, 5 / 60.0, 5 / 60.0) - model(16384, 5 / 60.0, 5 / 60.0) > 0.1);
}

/* Probability of at most so many events of a Poisson law. */
static double poisson(int most, double mean)
{
    double sum = 0;
    for (int i = 0; i <= most; i++)
        sum += exp(i * log(mean) - mean - lgamma(i + 1.0));
    return sum;
}

static void test_llama3_causes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int count;
    } causes[] = {{"gpu", 148},      {"hbm", 72}, {"software", 54}, {"network", 35}, {"maintenance", 32},
                  {"sram", 19},      {"gsp", 17}, {"nic", 7},       {"watchdog", 7}, {"silent", 6},
                  {"thermal", 6},    {"ssd", 3},  {"psu", 3},       {"chassis", 2},  {"io_board", 2},
                  {"dependency", 2}, {"cpu", 2},  {"memory", 2}};
    enum { CAUSES = sizeof causes / sizeof *causes };
    struct file_case *c = memory_alloc(1, sizeof *c);
    file_open(c, "llama3-causes.cfg", NULL, 0);
    struct accumulator seen[CAUSES] = {0}, all = {0}, effective = {0};
    int futures = (int)c->scenario.replications, published = 0;
    for (int r = 0; r < futures; r++) {
        case_run(&c->world, (uint32_t)r, NULL);
        for (int i = 0; i < CAUSES; i++) {
            char scope[64];
            snprintf(scope, sizeof scope, "llama3/cause %s", causes[i].name);
            accumulator_add(&seen[i], case_value(&c->world, scope, METRIC_CAUSE_INTERRUPTIONS));
        }
        accumulator_add(&all, case_value(&c->world, "llama3", METRIC_INTERRUPTIONS));
        accumulator_add(&effective, case_value(&c->world, "llama3", METRIC_ETTR));
    }
    print_message("cause        published   simulated, mean and 99%%    in 54 days, 99%% of the futures\n");
    double sum = 0;
    for (int i = 0; i < CAUSES; i++) {
        double mean = seen[i].mean, half = accumulator_half_width(&seen[i], 0.99);
        int low = 0, high = 0;
        while (poisson(low, mean) < 0.005)
            low++;
        while (poisson(high, mean) < 0.995)
            high++;
        print_message("%-12s %9d %11.2f +- %.2f %20d to %d\n", causes[i].name, causes[i].count, mean, half,
                      low, high);
        /* the mean of so many Poisson counts, all causes at once: 0.01 / 18 on both sides is 3.45 sd */
        assert_true(fabs(mean - causes[i].count) <
                    3.45 * sqrt((double)causes[i].count / futures) + 0.002 * causes[i].count);
        assert_in_range(causes[i].count, low, high);
        published += causes[i].count;
        sum += mean;
    }
    print_message("all %18d %11.2f; effective training time %.2f%% +- %.2f\n", published, all.mean,
                  effective.mean, accumulator_half_width(&effective, 0.99));
    assert_int_equal(published, 419);
    assert_true(fabs(sum - all.mean) < 1e-9);
    assert_true(fabs(all.mean - 419) < 2.576 * sqrt(419.0 / futures));
    /* each cause's count spreads as Poisson's law says: 18 sums of squares with futures - 1 degrees each */
    double squares = 0, freedom = (double)CAUSES * (futures - 1);
    for (int i = 0; i < CAUSES; i++)
        squares += seen[i].squares / seen[i].mean;
    assert_true(fabs(squares - freedom) < 4 * sqrt(2 * freedom));
    file_close(c);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rsc),
        cmocka_unit_test(test_llama3_causes),
    };
    return cmocka_run_group_tests_name("risks: published", tests, NULL, NULL);
}
