/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Order policies whose keys or ranks follow time and service, each against its formula computed anew. */
#include "base/number.h"
#include "engine/clock.h"
#include "order_case.h"
#include "scheduler/order.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static double length_of(const struct job *job)
{
    int64_t planned = job->planned == CLOCK_NEVER ? job->work - job->detail->done : job->planned;
    return (double)(planned < 1 ? 1 : planned);
}

/* number_real_key upside down: the double that has the key. */
static double real_of(int64_t key)
{
    union {
        int64_t bits;
        double value;
    } as = {.bits = key < 0 ? INT64_MIN - key : key};
    return as.value;
}

static void close_to(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-12 * fabs(expected)))
        fail_msg("%.17g is not %.17g", value, expected);
}

static void test_wfp3(void **state)
{
    (void)state;
    const struct order_policy *wfp3 = order_policy_named("wfp3");
    struct dice dice = {31};
    for (int i = 0; i < 5000; i++) {
        struct order_case c;
        order_draw(&dice, &c);
        int64_t now = order_now(&dice, &c);
        long double waited = (long double)(now - c.job.submit) / (long double)length_of(&c.job);
        close_to(real_of(order_key(wfp3, &c.job, now)), (double)-(powl(waited, 3) * c.job.cards));
    }
    struct job job = {.submit = 100 * CLOCK_SECOND, .planned = 50 * CLOCK_SECOND, .cards = 16};
    assert_int_equal(order_key(wfp3, &job, 250 * CLOCK_SECOND), number_real_key(-432)); /* 27 x 16 */
    assert_int_equal(order_key(wfp3, &job, 100 * CLOCK_SECOND), number_real_key(0));
    job.planned = 0; /* counts as a microsecond */
    assert_int_equal(order_key(wfp3, &job, 100 * CLOCK_SECOND + 2), number_real_key(-128));
}

static void test_unicef(void **state)
{
    (void)state;
    const struct order_policy *unicef = order_policy_named("unicef");
    struct dice dice = {37};
    int single = 0;
    for (int i = 0; i < 5000; i++) {
        struct order_case c, other;
        order_draw(&dice, &c);
        int64_t now = order_now(&dice, &c);
        double value = real_of(order_key(unicef, &c.job, now));
        double waited = (double)(now - c.job.submit) / length_of(&c.job);
        if (c.job.cards > 1) {
            close_to(value, -(waited / (log((double)c.job.cards) / log(2))));
            continue;
        }
        /* one card: before every gang that waits no longer in its own lengths, by wait / length among them */
        single++;
        do
            order_draw(&dice, &other);
        while (other.job.cards == 1 || other.job.submit >= now);
        double others = (double)(now - other.job.submit) / length_of(&other.job);
        if (others <= 1e6 * waited)
            assert_true(value < real_of(order_key(unicef, &other.job, now)));
        other.job.cards = 1;
        if (fabs(others / waited - 1) > 1e-9)
            assert_int_equal(value<real_of(order_key(unicef, &other.job, now)), waited> others);
    }
    assert_true(single > 200);
    struct job job = {.submit = 100 * CLOCK_SECOND, .planned = 50 * CLOCK_SECOND, .cards = 16};
    assert_int_equal(order_key(unicef, &job, 250 * CLOCK_SECOND), number_real_key(-0.75));
    struct job two = {.planned = 0, .cards = 2};
    assert_int_equal(order_key(unicef, &two, 7), number_real_key(-7));
}

/* The queue of las by its service in whole card-seconds: below 3250, below 7200, and the rest. */
static void test_las_queues(void **state)
{
    (void)state;
    const struct order_policy *las = order_policy_named("las");
    static const struct {
        int64_t attained; /* card-us */
        int queue;
    } steps[] = {{0, 0},
                 {3250 * CLOCK_SECOND - 1, 0},
                 {3250 * CLOCK_SECOND, 1},
                 {7200 * CLOCK_SECOND - 1, 1},
                 {7200 * CLOCK_SECOND, 2},
                 {INT64_C(1) << 55, 2}};
    struct dice dice = {41};
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            struct order_case a, b;
            order_draw(&dice, &a);
            order_draw(&dice, &b);
            a.detail.attained = steps[i].attained;
            b.detail.attained = steps[j].attained;
            int64_t now = order_now(&dice, &a) + order_now(&dice, &b);
            bool first = steps[i].queue != steps[j].queue ? steps[i].queue < steps[j].queue
                                                          : a.detail.ready < b.detail.ready;
            assert_int_equal(order_key(las, &a.job, now) < order_key(las, &b.job, now), first);
            /* b running: a may stop it from a lower queue only */
            b.job.state = JOB_RUNNING;
            b.job.started = now;
            assert_int_equal(order_key(las, &a.job, now) < order_key(las, &b.job, now),
                             steps[i].queue < steps[j].queue);
        }
}

/* At next_change a running job has just left its queue, and not a microsecond before. */
static void test_las_next_change(void **state)
{
    (void)state;
    const struct order_policy *las = order_policy_named("las");
    struct dice dice = {43};
    int last = 0;
    for (int i = 0; i < 5000; i++) {
        struct order_case c;
        order_draw(&dice, &c);
        c.job.state = JOB_RUNNING;
        c.job.started = order_now(&dice, &c);
        int64_t now = c.job.started + dice_whole(&dice, 0, 2000 * CLOCK_SECOND / c.job.cards);
        int64_t change = las->next_change(&c.job, now), key = order_key(las, &c.job, now);
        if (change == CLOCK_NEVER) {
            assert_true(job_attained(&c.job, now) >= 7200 * CLOCK_SECOND);
            assert_int_equal(order_key(las, &c.job, now + 9000 * CLOCK_DAY), key);
            last++;
            continue;
        }
        assert_true(change > now);
        assert_int_equal(order_key(las, &c.job, change - 1), key);
        assert_true(order_key(las, &c.job, change) > key);
    }
    assert_in_range(last, 500, 2500);
    struct job_detail detail = {.attained = 3249 * CLOCK_SECOND};
    struct job job = {.cards = 8, .detail = &detail, .state = JOB_RUNNING};
    assert_int_equal(las->next_change(&job, 0), CLOCK_SECOND / 8);
    job.cards = 3;
    assert_int_equal(las->next_change(&job, 0), CLOCK_SECOND / 3 + 1);
    assert_int_equal(las->next_change(&job, CLOCK_SECOND), CLOCK_SECOND / 3 * 3951 + 1317);
}

/* Fair share ranks tenants by usage that fades: in closed form and by Euler's steps. */
static void test_fair_share(void **state)
{
    (void)state;
    const struct order_policy *fair = order_policy_named("fair-share");
    enum { TENANTS = 3, HOURS = 24 * 20, STEPS = 2000 };
    const int64_t half_lives[] = {0, 31 * CLOCK_HOUR, 7 * CLOCK_DAY};
    for (int h = 0; h < 3; h++) {
        struct arena arena = {0};
        struct dice dice = {47};
        struct tenant_terms terms[TENANTS];
        for (int t = 0; t < TENANTS; t++)
            terms[t] = (struct tenant_terms){.limit = INT64_MAX, .weight = 0.25 + 3 * dice_unit(&dice)};
        struct tenants tenants;
        tenants_init(&tenants, &arena, TENANTS, terms, half_lives[h]);
        double decay = half_lives[h] ? M_LN2 / (double)half_lives[h] : 0, step = (double)CLOCK_HOUR / STEPS;
        double usage[TENANTS] = {0};
        int64_t cards[TENANTS] = {0};
        for (int64_t hour = 0; hour < HOURS; hour++) {
            int64_t now = hour * CLOCK_HOUR;
            for (int32_t t = 0; t < TENANTS; t++) {
                double rank = fair->tenant_rank(&tenants, t, now);
                assert_true(fabs(rank - usage[t] / terms[t].weight) <= 1e-6 * fabs(rank) + 1e-9);
                if (dice_once_in(&dice, 3)) {
                    int64_t change = dice_whole(&dice, -cards[t], 4096);
                    tenants_change(&tenants, t, change, now);
                    cards[t] += change;
                }
                for (int s = 0; s < STEPS; s++) { /* u' = cards - decay u, at the middle of the step */
                    double half = usage[t] + step / 2 * ((double)cards[t] - decay * usage[t]);
                    usage[t] += step * ((double)cards[t] - decay * half);
                }
            }
        }
        arena_free(&arena);
    }
    struct order_case c;
    struct dice dice = {53};
    order_draw(&dice, &c);
    assert_int_equal(order_key(fair, &c.job, 7), c.job.submit); /* within a tenant first come, first served */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wfp3),       cmocka_unit_test(test_unicef),
        cmocka_unit_test(test_las_queues), cmocka_unit_test(test_las_next_change),
        cmocka_unit_test(test_fair_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
