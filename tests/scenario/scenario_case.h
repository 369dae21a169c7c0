/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario_case: files in a folder of their own, and what was said about them, for the tests of scenario.
 *
 * case_begin makes the folder and moves into it, case_end removes it: as setup and teardown of a group of
 * tests.
 */
#ifndef TENK_TESTS_SCENARIO_SCENARIO_CASE_H
#define TENK_TESTS_SCENARIO_SCENARIO_CASE_H

#include "base/error.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char case_folder[512];

static inline int case_begin(void **state)
{
    (void)state;
    const char *folder = getenv("TMPDIR");
    snprintf(case_folder, sizeof case_folder, "%s/tenk-scenario-XXXXXX", folder && *folder ? folder : "/tmp");
    return mkdtemp(case_folder) && !chdir(case_folder) ? 0 : -1;
}

static inline int case_end(void **state)
{
    (void)state;
    char command[600];
    snprintf(command, sizeof command, "rm -rf '%s'", case_folder);
    return chdir("/") || system(command);
}

static inline void case_write(const char *name, const char *text)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

/* Fails unless the list has an item with that place and all parts of the message. NULL path: none. */
static inline void case_said(const struct error_list *errors, const char *file, int line, const char *path,
                             const char *part)
{
    for (int i = 0; i < errors->count; i++) {
        const struct error_item *item = &errors->items[i];
        if (!strcmp(item->file, file) && item->line == line && !strcmp(item->path, path ? path : "") &&
            strstr(item->message, part))
            return;
    }
    error_print(errors, 0, stderr);
    fail_msg("nothing said at %s:%d: %s: %s", file, line, path ? path : "-", part);
}

/* Fails, with the items, unless there are so many. */
static inline void case_count(const struct error_list *errors, int count)
{
    if (errors->count != count)
        error_print(errors, 0, stderr);
    assert_int_equal(errors->count, count);
}

#endif
