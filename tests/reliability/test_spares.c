/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies of spares: every registered one over all small views, and what each is for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reliability/spares.h"

enum { MOST = 4 };

static int32_t total(const struct spares_answer *answer)
{
    return answer->standby + answer->pool + answer->free + answer->slack;
}

static void check(const struct spares_policy *policy, const struct spares_view *view)
{
    struct spares_answer answer = policy->choose(view);
    assert_true(answer.standby >= 0 && answer.standby <= view->standby);
    assert_true(answer.pool >= 0 && answer.pool <= view->pool);
    assert_true(answer.free >= 0 && answer.free <= view->free);
    assert_true(answer.slack >= 0 && answer.slack <= view->slack);
    assert_int_equal(total(&answer), answer.requeue ? 0 : view->lost);
    if (!policy->in_place)
        assert_true(answer.requeue);
    if (!policy->asks_free)
        assert_int_equal(answer.free, 0);
    /* nodes that wait for nothing else come before such as others could use */
    if (answer.pool)
        assert_int_equal(answer.standby, view->standby);
    if (answer.free)
        assert_true(answer.standby == view->standby && answer.pool == view->pool);
    if (answer.slack)
        assert_int_equal(answer.free, view->free);
}

static void test_every_policy_over_all_small_views(void **state)
{
    (void)state;
    for (int i = 0; spares_policy_at(i); i++)
        for (int32_t n = 0; n < MOST * MOST * MOST * MOST * MOST; n++) {
            struct spares_view view = {.lost = 1 + n % MOST,
                                       .standby = n / MOST % MOST,
                                       .pool = n / (MOST * MOST) % MOST,
                                       .free = n / (MOST * MOST * MOST) % MOST,
                                       .slack = n / (MOST * MOST * MOST * MOST)};
            check(spares_policy_at(i), &view);
        }
}

static bool goes_on(const char *name, struct spares_view view)
{
    return !spares_policy_named(name)->choose(&view).requeue;
}

static void test_each_uses_what_it_is_for(void **state)
{
    (void)state;
    static const char *const names[] = {"requeue", "standby", "hot-pool", "any-node", "elastic"};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(goes_on(names[i], (struct spares_view){.lost = 2, .standby = 2}), i >= 1);
        assert_int_equal(goes_on(names[i], (struct spares_view){.lost = 2, .standby = 1, .pool = 1}), i >= 2);
        assert_int_equal(
            goes_on(names[i], (struct spares_view){.lost = 3, .standby = 1, .pool = 1, .free = 1}), i >= 3);
        assert_int_equal(goes_on(names[i], (struct spares_view){.lost = 3, .slack = 3}), i >= 4);
        assert_false(goes_on(
            names[i], (struct spares_view){.lost = 5, .standby = 1, .pool = 1, .free = 1, .slack = 1}));
    }
}

static void test_registry(void **state)
{
    (void)state;
    int count = 0;
    for (; spares_policy_at(count); count++) {
        assert_ptr_equal(spares_policy_named(spares_policy_at(count)->name), spares_policy_at(count));
        assert_true(strlen(spares_policy_at(count)->summary) > 20);
    }
    assert_int_equal(count, 5);
    assert_null(spares_policy_at(-1));
    assert_null(spares_policy_named("hope"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_policy_over_all_small_views),
        cmocka_unit_test(test_each_uses_what_it_is_for),
        cmocka_unit_test(test_registry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
