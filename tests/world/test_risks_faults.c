/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slow nodes, wrong results, wrong diagnoses, detection and restarts, against expectations by hand.
 *
 * Faults strike nodes that compute (fails_when "busy"), nodes are replaced at once, so each place of the gang
 * is a renewal of its own.
 */
#include "risks_case.h"

enum { GANG = 9, SPARES = 8 };

static const double day_s = 86400;

/* `more` says the spares: "hot-pool" has a pool. */
static void check(const char *what, const char *more, double days, uint32_t futures, risks_measure *measure,
                  double exact, double widest)
{
    char text[1500];
    int length = snprintf(text, sizeof text,
                          "fails_when = \"busy\"; repair_law = \"fixed\"; repair_median = \"1s\"; %s", more);
    assert_true(length < (int)sizeof text);
    risks_check(what,
                &(struct risks_site){.gang = GANG,
                                     .nodes = GANG + SPARES,
                                     .days = days,
                                     .site = strstr(more, "hot-pool") ? "spare_nodes = 4;" : "",
                                     .reliability = text},
                futures, measure, exact, widest);
}

/* Speed over the productive time. */
static double speed(const struct text_case *c)
{
    return risks_value(c, METRIC_FLOP_USEFUL) / risks_value(c, METRIC_FLOP_TUNED);
}

/* A place is slow for the share F / (1 / f + F) of the time; the gang is fast while none is. */
static void test_slow_nodes(void **state)
{
    (void)state;
    const double found = 7.5 / 24, rate = 0.083, fast = pow(1 + rate * found, -GANG);
    check("speed with slow nodes",
          "checkpoint_cost = \"0s\"; checkpoint_interval = \"1s\"; causes: { slow: { scope = \"card\"; "
          "effect = "
          "\"slow\"; slow_factor = 0.62; found_after = \"7.5h\"; failures_per_1000_node_days = 83.0; }; };",
          4000, 30, speed, 0.62 + 0.38 * fast, 0.005);
    /* the same when lost nodes are replaced in place */
    check("speed with slow nodes, hot-pool",
          "spares = \"hot-pool\"; checkpoint_cost = \"0s\"; checkpoint_interval = \"1s\"; causes: { slow: { "
          "scope = \"link\"; effect = \"slow\"; slow_factor = 0.31; found_after = \"7.5h\"; "
          "failures_per_1000_node_days = 83.0; }; };",
          4000, 30, speed, 0.31 + 0.69 * fast, 0.01);
}

/* Results go wrong after a time X, exponential with mean M, and that is found after F on the average; then
 * all since the last checkpoint before X is lost, and R of restart follows. Of M are kept t / (exp(t / M) -
 * 1). */
static void test_wrong_results(void **state)
{
    (void)state;
    const double rate = 0.047, mean = day_s / rate / GANG, interval = 6900;
    check(
        "kept with silent faults",
        "checkpoint_cost = \"0s\"; checkpoint_interval = \"6900s\"; restart = \"1300s\"; causes: { wrong: { "
        "scope = \"card\"; effect = \"silent\"; found_after = \"5h\"; failures_per_1000_node_days = 47.0; }; "
        "};",
        3000, 40, risks_effective, interval / expm1(interval / mean) / (mean + 5 * 3600 + 1300), 0.01);
}

static double interruptions_a_day(const struct text_case *c)
{
    return risks_value(c, METRIC_INTERRUPTIONS) / ((double)c->scenario.horizon / 86400e6);
}

/* With the chance p another node is taken out, and the failed one fails again after E of computing: 1 / (1 -
 * p) interruptions for each failure. A place fails after 1 / f of the gang's computing, then p / (1 - p)
 * times again after E and the restart R; the gang computes while it does not restart. */
static void test_misdiagnosis(void **state)
{
    (void)state;
    const double chances[] = {0, 0.35, 0.7}, rate = 0.061;
    for (int i = 0; i < 3; i++) {
        double p = chances[i], again = p / (1 - p) * (1800 + 240) / day_s;
        char text[400], what[80];
        snprintf(
            text, sizeof text,
            "spares = \"hot-pool\"; misdiagnosed = %.17g; relapse = \"30min\"; restart = \"240s\"; "
            "failures_per_1000_node_days = 61.0; checkpoint_cost = \"0s\"; checkpoint_interval = \"1s\";",
            p);
        snprintf(what, sizeof what, "interruptions a day, %g of diagnoses wrong", p);
        double stops = 0;
        for (int n = 0; n < 20; n++) /* a fixed point: restarts take from the time in which places fail */
            stops = GANG / (1 - p) / (1 / rate / (1 - stops * 240 / day_s) + again);
        check(what, text, 3000, 30, interruptions_a_day, stops, 0.02);
    }
}

/* s an interruption, over the cards of the gang. */
static double detecting(const struct text_case *c)
{
    return risks_value(c, METRIC_TIME_DETECTING) * 3600 / risks_value(c, METRIC_INTERRUPTIONS) / GANG /
           RISKS_NODE_CARDS;
}

static double restarting(const struct text_case *c)
{
    return risks_value(c, METRIC_TIME_RESTARTING) * 3600 / risks_value(c, METRIC_INTERRUPTIONS) / GANG /
           RISKS_NODE_CARDS;
}

/* Failures strike nodes that are up, also while the one before is looked for: of D the mean of the smaller of
 * D and an exponential time passes, M (1 - exp(-D / M)); of R behind it M (exp(-D / M) - exp(-(D + R) / M)).
 * With failures at computing nodes only, D and R are whole. */
static void test_detection_and_restart(void **state)
{
    (void)state;
    const double mean = day_s / 1.3 / GANG, cards = GANG * RISKS_NODE_CARDS, read = 1640;
    /* stages: 70 s, 9,000 s per 1,000 cards, reading 41e9 x 10 bytes at 0.25 GB/s */
    const double full = 35 + 70 + 9000 * cards / 1000 + read, in_place = 35 + 9000 * cards / 1000 + read;
    static const char entry[] =
        "repair_law = \"fixed\"; repair_median = \"1s\"; detect = \"95s\"; diagnose_law = \"fixed\"; "
        "diagnose_median = \"412s\"; restart = \"35s\"; restart_stages: { boot: { fixed = \"70s\"; in_place "
        "= "
        "false; }; join: { per_1000_cards = \"9000s\"; }; load: { reads = true; }; };"
        "checkpoint_bytes = 10.0; checkpoint_interval = \"2h\"; failures_per_1000_node_days = 1300.0;"
        "spares = \"%s\"; fails_when = \"%s\";";
    for (int i = 0; i < 4; i++) {
        bool up = i % 2 == 0, requeue = i < 2;
        double r = requeue ? full : in_place, d = 95 + 412;
        char text[900];
        snprintf(text, sizeof text, entry, requeue ? "requeue" : "hot-pool", up ? "up" : "busy");
        struct risks_site site = {.gang = GANG,
                                  .nodes = GANG + SPARES,
                                  .days = 400,
                                  .run = "parameters = 41.0e9;",
                                  .site = requeue ? "storage: { gb_per_s = 0.25; };"
                                                  : "spare_nodes = 4; storage: { gb_per_s = 0.25; };",
                                  .reliability = text};
        risks_check(up ? "detecting, s; nodes fail while up" : "detecting, s; nodes fail while busy", &site,
                    20, detecting, up ? -mean * expm1(-d / mean) : d, 0.01);
        risks_check(requeue ? "restarting, s" : "restarting in place, s", &site, 20, restarting,
                    up ? mean * (exp(-d / mean) - exp(-(d + r) / mean)) : r, 0.01);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slow_nodes),
        cmocka_unit_test(test_wrong_results),
        cmocka_unit_test(test_misdiagnosis),
        cmocka_unit_test(test_detection_and_restart),
    };
    return cmocka_run_group_tests_name("risks: faults", tests, NULL, NULL);
}
