/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairs in blocks, against one plain array. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/random.h"
#include "scheduler/pairs.h"

#include <string.h>

enum { MOST = 700 };

struct plain {
    int64_t key[MOST], value[MOST];
    int32_t count;
};

static int64_t below(struct random_stream *stream, int64_t limit)
{
    return (int64_t)(random_uniform(stream) * (double)limit);
}

/* The place of pair number `index`, by walking. */
static struct pairs_place nth(const struct pairs *pairs, int32_t index)
{
    struct pairs_place place = {0, 0};
    while (index-- > 0)
        place = pairs_next(pairs, place);
    return place;
}

static void check(const struct pairs *pairs, const struct plain *plain)
{
    struct pairs_place place = {0, 0};
    for (int32_t i = 0; i < plain->count; i++, place = pairs_next(pairs, place)) {
        assert_true(pairs_valid(pairs, place));
        assert_int_equal(pairs_key(pairs, place), plain->key[i]);
        assert_int_equal(pairs_value(pairs, place), plain->value[i]);
        if (place.at == 0)
            assert_int_equal(pairs->entries[place.block].first, plain->key[i]);
    }
    assert_false(pairs_valid(pairs, place));
}

static void check_find(const struct pairs *pairs, const struct plain *plain, int64_t key)
{
    int32_t index = -1;
    while (index + 1 < plain->count && plain->key[index + 1] <= key)
        index++;
    struct pairs_place found = pairs_find(pairs, key);
    if (index < 0) {
        assert_int_equal(found.block, -1);
        return;
    }
    struct pairs_place place = nth(pairs, index);
    assert_int_equal(found.block, place.block);
    assert_int_equal(found.at, place.at);
    if (index > 0)
        assert_int_equal(pairs_key(pairs, pairs_before(pairs, place)), plain->key[index - 1]);
}

static void insert(struct pairs *pairs, struct plain *plain, int64_t key, int64_t value)
{
    int32_t index = 0;
    while (index < plain->count && plain->key[index] < key)
        index++;
    if (index < plain->count && plain->key[index] == key) {
        pairs_set(pairs, nth(pairs, index), key, value);
        plain->value[index] = value;
        return;
    }
    size_t bytes = (size_t)(plain->count - index) * sizeof *plain->key;
    memmove(plain->key + index + 1, plain->key + index, bytes);
    memmove(plain->value + index + 1, plain->value + index, bytes);
    plain->count++;
    plain->key[index] = key;
    plain->value[index] = value;
    struct pairs_place place = pairs_insert(pairs, nth(pairs, index), key, value);
    assert_int_equal(pairs_key(pairs, place), key);
    assert_int_equal(pairs->entries[place.block].summary, PAIRS_UNKNOWN);
}

static void cut_out(struct plain *plain, int32_t index, int32_t count)
{
    plain->count -= count;
    size_t bytes = (size_t)(plain->count - index) * sizeof *plain->key;
    memmove(plain->key + index, plain->key + index + count, bytes);
    memmove(plain->value + index, plain->value + index + count, bytes);
}

static void take_out(struct pairs *pairs, struct plain *plain, int32_t index)
{
    cut_out(plain, index, 1);
    struct pairs_place after = pairs_remove(pairs, nth(pairs, index));
    assert_int_equal(pairs_valid(pairs, after), index < plain->count);
    if (index < plain->count)
        assert_int_equal(pairs_key(pairs, after), plain->key[index]);
}

static void test_against_array(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 60; seed++) {
        struct arena arena = {0};
        struct random_stream stream = random_open(37, seed, 0, RANDOM_TEST);
        struct pairs pairs;
        static struct plain plain;
        plain.count = 0;
        pairs_init(&pairs, &arena);
        for (int step = 0; step < 1500; step++) {
            bool grows = step / 300 % 2 == 0; /* by turns */
            if (plain.count < MOST && (plain.count == 0 || below(&stream, 10) < (grows ? 8 : 2)))
                insert(&pairs, &plain, below(&stream, 5021) - 17, below(&stream, 1000000007));
            else
                take_out(&pairs, &plain, (int32_t)below(&stream, plain.count));
            check_find(&pairs, &plain, below(&stream, 5100) - 50);
            if (step % 211 == 210 && plain.count) {
                int32_t gone = (int32_t)below(&stream, plain.count < 50 ? plain.count : 50);
                pairs_drop_before(&pairs, nth(&pairs, gone));
                cut_out(&plain, 0, gone);
            }
            if (step % 10 == 0)
                check(&pairs, &plain);
        }
        check(&pairs, &plain);
        pairs_clear(&pairs);
        plain.count = 0;
        check(&pairs, &plain);
        arena_free(&arena);
    }
}

static void test_append(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct pairs pairs;
    pairs_init(&pairs, &arena);
    assert_int_equal(pairs_find(&pairs, 7).block, -1);
    for (int64_t i = 0; i < 10 * PAIRS_BLOCK; i++)
        pairs_append(&pairs, 3 * i, -i);
    assert_int_equal(pairs.blocks, 10); /* full ones */
    assert_int_equal(pairs_value(&pairs, pairs_find(&pairs, 3 * 271 + 2)), -271);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_array), cmocka_unit_test(test_append)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
