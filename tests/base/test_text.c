/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "engine/dice_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SUM_BYTES = 1 << 20 };

/* Appends one random piece to the buffer under test and, by printf and memcpy, to `want`. */
static size_t append_one(struct text *text, struct dice *dice, char *want)
{
    char bytes[900];
    size_t length = (size_t)dice_whole(dice, 0, dice_once_in(dice, 20) ? 899 : 12);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)('!' + dice_whole(dice, 0, 90));
    bytes[length < sizeof bytes ? length : sizeof bytes - 1] = 0;
    int64_t whole = (int64_t)dice_bits(dice) >> dice_whole(dice, 0, 63);
    switch (dice_whole(dice, 0, 6)) {
    case 0:
        if (length)
            bytes[length / 2] = 0; /* any byte may be appended */
        text_append(text, bytes, length);
        memcpy(want, bytes, length);
        return length;
    case 1:
        text_put(text, bytes);
        break;
    case 2:
        text_char(text, '\t');
        strcpy(bytes, "\t");
        break;
    case 3:
        text_int(text, whole);
        snprintf(bytes, sizeof bytes, "%lld", (long long)whole);
        break;
    case 4:
        whole %= 1000000;
        text_real(text, (double)whole / 1000);
        snprintf(bytes, sizeof bytes, "%.15g", (double)whole / 1000);
        break;
    case 5:
        whole = whole % 1000000000 * 500000;
        text_seconds(text, whole);
        snprintf(bytes, sizeof bytes, "%s%lld%s", whole < 0 ? "-" : "", llabs(whole / 1000000),
                 whole % 1000000 ? ".5" : "");
        break;
    default:
        memmove(bytes + 4, bytes, strlen(bytes) < 890 ? strlen(bytes) + 1 : 890);
        memcpy(bytes, "<73>", 4);
        bytes[880] = 0;
        text_format(text, "<%d>%s", 73, bytes + 4);
    }
    memcpy(want, bytes, strlen(bytes));
    return strlen(bytes);
}

static void test_buffer(void **state)
{
    (void)state;
    struct text text = {0};
    struct dice dice = {3203};
    char *want = malloc(SUM_BYTES);
    assert_non_null(want);
    assert_string_equal(text_string(&text), "");
    for (int round = 0; round < 3; round++) {
        size_t length = 0;
        for (int i = 0; i < 10000; i++) {
            length += append_one(&text, &dice, want + length);
            assert_true(length + 1000 < SUM_BYTES);
            assert_int_equal(text.length, length);
            assert_int_equal(text_string(&text)[length], 0);
        }
        assert_memory_equal(text.bytes, want, length);
        size_t capacity = text.capacity;
        text_clear(&text);
        assert_int_equal(text.length, 0);
        assert_string_equal(text_string(&text), "");
        assert_int_equal(text.capacity, capacity); /* kept for the next rows */
    }
    text_free(&text);
    assert_string_equal(text_string(&text), "");
    text_clear(&text); /* of a buffer without bytes */
    text_format(&text, "%s", "");
    text_put(&text, "");
    assert_string_equal(text_string(&text), "");
    text_put(&text, "2.385");
    assert_string_equal(text_string(&text), "2.385");
    text_free(&text);
    free(want);
}

/* Formatting that needs exactly the room left, one byte less and one byte more. */
static void test_format_edge(void **state)
{
    (void)state;
    for (int left = 1; left < 5; left++) /* one byte is the NUL's */
        for (int more = 0; more < 6; more++) {
            struct text text = {0};
            text_put(&text, "x");
            while (text.length + (size_t)left < text.capacity)
                text_char(&text, 'a');
            size_t before = text.length;
            text_format(&text, "%.*s", more, "vwxyz");
            assert_int_equal(text.length, before + (size_t)more);
            assert_memory_equal(text.bytes + before, "vwxyz", (size_t)more);
            assert_int_equal(text.bytes[text.length], 0);
            text_free(&text);
        }
}

static void test_nearest(void **state)
{
    (void)state;
    static const char *const keys[] = {"cards",   "chip",  "ordered", "cards_per_node",
                                       "burn_in", "place", "horizon", "failures_per_1000_node_days"};
    static const struct {
        const char *word;
        const char *key; /* NULL: none is near */
    } known[] = {
        {"cards", "cards"},
        {"crads", "cards"}, /* neighbours swapped: one slip */
        {"card", "cards"},
        {"cardss", "cards"},
        {"chpi", "chip"},
        {"orderd", "ordered"},
        {"cards_per_nodes", "cards_per_node"},
        {"card_pro_nodes", "cards_per_node"}, /* four of fourteen letters: within a third */
        {"kart_pro_nodes", NULL},             /* six */
        {"burnin", "burn_in"},
        {"plaec", "place"},
        {"horizont", "horizon"},
        {"hroizno", "horizon"},
        {"failures_per_node_day", "failures_per_1000_node_days"}, /* six of 21 */
        {"latency", NULL},
        {"x", NULL},
        {"", NULL},
        {"xxixp", NULL}, /* three of five */
    };
    enum { KEYS = sizeof keys / sizeof *keys };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        int found = text_nearest(known[i].word, keys, KEYS);
        const char *got = found < 0 ? NULL : keys[found];
        if (found >= KEYS || (got != known[i].key && (!got || !known[i].key || strcmp(got, known[i].key))))
            fail_msg("\"%s\": nearest is %s", known[i].word, got ? got : "none");
    }
    assert_int_equal(text_nearest("cards", keys, 0), -1);
    static const char *const equals[] = {"sport", "spirt", "sport"};
    assert_int_equal(text_nearest("sport", equals, 3), 0); /* the first of the nearest */
    assert_int_equal(text_nearest("spirt", equals, 3), 1);
    assert_int_equal(text_nearest("spirrt", equals, 3), 1);
}

/* The whole matrix of the optimal string alignment distance, nothing saved. */
static int distance(const char *a, const char *b)
{
    int d[80][80], n = (int)strlen(a), m = (int)strlen(b);
    for (int i = 0; i <= n; i++)
        for (int j = 0; j <= m; j++) {
            if (!i || !j) {
                d[i][j] = i + j;
                continue;
            }
            int best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
            best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[n][m];
}

static void random_word(struct dice *dice, char *word, int longest)
{
    int64_t length = dice_whole(dice, 0, longest);
    for (int64_t i = 0; i < length; i++)
        word[i] = (char)('p' + dice_whole(dice, 0, 2));
    word[length] = 0;
}

static void test_nearest_random(void **state)
{
    (void)state;
    struct dice dice = {90001};
    int near = 0;
    for (int round = 0; round < 20000; round++) {
        int longest = round % 50 ? 9 : 60;
        char words[5][64], word[64];
        const char *candidates[5];
        random_word(&dice, word, longest);
        int best = -1, best_distance = (int)strlen(word) / 3 > 2 ? (int)strlen(word) / 3 : 2;
        for (int i = 0; i < 5; i++) {
            random_word(&dice, words[i], longest);
            if (longest == 60) { /* a copy with some slips: long words by chance are never near */
                strcpy(words[i], word);
                for (int64_t slips = dice_whole(&dice, 0, 22); slips > 0 && words[i][0]; slips--)
                    words[i][dice_whole(&dice, 0, (int64_t)strlen(words[i]) - 1)] = 'q';
            }
            candidates[i] = words[i];
            int d = distance(word, words[i]);
            /* not a slip when all letters are others */
            if (d < (int)strlen(words[i]) && (best < 0 ? d <= best_distance : d < best_distance)) {
                best = i;
                best_distance = d;
            }
        }
        int found = text_nearest(word, candidates, 5);
        if (found != best)
            fail_msg("\"%s\": %d instead of %d", word, found, best);
        near += found >= 0;
    }
    assert_in_range(near, 5000, 19000); /* both outcomes occurred */
}

/* Words longer than any key are never near one. */
static void test_nearest_long(void **state)
{
    (void)state;
    char word[301], key[101];
    memset(word, 'q', 300);
    memset(key, 'z', 100);
    word[300] = key[100] = 0;
    const char *candidates[] = {key, "cards"};
    for (int length = 40; length <= 300; length += 13) {
        char cut[301];
        memcpy(cut, word, 301);
        cut[length] = 0;
        if (text_nearest(cut, candidates, 2) != -1)
            fail_msg("%d times q is taken for %zu times z", length, strlen(key));
    }
    key[64] = 0; /* and a word that is no letter like the only long key, just past what is compared */
    assert_int_equal(text_nearest(word, candidates, 2), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buffer),       cmocka_unit_test(test_format_edge),
        cmocka_unit_test(test_nearest),      cmocka_unit_test(test_nearest_random),
        cmocka_unit_test(test_nearest_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
