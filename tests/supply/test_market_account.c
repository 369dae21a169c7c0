/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "supply/market_account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_cards(void **state)
{
    (void)state;
    struct market_account account = {0};
    market_account_order(&account, -40, 1000);
    market_account_order(&account, -10, 385);
    market_account_deliver(&account, 5, -40, 517);
    market_account_cancel(&account, 20, 483);
    market_account_deliver(&account, 31, -10, 2);
    assert_int_equal(account.ordered, 1385);
    assert_int_equal(account.delivered, 519);
    assert_int_equal(account.cancelled, 483);
    assert_int_equal(account.open.value, 383);
    assert_true(account.lateness == 517 * 45 + 2 * 41);
    assert_true(account.open.integral == 1000 * 30 + 1385 * 15 + 868 * 15 + 385 * 11);
}

/* Ten years of 10^9 cards: beyond 64 bits. */
static void test_large(void **state)
{
    (void)state;
    struct market_account account = {0};
    const int64_t years = INT64_C(315360000000000), cards = 1000000000;
    market_account_order(&account, 0, 3 * cards);
    market_account_deliver(&account, years, 0, 2 * cards);
    market_account_cancel(&account, years, cards);
    assert_true(account.lateness == (int128)years * 2 * cards);
    assert_true(account.open.integral == (int128)years * 3 * cards);
}

static void test_purse(void **state)
{
    (void)state;
    struct market_account account = {0};
    assert_true(market_account_affords(&account, 1e5) == INT64_MAX);
    assert_true(market_account_pay(&account, 7, 1e5) == 7e5);
    assert_true(account.spent == 7e5 && account.purse == 0);
    market_account_money(&account, 0); /* an empty purse is not none */
    assert_int_equal(market_account_affords(&account, 1e5), 0);
    assert_true(market_account_affords(&account, 0) == INT64_MAX);
    market_account_money(&account, 350000);
    assert_int_equal(market_account_affords(&account, 1e5), 3);
    market_account_money(&account, -60000);
    assert_int_equal(market_account_affords(&account, 1e5), 2);
    market_account_money(&account, -1e9);
    assert_true(account.purse == 0);
    market_account_money(&account, 1e300);
    assert_true(market_account_affords(&account, 0x1p-1070) == INT64_C(9007199254740992));
}

/* Exactly as many cards as can be paid for, at prices that do not divide in binary. */
static void test_last_card(void **state)
{
    (void)state;
    struct dice dice = {31};
    int even = 0;
    for (int round = 0; round < 200000; round++) {
        double price =
            dice_once_in(&dice, 2) ? 0.1 * (double)dice_whole(&dice, 1, 99) : dice_gap(&dice) * 1e5;
        int64_t cards = dice_whole(&dice, 0, 100000);
        struct market_account account = {0};
        /* the purse is cards times the price, or the next double below, or anything */
        double purse = price * (double)cards;
        switch (dice_whole(&dice, 0, 2)) {
        case 0:
            purse = nextafter(purse, 0);
            break;
        case 1:
            purse += price * dice_unit(&dice);
        }
        market_account_money(&account, purse);
        int64_t affords = market_account_affords(&account, price);
        assert_true((double)affords * price <= purse);
        assert_true((double)(affords + 1) * price > purse);
        even += affords == cards;
        market_account_pay(&account, affords, price);
        assert_true(account.purse >= 0 && account.purse <= purse);
    }
    assert_true(even > 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cards),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_purse),
        cmocka_unit_test(test_last_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
