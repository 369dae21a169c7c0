/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays that grow without moving, beside a plain one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/chunks.h"
#include "engine/dice_case.h"

struct item {
    int64_t number;
    char odd[13]; /* a size that is no power of two */
};

/* Pointers taken at the first moment hold to the last, whatever else the arena is asked for. */
static void check_growth(int shift, int64_t items)
{
    static struct item *first[5000];
    struct arena arena = {0};
    struct chunks chunks;
    struct dice dice = {(uint64_t)shift * 977 + 3};
    chunks_init(&chunks, &arena, sizeof(struct item), shift);
    assert_int_equal(chunks_capacity(&chunks), 0);
    for (int64_t i = 0; i < items; i++) {
        if (i == chunks_capacity(&chunks)) {
            chunks_extend(&chunks);
            assert_int_equal(chunks_capacity(&chunks), ((i >> shift) + 1) << shift);
            assert_int_equal(chunks.block_count, (i >> shift) + 1);
            memset(arena_alloc(&arena, (size_t)dice_whole(&dice, 1, 300), 1), 0xa5, 1);
        }
        first[i] = chunks_at(&chunks, i);
        assert_int_equal(first[i]->number, 0); /* zeroed */
        for (size_t c = 0; c < sizeof first[i]->odd; c++)
            assert_int_equal(first[i]->odd[c], 0);
        first[i]->number = i * INT64_C(1000003) + 17;
        memset(first[i]->odd, (int)(i % 251), sizeof first[i]->odd);
    }
    for (int64_t i = 0; i < items; i++) {
        const struct item *item = chunks_at(&chunks, i);
        assert_ptr_equal(item, first[i]);
        assert_int_equal(item->number, i * INT64_C(1000003) + 17);
        assert_int_equal(item->odd[12], (char)(i % 251));
    }
    arena_free(&arena);
}

static void test_growth(void **state)
{
    (void)state;
    for (int shift = 0; shift < 13; shift++)
        check_growth(shift, shift < 2 ? 700 : 5000);
}

/* Items of a block lie one behind the other, as job_at and others count on. */
static void test_neighbours(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct chunks chunks;
    chunks_init(&chunks, &arena, 24, 3);
    for (int block = 0; block < 40; block++) /* the table of blocks grows twice */
        chunks_extend(&chunks);
    assert_int_equal(chunks_capacity(&chunks), 320);
    for (int64_t i = 0; i < 320; i++)
        assert_ptr_equal(chunks_at(&chunks, i), (char *)chunks_at(&chunks, i - i % 8) + 24 * (i % 8));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_growth), cmocka_unit_test(test_neighbours)};
    return cmocka_run_group_tests_name("chunks", tests, NULL, NULL);
}
