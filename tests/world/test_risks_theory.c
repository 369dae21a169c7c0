/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often nodes are there, against renewal theory and the binomial law.
 *
 * An alternating renewal process is up for U / (U + D) of the time, whatever the laws of its lives (mean U)
 * and repairs (mean D). A gang on k of n nodes that fail and are repaired independently, idle or not, can run
 * while at least k are up: P(Binomial(n, U / (U + D)) >= k), also whatever the laws.
 */
#include "risks_case.h"

static double down_share(const struct text_case *c)
{
    return 1 - risks_value(c, METRIC_UP_SHARE) / 100;
}

static double lognormal_mean(double median, double sigma)
{
    return median * exp(sigma * sigma / 2);
}

/* Days between failures of a node at so many per 1,000 node-days, and of a unit at so many a year. */
static double node_life(double rate)
{
    return 1000 / rate;
}

static double unit_life(double per_year)
{
    return 365 / per_year;
}

static double away(double life, double repair)
{
    return repair / (life + repair);
}

static void test_lives_of_nodes(void **state)
{
    (void)state;
    double repair = lognormal_mean(31, 0.7) / 24;
    risks_check("down: nodes, weibull 0.6 (early failures)",
                &(struct risks_site){.nodes = 16,
                                     .days = 36000,
                                     .reliability =
                                         "repair_median = \"31h\"; repair_sigma = 0.7; causes: { early: { "
                                         "scope = \"node\"; life = \"weibull\"; shape = 0.6; "
                                         "failures_per_1000_node_days = 61.3; }; };"},
                24, down_share, away(node_life(61.3), repair), 0.02);
    risks_check("down: cards, weibull 3.1 (wear), an own repair",
                &(struct risks_site){.nodes = 16,
                                     .days = 36000,
                                     .reliability =
                                         "repair_median = \"1h\"; causes: { wear: { scope = \"card\"; "
                                         "life = \"weibull\"; shape = 3.1; repair_median = \"5.5d\"; "
                                         "repair_sigma = 0.4; failures_per_1000_node_days = 47.9; }; };"},
                24, down_share, away(node_life(47.9), lognormal_mean(5.5, 0.4)), 0.02);
    risks_check("down: links, lognormal 1.3",
                &(struct risks_site){.nodes = 16,
                                     .days = 36000,
                                     .reliability = "repair_law = \"exponential\"; repair_median = \"19h\"; "
                                                    "causes: { cut: { scope = \"link\"; life = "
                                                    "\"lognormal\"; sigma = 1.3; "
                                                    "failures_per_1000_node_days = 83.0; }; };"},
                24, down_share, away(node_life(83), 19 / 24.0), 0.02);
}

/* A quarter of the nodes fail seven times as often, and no repair makes them better. */
static void test_lemons(void **state)
{
    (void)state;
    double repair = lognormal_mean(2.3, 0.5), life = node_life(27);
    static const char entry[] = "lemon_share = 0.25; lemon_factor = 7.0; repair_success = 0.0;"
                                "repair_median = \"2.3d\"; repair_sigma = 0.5; %s";
    static const char *const rates[] = {
        "failures_per_1000_node_days = 27.0;",
        "causes: { old: { scope = \"node\"; life = \"weibull\"; shape = 1.7;"
        "failures_per_1000_node_days = 27.0; }; };",
    };
    for (int i = 0; i < 2; i++) {
        char text[400];
        snprintf(text, sizeof text, entry, rates[i]);
        risks_check(i ? "down: a quarter of lemons, weibull 1.7" : "down: a quarter of lemons, exponential",
                    &(struct risks_site){.nodes = 16, .days = 36000, .reliability = text}, 16, down_share,
                    0.75 * away(life, repair) + 0.25 * away(life / 7, repair), 0.02);
    }
}

static void test_lives_of_groups(void **state)
{
    (void)state;
    risks_check("down: leaves of 6 nodes, weibull 0.8",
                &(struct risks_site){.nodes = 24,
                                     .days = 36000,
                                     .site = "topology: { leaf = 6; };",
                                     .reliability = "causes: { leaf: { scope = \"leaf\"; per_year = 11.0; "
                                                    "life = \"weibull\"; shape = 0.8; repair_median = "
                                                    "\"17h\"; repair_sigma = 0.9; }; };"},
                120, down_share, away(unit_life(11), lognormal_mean(17, 0.9) / 24), 0.03);
    risks_check("down: racks of 5 nodes, the last of 2, exponential",
                &(struct risks_site){.nodes = 22,
                                     .days = 36000,
                                     .reliability = "causes: { rack: { scope = \"rack\"; nodes = 5; per_year "
                                                    "= 7.3; repair_median = \"2d\"; }; };"},
                120, down_share, away(unit_life(7.3), 2), 0.03);
    static const char *const wide[] = {"site", "storage"};
    for (int i = 0; i < 2; i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "causes: { all: { scope = \"%s\"; per_year = 41.0; life = \"lognormal\"; sigma = 0.8;"
                 "repair_median = \"9h\"; repair_sigma = 0.3; }; };",
                 wide[i]);
        risks_check(i ? "down: storage, lognormal 0.8" : "down: site, lognormal 0.8",
                    &(struct risks_site){.nodes = 3, .days = 36000, .reliability = text}, 120, down_share,
                    away(unit_life(41), lognormal_mean(9, 0.3) / 24), 0.02);
    }
}

/* Nodes fail while their leaf is up, leaves whenever they are up; one law of repair for both. The chain of
 * four states gives the share of time in which node and leaf are up: up leaves / (1 + f / (m + g / 2)). */
static void test_nodes_below_leaves(void **state)
{
    (void)state;
    double f = 1 / node_life(140), g = 1 / unit_life(29), m = 1 / 1.6;
    risks_check("down: nodes and their leaves", /**/
                &(struct risks_site){.nodes = 24,
                                     .days = 36000,
                                     .site = "topology: { leaf = 4; };",
                                     .reliability =
                                         "failures_per_1000_node_days = 140.0; repair_law = \"exponential\"; "
                                         "repair_median = \"38.4h\"; causes: { leaf: { scope = \"leaf\"; "
                                         "per_year = 29.0; }; };"},
                40, down_share, 1 - m / (m + g) / (1 + f / (m + g / 2)), 0.02);
}

static double binomial_at_least(int k, int n, double p)
{
    double sum = 0;
    for (int i = k; i <= n; i++)
        sum +=
            exp(lgamma(n + 1.0) - lgamma(i + 1.0) - lgamma(n - i + 1.0) + i * log(p) + (n - i) * log1p(-p));
    return sum;
}

/* Share of the time in which the gang runs, by its card-time. */
enum { GANG = 13, SPARES = 3, DAYS = 7000 };

static double running(const struct text_case *c)
{
    return risks_gang_value(c, METRIC_TIME_RUNNING) / (24.0 * DAYS * GANG * RISKS_NODE_CARDS);
}

static double ettr(const struct text_case *c)
{
    return risks_gang_value(c, METRIC_ETTR) / 100;
}

/* Days that an interruption has to wait for nodes, on the average. */
static double waiting(const struct text_case *c)
{
    return DAYS * (1 - running(c)) / risks_gang_value(c, METRIC_INTERRUPTIONS);
}

static void test_gang_of_k_out_of_n(void **state)
{
    (void)state;
    static const struct {
        const char *policy, *run, *site;
    } cases[] = {
        {"requeue", "", ""},
        {"standby", "standby = 24;", ""},
        {"hot-pool", "", "spare_nodes = 3;"},
        {"any-node", "", ""},
        {"any-node", "standby = 8;", "spare_nodes = 1;"},
        {"hot-pool", "standby = 8;", "spare_nodes = 2;"},
    };
    const double life = node_life(37), repair = lognormal_mean(2, 0.8), up = life / (life + repair);
    const double runs = binomial_at_least(GANG, GANG + SPARES, up);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400], what[80];
        snprintf(text, sizeof text,
                 "failures_per_1000_node_days = 37.0; repair_median = \"2d\"; repair_sigma = 0.8;"
                 "spares = \"%s\"; checkpoint_cost = \"0s\"; checkpoint_interval = \"1s\";",
                 cases[i].policy);
        struct risks_site site = {.gang = GANG,
                                  .nodes = GANG + SPARES,
                                  .days = DAYS,
                                  .run = cases[i].run,
                                  .site = cases[i].site,
                                  .reliability = text};
        snprintf(what, sizeof what, "13 of 16 nodes, %s %s%s: share", cases[i].policy, cases[i].run,
                 cases[i].site);
        risks_check(what, &site, 60, running, runs, 0.01);
        risks_check("  waits for nodes in ettr", &site, 60, ettr, runs, 0.01);
        risks_check("  wait of an interruption, days", &site, 60, waiting, (1 - runs) * life / GANG / runs,
                    0.1);
    }
}

/* Racks of 2 nodes fail whole: 6 of 8 must be up. The pool of 3 nodes has at times one node where two are
 * missing. */
enum { RACKS = 8, RACKS_USED = 6 };

static double racks_running(const struct text_case *c)
{
    return risks_gang_value(c, METRIC_TIME_RUNNING) / (24.0 * DAYS * 2 * RACKS_USED * RISKS_NODE_CARDS);
}

static void test_gang_on_racks(void **state)
{
    (void)state;
    static const struct {
        const char *policy, *run, *site;
    } cases[] = {{"requeue", "", ""},
                 {"standby", "standby = 32;", ""},
                 {"hot-pool", "", "spare_nodes = 3;"},
                 {"hot-pool", "standby = 8;", "spare_nodes = 2;"}};
    const double life = unit_life(19), repair = lognormal_mean(1.5, 0.6);
    const double runs = binomial_at_least(RACKS_USED, RACKS, life / (life + repair));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400], what[80];
        snprintf(text, sizeof text,
                 "spares = \"%s\"; checkpoint_cost = \"0s\"; checkpoint_interval = \"1s\";"
                 "causes: { rack: { scope = \"rack\"; nodes = 2; per_year = 19.0; repair_median = \"36h\";"
                 "repair_sigma = 0.6; }; };",
                 cases[i].policy);
        snprintf(what, sizeof what, "6 of 8 racks, %s %s%s", cases[i].policy, cases[i].run, cases[i].site);
        risks_check(what,
                    &(struct risks_site){.gang = 2 * RACKS_USED,
                                         .nodes = 2 * RACKS,
                                         .days = DAYS,
                                         .run = cases[i].run,
                                         .site = cases[i].site,
                                         .reliability = text},
                    80, racks_running, runs, 0.01);
    }
}

/* A server that fails too often within a time is retired; another comes after 12 days, and nothing is held
 * against it: a renewal. Of two failures the second is near enough with the chance q, so it takes 1 + 1 / q
 * of them, each after a mean life and all but the last with a repair. */
static double retired_a_day(const struct text_case *c)
{
    return risks_value(c, METRIC_RETIRED) / ((double)c->scenario.horizon / 86400e6);
}

static void test_retirement(void **state)
{
    (void)state;
    enum { NODES = 40 };
    const double gap = node_life(83), repair = 1.25;
    const char *entry = "failures_per_1000_node_days = 83.0; repair_law = \"fixed\"; repair_median = \"30h\";"
                        "retire_after = %d; retire_within = \"%s\"; replace_after = \"12d\";";
    char text[400];
    /* two failures within 20 days: after a failure the next one is near with the chance q */
    snprintf(text, sizeof text, entry, 2, "20d");
    double q = -expm1(-(20 - repair) / gap);
    risks_check("servers retired a day, 2 failures in 20 days",
                &(struct risks_site){.nodes = NODES, .days = 30000, .reliability = text}, 20, retired_a_day,
                NODES / ((1 + 1 / q) * gap + repair / q + 12), 0.02);
    /* any three */
    snprintf(text, sizeof text, entry, 3, "3650d");
    risks_check("servers retired a day, 3 failures ever",
                &(struct risks_site){.nodes = NODES, .days = 30000, .reliability = text}, 20, retired_a_day,
                NODES / (3 * gap + 2 * repair + 12), 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lives_of_nodes),     cmocka_unit_test(test_lemons),
        cmocka_unit_test(test_lives_of_groups),    cmocka_unit_test(test_nodes_below_leaves),
        cmocka_unit_test(test_gang_of_k_out_of_n), cmocka_unit_test(test_gang_on_racks),
        cmocka_unit_test(test_retirement),
    };
    return cmocka_run_group_tests_name("risks: theory", tests, NULL, NULL);
}
