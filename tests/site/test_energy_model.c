/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Depreciation against a list of deliveries, the part of a job, and models that are refused. */
#include "engine/clock.h"
#include "site/energy_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 3000 };

/* Depreciation against a list of deliveries, at any time; in the end exactly what was paid. */
static void test_depreciation(void **state)
{
    (void)state;
    enum { DELIVERIES = 40 };
    struct dice dice = {5};
    for (int round = 0; round < ROUNDS / 10; round++) {
        struct energy_model model = energy_case_draw(&dice);
        model.depreciation_years = (double)dice_whole(&dice, 1, 80) / 8;
        int64_t life = energy_life(&model), at[DELIVERIES], fen[DELIVERIES], now = 0;
        int count = (int)dice_whole(&dice, 1, DELIVERIES), bought = 0, gone = 0;
        struct energy_assets assets = {.bought = 0};
        struct energy_account account = {0};
        for (int i = 0; i < count; i++)
            at[i] = (i ? at[i - 1] : 0) + dice_whole(&dice, 0, ENERGY_YEAR);
        int64_t end = at[count - 1] + life;
        while (now < end) { /* deliveries, write-offs and looks as a calendar would bring them */
            int64_t look = now + dice_whole(&dice, 1, ENERGY_YEAR);
            int64_t next_buy = bought < count ? at[bought] : CLOCK_NEVER;
            int64_t next_gone = gone < bought ? at[gone] + life : CLOCK_NEVER;
            if (next_gone <= look && next_gone <= next_buy) {
                now = next_gone;
                energy_write_off(&assets, now, fen[gone++]);
            } else if (next_buy <= look) {
                now = next_buy;
                model.price_cny = 300000 * dice_unit(&dice);
                int64_t cards = dice_whole(&dice, 0, 4000);
                fen[bought] = energy_buy(&assets, &model, now, cards);
                assert_int_equal(fen[bought++], llround(model.price_cny * 100) * cards);
            } else {
                now = look;
            }
            timeweight_settle(&assets.young, now);
            struct energy_use use = {.young = assets.young.integral};
            energy_settle(&account, &model, &use);
            int128 want = 0;
            for (int i = 0; i < bought; i++)
                want += (int128)fen[i] * (now - at[i] < life ? now - at[i] : life);
            int128 got = account.total.money[ENERGY_DEPRECIATION];
            assert_equal128(use.young, want);
            assert_equal128(got, (want * 20000 + life) / (2 * (int128)life));
            assert_true(got <= (int128)assets.bought * 10000);
        }
        assert_int_equal(gone, count);
        assert_int_equal(assets.young.value, 0);
        assert_equal128(account.total.money[ENERGY_DEPRECIATION], (int128)assets.bought * 10000);
    }
}

/* A job's part is the difference between a bill with it and one in which its cards idle. */
static void test_job(void **state)
{
    (void)state;
    struct dice dice = {88};
    for (int round = 0; round < ROUNDS; round++) {
        struct energy_model model = energy_case_draw(&dice);
        int32_t cards = (int32_t)dice_whole(&dice, 1, 10000);
        int64_t length = dice_whole(&dice, 1, 60 * CLOCK_DAY);
        struct energy_use idle = {.idle = (int128)cards * length}, busy = {.busy = idle.idle};
        struct energy_account without = {0}, with = {0};
        energy_settle(&without, &model, &idle);
        energy_settle(&with, &model, &busy);
        struct energy_job job = energy_of_job(&model, cards, length);
        assert_true(fabs(energy_kwh(&with) - energy_kwh(&without) - job.kwh) <
                    1e-5 + 1e-12 * energy_kwh(&with));
        assert_true(fabs(1000 * (energy_carbon_t(&with) - energy_carbon_t(&without)) - job.kg) <
                    1e-5 + 1e-9 * energy_carbon_t(&with));
        int128 paid = with.total.money[ENERGY_POWER] + with.total.money[ENERGY_POWER_SUBSIDY] -
                      without.total.money[ENERGY_POWER] - without.total.money[ENERGY_POWER_SUBSIDY];
        assert_true(fabs(number_int128_real(paid) / 1e6 - job.cny) < 1e-5 + 1e-12 * energy_kwh(&with));
    }
}

static void test_problems(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t offset;
        double bad[2], good;
    } cases[] = {
        {"card_busy_w", offsetof(struct energy_model, card_busy_w), {-1, 1e7}, 1e6},
        {"card_idle_w", offsetof(struct energy_model, card_idle_w), {-1e-9, 365}, 364.5},
        {"host_w", offsetof(struct energy_model, host_w), {-3, 2e6}, 0},
        {"down_w", offsetof(struct energy_model, down_w), {-3, 2e6}, 17},
        {"pue", offsetof(struct energy_model, pue), {0.999, 11}, 1},
        {"tariff_cny_kwh", offsetof(struct energy_model, tariff_cny_kwh), {-0.4, 1e5}, 0},
        {"carbon_kg_kwh", offsetof(struct energy_model, carbon_kg_kwh), {-0.1, 101}, 0},
        {"price_cny", offsetof(struct energy_model, price_cny), {-1, 2e7}, 0},
        {"depreciation_years", offsetof(struct energy_model, depreciation_years), {0, 101}, 0.01},
        {"subsidy_power_share", offsetof(struct energy_model, subsidy_power_share), {-0.1, 1.01}, 1},
        {"subsidy_capital_share", offsetof(struct energy_model, subsidy_capital_share), {-0.1, 1.01}, 1},
        {"other_opex_share", offsetof(struct energy_model, other_opex_share), {-0.1, 1}, 0.99},
    };
    char text[128] = "left over";
    assert_false(energy_problem(&energy_case_plain, text, sizeof text));
    assert_string_equal(text, "");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct energy_model model = energy_case_plain;
        double *value = (double *)(void *)((char *)&model + cases[i].offset);
        double wrong[] = {cases[i].bad[0], cases[i].bad[1], NAN, INFINITY};
        for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
            *value = wrong[k];
            assert_true(energy_problem(&model, text, sizeof text));
            assert_int_equal(strncmp(text, cases[i].name, strlen(cases[i].name)), 0);
        }
        *value = cases[i].good;
        assert_false(energy_problem(&model, text, sizeof text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depreciation),
        cmocka_unit_test(test_job),
        cmocka_unit_test(test_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
