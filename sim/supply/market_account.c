/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supply/market_account.h"

#include <assert.h>
#include <math.h>

void market_account_order(struct market_account *account, int64_t now, int64_t cards)
{
    account->ordered += cards;
    timeweight_add(&account->open, now, cards);
}

void market_account_cancel(struct market_account *account, int64_t now, int64_t cards)
{
    account->cancelled += cards;
    timeweight_add(&account->open, now, -cards);
    assert(account->open.value >= 0);
}

void market_account_deliver(struct market_account *account, int64_t now, int64_t date, int64_t cards)
{
    account->delivered += cards;
    account->lateness += (int128)cards * (now - date);
    timeweight_add(&account->open, now, -cards);
    assert(account->open.value >= 0);
}

void market_account_money(struct market_account *account, double cny)
{
    assert(isfinite(cny));
    account->has_purse = true;
    account->purse = fmax(account->purse + cny, 0);
}

int64_t market_account_affords(const struct market_account *account, double price)
{
    const double exact = 0x1p53; /* up to here every whole number is a double */
    if (!account->has_purse || price <= 0)
        return INT64_MAX;
    int64_t cards = (int64_t)fmin(floor(account->purse / price), exact);
    /* the quotient is rounded, and so is the payment, which is what has to fit */
    while (cards > 0 && (double)cards * price > account->purse)
        cards--;
    while (cards < (int64_t)exact && (double)(cards + 1) * price <= account->purse)
        cards++;
    return cards;
}

double market_account_pay(struct market_account *account, int64_t cards, double price)
{
    double paid = (double)cards * price;
    account->spent += paid;
    if (account->has_purse) {
        assert(paid <= account->purse);
        account->purse -= paid;
    }
    return paid;
}
