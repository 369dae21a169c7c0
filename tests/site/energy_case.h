/* SPDX-License-Identifier: GPL-3.0-or-later */
/* energy_case: random models and use, and how to compare. */
#ifndef TENK_TESTS_SITE_ENERGY_CASE_H
#define TENK_TESTS_SITE_ENERGY_CASE_H

#include "engine/dice_case.h"
#include "site/energy.h"

#define assert_equal128(a, b) assert_true((a) == (int128)(b))
#define assert_close(a, b)    assert_true(fabs((a) - (b)) <= 1e-12 * (fabs(a) + fabs(b)))

/* The settings of the example of docs/energy.md. */
static const struct energy_model energy_case_plain = {.card_busy_w = 364.5,
                                                      .card_idle_w = 92.7,
                                                      .host_w = 162.5,
                                                      .pue = 1.15,
                                                      .tariff_cny_kwh = 0.4,
                                                      .carbon_kg_kwh = 0.6849,
                                                      .price_cny = 190909.09,
                                                      .depreciation_years = 5};

static inline struct energy_model energy_case_draw(struct dice *dice)
{
    double busy = 1000 * dice_unit(dice);
    return (struct energy_model){
        .card_busy_w = busy,
        .card_idle_w = busy * dice_unit(dice),
        .host_w = 500 * dice_unit(dice),
        .down_w = dice_once_in(dice, 2) ? 0 : 300 * dice_unit(dice),
        .pue = dice_once_in(dice, 4) ? 1 : 1 + dice_unit(dice),
        .tariff_cny_kwh = 2 * dice_unit(dice),
        .carbon_kg_kwh = dice_unit(dice),
        .price_cny = 300000 * dice_unit(dice),
        .depreciation_years = 5,
        .subsidy_power_share = dice_once_in(dice, 3) ? 0 : dice_unit(dice),
        .subsidy_capital_share = dice_once_in(dice, 3) ? 0 : dice_unit(dice),
        .other_opex_share = dice_once_in(dice, 3) ? 0 : 0.99 * dice_unit(dice),
    };
}

/* Some more use: from a card-microsecond to 100,000 cards for years. */
static inline void energy_case_use(struct energy_use *use, struct dice *dice)
{
    int64_t most = dice_once_in(dice, 3) ? 1000 : INT64_C(1000000000000000000);
    use->busy += dice_once_in(dice, 6) ? 0 : (int128)7 * dice_whole(dice, 0, most);
    use->idle += dice_once_in(dice, 6) ? 0 : dice_whole(dice, 0, most);
    use->down += dice_once_in(dice, 6) ? 0 : dice_whole(dice, 0, most / 10);
    use->young += (int128)100000 * dice_whole(dice, 0, most);
}

#endif
