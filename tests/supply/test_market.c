/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "supply/market.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BUYERS = 9 };

struct market_case {
    struct arena arena;
    struct market market;
};

static void case_open(struct market_case *c, const char *rule)
{
    memset(c, 0, sizeof *c);
    const struct allocation_rule *found = allocation_rule_named(rule);
    assert_non_null(found);
    market_init(&c->market, found, &c->arena);
}

static void case_shipped(const struct market_case *c, int32_t index, int32_t buyer, int64_t cards)
{
    assert_true(index < c->market.shipment_count);
    assert_int_equal(c->market.shipments[index].buyer, buyer);
    assert_int_equal(c->market.shipments[index].cards, cards);
}

/* A leading firm of tier 1 and two cities of tier 2, month by month. */
static void test_city_waits(void **state)
{
    (void)state;
    struct market_case c;
    case_open(&c, "priority");
    market_order(&c.market, 7, 2, 100, 10240);
    market_order(&c.market, 2, 1, 105, 16016);
    market_order(&c.market, 8, 2, 110, 5000);
    assert_int_equal(market_divide(&c.market), 0); /* nothing to give */
    market_supply(&c.market, 15000);
    assert_int_equal(market_divide(&c.market), 1);
    case_shipped(&c, 0, 2, 15000);
    assert_int_equal(market_lacking(&c.market, 2), 1016);
    market_supply(&c.market, 4003);
    assert_int_equal(market_divide(&c.market), 2);
    assert_int_equal(market_lacking(&c.market, 2), 0);
    assert_int_equal(market_lacking(&c.market, 7), 10240 - 2987);
    assert_int_equal(market_lacking(&c.market, 8), 5000);
    market_order(&c.market, 2, 1, 110, 2385); /* a new order of the firm overtakes both cities */
    market_supply(&c.market, 9000);
    assert_int_equal(market_divide(&c.market), 2);
    case_shipped(&c, 0, 7, 6615);
    case_shipped(&c, 1, 2, 2385);
    assert_int_equal(market_lacking(&c.market, 7), 638);
    market_supply(&c.market, 100000);
    assert_int_equal(market_divide(&c.market), 2);
    assert_int_equal(c.market.count, 0);
    assert_int_equal(c.market.stock, 100000 - 5638); /* what nobody lacks stays */
    assert_int_equal(market_divide(&c.market), 0);
    assert_int_equal(c.market.shipment_count, 0);
    market_order(&c.market, 8, 2, 120, 362);
    assert_int_equal(market_divide(&c.market), 1); /* from stock */
    case_shipped(&c, 0, 8, 362);
    assert_int_equal(c.market.stock, 94000);
    arena_free(&c.arena);
}

static void test_no_order(void **state)
{
    (void)state;
    struct market_case c;
    case_open(&c, "pro-rata");
    market_order(&c.market, 1, 1, 5, 0);
    market_order(&c.market, 1, 1, 5, -64);
    assert_int_equal(c.market.count, 0);
    market_supply(&c.market, 17);
    assert_int_equal(market_divide(&c.market), 0);
    assert_int_equal(c.market.stock, 17);
    assert_int_equal(market_lacking(&c.market, 1), 0);
    arena_free(&c.arena);
}

/* Years of random orders and lots under every rule: no card appears or gets lost, none waits while somebody
 * lacks it. */
static void test_conservation(void **state)
{
    (void)state;
    for (int r = 0; allocation_rule_at(r); r++) {
        struct dice dice = {2024};
        struct market_case c;
        case_open(&c, allocation_rule_at(r)->name);
        int64_t ordered[BUYERS] = {0}, shipped[BUYERS] = {0}, supplied = 0, date = -500;
        int32_t most = 0;
        for (int step = 0; step < 6000; step++) {
            if (dice_once_in(&dice, 2)) {
                date += dice_whole(&dice, 0, 3);
                int32_t buyer = (int32_t)dice_whole(&dice, 0, BUYERS - 1);
                int64_t cards = dice_whole(&dice, -3, dice_once_in(&dice, 9) ? 20000 : 300);
                market_order(&c.market, buyer, 1 + buyer % 3, date, cards);
                ordered[buyer] += cards > 0 ? cards : 0;
            } else if (dice_once_in(&dice, 2)) {
                /* long lean times, then a glut */
                int64_t cards = dice_whole(&dice, 0, step / 1500 % 2 ? 4000 : 500);
                market_supply(&c.market, cards);
                supplied += cards;
            } else {
                int64_t before[BUYERS], given = 0;
                for (int32_t b = 0; b < BUYERS; b++)
                    before[b] = market_lacking(&c.market, b);
                int64_t stock = c.market.stock;
                int32_t served = market_divide(&c.market);
                assert_int_equal(served, c.market.shipment_count);
                for (int32_t i = 0; i < served; i++) {
                    struct market_shipment shipment = c.market.shipments[i];
                    assert_in_range(shipment.buyer, 0, BUYERS - 1);
                    assert_true(shipment.cards > 0);
                    for (int32_t k = 0; k < i; k++) /* one for each buyer */
                        assert_int_not_equal(c.market.shipments[k].buyer, shipment.buyer);
                    shipped[shipment.buyer] += shipment.cards;
                    before[shipment.buyer] -= shipment.cards;
                    given += shipment.cards;
                }
                for (int32_t b = 0; b < BUYERS; b++) {
                    assert_true(before[b] >= 0);
                    assert_int_equal(market_lacking(&c.market, b), before[b]);
                }
                assert_int_equal(c.market.stock, stock - given);
                assert_true(c.market.stock == 0 || c.market.count == 0);
            }
            int64_t out = 0;
            for (int32_t b = 0; b < BUYERS; b++) {
                assert_int_equal(market_lacking(&c.market, b), ordered[b] - shipped[b]);
                out += shipped[b];
            }
            assert_int_equal(out + c.market.stock, supplied);
            for (int32_t i = 0; i < c.market.count; i++) {
                assert_true(c.market.orders[i].open > 0);
                assert_true(i == 0 || c.market.orders[i - 1].date <= c.market.orders[i].date);
            }
            most = c.market.count > most ? c.market.count : most;
        }
        assert_true(most > 200); /* the arrays had to grow */
        arena_free(&c.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_city_waits),
        cmocka_unit_test(test_no_order),
        cmocka_unit_test(test_conservation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
