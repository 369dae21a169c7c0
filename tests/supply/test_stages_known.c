/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stages on published figures, as docs/supply.md works them out. */
#include "supply/stages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supply/stages_case.h"

/* The wafers of a single month come out in the months of the lag and in no other. */
static void test_lag(void **state)
{
    (void)state;
    struct arena arena = {0};
    static const int64_t loads[] = {0, 1, 3, 1000, 1001, 1002, 1003, 777777};
    for (int32_t low = 0; low <= STAGES_LAG; low += 3)
        for (int32_t high = low; high <= STAGES_LAG; high += high < 12 ? 1 : 7)
            for (size_t k = 0; k < sizeof loads / sizeof *loads; k++) {
                struct stages_model model = stages_case_certain(2025, 0.5);
                model.lag_min = low;
                model.lag_max = high;
                model.wafers.rate[0] = (double)loads[k];
                struct stages_state *line = stages_open(&model, &arena);
                int64_t left = loads[k], most = INT64_MAX, least = 0;
                for (int32_t t = 0; t <= STAGES_LAG + 3; t++) {
                    struct stages_month m;
                    stages_step(&model, NULL, line, 0.5, model.first_month + t, &m);
                    model.wafers.rate[0] = 0;
                    model.lag_min = model.lag_max = 1; /* wafers in process keep the lag they began with */
                    if (t < low || t > high) {
                        assert_int_equal(m.wafers_out, 0);
                    } else { /* even, the odd ones first */
                        assert_true(m.wafers_out <= most);
                        most = m.wafers_out;
                        least = t == low ? most : least;
                        assert_true(least - most <= 1);
                    }
                    left -= m.wafers_out;
                    assert_int_equal(m.wafers_in_process, left);
                }
                assert_int_equal(left, 0);
                arena_reset(&arena);
            }
    /* three to four quarters: 1,003 wafers of January 2025 in October to January, 251, 251, 251 and 250 */
    struct stages_model model = stages_case_certain(2025, 0.5);
    model.lag_min = 9;
    model.lag_max = 12;
    model.wafers = (struct stages_table){.years = 1, .year = {2025}, .rate = {1003}};
    struct stages_state *line = stages_open(&model, &arena);
    static const int64_t want[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 251, 251, 251, 250, 0};
    for (int32_t t = 0; t < 14; t++) {
        struct stages_month m;
        stages_step(&model, NULL, line, 0.5, 12 * 2025 + t, &m);
        model.wafers.years = 0;
        assert_int_equal(m.wafers_out, want[t]);
    }
    arena_free(&arena);
}

/* 13,000,000 stacks at 8 a package are 1,625,000: the "1.6 million 910C" of SemiAnalysis (2025-09). */
static void test_hbm(void **state)
{
    (void)state;
    for (int paced = 0; paced < 2; paced++) {
        struct arena arena = {0};
        struct stages_model model = stages_case_certain(2025, 0.5);
        model.bought = 1000000000;
        model.dies_per_package = 2;
        model.stacks_per_package = 8;
        if (paced)
            model.packaging = (struct stages_table){.years = 1, .year = {2025}, .rate = {100000}};
        struct stages_memory memory = {.stock = 13000000};
        struct stages_state *line = stages_open(&model, &arena);
        int64_t packages = 0;
        for (int t = 0; t < 24; t++) {
            struct stages_month m;
            stages_receive(&memory, model.first_month + t);
            stages_step(&model, &memory, line, 0.5, model.first_month + t, &m);
            packages += m.packages_good;
            /* 16 months of 100,000, then 25,000, then none */
            bool room = paced && t < 16;
            assert_int_equal(m.binding, room ? STAGE_PACKAGING : STAGE_MEMORY);
            assert_int_equal(m.stacks_left, room ? 13000000 - 800000 * (t + 1) : 0);
        }
        assert_int_equal(packages, 1625000);
        arena_free(&arena);
    }
}

/* 200,000 cards a year need 5,000 wafers of 80 dies at 50 %, 12,500 at 20 %; 5,000 / 12 is not whole. */
static void test_wafers(void **state)
{
    (void)state;
    static const struct {
        double wafers, yield;
    } known[] = {{5000, 0.5}, {12500, 0.2}};
    for (size_t k = 0; k < 2; k++) {
        struct arena arena = {0};
        struct stages_model model = stages_case_certain(2024, known[k].yield);
        model.wafers.rate[0] = known[k].wafers / 12;
        model.lag_min = 9;
        model.lag_max = 12;
        struct stages_state *line = stages_open(&model, &arena);
        struct stages_totals total = {0};
        for (int t = 0; t < 48; t++) {
            struct stages_month m;
            int32_t month = model.first_month + t;
            stages_step(&model, NULL, line, stages_yield(&model, 910, 0, 0, month), month, &m);
            assert_int_equal(m.binding, STAGE_DIES);
            assert_true((m.packages_good > 0) == (t >= 9 && t < 24)); /* January + 9 to December + 12 */
            stages_case_add(&total, &m);
            if (t == 11) {
                assert_int_equal(total.wafers, (int64_t)known[k].wafers);
                model.wafers.years = 0; /* one year of wafers, all of which come out */
            }
        }
        assert_int_equal(total.packages, 200000);
        arena_free(&arena);
    }
}

/* Bought dies: CSIS, 2 million of them, two a package, 75 % of the packages good: 750,000; 2.9 million:
 * 1,087,500. */
static void test_bought(void **state)
{
    (void)state;
    static const int64_t known[][2] = {{2000000, 750000}, {2900000, 1087500}};
    for (int k = 0; k < 2; k++) {
        struct arena arena = {0};
        struct stages_model model = stages_case_certain(2024, 0.5);
        model.bought = known[k][0];
        model.bought_month = 12 * 2024 + 10;
        model.dies_per_package = 2;
        model.package_yield = 0.75;
        model.plan = (struct stages_table){.years = 1, .year = {2024}, .rate = {98765.4321}};
        struct stages_state *line = stages_open(&model, &arena);
        struct stages_totals total = {0};
        for (int t = 0; t < 36; t++) {
            struct stages_month m;
            stages_step(&model, NULL, line, 0.5, model.first_month + t, &m);
            stages_case_add(&total, &m);
            assert_int_equal(m.dies_bought, t == 10 ? known[k][0] : 0);
            if (t < 10)
                assert_int_equal(m.packages_started, 0);
        }
        assert_int_equal(total.packages, known[k][1]);
        assert_int_equal(total.used, known[k][0]);
        arena_free(&arena);
    }
}

/*
 * The two banks together: 13,000,000 stacks want 3,250,000 dies; 2,900,000 are bought, 350,000 come from
 * 8,750 wafers of 80 at 50 %. A month of wafers less and dies are what lacks; one more and stacks are.
 */
static void test_banks(void **state)
{
    (void)state;
    for (int off = -1; off <= 1; off++) {
        struct arena arena = {0};
        struct stages_model model = stages_case_certain(2025, 0.5);
        model.bought = 2900000;
        model.dies_per_package = 2;
        model.stacks_per_package = 8;
        model.lag_min = 9;
        model.lag_max = 12;
        model.wafers.rate[0] = 1250; /* for seven months */
        model.packaging = (struct stages_table){.years = 1, .year = {2025}, .rate = {120000}};
        struct stages_memory memory = {.stock = 13000000};
        struct stages_state *line = stages_open(&model, &arena);
        struct stages_totals total = {0};
        struct stages_month m;
        for (int t = 0; t < 36; t++) {
            model.wafers.years = t < 7 + off;
            stages_step(&model, &memory, line, 0.5, model.first_month + t, &m);
            stages_case_add(&total, &m);
        }
        assert_int_equal(total.started, off < 0 ? 1600000 : 1625000);
        assert_int_equal(m.binding, off > 0 ? STAGE_MEMORY : STAGE_DIES); /* both gone: the earlier stage */
        assert_int_equal(m.die_stock, off > 0 ? 50000 : 0);
        assert_int_equal(m.stacks_left, off < 0 ? 200000 : 0);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lag),    cmocka_unit_test(test_hbm),   cmocka_unit_test(test_wafers),
        cmocka_unit_test(test_bought), cmocka_unit_test(test_banks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
