/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings that change in the course of a future: an event that changes nothing changes nothing, one that
 * holds from the start is a setting, one that is over has been; dates, delays and chance; bans and hoarding.
 */
#include "country_case.h"

/* Three buyers and two centres; `events` is written into the group of that name, `more` beside it. */
static char *country(const char *rule, const char *events, const char *more)
{
    struct text text = {0};
    text_format(&text,
                "title = \"events\"; start = \"2024-01-01\"; horizon = \"2y\"; sample = \"30d\"; seed = 99;\n"
                "supply: { line = \"fab, other\"; estimate = \"plan\"; allocation = \"%s\"; };\n"
                "buyers: {\n"
                "  keen: { cards_per_month = 60.3; backlog = 200; accepts = \"a, b\"; patience = \"77d\"; "
                "hoard = 2.0; waiting_cards = 900; weight = 3.0; };\n"
                "  calm: { cards_per_month = 41.7; backlog = 30; accepts = \"a\"; budget_per_year = "
                "510000.0; waiting_cards = 700; tier = 2; };\n"
                "  state: { cards_per_month = 20.9; accepts = \"b\"; state_funded = true; hoard = 5.0; "
                "patience = \"50d\"; gives_up = true; };\n"
                "};\n"
                "site: {\n"
                "  east: { chip = \"a\"; cards = 640; ordered = \"2024-02-09\"; tier = 2; workload = "
                "\"mix\"; jobs_per_day = 3.1; software = \"stranger\";\n"
                "    patience = \"90d\"; substitutes = \"b\"; energy: { tariff = 0.5; carbon = 0.6; }; "
                "reliability = \"frail\"; };\n"
                "  west: { chip = \"a\"; cards = 64; ordered = \"2024-01-01\"; delivery = \"at-once\"; "
                "workload = \"mix\"; jobs_per_day = 2.9;\n"
                "    delay_ms = 7.0; energy: { tariff = 0.3; carbon = 0.9; }; };\n"
                "};\n"
                "reliability: { frail: { failures_per_1000_node_days = 3.0; repair_median = \"9h\"; "
                "repair_sigma = 0.8; }; };\n"
                "lines: {\n"
                "  fab: { chip = \"a\"; lead_time_median = \"37d\"; lead_time_sigma = 0.4; yield_sd_future = "
                "0.05; yield_sd_lot = 0.05;\n"
                "    estimates: { plan: { years = [2023, 2025]; cards = [1200, 2100]; }; }; };\n"
                "  other: { chip = \"b\"; estimates: { plan: { years = [2024]; cards = [444]; }; }; };\n"
                "};\n"
                "events: {\n%s};\n%s",
                rule, events, more);
    return text.bytes;
}

static void open_country(struct country *c, const char *rule, const char *events, const char *const *sets,
                         int count)
{
    char *text = country(rule, events, "");
    country_open_set(c, text, sets, count);
    free(text);
}

static void test_nothing_changes_nothing(void **state)
{
    (void)state;
    static const char *const nothing[] = {
        "supply.allocation=longest-queue",
        "buyers.*.waiting_cards=900; buyers.calm.waiting_cards=700; buyers.state.waiting_cards=0",
        "buyers.calm.budget_per_year=510000; buyers.keen.budget_per_year=0",
        "chips.a.price_cny=1000; chips.a.power_w=400; site.east.energy.tariff=0.5",
        "site.east.jobs_per_day=3.1; site.west.jobs_per_day=2.9; dispatch.rule=home",
        "software.stranger.port_large_median=101d; software.*.family_open=true; lines.*.open=true",
        "buyers.keen.accepts=\\\"a, b\\\"; site.east.patience=90d; reliability.frail.repair_median=9h",
    };
    static const char *const rules[] = {"longest-queue", "quota", "pro-rata", "priority"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        const char *rule = rules[i % 4];
        char events[1400], set[400];
        snprintf(set, sizeof set, "%s", nothing[i]);
        snprintf(events, sizeof events,
                 "  one: { at = \"2024-03-01\"; set = \"%s\"; };\n  two: { per_year = 6.5; lasts = \"11d\"; "
                 "set = \"%s\"; };\n"
                 "  three: { at = \"2024-11-03\"; announced = \"100d\"; lasts = \"3d\"; set = \"%s\"; };\n",
                 set, set, set);
        struct country with, without;
        open_country(&with, rule, events, NULL, 0);
        open_country(&without, rule, events, (const char *const[]){"take_events=none"}, 1);
        for (uint32_t replication = 0; replication < 3; replication++) {
            country_run(&with, replication);
            country_run(&without, replication);
            country_same(&with, &without, nothing[i]);
            assert_true(strlen(text_string(&with.result.events_seen)) > 60);
        }
        country_close(&with);
        country_close(&without);
    }
}

/* The setting as an event at the start, before it, before it and lasting, and as --set. */
static void test_from_the_start(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "supply.allocation=max-min",
        "supply.domestic_only=true",
        "lines.fab.open=false",
        "lines.fab.output_factor=0.3",
        "lines.fab.yield_mean=0.6",
        "lines.fab.lead_time_median=99d",
        "lines.fab.lead_time_sigma=1",
        "lines.fab.estimates.plan.cards=[700, 77]",
        "buyers.keen.tier=3",
        "buyers.keen.bid=0.5",
        "buyers.state.accepts=\"b, a\"",
        "buyers.state.patience=3d",
        "buyers.state.gives_up=false",
        "buyers.calm.cards_per_month=777",
        "buyers.calm.growth_per_year=0.5",
        "buyers.keen.budget_per_year=90000",
        "buyers.calm.budget_per_year=0",
        "buyers.keen.hoard=7",
        "buyers.keen.waiting_cards=1",
        "buyers.keen.state_funded=true",
        "chips.a.price_cny=4321",
        "chips.a.power_w=123",
        "chips.a.idle_w=0",
        "chips.a.server_w=9",
        "reliability.frail.repair_median=30d",
        "reliability.frail.failures_per_1000_node_days=9",
        "reliability.frail.restart=3h",
        "reliability.frail.checkpoint_cost=1h",
        "reliability.frail.checkpoint_interval=2h",
        "site.east.jobs_per_day=0.7",
        "site.east.jobs_growth_per_year=2",
        "site.east.tier=1",
        "site.east.patience=10d",
        "site.east.delay_ms=900",
        "site.east.energy.pue=1.9",
        "site.east.energy.tariff=0",
        "site.west.energy.other_share=0.7",
        "site.west.energy.capital_subsidy=0.2",
        "software.stranger.port_fine_median=5d",
        "software.stranger.port_large_sigma=1",
        "software.stranger.maturity_floor=0.4",
        "software.stranger.family_open=false",
        "dispatch.rule=least-wait",
        "dispatch.home_share=0.5",
        "dispatch.max_delay_ms=1",
    };
    static const char *const when[] = {"at = \"2024-01-01\";", "at = \"2021-05-05\";",
                                       "at = \"2023-12-31\"; lasts = \"3y\";",
                                       "at = \"2023-11-01\"; delay_median = \"61d\";"};
    int effects = 0;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        char events[600], quoted[200] = "", *at = quoted;
        for (const char *from = settings[i]; *from; from++) {
            if (*from == '"')
                *at++ = '\\';
            *at++ = *from;
        }
        snprintf(
            events, sizeof events,
            "  e: { %s set = \"%s\"; };\n  past: { at = \"2020-01-01\"; lasts = \"90d\"; set = \"%s\"; };\n",
            when[i % 4], quoted, quoted);
        const char *rule = strstr(settings[i], "bid")       ? "highest-bid"
                           : strstr(settings[i], "waiting") ? "longest-queue"
                                                            : "priority";
        struct country event, setting, plain;
        open_country(&event, rule, events, NULL, 0);
        open_country(&setting, rule, events, (const char *const[]){"take_events=none", settings[i]}, 2);
        open_country(&plain, rule, events, (const char *const[]){"take_events=past"}, 1);
        country_run(&event, 7);
        country_run(&setting, 7);
        country_run(&plain, 7);
        country_same(&event, &setting, settings[i]);
        bool effect = plain.slots.count != event.slots.count;
        for (int s = 0; s < plain.slots.count && !effect; s++)
            effect = memcmp(&plain.result.values[s], &event.result.values[s], sizeof(double)) != 0;
        effects += effect;
        country_close(&event);
        country_close(&setting);
        country_close(&plain);
    }
    assert_true(effects > 30); /* most of these settings matter here */
}

/* How often it began in a future. */
static int occurrences(const struct country *c, const char *name)
{
    int count = 0;
    FOR_ROWS(row, c->result.events_seen)
    count += row_is(row, EVENT_NAME, name) &&
             (row_is(row, EVENT_WHAT, "begins") || row_is(row, EVENT_WHAT, "held"));
    return count;
}

/* 6.5 a year for two years are 13; the number varies as much. */
static void test_at_random(void **state)
{
    (void)state;
    enum { FUTURES = 400 };
    struct country c;
    open_country(&c, "priority",
                 "  often: { per_year = 6.5; lasts = \"1ms\"; set = \"site.west.tier=3\"; };\n"
                 "  maybe: { per_year = 6.5; lasts = \"1ms\"; chance = 0.35; set = \"site.west.tier=3\"; };\n"
                 "  long: { per_year = 6.5; lasts = \"73d\"; set = \"site.west.tier=3\"; };\n"
                 "  coin: { at = \"2024-05-06\"; chance = 0.35; set = \"site.west.tier=3\"; };\n"
                 "  later: { at = \"2024-05-06\"; delay_median = \"10d\"; delay_sigma = 1.0; set = "
                 "\"site.west.tier=3\"; };\n",
                 NULL, 0);
    struct accumulator often = {0}, maybe = {0}, lasting = {0};
    int coins = 0, never = 0, early = 0;
    for (uint32_t replication = 0; replication < FUTURES; replication++) {
        country_run(&c, replication);
        int count = occurrences(&c, "maybe");
        accumulator_add(&often, occurrences(&c, "often"));
        accumulator_add(&lasting, occurrences(&c, "long"));
        never += !count;
        if (count)
            accumulator_add(&maybe, count);
        coins += occurrences(&c, "coin");
        assert_true(occurrences(&c, "coin") <= 1 && occurrences(&c, "later") == 1);
        FOR_ROWS(row, c.result.events_seen)
        if (row_is(row, EVENT_NAME, "later"))
            early += row_number(row, EVENT_TIME) < country_month(5) + 15 * 86400.0;
    }
    double n = FUTURES;
    assert_true(fabs(often.mean - 13) < 4 * sqrt(13 / n));
    assert_true(fabs(pow(accumulator_stddev(&often), 2) - 13) < 4 * 13 * sqrt(2 / n + 1 / (13 * n)));
    /* the chance is for the future, not for each time */
    assert_true(fabs((double)never - 0.65 * n) < 4 * sqrt(n * 0.65 * 0.35));
    assert_true(fabs(maybe.mean - 13) < 4 * sqrt(13 / (0.35 * n)));
    assert_true(fabs((double)coins - 0.35 * n) < 4 * sqrt(n * 0.65 * 0.35));
    assert_true(fabs((double)early - 0.5 * n) < 4 * sqrt(n * 0.25)); /* the median of the delay */
    /* it does not come again while it holds: once in 73 d + 365 d / 6.5, on average */
    double cycle = 73 + 365 / 6.5;
    assert_true(lasting.mean > 730 / cycle && lasting.mean < 730 / cycle + 1);
    country_close(&c);
}

/* Events left out shift no other's dice, nor does what holds meanwhile. */
static void test_own_dice(void **state)
{
    (void)state;
    static const char events[] =
        "  steady: { per_year = 2.0; lasts = \"60d\"; set = \"site.west.tier=3\"; };\n"
        "  other: { per_year = 5.0; lasts = \"9d\"; set = \"site.west.tier=4\"; };\n"
        "  late: { at = \"2024-08-08\"; delay_median = \"20d\"; delay_sigma = 0.9; set = "
        "\"site.west.tier=5\"; };\n";
    struct country all, some;
    open_country(&all, "priority", events, NULL, 0);
    open_country(&some, "priority", events, (const char *const[]){"take_events=late, other"}, 1);
    for (uint32_t replication = 0; replication < 20; replication++) {
        country_run(&all, replication);
        country_run(&some, replication);
        const char *left = text_string(&some.result.events_seen);
        FOR_ROWS(row, all.result.events_seen)
        {
            if (row_is(row, EVENT_NAME, "steady"))
                continue;
            size_t length = strcspn(row, "\n") + 1;
            assert_memory_equal(row, left, length);
            left += length;
        }
        assert_int_equal(*left, 0);
    }
    country_close(&all);
    country_close(&some);
}

static void test_dates(void **state)
{
    (void)state;
    struct country c;
    open_country(
        &c, "priority",
        "  plain: { at = \"2024-03-04 05:06:07\"; lasts = \"36h\"; announced = \"10d\"; set = "
        "\"lines.other.open=false\"; };\n"
        "  held: { at = \"2023-12-01\"; lasts = \"40d\"; set = \"site.west.tier=3\"; };\n"
        "  slow: { at = \"2024-02-01\"; delay_median = \"5d\"; set = \"site.west.tier=1\"; };\n"
        "  beyond: { at = \"2027-01-01\"; set = \"site.west.tier=1\"; };\n"
        "  spoken-of: { at = \"2026-02-01\"; announced = \"90d\"; set = \"lines.fab.open=false\"; };\n",
        NULL, 0);
    country_run(&c, 0);
    assert_string_equal(text_string(&c.result.events_seen), "0,0,2024-01-01,held,held\n"
                                                            "0,777600,2024-01-10,held,ends\n"
                                                            "0,3110400,2024-02-06,slow,begins\n"
                                                            "0,4597567,2024-02-23,plain,announced\n"
                                                            "0,5461567,2024-03-04,plain,begins\n"
                                                            "0,5591167,2024-03-05,plain,ends\n"
                                                            "0,58060800,2025-11-03,spoken-of,announced\n");
    country_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_changes_nothing),
        cmocka_unit_test(test_from_the_start),
        cmocka_unit_test(test_at_random),
        cmocka_unit_test(test_own_dice),
        cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
