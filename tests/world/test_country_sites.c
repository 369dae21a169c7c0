/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sites of a country: copies and their sizes, orders in parts, substitutes and orders given up, firms that
 * grow, the city's model and its refreshes, power that does not suffice, the bill.
 */
#include "country_case.h"

/* `supply` cards a year of `a` and half of it of `b`; the site `town` and what is besides are the test's. */
static void open_town(struct country *c, int supply, const char *town, const char *more)
{
    struct text text = {0};
    text_format(&text,
                "title = \"town\"; start = \"2024-01-01\"; horizon = \"2y\"; sample = \"10d\"; seed = 41;\n"
                "supply: { line = \"fab, other\"; estimate = \"plan\"; };\n"
                "site: { town: { chip = \"a\"; %s }; };\n"
                "lines: { fab: { chip = \"a\"; estimates: { plan: { years = [2024]; cards = [%d]; }; }; };\n"
                "  other: { chip = \"b\"; estimates: { plan: { years = [2024]; cards = [%d]; }; }; }; };\n%s",
                town, supply, supply / 2, more);
    country_open(c, text_string(&text));
    text_free(&text);
    country_run(c, 2);
}

static void test_copies(void **state)
{
    (void)state;
    enum { COPIES = 2000 };
    struct country c;
    open_town(&c, 1200,
              "cards = 4096; copies = 2000; cards_sigma = 0.6; ordered = \"2024-02-01\"; order_spread = "
              "\"100d\"; delivery = \"at-once\";\n"
              "workload = \"even\"; jobs_per_day = 0.002; opens_at_cards = 4096;",
              "");
    struct accumulator logs = {0};
    double sum = 0, jobs = 0;
    int64_t before = 0;
    assert_int_equal(c.plan.site_count, COPIES);
    for (int i = 0; i < COPIES; i++) {
        const struct plan_site *site = &c.plan.sites[i];
        accumulator_add(&logs, log((double)site->cards / 4096));
        sum += (double)site->cards;
        jobs += site->classes[0].arrivals.per_day;
        assert_int_equal(site->cards % 8, 0);
        assert_true(site->opens_at_cards <= site->cards);
        assert_true(fabs(site->classes[0].arrivals.per_day * 4096 / (double)site->cards - 0.002) < 1e-12);
        assert_true(site->ordered >= before && site->ordered >= 31 * CLOCK_DAY &&
                    site->ordered < 131 * CLOCK_DAY);
        before = site->ordered;
    }
    assert_true(fabs(logs.mean) < 4 * 0.6 / sqrt(COPIES));
    assert_true(fabs(accumulator_stddev(&logs) - 0.6) < 4 * 0.6 / sqrt(2 * COPIES));
    assert_true(country_value(&c, "town", METRIC_CARDS_ORDERED) == sum);
    assert_true(country_value(&c, "town", METRIC_CARDS_ONLINE_END) == sum);
    double expected = jobs * 730; /* those that come before a copy has its cards are turned away */
    assert_true(country_value(&c, "town", METRIC_JOBS_SUBMITTED) < expected);
    assert_true(country_value(&c, "town", METRIC_JOBS_SUBMITTED) > 0.8 * expected);
    country_close(&c);
}

static void test_order_in_parts(void **state)
{
    (void)state;
    struct country c;
    open_town(
        &c, 120000,
        "cards = 1000; ordered = \"2024-03-15\"; order_months = 7; workload = \"even\"; jobs_per_day = 0.1;",
        "");
    int64_t so_far = 0;
    int parts = 0;
    FOR_ROWS(row, c.result.deliveries)
    {
        parts++;
        so_far += (int64_t)row_number(row, DELIVERY_CARDS);
        assert_int_equal(so_far, 1000 * parts / 7); /* cards are there when they are ordered */
        assert_true(row_number(row, DELIVERY_TIME) ==
                    (parts == 1 ? country_month(3) + 14 * 86400 : country_month(2 + parts)));
    }
    assert_int_equal(parts, 7);
    country_close(&c);
}

/* 10 of `a` a month for 300: after 45 days the rest is taken from what there is of `b`. */
static void test_substitutes(void **state)
{
    (void)state;
    static const char town[] = "cards = 304; ordered = \"2024-01-01\"; workload = \"mix\"; jobs_per_day = "
                               "30.0; substitutes = \"b\"; patience = \"45d\";";
    struct country c;
    open_town(&c, 120, town, "");
    double first = -1, of_b = 0, jobs = 0;
    FOR_ROWS(row, c.result.deliveries)
    {
        if (!row_is(row, DELIVERY_CHIP, "b"))
            continue;
        first = first < 0 ? row_number(row, DELIVERY_TIME) : first;
        of_b += row_number(row, DELIVERY_CARDS);
    }
    assert_true(first == 45 * 86400.0 && of_b > 80);
    assert_true(country_value(&c, "town/b", METRIC_CARDS_ONLINE_END) == floor(of_b / 8) * 8);
    FOR_ROWS(row, c.result.jobs)
    jobs += row_is(row, JOB_SITE, "town/b") && !row_is(row, 6, "");
    assert_true(jobs > 100); /* started there */
    assert_true(country_value(&c, "town", METRIC_FILL_RATE) == 100);
    country_close(&c);
    char gives_up[300];
    snprintf(gives_up, sizeof gives_up, "%s gives_up = true;", town);
    open_town(&c, 60, gives_up, ""); /* twice the patience, then no more */
    double got = 0;
    FOR_ROWS(row, c.result.deliveries)
    {
        got += row_number(row, DELIVERY_CARDS);
        assert_true(row_number(row, DELIVERY_TIME) <= 90 * 86400.0);
    }
    assert_true(got < 304 && got == country_value(&c, "town", METRIC_CARDS_DELIVERED));
    assert_true(country_value(&c, "town", METRIC_CARDS_CANCELLED) == 304 - got);
    double lacking = country_value(&c, "town", METRIC_SHORTAGE);
    assert_true(lacking < 90 * 304);
    country_close(&c);
}

static void test_refreshes(void **state)
{
    (void)state;
    struct country c;
    open_town(&c, 120,
              "cards = 64; ordered = \"2024-01-11\"; delivery = \"at-once\"; workload = \"even\"; "
              "jobs_per_day = 0.1;\n"
              "refresh: { cards = 32; length = \"3d\"; first = \"20d\"; every = \"40d\"; };",
              "");
    int count = 0;
    FOR_ROWS(row, c.result.jobs)
    {
        if (!row_is(row, JOB_CLASS, "runs"))
            continue;
        count++;
        double at = row_number(row, JOB_SUBMIT) / 86400 - 30;
        assert_true(at >= 0 && fmod(at, 40) == 0);
        assert_true(row_number(row, JOB_CARDS) == 32);
        if (!row_is(row, JOB_RUN, ""))
            assert_true(row_number(row, JOB_RUN) == 3 * 86400);
    }
    assert_int_equal(count, 1 + (730 - 1 - 30) / 40);
    country_close(&c);
}

/* From 2 firms to 10 in the first year: 5 jobs a day become 25, evenly. */
static void test_firms_ramp_arrivals(void **state)
{
    (void)state;
    struct country c;
    open_town(&c, 120,
              "cards = 64; ordered = \"2024-01-01\"; delivery = \"at-once\"; workload = \"even\"; "
              "jobs_per_day = 5.0;\n"
              "firms: { start = 2.0; end = 10.0; over = \"365d\"; };",
              "");
    double quarters[8] = {0}, days = 365.0 / 4;
    for (uint32_t replication = 0; replication < 20; replication++) {
        country_run(&c, replication);
        FOR_ROWS(row, c.result.jobs)
        {
            int quarter = (int)(row_number(row, JOB_SUBMIT) / 86400 / days);
            quarters[quarter < 7 ? quarter : 7]++;
        }
    }
    for (int q = 0; q < 8; q++) {
        double firms = q < 4 ? 2 + 8 * (q + 0.5) / 4 : 10, expected = 20 * days * 2.5 * firms;
        assert_true(fabs(quarters[q] - expected) < 4 * sqrt(expected));
    }
    country_close(&c);
}

/* A node of 8 draws 8 x (400 + 150) W x 1.25 = 5.5 kW: 50 kW are enough for nine of sixteen. */
static void test_power_and_bill(void **state)
{
    (void)state;
    struct country c;
    open_town(&c, 120,
              "cards = 128; ordered = \"2024-01-01\"; delivery = \"at-once\"; workload = \"even\"; "
              "jobs_per_day = 1e-6;\n"
              "energy: { tariff = 0.5; carbon = 0.7; pue = 1.25; power_kw = 50.0; power_subsidy = 0.2; "
              "capital_subsidy = 0.1;\n"
              "  other_share = 0.5; depreciation = \"1000d\"; };",
              "");
    assert_true(country_value(&c, "town", METRIC_CARDS_ONLINE_END) == 72);
    assert_true(country_value(&c, "town", METRIC_DARK_CARDS) == 56);
    double mwh = 72 * (100 + 150) * 1.25 * 730 * 24 / 1e6, power = mwh * 0.5e-3, worth = 128 * 1000 * 0.73e-6;
    double subsidies = 0.2 * power + 0.1 * worth;
    const struct {
        enum metric_id metric;
        double value;
    } bill[] = {{METRIC_ENERGY, mwh},
                {METRIC_CARBON, 0.7 * mwh},
                {METRIC_POWER_COST, power},
                {METRIC_OTHER_COST, power},
                {METRIC_DEPRECIATION, worth},
                {METRIC_SUBSIDIES, subsidies},
                {METRIC_TOTAL_COST, 2 * power + worth - subsidies}};
    for (size_t i = 0; i < sizeof bill / sizeof *bill; i++) {
        double value = country_value(&c, "town", bill[i].metric);
        if (fabs(value - bill[i].value) > 1e-6 * bill[i].value)
            fail_msg("%s is %.12g, not %.12g", metric_info(bill[i].metric)->name, value, bill[i].value);
    }
    country_close(&c);
    /* a tariff that goes and comes back: what was used in between costs nothing */
    open_town(
        &c, 120,
        "cards = 128; ordered = \"2024-01-01\"; delivery = \"at-once\"; workload = \"even\"; jobs_per_day = "
        "1e-6; energy: { tariff = 0.5; pue = 1.0; };",
        "events: { free: { at = \"2024-02-01\"; lasts = \"100d\"; set = \"site.*.energy.tariff=0\"; }; };\n");
    double value = country_value(&c, "town", METRIC_POWER_COST),
           expected = 128 * 0.25 * 24 * (730 - 100) * 0.5e-6;
    assert_true(fabs(value - expected) < 1e-6 * expected);
    assert_true(fabs(country_value(&c, "town", METRIC_ENERGY) - 128 * 0.25e-3 * 24 * 730) < 1e-3);
    country_close(&c);
}

/* 22 cards of one chip and 10 of the other leave 6 and 2 that make no node: nothing more will come, so it is
 * complete. */
static void test_complete_in_two_chips(void **state)
{
    (void)state;
    struct country c;
    open_town(
        &c, 132,
        "cards = 32; ordered = \"2024-01-01\"; substitutes = \"b\"; patience = \"45d\"; workload = \"even\"; "
        "jobs_per_day = 1e-3;",
        "");
    assert_true(country_value(&c, "town", METRIC_CARDS_DELIVERED) == 32);
    assert_true(country_value(&c, "town", METRIC_CARDS_ONLINE_END) == 16);
    assert_true(country_value(&c, "town/b", METRIC_CARDS_ONLINE_END) == 8);
    assert_true(country_value(&c, "town", METRIC_FULL_ONLINE) == 1);
    assert_true(country_value(&c, "town", METRIC_FULL_ONLINE_DAYS) == 45); /* the patience */
    country_close(&c);
    open_town(&c, 132,
              "cards = 800; ordered = \"2024-01-01\"; substitutes = \"b\"; patience = \"45d\"; workload = "
              "\"even\"; "
              "jobs_per_day = 1e-3;",
              "");
    assert_true(country_value(&c, "town", METRIC_FULL_ONLINE) == 0);
    country_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_order_in_parts),
        cmocka_unit_test(test_substitutes),
        cmocka_unit_test(test_refreshes),
        cmocka_unit_test(test_firms_ramp_arrivals),
        cmocka_unit_test(test_power_and_bill),
        cmocka_unit_test(test_complete_in_two_chips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
