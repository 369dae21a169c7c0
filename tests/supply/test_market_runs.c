/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thousands of random markets under every rule, against a reference that keeps every single card. */
#include "engine/dice_case.h"
#include "supply/market_reference.h"

#include <stdlib.h>

enum { RUNS = 400, STEPS = 70 };

/* The market, the reference, and a twin of the market whose buyers are numbered the other way round. */
struct run {
    struct market market, twin;
    struct arena arena, twin_arena;
    struct reference reference;
    struct dice dice;
    int64_t cancelled; /* cards in cancellations */
};

static int32_t twin_of(int32_t buyer)
{
    return REFERENCE_BUYERS - 1 - buyer;
}

static const struct allocation_rule *some_rule(struct dice *dice)
{
    int count = 0;
    while (allocation_rule_at(count))
        count++;
    return allocation_rule_at((int)dice_whole(dice, 0, count - 1));
}

static void change_terms(struct run *run, int32_t buyer)
{
    struct dice *dice = &run->dice;
    struct market_terms terms = {
        .tier = (int32_t)dice_whole(dice, 1, 3),
        .weight = dice_once_in(dice, 6) ? 0 : (double)dice_whole(dice, 1, 5) / 3,
        .bid = dice_once_in(dice, 5) ? 0 : 0.3 * (double)dice_whole(dice, 1, 4),
        .patience = dice_once_in(dice, 4) ? 0 : dice_whole(dice, 1, 40),
        .cancels = dice_once_in(dice, 2),
    };
    if (dice_once_in(dice, 40))
        terms.patience = INT64_MAX - dice_whole(dice, 0, 3);
    int64_t length = dice_whole(dice, dice_once_in(dice, 9) ? 0 : 1, REFERENCE_CHIPS);
    while (terms.chip_count < length) {
        int16_t chip = (int16_t)dice_whole(dice, 0, REFERENCE_CHIPS - 1);
        bool known = false;
        for (int i = 0; i < terms.chip_count; i++)
            known |= terms.chips[i] == chip;
        if (!known)
            terms.chips[terms.chip_count++] = chip;
    }
    run->reference.terms[buyer] = terms;
    market_terms(&run->market, buyer, &terms);
    market_terms(&run->twin, twin_of(buyer), &terms);
}

static void run_begin(struct run *run, const struct allocation_rule *rule, uint64_t seed)
{
    memset(run, 0, sizeof *run);
    run->dice.state = seed;
    run->reference.rule = rule;
    run->reference.now = dice_whole(&run->dice, -100, 100);
    market_init(&run->market, rule, &run->arena, REFERENCE_CHIPS, REFERENCE_BUYERS);
    market_init(&run->twin, rule, &run->twin_arena, REFERENCE_CHIPS, REFERENCE_BUYERS);
    for (int32_t b = 0; b < REFERENCE_BUYERS; b++)
        change_terms(run, b);
}

static void change_buyer(struct run *run, int32_t buyer)
{
    struct dice *dice = &run->dice;
    struct reference *reference = &run->reference;
    int32_t chip = (int32_t)dice_whole(dice, 0, REFERENCE_CHIPS - 1);
    switch (dice_whole(dice, 0, 3)) {
    case 0:
        change_terms(run, buyer);
        break;
    case 1: {
        bool forbidden = reference->forbidden[buyer][chip] = dice_once_in(dice, 2);
        market_forbid(&run->market, buyer, chip, forbidden);
        market_forbid(&run->twin, twin_of(buyer), chip, forbidden);
        break;
    }
    case 2: {
        int64_t queue = reference->queue[buyer] = dice_whole(dice, 0, 60);
        market_queue(&run->market, buyer, queue);
        market_queue(&run->twin, twin_of(buyer), queue);
        break;
    }
    default: {
        double cny = 0.1 * (double)dice_whole(dice, -30, 200);
        reference->has_purse[buyer] = true;
        double purse = reference->purse[buyer] + cny;
        reference->purse[buyer] = purse > 0 ? purse : 0;
        market_money(&run->market, buyer, cny);
        market_money(&run->twin, twin_of(buyer), cny);
    }
    }
}

static void change_chip(struct run *run, int32_t chip)
{
    struct dice *dice = &run->dice;
    if (dice_once_in(dice, 2)) {
        bool closed = run->reference.closed[chip] = dice_once_in(dice, 3);
        market_closed(&run->market, chip, closed);
        market_closed(&run->twin, chip, closed);
    } else {
        double price = run->reference.price[chip] = 0.1 * (double)dice_whole(dice, 0, 30);
        market_price(&run->market, chip, price);
        market_price(&run->twin, chip, price);
    }
}

/* What the market says it did is what the reference did, card for card, CNY for CNY. */
static void divide(struct run *run)
{
    struct reference *reference = &run->reference;
    reference_divide(reference);
    int32_t count = market_divide(&run->market, reference->now);
    assert_int_equal(market_divide(&run->twin, reference->now), count);
    assert_int_equal(count, reference->shipment_count);
    for (int32_t i = 0; i < count; i++) {
        const struct market_shipment *want = &reference->shipments[i], *got = &run->market.shipments[i],
                                     *twin = &run->twin.shipments[i];
        assert_int_equal(got->buyer, want->buyer);
        assert_int_equal(got->chip, want->chip);
        assert_int_equal(got->cards, want->cards);
        assert_true(got->paid == want->paid);
        assert_int_equal(twin->buyer, twin_of(got->buyer));
        assert_int_equal(twin->chip, got->chip);
        assert_int_equal(twin->cards, got->cards);
        assert_true(twin->paid == got->paid);
    }
}

static void count_cancelled(struct run *run)
{
    for (int32_t i = 0; i < run->market.cancellation_count; i++) {
        assert_true(run->market.cancellations[i].cards > 0);
        run->cancelled += run->market.cancellations[i].cards;
    }
}

static void act(struct run *run)
{
    struct dice *dice = &run->dice;
    struct reference *reference = &run->reference;
    int32_t buyer = (int32_t)dice_whole(dice, 0, REFERENCE_BUYERS - 1);
    int32_t chip = (int32_t)dice_whole(dice, 0, REFERENCE_CHIPS - 1);
    if (dice_once_in(dice, 2))
        reference_advance(reference, reference->now + dice_whole(dice, 0, 15));
    switch (dice_whole(dice, 0, 9)) {
    case 0:
    case 1:
    case 2: {
        int64_t cards = dice_whole(dice, -2, 30);
        if (cards > 0)
            reference_add_order(reference, buyer, cards);
        market_order(&run->market, buyer, reference->now, cards);
        market_order(&run->twin, twin_of(buyer), reference->now, cards);
        break;
    }
    case 3:
    case 4: {
        int64_t cards = dice_whole(dice, 0, 40);
        reference->stock[chip] += cards;
        reference->supplied[chip] += cards;
        market_supply(&run->market, chip, cards);
        market_supply(&run->twin, chip, cards);
        break;
    }
    case 5:
        change_buyer(run, buyer);
        break;
    case 6:
        change_chip(run, chip);
        break;
    case 7:
        reference_patience(reference);
        market_patience(&run->market, reference->now);
        market_patience(&run->twin, reference->now);
        count_cancelled(run);
        break;
    default:
        divide(run);
        count_cancelled(run);
    }
}

static void check_accounts(struct run *run)
{
    struct reference *reference = &run->reference;
    market_settle(&run->market, reference->now);
    int64_t cancelled = 0, handed_out[REFERENCE_CHIPS] = {0};
    for (int32_t b = 0; b < REFERENCE_BUYERS; b++) {
        const struct market_account *account = &run->market.buyers[b].account;
        assert_int_equal(account->open.value, reference_count(reference, b, -1, REFERENCE_OPEN));
        assert_int_equal(account->delivered, reference_count(reference, b, -1, REFERENCE_DELIVERED));
        assert_int_equal(account->cancelled, reference_count(reference, b, -1, REFERENCE_CANCELLED));
        assert_int_equal(account->ordered, account->delivered + account->cancelled + account->open.value);
        assert_int_equal(market_lacking(&run->market, b), account->open.value);
        assert_true(account->open.integral == reference_waited(reference, b, false));
        assert_true(account->lateness == reference_waited(reference, b, true));
        assert_true(account->spent == reference->spent[b]);
        assert_true(account->purse >= 0);
        assert_true(account->purse == reference->purse[b]);
        assert_int_equal(run->market.buyers[b].queue, reference->queue[b]);
        cancelled += account->cancelled;
        for (int32_t c = 0; c < REFERENCE_CHIPS; c++) {
            int64_t delivered = market_delivered(&run->market, b, c);
            assert_int_equal(delivered, reference_count(reference, b, c, REFERENCE_DELIVERED));
            handed_out[c] += delivered;
        }
    }
    assert_int_equal(run->cancelled, cancelled);
    for (int32_t c = 0; c < REFERENCE_CHIPS; c++) {
        const struct market_chip *chip = &run->market.chips[c];
        assert_int_equal(chip->stock, reference->stock[c]);
        assert_int_equal(chip->supplied, reference->supplied[c]);
        assert_int_equal(chip->handed_out, handed_out[c]);
        assert_int_equal(chip->supplied, chip->handed_out + chip->stock);
    }
}

/* True when patience changes something for an open order between two times. */
static bool changes(const struct reference *reference, int64_t from, int64_t to)
{
    for (int32_t o = 0; o < reference->order_count; o++)
        if (reference_accepts(reference, o, from) != reference_accepts(reference, o, to) &&
            reference_open(reference, o))
            return true;
    return false;
}

static void check_next(struct run *run, int64_t *seen)
{
    struct reference *reference = &run->reference;
    market_settle(&run->market, reference->now);
    int64_t next = market_next(&run->market);
    for (int32_t o = 0; o < reference->order_count; o++)
        if (reference_accepts(reference, o, reference->now) < 0 && reference_open(reference, o)) {
            assert_int_equal(next, reference->now); /* due already, since terms have changed */
            return;
        }
    assert_true(next > reference->now);
    if (next > reference->now + 1000) { /* nearly endless patience, or none */
        assert_false(changes(reference, reference->now, reference->now + 1000));
        return;
    }
    assert_false(changes(reference, reference->now, next - 1));
    assert_true(changes(reference, next - 1, next));
    ++*seen;
}

static void check_rule(const struct allocation_rule *rule, uint64_t seed)
{
    static struct run run;
    int64_t shipments = 0, cancelled = 0, substitutes = 0, next = 0;
    for (uint64_t r = 0; r < RUNS; r++) {
        run_begin(&run, rule ? rule : allocation_rule_at(0), seed * 1000003 + r * 7919);
        for (int step = 0; step < STEPS; step++) {
            if (!rule && dice_once_in(&run.dice, 4)) { /* the rule changes in mid-run */
                run.reference.rule = some_rule(&run.dice);
                market_rule(&run.market, run.reference.rule);
                market_rule(&run.twin, run.reference.rule);
            }
            act(&run);
            shipments += run.reference.shipment_count;
            for (int32_t i = 0; i < run.market.shipment_count; i++) {
                const struct market_shipment *shipment = &run.market.shipments[i];
                substitutes += shipment->chip != run.reference.terms[shipment->buyer].chips[0];
            }
            if (step % 5 == 4)
                check_next(&run, &next);
            if (step % 10 == 9)
                check_accounts(&run);
        }
        cancelled += run.cancelled;
        arena_free(&run.arena);
        arena_free(&run.twin_arena);
    }
    /* the runs do what they are for */
    assert_true(shipments > RUNS && cancelled > RUNS && substitutes > RUNS / 4 && next > RUNS);
}

static void test_every_rule(void **state)
{
    (void)state;
    for (int r = 0; allocation_rule_at(r); r++)
        check_rule(allocation_rule_at(r), (uint64_t)r + 11);
}

static void test_rules_that_change(void **state)
{
    (void)state;
    check_rule(NULL, 97);
}

/* 1,000 buyers, a thousand million cards and more, ten years. */
static void test_large(void **state)
{
    (void)state;
    enum { BUYERS = 1000, CHIPS = 16, DIVISIONS = 12 };
    const int64_t month = INT64_C(2592000000000);
    for (int r = 0; allocation_rule_at(r); r++) {
        struct arena arena = {0};
        struct market market;
        struct dice dice = {(uint64_t)r};
        market_init(&market, allocation_rule_at(r), &arena, CHIPS, BUYERS);
        for (int32_t b = 0; b < BUYERS; b++) {
            struct market_terms terms = {
                .tier = 1 + b % 3, .weight = dice_gap(&dice), .bid = 1e5 * dice_gap(&dice)};
            for (; terms.chip_count < MARKET_CHIPS; terms.chip_count++)
                terms.chips[terms.chip_count] = (int16_t)((b + terms.chip_count) % CHIPS);
            terms.patience = month * (1 + b % 7);
            terms.cancels = b % 2;
            market_terms(&market, b, &terms);
            market_queue(&market, b, dice_whole(&dice, 0, 1000000000));
        }
        int64_t now = 0;
        int128 ordered = 0;
        for (int d = 0; d < DIVISIONS; d++, now += month * 10) {
            for (int32_t b = 0; b < BUYERS; b++) {
                int64_t cards = dice_whole(&dice, 1, 1000000000);
                ordered += cards;
                market_order(&market, b, now, cards);
            }
            for (int32_t c = 0; c < CHIPS; c++) {
                market_price(&market, c, 1e5);
                market_supply(&market, c, dice_whole(&dice, 0, 20000000000));
            }
            market_divide(&market, now + month);
        }
        market_settle(&market, now);
        int64_t handed_out = 0, delivered = 0;
        int128 accounted = 0;
        for (int32_t c = 0; c < CHIPS; c++) {
            assert_true(market.chips[c].supplied == market.chips[c].handed_out + market.chips[c].stock);
            handed_out += market.chips[c].handed_out;
        }
        for (int32_t b = 0; b < BUYERS; b++) {
            const struct market_account *account = &market.buyers[b].account;
            delivered += account->delivered;
            accounted += (int128)account->delivered + account->cancelled + account->open.value;
            assert_true(account->lateness >= 0 && account->open.integral >= account->lateness);
        }
        assert_int_equal(handed_out, delivered);
        assert_true(accounted == ordered);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_rule),
        cmocka_unit_test(test_rules_that_change),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
