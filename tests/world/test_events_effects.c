/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What events do to the models: a ban withholds what arrives while it lasts, announced ones make hoarders
 * order more, prices and budgets hold from their date on, arrivals follow their rate at once, events that
 * overlap.
 */
#include "country_case.h"

/* 1,200 cards of `a` a year and 600 of `b`, at the end of each month, without noise; buyers written by the
 * test. */
static void open_market(struct country *c, const char *buyers, const char *events)
{
    struct text text = {0};
    text_format(
        &text,
        "title = \"market\"; start = \"2024-01-01\"; horizon = \"2y\"; sample = \"30d\"; seed = 5;\n"
        "supply: { line = \"fab, other, far\"; estimate = \"plan\"; };\nbuyers: {\n%s};\n"
        "site: { town: { chip = \"a\"; cards = 8; ordered = \"2024-01-01\"; delivery = \"at-once\"; workload "
        "= \"even\"; jobs_per_day = 0.001; }; };\n"
        "lines: { fab: { chip = \"a\"; estimates: { plan: { years = [2024]; cards = [1200]; }; }; };\n"
        "  other: { chip = \"b\"; estimates: { plan: { years = [2024]; cards = [600]; }; }; };\n"
        "  far: { chip = \"c\"; estimates: { plan: { years = [2024]; cards = [360]; }; }; }; };\nevents: "
        "{\n%s};\n",
        buyers, events);
    country_open(c, text_string(&text));
    text_free(&text);
    country_run(c, 1);
}

/* Cards of a chip delivered to a buyer from the first of a month up to that of another; NULL: to all, of all.
 */
static double delivered(const struct country *c, const char *buyer, const char *chip, int from, int to)
{
    double cards = 0;
    FOR_ROWS(row, c->result.deliveries)
    {
        double time = row_number(row, DELIVERY_TIME);
        if ((!buyer || row_is(row, DELIVERY_BUYER, buyer)) && (!chip || row_is(row, DELIVERY_CHIP, chip)) &&
            time >= country_month(from) && time < country_month(to))
            cards += row_number(row, DELIVERY_CARDS);
    }
    return cards;
}

/* 92 days from the first of March: lots arrive on the first of a month, that of June after the ban. */
static void test_ban(void **state)
{
    (void)state;
    struct country c;
    open_market(
        &c,
        "  firm: { backlog = 100000; accepts = \"a\"; };\n  other: { backlog = 100000; accepts = \"b\"; };\n",
        "  ban: { at = \"2024-03-01\"; lasts = \"92d\"; set = \"lines.fab.open=false\"; };\n");
    assert_true(country_value(&c, "line fab", METRIC_CARDS_WITHHELD) == 300);
    assert_true(country_value(&c, "line other", METRIC_CARDS_WITHHELD) == 0);
    assert_true(delivered(&c, "firm", "a", 3, 6) == 0);
    assert_true(delivered(&c, "firm", "a", 1, 3) == 200);
    assert_true(delivered(&c, "firm", "a", 6, 7) == 100); /* what was withheld stays away */
    assert_true(delivered(&c, "other", "b", 3, 6) == 150);
    country_close(&c);
}

static double ordered_between(const struct country *c, const char *buyer, int from, int to)
{
    double before = 0, at = 0;
    FOR_ROWS(row, c->result.market)
    if (row_is(row, 3, buyer)) {
        before = row_number(row, 1) < country_month(from) ? row_number(row, 4) : before;
        at = row_number(row, 1) < country_month(to) ? row_number(row, 4) : at;
    }
    return at - before;
}

static void test_hoarding(void **state)
{
    (void)state;
    static const char buyers[] =
        "  hoarder: { cards_per_month = 10.0; accepts = \"b, c\"; hoard = 3.0; patience = \"3650d\"; };\n"
        "  calm: { cards_per_month = 10.0; accepts = \"c\"; };\n"
        "  elsewhere: { cards_per_month = 10.0; accepts = \"a, b\"; hoard = 3.0; };\n"
        "  bound: { cards_per_month = 10.0; accepts = \"a, c\"; hoard = 3.0; state_funded = true; };\n";
    struct country c;
    open_market(&c, buyers,
                "  bound-now: { at = \"2024-01-01\"; set = \"supply.domestic_only=true\"; };\n"
                "  ban: { at = \"2024-09-16\"; announced = \"92d\"; set = \"lines.far.open=false\"; };\n");
    /* announced on June 16: the orders of July, August and September */
    assert_true(country_value(&c, "hoarder", METRIC_CARDS_ORDERED) == 240 + 3 * 20);
    assert_true(ordered_between(&c, "hoarder", 7, 10) == 90);
    assert_true(country_value(&c, "calm", METRIC_CARDS_ORDERED) == 240);
    assert_true(country_value(&c, "elsewhere", METRIC_CARDS_ORDERED) == 240);
    assert_true(country_value(&c, "bound", METRIC_CARDS_ORDERED) ==
                240); /* it cannot have that chip anyway */
    /* while it is announced the chip that will be gone is taken first */
    assert_true(delivered(&c, "hoarder", "c", 1, 7) == 0);
    assert_true(delivered(&c, "hoarder", "c", 7, 10) > 0);
    assert_true(delivered(&c, "hoarder", "c", 10, 25) == 0);
    country_close(&c);
    open_market(
        &c, buyers,
        "  sudden: { at = \"2024-09-16\"; set = \"lines.far.open=false\"; };\n"
        "  news: { at = \"2024-09-16\"; announced = \"92d\"; set = \"lines.far.output_factor=0\"; };\n");
    assert_true(country_value(&c, "hoarder", METRIC_CARDS_ORDERED) == 240);
    country_close(&c);
}

static void test_domestic_only(void **state)
{
    (void)state;
    struct country c;
    open_market(&c,
                "  bound: { cards_per_month = 10.0; accepts = \"c, a\"; state_funded = true; };\n"
                "  free: { cards_per_month = 10.0; accepts = \"c, a\"; };\n",
                "  rule: { at = \"2024-07-01\"; lasts = \"184d\"; set = \"supply.domestic_only=true\"; };\n");
    assert_true(delivered(&c, "bound", "c", 1, 7) == 60 && delivered(&c, "bound", "a", 1, 7) == 0);
    assert_true(delivered(&c, "bound", "a", 7, 13) == 60 && delivered(&c, "bound", "c", 7, 13) == 0);
    assert_true(delivered(&c, "bound", "c", 13, 25) == 120); /* up to its end, without that day */
    assert_true(delivered(&c, "free", "c", 1, 25) == 240);
    country_close(&c);
}

static void test_prices_and_budgets(void **state)
{
    (void)state;
    struct country c;
    open_market(&c, "  rich: { cards_per_month = 10.0; };\n",
                "  dear: { at = \"2024-07-01\"; lasts = \"184d\"; set = \"chips.a.price_cny=1500\"; };\n");
    FOR_ROWS(row, c.result.deliveries)
    {
        double time = row_number(row, DELIVERY_TIME);
        bool dear = time >= country_month(7) && time < country_month(13);
        if (row_is(row, DELIVERY_BUYER, "rich"))
            assert_true(row_number(row, DELIVERY_PAID) ==
                        row_number(row, DELIVERY_CARDS) * (dear ? 1500 : 1000));
    }
    country_close(&c);
    /* 3 cards' worth a month, no limit for the second half of 2024, then 5 cards' worth */
    open_market(
        &c, "  poor: { cards_per_month = 10.0; budget_per_year = 36000.0; };\n",
        "  free: { at = \"2024-07-01\"; lasts = \"184d\"; set = \"buyers.poor.budget_per_year=0\"; };\n"
        "  more: { at = \"2025-01-01\"; set = \"buyers.poor.budget_per_year=60000\"; };\n");
    assert_true(delivered(&c, "poor", NULL, 1, 7) == 18);
    assert_true(delivered(&c, "poor", NULL, 7, 13) == 120 - 18); /* all that it had ordered */
    double after =
        delivered(&c, "poor", NULL, 13, 25); /* a month's money when the limit comes, then month by month */
    assert_true(after >= 12 * 5 && after <= 13 * 5);
    country_close(&c);
}

/* Two events on one setting: the one that began last counts, and when it ends the other does again. */
static void test_overlap(void **state)
{
    (void)state;
    static const char buyers[] = "  firm: { backlog = 100000; accepts = \"a\"; };\n";
    struct country c;
    open_market(&c, buyers,
                "  short: { at = \"2024-06-15\"; lasts = \"92d\"; set = \"lines.fab.output_factor=0.5\"; };\n"
                "  long: { at = \"2024-03-15\"; lasts = \"275d\"; set = \"lines.fab.output_factor=2\"; };\n");
    assert_true(delivered(&c, NULL, "a", 2, 4) == 200);
    assert_true(delivered(&c, NULL, "a", 4, 7) == 600);  /* lots made at the end of March, April and May */
    assert_true(delivered(&c, NULL, "a", 7, 10) == 150); /* June, July and August */
    assert_true(delivered(&c, NULL, "a", 10, 13) == 600);
    assert_true(delivered(&c, NULL, "a", 13, 15) == 200);
    country_close(&c);
    /* of one instant, the later one in the file */
    open_market(&c, buyers,
                "  first: { at = \"2024-06-01\"; set = \"lines.fab.output_factor=3\"; };\n"
                "  second: { at = \"2024-06-01\"; set = \"lines.fab.output_factor=7\"; };\n");
    assert_true(delivered(&c, NULL, "a", 6, 7) == 700);
    country_close(&c);
}

/* All that changes at one instant has changed before anything is divided. */
static void test_one_instant(void **state)
{
    (void)state;
    struct country c;
    open_market(&c,
                "  early: { backlog = 5; tier = 2; accepts = \"b\"; };\n  late: { cards_per_month = 100.0; "
                "tier = 1; accepts = \"b\"; };\n",
                "  close: { at = \"2024-01-01\"; lasts = \"121d\"; set = \"buyers.*.accepts=c\"; };\n"
                "  one: { at = \"2024-05-01\"; set = \"buyers.early.tier=1\"; };\n"
                "  two: { at = \"2024-05-01\"; set = \"buyers.late.tier=2\"; };\n");
    assert_true(delivered(&c, NULL, "b", 1, 5) == 0);
    assert_true(country_value(&c, "early", METRIC_CARDS_DELIVERED) == 5);
    country_close(&c);
}

/* A rate that was next to nothing and rises: jobs come at the new rate from there on. */
static void test_arrivals_follow(void **state)
{
    (void)state;
    enum { FUTURES = 40 };
    struct country c;
    double before = 0, while_on = 0, after = 0;
    open_market(&c, "",
                "  boom: { at = \"2024-07-01\"; lasts = \"184d\"; set = \"site.town.jobs_per_day=5\"; };\n");
    for (uint32_t replication = 0; replication < FUTURES; replication++) {
        country_run(&c, replication);
        FOR_ROWS(row, c.result.jobs)
        {
            double time = row_number(row, JOB_SUBMIT);
            before += time < country_month(7);
            after += time >= country_month(13);
            while_on += time >= country_month(7) && time < country_month(13);
        }
    }
    double expected = 5 * 184.0 * FUTURES;
    assert_true(fabs(while_on - expected) < 4 * sqrt(expected));
    assert_true(before <= 30 && after <= 45); /* 0.001 a day: 7.3 and 14.6 */
    country_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ban),
        cmocka_unit_test(test_hoarding),
        cmocka_unit_test(test_domestic_only),
        cmocka_unit_test(test_prices_and_budgets),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_one_instant),
        cmocka_unit_test(test_arrivals_follow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
