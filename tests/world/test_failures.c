/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Failures against closed forms and against the published case of Llama 3.
 *
 * Closed forms: the mean time to failure of a gang on N nodes is 1 / (N r); a node is up for MTTF / (MTTF +
 * MTTR) of the time; a gang with mean time to failure M, restart R, checkpoints of cost C after every t of
 * computing needs M exp(R / M) (exp((t + C) / M) - 1) on the average for each t that it keeps (Daly 2006, eq.
 * 20).
 */
#include "world_case.h"

static const double second = 1e6, hour = 3600e6, day = 86400e6; /* us */

static double effective_share(double mttf, double restart, double cost, double interval)
{
    return interval / (mttf * exp(restart / mttf) * expm1((interval + cost) / mttf));
}

/* Days for which the one gang held its cards. */
static double days_on_cards(const struct world_case *c, int64_t cards)
{
    return case_value(c, "site", METRIC_ALLOCATED_SHARE) / 100 *
           case_value(c, "site", METRIC_ONLINE_CARD_DAYS) / (double)cards;
}

static void check_mttf(int32_t nodes, int32_t spares, double per_1000_node_days)
{
    double mttf_days = 1000 / (nodes * per_1000_node_days);
    struct world_case c;
    case_plan(&c, nodes + spares, 2, (int64_t)(150 * mttf_days * day));
    case_gang(&c, 2 * nodes, INT64_C(1) << 60, true);
    case_failures(&c, per_1000_node_days, 0.02 * mttf_days * day, 0.5);
    c.plan.sites->restart = (int64_t)(0.01 * mttf_days * day);
    case_ready(&c);
    struct accumulator per_day = {0};
    for (uint32_t r = 0; r < 80; r++) {
        case_run(&c, r, NULL);
        double failures = case_value(&c, "site/runs", METRIC_INTERRUPTIONS);
        double days = days_on_cards(&c, 2 * nodes);
        double mttf = case_value(&c, "site/runs", METRIC_MTTF);
        assert_true(failures > 0);
        assert_true(fabs(mttf * second * failures / (days * day) - 1) < 1e-9);
        accumulator_add(&per_day, failures / days);
    }
    char what[80];
    snprintf(what, sizeof what, "%d nodes, %g per 1,000 node-days: 1 / MTTF, 1/d", (int)nodes,
             per_1000_node_days);
    case_covers(what, &per_day, 1 / mttf_days, 0.03);
    case_free(&c);
}

static void test_mttf_of_gangs(void **state)
{
    (void)state;
    check_mttf(1, 1, 0.5);
    check_mttf(4, 4, 6.5);
    check_mttf(64, 8, 3.79);
    check_mttf(512, 16, 50);
}

static void check_availability(double per_1000_node_days, double repair_median, double repair_sigma)
{
    enum { NODES = 64, REPLICATIONS = 40 };
    double mttf = 1000 / per_1000_node_days,
           mttr = repair_median / day * exp(repair_sigma * repair_sigma / 2);
    struct world_case c;
    case_plan(&c, NODES, 8, (int64_t)(1000 * (mttf + mttr) * day));
    case_failures(&c, per_1000_node_days, repair_median, repair_sigma);
    case_ready(&c);
    struct accumulator down = {0};
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        case_run(&c, r, NULL);
        accumulator_add(&down, 1 - case_value(&c, "site", METRIC_UP_SHARE) / 100);
    }
    case_covers("share of the time that a node is down", &down, mttr / (mttf + mttr), 0.02);
    case_free(&c);
}

static void test_availability(void **state)
{
    (void)state;
    check_availability(50, day, 0.8);
    check_availability(3.79, 59 * 60 * second, 1.0);
    check_availability(1000, 2 * day, 0);
}

/* The scenario as users run it. */
static void test_llama3(void **state)
{
    (void)state;
    const char *source = getenv("TENK_SOURCE");
    char file[4096];
    snprintf(file, sizeof file, "%s/scenarios/llama3-54d.cfg", source ? source : ".");
    struct error_list errors = {0};
    struct scenario scenario = {0};
    bool good = scenario_read(&scenario, file, NULL, 0, &errors);
    error_print(&errors, 0, stderr);
    assert_true(good);
    struct world_case c = {0};
    plan_from_scenario(&c.plan, &scenario);
    case_ready(&c);
    const struct plan_site *site = c.plan.sites;
    assert_int_equal(site->run_count, 1);
    assert_int_equal(site->runs[0].cards, 16384);
    assert_true(site->runs[0].work > c.plan.horizon);

    struct accumulator stopped = {0}, effective = {0};
    int fewer = 0, equal = 0, count = (int)scenario.replications;
    for (int r = 0; r < count; r++) {
        case_run(&c, (uint32_t)r, NULL);
        double times = case_value(&c, "llama3", METRIC_INTERRUPTIONS);
        accumulator_add(&stopped, times);
        fewer += times < 419;
        equal += times == 419;
        accumulator_add(&effective, case_value(&c, "llama3", METRIC_COMPUTING_SHARE) /
                                        case_value(&c, "llama3", METRIC_ALLOCATED_SHARE));
    }
    case_covers("Llama 3, interruptions in 54 days", &stopped, 2048 * 54 * 3.79 / 1000, 0.02);
    /* the published 419 lies within the central 95% of the futures */
    assert_true(fewer + equal > 0.025 * count);
    assert_true(count - fewer > 0.025 * count);

    double mttf = plan_risks_mtbf(site->risks, 2048);
    double interval = sqrt(2 * (double)site->checkpoint_cost * mttf);
    case_covers("Llama 3, share of the job's time that it computes", &effective,
                effective_share(mttf, (double)site->restart, (double)site->checkpoint_cost, interval), 0.002);
    case_free(&c);
    scenario_free(&scenario);
    error_list_free(&errors);
}

/* Computing share of a gang on 256 nodes; C = 5 min, R = 10 min, M = 14.4 h. */
static const double gang_rate = 6.5, gang_cost = 300e6, gang_restart = 600e6;
enum { GANG_NODES = 256, GANG_SPARES = 16, GANG_REPLICATIONS = 60 };

static double gang_mttf(void)
{
    return 1000 * day / (gang_rate * GANG_NODES);
}

static void run_intervals(enum checkpoint_rule rule, int64_t interval, double *shares,
                          struct accumulator *all)
{
    struct world_case c;
    case_plan(&c, GANG_NODES + GANG_SPARES, 8, (int64_t)(120 * day));
    case_gang(&c, 8 * GANG_NODES, INT64_C(1) << 60, true);
    case_failures(&c, gang_rate, 2 * hour, 0.5);
    c.plan.sites->restart = (int64_t)gang_restart;
    c.plan.sites->checkpoint_cost = (int64_t)gang_cost;
    c.plan.sites->rule = rule;
    c.plan.sites->fixed_interval = interval;
    case_ready(&c);
    for (uint32_t r = 0; r < GANG_REPLICATIONS; r++) {
        case_run(&c, r, NULL);
        shares[r] =
            case_value(&c, "site", METRIC_COMPUTING_SHARE) / case_value(&c, "site", METRIC_ALLOCATED_SHARE);
        accumulator_add(all, shares[r]);
    }
    case_free(&c);
}

/* The same failures strike under every rule, so the differences are paired. */
static void test_young_is_nearly_best(void **state)
{
    (void)state;
    static double young[GANG_REPLICATIONS], other[GANG_REPLICATIONS];
    double best_interval = sqrt(2 * gang_cost * gang_mttf());
    struct accumulator share = {0};
    run_intervals(CHECKPOINT_YOUNG, 0, young, &share);
    case_covers("share computing, Young's interval", &share,
                effective_share(gang_mttf(), gang_restart, gang_cost, best_interval), 0.01);
    double best = 0; /* of all intervals */
    for (double interval = 60 * second; interval < gang_mttf(); interval *= 1.01)
        best = fmax(best, effective_share(gang_mttf(), gang_restart, gang_cost, interval));
    assert_true(share.mean > 0.995 * best);

    const double factors[] = {0.25, 4};
    for (int i = 0; i < 2; i++) {
        double interval = factors[i] * best_interval;
        struct accumulator all = {0}, gain = {0};
        run_intervals(CHECKPOINT_FIXED, (int64_t)interval, other, &all);
        char what[80];
        snprintf(what, sizeof what, "share computing, %g x Young's interval", factors[i]);
        case_covers(what, &all, effective_share(gang_mttf(), gang_restart, gang_cost, interval), 0.02);
        for (int r = 0; r < GANG_REPLICATIONS; r++)
            accumulator_add(&gain, young[r] - other[r]);
        assert_true(gain.mean - accumulator_half_width(&gain, 0.99) > 0.02);
    }
}

/* Without checkpoints, 30 days of work and an hour between failures: it never finishes, the run does. */
static void test_failures_that_no_restart_outruns(void **state)
{
    (void)state;
    enum { NODES = 64, DAYS = 100 };
    const int64_t restarts[] = {0, 10 * CLOCK_HOUR};
    for (int i = 0; i < 2; i++) {
        struct world_case c;
        case_plan(&c, NODES + 8, 8, DAYS * CLOCK_DAY);
        case_gang(&c, 8 * NODES, 30 * CLOCK_DAY, false);
        case_failures(&c, 24 * 1000.0 / NODES, 60 * second, 0.5);
        c.plan.sites->restart = restarts[i];
        case_ready(&c);
        for (uint32_t r = 0; r < 10; r++) {
            case_run(&c, r, NULL);
            assert_true(case_value(&c, "site/runs", METRIC_JOBS_COMPLETED) == 0);
            assert_true(case_value(&c, "site/runs", METRIC_INTERRUPTIONS) > 20 * DAYS);
            assert_true(case_value(&c, "site", METRIC_ONLINE_CARD_DAYS) == 8.0 * (NODES + 8) * DAYS);
            double kept = case_value(&c, "site", METRIC_COMPUTING_SHARE);
            double lost = case_value(&c, "site", METRIC_LOST_SHARE);
            double restarting = case_value(&c, "site", METRIC_RESTART_SHARE);
            assert_true(kept < 0.5); /* at most what was under way when the run ended */
            assert_true(i == 0 ? lost > 85 && restarting == 0 : lost < 1 && restarting > 85);
        }
        case_free(&c);
    }
}

/* 100 failures a node and day, as many as a scenario may ask for, on a gang that wants every node. */
static void test_hardly_ever_up(void **state)
{
    (void)state;
    struct world_case c;
    case_plan(&c, 64, 8, 5 * CLOCK_DAY);
    case_gang(&c, 8 * 64, CLOCK_DAY, true);
    case_failures(&c, 1e5, 2 * hour, 2);
    c.plan.sites->checkpoint_cost = CLOCK_SECOND;
    c.plan.sites->rule = CHECKPOINT_DALY;
    case_ready(&c);
    for (uint32_t r = 0; r < 10; r++) {
        case_run(&c, r, NULL);
        assert_true(case_value(&c, "site", METRIC_UP_SHARE) < 20);
        assert_true(case_value(&c, "site", METRIC_COMPUTING_SHARE) < 1);
    }
    case_free(&c);
}

/* Without failures: work and the checkpoints on the way to its end, no restart. */
static void test_undisturbed_gang(void **state)
{
    (void)state;
    struct world_case c;
    case_plan(&c, 4, 8, 10 * CLOCK_DAY);
    case_gang(&c, 32, 5 * CLOCK_DAY, true);
    c.plan.sites->restart = CLOCK_HOUR;
    c.plan.sites->checkpoint_cost = 15 * 60 * CLOCK_SECOND;
    c.plan.sites->fixed_interval = CLOCK_DAY;
    case_ready(&c);
    case_run(&c, 0, NULL);
    assert_true(case_value(&c, "site", METRIC_MAKESPAN) == 5 * 86400 + 4 * 900);
    assert_true(case_value(&c, "site", METRIC_COMPUTING_SHARE) == 50);
    assert_true(case_value(&c, "site", METRIC_RESTART_SHARE) == 0);
    assert_true(isnan(case_value(&c, "site/runs", METRIC_MTTF)));
    case_free(&c);
}

/* The fields of a row of CSV, as numbers where they are. */
static int fields_of(const char **row, double *fields, int most)
{
    int count = 0;
    const char *at = *row;
    while (*at && *at != '\n') {
        assert_true(count < most);
        fields[count++] = strtod(at, NULL);
        at += strcspn(at, ",\n");
        at += *at == ',';
    }
    *row = *at ? at + 1 : at;
    return count;
}

/* A busy city: what the rows of jobs.csv and failures.csv say must be what the metrics say. */
static void test_rows_and_account_agree(void **state)
{
    (void)state;
    struct world_case c;
    case_plan(&c, 32, 8, 60 * CLOCK_DAY);
    struct plan_site *site = c.plan.sites;
    site->scheduler.depth = scheduler_depth_named("easy");
    const int32_t sizes[] = {1, 4, 8, 24, 100};
    for (int i = 0; i < 2; i++) {
        struct plan_class *class = case_class(&c, i ? "careless" : "careful", 45);
        class->checkpoints = i == 0;
        class->draw.sizes = 5;
        for (int s = 0; s < 5; s++) {
            class->draw.cards[s] = sizes[s];
            class->draw.cumulative[s] = 1;
        }
        class->draw.length_median = 1.5 * hour;
        class->draw.length_sigma = 1;
        class->draw.length_max = 3 * day;
        jobclass_prepare(&class->draw);
    }
    case_failures(&c, 100, 6 * hour, 1);
    site->restart = 5 * 60 * CLOCK_SECOND;
    site->checkpoint_cost = 30 * CLOCK_SECOND;
    site->rule = CHECKPOINT_YOUNG;
    case_ready(&c);
    for (uint32_t r = 0; r < 10; r++) {
        struct world_request request = {
            .plan = &c.plan, .slots = &c.slots, .replication = r, .want_jobs = true, .want_series = true};
        world_run(&request, &c.arena, &c.result);
        assert_string_equal(c.result.problem, "");
        double fields[16], jobs = 0, restarts = 0, lost = 0, failures = 0, interrupted = 0,
                           lost_by_failure = 0;
        for (const char *row = text_string(&c.result.jobs); *row; jobs++) {
            assert_int_equal(fields_of(&row, fields, 16), 15); /* the tenant is empty */
            assert_true(fields[14] == 0);                      /* nobody is preempted */
            restarts += fields[11];
            lost += fields[12] * fields[4];
        }
        for (const char *row = text_string(&c.result.failures); *row; failures++) {
            assert_int_equal(fields_of(&row, fields, 16), 10);
            interrupted += fields[5];
            lost_by_failure += fields[6];
        }
        double card_s = case_value(&c, "site", METRIC_ONLINE_CARD_DAYS) * 86400;
        double by_metric = case_value(&c, "site", METRIC_LOST_SHARE) / 100 * card_s;
        assert_true(lost > 0 && interrupted > 50);
        assert_true(fabs(lost / by_metric - 1) < 1e-9 && fabs(lost_by_failure / by_metric - 1) < 1e-9);
        assert_true(failures == case_value(&c, "site", METRIC_NODE_FAILURES));
        assert_true(restarts == interrupted && restarts == case_value(&c, "site", METRIC_INTERRUPTIONS));
        assert_true(jobs == case_value(&c, "site", METRIC_JOBS_SUBMITTED));
        double spent =
            case_value(&c, "site", METRIC_COMPUTING_SHARE) + case_value(&c, "site", METRIC_RESTART_SHARE) +
            case_value(&c, "site", METRIC_WRITING_SHARE) + case_value(&c, "site", METRIC_LOST_SHARE);
        assert_true(fabs(spent - case_value(&c, "site", METRIC_ALLOCATED_SHARE)) < 1e-9);
        text_clear(&c.result.jobs);
        text_clear(&c.result.failures);
        text_clear(&c.result.deliveries);
    }
    text_free(&c.result.jobs);
    text_free(&c.result.failures);
    text_free(&c.result.deliveries);
    text_free(&c.result.timeline);
    case_free(&c);
}

/* 1 / (N r): 1,024 cards are 128 nodes, and the rate of RSC-1 gives 1000 d / (6.5 x 128) = 28.846 h
 * (arXiv:2410.21680). */
static void test_mtbf(void **state)
{
    (void)state;
    struct world_case c;
    case_plan(&c, 128, 8, (int64_t)day);
    assert_true(isinf(plan_risks_mtbf(c.plan.sites->risks, 1280)));
    case_failures(&c, 6.5, hour, 0);
    const struct plan_risks *risks = c.plan.sites->risks;
    assert_true(fabs(plan_risks_mtbf(risks, 128) / hour / 28.846153846153847 - 1) < 1e-12);
    assert_true(fabs(plan_risks_mtbf(risks, 1) - day * 1000 / 6.5) < 1);
    arena_free(&c.plan.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mtbf),
        cmocka_unit_test(test_mttf_of_gangs),
        cmocka_unit_test(test_availability),
        cmocka_unit_test(test_llama3),
        cmocka_unit_test(test_young_is_nearly_best),
        cmocka_unit_test(test_failures_that_no_restart_outruns),
        cmocka_unit_test(test_hardly_ever_up),
        cmocka_unit_test(test_undisturbed_gang),
        cmocka_unit_test(test_rows_and_account_agree),
    };
    return cmocka_run_group_tests_name("failures", tests, NULL, NULL);
}
