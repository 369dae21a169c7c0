/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who gets the cards of a country, and what do they cost? Random countries under every rule, held against
 * their rows: no card is lost or made up, nobody gets more than he ordered or can pay for, groups are their
 * members.
 */
#include "country_case.h"

static int draw(struct random_stream *dice, int below)
{
    return (int)(random_uniform(dice) * below);
}

static const char *one_of(struct random_stream *dice, const char *const *words, int count)
{
    return words[draw(dice, count)];
}

enum { BUYERS = 4 };

static const char *const lists[] = {"a", "b, a", "a, b", "a, b, c", "c, a"};

static void put_buyer(struct text *text, struct random_stream *dice, int number)
{
    text_format(text,
                "  buyer%d: { tier = %d; backlog = %d; cards_per_month = %.3f; weight = %d.5; bid = %.2f;",
                number, 1 + draw(dice, 4), draw(dice, 9000), 5000 * random_uniform(dice), draw(dice, 9),
                0.2 + random_uniform(dice));
    text_format(
        text, " accepts = \"%s\"; patience = \"%dd\"; gives_up = %s; state_funded = %s; waiting_cards = %d;",
        one_of(dice, lists, 5), 1 + draw(dice, 200), draw(dice, 2) ? "true" : "false",
        draw(dice, 3) ? "false" : "true", draw(dice, 20000));
    if (draw(dice, 2))
        text_format(text, " budget_per_year = %.1f;", 3e6 * random_uniform(dice));
    if (draw(dice, 2))
        text_format(text, " group = \"friends\"; hoard = 2.25; demand_sigma = 0.4;");
    text_put(text, " };\n");
}

static void put_site(struct text *text, struct random_stream *dice, const char *name)
{
    text_format(
        text,
        "  %s: { chip = \"a\"; cards = %d; ordered = \"2024-0%d-11\"; workload = \"mix\"; jobs_per_day = "
        "1.5;\n"
        "    tier = %d; weight = 7.25; bid = 0.9; patience = \"%dd\"; substitutes = \"b\"; gives_up = %s;\n"
        "    copies = %d; order_months = %d; state_funded = %s; group = \"friends\";\n"
        "    energy: { tariff = 0.5; carbon = 0.6; power_subsidy = 0.25; capital_subsidy = 0.1; other_share "
        "= 0.3; }; };\n",
        name, 8 * (1 + draw(dice, 200)), 1 + draw(dice, 9), 1 + draw(dice, 4), 1 + draw(dice, 150),
        draw(dice, 2) ? "true" : "false", 1 + draw(dice, 4), 1 + draw(dice, 12),
        draw(dice, 2) ? "true" : "false");
}

/* A country with 200,000 cards a year of `a`, by the one estimate, without noise unless `noisy`. */
static char *random_country(uint32_t number, const char *rule, bool noisy)
{
    static const char *const sets[] = {"lines.fab.open=false",
                                       "lines.*.open=false",
                                       "supply.domestic_only=true",
                                       "lines.fab.output_factor=0.123",
                                       "chips.a.price_cny=1313; buyers.buyer0.bid=0.7",
                                       "buyers.*.cards_per_month=17",
                                       "supply.allocation=max-min",
                                       "buyers.buyer1.budget_per_year=0"};
    struct random_stream dice = random_open(20240117, number, 1, RANDOM_TEST);
    struct text text = {0};
    const char *noise = noisy ? "yield_sd_future = 0.1; yield_sd_lot = 0.05; lead_time_sigma = 0.7;" : "";
    text_format(
        &text,
        "title = \"random\"; start = \"2024-01-01\"; horizon = \"2y\"; sample = \"61d\"; seed = %u;\n"
        "supply: { line = \"fab, other, far\"; estimate = \"%s\"; allocation = \"%s\"; };\nbuyers: {\n",
        (unsigned)number + 1, noisy ? "ensemble" : "plan", rule);
    for (int i = 0; i < BUYERS; i++)
        put_buyer(&text, &dice, i);
    text_put(&text, "};\nsite: {\n");
    put_site(&text, &dice, "east");
    put_site(&text, &dice, "west");
    text_format(&text,
                "};\nlines: {\n"
                "  fab: { chip = \"a\"; lead_time_median = \"%dd\"; %s estimates: { plan: { years = [2023, "
                "2024]; cards = [150000, %d]; };%s }; };\n"
                "  other: { chip = \"b\"; lead_time_median = \"3d\"; %s estimates: { plan: { years = [2024]; "
                "cards = [7000]; }; }; };\n"
                "  far: { chip = \"c\"; %s estimates: { plan: { years = [2024]; cards = [913]; }; }; "
                "};\n};\nevents: {\n",
                draw(&dice, 70), noise, draw(&dice, 2) ? 200000 : 20000,
                noisy ? " low: { years = [2024]; cards = [3000]; weight = 2.0; };" : "", noise, noise);
    for (int i = draw(&dice, 4); i > 0; i--)
        text_format(
            &text, "  e%d: { at = \"2024-%02d-01\"; announced = \"40d\"; lasts = \"%dd\"; set = \"%s\"; };\n",
            i, 1 + draw(&dice, 12), 90 * draw(&dice, 4), one_of(&dice, sets, 8));
    text_put(&text, "};\n");
    return text.bytes; /* the caller frees it */
}

static double sum_of(const struct text *rows, int name_field, const char *name, int field)
{
    double sum = 0;
    FOR_ROWS(row, *rows)
    if (!name || row_is(row, name_field, name))
        sum += row_number(row, field);
    return sum;
}

/* Every card of every lot is delivered, in stock, on its way or withheld. */
static void check_cards(const struct country *c)
{
    const struct text *lots = &c->result.lots, *deliveries = &c->result.deliveries;
    double horizon = (double)c->plan.horizon / 1e6, made = 0, arrived = 0;
    FOR_ROWS(row, *lots)
    {
        made += row_number(row, LOT_CARDS);
        arrived += row_number(row, LOT_ARRIVES) < horizon ? row_number(row, LOT_CARDS) : 0;
    }
    double stock = country_value(c, "all", METRIC_STOCK_END),
           transit = country_value(c, "all", METRIC_CARDS_IN_TRANSIT);
    double withheld = country_value(c, "all", METRIC_CARDS_WITHHELD);
    double delivered = sum_of(deliveries, 0, NULL, DELIVERY_CARDS);
    assert_true(arrived == country_value(c, "all", METRIC_CARDS_MADE));
    assert_true(made == delivered + stock + transit + withheld);
    assert_true(transit == made - arrived);
}

/* What a buyer got and paid, against his orders and the money he had been given by then. */
static void check_buyer(const struct country *c, const struct scenario_buyer *buyer)
{
    const struct text *deliveries = &c->result.deliveries;
    double cards = sum_of(deliveries, DELIVERY_BUYER, buyer->name, DELIVERY_CARDS);
    double paid = sum_of(deliveries, DELIVERY_BUYER, buyer->name, DELIVERY_PAID);
    double spent = country_value(c, buyer->name, METRIC_SPENT) * 1e6;
    assert_true(cards == country_value(c, buyer->name, METRIC_CARDS_DELIVERED));
    assert_true(cards <= country_value(c, buyer->name, METRIC_CARDS_ORDERED));
    assert_true(fabs(paid - spent) <= 1e-9 * (1 + paid));
    if (buyer->budget_per_year <= 0 || c->scenario.change_count)
        return;
    double so_far = 0;
    FOR_ROWS(row, *deliveries)
    {
        if (!row_is(row, DELIVERY_BUYER, buyer->name))
            continue;
        int months = 1;
        while (country_month(months + 1) <= row_number(row, DELIVERY_TIME))
            months++;
        so_far += row_number(row, DELIVERY_PAID);
        assert_true(so_far <= buyer->budget_per_year / 12 * months * (1 + 1e-12));
    }
}

/* The sums of metric over the members of the group "friends", copies included. */
static void check_group(const struct country *c)
{
    static const enum metric_id metrics[] = {METRIC_CARDS_ORDERED, METRIC_CARDS_DELIVERED, METRIC_SHORTAGE};
    const struct scenario_buyer *buyers = c->scenario.buyers.entries;
    double delivered = 0;
    FOR_ROWS(row, c->result.deliveries)
    {
        char name[64];
        row_field(row, DELIVERY_BUYER, name);
        const struct scenario_buyer *buyer = schema_entry(&c->scenario.buyers, &scenario_buyer_schema, name);
        delivered += !buyer || !strcmp(buyer->group, "friends") ? row_number(row, DELIVERY_CARDS) : 0;
    }
    assert_true(delivered == country_value(c, "friends", METRIC_CARDS_DELIVERED));
    const struct scenario_site *sites = c->scenario.site.entries;
    for (size_t m = 0; m < sizeof metrics / sizeof *metrics && sites[0].copies == 1 && sites[1].copies == 1;
         m++) {
        double sum = country_value(c, "east", metrics[m]) + country_value(c, "west", metrics[m]);
        for (int b = 0; b < BUYERS; b++)
            sum += strcmp(buyers[b].group, "friends") ? 0 : country_value(c, buyers[b].name, metrics[m]);
        double group = country_value(c, "friends", metrics[m]);
        assert_true(fabs(sum - group) <= 1e-9 * (1 + group));
    }
    double total = country_value(c, "friends", METRIC_TOTAL_COST);
    double parts =
        country_value(c, "friends", METRIC_POWER_COST) + country_value(c, "friends", METRIC_OTHER_COST) +
        country_value(c, "friends", METRIC_DEPRECIATION) - country_value(c, "friends", METRIC_SUBSIDIES);
    assert_true(fabs(total - parts) <= 1e-9 * total);
    assert_true((total > 0) == (country_value(c, "friends", METRIC_DEPRECIATION) > 0));
}

static const char *rules[] = {"priority", "first-come",  "pro-rata",     "max-min",
                              "quota",    "highest-bid", "longest-queue"};

static void test_random_countries(void **state)
{
    (void)state;
    int withheld = 0, cancelled = 0, short_of = 0;
    for (uint32_t number = 0; number < 70; number++) {
        struct country c;
        char *text = random_country(number, rules[number % 7], number % 3 == 2);
        country_open(&c, text);
        for (uint32_t replication = 0; replication < 2; replication++) {
            country_run(&c, replication);
            check_cards(&c);
            for (int b = 0; b < BUYERS; b++)
                check_buyer(&c, (const struct scenario_buyer *)c.scenario.buyers.entries + b);
            check_group(&c);
            withheld += country_value(&c, "all", METRIC_CARDS_WITHHELD) > 0;
            short_of += country_value(&c, "friends", METRIC_FILL_RATE) < 100;
            cancelled += metric_slot_find(&c.slots, "friends", METRIC_CARDS_CANCELLED) >= 0 &&
                         country_value(&c, "friends", METRIC_CARDS_CANCELLED) > 0;
        }
        country_close(&c);
        free(text);
    }
    assert_true(withheld > 10 && cancelled > 10 && short_of > 30); /* else nothing is tested of these */
}

/* 200,000 a year is 200,000 a year. */
static void test_estimate_to_the_card(void **state)
{
    (void)state;
    struct country c;
    country_open(
        &c,
        "title = \"plan\"; start = \"2024-01-01\"; horizon = \"366d\";\n"
        "supply: { line = \"fab\"; estimate = \"plan\"; };\n"
        "lines: { fab: { chip = \"a\"; estimates: { plan: { years = [2024]; cards = [200000]; }; }; }; };\n"
        "buyers: { all-of-it: { cards_per_month = 12000.0; backlog = 3001; }; };\n"
        "site: { town: { chip = \"a\"; cards = 8; ordered = \"2024-01-01\"; delivery = \"at-once\";\n"
        "  workload = \"even\"; jobs_per_day = 1.0; }; };\n");
    country_run(&c, 3);
    double months[13] = {0};
    FOR_ROWS(row, c.result.lots)
    for (int m = 1; m <= 12; m++)
        if (row_number(row, LOT_ARRIVES) == country_month(m))
            months[m] += row_number(row, LOT_CARDS);
    for (int m = 1; m <= 12; m++) /* what was made in 2023 is held to be as much as in the first year told */
        assert_true(months[m] == 16667);
    /* the twelfth lot of 2024 comes when the run is over */
    assert_true(country_value(&c, "all", METRIC_CARDS_MADE) == 12 * 16667);
    assert_true(country_value(&c, "all-of-it", METRIC_CARDS_DELIVERED) == 3001 + 12 * 12000);
    assert_true(country_value(&c, "all", METRIC_STOCK_END) == 12 * 16667 - 3001 - 12 * 12000);
    country_close(&c);
}

/* Another rule: the same lots, the same jobs submitted where cards are there at once. */
static void test_common_random_numbers(void **state)
{
    (void)state;
    struct country first;
    char *text = random_country(5, rules[0], true);
    country_open(&first, text);
    country_run(&first, 1);
    int differ = 0;
    for (int r = 1; r < 7; r++) {
        char set[64];
        snprintf(set, sizeof set, "supply.allocation=%s", rules[r]);
        struct country other;
        country_open_set(&other, text, (const char *const[]){set, "take_events=none"}, 2);
        struct country plain;
        country_open_set(&plain, text, (const char *const[]){"take_events=none"}, 1);
        country_run(&other, 1);
        country_run(&plain, 1);
        assert_string_equal(text_string(&plain.result.lots), text_string(&other.result.lots));
        differ += strcmp(text_string(&plain.result.deliveries), text_string(&other.result.deliveries)) != 0;
        const char *row = text_string(&plain.result.jobs);
        int jobs = 0, more = 0;
        FOR_ROWS(job, other.result.jobs)
        more++;
        for (; *row; row = strchr(row, '\n') + 1)
            jobs++;
        assert_true(jobs == more); /* both centres are open from the start: the same jobs come */
        country_close(&other);
        country_close(&plain);
    }
    assert_true(differ >= 5);
    country_close(&first);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_countries),
        cmocka_unit_test(test_estimate_to_the_card),
        cmocka_unit_test(test_common_random_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
