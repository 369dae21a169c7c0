/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The balance of the stages: conservation, against a reference by sums, monotone, steady, on published
 * figures. */
#include "base/number.h"
#include "engine/dice_case.h"
#include "supply/stages.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "supply/stages_case.h"

enum { MONTHS = 84, LINES = 3, ROUNDS = 400 };

/* What must hold of any month by itself. */
static void check_month(const struct stages_model *model, const struct stages_month *m)
{
    int64_t least = m->limit[0];
    for (int i = 0; i < STAGE_COUNT; i++) {
        assert_true(m->limit[i] >= 0);
        least = m->limit[i] < least ? m->limit[i] : least;
        if (i < (int)m->binding)
            assert_true(m->limit[i] > m->limit[m->binding]); /* ties: the earlier stage */
    }
    assert_true(least == m->limit[m->binding] && least == m->packages_started);
    assert_true(m->dies_gross == m->wafers_out * model->dies_per_wafer);
    assert_true(m->dies_good >= 0 && m->dies_good <= m->dies_gross);
    assert_true(m->packages_good >= 0 && m->packages_failed >= 0 && m->die_stock >= 0 && m->stacks_left >= 0);
    assert_true(m->dies_used == m->packages_started * model->dies_per_package);
    assert_true(m->stacks_used == m->packages_started * model->stacks_per_package);
}

/* Something happens to a line or to the pool; returns the stacks that came with it. */
static int64_t event(struct stages_model *model, struct stages_memory *memory, struct dice *dice)
{
    struct stages_model other;
    stages_case_draw(&other, dice);
    switch (dice_whole(dice, 0, 8)) {
    case 0:
        model->wafers = other.wafers;
        break;
    case 1:
        model->lag_min = other.lag_min, model->lag_max = other.lag_max;
        break;
    case 2:
        model->dies_per_package = other.dies_per_package;
        break;
    case 3:
        model->stacks_per_package = other.stacks_per_package;
        break;
    case 4:
        model->packaging = other.packaging;
        break;
    case 5:
        model->package_yield = other.package_yield;
        break;
    case 6:
        model->bought = dice_whole(dice, 0, 2 * model->bought + 5);
        break;
    case 7:
        memory->flow.rate[0] *= 2 * dice_unit(dice);
        break;
    default:
        memory->stock += 123457;
        return 123457;
    }
    return 0;
}

static void test_conservation(void **state)
{
    (void)state;
    struct dice dice = {2024};
    struct arena arena = {0};
    int64_t bound[STAGE_COUNT] = {0};
    for (int round = 0; round < ROUNDS; round++) {
        struct stages_model model[LINES];
        struct stages_state *lines[LINES];
        struct stages_totals total[LINES] = {{0}};
        struct stages_memory memory;
        stages_case_pool(&memory, &dice);
        int64_t stacks_in = memory.stock, stacks_used = 0;
        for (int i = 0; i < LINES; i++) {
            stages_case_draw(&model[i], &dice);
            lines[i] = stages_open(&model[i], &arena);
        }
        for (int32_t month = stages_case_first; month < stages_case_first + MONTHS; month++) {
            int64_t before = memory.stock;
            stages_receive(&memory, month);
            assert_true(memory.stock >= before);
            stacks_in += memory.stock - before;
            for (int i = 0; i < LINES; i++) {
                struct stages_month m;
                if (dice_once_in(&dice, 7))
                    stacks_in += event(&model[i], &memory, &dice);
                stages_step(&model[i], &memory, lines[i], dice_unit(&dice), month, &m);
                check_month(&model[i], &m);
                assert_int_equal(m.month, month);
                stages_case_add(&total[i], &m);
                stacks_used += m.stacks_used;
                const struct stages_totals *t = &total[i];
                assert_true(t->wafers == t->out + m.wafers_in_process && m.wafers_in_process >= 0);
                assert_true(t->good + t->bought == t->used + m.die_stock);
                assert_true(t->started == t->packages + t->failed);
                assert_true(stacks_in == stacks_used + m.stacks_left && m.stacks_left == memory.stock);
                bound[m.binding]++;
            }
        }
        arena_reset(&arena);
    }
    arena_free(&arena);
    for (int i = 0; i < STAGE_COUNT; i++) /* each stage has its turn */
        assert_true(bound[i] > ROUNDS * LINES * MONTHS / 50);
}

static int64_t nearest(int128 nanos)
{
    return (int64_t)((nanos + 500000000) / 1000000000);
}

static int64_t nano_rate(const struct stages_table *table, int32_t month)
{
    double rate = table->rate[0];
    for (int i = 0; i < table->years; i++)
        if (table->year[i] * 12 <= month)
            rate = table->rate[i];
    return llround(rate * 1e9);
}

/*
 * Without events everything follows from sums: units made up to a month are the nearest whole number to the
 * sum of the rates, and packages started up to it the nearest one to S(t) = min(dies so far / dies a package,
 * stacks so far / stacks a package, S(t - 1) + room): no stock, no carry.
 */
static void test_reference(void **state)
{
    (void)state;
    struct dice dice = {77};
    struct arena arena = {0};
    for (int round = 0; round < ROUNDS; round++) {
        struct stages_model model;
        struct stages_memory memory;
        stages_case_draw(&model, &dice);
        stages_case_pool(&memory, &dice);
        struct stages_state *line = stages_open(&model, &arena);
        int64_t out[MONTHS + STAGES_LAG + 1] = {0}, stacks = memory.stock, before = 0, started;
        int128 wafers = 0, dies = 0, flow = 0, room = 0, sum = 0;
        struct stages_totals total = {0};
        for (int t = 0; t < MONTHS; t++) {
            int32_t month = stages_case_first + t;
            /* every wafer by itself: in turn to the months of the lag */
            wafers += nano_rate(&model.wafers, month);
            int64_t first = before, new_wafers = nearest(wafers) - before;
            before += new_wafers;
            for (int64_t w = first; w < before; w++)
                out[t + model.lag_min + w % (model.lag_max - model.lag_min + 1)]++;
            double yield = dice_unit(&dice);
            dies += (int128)(out[t] * model.dies_per_wafer) * llround(yield * 1e9);
            flow += nano_rate(&memory.flow, month);
            int64_t have = nearest(dies) + (month >= model.bought_month ? model.bought : 0);
            int64_t most = have / model.dies_per_package;
            if (model.stacks_per_package && (stacks + nearest(flow)) / model.stacks_per_package < most)
                most = (stacks + nearest(flow)) / model.stacks_per_package;
            if (model.packaging.years)
                room = nano_rate(&model.packaging, month);
            if (model.plan.years && (!model.packaging.years || nano_rate(&model.plan, month) < room))
                room = nano_rate(&model.plan, month);
            if ((model.packaging.years || model.plan.years) && sum + room < most * (int128)1000000000)
                sum += room;
            else
                sum = most * (int128)1000000000;
            started = nearest(sum);

            struct stages_month m;
            stages_receive(&memory, month);
            stages_step(&model, &memory, line, yield, month, &m);
            stages_case_add(&total, &m);
            assert_int_equal(m.wafers_started, new_wafers);
            assert_int_equal(m.wafers_out, out[t]);
            assert_int_equal(total.good, nearest(dies));
            assert_int_equal(total.started, started);
            assert_int_equal(total.packages, nearest((int128)started * llround(model.package_yield * 1e9)));
        }
        arena_reset(&arena);
    }
    arena_free(&arena);
}

/* Constant rates: in the long run the slowest stage sets the pace, to a few units in all. */
static void test_steady(void **state)
{
    (void)state;
    struct dice dice = {31};
    struct arena arena = {0};
    for (int round = 0; round < ROUNDS; round++) {
        struct stages_model model;
        struct stages_memory memory;
        stages_case_draw(&model, &dice);
        stages_case_pool(&memory, &dice);
        model.wafers.years = memory.flow.years = model.readings = 1;
        model.packaging.years = model.packaging.years > 0;
        model.plan.years = model.plan.years > 0;
        model.bought = memory.stock = 0;
        double pace[STAGE_COUNT] = {
            model.wafers.rate[0] * model.dies_per_wafer * model.reading[0] / model.dies_per_package,
            model.stacks_per_package ? memory.flow.rate[0] / model.stacks_per_package : INFINITY,
            model.packaging.years ? model.packaging.rate[0] : INFINITY,
            model.plan.years ? model.plan.rate[0] : INFINITY,
        };
        int slowest = 0;
        for (int i = 0; i < STAGE_COUNT; i++)
            slowest = pace[i] < pace[slowest] ? i : slowest;
        struct stages_state *line = stages_open(&model, &arena);
        int64_t started = 0, good = 0, bound = 0;
        const int settled = 400, measured = 1200; /* months */
        for (int t = 0; t < settled + measured; t++) {
            struct stages_month m;
            stages_receive(&memory, model.first_month + t);
            stages_step(&model, &memory, line, model.reading[0], model.first_month + t, &m);
            if (t < settled)
                continue;
            started += m.packages_started;
            good += m.packages_good;
            bound += (int)m.binding == slowest;
        }
        /* a wafer more or less at both ends, and the dies and yields round at 1e-9 of themselves */
        double slack = 4 + 2 * model.dies_per_wafer + 1e-5 * pace[slowest];
        double want = measured * pace[slowest];
        if (!(fabs((double)started - want) <= slack &&
              fabs((double)good - want * model.package_yield) <= slack))
            fail_msg("round %d: %lld packages, stage %d gives %g", round, (long long)started, slowest, want);
        double next = INFINITY;
        for (int i = 0; i < STAGE_COUNT; i++)
            next = i != slowest && pace[i] < next ? pace[i] : next;
        if (next > 1.2 * pace[slowest] + 1e3) /* clearly the slowest: then it is the one that is named */
            assert_int_equal(bound, measured);
        arena_reset(&arena);
    }
    arena_free(&arena);
}

/* The largest of everything that stages_check lets pass, for fifty years. */
static void test_large(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct error_list errors = {0};
    struct stages_model model = stages_case_certain(2025, 0.999999);
    model.wafers.rate[0] = 1e9;
    model.dies_per_wafer = 100000;
    model.bought = INT64_C(1000000000000000);
    model.lag_max = STAGES_LAG;
    model.package_yield = 0.999999;
    model.stacks_per_package = 1000;
    struct stages_memory memory = {.flow = {.years = 1, .year = {2025}, .rate = {1e9}},
                                   .stock = INT64_C(1000000000000000)};
    stages_check(&model, "line.x", &errors);
    stages_check_memory(&memory, "memory.x", &errors);
    assert_int_equal(errors.count, 0);
    struct stages_state *line = stages_open(&model, &arena);
    struct stages_totals total = {0};
    struct stages_month m;
    const int months = 600;
    for (int t = 0; t < months; t++) {
        stages_receive(&memory, model.first_month + t);
        stages_step(&model, &memory, line, 0.999999, model.first_month + t, &m);
        check_month(&model, &m);
        stages_case_add(&total, &m);
    }
    assert_true(total.wafers == INT64_C(1000000000) * months);
    int128 gross = (int128)total.out * 100000;
    assert_true((int128)total.good == (gross * 999999 + 500000) / 1000000);
    assert_true((int128)total.good + total.bought == (int128)total.used + m.die_stock);
    assert_true(INT64_C(1000000000000000) + INT64_C(1000000000) * months == total.stacks + m.stacks_left);
    assert_true(total.started == (INT64_C(1000000000000000) + INT64_C(1000000000) * months) / 1000);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conservation),
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_steady),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
