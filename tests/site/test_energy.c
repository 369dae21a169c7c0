/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Energy and money of a site: by hand, against energy_case_plain sums over deliveries and stretches, and as
 * accounts. */
#include "engine/clock.h"
#include "site/energy_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 3000 };

/* Hours of cards and round prices, all figures worked out on paper. */
static void test_by_hand(void **state)
{
    (void)state;
    struct energy_model model = {.card_busy_w = 400,
                                 .card_idle_w = 100,
                                 .host_w = 150,
                                 .down_w = 20,
                                 .pue = 1.25,
                                 .tariff_cny_kwh = 0.36,
                                 .carbon_kg_kwh = 0.5366,
                                 .price_cny = 120000.5,
                                 .depreciation_years = 2,
                                 .subsidy_power_share = 0.5,
                                 .subsidy_capital_share = 0.15,
                                 .other_opex_share = 0.6};
    struct energy_assets assets = {.bought = 0};
    int64_t fen = energy_buy(&assets, &model, 0, 3);
    assert_int_equal(fen, 36000150);
    assert_int_equal(energy_life(&model), 2 * ENERGY_YEAR);
    timeweight_settle(&assets.young, ENERGY_YEAR / 2); /* a quarter of their life */
    struct energy_use use = {.busy = 20 * CLOCK_HOUR,
                             .idle = 8 * CLOCK_HOUR,
                             .down = 2 * CLOCK_HOUR,
                             .young = assets.young.integral};
    struct energy_account account = {0};
    energy_settle(&account, &model, &use);
    const struct energy_amounts *total = &account.total;
    assert_equal128(total->part[ENERGY_BUSY], 8000000);
    assert_equal128(total->part[ENERGY_IDLE], 800000);
    assert_equal128(total->part[ENERGY_HOST], 4200000);
    assert_equal128(total->part[ENERGY_DOWN], 40000);
    assert_equal128(total->part[ENERGY_OVERHEAD], 3260000); /* a quarter of 13.04 kWh */
    assert_equal128(total->carbon, 8746580);                /* 16.3 kWh x 0.5366 */
    assert_equal128(total->money[ENERGY_POWER], 5868000);   /* 16.3 kWh x 0.36 */
    assert_equal128(total->money[ENERGY_OTHER], 8802000);   /* 0.6 / 0.4 of it */
    assert_equal128(total->money[ENERGY_POWER_SUBSIDY], -2934000);
    assert_equal128(total->money[ENERGY_DEPRECIATION], 90000375000);
    assert_equal128(total->money[ENERGY_CAPITAL_SUBSIDY], -13500056250);
    assert_close(energy_kwh(&account), 16.3);
    assert_close(energy_carbon_t(&account), 0.00874658);
    assert_close(energy_cost(&account), 76512.05475);
    assert_close(energy_cost_per_used_hour(&account), 76512.05475 / 20);
    assert_close(energy_cost_per_online_hour(&account), 76512.05475 / 30);
    assert_close(energy_cost_per_pflops_day(&account, 4 * 1e15 * 86400), 76512.05475 / 4);
    assert_true(isnan(energy_cost_per_pflops_day(&account, 0)));
}

/* The example of docs/energy.md. */
static void test_worked_example(void **state)
{
    (void)state;
    struct energy_assets assets = {.bought = 0};
    int64_t fen = energy_buy(&assets, &energy_case_plain, 0, 10240);
    assert_int_equal(fen, INT64_C(195490908160));
    timeweight_settle(&assets.young, ENERGY_YEAR);
    int128 year = (int128)10240 * ENERGY_YEAR;
    struct energy_use use = {.busy = year / 100 * 70,
                             .idle = year / 100 * 28,
                             .down = year / 100 * 2,
                             .young = assets.young.integral};
    struct energy_account account = {0};
    energy_settle(&account, &energy_case_plain, &use);
    double hours = 10240 * 8766.0;
    assert_close(energy_kwh(&account), hours * (0.7 * 364.5 + 0.28 * 92.7 + 0.98 * 162.5) / 1000 * 1.15);
    assert_int_equal((int64_t)energy_kwh(&account), 45457252);
    assert_int_equal((int64_t)energy_carbon_t(&account), 31133);
    assert_int_equal((int64_t)(energy_cost(&account) - 390981816.32), 18182900);
}

static void test_pue_one(void **state)
{
    (void)state;
    struct dice dice = {11};
    for (int round = 0; round < ROUNDS; round++) {
        struct energy_model model = energy_case_draw(&dice);
        model.pue = 1;
        struct energy_use use = {0};
        energy_case_use(&use, &dice);
        struct energy_account account = {0};
        energy_settle(&account, &model, &use);
        assert_equal128(account.total.part[ENERGY_OVERHEAD], 0);
    }
}

/* Within how much a part must be right: half a unit, or what a few roundings of a double are. */
static void assert_rounded(int128 amount, long double exact)
{
    long double off = (long double)amount - exact;
    if (fabsl(off) > 0.5L + 4e-15L * fabsl(exact))
        fail_msg("%.20Lg is %.20Lg too much", (long double)amount, off);
}

static void check_parts(const struct energy_amounts *amounts, const struct energy_model *model,
                        const struct energy_use *use)
{
    long double kwh_per_w = 1e6L / 3.6e12L; /* mWh of a card-us at a watt */
    const int128 *part = amounts->part, *money = amounts->money;
    assert_rounded(part[ENERGY_BUSY], (long double)use->busy * model->card_busy_w * kwh_per_w);
    assert_rounded(part[ENERGY_IDLE], (long double)use->idle * model->card_idle_w * kwh_per_w);
    assert_rounded(part[ENERGY_HOST], (long double)(use->busy + use->idle) * model->host_w * kwh_per_w);
    assert_rounded(part[ENERGY_DOWN], (long double)use->down * model->down_w * kwh_per_w);
    int128 servers = part[ENERGY_BUSY] + part[ENERGY_IDLE] + part[ENERGY_HOST] + part[ENERGY_DOWN];
    assert_rounded(part[ENERGY_OVERHEAD], (long double)servers * (model->pue - 1));
    int128 metered = servers + part[ENERGY_OVERHEAD];
    assert_equal128(metered, energy_milliwatt_hours(amounts));
    assert_rounded(amounts->carbon, (long double)metered * model->carbon_kg_kwh);
    assert_rounded(money[ENERGY_POWER], (long double)metered * model->tariff_cny_kwh);
    long double power = (long double)money[ENERGY_POWER], share = model->other_opex_share;
    assert_rounded(money[ENERGY_OTHER], power * share / (1 - share));
    assert_rounded(money[ENERGY_POWER_SUBSIDY], -power * model->subsidy_power_share);
    int64_t life = 5 * ENERGY_YEAR;
    assert_true(money[ENERGY_DEPRECIATION] * life - use->young * 10000 <= life / 2 &&
                use->young * 10000 - money[ENERGY_DEPRECIATION] * life <= life / 2);
    assert_rounded(money[ENERGY_CAPITAL_SUBSIDY],
                   -(long double)money[ENERGY_DEPRECIATION] * model->subsidy_capital_share);
    int128 sum = 0;
    for (int i = 0; i < ENERGY_MONEYS; i++)
        sum += money[i];
    assert_equal128(sum, energy_micro_cny(amounts));
    assert_true(sum >= -2); /* what is paid for you is never more than what you pay, but for rounding */
}

static void test_parts(void **state)
{
    (void)state;
    struct dice dice = {3307};
    for (int round = 0; round < ROUNDS; round++) {
        struct energy_model model = energy_case_draw(&dice);
        struct energy_use use = {0};
        energy_case_use(&use, &dice);
        struct energy_account account = {0};
        energy_settle(&account, &model, &use);
        check_parts(&account.total, &model, &use);
    }
}

static void assert_amounts(const struct energy_amounts *a, const struct energy_amounts *b)
{
    for (int i = 0; i < ENERGY_PARTS; i++)
        assert_equal128(a->part[i], b->part[i]);
    for (int i = 0; i < ENERGY_MONEYS; i++)
        assert_equal128(a->money[i], b->money[i]);
    assert_equal128(a->carbon, b->carbon);
}

/* However often it is settled, and again at the same instant: the same digits. */
static void test_settling_often(void **state)
{
    (void)state;
    struct dice dice = {70};
    for (int round = 0; round < ROUNDS / 10; round++) {
        struct energy_model model = energy_case_draw(&dice);
        struct energy_use use = {0};
        struct energy_account often = {0}, once = {0};
        for (int64_t left = dice_whole(&dice, 1, 40); left > 0; left--) {
            energy_case_use(&use, &dice);
            energy_settle(&often, &model, &use);
            if (dice_once_in(&dice, 3))
                energy_settle(&often, &model, &use);
        }
        energy_settle(&once, &model, &use);
        assert_amounts(&often.total, &once.total);
    }
}

/* Under changing prices an account is the sum of one account a stretch; cards keep what was paid for them. */
static void test_changing_prices(void **state)
{
    (void)state;
    struct dice dice = {1215};
    for (int round = 0; round < ROUNDS / 10; round++) {
        struct energy_use use = {0};
        struct energy_account account = {0};
        struct energy_amounts sum = {.carbon = 0};
        int128 depreciated = 0;
        for (int64_t stretches = dice_whole(&dice, 2, 12); stretches > 0; stretches--) {
            struct energy_model model = energy_case_draw(&dice);
            struct energy_use begin = use;
            for (int64_t left = dice_whole(&dice, 1, 3); left > 0; left--) {
                energy_case_use(&use, &dice);
                energy_settle(&account, &model, &use);
            }
            struct energy_use own = {
                .busy = use.busy - begin.busy, .idle = use.idle - begin.idle, .down = use.down - begin.down};
            struct energy_account single = {0};
            energy_settle(&single, &model, &own);
            int128 fresh = account.total.money[ENERGY_DEPRECIATION] - depreciated;
            depreciated += fresh;
            for (int i = 0; i < ENERGY_PARTS; i++)
                sum.part[i] += single.total.part[i];
            for (int i = 0; i < ENERGY_MONEYS; i++)
                sum.money[i] += single.total.money[i];
            sum.carbon += single.total.carbon;
            sum.money[ENERGY_DEPRECIATION] += fresh;
            sum.money[ENERGY_CAPITAL_SUBSIDY] -=
                (int128)rint(number_int128_real(fresh) * model.subsidy_capital_share);
        }
        assert_amounts(&account.total, &sum);
        int64_t life = 5 * ENERGY_YEAR; /* rounded once, not once a stretch */
        assert_equal128(depreciated, (use.young * 20000 + life) / (2 * (int128)life));
    }
}

/* Everything paid by somebody else costs nothing; without use there is no price of an hour. */
static void test_nothing(void **state)
{
    (void)state;
    struct energy_model model = energy_case_plain;
    struct energy_account account = {0};
    energy_settle(&account, &model, &(struct energy_use){0});
    assert_true(energy_cost(&account) == 0 && energy_kwh(&account) == 0);
    assert_true(isnan(energy_cost_per_used_hour(&account)));
    assert_true(isnan(energy_cost_per_online_hour(&account)));
    model.subsidy_power_share = model.subsidy_capital_share = 1;
    struct energy_use use = {.busy = 123456789012345, .idle = 5432109876, .young = 998877665544332211};
    energy_settle(&account, &model, &use);
    assert_true(energy_cost(&account) == 0 && energy_kwh(&account) > 0);
}

/* The largest site that the ranges allow, for as long as they allow: nothing leaves its type. */
static void test_extremes(void **state)
{
    (void)state;
    struct energy_model model = {1e6, 1e6, 1e6, 1e6, 10, 1e4, 100, 1e7, 100, 1, 1, 0.99};
    struct energy_assets assets = {.bought = 0};
    int64_t life = energy_life(&model), fen = energy_buy(&assets, &model, 0, INT32_MAX);
    assert_int_equal(fen, INT64_C(2147483647000000000));
    energy_write_off(&assets, life, fen);
    int128 all = (int128)INT32_MAX * life;
    struct energy_use use = {.busy = all, .idle = all, .down = all, .young = assets.young.integral};
    struct energy_account account = {0};
    energy_settle(&account, &model, &use);
    assert_equal128(account.total.money[ENERGY_DEPRECIATION], (int128)fen * 10000);
    assert_close(energy_kwh(&account), 10 * 5e3 * INT32_MAX * (double)life / 3.6e9);
    assert_close(number_int128_real(account.total.money[ENERGY_OTHER]),
                 99 * number_int128_real(account.total.money[ENERGY_POWER]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),        cmocka_unit_test(test_worked_example),
        cmocka_unit_test(test_pue_one),        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_settling_often), cmocka_unit_test(test_changing_prices),
        cmocka_unit_test(test_nothing),        cmocka_unit_test(test_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
