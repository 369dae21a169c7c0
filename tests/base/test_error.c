/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What error_print writes, to be freed. */
static char *printed(const struct error_list *list, int from)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    error_print(list, from, stream);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void test_status(void **state)
{
    (void)state;
    struct error_list list = {0};
    assert_false(error_any(&list));
    assert_int_equal(error_exit_status(&list), 0);
    error_add(&list, ERROR_WARNING, "wuxi.cfg", 37, "site.wuxi", "a warning");
    assert_false(error_any(&list));
    assert_int_equal(error_exit_status(&list), 0);
    error_system(&list, "summary.csv", 0, "cannot be written");
    assert_true(error_any(&list));
    assert_int_equal(error_exit_status(&list), 1);
    error_input(&list, "an unknown option");
    assert_true(error_any(&list));
    assert_int_equal(error_exit_status(&list), 2); /* the user can mend the input, so it comes first */
    assert_int_equal(list.count, 3);
    assert_int_equal(list.inputs, 1);
    assert_int_equal(list.systems, 1);
    error_list_free(&list);
    assert_int_equal(list.count, 0);
    assert_false(error_any(&list));
    assert_null(list.items);
    error_input(&list, "used again: %d", 4097);
    assert_string_equal(list.items[0].message, "used again: 4097");
    assert_int_equal(error_exit_status(&list), 2);
    error_list_free(&list);
    error_system(&list, NULL, 0, "no memory");
    assert_int_equal(error_exit_status(&list), 1);
    error_list_free(&list);
}

/* Items keep copies of all texts, also when the list has grown many times. */
static void test_copies(void **state)
{
    (void)state;
    enum { ITEMS = 1237 };
    struct error_list list = {0};
    char file[32], path[32];
    for (int i = 0; i < ITEMS; i++) {
        snprintf(file, sizeof file, "city-%d.cfg", 3 * i);
        snprintf(path, sizeof path, "site.s%d.cards", 7 * i);
        error_add(&list, i % 3 ? ERROR_INPUT : ERROR_WARNING, file, i + 11, path, "%s is %d", "cards",
                  13 * i);
        memset(file, 'x', sizeof file - 1);
        memset(path, 'y', sizeof path - 1);
    }
    assert_int_equal(list.count, ITEMS);
    assert_int_equal(list.inputs, ITEMS - (ITEMS + 2) / 3);
    assert_int_equal(list.systems, 0);
    for (int i = 0; i < ITEMS; i++) {
        const struct error_item *item = &list.items[i];
        char want[64];
        snprintf(want, sizeof want, "city-%d.cfg", 3 * i);
        assert_string_equal(item->file, want);
        snprintf(want, sizeof want, "site.s%d.cards", 7 * i);
        assert_string_equal(item->path, want);
        snprintf(want, sizeof want, "cards is %d", 13 * i);
        assert_string_equal(item->message, want);
        assert_int_equal(item->line, i + 11);
        assert_int_equal(item->kind, i % 3 ? ERROR_INPUT : ERROR_WARNING);
    }
    error_list_free(&list);
}

/* Texts that are too long are cut, not written past their end. */
static void test_long_texts(void **state)
{
    (void)state;
    char huge[3001];
    for (size_t i = 0; i < sizeof huge - 1; i++)
        huge[i] = (char)('a' + i % 23);
    huge[sizeof huge - 1] = 0;
    struct error_list list = {0};
    error_add(&list, ERROR_INPUT, huge, 5, huge, "%s", huge);
    error_input(&list, "%s", huge);
    error_system(&list, huge, ENOSPC, "%s", huge);
    error_system(&list, "out", ENOSPC, "%.*s", 505, huge); /* room for a part of the reason */
    assert_int_equal(list.count, 4);
    for (int i = 0; i < list.count; i++) {
        const struct error_item *item = &list.items[i];
        assert_int_equal(strlen(item->message), sizeof item->message - 1);
        assert_memory_equal(item->message, huge, 505);
    }
    assert_int_equal(strlen(list.items[0].file), sizeof list.items[0].file - 1);
    assert_int_equal(strlen(list.items[0].path), sizeof list.items[0].path - 1);
    assert_memory_equal(list.items[0].path, huge, sizeof list.items[0].path - 1);
    assert_memory_equal(list.items[3].message + 505, ": No s", 6);
    error_list_free(&list);
}

static void test_print(void **state)
{
    (void)state;
    struct error_list list = {0};
    error_add(&list, ERROR_INPUT, "scenarios/wuxi.cfg", 23, "site.wuxi.cards", "is %d; 1 to %s allowed", 0,
              "10,000,000");
    error_add(&list, ERROR_WARNING, "trace.swf", 911, NULL, "17 fields");
    error_add(&list, ERROR_INPUT, "--set", 0, "seed", "out of range");
    error_input(&list, "--jobs: \"%s\" is not a number", "2.385x");
    error_add(&list, ERROR_WARNING, NULL, 71, "horizon", "short");
    error_system(&list, "/no/such/folder", ENOENT, "cannot create %s", "summary.csv");
    error_system(&list, NULL, 0, "no clock");
    char *text = printed(&list, 0);
    assert_string_equal(text, "scenarios/wuxi.cfg:23: site.wuxi.cards: is 0; 1 to 10,000,000 allowed\n"
                              "trace.swf:911: warning: 17 fields\n"
                              "--set: seed: out of range\n"
                              "tenk: --jobs: \"2.385x\" is not a number\n"
                              "tenk: warning: horizon: short\n"
                              "/no/such/folder: cannot create summary.csv: No such file or directory\n"
                              "tenk: no clock\n");
    free(text);
    text = printed(&list, 5);
    assert_string_equal(text, "/no/such/folder: cannot create summary.csv: No such file or directory\n"
                              "tenk: no clock\n");
    free(text);
    text = printed(&list, 7);
    assert_string_equal(text ? text : "", "");
    free(text);
    error_list_free(&list);
}

/* A hostile file name or value must not reach the terminal as a command to it; letters of any language may.
 */
static void test_control_bytes(void **state)
{
    (void)state;
    struct error_list list = {0};
    error_add(&list, ERROR_INPUT, "a\x1b[2Jb", 3, "p\x7fq\n", "\x01 \t\xE6\x97\xA0\xE9\x94\xA1 %s",
              "\r\x1b]0;x\a");
    char *text = printed(&list, 0);
    assert_string_equal(text, "a?[2Jb:3: p?q?: ? ?\xE6\x97\xA0\xE9\x94\xA1 ??]0;x?\n");
    free(text);
    error_list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_long_texts),    cmocka_unit_test(test_print),
        cmocka_unit_test(test_control_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
