/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * market_account: what a buyer has ordered, got, given up, waited for and paid.
 *
 * Cards are exact: ordered = delivered + cancelled + open at every moment. The shortage is the integral of
 * open cards over time and the lateness the sum, over delivered cards, of the time since their order; both
 * are card-us in 128 bits (stats/timeweight.h). At the end shortage = lateness + what cancelled and open
 * cards have waited. Money is a double: a payment is one product, cards x price, so the purse never falls
 * below 0.
 */
#ifndef TENK_SUPPLY_MARKET_ACCOUNT_H
#define TENK_SUPPLY_MARKET_ACCOUNT_H

#include "stats/timeweight.h"

#include <stdbool.h>
#include <stdint.h>

struct market_account {
    int64_t ordered, delivered, cancelled; /* cards */
    struct timeweight open;                /* cards lacking; open.integral is the shortage */
    int128 lateness;                       /* card-us */
    double spent;                          /* CNY */
    double purse;                          /* CNY, where there is one */
    bool has_purse;
};

void market_account_order(struct market_account *account, int64_t now, int64_t cards);
void market_account_cancel(struct market_account *account, int64_t now, int64_t cards);

/* Cards of an order of `date` arrive. */
void market_account_deliver(struct market_account *account, int64_t now, int64_t date, int64_t cards);

/* Adds to the purse; a negative amount takes from it, at most all. */
void market_account_money(struct market_account *account, double cny);

/* The most cards that the purse pays for at a price, as market_account_pay counts, at most 2^53; INT64_MAX
 * without a purse or when they cost nothing. */
int64_t market_account_affords(const struct market_account *account, double price);

/* Pays; returns the amount. */
double market_account_pay(struct market_account *account, int64_t cards, double price);

#endif
