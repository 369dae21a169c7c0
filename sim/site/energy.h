/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * energy: what a site's cards draw, emit and cost.
 *
 * Problem: planners ask for kWh, carbon and CNY per useful work, under prices that change at a date, and the
 * parts of a bill must add up to it.
 * Choice: the world hands in integrals of card-time by state (timeweight.h), exact 128-bit integers. As long
 * as the prices stay, what the card-time since their begin costs is computed anew at every settlement, not
 * added to; so any number of settlements gives the same digits as one. When they change, a new stretch
 * begins. energy   = busy x card_busy_w + idle x card_idle_w + (busy + idle) x host_w + down x down_w; all x
 * pue carbon   = energy x carbon_kg_kwh cost     = power + other + depreciation - subsidies power    = energy
 * x tariff; other = power x s / (1 - s) with s = other_opex_share Depreciation is straight-line from the
 * delivery on, whether the card is online or not, to nothing after depreciation_years. Cards are worth what
 * was paid for them; a later price counts for later cards only. What is written off by a time is the integral
 * of the value of cards younger than that over that life, so no list of deliveries is needed: a delivery
 * enters the integral by energy_buy and leaves it by energy_write_off a life later. When all have left it is
 * exactly what was paid. A subsidy of capital is spread over the life as the depreciation is (IAS 20, CAS
 * 16).
 *
 * Rounding: every part is a whole number of its unit: mWh, mg of CO2, millionths of a CNY. Totals are sums of
 * those, exact. A part is off by at most half a unit a stretch of equal prices (from 2^53 units on by what a
 * double is off, 1 in 10^15); depreciation by half a unit in all.
 *
 * Units: W, kWh, CNY, kg, us; card-us in int128; the value of cards in fen (0.01 CNY). Complexity: O(1).
 * Figures with their sources: docs/energy.md.
 */
#ifndef TENK_SITE_ENERGY_H
#define TENK_SITE_ENERGY_H

#include "base/number.h"
#include "stats/timeweight.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENERGY_YEAR INT64_C(31557600000000) /* us: 365.25 days */

/* Prices and powers at a date. */
struct energy_model {
    double card_busy_w;           /* a card that a job holds */
    double card_idle_w;           /* a card that waits for a job */
    double host_w;                /* a card's share of its server: processors, memory, network, fans */
    double down_w;                /* card and share of the server while it is down; 0: switched off */
    double pue;                   /* power at the meter / power of the servers, >= 1 */
    double tariff_cny_kwh;        /* what is billed, before subsidy_power_share */
    double carbon_kg_kwh;         /* of the grid */
    double price_cny;             /* of a card with its share of the server, at the time of delivery */
    double depreciation_years;    /* > 0; the same in all settlements of an account */
    double subsidy_power_share;   /* of the power bill that somebody else pays */
    double subsidy_capital_share; /* of the depreciation that somebody else pays */
    double other_opex_share; /* of operating cost (power and other, no depreciation) that is not power; < 1 */
};

/* What the world measured since the start. */
struct energy_use {
    int128 busy, idle, down; /* card-us; together the card-time online */
    int128 young;            /* fen-us: energy_assets.young, settled */
};

enum energy_part {
    ENERGY_BUSY,     /* cards that jobs hold */
    ENERGY_IDLE,     /* cards that wait */
    ENERGY_HOST,     /* their servers */
    ENERGY_DOWN,     /* what is down */
    ENERGY_OVERHEAD, /* cooling and conversion: pue - 1 of the others */
    ENERGY_PARTS
};

enum energy_money {
    ENERGY_POWER,
    ENERGY_OTHER,
    ENERGY_DEPRECIATION,
    ENERGY_POWER_SUBSIDY,   /* <= 0 */
    ENERGY_CAPITAL_SUBSIDY, /* <= 0 */
    ENERGY_MONEYS
};

struct energy_amounts {
    int128 part[ENERGY_PARTS];   /* mWh */
    int128 money[ENERGY_MONEYS]; /* millionths of a CNY */
    int128 carbon;               /* mg of CO2 */
};

/* Begins zeroed. */
struct energy_account {
    struct energy_model model;   /* of the present stretch */
    struct energy_use from, to;  /* its begin, the last settlement */
    struct energy_amounts ended; /* of the stretches before */
    struct energy_amounts total; /* with the present one */
    bool begun;
};

/* Cards that are still being written off. Begins zeroed. */
struct energy_assets {
    struct timeweight young; /* fen */
    int64_t bought;          /* fen, all that was ever paid */
};

/* Electricity, carbon and money for one job. */
struct energy_job {
    double kwh, kg, cny;
};

/* What is wrong with a model, naming the field; false and an empty text when it is right. */
bool energy_problem(const struct energy_model *model, char *text, size_t size);

/* us in which a card is written off. */
int64_t energy_life(const struct energy_model *model);

/* Cards are delivered; returns what they cost in fen, to be handed to energy_write_off one life later. */
int64_t energy_buy(struct energy_assets *assets, const struct energy_model *model, int64_t now,
                   int64_t cards);
void energy_write_off(struct energy_assets *assets, int64_t now, int64_t fen);

/*
 * Prices the use since the last settlement by this model. Before a price changes, settle by the old one.
 * The integrals never decrease.
 */
void energy_settle(struct energy_account *account, const struct energy_model *model,
                   const struct energy_use *use);

int128 energy_milliwatt_hours(const struct energy_amounts *amounts);
int128 energy_micro_cny(const struct energy_amounts *amounts);

double energy_kwh(const struct energy_account *account);
double energy_carbon_t(const struct energy_account *account); /* tonnes */
double energy_cost(const struct energy_account *account);     /* CNY, net of subsidies */

/* CNY per unit; NAN when there was none: of useful FLOP as PFLOP/s-days, and of card-us. */
double energy_cost_per_pflops_day(const struct energy_account *account, double useful_flop);
double energy_cost_per_used_hour(const struct energy_account *account);
double energy_cost_per_online_hour(const struct energy_account *account);

/*
 * What a job adds to the bill: its cards would idle otherwise, so only the difference counts, and neither the
 * servers nor what was paid for the cards. For choosing among sites; no part of an account.
 */
struct energy_job energy_of_job(const struct energy_model *model, int32_t cards, int64_t length);

#endif
