/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/lines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char path[512];

static int temporary_make(void **state)
{
    (void)state;
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/tenk-lines-XXXXXX", folder && *folder ? folder : "/tmp");
    int descriptor = mkstemp(path);
    if (descriptor < 0)
        return -1;
    return close(descriptor);
}

static int temporary_remove(void **state)
{
    (void)state;
    return unlink(path);
}

static void file_write(const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* One gzip member; the caller frees it. */
static unsigned char *gzip_make(const void *bytes, size_t length, size_t *packed)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&stream, (uLong)length) + 64;
    unsigned char *out = malloc(room);
    assert_non_null(out);
    stream.next_in = (unsigned char *)(uintptr_t)bytes;
    stream.avail_in = (uInt)length;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    *packed = stream.total_out;
    deflateEnd(&stream);
    return out;
}

/* Reads the next line and compares kind, number and, for a text, its bytes. */
static void expect(struct lines *lines, enum lines_kind kind, int64_t number, const char *text)
{
    char *got = NULL;
    size_t length = 0;
    assert_int_equal(lines_next(lines, &got, &length), kind);
    if (kind != LINES_END)
        assert_int_equal(lines_number(lines), number);
    if (kind == LINES_TEXT) {
        assert_string_equal(got, text);
        assert_int_equal(length, strlen(text));
    }
}

static struct lines *open_good(void)
{
    struct lines *lines = lines_open(path);
    assert_non_null(lines);
    return lines;
}

static void test_line_ends(void **state)
{
    (void)state;
    const char *text = "\xEF\xBB\xBF"
                       "7.31 first\r\n\n\r\nlone\rreturn\n\xEF\xBB\xBF kept\nlast";
    for (int gzip = 0; gzip < 2; gzip++) {
        size_t length = strlen(text);
        unsigned char *packed = gzip_make(text, length, &length);
        if (gzip)
            file_write(packed, length);
        else
            file_write(text, strlen(text));
        free(packed);
        struct lines *lines = open_good();
        expect(lines, LINES_TEXT, 1, "7.31 first");
        expect(lines, LINES_TEXT, 2, "");
        expect(lines, LINES_TEXT, 3, "");
        expect(lines, LINES_TEXT, 4, "lone\rreturn");
        expect(lines, LINES_TEXT, 5, "\xEF\xBB\xBF kept");
        expect(lines, LINES_TEXT, 6, "last");
        expect(lines, LINES_END, 0, "");
        expect(lines, LINES_END, 0, "");
        lines_close(lines);
    }
}

static void test_no_lines(void **state)
{
    (void)state;
    file_write("", 0);
    struct lines *lines = open_good();
    expect(lines, LINES_END, 0, "");
    lines_close(lines);

    file_write("\x1f", 1); /* one byte of a gzip header is still text */
    lines = open_good();
    expect(lines, LINES_TEXT, 1, "\x1f");
    expect(lines, LINES_END, 0, "");
    lines_close(lines);

    file_write("\xEF\xBB\xBF\r", 4);
    lines = open_good();
    expect(lines, LINES_TEXT, 1, "");
    expect(lines, LINES_END, 0, "");
    lines_close(lines);
    lines_close(NULL);
}

static void test_nul_bytes_are_handed_over(void **state)
{
    (void)state;
    file_write("a\0b\n\0\n", 6);
    struct lines *lines = open_good();
    char *text;
    size_t length;
    assert_int_equal(lines_next(lines, &text, &length), LINES_TEXT);
    assert_int_equal(length, 3);
    assert_memory_equal(text, "a\0b", 4);
    assert_int_equal(lines_next(lines, &text, &length), LINES_TEXT);
    assert_int_equal(length, 1);
    expect(lines, LINES_END, 0, "");
    lines_close(lines);
}

/* Lines of the limit and one byte more, of many buffers, and at the end of the file. */
static void test_long_lines(void **state)
{
    (void)state;
    static const size_t lengths[] = {LINES_LIMIT - 1, LINES_LIMIT,     LINES_LIMIT + 1,
                                     LINES_LIMIT + 2, 5 * LINES_LIMIT, 23 * LINES_LIMIT + 17};
    enum { KINDS = sizeof lengths / sizeof lengths[0] };
    for (int ends = 0; ends < 3; ends++) {
        const char *end = ends == 0 ? "\n" : ends == 1 ? "\r\n" : "";
        for (int i = 0; i < KINDS; i++) {
            char *text = malloc(lengths[i] + 16);
            assert_non_null(text);
            size_t n = (size_t)sprintf(text, "head\n");
            memset(text + n, 'x', lengths[i]);
            n += lengths[i];
            n += (size_t)sprintf(text + n, "%s%s", end, *end ? "tail" : "");
            file_write(text, n);
            free(text);
            struct lines *lines = open_good();
            expect(lines, LINES_TEXT, 1, "head");
            char *line;
            size_t length;
            enum lines_kind kind = lines_next(lines, &line, &length);
            assert_int_equal(kind, lengths[i] <= LINES_LIMIT ? LINES_TEXT : LINES_LONG);
            assert_int_equal(lines_number(lines), 2);
            if (kind == LINES_TEXT)
                assert_int_equal(length, lengths[i]);
            if (*end)
                expect(lines, LINES_TEXT, 3, "tail");
            expect(lines, LINES_END, 0, "");
            lines_close(lines);
        }
    }
}

/* 1 MB of numbered lines of many lengths: every buffer border is crossed somewhere. */
static void test_buffer_borders(void **state)
{
    (void)state;
    enum { LINES = 20011 };
    char *text = malloc(LINES * 120);
    assert_non_null(text);
    size_t n = 0;
    for (int i = 0; i < LINES; i++)
        n += (size_t)sprintf(
            text + n, "%d %.*s\n", i, i * 37 % 101,
            "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefg"
            "hijklmnopqrstuvwxyz");
    for (int gzip = 0; gzip < 2; gzip++) {
        size_t packed_length;
        unsigned char *packed = gzip_make(text, n, &packed_length);
        file_write(gzip ? (void *)packed : text, gzip ? packed_length : n);
        free(packed);
        struct lines *lines = open_good();
        const char *expected = text;
        char *line;
        size_t length;
        int count = 0;
        while (lines_next(lines, &line, &length) == LINES_TEXT) {
            assert_memory_equal(line, expected, length);
            assert_int_equal(expected[length], '\n');
            expected += length + 1;
            count++;
        }
        assert_int_equal(count, LINES);
        assert_int_equal(lines_number(lines), LINES);
        lines_close(lines);
    }
    free(text);
}

static void test_gzip_members(void **state)
{
    (void)state;
    size_t a, b;
    unsigned char *first = gzip_make("one\ntw", 6, &a), *second = gzip_make("o\nthree\n", 8, &b);
    unsigned char all[512] = {0};
    memcpy(all, first, a);
    memcpy(all + a, second, b);
    file_write(all, a + b + 100); /* zero bytes as padding */
    struct lines *lines = open_good();
    expect(lines, LINES_TEXT, 1, "one");
    expect(lines, LINES_TEXT, 2, "two");
    expect(lines, LINES_TEXT, 3, "three");
    expect(lines, LINES_END, 0, "");
    lines_close(lines);

    memcpy(all + a + b, "junk", 4);
    file_write(all, a + b + 4);
    lines = open_good();
    expect(lines, LINES_TEXT, 1, "one");
    expect(lines, LINES_TEXT, 2, "two");
    expect(lines, LINES_TEXT, 3, "three");
    expect(lines, LINES_BROKEN, 4, "");
    assert_non_null(strstr(lines_problem(lines), "other bytes"));
    expect(lines, LINES_END, 0, "");
    lines_close(lines);
    free(first);
    free(second);
}

/* However much is cut off: whole lines come, half ones do not, the fault is told once. */
static void test_gzip_cut(void **state)
{
    (void)state;
    char text[4096];
    size_t n = 0;
    for (int i = 0; i < 60; i++)
        n += (size_t)sprintf(text + n, "%d %d %d\n", i, i * 7919 % 1009, i * 104729 % 65537);
    size_t packed_length;
    unsigned char *packed = gzip_make(text, n, &packed_length);
    for (size_t cut = 2; cut < packed_length; cut++) {
        file_write(packed, cut);
        struct lines *lines = open_good();
        const char *expected = text;
        char *line;
        size_t length;
        enum lines_kind kind;
        int count = 0;
        while ((kind = lines_next(lines, &line, &length)) == LINES_TEXT) {
            assert_memory_equal(line, expected, length);
            assert_int_equal(expected[length], '\n');
            expected += length + 1;
            count++;
        }
        assert_int_equal(kind, LINES_BROKEN);
        assert_int_equal(lines_number(lines), count + 1);
        assert_string_equal(lines_problem(lines), "the compressed data end early");
        expect(lines, LINES_END, 0, "");
        if (cut + 8 >= packed_length) /* only the trailer is cut: all the data were there */
            assert_int_equal(count, 60);
        lines_close(lines);
    }
    packed[packed_length - 6] ^= 0x5a; /* check sum */
    file_write(packed, packed_length);
    struct lines *lines = open_good();
    char *line;
    size_t length;
    for (int i = 0; i < 60; i++)
        assert_int_equal(lines_next(lines, &line, &length), LINES_TEXT);
    expect(lines, LINES_BROKEN, 61, "");
    assert_string_equal(lines_problem(lines), "the compressed data are corrupt");
    expect(lines, LINES_END, 0, "");
    lines_close(lines);
    free(packed);
}

static void test_gzip_flipped(void **state)
{
    (void)state;
    char text[4096];
    size_t n = 0;
    for (int i = 0; i < 60; i++)
        n += (size_t)sprintf(text + n, "%d %d %d\n", i, i * 7919 % 1009, i * 104729 % 65537);
    size_t packed_length;
    unsigned char *packed = gzip_make(text, n, &packed_length);
    for (size_t i = 0; i < packed_length; i++) {
        packed[i] ^= (unsigned char)(1u << (i * 5 % 8));
        file_write(packed, packed_length);
        packed[i] ^= (unsigned char)(1u << (i * 5 % 8));
        struct lines *lines = open_good();
        char *line;
        size_t length;
        int faults = 0, calls = 0;
        enum lines_kind kind;
        while ((kind = lines_next(lines, &line, &length)) != LINES_END) {
            faults += kind == LINES_BROKEN;
            assert_true(++calls < 10000);
        }
        assert_true(faults <= 1);
        lines_close(lines);
    }
    free(packed);
}

static void test_open_fails(void **state)
{
    (void)state;
    char missing[600];
    snprintf(missing, sizeof missing, "%s.missing", path);
    assert_null(lines_open(missing));
    assert_int_equal(errno, ENOENT);
    assert_null(lines_open("/"));
    assert_int_equal(errno, EISDIR);
    file_write("1\n", 2);
    if (geteuid() != 0) {
        assert_int_equal(chmod(path, 0), 0);
        assert_null(lines_open(path));
        assert_int_equal(errno, EACCES);
        assert_int_equal(chmod(path, 0600), 0);
    }
}

/* Opens, but cannot be read: page 0 of a process is never mapped. */
static void test_read_fails(void **state)
{
    (void)state;
    struct lines *lines = lines_open("/proc/self/mem");
    if (!lines)
        skip();
    expect(lines, LINES_FAILED, 1, "");
    assert_string_equal(lines_problem(lines), strerror(EIO));
    expect(lines, LINES_END, 0, "");
    lines_close(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_no_lines),
        cmocka_unit_test(test_nul_bytes_are_handed_over),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_buffer_borders),
        cmocka_unit_test(test_gzip_members),
        cmocka_unit_test(test_gzip_cut),
        cmocka_unit_test(test_gzip_flipped),
        cmocka_unit_test(test_open_fails),
        cmocka_unit_test(test_read_fails),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
