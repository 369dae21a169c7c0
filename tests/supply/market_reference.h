/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * market_reference: a market card by card, to hold the real one against. It keeps every card ever ordered,
 * walks each order's patience step by step, and counts whatever is asked; only the allocation rules are the
 * program's own.
 */
#ifndef TENK_TESTS_SUPPLY_MARKET_REFERENCE_H
#define TENK_TESTS_SUPPLY_MARKET_REFERENCE_H

#include "supply/market.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { REFERENCE_BUYERS = 7, REFERENCE_CHIPS = 4, REFERENCE_CARDS = 6000, REFERENCE_ORDERS = 300 };

enum reference_state { REFERENCE_OPEN, REFERENCE_DELIVERED, REFERENCE_CANCELLED };

struct reference_card {
    int32_t order, chip;
    enum reference_state state;
    int64_t waited; /* until it was delivered or cancelled */
};

struct reference_order {
    int32_t buyer;
    int64_t date;
};

struct reference {
    const struct allocation_rule *rule;
    struct market_terms terms[REFERENCE_BUYERS];
    bool forbidden[REFERENCE_BUYERS][REFERENCE_CHIPS];
    bool closed[REFERENCE_CHIPS];
    double price[REFERENCE_CHIPS];
    int64_t stock[REFERENCE_CHIPS], supplied[REFERENCE_CHIPS];
    int64_t queue[REFERENCE_BUYERS];
    bool has_purse[REFERENCE_BUYERS];
    double purse[REFERENCE_BUYERS], spent[REFERENCE_BUYERS];
    struct reference_card cards[REFERENCE_CARDS];
    struct reference_order orders[REFERENCE_ORDERS];
    int32_t card_count, order_count;
    int64_t now;
    /* of the last division */
    struct market_shipment shipments[REFERENCE_BUYERS * REFERENCE_CHIPS];
    int32_t shipment_count;
};

static inline void reference_advance(struct reference *reference, int64_t now)
{
    for (int32_t i = 0; i < reference->card_count; i++)
        if (reference->cards[i].state == REFERENCE_OPEN)
            reference->cards[i].waited += now - reference->now;
    reference->now = now;
}

static inline void reference_add_order(struct reference *reference, int32_t buyer, int64_t cards)
{
    assert_true(reference->order_count < REFERENCE_ORDERS);
    for (int64_t i = 0; i < cards; i++) {
        assert_true(reference->card_count < REFERENCE_CARDS);
        reference->cards[reference->card_count++] = (struct reference_card){.order = reference->order_count};
    }
    reference->orders[reference->order_count++] =
        (struct reference_order){.buyer = buyer, .date = reference->now};
}

static inline int64_t reference_open(const struct reference *reference, int32_t order)
{
    int64_t open = 0;
    for (int32_t i = 0; i < reference->card_count; i++)
        open += reference->cards[i].order == order && reference->cards[i].state == REFERENCE_OPEN;
    return open;
}

/* The chips that an order accepts at a time, as bits; -1 when its buyer has given it up by then. */
static inline int reference_accepts(const struct reference *reference, int32_t order, int64_t at)
{
    int32_t buyer = reference->orders[order].buyer;
    const struct market_terms *terms = &reference->terms[buyer];
    int16_t allowed[MARKET_CHIPS];
    int count = 0, used = 0, accepts = 0;
    for (int i = 0; i < terms->chip_count; i++)
        if (!reference->forbidden[buyer][terms->chips[i]])
            allowed[count++] = terms->chips[i];
    if (count)
        accepts |= 1 << allowed[used++];
    for (int128 time = (int128)reference->orders[order].date + terms->patience; terms->patience && time <= at;
         time += terms->patience) {
        if (used < count)
            accepts |= 1 << allowed[used++];
        else if (terms->cancels)
            return -1;
    }
    return accepts;
}

static inline void reference_patience(struct reference *reference)
{
    for (int32_t i = 0; i < reference->card_count; i++)
        if (reference->cards[i].state == REFERENCE_OPEN &&
            reference_accepts(reference, reference->cards[i].order, reference->now) < 0)
            reference->cards[i].state = REFERENCE_CANCELLED;
}

static inline int64_t reference_count(const struct reference *reference, int32_t buyer, int32_t chip,
                                      enum reference_state state)
{
    int64_t count = 0;
    for (int32_t i = 0; i < reference->card_count; i++) {
        const struct reference_card *card = &reference->cards[i];
        count += reference->orders[card->order].buyer == buyer && card->state == state &&
                 (chip < 0 || card->chip == chip);
    }
    return count;
}

/* How long a buyer's cards have waited: those delivered, or all of them. */
static inline int128 reference_waited(const struct reference *reference, int32_t buyer, bool delivered)
{
    int128 waited = 0;
    for (int32_t i = 0; i < reference->card_count; i++) {
        const struct reference_card *card = &reference->cards[i];
        if (reference->orders[card->order].buyer == buyer &&
            (!delivered || card->state == REFERENCE_DELIVERED))
            waited += card->waited;
    }
    return waited;
}

static inline double reference_price(const struct reference *reference, int32_t buyer, int32_t chip)
{
    return reference->rule->by_bid ? reference->terms[buyer].bid : reference->price[chip];
}

static inline void reference_ship(struct reference *reference, int32_t order, int32_t chip, int64_t cards)
{
    int32_t buyer = reference->orders[order].buyer, at = 0;
    for (int32_t i = 0; i < reference->card_count && cards; i++) {
        struct reference_card *card = &reference->cards[i];
        if (card->order != order || card->state != REFERENCE_OPEN)
            continue;
        card->state = REFERENCE_DELIVERED;
        card->chip = chip;
        cards--;
        reference->stock[chip]--;
        reference->queue[buyer] -= reference->queue[buyer] > 0;
        while (at < reference->shipment_count &&
               (reference->shipments[at].buyer != buyer || reference->shipments[at].chip != chip))
            at++;
        if (at == reference->shipment_count)
            reference->shipments[reference->shipment_count++] =
                (struct market_shipment){.buyer = buyer, .chip = (int16_t)chip};
        reference->shipments[at].cards++;
    }
    assert_int_equal(cards, 0);
}

static inline void reference_divide_chip(struct reference *reference, int32_t chip)
{
    static struct allocation_order asked[REFERENCE_ORDERS];
    static struct allocation_share shares[REFERENCE_ORDERS];
    static int64_t grant[REFERENCE_ORDERS];
    static int32_t from[REFERENCE_ORDERS];
    int64_t promised[REFERENCE_BUYERS] = {0};
    int32_t count = 0;
    for (int32_t o = 0; o < reference->order_count; o++) {
        int32_t buyer = reference->orders[o].buyer;
        const struct market_terms *terms = &reference->terms[buyer];
        int64_t open = reference_open(reference, o), take = 0;
        int accepts = reference_accepts(reference, o, reference->now);
        if (!open || accepts < 0 || !(accepts >> chip & 1))
            continue;
        while (take < open && (!reference->has_purse[buyer] ||
                               (double)(promised[buyer] + 1) * reference_price(reference, buyer, chip) <=
                                   reference->purse[buyer])) {
            take++;
            promised[buyer]++;
        }
        if (!take)
            continue;
        from[count] = o;
        asked[count++] = (struct allocation_order){
            .buyer = buyer,
            .tier = terms->tier,
            .date = reference->orders[o].date,
            .open = take,
            .weight = terms->weight,
            .bid = terms->bid,
            .queue = reference->queue[buyer],
            .received = reference_count(reference, buyer, chip, REFERENCE_DELIVERED),
        };
    }
    int32_t first = reference->shipment_count;
    if (count)
        reference->rule->divide(asked, count, reference->stock[chip], grant, shares);
    for (int32_t i = 0; i < count; i++)
        if (grant[i])
            reference_ship(reference, from[i], chip, grant[i]);
    for (int32_t i = first; i < reference->shipment_count; i++) {
        struct market_shipment *shipment = &reference->shipments[i];
        shipment->paid = (double)shipment->cards * reference_price(reference, shipment->buyer, chip);
        reference->spent[shipment->buyer] += shipment->paid;
        if (reference->has_purse[shipment->buyer])
            reference->purse[shipment->buyer] -= shipment->paid;
    }
}

static inline void reference_divide(struct reference *reference)
{
    reference_patience(reference);
    reference->shipment_count = 0;
    for (int32_t chip = 0; chip < REFERENCE_CHIPS; chip++)
        if (reference->stock[chip] && !reference->closed[chip])
            reference_divide_chip(reference, chip);
}

#endif
