/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The interval between checkpoints, against Daly's renewal formula, and where the rules of thumb fail.
 *
 * A gang with exponential failures (mean M), restart R and checkpoints of cost C after every t of computing
 * needs M exp(R / M) (exp((t + C) / M) - 1) for each t that it keeps (Daly, FGCS 22(3), 2006, eq. 20). The
 * best t solves exp((t + C) / M) (1 - t / M) = 1, whatever R. Young's interval is its first order for C << M.
 */
#include "risks_case.h"

/* 41 nodes with 2.44 failures a day each and no time for repair: M is the thousandth part of 10 days. */
static const double mtbf_s = 864;
enum { GANG = 41 };

static double effective(double cost, double restart, double interval)
{
    return interval / (mtbf_s * exp(restart / mtbf_s) * expm1((interval + cost) / mtbf_s));
}

/* s, by halving. */
static double best_interval(double cost)
{
    double low = 0, high = mtbf_s;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2, rising = exp((middle + cost) / mtbf_s) * (1 - middle / mtbf_s) - 1;
        *(rising > 0 ? &low : &high) = middle;
    }
    return low;
}

static double young(double cost)
{
    return sqrt(2 * cost * mtbf_s);
}

static double daly(double cost)
{
    double ratio = cost / (2 * mtbf_s);
    return ratio < 1 ? young(cost) * (1 + sqrt(ratio) / 3 + ratio / 9) - cost : mtbf_s;
}

/* Only software fails: the gang keeps its nodes, and M is exact. */
static void open_gang(struct text_case *c, double cost, double restart, const char *interval, double days)
{
    char text[600];
    snprintf(text, sizeof text,
             "causes: { bug: { scope = \"job\"; failures_per_1000_node_days = %.17g; }; };"
             "checkpoint_cost = \"%.6fs\"; restart = \"%.6fs\"; checkpoint_interval = \"%s\";",
             1e5 / GANG, cost, restart, interval);
    risks_open(c, &(struct risks_site){.gang = GANG, .nodes = GANG, .days = days, .reliability = text});
}

static struct accumulator simulate(double cost, double restart, const char *interval, double days,
                                   uint32_t futures, double *each)
{
    struct text_case *c = memory_alloc(1, sizeof *c);
    struct accumulator over = {0};
    open_gang(c, cost, restart, interval, days);
    for (uint32_t r = 0; r < futures; r++) {
        case_run(&c->world, r, NULL);
        double share = risks_effective(c);
        accumulator_add(&over, share);
        if (each)
            each[r] = share;
    }
    text_close(c);
    free(c);
    return over;
}

/* Where a + b u + c u^2 + d u^3, fitted to the points by least squares, is largest between -1 and 1. */
static double top_of_fit(const double *u, const double *y, int count)
{
    enum { TERMS = 4 };
    double m[TERMS][TERMS + 1] = {{0}};
    for (int i = 0; i < count; i++)
        for (int r = 0; r < TERMS; r++) {
            for (int k = 0; k < TERMS; k++)
                m[r][k] += pow(u[i], r + k);
            m[r][TERMS] += pow(u[i], r) * y[i];
        }
    for (int p = 0; p < TERMS; p++)
        for (int r = 0; r < TERMS; r++)
            for (int k = TERMS; r != p && k >= p; k--)
                m[r][k] -= m[r][p] / m[p][p] * m[p][k];
    double best = -1, top = -INFINITY;
    for (double at = -1; at <= 1; at += 1e-3) {
        double value = 0;
        for (int k = TERMS - 1; k >= 0; k--)
            value = value * at + m[k][TERMS] / m[k][k];
        if (value > top) {
            top = value;
            best = at;
        }
    }
    return best;
}

/* 13 fixed intervals from half to twice Daly's, on the same failures. */
static void check_optimum(double ratio)
{
    enum { GRID = 13, FUTURES = 12 };
    static double shares[GRID][FUTURES];
    double u[GRID], cost = ratio * mtbf_s, around = daly(cost);
    for (int i = 0; i < GRID; i++) {
        char interval[40];
        u[i] = -1 + 2.0 * i / (GRID - 1);
        snprintf(interval, sizeof interval, "%.6fs", around * exp2(u[i]));
        simulate(cost, 60, interval, 220, FUTURES, shares[i]);
    }
    struct accumulator best = {0};
    for (int f = 0; f < FUTURES; f++) {
        double y[GRID];
        for (int i = 0; i < GRID; i++)
            y[i] = shares[i][f];
        accumulator_add(&best, around * exp2(top_of_fit(u, y, GRID)));
    }
    double half = accumulator_half_width(&best, 0.99), exact = best_interval(cost);
    print_message(
        "C / M = %-5g best interval, s: exact %6.1f, Daly %6.1f, Young %6.1f, simulated %6.1f +- %.1f%%\n",
        ratio, exact, around, young(cost), best.mean, 100 * half / best.mean);
    assert_true(half < 0.04 * exact);
    assert_true(fabs(best.mean - exact) < 0.05 * exact);
    assert_true(ratio > 0.25 || fabs(best.mean - around) < 0.05 * around);
}

static void test_best_of_a_grid(void **state)
{
    (void)state;
    check_optimum(0.01);
    check_optimum(0.05);
    check_optimum(0.25);
}

/* What the rules reach of the best, by the formula and in the simulation. */
static void test_where_the_rules_fail(void **state)
{
    (void)state;
    static const struct {
        double ratio, young_far, daly_far; /* relative to the best interval, at least and at most */
    } cases[] = {{0.001, 1.01, 1e-6}, {0.01, 1.04, 1e-4}, {0.1, 1.12, 0.002},
                 {0.5, 1.3, 0.02},    {1, 1.6, 0.04},     {2, 2.1, 0.06}};
    print_message("   C/M    t/M best    Young    Daly    computing: best    Young     Daly\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double cost = cases[i].ratio * mtbf_s, best = best_interval(cost);
        double top = effective(cost, 0, best), by_young = effective(cost, 0, young(cost)),
               by_daly = effective(cost, 0, daly(cost));
        print_message("%6g  %8.4f %8.4f %8.4f %17.4f %8.4f %8.4f\n", cases[i].ratio, best / mtbf_s,
                      young(cost) / mtbf_s, daly(cost) / mtbf_s, top, by_young, by_daly);
        assert_true(young(cost) > cases[i].young_far * best);
        assert_true(fabs(daly(cost) / best - 1) < cases[i].daly_far);
        assert_true(by_daly > 0.997 * top && by_daly <= top && by_young < by_daly);
        if (cases[i].ratio < 0.01)
            continue;
        struct accumulator sim_young = simulate(cost, 0, "young", 500, 30, NULL),
                           sim_daly = simulate(cost, 0, "daly", 500, 30, NULL);
        case_covers("  computing, Young's interval", &sim_young, by_young, 0.02);
        case_covers("  computing, Daly's interval", &sim_daly, by_daly, 0.02);
    }
    /* near the time of a checkpoint Young's interval costs a quarter of what could be computed */
    double cost = 2 * mtbf_s;
    assert_true(effective(cost, 0, young(cost)) < 0.75 * effective(cost, 0, best_interval(cost)));
    assert_true(effective(0.1 * mtbf_s, 0, young(0.1 * mtbf_s)) >
                0.99 * effective(0.1 * mtbf_s, 0, best_interval(0.1 * mtbf_s)));
}

/* A gang whose nodes fail and are replaced: the renewal formula holds with its restart, wherever nodes come
 * from. */
static void test_renewal_formula(void **state)
{
    (void)state;
    static const char *const spares[] = {"requeue", "hot-pool", "any-node"};
    for (int i = 0; i < 3; i++) {
        char text[600];
        snprintf(text, sizeof text,
                 "failures_per_1000_node_days = %.17g; repair_law = \"fixed\"; repair_median = \"10s\";"
                 "checkpoint_cost = \"43s\"; restart = \"171s\"; checkpoint_interval = \"211s\"; spares = "
                 "\"%s\";",
                 1e5 / GANG, spares[i]);
        risks_check(spares[i],
                    &(struct risks_site){.gang = GANG,
                                         .nodes = GANG + 6,
                                         .days = 100,
                                         .site = i == 1 ? "spare_nodes = 6;" : "",
                                         .reliability = text},
                    30, risks_effective, effective(43, 171, 211), 0.01);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_best_of_a_grid),
        cmocka_unit_test(test_where_the_rules_fail),
        cmocka_unit_test(test_renewal_formula),
    };
    return cmocka_run_group_tests_name("risks: checkpoints", tests, NULL, NULL);
}
