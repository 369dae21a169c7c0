/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * market: stocks of several chips, buyers with preferences, patience and money, their open orders, and
 * shipments.
 *
 * Whether a city waits is not put in: it follows from output, from the others' orders and from the rule. An
 * order is for cards, not for a chip: at first it accepts the first chip of its buyer's list; each time
 * `patience` passes it also accepts the next one. Chips that are forbidden to the buyer are skipped at once;
 * a closed chip is not, since a ban may be lifted. When patience passes once more with the whole list open
 * (or when it passes with nothing allowed at all), the order is cancelled if the buyer cancels, else it waits
 * on. What an order accepts follows from its age and the terms as they are now, so changed terms hold for
 * open orders too, as if they had always held.
 *
 * A division goes through the chips by index: the rule (allocation.h) divides a chip's stock among the orders
 * that accept it, as far as their buyers can pay; what nobody takes stays in stock. A buyer's purse is for
 * its orders by date. A buyer pays the chip's price, under a rule by bid its bid.
 *
 * Time is in us and never goes back: orders, divisions and settlements come in order of date.
 * Complexity: market_divide O(chips x open orders) and the rule's on the orders that accept; market_patience
 * and market_next O(open orders); the rest O(1). Memory from the arena.
 */
#ifndef TENK_SUPPLY_MARKET_H
#define TENK_SUPPLY_MARKET_H

#include "base/memory.h"
#include "supply/allocation.h"
#include "supply/market_account.h"

enum { MARKET_CHIPS = 16 }; /* chips on a buyer's list at most */

struct market_terms {
    int32_t tier;
    double weight; /* quota, >= 0 */
    double bid;    /* CNY a card, >= 0 */
    int chip_count;
    int16_t chips[MARKET_CHIPS]; /* the preferred one first, none twice */
    int64_t patience;            /* us; 0: endless */
    bool cancels;
};

struct market_shipment {
    int32_t buyer;
    int16_t chip;
    int64_t cards;
    double paid; /* CNY */
};

struct market_cancellation {
    int32_t buyer;
    int64_t date; /* of the order */
    int64_t cards;
};

struct market_chip {
    int64_t supplied, handed_out, stock; /* cards; supplied = handed_out + stock */
    double price;                        /* CNY a card */
    bool closed;
};

struct market_order {
    int32_t buyer;
    int64_t date;
    int64_t open;
};

struct market_buyer {
    struct market_account account;
    struct market_terms terms;
    int64_t queue;      /* cards its training waits for, less those delivered since it was told */
    int64_t affords;    /* scratch of a division: cards it can still pay for */
    int32_t shipment;   /* scratch: where its shipment may be */
    int32_t pass;       /* scratch: the chip that `affords` is for, counted over all divisions */
    int16_t chip_count; /* of the list, without forbidden ones */
};

struct market {
    struct arena *arena;
    const struct allocation_rule *rule;
    struct market_buyer *buyers;
    struct market_chip *chips;
    /* [buyer x chip_count + chip] */
    int64_t *delivered; /* cards */
    int8_t *rank;       /* place in the buyer's list without forbidden chips, -1: not there */
    bool *forbidden;
    struct market_order *orders;       /* open, by (date, order of arrival) */
    struct market_shipment *shipments; /* of the last division; one per chip and served buyer, by chip */
    struct market_cancellation *cancellations; /* of the last market_patience or division, by date */
    /* scratch, as long as orders */
    struct allocation_order *asked;
    struct allocation_share *shares;
    int64_t *grant;
    int32_t *asked_order; /* index in orders */
    int64_t now;
    int32_t buyer_count, chip_count;
    int32_t count, capacity; /* of orders */
    int32_t shipment_count, shipment_capacity;
    int32_t cancellation_count, cancellation_capacity;
    int32_t pass;
};

/* Buyers have no list at first, so get nothing before market_terms. */
void market_init(struct market *market, const struct allocation_rule *rule, struct arena *arena,
                 int32_t chip_count, int32_t buyer_count);

/* These may change at any time; they take effect with the next division. */
void market_rule(struct market *market, const struct allocation_rule *rule);
void market_terms(struct market *market, int32_t buyer, const struct market_terms *terms);
void market_forbid(struct market *market, int32_t buyer, int32_t chip, bool forbidden);
void market_price(struct market *market, int32_t chip, double cny);
/* While a chip is closed its stock is not handed out. */
void market_closed(struct market *market, int32_t chip, bool closed);
/* Cards that the buyer's training waits for now; the market takes off what it delivers until it is told
 * again. */
void market_queue(struct market *market, int32_t buyer, int64_t cards);
/* Adds to the purse; a buyer whose purse was never set pays without limit. */
void market_money(struct market *market, int32_t buyer, double cny);
/* Takes the purse away: the buyer pays without limit. */
void market_unlimited(struct market *market, int32_t buyer);

/* Orders come in order of date, none before a time that the market has seen; one of no cards is none. */
void market_order(struct market *market, int32_t buyer, int64_t date, int64_t cards);

/* Cards arrive in the stock. */
void market_supply(struct market *market, int32_t chip, int64_t cards);

/* Cancels the orders whose patience is over; they are in market->cancellations. Returns their number. */
int32_t market_patience(struct market *market, int64_t now);

/*
 * The next time at which patience alone changes what an order accepts, or cancels it; INT64_MAX: never. It is
 * the market's present when changed terms made something due already.
 */
int64_t market_next(const struct market *market);

/* market_patience, then divides the stocks; the shipments are in market->shipments. Returns their number. */
int32_t market_divide(struct market *market, int64_t now);

/* Brings all shortages up to now. O(buyers). */
void market_settle(struct market *market, int64_t now);

/* Cards that a buyer still lacks; cards of a chip it got. */
int64_t market_lacking(const struct market *market, int32_t buyer);
int64_t market_delivered(const struct market *market, int32_t buyer, int32_t chip);

#endif
