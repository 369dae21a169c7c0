/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A result folder is whole or not there: opened, committed, discarded, refused, out of room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "output/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char scratch[512];

static int scratch_make(void **state)
{
    (void)state;
    const char *folder = getenv("TMPDIR");
    snprintf(scratch, sizeof scratch, "%s/tenk-folder-XXXXXX", folder && *folder ? folder : "/tmp");
    return mkdtemp(scratch) && !chdir(scratch) ? 0 : -1;
}

static int scratch_remove(void **state)
{
    (void)state;
    char command[600];
    snprintf(command, sizeof command, "rm -rf '%s'", scratch);
    return chdir("/") || system(command);
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void expect_file(const char *name, const char *text)
{
    char bytes[256] = "";
    FILE *file = fopen(name, "rb");
    if (!file)
        fail_msg("%s is not there", name);
    size_t length = fread(bytes, 1, sizeof bytes - 1, file);
    bytes[length] = 0;
    fclose(file);
    assert_string_equal(bytes, text);
}

static void expect_absent(const char *name)
{
    struct stat status;
    if (!lstat(name, &status))
        fail_msg("%s should not be there", name);
}

static int count_entries(const char *name)
{
    DIR *directory = opendir(name);
    assert_non_null(directory);
    int count = -2; /* . and .. */
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

static bool put(const struct folder *folder, const char *name, const char *bytes, struct error_list *errors)
{
    struct text text = {0};
    text_put(&text, bytes);
    bool good = folder_put(folder, name, &text, errors);
    text_free(&text);
    return good;
}

static void open_good(struct folder *folder, const char *path, bool force)
{
    struct error_list errors = {0};
    bool good = folder_open(folder, path, force, &errors);
    error_print(&errors, 0, stderr);
    assert_true(good);
    assert_int_equal(errors.count, 0);
}

static void open_refused(const char *path, bool force, int status, const char *part)
{
    struct folder folder;
    struct error_list errors = {0};
    assert_false(folder_open(&folder, path, force, &errors));
    assert_int_equal(error_exit_status(&errors), status);
    if (!strstr(errors.items[0].message, part))
        fail_msg("%s: \"%s\" lacks \"%s\"", path, errors.items[0].message, part);
    error_list_free(&errors);
    folder_discard(&folder); /* harmless */
}

static void commit_good(struct folder *folder)
{
    struct error_list errors = {0};
    bool good = folder_commit(folder, &errors);
    error_print(&errors, 0, stderr);
    assert_true(good);
}

static void test_commit(void **state)
{
    (void)state;
    struct folder folder;
    struct error_list errors = {0};
    open_good(&folder, "results", false);
    assert_true(put(&folder, "summary.csv", "a,b\n", &errors));
    assert_true(put(&folder, "manifest.json", "", &errors)); /* an empty file is a file */
    expect_absent("results");                                /* not before it is whole */
    expect_file("results.partial/summary.csv", "a,b\n");
    commit_good(&folder);
    expect_absent("results.partial");
    expect_file("results/summary.csv", "a,b\n");
    expect_file("results/manifest.json", "");
    assert_int_equal(count_entries("results"), 2);
    error_list_free(&errors);
}

static void test_discard(void **state)
{
    (void)state;
    struct folder folder;
    struct error_list errors = {0};
    open_good(&folder, "given-up", false);
    assert_true(put(&folder, "summary.csv", "a\n", &errors));
    folder_discard(&folder);
    expect_absent("given-up");
    expect_absent("given-up.partial");
    folder_discard(&folder); /* twice does no harm */
    open_good(&folder, "given-up", false);
    folder_discard(&folder);
}

static void test_force(void **state)
{
    (void)state;
    struct folder folder;
    struct error_list errors = {0};
    mkdir("old", 0777);
    write_file("old/summary.csv", "old\n");
    write_file("old/jobs.csv", "old\n");
    open_refused("old", false, 2, "holds results or other files already");
    expect_file("old/summary.csv", "old\n");
    expect_absent("old.partial");
    open_good(&folder, "old", true);
    assert_true(put(&folder, "summary.csv", "new\n", &errors));
    expect_file("old/summary.csv", "old\n"); /* until the end */
    folder_discard(&folder);
    expect_file("old/summary.csv", "old\n");
    expect_file("old/jobs.csv", "old\n");
    open_good(&folder, "old", true);
    assert_true(put(&folder, "summary.csv", "new\n", &errors));
    commit_good(&folder);
    expect_file("old/summary.csv", "new\n");
    expect_absent("old/jobs.csv"); /* the old results are gone as a whole */
    expect_absent("old.partial");
    expect_absent("old.replaced");
}

static void test_strangers(void **state)
{
    (void)state;
    mkdir("strange", 0777);
    write_file("strange/summary.csv", "old\n");
    write_file("strange/thesis.tex", "years of work\n");
    open_refused("strange", true, 2, "holds thesis.tex, which tenk did not write");
    expect_file("strange/thesis.tex", "years of work\n");
    unlink("strange/thesis.tex");
    mkdir("strange/summary.csv.d", 0777);
    open_refused("strange", true, 2, "holds summary.csv.d");
    rmdir("strange/summary.csv.d");
    write_file("strange/.hidden", "x");
    open_refused("strange", true, 2, "holds .hidden");
    unlink("strange/.hidden");
    unlink("strange/summary.csv");
    struct folder folder; /* now empty: no force needed */
    open_good(&folder, "strange", false);
    commit_good(&folder);
    mkdir("busy.partial", 0777);
    write_file("busy.partial/notes", "x");
    open_refused("busy", false, 1, "holds notes, which tenk did not write");
    expect_file("busy.partial/notes", "x");
}

/* A folder of the name of a result file is no result file. */
static void test_stranger_folder(void **state)
{
    (void)state;
    mkdir("nested", 0777);
    mkdir("nested/summary.csv", 0777);
    write_file("nested/summary.csv/thesis.tex", "years of work\n");
    struct folder folder;
    struct error_list errors = {0};
    if (folder_open(&folder, "nested", true, &errors)) {
        put(&folder, "summary.csv", "new\n", &errors);
        folder_commit(&folder, &errors);
    }
    error_list_free(&errors);
    if (access("nested/summary.csv/thesis.tex", R_OK) &&
        access("nested.partial/summary.csv/thesis.tex", R_OK))
        fail_msg("a stranger's file is lost");
    expect_file("nested/summary.csv/thesis.tex", "years of work\n");
}

static void test_names(void **state)
{
    (void)state;
    static const char *const refused[] = {"", ".", "..", "/", "./", "../", "a/.", "a/..", "//", "a/./"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        open_refused(refused[i], true, 2, "cannot be a result folder");
    static const char *const good[] = {"n1",       "n2/",     "n3///", "n4/n5/n6", "./n7",
                                       "n8/../n9", "n10/...", "n 11",  "-n12"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct folder folder;
        open_good(&folder, good[i], false);
        commit_good(&folder);
    }
    assert_int_equal(count_entries("n4/n5/n6"), 0);
    assert_int_equal(count_entries("n2"), 0);
    assert_int_equal(count_entries("n9"), 0);
    char absolute[600], text[3000];
    snprintf(absolute, sizeof absolute, "%s/n13", scratch);
    struct folder folder;
    open_good(&folder, absolute, false);
    commit_good(&folder);
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    open_refused(text, false, 1, "File name too long");
}

static void test_no_folder(void **state)
{
    (void)state;
    write_file("plain", "a file\n");
    open_refused("plain", true, 2, "is not a folder");
    open_refused("plain/below", true, 1, "Not a directory");
    open_refused("plain/below/deeper", true, 1, "Not a directory");
    open_refused("/dev/null", true, 2, "is not a folder");
    open_refused("/proc/tenk-results", true, 1, "cannot be made");
    expect_file("plain", "a file\n");
    write_file("full.partial", "a file\n");
    open_refused("full", false, 1, "cannot be opened as a folder");
    expect_file("full.partial", "a file\n");
    mkdir("target", 0777);
    assert_int_equal(symlink("target", "link.partial"), 0); /* nobody writes through it */
    open_refused("link", false, 1, "cannot be opened as a folder");
    assert_int_equal(symlink("target", "link2"), 0);
    open_refused("link2", true, 2, "is not a folder");
    assert_int_equal(symlink("nowhere", "dangling"), 0);
    open_refused("dangling", true, 2, "is not a folder");
    assert_int_equal(count_entries("target"), 0);
}

static void test_two_at_once(void **state)
{
    (void)state;
    struct folder first, other;
    struct error_list errors = {0};
    open_good(&first, "shared", false);
    assert_true(put(&first, "summary.csv", "first\n", &errors));
    open_refused("shared", false, 1, "another run of tenk is writing here");
    open_refused("shared", true, 1, "another run of tenk is writing here");
    expect_file("shared.partial/summary.csv", "first\n");
    open_good(&other, "not-shared", false);
    folder_discard(&other);
    commit_good(&first);
    expect_file("shared/summary.csv", "first\n");
}

/* Killed in the middle: the lock dies with the process, what it wrote is cleared away by the next. */
static void test_killed(void **state)
{
    (void)state;
    mkdir("killed", 0777);
    write_file("killed/summary.csv", "old\n");
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        struct folder folder;
        struct error_list errors = {0};
        if (folder_open(&folder, "killed", true, &errors) && put(&folder, "jobs.csv", "half\n", &errors))
            kill(getpid(), SIGKILL);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    expect_file("killed/summary.csv", "old\n");
    expect_file("killed.partial/jobs.csv", "half\n");
    struct folder folder;
    struct error_list errors = {0};
    open_good(&folder, "killed", true);
    assert_int_equal(count_entries("killed.partial"), 0);
    assert_true(put(&folder, "summary.csv", "new\n", &errors));
    commit_good(&folder);
    expect_file("killed/summary.csv", "new\n");
    expect_absent("killed/jobs.csv");
    expect_absent("killed.partial");
}

/* A failed write is told once, by close; what is written after it goes nowhere. */
static void test_full(void **state)
{
    (void)state;
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    small = before;
    small.rlim_cur = 100000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct folder folder;
    struct folder_file file;
    struct error_list errors = {0};
    struct text text = {0};
    for (int i = 0; i < 3000; i++)
        text_put(&text, "a line of twenty bytes");
    open_good(&folder, "full-disk", false);
    folder_create(&folder, &file, "jobs.csv");
    for (int i = 0; i < 10; i++)
        folder_write(&file, &text);
    assert_false(folder_close(&file, &errors));
    assert_int_equal(errors.count, 1);
    assert_int_equal(error_exit_status(&errors), 1);
    assert_non_null(strstr(errors.items[0].message, "cannot be written: File too large"));
    assert_non_null(strstr(errors.items[0].file, "full-disk.partial/jobs.csv"));
    assert_true(put(&folder, "summary.csv", "small\n", &errors)); /* other files may still be fine */
    folder_discard(&folder);
    expect_absent("full-disk");
    expect_absent("full-disk.partial");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    error_list_free(&errors);
    text_free(&text);
}

static void test_cannot_create(void **state)
{
    (void)state;
    struct folder folder;
    struct folder_file file;
    struct error_list errors = {0};
    struct text text = {0};
    text_put(&text, "x\n");
    open_good(&folder, "gone", false);
    assert_int_equal(rmdir("gone.partial"), 0); /* somebody tidies up meanwhile */
    folder_create(&folder, &file, "summary.csv");
    folder_write(&file, &text);
    assert_false(folder_close(&file, &errors));
    assert_int_equal(error_exit_status(&errors), 1);
    assert_false(folder_commit(&folder, &errors));
    assert_int_equal(errors.systems, 2);
    expect_absent("gone");
    folder_discard(&folder);
    error_list_free(&errors);
    text_free(&text);
}

/* Nothing stays open: descriptors run out otherwise in a sweep of many points. */
static void test_descriptors(void **state)
{
    (void)state;
    int before = open("/dev/null", O_RDONLY);
    close(before);
    for (int i = 0; i < 20; i++) {
        struct folder folder;
        struct error_list errors = {0};
        open_good(&folder, "again", true);
        assert_true(put(&folder, "summary.csv", "x\n", &errors));
        if (i % 2)
            folder_discard(&folder);
        else
            commit_good(&folder);
        open_refused("again/summary.csv", true, 2, "is not a folder");
        open_refused("plain-nowhere/..", true, 2, "cannot be a result folder");
    }
    int after = open("/dev/null", O_RDONLY);
    close(after);
    assert_int_equal(after, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commit),          cmocka_unit_test(test_discard),
        cmocka_unit_test(test_force),           cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_stranger_folder), cmocka_unit_test(test_names),
        cmocka_unit_test(test_no_folder),       cmocka_unit_test(test_two_at_once),
        cmocka_unit_test(test_killed),          cmocka_unit_test(test_full),
        cmocka_unit_test(test_cannot_create),   cmocka_unit_test(test_descriptors),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
