/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage, entitlement and limits beside plain sums; decayed usage by the sum over all that was ever held. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "engine/dice_case.h"
#include "scheduler/tenants.h"

enum { TENANTS = 7, CHANGES = 3000 };

struct stretch {
    int64_t from, to, cards;
};

/* Card-us held in the stretch, each worth 2^-(age / half life) at `now`. */
static double worth(const struct stretch *s, int64_t now, int64_t half_life)
{
    if (!half_life)
        return (double)s->cards * (double)(s->to - s->from);
    double rate = M_LN2 / (double)half_life;
    return (double)s->cards / rate *
           (exp(-rate * (double)(now - s->to)) - exp(-rate * (double)(now - s->from)));
}

static void check_books(int64_t half_life, uint64_t seed)
{
    static struct stretch history[TENANTS][CHANGES + 1];
    int count[TENANTS] = {0};
    struct dice dice = {seed};
    struct arena arena = {0};
    struct tenants tenants;
    struct tenant_terms terms[TENANTS];
    int64_t usage[TENANTS] = {0}, last[TENANTS] = {0}, now = 0;
    for (int t = 0; t < TENANTS; t++)
        terms[t] = (struct tenant_terms){.guarantee = dice_once_in(&dice, 3) ? 0 : dice_whole(&dice, 1, 500),
                                         .limit = dice_once_in(&dice, 2) ? 10000 : INT64_MAX,
                                         .weight = 0.1 + 5 * dice_unit(&dice)};
    tenants_init(&tenants, &arena, TENANTS, terms, half_life);
    for (int step = 0; step < CHANGES; step++) {
        int32_t t = (int32_t)dice_whole(&dice, 0, TENANTS - 1);
        now += dice_once_in(&dice, 4) ? 0 : dice_whole(&dice, 0, 5 * CLOCK_HOUR);
        int64_t cards = dice_once_in(&dice, 2) ? -dice_whole(&dice, 0, usage[t]) : dice_whole(&dice, 0, 300);
        history[t][count[t]++] = (struct stretch){last[t], now, usage[t]};
        last[t] = now;
        usage[t] += cards;
        tenants_change(&tenants, t, cards, now);
        if (step % 37)
            continue;
        for (int32_t i = 0; i < TENANTS; i++) {
            int64_t asked = dice_whole(&dice, 1, 400);
            assert_int_equal(tenants_entitled(&tenants, i, asked), usage[i] + asked <= terms[i].guarantee);
            assert_int_equal(tenants_room(&tenants, i),
                             terms[i].limit == INT64_MAX ? INT64_MAX : 10000 - usage[i]);
            struct stretch open = {last[i], now, usage[i]};
            double sum = worth(&open, now, half_life);
            for (int s = 0; s < count[i]; s++)
                sum += worth(&history[i][s], now, half_life);
            assert_true(fabs(tenants_share_used(&tenants, i, now) * terms[i].weight - sum) <=
                        1e-9 * sum + 1e-3);
        }
    }
    assert_true(tenants.bound);
    arena_free(&arena);
}

static void test_books(void **state)
{
    (void)state;
    check_books(0, 1);
    check_books(CLOCK_SECOND, 2); /* all but gone between two changes */
    check_books(7 * CLOCK_DAY, 3);
    check_books(3650 * CLOCK_DAY, 4);
}

/* Half is left after a half-life; cards held for ever come to cards x half-life / ln 2. */
static void test_half_lives(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct tenants tenants;
    tenants_init(&tenants, &arena, 2, NULL, CLOCK_DAY);
    assert_false(tenants.bound);
    assert_int_equal(tenants_room(&tenants, 1), INT64_MAX);
    tenants_change(&tenants, 0, 64, 0);
    tenants_change(&tenants, 0, -64, 3 * CLOCK_HOUR);
    double then = tenants_share_used(&tenants, 0, 3 * CLOCK_HOUR);
    assert_true(fabs(tenants_share_used(&tenants, 0, 27 * CLOCK_HOUR) / then - 0.5) < 1e-12);
    assert_true(fabs(tenants_share_used(&tenants, 0, 51 * CLOCK_HOUR) / then - 0.25) < 1e-12);
    tenants_change(&tenants, 1, 1000, 0);
    double steady = 1000 * (double)CLOCK_DAY / M_LN2;
    assert_true(fabs(tenants_share_used(&tenants, 1, 500 * CLOCK_DAY) / steady - 1) < 1e-12);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_books), cmocka_unit_test(test_half_lives)};
    return cmocka_run_group_tests_name("tenants", tests, NULL, NULL);
}
