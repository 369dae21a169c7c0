/* SPDX-License-Identifier: GPL-3.0-or-later */
/* More of anything never means fewer packages up to any month; and where it may, and why. */
#include "engine/dice_case.h"
#include "supply/stages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "supply/stages_case.h"

enum { MONTHS = 84, ROUNDS = 400 };

/* Packages started and good up to each month, with the yields that the readings say. */
static void run(const struct stages_model *model, const struct stages_memory *pool, struct arena *arena,
                int64_t started[MONTHS], int64_t good[MONTHS])
{
    struct stages_memory memory = *pool;
    struct stages_state *line = stages_open(model, arena);
    struct stages_totals total = {0};
    for (int t = 0; t < MONTHS; t++) {
        struct stages_month m;
        int32_t month = model->first_month + t;
        stages_receive(&memory, month);
        stages_step(model, &memory, line, stages_reading(model, month), month, &m);
        stages_case_add(&total, &m);
        started[t] = total.started;
        good[t] = total.packages;
    }
    arena_reset(arena);
}

/* One thing better, by a little or by much. False when there is nothing of it. */
static bool better(struct stages_model *m, struct stages_memory *memory, int what, struct dice *dice)
{
    double gain = dice_once_in(dice, 2) ? 1 + 1e-7 : 1 + dice_unit(dice);
    struct stages_table *const tables[] = {&m->wafers, &m->packaging, &m->plan, &memory->flow};
    switch (what) {
    case 0:
    case 1:
    case 2:
    case 3:
        for (int i = 0; i < tables[what]->years; i++)
            tables[what]->rate[i] *= gain;
        return tables[what]->years > 0;
    case 4:
        m->dies_per_wafer++;
        return true;
    case 5:
        for (int i = 0; i < m->readings; i++)
            m->reading[i] += (1 - m->reading[i]) * (gain - 1) / 2;
        return true;
    case 6:
        m->bought += dice_whole(dice, 1, 100000);
        return true;
    case 7:
        memory->stock += dice_whole(dice, 1, 100000);
        return true;
    case 8:
        m->package_yield += (1 - m->package_yield) * (gain - 1) / 2;
        return true;
    case 9:
        return --m->dies_per_package > 0;
    case 10:
        return m->stacks_per_package-- > 0;
    case 11:
        m->readings = 1; /* a yield that changes could gain by waiting */
        return m->lag_max-- > m->lag_min;
    case 12:
        m->readings = 1;
        m->lag_max--;
        return m->lag_min-- > 0;
    case 13:
        m->packaging.years = 0;
        return true;
    case 14:
        for (int i = 0; i < m->wafers.years; i++)
            m->wafers.rate[i] *= gain;
        return true;
    default:
        m->bought_month -= 3;
        return true;
    }
}

static void test_monotone(void **state)
{
    (void)state;
    struct dice dice = {500};
    struct arena arena = {0};
    int64_t started[MONTHS], good[MONTHS], more_started[MONTHS], more_good[MONTHS];
    for (int what = 0; what < 16; what++) {
        int helped = 0;
        for (int round = 0; round < ROUNDS; round++) {
            struct stages_model model, more;
            struct stages_memory pool, more_pool;
            stages_case_draw(&model, &dice);
            stages_case_pool(&pool, &dice);
            if (what == 0 || what == 11 || what == 12)
                model.readings = 1;
            more = model;
            more_pool = pool;
            if (!better(&more, &more_pool, what, &dice))
                continue;
            /* 14: more wafers while the yield changes: whole wafers may come out in a worse month than before
             */
            int64_t wafers = what == 11 || what == 14 ? model.lag_max - model.lag_min + 2 : 0;
            int64_t slack = wafers * model.dies_per_wafer / model.dies_per_package;
            run(&model, &pool, &arena, started, good);
            run(&more, &more_pool, &arena, more_started, more_good);
            for (int t = 0; t < MONTHS; t++)
                if (more_started[t] < started[t] - slack || more_good[t] < good[t] - slack)
                    fail_msg("change %d, round %d, month %d: %lld packages for %lld", what, round, t,
                             (long long)more_good[t], (long long)good[t]);
            helped += memcmp(more_good, good, sizeof good) != 0;
        }
        assert_true(helped > 20);
    }
    arena_free(&arena);
}

/*
 * What is not monotone, and why: (a) stacks that the first line takes with more wafers are missing in the
 * next one, which makes twice as many packages of them; (b) scarce stacks that are packaged earlier are
 * packaged with the yield of then.
 */
static void test_not_monotone(void **state)
{
    (void)state;
    int64_t sum[2];
    for (int more = 0; more < 2; more++) {
        struct arena arena = {0};
        struct stages_memory memory = {.stock = 8000};
        struct stages_model greedy = stages_case_certain(2025, 0.5), thrifty = greedy;
        greedy.stacks_per_package = 16;
        greedy.bought = more ? 500 : 250;
        thrifty.stacks_per_package = 8;
        thrifty.bought = 900;
        struct stages_month a, b;
        stages_step(&greedy, &memory, stages_open(&greedy, &arena), 0.5, greedy.first_month, &a);
        stages_step(&thrifty, &memory, stages_open(&thrifty, &arena), 0.5, greedy.first_month, &b);
        sum[more] = a.packages_good + b.packages_good;
        assert_int_equal(b.binding, STAGE_MEMORY);
        arena_free(&arena);
    }
    assert_int_equal(sum[0], 250 + (8000 - 16 * 250) / 8);
    assert_int_equal(sum[1], 500);

    for (int more = 0; more < 2; more++) {
        struct arena arena = {0};
        struct stages_memory memory = {.stock = 8000};
        struct stages_model model = stages_case_certain(2025, 0.5);
        model.stacks_per_package = 8;
        model.bought = more ? 1000 : 400;
        model.package_yield = 0.5;
        struct stages_state *line = stages_open(&model, &arena);
        struct stages_month a, b;
        stages_step(&model, &memory, line, 0.5, model.first_month, &a);
        model.bought = 1000;
        model.package_yield = 0.9;
        stages_step(&model, &memory, line, 0.5, model.first_month + 1, &b);
        assert_int_equal(a.packages_started + b.packages_started, 1000);
        sum[more] = a.packages_good + b.packages_good;
        arena_free(&arena);
    }
    assert_int_equal(sum[0], 200 + 540);
    assert_int_equal(sum[1], 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_monotone),
        cmocka_unit_test(test_not_monotone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
