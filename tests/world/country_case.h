/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * country_case: countries written down in the test, their futures, and the rows of those.
 *
 * country_open takes the text of a scenario (the chips, the mixes and the software below are added), and
 * settings as after --set. Every run asserts that the built-in checks hold, among them that no card is lost.
 */
#ifndef TENK_TESTS_WORLD_COUNTRY_CASE_H
#define TENK_TESTS_WORLD_COUNTRY_CASE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "engine/random.h"
#include "scenario/scenario.h"
#include "stats/accumulator.h"
#include "world/world.h"

#include <unistd.h>

struct country {
    struct scenario scenario;
    struct plan plan;
    struct metric_slots slots;
    struct arena arena;
    struct world_result result;
};

/* All chips compute alike, so work is length; `a` and `b` are domestic and of one stack. */
static const char country_catalogues[] =
    "chips: {\n"
    "  a: { peak_tflops = 100.0; stack = \"cann\"; domestic = true; price_cny = 1000.0; power_w = 400.0; "
    "idle_w = 100.0;\n"
    "    server_w = 150.0; efficiency: { pretraining: { mfu = 0.5; }; fine-tuning: { mfu = 0.5; }; }; };\n"
    "  b: { peak_tflops = 100.0; stack = \"cann\"; domestic = true; price_cny = 1700.0; power_w = 500.0;\n"
    "    efficiency: { pretraining: { mfu = 0.5; }; fine-tuning: { mfu = 0.5; }; }; };\n"
    "  c: { peak_tflops = 100.0; stack = \"cuda\"; price_cny = 2300.0;\n"
    "    efficiency: { pretraining: { mfu = 0.5; }; fine-tuning: { mfu = 0.5; }; }; };\n"
    "};\n"
    "workloads: {\n"
    "  mix: { reference_chip = \"a\"; classes: {\n"
    "    tune: { kind = \"fine-tuning\"; share = 0.8; sizes = [1, 3, 8]; size_weights = [3, 2, 1];\n"
    "      length_median = \"7h\"; length_sigma = 0.9; length_max = \"4d\"; };\n"
    "    train: { kind = \"pretraining\"; share = 0.2; sizes = [8, 16]; size_weights = [2, 1];\n"
    "      length_median = \"31h\"; length_sigma = 0.7; length_max = \"9d\"; }; }; };\n"
    "  even: { reference_chip = \"a\"; classes: {\n"
    "    tune: { kind = \"fine-tuning\"; share = 1.0; sizes = [1]; size_weights = [1]; length_median = "
    "\"1h\"; }; }; };\n"
    "};\n"
    "software: {\n"
    "  stranger: { stack = \"cuda\"; port_large_median = \"101d\"; port_large_sigma = 0.0; port_fine_median "
    "= \"31d\";\n"
    "    port_fine_sigma = 0.0; family_share = 1.0; rebase_median = \"13d\"; rebase_sigma = 0.0; };\n"
    "  native: { stack = \"cuda\"; native_share = 1.0; };\n"
    "  half: { stack = \"cann\"; maturity_floor = 0.5; maturity_ceiling = 0.5; };\n"
    "};\n";

static inline void country_open_set(struct country *c, const char *text, const char *const *sets,
                                    int set_count)
{
    char file[] = "/tmp/tenk-country-XXXXXX";
    int handle = mkstemp(file);
    assert_true(handle >= 0);
    assert_int_equal(write(handle, text, strlen(text)), strlen(text));
    assert_int_equal(write(handle, country_catalogues, strlen(country_catalogues)),
                     strlen(country_catalogues));
    close(handle);
    memset(c, 0, sizeof *c);
    struct error_list errors = {0};
    bool good = scenario_read(&c->scenario, file, sets, set_count, &errors);
    if (!good)
        error_print(&errors, 0, stderr);
    unlink(file);
    assert_true(good);
    error_list_free(&errors);
    plan_from_scenario(&c->plan, &c->scenario);
    metric_slots_build(&c->slots, &c->plan);
    c->result.values = memory_alloc((size_t)c->slots.count, sizeof(double));
}

static inline void country_open(struct country *c, const char *text)
{
    country_open_set(c, text, NULL, 0);
}

enum { COUNTRY_ROWS = 6 };

static inline void country_rows(struct country *c, struct text *rows[COUNTRY_ROWS])
{
    struct world_result *result = &c->result;
    struct text *all[] = {&result->timeline, &result->deliveries, &result->lots,
                          &result->market,   &result->failures,   &result->jobs};
    memcpy(rows, all, sizeof all);
}

static inline void country_run(struct country *c, uint32_t replication)
{
    struct text *rows[COUNTRY_ROWS];
    country_rows(c, rows);
    for (int i = 0; i < COUNTRY_ROWS; i++)
        text_clear(rows[i]);
    text_clear(&c->result.events_seen);
    struct world_request request = {.plan = &c->plan,
                                    .slots = &c->slots,
                                    .replication = replication,
                                    .want_jobs = true,
                                    .want_series = true};
    world_run(&request, &c->arena, &c->result);
    assert_string_equal(c->result.problem, "");
}

static inline void country_close(struct country *c)
{
    struct text *rows[COUNTRY_ROWS];
    country_rows(c, rows);
    for (int i = 0; i < COUNTRY_ROWS; i++)
        text_free(rows[i]);
    text_free(&c->result.events_seen);
    free(c->result.values);
    metric_slots_free(&c->slots);
    plan_free(&c->plan);
    arena_free(&c->arena);
    scenario_free(&c->scenario);
}

static inline double country_value(const struct country *c, const char *scope, enum metric_id metric)
{
    int slot = metric_slot_find(&c->slots, scope, metric);
    if (slot < 0)
        fail_msg("%s has no %s", scope, metric_info(metric)->name);
    return c->result.values[slot];
}

/* Byte for byte the same rows, and the same value of everything that both measure. */
static inline void country_same(struct country *a, struct country *b, const char *what)
{
    struct text *rows[COUNTRY_ROWS], *others[COUNTRY_ROWS];
    country_rows(a, rows);
    country_rows(b, others);
    for (int i = 0; i < COUNTRY_ROWS; i++)
        if (strcmp(text_string(rows[i]), text_string(others[i])) != 0)
            fail_msg("%s: the rows of kind %d differ", what, i);
    int compared = 0;
    for (int i = 0; i < a->slots.count; i++) {
        const char *scope = a->slots.scopes[a->slots.slots[i].scope].name;
        int other = metric_slot_find(&b->slots, scope, a->slots.slots[i].metric);
        if (other < 0)
            continue;
        compared++;
        if (memcmp(&a->result.values[i], &b->result.values[other], sizeof(double)) != 0)
            fail_msg("%s: %s of %s is %.17g and %.17g", what, metric_info(a->slots.slots[i].metric)->name,
                     scope, a->result.values[i], b->result.values[other]);
    }
    assert_true(compared > 10);
}

/* Field number `field` of a row, as text. */
static inline const char *row_field(const char *row, int field, char text[64])
{
    for (; field > 0; field--)
        row = strchr(row, ',') + 1;
    size_t length = strcspn(row, ",\n");
    assert_true(length < 64);
    memcpy(text, row, length);
    text[length] = 0;
    return text;
}

static inline double row_number(const char *row, int field)
{
    char text[64];
    return atof(row_field(row, field, text));
}

static inline bool row_is(const char *row, int field, const char *expected)
{
    char text[64];
    return !strcmp(row_field(row, field, text), expected);
}

#define FOR_ROWS(row, rows) for (const char *row = text_string(&(rows)); *row; row = strchr(row, '\n') + 1)

/* Columns of deliveries.csv, lots.csv and jobs.csv. */
enum { DELIVERY_TIME = 1, DELIVERY_BUYER = 3, DELIVERY_CARDS = 4, DELIVERY_CHIP = 6, DELIVERY_PAID = 7 };
enum { LOT_LINE = 1, LOT_CARDS = 4, LOT_ARRIVES = 5 };
enum { JOB_SITE = 2, JOB_CLASS = 3, JOB_CARDS = 4, JOB_SUBMIT = 5, JOB_RUN = 9 };
enum { EVENT_TIME = 1, EVENT_NAME = 3, EVENT_WHAT = 4 };

/* Seconds from 2024-01-01, where these countries begin, to the first of a month of 2024 and after. */
static inline double country_month(int month)
{
    struct clock_date from = {.year = 2024, .month = 1, .day = 1};
    struct clock_date to = {.year = 2024 + (month - 1) / 12, .month = (month - 1) % 12 + 1, .day = 1};
    return (double)(clock_days(to) - clock_days(from)) * 86400;
}

#endif
