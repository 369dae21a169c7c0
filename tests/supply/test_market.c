/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small markets by hand; random ones are in test_market_runs.c. */
#include "supply/market.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BUYERS = 9, CHIPS = 3, DAY = 86400 };

struct market_case {
    struct arena arena;
    struct market market;
};

/* Nine buyers of tier 1 to 3 who want chip 0 and no other. */
static void case_open(struct market_case *c, const char *rule)
{
    memset(c, 0, sizeof *c);
    const struct allocation_rule *found = allocation_rule_named(rule);
    assert_non_null(found);
    market_init(&c->market, found, &c->arena, CHIPS, BUYERS);
    for (int32_t b = 0; b < BUYERS; b++) {
        struct market_terms terms = {.tier = b < 3 ? 1 : 2, .weight = 1, .chip_count = 1};
        market_terms(&c->market, b, &terms);
    }
}

static void case_shipped(const struct market_case *c, int32_t index, int32_t buyer, int16_t chip,
                         int64_t cards)
{
    assert_true(index < c->market.shipment_count);
    assert_int_equal(c->market.shipments[index].buyer, buyer);
    assert_int_equal(c->market.shipments[index].chip, chip);
    assert_int_equal(c->market.shipments[index].cards, cards);
}

/* A leading firm of tier 1 and two cities of tier 2, month by month. */
static void test_city_waits(void **state)
{
    (void)state;
    struct market_case c;
    case_open(&c, "priority");
    market_order(&c.market, 7, 100, 10240);
    market_order(&c.market, 2, 105, 16016);
    market_order(&c.market, 8, 110, 5000);
    assert_int_equal(market_divide(&c.market, 110), 0); /* nothing to give */
    market_supply(&c.market, 0, 15000);
    assert_int_equal(market_divide(&c.market, 110), 1);
    case_shipped(&c, 0, 2, 0, 15000);
    assert_int_equal(market_lacking(&c.market, 2), 1016);
    market_supply(&c.market, 0, 4003);
    assert_int_equal(market_divide(&c.market, 110), 2);
    assert_int_equal(market_lacking(&c.market, 2), 0);
    assert_int_equal(market_lacking(&c.market, 7), 10240 - 2987);
    assert_int_equal(market_lacking(&c.market, 8), 5000);
    market_order(&c.market, 2, 110, 2385); /* a new order of the firm overtakes both cities */
    market_supply(&c.market, 0, 9000);
    assert_int_equal(market_divide(&c.market, 113), 2);
    case_shipped(&c, 0, 7, 0, 6615);
    case_shipped(&c, 1, 2, 0, 2385);
    assert_int_equal(market_lacking(&c.market, 7), 638);
    market_supply(&c.market, 0, 100000);
    assert_int_equal(market_divide(&c.market, 117), 2);
    assert_int_equal(c.market.count, 0);
    assert_int_equal(c.market.chips[0].stock, 100000 - 5638); /* what nobody lacks stays */
    assert_int_equal(market_divide(&c.market, 119), 0);
    assert_int_equal(c.market.shipment_count, 0);
    market_order(&c.market, 8, 120, 362);
    assert_int_equal(market_divide(&c.market, 120), 1); /* from stock */
    case_shipped(&c, 0, 8, 0, 362);
    assert_int_equal(c.market.chips[0].stock, 94000);
    /* 5,000 cards over 7 us and 362 at once; the firm: 15,000 over 5, 1,016 over 5, 2,385 over 3 */
    market_settle(&c.market, 200);
    assert_true(c.market.buyers[8].account.open.integral == 35000);
    assert_true(c.market.buyers[8].account.lateness == 35000);
    assert_true(c.market.buyers[2].account.lateness == 16016 * 5 + 2385 * 3);
    arena_free(&c.arena);
}

static void test_no_order(void **state)
{
    (void)state;
    struct market_case c;
    case_open(&c, "pro-rata");
    market_order(&c.market, 1, 5, 0);
    market_order(&c.market, 1, 5, -64);
    assert_int_equal(c.market.count, 0);
    assert_true(market_next(&c.market) == INT64_MAX);
    market_supply(&c.market, 0, 17);
    assert_int_equal(market_divide(&c.market, 6), 0);
    assert_int_equal(c.market.chips[0].stock, 17);
    assert_int_equal(market_lacking(&c.market, 1), 0);
    market_settle(&c.market, 1000);
    assert_true(c.market.buyers[1].account.open.integral == 0);
    arena_free(&c.arena);
}

/* Nobody has said what buyer 4 takes: it waits, and nothing moves by itself. */
static void test_no_list(void **state)
{
    (void)state;
    struct market_case c;
    case_open(&c, "first-come");
    struct market_terms none = {.tier = 1};
    market_terms(&c.market, 4, &none);
    market_order(&c.market, 4, 0, 31);
    for (int chip = 0; chip < CHIPS; chip++)
        market_supply(&c.market, chip, 500);
    assert_int_equal(market_divide(&c.market, 7), 0);
    assert_true(market_next(&c.market) == INT64_MAX);
    none.patience = 10; /* with nothing allowed it is given up after the first time */
    none.cancels = true;
    market_terms(&c.market, 4, &none);
    assert_int_equal(market_next(&c.market), 10);
    assert_int_equal(market_patience(&c.market, 9), 0);
    assert_int_equal(market_patience(&c.market, 10), 1);
    assert_int_equal(c.market.cancellations[0].buyer, 4);
    assert_int_equal(c.market.cancellations[0].cards, 31);
    assert_int_equal(c.market.cancellations[0].date, 0);
    assert_int_equal(c.market.buyers[4].account.cancelled, 31);
    arena_free(&c.arena);
}

/* Chips 2, 0, 1 one after the other, then the order is given up. */
static void test_patience(void **state)
{
    (void)state;
    struct market_case c;
    case_open(&c, "first-come");
    struct market_terms terms = {
        .tier = 1, .chip_count = 3, .chips = {2, 0, 1}, .patience = 30 * DAY, .cancels = true};
    market_terms(&c.market, 5, &terms);
    market_order(&c.market, 5, 0, 777);
    market_supply(&c.market, 0, 100);
    market_supply(&c.market, 1, 50);
    assert_int_equal(market_next(&c.market), 30 * DAY);
    assert_int_equal(market_divide(&c.market, 30 * DAY - 1), 0);
    assert_int_equal(market_divide(&c.market, 30 * DAY), 1);
    case_shipped(&c, 0, 5, 0, 100);
    market_supply(&c.market, 2, 7); /* the first chip is taken as before */
    market_supply(&c.market, 0, 3);
    assert_int_equal(market_divide(&c.market, 31 * DAY), 2);
    case_shipped(&c, 0, 5, 0, 3);
    case_shipped(&c, 1, 5, 2, 7);
    assert_int_equal(market_next(&c.market), 60 * DAY);
    assert_int_equal(market_patience(&c.market, 60 * DAY), 0);
    assert_int_equal(market_next(&c.market), 90 * DAY);
    assert_int_equal(market_divide(&c.market, 60 * DAY), 1);
    case_shipped(&c, 0, 5, 1, 50);
    market_supply(&c.market, 2, 10000); /* it comes at the instant at which patience ends: too late */
    assert_int_equal(market_divide(&c.market, 90 * DAY), 0);
    assert_int_equal(c.market.cancellation_count, 1);
    const struct market_account *account = &c.market.buyers[5].account;
    assert_int_equal(account->ordered, 777);
    assert_int_equal(account->cancelled, 777 - 160);
    assert_int_equal(account->delivered, 160);
    assert_int_equal(market_delivered(&c.market, 5, 0), 103);
    assert_int_equal(market_delivered(&c.market, 5, 1), 50);
    assert_int_equal(market_delivered(&c.market, 5, 2), 7);
    market_settle(&c.market, 400 * (int64_t)DAY);
    assert_true(account->lateness == ((int128)100 * 30 + 10 * 31 + 50 * 60) * DAY);
    assert_true(account->open.integral == account->lateness + (int128)617 * 90 * DAY);
    arena_free(&c.arena);
}

/* Forbidden chips are skipped at once, closed ones are not. */
static void test_forbidden_and_closed(void **state)
{
    (void)state;
    struct market_case c;
    case_open(&c, "first-come");
    struct market_terms terms = {.tier = 1, .chip_count = 2, .chips = {1, 2}, .patience = 50};
    market_terms(&c.market, 0, &terms);
    market_terms(&c.market, 1, &terms);
    market_forbid(&c.market, 0, 1, true);
    market_closed(&c.market, 1, true);
    market_order(&c.market, 0, 10, 40);
    market_order(&c.market, 1, 10, 40);
    market_supply(&c.market, 1, 60);
    market_supply(&c.market, 2, 25);
    assert_int_equal(market_divide(&c.market, 10), 1);
    case_shipped(&c, 0, 0, 2, 25);
    assert_int_equal(market_next(&c.market), 60); /* of buyer 1; the list of 0 is open */
    market_supply(&c.market, 2, 20);
    assert_int_equal(market_divide(&c.market, 60), 2); /* 1 has lost patience with the ban */
    case_shipped(&c, 0, 0, 2, 15);
    case_shipped(&c, 1, 1, 2, 5);
    assert_true(market_next(&c.market) == INT64_MAX);
    assert_int_equal(c.market.chips[1].stock, 60);
    market_closed(&c.market, 1, false);
    market_order(&c.market, 0, 61, 12);
    assert_int_equal(market_divide(&c.market, 61), 1); /* still forbidden to 0 */
    case_shipped(&c, 0, 1, 1, 35);
    market_forbid(&c.market, 0, 1, false);
    assert_int_equal(market_divide(&c.market, 61), 1);
    case_shipped(&c, 0, 0, 1, 12);
    assert_int_equal(c.market.chips[1].stock, 13);
    arena_free(&c.arena);
}

/* A buyer with a purse takes what it can pay for, for its earliest order first. */
static void test_money(void **state)
{
    (void)state;
    struct market_case c;
    case_open(&c, "pro-rata");
    market_price(&c.market, 0, 110000);
    market_money(&c.market, 3, 1e6); /* nine cards */
    market_order(&c.market, 3, 0, 6);
    market_order(&c.market, 3, 1, 40);
    market_order(&c.market, 6, 1, 9);
    market_supply(&c.market, 0, 100);
    assert_int_equal(market_divide(&c.market, 4), 2);
    case_shipped(&c, 0, 3, 0, 9);
    case_shipped(&c, 1, 6, 0, 9);
    assert_true(c.market.shipments[0].paid == 990000);
    assert_true(c.market.buyers[3].account.purse == 10000);
    assert_true(c.market.buyers[6].account.spent == 990000);
    assert_true(c.market.buyers[3].account.lateness == 6 * 4 + 3 * 3);
    assert_int_equal(market_lacking(&c.market, 3), 37);
    assert_int_equal(market_divide(&c.market, 5), 0);
    market_money(&c.market, 3, 209999.5);
    assert_int_equal(market_divide(&c.market, 6), 1);
    case_shipped(&c, 0, 3, 0, 1);
    market_price(&c.market, 0, 0); /* as a gift */
    assert_int_equal(market_divide(&c.market, 6), 1);
    case_shipped(&c, 0, 3, 0, 36);
    assert_true(c.market.buyers[3].account.spent == 1100000);
    arena_free(&c.arena);
}

/* The rule changes in mid-run; under highest-bid buyers pay their bids. */
static void test_bids(void **state)
{
    (void)state;
    struct market_case c;
    case_open(&c, "first-come");
    struct market_terms low = {.bid = 90000, .chip_count = 1}, high = {.bid = 130000, .chip_count = 1};
    market_terms(&c.market, 0, &low);
    market_terms(&c.market, 1, &high);
    market_price(&c.market, 0, 100000);
    market_order(&c.market, 0, 0, 100);
    market_order(&c.market, 1, 0, 100);
    market_supply(&c.market, 0, 10);
    assert_int_equal(market_divide(&c.market, 0), 1);
    case_shipped(&c, 0, 0, 0, 10);
    assert_true(c.market.shipments[0].paid == 1e6);
    market_rule(&c.market, allocation_rule_named("highest-bid"));
    market_money(&c.market, 1, 1299999.99); /* nine cards at its bid */
    market_supply(&c.market, 0, 10);
    assert_int_equal(market_divide(&c.market, 1), 2);
    case_shipped(&c, 0, 0, 0, 1); /* shipments stand in the order of the orders served */
    case_shipped(&c, 1, 1, 0, 9);
    assert_true(c.market.shipments[0].paid == 90000);
    assert_true(c.market.shipments[1].paid == 1170000);
    arena_free(&c.arena);
}

/* Cards of an earlier chip or lot count against the queue until the market is told again; quotas are per
 * chip. */
static void test_queue_and_quota(void **state)
{
    (void)state;
    struct market_case c;
    case_open(&c, "longest-queue");
    struct market_terms terms = {.weight = 1, .chip_count = 2, .chips = {0, 1}, .patience = 1};
    market_terms(&c.market, 0, &terms);
    market_terms(&c.market, 1, &terms);
    market_order(&c.market, 0, 0, 1000);
    market_order(&c.market, 1, 0, 1000);
    market_queue(&c.market, 0, 300);
    market_queue(&c.market, 1, 250);
    market_supply(&c.market, 0, 100);
    market_supply(&c.market, 1, 60);
    assert_int_equal(market_divide(&c.market, 1), 4);
    case_shipped(&c, 0, 0, 0, 75);
    case_shipped(&c, 1, 1, 0, 25);
    case_shipped(&c, 2, 0, 1, 30);
    case_shipped(&c, 3, 1, 1, 30);
    market_queue(&c.market, 1, 196);
    market_supply(&c.market, 0, 1);
    assert_int_equal(market_divide(&c.market, 2), 1);
    case_shipped(&c, 0, 1, 0, 1);
    market_rule(&c.market, allocation_rule_named("quota"));
    market_supply(&c.market, 0, 49 + 11); /* 75 and 26 of chip 0 so far */
    assert_int_equal(market_divide(&c.market, 3), 2);
    case_shipped(&c, 0, 0, 0, 6);
    case_shipped(&c, 1, 1, 0, 54);
    arena_free(&c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_city_waits),
        cmocka_unit_test(test_no_order),
        cmocka_unit_test(test_no_list),
        cmocka_unit_test(test_patience),
        cmocka_unit_test(test_forbidden_and_closed),
        cmocka_unit_test(test_money),
        cmocka_unit_test(test_bids),
        cmocka_unit_test(test_queue_and_quota),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
