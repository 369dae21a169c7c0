/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sequential stopping: where it looks, what it looks at, and that nothing but the values decides when it
 * ends. */
#include "study_case.h"

#include "study/precision.h"

#include <math.h>

static void test_boundaries(void **state)
{
    (void)state;
    const struct precision precision = {.least = 32, .most = 1000};
    static const int64_t expected[] = {32,  40,  50,  63,  79,  99,  124, 155,  194,
                                       243, 304, 380, 475, 594, 743, 929, 1000, 1000};
    int64_t n = 0;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(n = precision_next(&precision, n), expected[i]);
    const struct precision odd = {.least = 7, .most = 9};
    assert_int_equal(precision_next(&odd, 0), 7);
    assert_int_equal(precision_next(&odd, 7), 9);
}

static void test_half_width(void **state)
{
    (void)state;
    assert_true(isnan(precision_of(1, 17, NAN)));
    assert_true(isnan(precision_of(0, NAN, NAN)));
    assert_true(fabs(precision_of(41, -8, 0.5) - 0.0625) < 1e-15);
    assert_true(precision_of(41, 0, 0) <= 0); /* always zero is known well */
    assert_true(isinf(precision_of(41, 0, 0.3)));
}

static void test_all_metrics_count(void **state)
{
    (void)state;
    int slots[] = {4, 9, 11};
    struct precision precision = {.relative = 0.1, .least = 2, .most = 99, .slots = slots, .slot_count = 3};
    struct accumulator seen[3] = {0};
    struct precision_found found = {0};
    for (int i = 0; i < 40; i++) {
        accumulator_add(&seen[0], 100 + i % 7);
        accumulator_add(&seen[1], i % 2 ? 30 : 70);
        accumulator_add(&seen[2], i == 3 ? 5 : NAN);
    }
    assert_false(precision_look(&precision, seen, &found));
    assert_int_equal(found.slot, 11); /* one value: nothing is known of it */
    assert_true(isnan(found.worst));
    precision.slot_count = 2;
    assert_false(precision_look(&precision, seen, &found));
    assert_int_equal(found.slot, 9);
    double half = accumulator_half_width(&seen[1], 0.95) / 50;
    assert_true(fabs(found.worst - half) < 1e-12);
    precision.relative = half * (1 + 1e-9);
    assert_false(precision_look(&precision, seen, &found)); /* once is not enough */
    assert_true(found.reached);
    assert_true(precision_look(&precision, seen, &found));
    assert_true(precision_look(&precision, seen, &found));
    precision.relative = half * (1 - 1e-9);
    assert_false(precision_look(&precision, seen, &found));
    seen[1] = (struct accumulator){0};
    assert_false(precision_look(&precision, seen, &found));
    assert_false(found.reached);
    precision.skip_absent = true;
    precision.relative = 0.1;
    assert_false(precision_look(&precision, seen, &found));
    assert_true(precision_look(&precision, seen, &found));
    assert_int_equal(found.slot, 4);
}

static void test_metrics_by_name(void **state)
{
    (void)state;
    struct study_config config = {.command = "run", .threads = 1};
    struct error_list errors = {0};
    struct study *study = study_open(&config, &errors);
    case_wuxi(study, NULL);
    const struct metric_slots *slots = study_slots(study, 0);
    struct precision precision = {0};
    assert_true(precision_add_metric(&precision, slots, "wuxi/wait_p95", &errors));
    assert_true(precision_add_metric(&precision, slots, "wuxi/cards>=128/wait_mean", &errors));
    assert_int_equal(precision.slots[0], metric_slot_find(slots, "wuxi", METRIC_WAIT_P95));
    assert_int_equal(precision.slots[1], metric_slot_find(slots, "wuxi/cards>=128", METRIC_WAIT_MEAN));
    assert_false(precision_add_metric(&precision, slots, "wuxi/wiat_p95", &errors));
    assert_false(precision_add_metric(&precision, slots, "wait_p95", &errors));
    assert_int_equal(precision.slot_count, 2);
    assert_int_equal(errors.inputs, 2);
    assert_non_null(strstr(errors.items[0].message, "did you mean wuxi/wait_p95"));
    precision_free(&precision);
    precision_add_default(&precision, slots);
    assert_int_equal(precision.slot_count, 2);
    assert_int_equal(precision.slots[0], metric_slot_find(slots, "wuxi", METRIC_DELIVERED));
    assert_int_equal(precision.slots[1], metric_slot_find(slots, "wuxi", METRIC_WAIT_MEAN));
    precision_free(&precision);
    error_list_free(&errors);
    study_close(study);
}

/* The same end on any number of threads, and with a journal that knows some futures beyond it. */
static void test_the_end_is_the_same(void **state)
{
    (void)state;
    int64_t ends[4];
    for (int threads = 0; threads < 4; threads++) {
        struct study_config config = {.command = "run", .threads = threads ? threads : 2};
        struct error_list errors = {0};
        struct study *study = study_open(&config, &errors);
        case_wuxi(study, NULL);
        if (!threads)
            case_ask(study, 0, 11, 70);
        struct precision precision = {.relative = 0.25, .least = 4, .most = 400};
        precision_add_metric(&precision, study_slots(study, 0), "wuxi/shortfall_first_year", &errors);
        precision_add_metric(&precision, study_slots(study, 0), "wuxi/delivered_compute", &errors);
        struct precision_found found;
        assert_true(precision_run(study, 0, &precision, &found));
        assert_true(found.reached && found.worst <= 0.25);
        assert_true(found.count > 4 && found.count < 400);
        /* not before: no two boundaries before it in a row are precise enough */
        struct accumulator seen[2] = {0};
        struct precision_found early = {0};
        int64_t n = 0;
        for (int64_t next = 4; next < found.count; next = precision_next(&precision, next)) {
            for (; n < next; n++)
                for (int i = 0; i < 2; i++)
                    accumulator_add(&seen[i], study_values(study, 0, (int32_t)n)[precision.slots[i]]);
            assert_false(precision_look(&precision, seen, &early));
        }
        ends[threads] = found.count;
        assert_int_equal(ends[threads], ends[0]);
        precision.relative = 1e-6;
        precision.most = 50;
        assert_true(precision_run(study, 0, &precision, &found));
        assert_false(found.reached);
        assert_int_equal(found.count, 50);
        precision_free(&precision);
        study_close(study);
        error_list_free(&errors);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boundaries),          cmocka_unit_test(test_half_width),
        cmocka_unit_test(test_all_metrics_count),   cmocka_unit_test(test_metrics_by_name),
        cmocka_unit_test(test_the_end_is_the_same),
    };
    return cmocka_run_group_tests_name("precision", tests, NULL, NULL);
}
