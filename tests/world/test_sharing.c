/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preemption, windows, promised runs, elastic jobs, tenants, pools and locality in whole worlds, to the
 * microsecond where it can be worked out by hand. Every run passes the built-in checks.
 */
#include "text_case.h"

static const double minute = 60, hours = 3600; /* s */

static struct text_case c;

static void open_with(const char *head, const char *tail)
{
    static char text[6000];
    snprintf(text, sizeof text,
             "title = \"t\"; start = \"2024-01-01\"; horizon = \"20d\"; seed = 977;\n%s%s"
             "reliability: { calm: { failures_per_1000_node_days = 0.0; restart = \"30min\";\n"
             "  checkpoint_cost = \"10min\"; checkpoint_interval = \"6h\"; }; };\n",
             head, tail);
    text_open(&c, text);
}

static double share(enum metric_id metric)
{
    return case_value(&c.world, "town", metric) / 100 * 20 * 1440; /* minutes x all cards */
}

static void close_to(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9 * fabs(expected) + 1e-9))
        fail_msg("%.17g is not %.17g", value, expected);
}

static void run_preempted(const char *checkpoints)
{
    char site[1200];
    snprintf(site, sizeof site,
             "site: { town: { chip = \"old\"; cards = 16; ordered = \"2024-01-01\"; delivery = \"at-once\";\n"
             "  order = \"priority\"; preempt = \"priority\"; reliability = \"calm\"; runs: {\n"
             "    low: { at = \"2024-01-01\"; cards = 16; length = \"5d\"; checkpoints = %s; };\n"
             "    high: { at = \"2024-01-03\"; cards = 16; length = \"1d\"; priority = 5; }; }; }; };\n",
             checkpoints);
    open_with(site, "");
    text_run(&c, 0);
    assert_int_equal(c.count, 2);
}

/*
 * Checkpoints of 10 min after each 6 h of computing. At 2,880 min low has computed 7 x 360 + 290 and writes a
 * last checkpoint until 2,890; high takes 1,440 and 3 checkpoints; low restarts (30) and has 4,390 and 12
 * checkpoints to go.
 */
static void test_preemption_is_charged(void **state)
{
    (void)state;
    run_preempted("true");
    const struct text_job *high = &c.jobs[0], *low = &c.jobs[1]; /* as they end */
    close_to(high->start, 2890 * minute);
    close_to(high->end, (2890 + 1440 + 30) * minute);
    close_to(low->end, (4360 + 30 + 4390 + 120) * minute);
    assert_true(low->restarts == 1 && low->lost == 0 && high->restarts == 0);
    close_to(share(METRIC_COMPUTING_SHARE), 7200 + 1440);
    close_to(share(METRIC_WRITING_SHARE), 70 + 10 + 30 + 120);
    close_to(share(METRIC_RESTART_SHARE), 30);
    close_to(share(METRIC_LOST_SHARE), 0);
    close_to(case_value(&c.world, "town", METRIC_PREEMPTIONS), 1);
    close_to(case_value(&c.world, "town", METRIC_INTERRUPTIONS), 0);
    text_close(&c);
}

/* Without checkpoints it is stopped at once, and begins anew. */
static void test_preemption_without_checkpoints(void **state)
{
    (void)state;
    run_preempted("false");
    const struct text_job *high = &c.jobs[0], *low = &c.jobs[1];
    close_to(high->start, 2880 * minute);
    close_to(low->end, (2880 + 1470 + 30 + 7200) * minute);
    close_to(low->lost, 2880 * minute);
    close_to(share(METRIC_LOST_SHARE), 2880);
    close_to(share(METRIC_COMPUTING_SHARE), 7200 + 1440);
    close_to(share(METRIC_WRITING_SHARE), 30);
    text_close(&c);
}

static void run_maintained(const char *windows)
{
    char site[1500];
    snprintf(site, sizeof site,
             "site: { town: { chip = \"old\"; cards = 16; ordered = \"2024-01-01\"; delivery = \"at-once\";\n"
             "  reliability = \"calm\"; maintenance: { %s };\n  runs: {\n"
             "    all: { at = \"2024-01-01\"; cards = 16; length = \"5d\"; }; }; }; };\n",
             windows);
    open_with(site, "");
    text_run(&c, 0);
    assert_int_equal(c.count, 1);
    assert_true(c.jobs[0].lost == 0 && c.jobs[0].restarts == 1);
}

/* Half the machine for a day, from 2,880 min on: the run is stopped without loss and goes on at 4,320. */
static void test_maintenance(void **state)
{
    (void)state;
    const char *const notices[] = {"12h", "0s", "14d"};
    for (int i = 0; i < 3; i++) {
        char window[200];
        snprintf(window, sizeof window,
                 "w: { at = \"2024-01-03\"; length = \"1d\"; cards = 8; notice = \"%s\"; };", notices[i]);
        if (i < 2) {
            run_maintained(window);
            close_to(c.jobs[0].end, (4320 + 30 + 4390 + 120) * minute);
        } else { /* known from the first day: it would run into it, and waits behind it */
            char site[1500];
            snprintf(site, sizeof site,
                     "site: { town: { chip = \"old\"; cards = 16; ordered = \"2024-01-01\"; delivery = "
                     "\"at-once\";\n  reliability = \"calm\"; maintenance: { %s };\n  runs: {\n"
                     "    all: { at = \"2024-01-02\"; cards = 16; length = \"5d\"; }; }; }; };\n",
                     window);
            open_with(site, "");
            text_run(&c, 0);
            close_to(c.jobs[0].start, 4320 * minute);
            close_to(c.jobs[0].end, (4320 + 7200 + 190) * minute);
            assert_int_equal(c.jobs[0].restarts, 0);
        }
        close_to(case_value(&c.world, "town", METRIC_UP_SHARE), 97.5);
        text_close(&c);
    }
}

/* The second is announced, or begins unannounced, while the first lasts: each has a node of its own. */
static void test_overlapping_maintenance(void **state)
{
    (void)state;
    const char *const notices[] = {"12h", "0s"};
    for (int i = 0; i < 2; i++) {
        char windows[400];
        snprintf(windows, sizeof windows,
                 "a: { at = \"2024-01-03\"; length = \"2d\"; cards = 8; notice = \"%s\"; };"
                 "b: { at = \"2024-01-04\"; length = \"2d\"; cards = 8; notice = \"%s\"; };",
                 notices[i], notices[1 - i]);
        run_maintained(windows);
        close_to(c.jobs[0].end, (7200 + 30 + 4390 + 120) * minute);
        close_to(case_value(&c.world, "town", METRIC_UP_SHARE), 90);
        text_close(&c);
    }
}

static const char mix[] =
    "workloads: { mix: { reference_chip = \"old\"; estimate_factor_max = 3.0; classes: {\n"
    "  jobs: { kind = \"debugging\"; share = 1.0; sizes = [1, 4, 8, 16, 32]; size_weights = [4, 2, 2, 1, "
    "1];\n"
    "    length_median = \"5h\"; length_sigma = 1.0; length_max = \"3d\"; checkpoints = true; }; }; }; };\n";

/* 48 of 64 busy cards, set aside a week ahead: the run starts on its date to the microsecond. */
static void test_promised_run(void **state)
{
    (void)state;
    static const char *const rules[] = {"backfill = \"easy\";",
                                        "backfill = \"none\";",
                                        "backfill = \"easy\"; reservations = 4;",
                                        "backfill = \"conservative\";",
                                        "backfill = \"easy\"; order = \"srpt\"; place = \"first-fit\";",
                                        "order = \"round-robin\"; preempt = \"slice\"; slice = \"2h\";"};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        char site[1500];
        snprintf(site, sizeof site,
                 "site: { town: { chip = \"old\"; cards = 64; ordered = \"2024-01-01\"; delivery = "
                 "\"at-once\";\n  workload = \"mix\"; jobs_per_day = 25.0; reliability = \"calm\"; %s\n"
                 "  runs: { big: { at = \"2024-01-12\"; cards = 48; length = \"2d\"; notice = \"7d\"; }; }; "
                 "}; };\n",
                 rules[i]);
        open_with(site, mix);
        for (uint32_t r = 0; r < 8; r++) {
            text_run(&c, r);
            const struct text_job *big = text_job_of(&c, "runs");
            if (!(big->submit == 11 * 24 * hours && big->start == big->submit))
                fail_msg("%s, future %u: submitted at %g, started at %g", rules[i], (unsigned)r, big->submit,
                         big->start);
            close_to(big->run, 2 * 24 * hours + 7 * 10 * minute);
            assert_true(c.count > 200 && case_value(&c.world, "town", METRIC_ALLOCATED_SHARE) > 50);
        }
        text_close(&c);
    }
}

/* Alone, a job that wants 8 cards runs on 16, at 16 x 0.75 / 8 = 1.5 times the speed. */
static void test_elastic_by_the_curve(void **state)
{
    (void)state;
    open_with(
        "site: { town: { chip = \"curved\"; cards = 16; ordered = \"2024-01-01\"; delivery = \"at-once\";\n"
        "  workload = \"mix\"; jobs_per_day = 1.2; resize_every = \"10min\"; reliability = \"calm\"; }; };\n",
        "workloads: { mix: { reference_chip = \"curved\"; classes: { flex: { kind = \"pretraining\";\n"
        "  share = 1.0; sizes = [8]; size_weights = [1]; length_median = \"10h\"; elastic_least = 0.5;\n"
        "  elastic_most = 4.0; }; }; }; };\n");
    int alone = 0;
    double resizes = 0;
    for (uint32_t r = 0; r < 20; r++) {
        text_run(&c, r);
        resizes += case_value(&c.world, "town", METRIC_RESIZES);
        for (int i = 0; i < c.count; i++) {
            const struct text_job *job = &c.jobs[i];
            bool apart = job->end >= 0;
            for (int j = 0; j < c.count; j++)
                apart &= i == j || c.jobs[j].submit >= job->end ||
                         (c.jobs[j].end >= 0 && c.jobs[j].end <= job->start);
            if (!apart)
                continue;
            alone++;
            close_to(job->wait, 0);
            close_to(job->run, 10 * hours / 1.5);
            assert_int_equal(job->restarts, 0);
        }
    }
    assert_true(alone > 30 && resizes > 30);
    text_close(&c);
}

static void test_tenants_share_by_weight(void **state)
{
    (void)state;
    static const char site[] =
        "site: { town: { chip = \"old\"; cards = 64; ordered = \"2024-01-01\"; delivery = \"at-once\";\n"
        "  workload = \"mix\"; jobs_per_day = 150.0; order = \"fair-share\"; half_life = \"2d\";\n"
        "  tenants: { a: { share = 0.5; weight = 3.0; }; b: { share = 0.5; weight = 1.0; }; }; }; };\n";
    open_with(site, mix);
    text_run(&c, 3);
    double a = case_value(&c.world, "town/tenant a", METRIC_CARD_DAYS);
    double b = case_value(&c.world, "town/tenant b", METRIC_CARD_DAYS);
    assert_true(fabs(a / b / 3 - 1) < 0.1);
    assert_true(case_value(&c.world, "town", METRIC_JAIN_SERVICE) > 0.99);
    text_close(&c);
}

/* b is guaranteed 48 of 64 cards and asks for few: its jobs never wait, and a borrows the rest. */
static void test_guarantee_and_limit(void **state)
{
    (void)state;
    static const char site[] =
        "site: { town: { chip = \"old\"; cards = 64; ordered = \"2024-01-01\"; delivery = \"at-once\";\n"
        "  workload = \"mix\"; jobs_per_day = 120.0; reclaim = true; cards_per_node = 1; place = \"count\";\n"
        "  tenants: { a: { share = 0.97; %s }; b: { share = 0.03; guarantee = 48; }; }; }; };\n";
    char text[1000];
    double card_days[2];
    for (int limited = 0; limited < 2; limited++) {
        snprintf(text, sizeof text, site, limited ? "limit = 16;" : "");
        for (char *at; (at = strstr(text, "place = \"count\";"));) /* sites place by node */
            memset(at, ' ', strlen("place = \"count\";"));
        open_with(text, mix);
        text_run(&c, 5);
        card_days[limited] = case_value(&c.world, "town/tenant a", METRIC_CARD_DAYS);
        assert_true(case_value(&c.world, "town/tenant b", METRIC_JOBS_STARTED) > 20);
        assert_true(case_value(&c.world, "town/tenant b", METRIC_WAIT_P95) == 0);
        assert_true(limited || case_value(&c.world, "town/tenant a", METRIC_PREEMPTIONS) > 5);
        text_close(&c);
    }
    assert_true(card_days[1] <= 16 * 20 && card_days[0] > 2 * 16 * 20);
}

/* Gangs of 8 that accept the new chip, four times as fast, and then the old one. */
enum { FRESH, TOWN, POOLS };
static const double lengths[POOLS] = {2.5 * 3600, 10 * 3600};
static const int servers[POOLS] = {1, 2}; /* gangs that the pool holds */

struct pool_job {
    double start, end;
};

static int by_submission(const void *a, const void *b)
{
    const struct text_job *x = a, *y = b;
    return (x->submit > y->submit) - (x->submit < y->submit);
}

/* When a gang submitted at `now` starts, first come, first served. */
static double start_in(const struct pool_job *jobs, int count, int pool, double now)
{
    double start = now;
    int busy;
    do { /* lengths are equal, so they end in the order in which they came */
        busy = 0;
        double next = INFINITY;
        for (int i = 0; i < count; i++)
            if (jobs[i].end > start) {
                busy++;
                next = fmin(next, jobs[i].end);
            }
        start = busy < servers[pool] ? start : next;
    } while (busy >= servers[pool]);
    return start;
}

/* When it probably starts, as world_dispatch sees it: the planned card-time over the cards. */
static double guess_in(const struct pool_job *jobs, int count, int pool, double now)
{
    double area = 0;
    int busy = 0;
    for (int i = 0; i < count; i++)
        if (jobs[i].end > now) {
            busy++;
            area += jobs[i].end - fmax(jobs[i].start, now);
        }
    return busy < servers[pool] ? now : now + area / servers[pool];
}

/* Every job in every future is where the rule puts it, and starts when its pool has room. */
static void test_pools(void **state)
{
    (void)state;
    static struct pool_job jobs[POOLS][TEXT_JOBS];
    for (int preference = 0; preference < 2; preference++) {
        char text[1600];
        snprintf(
            text, sizeof text,
            "site: { town: { chip = \"old\"; cards = 16; ordered = \"2024-01-01\"; delivery = \"at-once\";\n"
            "  workload = \"mix\"; jobs_per_day = 7.0; choose = \"%s\";\n"
            "  pools: { fresh: { chip = \"new\"; cards = 8; ordered = \"2024-01-01\"; }; }; }; };\n",
            preference ? "preference" : "completion");
        open_with(text,
                  "workloads: { mix: { reference_chip = \"old\"; classes: { one: { kind = \"debugging\";\n"
                  "  share = 1.0; sizes = [8]; size_weights = [1]; length_median = \"10h\";\n"
                  "  accepts = \"new, old\"; }; }; }; };\n");
        int used[POOLS] = {0}, waited = 0;
        for (uint32_t r = 0; r < 20; r++) {
            text_run(&c, r);
            int count[POOLS] = {0};
            qsort(c.jobs, (size_t)c.count, sizeof *c.jobs, by_submission);
            for (int i = 0; i < c.count; i++) {
                const struct text_job *job = &c.jobs[i];
                double guess[POOLS];
                for (int p = 0; p < POOLS; p++)
                    guess[p] = guess_in(jobs[p], count[p], p, job->submit);
                int pool = preference ? guess[FRESH] > job->submit && guess[TOWN] <= job->submit
                                      : guess[TOWN] + lengths[TOWN] < guess[FRESH] + lengths[FRESH];
                double start = start_in(jobs[pool], count[pool], pool, job->submit);
                jobs[pool][count[pool]++] = (struct pool_job){start, start + lengths[pool]};
                used[pool]++;
                waited += start > job->submit;
                if (start >= 20 * 24 * hours)
                    assert_string_equal(job->state, "queued");
                else
                    close_to(job->start, start);
                if (job->end >= 0)
                    close_to(job->run, lengths[pool]);
            }
        }
        assert_true(used[FRESH] > 500 && used[TOWN] > 100 && waited > 100);
        text_close(&c);
    }
}

/* Four nodes in two domains: 16 cards packed into one, or spread over both at 0.8 of the speed. */
static void test_locality(void **state)
{
    (void)state;
    const char *const places[] = {"subtree", "consolidate", "spread"};
    for (int i = 0; i < 3; i++) {
        char text[1200];
        snprintf(
            text, sizeof text,
            "site: { town: { chip = \"old\"; cards = 32; ordered = \"2024-01-01\"; delivery = \"at-once\";\n"
            "  place = \"%s\"; topology: { domain = 2; }; locality = \"net\";\n"
            "  runs: { gang: { at = \"2024-01-02\"; cards = 16; length = \"10h\"; }; }; }; };\n",
            places[i]);
        open_with(text,
                  "localities: { net: { scatter = [1.0, 2.0]; factor = [1.0, 0.5]; cross_domain = 0.8; }; "
                  "};\n");
        text_run(&c, 0);
        assert_int_equal(c.count, 1);
        close_to(c.jobs[0].run, 10 * hours / (i == 2 ? 0.8 : 1));
        text_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_preemption_is_charged),
        cmocka_unit_test(test_preemption_without_checkpoints),
        cmocka_unit_test(test_maintenance),
        cmocka_unit_test(test_overlapping_maintenance),
        cmocka_unit_test(test_promised_run),
        cmocka_unit_test(test_elastic_by_the_curve),
        cmocka_unit_test(test_tenants_share_by_weight),
        cmocka_unit_test(test_guarantee_and_limit),
        cmocka_unit_test(test_pools),
        cmocka_unit_test(test_locality),
    };
    return cmocka_run_group_tests_name("sharing", tests, NULL, NULL);
}
