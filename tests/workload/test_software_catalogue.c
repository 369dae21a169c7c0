/* SPDX-License-Identifier: GPL-3.0-or-later */
/* configs/software.cfg: every entry has exactly the keys of the model, within their ranges, each with its
 * source. */
#include "scenario/units.h"
#include "workload/software.h"

#include <libconfig.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { EXIT_SKIPPED = 77 };

enum kind { TEXT, DURATION, SHARE, SIGMA, RATE };

static const struct {
    const char *key;
    enum kind kind;
    const char *source; /* which text tells where it is from */
} keys[] = {
    {"stack", TEXT, NULL},
    {"native_share", SHARE, "port_source"},
    {"port_large_median", DURATION, "port_source"},
    {"port_large_sigma", SIGMA, "port_source"},
    {"port_fine_median", DURATION, "port_source"},
    {"port_fine_sigma", SIGMA, "port_source"},
    {"port_source", TEXT, NULL},
    {"maturity_floor", SHARE, "maturity_source"},
    {"maturity_ceiling", SHARE, "maturity_source"},
    {"maturity_months", RATE, "maturity_source"},
    {"maturity_source", TEXT, NULL},
    {"architectures_per_year", RATE, "architecture_source"},
    {"architecture_loss", SHARE, "architecture_source"},
    {"architecture_source", TEXT, NULL},
    {"family_share", SHARE, "rebase_source"},
    {"rebase_median", DURATION, "rebase_source"},
    {"rebase_sigma", SIGMA, "rebase_source"},
    {"rebase_source", TEXT, NULL},
    {"confidence", TEXT, NULL},
};

enum { KEYS = sizeof keys / sizeof *keys };

static config_t config;

static int catalogue_read(void **state)
{
    (void)state;
    char path[1024];
    snprintf(path, sizeof path, "%s/configs/software.cfg", getenv("TENK_SOURCE"));
    config_init(&config);
    if (config_read_file(&config, path))
        return 0;
    fprintf(stderr, "%s:%d: %s\n", path, config_error_line(&config), config_error_text(&config));
    return -1;
}

static int catalogue_free(void **state)
{
    (void)state;
    config_destroy(&config);
    return 0;
}

/* The setting as a number: a duration in us. */
static double number(const config_setting_t *setting, enum kind kind)
{
    int64_t duration = 0;
    if (kind != DURATION) {
        assert_int_equal(config_setting_type(setting), CONFIG_TYPE_FLOAT);
        return config_setting_get_float(setting);
    }
    assert_int_equal(config_setting_type(setting), CONFIG_TYPE_STRING);
    assert_true(units_duration(config_setting_get_string(setting), &duration));
    return (double)duration;
}

static void test_keys_and_ranges(void **state)
{
    (void)state;
    const config_setting_t *root = config_root_setting(&config);
    assert_in_range(config_setting_length(root), 4, 50);
    for (int i = 0; i < config_setting_length(root); i++) {
        config_setting_t *entry = config_setting_get_elem(root, (unsigned)i);
        assert_true(strlen(config_setting_name(entry)) <= 40);
        assert_int_equal(config_setting_length(entry), KEYS);
        for (int k = 0; k < KEYS; k++) {
            const config_setting_t *setting = config_setting_get_member(entry, keys[k].key);
            if (!setting)
                fail_msg("%s lacks %s", config_setting_name(entry), keys[k].key);
            if (keys[k].kind == TEXT) {
                assert_int_equal(config_setting_type(setting), CONFIG_TYPE_STRING);
                assert_true(*config_setting_get_string(setting));
                continue;
            }
            double value = number(setting, keys[k].kind);
            static const double most[] = {
                [DURATION] = 3650.0 * 86400e6, [SHARE] = 1, [SIGMA] = 4, [RATE] = 120};
            assert_true(value >= 0 && value <= most[keys[k].kind]);
            const char *source;
            assert_true(config_setting_lookup_string(entry, keys[k].source, &source));
            assert_true(strlen(source) > 20);
        }
        double floor, ceiling;
        assert_true(config_setting_lookup_float(entry, "maturity_floor", &floor));
        assert_true(config_setting_lookup_float(entry, "maturity_ceiling", &ceiling));
        assert_true(floor <= ceiling);
    }
}

/* "assumption" as confidence, or in a source wherever nothing was found. */
static void test_confidence(void **state)
{
    (void)state;
    static const char *const words[] = {"measured", "official", "analyst estimate",
                                        "media",    "derived",  "assumption"};
    const config_setting_t *root = config_root_setting(&config);
    for (int i = 0; i < config_setting_length(root); i++) {
        config_setting_t *entry = config_setting_get_elem(root, (unsigned)i);
        const char *confidence, *source;
        int known = 0;
        assert_true(config_setting_lookup_string(entry, "confidence", &confidence));
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            known += !strcmp(confidence, words[w]);
        assert_int_equal(known, 1);
        assert_true(config_setting_lookup_string(entry, "maturity_source", &source));
        assert_true(strcmp(confidence, "assumption") != 0 || strstr(source, "assumption:"));
        /* half a year stands in one article, and nowhere is a spread given */
        assert_true(config_setting_lookup_string(entry, "port_source", &source));
        assert_non_null(strstr(source, "assumption:"));
    }
}

int main(void)
{
    if (!getenv("TENK_SOURCE")) {
        fputs("TENK_SOURCE does not say where configs/ is\n", stderr);
        return EXIT_SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_and_ranges),
        cmocka_unit_test(test_confidence),
    };
    return cmocka_run_group_tests(tests, catalogue_read, catalogue_free);
}
