/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "engine/dice_case.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PIECES = 3000 };

struct piece {
    unsigned char *bytes;
    size_t size;
    unsigned char mark;
};

static void check_zero(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(bytes[i], 0);
}

/* Mostly small pieces, some of size 0, some larger than any block of the arena. */
static size_t piece_size(struct dice *dice)
{
    if (dice_once_in(dice, 40))
        return 0;
    if (dice_once_in(dice, 300))
        return (size_t)dice_whole(dice, 900000, 3300000);
    return (size_t)dice_whole(dice, 1, dice_once_in(dice, 9) ? 40000 : 300);
}

/* Takes PIECES pieces, each zeroed and aligned, fills each with its mark, and finds all marks unharmed. */
static void take_pieces(struct arena *arena, struct piece *pieces, uint64_t seed)
{
    struct dice dice = {seed};
    for (int i = 0; i < PIECES; i++) {
        struct piece *piece = &pieces[i];
        piece->size = piece_size(&dice);
        piece->mark = (unsigned char)dice_whole(&dice, 1, 255);
        piece->bytes = arena_alloc(arena, piece->size, 1);
        assert_int_equal((uintptr_t)piece->bytes % 16, 0);
        check_zero(piece->bytes, piece->size);
        memset(piece->bytes, piece->mark, piece->size);
    }
    for (int i = 0; i < PIECES; i++)
        for (size_t k = 0; k < pieces[i].size; k++)
            if (pieces[i].bytes[k] != pieces[i].mark)
                fail_msg("piece %d was written over at byte %zu of %zu", i, k, pieces[i].size);
}

static void test_arena(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct piece *pieces = memory_alloc(PIECES, sizeof *pieces);
    take_pieces(&arena, pieces, 7013);
    size_t total = arena.total, sum = 0;
    for (int i = 0; i < PIECES; i++)
        sum += pieces[i].size;
    assert_true(total >= sum);
    assert_true(total < 2 * sum + ((size_t)4 << 20));
    /* the same replication again costs no further memory, and finds its memory cleared */
    for (int round = 0; round < 3; round++) {
        arena_reset(&arena);
        take_pieces(&arena, pieces, 7013);
        assert_int_equal(arena.total, total);
    }
    /* another one in the kept blocks */
    arena_reset(&arena);
    take_pieces(&arena, pieces, 9377);
    arena_free(&arena);
    assert_int_equal(arena.total, 0);
    assert_null(arena.first);
    take_pieces(&arena, pieces, 11); /* usable after that */
    arena_free(&arena);
    arena_free(&arena);
    free(pieces);
}

static void test_arena_grow(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct dice dice = {8089};
    uint64_t *array = NULL;
    size_t count = 0;
    const uint64_t *old[12];
    size_t old_count[12];
    for (int round = 0; round < 12; round++) {
        size_t more = 2 * count + (size_t)dice_whole(&dice, 1, 37);
        old[round] = array;
        old_count[round] = count;
        array = arena_grow(&arena, array, count, more, sizeof *array);
        assert_ptr_not_equal(array, old[round]);
        for (size_t i = 0; i < more; i++)
            assert_int_equal(array[i], i < count ? 31 * i + 5 : 0);
        for (size_t i = 0; i < more; i++)
            array[i] = 31 * i + 5;
        count = more;
    }
    for (int round = 0; round < 12; round++) /* old copies stay until the reset */
        for (size_t i = 0; i < old_count[round]; i++)
            assert_int_equal(old[round][i], 31 * i + 5);
    arena_free(&arena);
}

/* A list that grows by one: nothing is lost, and the room at least doubles, so that growing is rare. */
static void test_arena_room(void **state)
{
    (void)state;
    struct arena arena = {0};
    int64_t *items = NULL;
    int32_t capacity = 0, grown = 0;
    for (int32_t count = 0; count < 5000; count++) {
        int32_t before = capacity;
        const int64_t *old = items;
        items = arena_room(&arena, items, count, &capacity, sizeof *items);
        assert_true(capacity > count);
        if (before > count)
            assert_true(capacity == before && items == old);
        else
            assert_true(capacity >= 2 * before && ++grown < 10);
        items[count] = 3 * (int64_t)count + 7;
    }
    for (int32_t i = 0; i < 5000; i++)
        assert_int_equal(items[i], 3 * (int64_t)i + 7);
    arena_free(&arena);
}

static void test_heap(void **state)
{
    (void)state;
    for (size_t count = 0; count < 70; count += 23) {
        unsigned char *block = memory_alloc(count, 13);
        assert_non_null(block);
        check_zero(block, count * 13);
        memset(block, 0xa7, count * 13);
        free(block);
    }
    uint32_t *grown = NULL;
    size_t counts[] = {3, 1000, 500000, 17, 0};
    size_t known = 0;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        grown = memory_grow(grown, counts[i], sizeof *grown);
        assert_non_null(grown);
        for (size_t k = 0; k < known && k < counts[i]; k++)
            assert_int_equal(grown[k], 77 * k + 1);
        for (size_t k = 0; k < counts[i]; k++)
            grown[k] = (uint32_t)(77 * k + 1);
        known = counts[i];
    }
    free(grown);
    char original[] = "\xE6\x97\xA0\xE9\x94\xA1 10,240 cards";
    char *copy = memory_text(original);
    assert_string_equal(copy, original);
    original[0] = 'x';
    assert_int_equal((unsigned char)copy[0], 0xE6);
    free(copy);
    copy = memory_text("");
    assert_string_equal(copy, "");
    free(copy);
}

static volatile size_t most = SIZE_MAX; /* volatile: compilers refuse sizes that they can see */

static void ask_grow(void)
{
    free(memory_grow(NULL, most / 3, 5));
}

static void ask_arena(void)
{
    struct arena arena = {0};
    arena_alloc(&arena, most / 7 + 1, 7);
}

static void ask_arena_rounding(void)
{
    struct arena arena = {0};
    arena_alloc(&arena, most - 3, 1); /* overflows only when rounded up to 16 */
}

static void ask_arena_head(void)
{
    struct arena arena = {0};
    arena_alloc(&arena, most - 15, 1); /* overflows only with the head of the block */
}

/* Sizes whose product does not fit size_t must end the program with a message, not give a small block. */
static void test_overflow(void **state)
{
    (void)state;
    static void (*const asks[])(void) = {ask_grow, ask_arena, ask_arena_rounding, ask_arena_head};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (!child) {
            setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
            signal(SIGABRT, SIG_DFL);
            signal(SIGSEGV, SIG_DFL);
            dup2(ends[1], STDERR_FILENO);
            asks[i]();
            _exit(0);
        }
        close(ends[1]);
        char said[200] = "";
        ssize_t length = read(ends[0], said, sizeof said - 1);
        close(ends[0]);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || length <= 0 ||
            !strstr(said, "out of memory"))
            fail_msg("request %zu ended with status %#x and said \"%.60s\"", i, (unsigned)status, said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena), cmocka_unit_test(test_arena_grow), cmocka_unit_test(test_arena_room),
        cmocka_unit_test(test_heap),  cmocka_unit_test(test_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
