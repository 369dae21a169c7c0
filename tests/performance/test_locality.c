/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "performance/locality.h"

#include <libconfig.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stats/sample_case.h"

static const bool none[LOCALITY_CROSSINGS];

static const struct locality_model vgg16 = {
    .count = 3, .scatter = {1, 2, 4}, .factor = {1, 0.572, 0.261}, .cross = {0.871, 0.983, 0.907}};

static void test_curve(void **state)
{
    (void)state;
    assert_true(locality_factor(&vgg16, 1, none) == 1);
    sample_near(locality_factor(&vgg16, 2, none), 0.572, 1e-15);
    sample_near(locality_factor(&vgg16, 4, none), 0.261, 1e-15);
    assert_true(locality_factor(&vgg16, 4.01, none) == 0.261 && locality_factor(&vgg16, 1250, none) == 0.261);
    /* linear in log2: half-way between 1 and 2 at sqrt 2, and at 3 by log2(3) - 1 = 0.5849625 */
    sample_near(locality_factor(&vgg16, sqrt(2), none), 0.786, 1e-14);
    sample_near(locality_factor(&vgg16, 3, none), 0.572 - 0.311 * 0.5849625007211562, 1e-14);
    sample_near(locality_factor(&vgg16, 1.25, none), 1 - 0.428 * 0.32192809488736235, 1e-14);
}

static void test_crossings(void **state)
{
    (void)state;
    for (int set = 0; set < 8; set++) {
        const bool crossed[LOCALITY_CROSSINGS] = {
            [LOCALITY_DOMAIN] = set & 1, [LOCALITY_LEAF] = set & 2, [LOCALITY_POD] = set & 4};
        double product = 0.572 * (set & 1 ? 0.871 : 1) * (set & 2 ? 0.983 : 1) * (set & 4 ? 0.907 : 1);
        sample_near(locality_factor(&vgg16, 2, crossed), product, 1e-15);
        /* without a model nothing costs anything */
        assert_true(locality_factor(&(struct locality_model){0}, 7.3, crossed) == 1);
    }
}

static void test_full_curve(void **state)
{
    (void)state;
    struct dice dice = {41};
    struct locality_model model = {.count = LOCALITY_POINTS};
    double scatter = 1, factor = 1;
    for (int i = 0; i < LOCALITY_POINTS; i++) {
        model.scatter[i] = scatter;
        model.factor[i] = factor;
        scatter *= 1.1 + dice_unit(&dice);
        factor *= 0.7 + 0.3 * dice_unit(&dice);
    }
    double last = 1;
    for (double at = 1; at < 1.1 * scatter; at *= 1.003) { /* falls without jumps, never outside its ends */
        double got = locality_factor(&model, at, none);
        assert_true(got <= last && got >= last - 0.02 && got >= model.factor[LOCALITY_POINTS - 1]);
        last = got;
    }
    for (int i = 0; i < LOCALITY_POINTS; i++)
        sample_near(locality_factor(&model, model.scatter[i], none), model.factor[i], 1e-14);
}

/* --- configs/locality.cfg --- */

static double derived(double share, double bandwidth)
{
    return 1 / (1 - share + share / bandwidth);
}

static void read_entry(const config_setting_t *entry, struct locality_model *model)
{
    static const char *const crossings[] = {"cross_domain", "cross_leaf", "cross_pod"};
    static const char *const texts[] = {"source", "confidence", "cross_source"};
    const config_setting_t *scatter = config_setting_get_member(entry, "scatter");
    const config_setting_t *factor = config_setting_get_member(entry, "factor");
    assert_true(scatter && factor && config_setting_length(entry) == 8);
    model->count = config_setting_length(scatter);
    assert_in_range(model->count, 1, LOCALITY_POINTS);
    assert_int_equal(config_setting_length(factor), model->count);
    for (int i = 0; i < model->count; i++) {
        model->scatter[i] = config_setting_get_float_elem(scatter, i);
        model->factor[i] = config_setting_get_float_elem(factor, i);
        assert_true(model->factor[i] > 0 && model->factor[i] <= (i ? model->factor[i - 1] : 1));
        assert_true(i ? model->scatter[i] > model->scatter[i - 1] : model->scatter[i] == 1);
    }
    assert_true(model->factor[0] == 1);
    for (int i = 0; i < LOCALITY_CROSSINGS; i++) {
        assert_int_equal(config_setting_lookup_float(entry, crossings[i], &model->cross[i]), CONFIG_TRUE);
        assert_true(model->cross[i] > 0 && model->cross[i] <= 1);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = NULL;
        assert_int_equal(config_setting_lookup_string(entry, texts[i], &text), CONFIG_TRUE);
        assert_true(strlen(text) > 0);
    }
}

static void test_catalogue(void **state)
{
    (void)state;
    const char *root = getenv("TENK_SOURCE");
    if (!root)
        skip();
    char path[1024];
    snprintf(path, sizeof path, "%s/configs/locality.cfg", root);
    config_t config;
    config_init(&config);
    if (!config_read_file(&config, path))
        fail_msg("%s:%d: %s", path, config_error_line(&config), config_error_text(&config));
    const config_setting_t *entries = config_root_setting(&config);
    assert_true(config_setting_length(entries) >= 12);
    int met = 0;
    for (int i = 0; i < config_setting_length(entries); i++) {
        const config_setting_t *entry = config_setting_get_elem(entries, (unsigned)i);
        const char *name = config_setting_name(entry);
        struct locality_model model = {0};
        read_entry(entry, &model);
        if (!strcmp(name, "cnn-vgg16")) {
            sample_near(locality_factor(&model, 4, none), 0.261, 1e-12);
            sample_near(model.cross[LOCALITY_POD], derived(0.50, 0.83), 5e-4);
            met++;
        } else if (!strcmp(name, "cnn-mobilenet-v2-4gpu")) {
            sample_near(locality_factor(&model, 4, none), 0.794, 1e-12);
            sample_near(model.cross[LOCALITY_POD], derived(0.30, 0.83), 5e-4);
            met++;
        } else if (!strcmp(name, "llm-dense")) {
            sample_near(model.cross[LOCALITY_POD], derived(0.40, 0.83), 5e-4);
            met++;
        } else if (!strcmp(name, "llm-pipeline-worst")) {
            sample_near(model.cross[LOCALITY_POD], derived(0.30, 0.30), 5e-4);
            met++;
        } else if (!strcmp(name, "ascend-910b")) {
            sample_near(model.factor[1], derived(0.30, 25.0 / 196), 5e-4);
            sample_near(model.cross[LOCALITY_DOMAIN], model.factor[1], 1e-12);
            met++;
        }
    }
    assert_int_equal(met, 5);
    config_destroy(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_curve),
        cmocka_unit_test(test_crossings),
        cmocka_unit_test(test_full_curve),
        cmocka_unit_test(test_catalogue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
