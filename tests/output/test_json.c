/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "output/json.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void test_flat(void **state)
{
    (void)state;
    struct json json = {0};
    json_open(&json, NULL);
    json_string(&json, "name", "tenk");
    json_int(&json, "least", INT64_MIN);
    json_int(&json, "most", INT64_MAX);
    json_real(&json, "half", 0.5);
    json_real(&json, "third", 1.0 / 3);
    json_real(&json, "whole", 7);
    json_real(&json, "tiny", 5e-324);
    json_real(&json, "huge", 1.7976931348623157e308);
    json_real(&json, "nothing", NAN);
    json_real(&json, "endless", -INFINITY);
    json_close(&json);
    assert_string_equal(text_string(&json.text), "{\n"
                                                 "  \"name\": \"tenk\",\n"
                                                 "  \"least\": -9223372036854775808,\n"
                                                 "  \"most\": 9223372036854775807,\n"
                                                 "  \"half\": 0.5,\n"
                                                 "  \"third\": 0.3333333333333333,\n"
                                                 "  \"whole\": 7,\n"
                                                 "  \"tiny\": 4.94065645841247e-324,\n"
                                                 "  \"huge\": 1.7976931348623157e+308,\n"
                                                 "  \"nothing\": null,\n"
                                                 "  \"endless\": null\n"
                                                 "}\n");
    text_free(&json.text);
}

static void test_nested(void **state)
{
    (void)state;
    struct json json = {0};
    json_open(&json, NULL);
    json_open(&json, "first");
    json_string(&json, "a", "b");
    json_int(&json, "c", 1);
    json_close(&json);
    json_int(&json, "between", 2);
    json_open(&json, "second");
    json_open(&json, "deeper");
    json_int(&json, "d", 3);
    json_close(&json);
    json_int(&json, "e", 4);
    json_close(&json);
    json_close(&json);
    assert_string_equal(text_string(&json.text), "{\n"
                                                 "  \"first\": {\n"
                                                 "    \"a\": \"b\",\n"
                                                 "    \"c\": 1\n"
                                                 "  },\n"
                                                 "  \"between\": 2,\n"
                                                 "  \"second\": {\n"
                                                 "    \"deeper\": {\n"
                                                 "      \"d\": 3\n"
                                                 "    },\n"
                                                 "    \"e\": 4\n"
                                                 "  }\n"
                                                 "}\n");
    text_free(&json.text);
}

/* Parses a JSON text for its braces, quotes and commas; returns the number of members, -1 when it is none. */
static int members_of(const char *c)
{
    int members = 0, depth = 0;
    bool value = true; /* something must follow */
    for (; *c; c++) {
        if (strchr(" \n", *c)) {
            continue;
        } else if (*c == '{') {
            depth++;
            value = false;
        } else if (*c == '}') {
            if (value || --depth < 0)
                return -1;
        } else if (*c == ',') {
            if (value || !depth)
                return -1;
            value = true;
        } else if (*c == ':') {
            members++;
            value = true;
        } else if (*c == '"') {
            for (c++; *c && *c != '"'; c++) {
                if ((unsigned char)*c < 0x20)
                    return -1;
                if (*c == '\\' && !strchr("\"\\u", *++c))
                    return -1;
            }
            if (!*c)
                return -1;
            value = false;
        } else {
            size_t length = strspn(c, "-+.0123456789eEnul");
            if (!length)
                return -1;
            c += length - 1;
            value = false;
        }
    }
    return depth || value ? -1 : members;
}

static void test_empty(void **state)
{
    (void)state;
    struct json json = {0};
    json_open(&json, NULL);
    json_open(&json, "empty");
    json_close(&json);
    json_int(&json, "after", 1);
    json_close(&json);
    assert_int_equal(members_of(text_string(&json.text)), 2);
    text_free(&json.text);
}

static void test_escapes(void **state)
{
    (void)state;
    static const struct {
        const char *value, *written;
    } cases[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"say \"yes\"", "\"say \\\"yes\\\"\""},
        {"a\\b", "\"a\\\\b\""},
        {"\\\"", "\"\\\\\\\"\""},
        {"two\nlines\ttab\r", "\"two\\u000alines\\u0009tab\\u000d\""},
        {"\x01\x1f", "\"\\u0001\\u001f\""},
        {"\xe4\xb8\x87\xe5\x8d\xa1 \xc3\xa4", "\"\xe4\xb8\x87\xe5\x8d\xa1 \xc3\xa4\""},
        {"a/b", "\"a/b\""},
        {"%s%n", "\"%s%n\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json json = {0};
        char expected[200];
        json_open(&json, NULL);
        json_string(&json, "k", cases[i].value);
        json_string(&json, cases[i].value, "v"); /* keys are texts too */
        json_close(&json);
        snprintf(expected, sizeof expected, "{\n  \"k\": %s,\n  %s: \"v\"\n}\n", cases[i].written,
                 cases[i].written);
        assert_string_equal(text_string(&json.text), expected);
        assert_int_equal(members_of(text_string(&json.text)), 2);
        text_free(&json.text);
    }
}

/* Any bytes but NUL as texts, any doubles as numbers: it stays one object of so many members. */
static void test_any(void **state)
{
    (void)state;
    uint64_t dice = UINT64_C(0x9E3779B97F4A7C15);
    for (int round = 0; round < 300; round++) {
        struct json json = {0};
        json_open(&json, NULL);
        for (int member = 0; member < 20; member++) {
            char value[32];
            double real;
            for (size_t i = 0; i < sizeof value; i++) {
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                value[i] = (char)(i == sizeof value - 1 ? 0 : dice % 255 + 1);
            }
            memcpy(&real, &dice, sizeof real);
            if (member % 2)
                json_string(&json, value, value);
            else
                json_real(&json, value, real);
        }
        json_close(&json);
        assert_int_equal(members_of(text_string(&json.text)), 20);
        text_free(&json.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flat),    cmocka_unit_test(test_nested), cmocka_unit_test(test_empty),
        cmocka_unit_test(test_escapes), cmocka_unit_test(test_any),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
